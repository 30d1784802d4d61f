"""SVG → PNG and PDF, by Typst: a page for each picture, as large as the picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.paint import part

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#for (i, picture) in json(bytes(sys.inputs.pictures)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(picture.svg), format: "svg", alt: picture.alt, width: picture.width * 1pt)
}
"""

_DECK = """
#let (width, height) = (float(sys.inputs.width) * 1pt, float(sys.inputs.height) * 1pt)
#set page(width: width, height: height, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#let layers = json(bytes(sys.inputs.layers)).map(svg => bytes(svg))
#let layer(n, alt) = place(image(layers.at(n), format: "svg", alt: alt, width: width))
#for (i, shown) in json(bytes(sys.inputs.pages)).enumerate() {
  if i > 0 { pagebreak() }
  for (n, which) in shown.layers.enumerate() { layer(which, if n == 0 { shown.alt }) }
}
"""


def pdf(pictures: Sequence[str]) -> bytes:
    """SVGs → one PDF, a page for each; a unit of the picture is 0.75 points, as for pixels in CSS."""
    answer: bytes = _compile(pictures, format="pdf")
    return answer


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → one PDF with a page for each of its frames.

    A page is laid together from the layers of its frame. Most of them are those of other pages too, and Typst
    reads each only once: a page as a whole would be half a megabyte of outlines.
    """
    import json

    width, height = deck.full_width, deck.height
    place: dict[bytes, int] = {}
    layers: list[str] = []
    pages = []
    for done, number in enumerate(numbers, 1):
        shown = []
        words = part("".join(said.ink for said in deck.words(number)))
        for svg, digest in (*deck.layers(number), words):
            if digest not in place:
                place[digest] = len(layers)
                layers.append(
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
                    f'viewBox="0 0 {width:g} {height:g}">{svg}</svg>'
                )
            shown.append(place[digest])
        pages.append({"layers": shown, "alt": deck.captions[number].spoken})
        tell(done)
    scale = 0.75 * deck.shown[0] / width
    inputs = {"layers": json.dumps(layers), "pages": json.dumps(pages), "title": deck.title}
    size = {"width": f"{scale * width:g}", "height": f"{scale * height:g}"}
    return _compiler(_DECK).compile(sys_inputs=inputs | size, format="pdf"), []


def png(picture: str, scale: float = 2.0) -> bytes:
    """SVG → PNG with `scale` pixels a unit of the picture."""
    answer: bytes = _compile([picture], format="png", ppi=96.0 * scale)
    return answer


def _compile(pictures: Sequence[str], **how: Any) -> Any:
    import json

    listed = [
        {"svg": svg, "alt": _between(svg, "desc"), "width": 0.75 * float(_WIDTH.search(svg)[1])}  # type: ignore[index]
        for svg in pictures
    ]
    inputs = {"pictures": json.dumps(listed), "title": _between(pictures[0], "title")}
    return _compiler(_PAGE).compile(sys_inputs=inputs, **how)


_WIDTH = re.compile(r'width="([\d.]+)"')


def _between(svg: str, tag: str) -> str:
    """The text of the first element of that name."""
    from html import unescape

    found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", svg, re.DOTALL)
    return unescape(found[1]) if found else ""


@lru_cache(maxsize=2)
def _compiler(template: str) -> Any:
    """Template → a compiler for it, kept."""
    from graphviz_ad.diagram.typeset import new_compiler

    return new_compiler(template, ())
