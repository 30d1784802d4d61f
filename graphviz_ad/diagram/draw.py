"""Trace → one picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.budget import Progress
from graphviz_ad.diagram.layers import layers_in_symbols
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.selection import By, make_selection, require_step
from graphviz_ad.diagram.style import Style, StyleOptions, make_style
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.moments import line
from graphviz_ad.explain.sums import sum_at_node, terms_at_node
from graphviz_ad.language.printer import DISPLAY


def draw(
    trace: Trace, step: int | None = None, *, by: By = "edge", progress: Progress | None = None,
    **options: Unpack[StyleOptions],
) -> Picture:  # fmt: skip
    """Trace → the picture of step `step`, 0 … the number of steps; unless given, the finished pass, not told as a step.

    `by` is what makes a step (`selection.By`). Options are those of `make_style`; `progress` is called with how many
    texts are set, and how many there are. Raises GraphvizADError for a step that is not there.
    """
    style = make_style(**options)
    if trace.in_symbols:
        style = replace(
            style, layers=layers_in_symbols(style.layers, equations=style.annotations.equations is not None)
        )
    trace, style, remark = legible(trace, style, progress, is_single=step is None)
    if step is None and _adds_below(trace, style):
        style = replace(style, layers=tuple(layer for layer in style.layers if layer != "sums"))
    total, selection = len(trace.steps), make_selection(by)
    if step is not None:
        require_step(trace, selection, step)
    number = total + 1 if step is None else step
    is_step = step is not None
    deck = Deck(trace, style, [number], progress, remark, selection=selection)
    return Picture(deck, number, counter=is_step, bar=is_step)


def _adds_below(trace: Trace, style: Style) -> bool:
    """Whether the equation below the finished picture says the only sum of contributions, which needs no second place
    at its node then."""
    sums = [node for node in range(len(trace.graph)) if terms_at_node(trace, node)]
    if len(sums) != 1 or trace.in_symbols or not {"values", "gradients", "sums"} <= {*style.layers}:
        return False
    shown = line(trace, "finished", style.digits)
    numbers = shown.substituted.write(DISPLAY) if isinstance(shown, Equation) and shown.adds else ""
    return numbers == sum_at_node(trace, sums[0], style.digits, DISPLAY)[0]
