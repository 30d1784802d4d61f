"""Frame → how long it should stand where pictures follow one another by themselves."""

from __future__ import annotations

from typing import assert_never

from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, GradCall, Pull, Push, Seed, SeedTangent, Total, Update
from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.frames import Frame

_LETTERS_PER_SECOND = 25.0
"""Latin letters that a reader takes in within a second when there is a picture to look at too."""
_LETTERS_PER_CJK = 2.5
"""Latin letters that a kana or kanji counts for: a sentence of 60 letters is one of 24 characters in Japanese."""
_START_SECONDS, _FINISHED_SECONDS = 2.0, 4.0
"""Beside the reading: one look at a graph without numbers, and a look from gradient to gradient at the end."""
_STATEMENT_SECONDS = 3.0
"""For a whole statement: as much as two or three of its operations."""
_FIRST_STEP_SECONDS = 1.0
"""More for the first step, in which a reader learns where to look."""
_MAX_SECONDS = 9.0
"""No frame stands longer: a slow reader stops the film, and the others do not wait."""


def seconds(frame: Frame, sentence: str) -> float:
    """Frame, and the sentence that stands under it → the seconds it should stand, in tenths.

    A longer sentence stands longer, up to a limit; so do the first step, the seed, the sum at a fan-out, most of all
    the last of its terms, and the finished graph.

    >>> seconds(Frame(0, None, None, (), ()), "The inputs have their values; nothing is computed yet.")
    4.2
    """
    match frame.step:
        case None:
            look = _FINISHED_SECONDS if frame.k else _START_SECONDS
        case Evaluate(k=k):
            look = 1.2 + (_FIRST_STEP_SECONDS if k == 1 else 0.0)
        case Seed() | SeedTangent():
            look = 2.0
        case Pull() | Push():
            look = 1.4
        case Update() | GradCall() | Total():
            look = 2.0
        case StatementSteps():
            look = _STATEMENT_SECONDS
        case Accumulate(count=count, of=of):
            look = 2.8 if count == of else 1.8
        case _:
            assert_never(frame.step)
    letters = sum(_LETTERS_PER_CJK if needs_cjk(sign) else 1.0 for sign in sentence)
    return round(min(look + letters / _LETTERS_PER_SECOND, _MAX_SECONDS), 1)
