"""`python -m gallery.lesson [FOLDER]`: the lesson in both languages, as pages that need no network."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from gallery.web.building import build
from gallery.web.languages import LANGUAGES

HERE = Path(__file__).parent


def lesson(lang: str, folder: Path, beside_site: bool = False) -> int:
    """Language and folder → the pages in it, in a folder of that language; the exit code, 1 for any warning.

    Where the folder stands in that of the site, each page leads to the site as well.
    """
    doctrees = folder / ".doctrees" / lang
    shutil.rmtree(doctrees.parent / f"made-{lang}", ignore_errors=True)  # figures and exercises, which are made anew
    more = ("-D", "beside_site=1") if beside_site else ()
    return build(HERE / lang, HERE, lang, folder / lang, doctrees, *more)


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "_build"
    sys.exit(max(lesson(lang, into) for lang in LANGUAGES))
