"""Whether two formulas say the same: read by our own parser and computed at many points, never by `eval`."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.model import Formula
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph, Limits

_POINTS = 24
_TRIES = 400
_NEAR = 1e-7
_LIMITS = Limits(length=2_000, nodes=500, array=64)
"""How large a student's formula may be."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the formulas agree, at how many points they were compared, and why they could not be, if so."""

    agree: bool
    points: int
    problem: str = ""


def agree(answer: str, wanted: Formula, graph: Graph) -> Agreement:
    """Answer, the formula that is wanted, the graph whose nodes stand in both → whether they are the same.

    The inputs of the graph are drawn anew for each point and the names of its nodes stand for their values, so that
    `out*(1 - out)` is `sigmoid(z)*(1 - sigmoid(z))` where `out = sigmoid(z)`. Points at which one of the two is not
    finite are left out, unless only one of them is not.
    """
    try:
        asked, given = _read(wanted.right), _read(answer)
    except GraphvizADError as problem:
        return Agreement(False, 0, str(problem))
    unknown = [name for name in given.inputs if name not in wanted.names]
    if unknown:
        return Agreement(False, 0, f"'{unknown[0]}' is no node of the graph")
    chance, compared, missed = random.Random(answer), 0, 0  # noqa: S311
    for _ in range(_TRIES):
        scope = _point(graph, chance)
        ours, theirs = _value(asked, scope), _value(given, scope)
        if ours is None or theirs is None:
            missed += ours is not None  # the answer is not defined where it should be
            continue
        if not math.isclose(ours, theirs, rel_tol=_NEAR, abs_tol=_NEAR):
            return Agreement(False, compared + 1)
        compared += 1
        if compared == _POINTS:
            break
    if compared < _POINTS // 4 or missed > compared:
        return Agreement(False, compared, "the answer is not defined where the derivative is")
    return Agreement(True, compared)


def _read(text: str) -> Graph:
    return parse(text, limits=_LIMITS)


def _point(graph: Graph, chance: random.Random) -> dict[str, float]:
    """Graph → the values of its nodes by name, at inputs drawn by chance."""
    wide = chance.choice((1.0, 3.0))
    inputs = {node: chance.uniform(-wide, wide) for node in graph.inputs.values()}
    values = forward(graph, inputs)
    return {name: values[node] for name, node in graph.ids.items() if isinstance(values[node], float)}


def _value(formula: Graph, scope: Mapping[str, Any]) -> float | None:
    """Formula and what its names stand for → its value, None where it has none that is finite."""
    if any(name not in scope for name in formula.inputs):
        return None
    try:
        found = forward(formula, {node: scope[name] for name, node in formula.inputs.items()})[formula.output]
    except GraphvizADError:
        return None
    return found if isinstance(found, float) and math.isfinite(found) else None


def value_at(answer: str, trace: Trace) -> float | None:
    """A formula in the names of nodes → its value at the inputs of a trace, None where it has none."""
    values = trace.values
    scope = {name: values[node] for name, node in trace.graph.ids.items() if isinstance(values[node], float)}
    try:
        return _value(_read(answer), scope)
    except GraphvizADError:
        return None
