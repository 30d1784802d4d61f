"""Frame → how long it should stand where pictures follow one another by themselves."""

from __future__ import annotations

from typing import assert_never

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed
from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.frames import Frame

_LETTERS = 25.0
"""Latin letters that a reader takes in within a second, when there is a picture to look at too."""
_WIDE = 2.5
"""Latin letters that a kana or kanji counts for."""
_START, _FINISHED = 2.0, 4.0
_FIRST = 1.0
"""More for the first step, in which a reader learns where to look."""
_MAX_SECONDS = 9.0


def seconds(frame: Frame, sentence: str) -> float:
    """Frame, and the sentence that stands under it → the seconds it should stand, in tenths.

    A longer sentence stands longer, up to a limit; so do the first step, the seed, the sum at a fan-out, most of all
    the last of its terms, and the finished graph.

    >>> seconds(Frame(0, None, None, (), ()), "The inputs have their values; nothing is computed yet.")
    4.2
    """
    match frame.step:
        case None:
            look = _FINISHED if frame.k else _START
        case Evaluate(k=k):
            look = 1.2 + (_FIRST if k == 1 else 0.0)
        case Seed():
            look = 2.0
        case Pull():
            look = 1.4
        case Accumulate(count=count, of=of):
            look = 2.8 if count == of else 1.8
        case _:
            assert_never(frame.step)
    letters = sum(_WIDE if needs_cjk(sign) else 1.0 for sign in sentence)
    return round(min(look + letters / _LETTERS, _MAX_SECONDS), 1)
