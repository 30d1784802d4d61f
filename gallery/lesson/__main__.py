"""`python -m gallery.lesson [FOLDER]`: the lesson in both languages, as pages that need no network."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.cmd.build import build_main

HERE = Path(__file__).parent
LANGUAGES = ("ja", "en")


def build(lang: str, folder: Path) -> int:
    """Language and folder → the pages in it, in a folder of that language; the exit code, 1 for any warning."""
    doctrees = folder / ".doctrees" / lang
    return build_main(
        ["-q", "-W", "--keep-going", "-c", str(HERE), "-D", f"language={lang}", "-d", str(doctrees), str(HERE / lang),
         str(folder / lang)]
    )  # fmt: skip


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "_build"
    sys.exit(max(build(lang, into) for lang in LANGUAGES))
