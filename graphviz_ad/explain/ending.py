"""What stands below a picture before the first step and after the last: values of inputs, and the one gradient."""

from __future__ import annotations

from dataclasses import replace

from graphviz_ad.autodiff.steps import Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.conditions import conditions
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.overview import Overview, listing, overview
from graphviz_ad.explain.takeaway import takeaway
from graphviz_ad.explain.tangents import final_equation
from graphviz_ad.explain.updates import moved
from graphviz_ad.language.tree import DERIVATIVE

_MATRIX_AXES = 2
"""Axes of a matrix."""
_MAX_MOVES = 2
"""Parameters whose update stands at the end: each takes half a line."""


def around(trace: Trace, what: str, digits: int, *, numbered: bool = True) -> Equation | Overview:
    """Trace and "start" or "finished" → what is shown there: the values of the inputs, or the one gradient.

    `numbered` says whether arrays have numbers in the picture, which need not stand in the equation again.
    """
    if trace.forward_mode is not None:
        ending = final_equation(trace, digits) if what == "finished" else None
        return ending or overview(trace, what, digits)
    if what == "finished" and trace.updates:
        return listing([equation(trace, step, digits).whole for step in moves(trace)])
    ending = takeaway(trace, digits) if what == "finished" else None
    return _beside_its_graph(trace, ending, digits, numbered) if ending else overview(trace, what, digits)


def _beside_its_graph(trace: Trace, ending: Equation, digits: int, numbered: bool) -> Equation:
    """Equation of a gradient → the same without its result, where that is a matrix that stands at its node already;
    between numbers with the comparisons that decided it."""
    left, *others = ending.symbolic.parts
    of, by = left.tree.head[left.root][:2] if left.tree.kind[left.root] == DERIVATIVE else ("", "")
    at = trace.graph.ids.get(by)
    if at is None or not others or of != trace.graph.names[trace.graph.output]:
        return ending
    if len(trace.shape(at)) == _MATRIX_AXES and min(trace.shape(at)) > 1 and numbered:
        return replace(ending, result=Chain((), (), ending.result.digits))
    return replace(ending, provided=conditions(trace, at, digits))


def moves(trace: Trace) -> list[Update]:
    """Trace with an update → the steps that give parameters their next values, as many as stand at the end."""
    steps = [step for step in trace.steps if isinstance(step, Update) and moved(trace, step.node) is not None]
    return steps[:_MAX_MOVES]
