"""SVG → PNG and PDF, by Typst: a page for each picture, as large as the picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title)
#for (i, picture) in json(bytes(sys.inputs.pictures)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(picture.svg), format: "svg", alt: picture.alt, width: picture.width * 1pt)
}
"""


def pdf(pictures: Sequence[str]) -> bytes:
    """SVGs → one PDF, a page for each; a unit of the picture is 0.75 points, as for pixels in CSS."""
    answer: bytes = _compile(pictures, format="pdf")
    return answer


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → one PDF with a page for each of its frames."""
    pages = []
    for done, number in enumerate(numbers, 1):
        pages.append(deck.svg(number))
        tell(done)
    return pdf(pages), []


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
    return _compiler().compile(sys_inputs=inputs, **how)


_WIDTH = re.compile(r'width="([\d.]+)"')


def _between(svg: str, tag: str) -> str:
    """The text of the first element of that name."""
    from html import unescape

    found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", svg, re.DOTALL)
    return unescape(found[1]) if found else ""


@lru_cache(maxsize=1)
def _compiler() -> Any:
    from graphviz_ad.diagram.typeset import new_compiler

    return new_compiler(_PAGE, ())
