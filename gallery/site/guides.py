"""The guides in gallery/, which people also read on a forge → pages of the site, with links that lead there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

GALLERY = Path(__file__).parents[1]
_PAGES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "exercises.md": "howto/exercises.md",
        "students.md": "howto/students.md",
        "documents.md": "howto/documents.md",
        "install.md": "howto/install.md",
        "operations.md": "reference/operations.md",
        "../README.md": "index.md",
    },
    "ja": {
        "exercises-ja.md": "howto/exercises.md",
        "students-ja.md": "howto/students.md",
        "../README.md": "index.md",
    },
}
"""By language and file, from gallery/, the page it becomes, or that stands for it."""
_WRITTEN = ("../README.md",)
"""Files whose page is written by hand."""
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#:]+)(#[^)]*)?\)")
_SIGNPOST = re.compile(r"^\[[^\]]*\]\([^)]*\)(?: · \[[^\]]*\]\([^)]*\))+\n\n", re.MULTILINE)
"""A line of links to the other guides, in place of which the site has its contents."""


def pages(lang: str) -> dict[str, str]:
    """Language → the page of each guide."""
    return {page: converted(file, lang) for file, page in _PAGES[lang].items() if file not in _WRITTEN}


def converted(file: str, lang: str) -> str:
    """Guide → its text with links to pages of the site; a link to a file that is no page becomes its words."""
    known, depth = _PAGES[lang], _PAGES[lang][file].count("/")

    def link(match: re.Match[str]) -> str:
        label, target, place = match[1], match[2], match[3] or ""
        if target not in known:
            return label
        return f"[{label}]({'../' * depth}{known[target]}{place})"

    text = (GALLERY / file).read_text(encoding="utf-8")
    return _LINK.sub(link, _SIGNPOST.sub("", text))
