"""Deck → LaTeX (class standalone): a page for each step, or one picture to be included in another document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphviz_ad.diagram.picture import Deck
from graphviz_ad.export.latex.tikz import picture, words
from graphviz_ad.export.latex.tikz_style import opening, packages, preamble


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None]
) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Deck → a LaTeX document of as many pages as there are frames to show: one picture, drawn for each page."""
    lines = picture(deck, numbers, paper=True)
    said = [rf"\only<{n}>{{\adsay{one}}}%" for n, one in enumerate(words(deck, numbers), 1)]
    each = ",".join(map(str, range(1, len(numbers) + 1))) if len(numbers) < 4 else f"1,...,{len(numbers)}"
    made = _document(deck, [rf"\foreach \adpage in {{{each}}} {{%", *said, *lines, "}"], pages=True)
    for done in range(len(numbers)):
        tell(done + 1)
    return made.encode(), []


def one(deck: Deck, number: int) -> str:
    r"""Deck and number of a frame → a LaTeX document with its picture, which `\input` includes."""
    lines = picture(deck, [number], paper=True)
    return _document(deck, [rf"\adsay{words(deck, [number])[0]}%", *lines], pages=False)


def _document(deck: Deck, body: Sequence[str], *, pages: bool) -> str:
    """Lines of the body → the document, which may have several pages."""
    made = [
        *opening(deck.title, body, deck.style.lang),
        r"\documentclass[tikz]{standalone}",
        *packages(body, deck.style.lang, slides=False),
        *preamble(deck.style.theme, pages=pages),
        "",
        r"\begin{document}",
        *body,
        r"\end{document}",
    ]
    return "\n".join(made) + "\n"
