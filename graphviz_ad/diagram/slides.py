"""Frames of a deck → the words of slides: heading, equation, sentence, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.overview import overview
from graphviz_ad.explain.phrase import latex
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.language.printer import DISPLAY, LATEX, Dialect

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck


@dataclass(frozen=True, slots=True)
class Slide:
    """The words that go with a frame.

    `equation` and `sentence` are plain text, `latex` and `sentence_latex` the same for LaTeX (the equation without `$`,
    in `pieces` between which a line may break); `spoken` is all of it in one line, for who cannot see the picture.
    """

    number: int
    heading: str
    equation: str
    latex: str
    pieces: tuple[str, ...]
    sentence: str
    sentence_latex: str
    spoken: str


def slides(deck: Deck, numbers: Sequence[int]) -> list[Slide]:
    """Deck and numbers of its frames → the words of each, in the deck's language."""
    return [_slide(deck, number) for number in numbers]


def _slide(deck: Deck, number: int) -> Slide:
    """Deck and number of a frame → its words."""
    caption, step = deck.captions[number], deck.frames[number].step
    trace, style = deck.trace, deck.style
    if step is None:
        line = overview(trace, "start" if number == 0 else "finished", style.digits)

        def write(dialect: Dialect) -> str:
            return (r", \quad " if dialect is LATEX else ", ").join(line.pieces(dialect))

        pieces = line.pieces(LATEX)
        pieces[:-1] = [rf"{piece}, \quad" for piece in pieces[:-1]]
        in_latex = latex([("text", caption.plain_sentence)])
    else:
        stages = equation(trace, step, style.digits)
        write = stages.write
        pieces = [(sign + part).strip() for sign, part in stages.whole.relations(LATEX)]
        in_latex = latex(sentence(trace, step, style.lang, style.digits))
    plain, mathematics = write(DISPLAY), write(LATEX)
    return Slide(
        number, caption.heading, plain, mathematics, tuple(pieces), caption.plain_sentence, in_latex, caption.spoken
    )


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
