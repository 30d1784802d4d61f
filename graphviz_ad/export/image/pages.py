"""SVG → PNG and PDF, by Typst: a page for each picture, as large as the picture; deck → PDF whose words are text."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.paint import Part, part
from graphviz_ad.messages import words

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck, Said
    from graphviz_ad.diagram.typeset import Request

_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#for (i, picture) in json(bytes(sys.inputs.pictures)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(picture.svg), format: "svg", alt: picture.alt, width: picture.width * 1pt)
}
"""

_LAYERS = """
#let (width, height) = (float(sys.inputs.width) * 1pt, float(sys.inputs.height) * 1pt)
#set page(width: width, height: height, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#let layers = json(bytes(sys.inputs.layers)).map(svg => bytes(svg))
#let layer(n, alt) = place(image(layers.at(n), format: "svg", alt: alt, width: width))
"""

_PICTURES = f"""{_LAYERS}
#for (i, page) in json(bytes(sys.inputs.pages)).enumerate() {{
  if i > 0 {{ pagebreak() }}
  for (n, which) in page.layers.enumerate() {{ layer(which, if n == 0 {{ page.alt }}) }}
}}
"""

_DECK = f"""{_LAYERS}
#let families = json(bytes(sys.inputs.families))
#set page(numbering: "1", footer: none)
#set par(leading: 0.7em)
#set text(font: (sys.inputs.textfont, ..families), fallback: true, lang: sys.inputs.lang)
#show math.equation: set text(font: (sys.inputs.mathfont, ..families), cjk-latin-spacing: none)
#show heading: it => it.body
#let said(word) = place(dx: word.x * 1pt, dy: (word.y - word.rise) * 1pt, {{
  let strut = box(width: 0pt, height: word.rise * 1pt)  // a line begins that far above its baseline, whatever is in it
  let body = text(size: word.size * 1pt, fill: rgb(word.colour), weight: "regular",
    strut + eval(word.markup, mode: "markup"))
  if word.width == none {{ heading(level: 1, body) }} else {{ block(width: word.width * 1pt, align(center, body)) }}
}})
#for (i, page) in json(bytes(sys.inputs.pages)).enumerate() {{
  if i > 0 {{ pagebreak() }}
  counter(std.page).update(page.number)
  let (paper, formula, ..graph) = page.layers
  pdf.artifact(layer(paper, none))
  said(page.words.first())
  layer(formula, page.alt)
  pdf.artifact(for which in graph {{ layer(which, none) }})
  for word in page.words.slice(1) {{ said(word) }}
}}
"""


def pdf(pictures: Sequence[str]) -> bytes:
    """SVGs → one PDF, a page for each; a unit of the picture is 0.75 points, as for pixels in CSS."""
    answer: bytes = _compile(pictures, format="pdf")
    return answer


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → one PDF with a page for each of its frames, tagged as PDF/UA-1 wants it (ISO 14289-1).

    The step's number is the heading of its page, and so a bookmark; equation and sentence are text, which can be
    searched, marked and read aloud, in the places they have in the picture. Pages are numbered as steps are.
    """
    from graphviz_ad.diagram.fonts import fonts_for

    scale = 0.75 * deck.shown[0] / deck.full_width
    layers = _Layers(deck)
    alt = words.say("player.graph", deck.style.lang)
    pages = []
    for done, number in enumerate(numbers, 1):
        shown = layers.of(deck.layers(number))
        said = [
            _word(one, request, scale)
            for one, request in zip(deck.words(number), deck.captions[number].requests, strict=True)
        ]
        pages.append({"layers": shown, "alt": f"{alt}: {deck.title}", "words": said, "number": number})
        tell(done)
    markups = "".join(request.markup for number in numbers for request in deck.captions[number].requests)
    fonts = fonts_for(markups, deck.style.theme.fonts)
    inputs = layers.inputs(pages) | fonts.inputs | {"lang": deck.style.lang}
    made: bytes = _compiler(_DECK, fonts.folders).compile(sys_inputs=inputs, format="pdf", pdf_standards=["ua-1"])
    return made, []


def pictures(deck: Deck, numbers: Sequence[int], tell: Callable[[int], None]) -> bytes:
    """Deck → one PDF with a page for each of its frames, as large as the picture, to be shown by other documents."""
    layers = _Layers(deck)
    pages = []
    for done, number in enumerate(numbers, 1):
        said = part("".join(one.ink for one in deck.words(number)))
        pages.append({"layers": layers.of((*deck.layers(number), said)), "alt": deck.captions[number].spoken})
        tell(done)
    answer: bytes = _compiler(_PICTURES).compile(sys_inputs=layers.inputs(pages), format="pdf")
    return answer


class _Layers:
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
        shown = []
        for svg, digest in parts:
            if digest not in self.place:
                self.place[digest] = len(self.layers)
                self.layers.append(
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
                    f'viewBox="0 0 {width:g} {height:g}">{svg}</svg>'
                )
            shown.append(self.place[digest])
        return shown

    def inputs(self, pages: list[dict[str, Any]]) -> dict[str, str]:
        """Pages → what the template is given."""
        deck = self.deck
        scale = 0.75 * deck.shown[0] / deck.full_width
        return {
            "layers": json.dumps(self.layers), "pages": json.dumps(pages), "title": deck.title,
            "width": f"{scale * deck.full_width:g}", "height": f"{scale * deck.height:g}",
        }  # fmt: skip


def _word(said: Said, request: Request, scale: float) -> dict[str, Any]:
    """Words in their place, and how they were set → the same for the template, in points of the page.

    `rise` is how far above the baseline the words begin, and more than enough.
    """
    rise = 2 * request.size - said.placed.label.box[1]
    return {
        "markup": request.markup, "size": scale * request.size, "colour": said.colour,
        "width": None if request.width is None else scale * request.width,
        "x": scale * said.placed.x, "y": scale * said.placed.y, "rise": scale * rise,
    }  # fmt: skip


def png(picture: str, scale: float = 2.0) -> bytes:
    """SVG → PNG with `scale` pixels a unit of the picture."""
    answer: bytes = _compile([picture], format="png", ppi=96.0 * scale)
    return answer


def _compile(pictures: Sequence[str], **how: Any) -> Any:
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


def _compiler(template: str, folders: tuple[str, ...] = ()) -> Any:
    """Template and folders of fonts → a compiler for it, of which each thread has its own."""
    return _kept(threading.get_ident(), template, folders)


@lru_cache(maxsize=8)
def _kept(thread: int, template: str, folders: tuple[str, ...]) -> Any:
    from graphviz_ad.diagram.typeset import new_compiler

    return new_compiler(template, folders)
