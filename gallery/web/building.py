"""A folder of pages in MyST → HTML: what starts Sphinx for the lesson and for the site."""

from __future__ import annotations

from pathlib import Path

from sphinx.cmd.build import build_main


def build(source: Path, conf: Path, lang: str, folder: Path, doctrees: Path) -> int:
    """Pages, the folder of their conf.py, language, and where to → the exit code of Sphinx, 1 for any warning.

    All pages are read anew, since they show what the program prints; pictures stay beside the doctrees.
    """
    options = ["-q", "-E", "-a", "-W", "--keep-going", "-c", str(conf), "-D", f"language={lang}", "-d", str(doctrees)]
    return build_main([*options, str(source), str(folder)])
