"""A folder of pages in MyST → HTML: what starts Sphinx for the lesson and for the site."""

from __future__ import annotations

from pathlib import Path

from sphinx import locale
from sphinx.cmd.build import build_main


def build(source: Path, conf: Path, lang: str, folder: Path, doctrees: Path, *more: str) -> int:
    """Pages, the folder of their conf.py, language, where to, more options → the exit code of Sphinx, 1 for a warning.

    All pages are read anew, since they show what the program prints; pictures stay beside the doctrees. Words of Sphinx
    in a language that was built before are forgotten, since it would use them where it has none in this one.
    """
    locale.translators.clear()
    options = ["-q", "-E", "-a", "-W", "--keep-going", "-c", str(conf), "-D", f"language={lang}", "-d", str(doctrees)]
    return build_main([*options, *more, str(source), str(folder)])
