"""Trace → one picture."""

from __future__ import annotations

from typing import Unpack

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.budget import Progress
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.errors import GraphvizADError


def draw(
    trace: Trace, step: int | None = None, *, progress: Progress | None = None, **options: Unpack[StyleOptions]
) -> Picture:
    """Trace → the picture of step `step`, 0 … the number of steps; unless given, the finished pass, not told as a step.

    Options are those of `make_style`; `progress` is called with how many texts are set, and how many there are. Raises
    GraphvizADError for a step that is not there.
    """
    trace, style, remark = legible(trace, make_style(**options), progress)
    total = len(trace.steps)
    if step is not None and not 0 <= step <= total:
        raise GraphvizADError(f"there is no step {step}", hint=f"the steps are 0 to {total}")
    number = total + 1 if step is None else step
    is_step = step is not None
    deck = Deck(trace, style, [number], progress, remark)
    return Picture(deck, number, counter=is_step, bar=is_step)
