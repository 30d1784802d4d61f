"""SVG → PNG and PDF, by Typst: a page for each picture, as large as the picture."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from graphviz_ad.diagram.budget import require_pixels
from graphviz_ad.diagram.painted import Part, part
from graphviz_ad.diagram.typeset import new_compiler
from graphviz_ad.export.deck_files import PicturesDone

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck
    from graphviz_ad.graph.graph import Limits

_CACHED_COMPILERS = 8
"""Three templates, with fonts of several scripts, in a few threads; a compiler holds some megabytes."""

_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#for (i, picture) in json(bytes(sys.inputs.pictures)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(picture.svg), format: "svg", alt: picture.alt, width: picture.width * 1pt)
}
"""
"""Typst's document with a page for each SVG, as large as the picture."""


class Shown(Protocol):
    """A picture, its size in pixels, and how large it may grow."""

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height."""

    @property
    def limits(self) -> Limits:
        """Those of its graph."""

    def svg(self) -> str:
        """→ SVG text."""


class Compiler(Protocol):
    """Compiler of a Typst template, of which the library declares no types."""

    def compile(
        self, *, sys_inputs: dict[str, str], format: str, ppi: float = ..., pdf_standards: list[str] = ...
    ) -> bytes:
        """Inputs of the template → the file in that format."""


LAYERS = """
#let (width, height) = (float(sys.inputs.width) * 1pt, float(sys.inputs.height) * 1pt)
#set page(width: width, height: height, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#let layers = json(bytes(sys.inputs.layers)).map(svg => bytes(svg))
#let layer(n, alt) = place(image(layers.at(n), format: "svg", alt: alt, width: width))
"""
"""Beginning of a document whose pages are layers: `layer` puts the one with that number on the page."""

_PICTURES = f"""{LAYERS}
#for (i, page) in json(bytes(sys.inputs.pages)).enumerate() {{
  if i > 0 {{ pagebreak() }}
  for (n, which) in page.layers.enumerate() {{ layer(which, if n == 0 {{ page.alt }}) }}
}}
"""
"""Document whose pages are layers one on the other; the alternative text is at the lowest."""


def pdf(pictures: Sequence[str]) -> bytes:
    """SVGs → one PDF, a page for each; a unit of the picture is 0.75 points, as for pixels in CSS."""
    return compiler(_PAGE).compile(sys_inputs=_inputs(pictures), format="pdf")


def pictures(deck: Deck, numbers: Sequence[int], tell: PicturesDone) -> bytes:
    """Deck → one PDF with a page for each of its frames, as large as the picture, to be shown by other documents."""
    layers = Layers(deck)
    pages = []
    for done, number in enumerate(numbers, 1):
        words = part("".join(placed.ink for placed in deck.words(number)))
        pages.append({"layers": layers.of((*deck.layers(number), words)), "alt": deck.captions[number].spoken})
        tell(done)
    return compiler(_PICTURES).compile(sys_inputs=layers.inputs(pages), format="pdf")


class Layers:
    """The layers of a deck's frames, each once.

    Most of them are those of other pages too, and Typst reads each only once: a page as a whole would be half a
    megabyte of outlines.
    """

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.place: dict[bytes, int] = {}
        self.layers: list[str] = []

    def of(self, parts: Iterable[Part]) -> list[int]:
        """Parts that lie one on the other → their places in the list."""
        width, height = self.deck.full_width, self.deck.height
        places = []
        for svg, digest in parts:
            if digest not in self.place:
                self.place[digest] = len(self.layers)
                self.layers.append(
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
                    f'viewBox="0 0 {width:g} {height:g}">{svg}</svg>'
                )
            places.append(self.place[digest])
        return places

    def inputs(self, pages: Sequence[Mapping[str, object]]) -> dict[str, str]:
        """Pages → what the template is given."""
        deck = self.deck
        scale = 0.75 * deck.shown[0] / deck.full_width
        return {
            "layers": json.dumps(self.layers), "pages": json.dumps(pages), "title": deck.title,
            "width": f"{scale * deck.full_width:g}", "height": f"{scale * deck.height:g}",
        }  # fmt: skip


def png(picture: str, scale: float = 2.0) -> bytes:
    """SVG → PNG with `scale` pixels a unit of the picture."""
    return compiler(_PAGE).compile(sys_inputs=_inputs([picture]), format="png", ppi=96.0 * scale)


def picture_png(picture: Shown, scale: float = 2.0) -> bytes:
    """Picture → PNG with `scale` pixels a unit of it.

    Raises LimitError where that is too large.
    """
    width, height = picture.shown
    require_pixels(scale * width, scale * height, picture.limits)
    return png(picture.svg(), scale)


def _inputs(pictures: Sequence[str]) -> dict[str, str]:
    """SVGs → what the template of pages is given."""
    listed = [
        {"svg": svg, "alt": _between(svg, "desc"), "width": 0.75 * float(_WIDTH.search(svg)[1])}  # type: ignore[index]
        for svg in pictures
    ]
    return {"pictures": json.dumps(listed), "title": _between(pictures[0], "title")}


_WIDTH = re.compile(r'width="([\d.]+)"')
"""The first width in an SVG, which is that of the picture: `width="320.5"`."""


def _between(svg: str, tag: str) -> str:
    """The text of the first element of that name."""
    from html import unescape

    match = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", svg, re.DOTALL)
    return unescape(match[1]) if match else ""


def compiler(template: str, folders: tuple[str, ...] = ()) -> Compiler:
    """Template and folders of fonts → a compiler for it, of which each thread has its own."""
    return _cached_compiler(threading.get_ident(), template, folders)


@lru_cache(maxsize=_CACHED_COMPILERS)
def _cached_compiler(thread: int, template: str, folders: tuple[str, ...]) -> Compiler:
    compiler: Compiler = new_compiler(template, folders)
    return compiler
