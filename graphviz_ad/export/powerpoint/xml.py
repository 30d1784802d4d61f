"""Text → XML of Office: what it cannot hold is left out, the rest escaped."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # python-pptx is an extra
    from pptx.oxml.xmlchemy import BaseOxmlElement

EMU_PER_POINT = 12700
"""English Metric Units, in which Office measures: 914400 an inch, of 72 points."""
_FORBIDDEN_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that XML 1.0 cannot hold, as most control characters below U+0020."""
_MAX_ALT_CHARACTERS = 2000
"""Of an alternative text; screen readers and PowerPoint's field cut longer ones."""

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "d14": "http://schemas.microsoft.com/office/drawing/2010/main",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    "p159": "http://schemas.microsoft.com/office/powerpoint/2015/09/main",
}
"""Prefixes as PowerPoint uses them, but for `d14` (see `drawing`)."""


RELATION_TYPES = NAMESPACES["r"]
"""With what the types of relations between parts begin."""


def element(text: str | bytes) -> BaseOxmlElement:
    """XML → an element as python-pptx has them."""
    from pptx.oxml import parse_xml

    parsed: BaseOxmlElement = parse_xml(text)
    return parsed


def namespace_declarations(*prefixes: str) -> str:
    """Prefixes → their declarations, as attributes."""
    return "".join(f' xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in prefixes)


def valid_text(text: str) -> str:
    """Text → the same without characters that XML 1.0 cannot hold."""
    return _FORBIDDEN_CHARACTERS.sub("\ufffd", text)


def alt_text(text: str) -> str:
    """Alternative text for readers who cannot see the shape → the same, cut to the length that is read out."""
    text = valid_text(text)
    return text if len(text) <= _MAX_ALT_CHARACTERS else text[: _MAX_ALT_CHARACTERS - 1] + "…"


def escape(text: str) -> str:
    """Text → the same as the content of an element."""
    return valid_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attributes(*pairs: tuple[str, object]) -> str:
    """Names and values → attributes, those that are None left out."""
    return "".join(
        f' {name}="{value if type(value) is int else _quoted(str(value))}"'
        for name, value in pairs
        if value is not None
    )


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """Text → the same as the value of an attribute; most come again and again."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;")


def emu(points: float) -> int:
    """Points → English Metric Units, whole."""
    return round(points * EMU_PER_POINT)
