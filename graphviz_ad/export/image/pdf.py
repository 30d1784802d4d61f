"""Deck → PDF for a screen: a page for each step, whose words are text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain

from graphviz_ad.diagram.fonts import fonts_for, typst_lang
from graphviz_ad.diagram.paint import PlacedWords
from graphviz_ad.diagram.painted import part
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.surroundings import plain_caption
from graphviz_ad.diagram.typeset import Request
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.image.pages import LAYERS, Layers, compiler
from graphviz_ad.export.image.set_labels import SET, SetLabels
from graphviz_ad.messages.catalogue import say

_DECK = f"""{LAYERS}{SET}
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
  let (paper, formula, graph) = page.layers
  pdf.artifact(layer(paper, none))
  said(page.words.first())
  layer(formula, page.alt)
  pdf.artifact({{
    layer(graph, none)
    for it in page.placed {{ placed(it) }}
  }})
  for word in page.words.slice(1) {{ said(word) }}
}}
"""
"""Typst's document of a deck: on each page the shapes of the graph, its labels and the words of the step as text."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    """Deck → one PDF with a page for each of its frames, tagged as PDF/UA-1 wants it (ISO 14289-1).

    The step's number is the heading of its page, and so a bookmark; equation and sentence are text, which can be
    searched, marked and read aloud, in the places they have in the picture. Pages are numbered as steps are.
    """
    scale = 0.75 * deck.shown[0] / deck.full_width
    layers, labels = Layers(deck), SetLabels(deck, scale)
    graph, caption = say("player.graph", deck.style.lang), plain_caption(deck.style.annotations)
    alt = ". ".join(filter(None, (f"{graph}: {deck.title}", caption)))
    pages = []
    for done, number in enumerate(numbers, 1):
        paper, formula, *parts = (svg for svg, _ in deck.layers(number))
        header, end, around = formula.partition("</g>")  # the header is shifted, what stands around it is not
        pieces = [header + end, around, *parts]
        shapes, placed = zip(*map(labels.taken_from, pieces), strict=True)
        places = layers.of(map(part, (paper, "".join(shapes[:2]), "".join(shapes[2:]))))
        words = [
            _word(placed, request, scale)
            for placed, request in zip(deck.words(number), deck.captions[number].requests, strict=True)
        ]
        pages.append({"layers": places, "placed": [*chain(*placed)], "alt": alt, "words": words, "number": number})
        tell(done)
    markups = "".join(str(text["markup"]) for text in labels.texts)
    markups += "".join(request.markup for number in numbers for request in deck.captions[number].requests)
    fonts = fonts_for(markups, deck.style.theme.fonts, lang=deck.style.lang)
    inputs = layers.inputs(pages) | fonts.inputs
    inputs |= {"lang": typst_lang(deck.style.lang), "texts": json.dumps(labels.texts)}
    return compiler(_DECK, fonts.folders).compile(sys_inputs=inputs, format="pdf", pdf_standards=["ua-1"]), []


def _word(words: PlacedWords, request: Request, scale: float) -> dict[str, str | float | None]:
    """Words in their place, and how they were set → the same for the template, in points of the page.

    `rise` is how far above the baseline the words begin, and more than enough.
    """
    rise = 2 * request.size - words.placed.label.box[1]
    return {
        "markup": request.markup, "size": scale * request.size, "colour": words.colour,
        "width": None if request.width is None else scale * request.width,
        "x": scale * words.placed.x, "y": scale * words.placed.y, "rise": scale * rise,
    }  # fmt: skip
