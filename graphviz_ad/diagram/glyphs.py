"""Outlines of texts in an SVG → each glyph once, and where it is used.

An id is made of what the glyph looks like, so that equal ones mean the same where several pictures stand in one page.
Uses say `xlink:href`, since Inkscape 1.2, Skia and older browsers show nothing at a plain `href`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

Glyphs = Literal["plain", "shared"]
"""How texts stand in an SVG: each as one path, or as uses of glyphs that are defined once."""
XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'
"""What the root of an SVG says where something in it is used by `xlink:href`."""
INK = re.compile(r'<path transform="translate\((\S+) (\S+)\)" fill="([^"]*)" d="([^"]*)"/>')
"""A text's place, colour and outlines, as `<path transform="translate(1 2)" fill="#000000" d="M0 0h5z"/>`."""
PIECE = re.compile(r"M(\S+?) ([-\d.]+)([^M]*)")
"""A piece of a text's outlines: where it begins, and the rest, in relative commands unless it is a bar."""
_USED = re.compile(r'xlink:href="#(g[\w-]+)"')
"""The id of a glyph where it is used."""
_NOUGHT = re.compile(r"(?<![\d.])0(?=\.\d)")
"""The nought of 0.5, but not of 10.5: SVG reads .5 as the same."""
_GAP = re.compile(r"(\.\d+) (?=\.)")
"""Decimals and the space before a number that begins with its point: SVG reads 1.5.25 as 1.5 .25."""
_ID_LETTERS = 6
"""Of the base 64 of a hash: among the two thousand glyphs of a very long page two have one id once in 30,000 pages."""
_MAX_KEPT_TEXTS = 1_024
"""Those of a few frames: at some ten kilobytes each these take ten megabytes."""
_MAX_KEPT_GLYPHS = 65_536
"""A glyph is kept for as long as the program runs: at a kilobyte each these take sixty megabytes."""

_definitions: dict[str, str] = {}
"""What defines the glyphs met so far, by their ids."""


class SharedGlyphs:
    """The parts of the frames of a deck with uses of glyphs: what stands in many frames is made once."""

    def __init__(self) -> None:
        self._drawn: dict[bytes, tuple[str, dict[str, None]]] = {}

    def of(self, parts: Iterable[tuple[str, bytes]]) -> list[str]:
        """Parts of a frame, each with its hash → the body of its SVG: the glyphs, and the parts that use them."""
        ids: dict[str, None] = {}
        body = [""]
        for svg, digest in parts:
            known = self._drawn.get(digest)
            if known is None:
                drawn = with_uses(svg)
                known = self._drawn[digest] = drawn, dict.fromkeys(used(drawn))
            body.append(known[0])
            ids.update(known[1])
        body[0] = definitions(ids)
        return body


def shared(svg: str) -> str:
    """Whole SVG of a picture → the same, in which each glyph stands once."""
    head, end, body = svg.partition("</desc>")
    body = with_uses(body)
    return f"{head.replace(' width', f'{XLINK} width', 1)}{end}{definitions(used(body))}{body}"


def with_uses(body: str) -> str:
    """Piece of an SVG → the same, in which texts are uses of glyphs that `definitions` defines."""
    return INK.sub(_text, body)


def used(body: str) -> tuple[str, ...]:
    """Piece of an SVG with uses → the ids of its glyphs, each once."""
    return tuple(dict.fromkeys(_USED.findall(body)))


def definitions(ids: Iterable[str]) -> str:
    """Ids of glyphs → what defines them."""
    defined = "".join(map(_definitions.__getitem__, dict.fromkeys(ids)))
    return f"<defs>{defined}</defs>" if defined else ""


def shortest(outline: str) -> str:
    """Outline → the same, its numbers without a nought before the point, and no gap before a number that begins so.

    >>> shortest("M0.5 0.25l10.5 -0.5")
    'M.5.25l10.5 -.5'
    """
    return _GAP.sub(r"\1", _NOUGHT.sub("", outline))


def _text(match: re.Match[str]) -> str:
    """A text as one path → the same as uses of its glyphs."""
    x, y, colour, path = match.groups()
    return f'<g transform="translate({x} {y})" fill="{colour}">{_pieces(path)}</g>'


@lru_cache(maxsize=_MAX_KEPT_TEXTS)
def _pieces(path: str) -> str:
    """Outlines of a text → uses of its glyphs; the same text stands at a node in several states."""
    return "".join(_piece(*piece) for piece in PIECE.findall(path))


def _piece(x: str, y: str, outline: str) -> str:
    """A place and what begins there → a use of the glyph, or the bar of a fraction as it is."""
    if outline[:1] == "H":
        return f'<path d="{shortest(f"M{x} {y}{outline}")}"/>'
    if not outline:
        return ""
    along = "" if x == "0" else f' x="{x}"'
    down = "" if y == "0" else f' y="{y}"'
    return f'<use xlink:href="#{_id(outline)}"{along}{down}/>'


@lru_cache(maxsize=_MAX_KEPT_GLYPHS)
def _id(outline: str) -> str:
    """Outline of a glyph → its id, by which it can be defined from now on."""
    digest = hashlib.sha256(outline.encode()).digest()
    name = "g" + base64.urlsafe_b64encode(digest).decode()[:_ID_LETTERS]
    drawn = shortest(outline if outline[0] == "m" else f"M0 0{outline}")
    _definitions[name] = f'<path id="{name}" d="{drawn}"/>'
    return name
