"""`python -m gallery.lesson [FOLDER]`: the lesson in both languages, as pages that need no network."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from gallery.web.building import build

HERE = Path(__file__).parent
LANGUAGES = ("en", "ja")
"""English first: where it is built behind another, Sphinx leaves words of that one in it."""


def lesson(lang: str, folder: Path) -> int:
    """Language and folder → the pages in it, in a folder of that language; the exit code, 1 for any warning."""
    doctrees = folder / ".doctrees" / lang
    shutil.rmtree(doctrees.parent / f"made-{lang}", ignore_errors=True)  # figures and exercises, which are made anew
    return build(HERE / lang, HERE, lang, folder / lang, doctrees)


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "_build"
    sys.exit(max(lesson(lang, into) for lang in LANGUAGES))
