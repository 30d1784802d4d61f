"""Frames of a deck → the words of slides: heading, equation, sentence, as text and in dialects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.diagram.layers import ARRAY_NAMES
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.moments import line, prose
from graphviz_ad.explain.overview import Overview, listing
from graphviz_ad.explain.phrase import latex
from graphviz_ad.language.printer import DISPLAY, LATEX, Dialect

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck


@dataclass(frozen=True, slots=True)
class Slide:
    """The words that go with a frame.

    `sentence` is plain text, `sentence_latex` the same for LaTeX; `spoken` is all of it in one line, for who cannot see
    the picture. `shown` is the equation.
    """

    number: int
    heading: str
    shown: Equation | Overview
    sentence: str
    sentence_latex: str
    spoken: str

    @property
    def equation(self) -> str:
        """The equation as plain text."""
        return self.shown.write(DISPLAY)

    @property
    def latex(self) -> str:
        """The equation as LaTeX, without `$`."""
        return self.shown.write(LATEX)

    def pieces(self, dialect: Dialect) -> list[str]:
        """The equation in pieces between which a line may break."""
        if isinstance(self.shown, Equation):
            return self.shown.pieces(dialect)
        *before, last = self.shown.pieces(dialect) or [""]
        return [*(piece + dialect.listing.rstrip() for piece in before), *([last] if last else [])]


def slides(deck: Deck, numbers: Sequence[int]) -> list[Slide]:
    """Deck and numbers of its frames → the words of each, in the deck's language."""
    return [_slide(deck, number) for number in numbers]


def _slide(deck: Deck, number: int) -> Slide:
    """Deck and number of a frame → its words."""
    caption, frame = deck.captions[number], deck.frames[number]
    trace, style = deck.trace, deck.style
    shown = line(trace, frame.moment, style.digits, numbered=ARRAY_NAMES not in style.layers)
    segments = prose(trace, frame.moment, style.lang, style.digits)
    if frame.step is None:
        segments = (("text", caption.plain_sentence),)
        if number and "gradients" not in style.layers:
            shown = listing([])
    in_latex = _own(deck) or latex(segments)
    return Slide(number, caption.heading, shown, caption.plain_sentence, in_latex, caption.spoken)


def _own(deck: Deck) -> str:
    """Deck → what its author says in place of our sentence, for LaTeX; "" where it is ours."""
    return deck.own_caption.latex() if deck.own_caption else ""


_MARKDOWN = str.maketrans({sign: "\\" + sign for sign in "\\`*_{}[]<>#$~^|&@!"})
"""Characters that CommonMark or Pandoc would read as markup, each behind a backslash."""


def markdown(text: str) -> str:
    r"""Text → Markdown that shows exactly it, in CommonMark as in Pandoc.

    >>> print(markdown("w_1*x # <b>"))
    w\_1\*x \# \<b\>
    """
    return text.translate(_MARKDOWN)


def size_within(deck: Deck, width: float, height: float) -> tuple[int, int]:
    """Deck and a space in pixels → the size of its pictures when they fill it."""
    wide, high = deck.shown
    scale = min(width / wide, height / high)
    return int(wide * scale), int(high * scale)
