"""Deck → LaTeX (class standalone): a page for each step, or one picture to be included in another document."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.latex.tikz import picture, words
from graphviz_ad.export.latex.tikz_style import opening, packages, preamble


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone) -> DeckFiles:
    """Deck → a LaTeX document of as many pages as there are frames to show: one picture, drawn for each page."""
    lines = picture(deck, numbers, paper=True)
    captions = [rf"\only<{n}>{{\adsay{arguments}}}%" for n, arguments in enumerate(words(deck, numbers), 1)]
    pages = ",".join(map(str, range(1, len(numbers) + 1))) if len(numbers) < 4 else f"1,...,{len(numbers)}"
    document = _document(deck, [rf"\foreach \adpage in {{{pages}}} {{%", *captions, *lines, "}"], pages=True)
    for done in range(len(numbers)):
        tell(done + 1)
    return document.encode(), []


def included(deck: Deck, number: int) -> str:
    r"""Deck and number of a frame → a LaTeX document with its picture, which `\input` includes."""
    lines = picture(deck, [number], paper=True)
    return _document(deck, [rf"\adsay{words(deck, [number])[0]}%", *lines], pages=False)


def _document(deck: Deck, body: Sequence[str], *, pages: bool) -> str:
    """Lines of the body → the document, which may have several pages."""
    document = [
        *opening(deck.title, body, deck.style.lang),
        r"\documentclass[tikz]{standalone}",
        *packages(body, deck.style.lang, slides=False),
        *preamble(
            deck.style.theme,
            pages=pages,
            updates=bool(deck.trace.updates),
            backward_graph=isinstance(deck.scene, BackwardScene),
        ),
        "",
        r"\begin{document}",
        *body,
        r"\end{document}",
    ]
    return "\n".join(document) + "\n"
