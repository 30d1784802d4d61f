"""Whether two formulas say the same: read by our own parser and computed at many points, never by `eval`."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import Values, forward
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.marking.answers import UnreadableError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items import written
from graphviz_ad.items.model import Formula
from graphviz_ad.items.written import NotAFormulaError
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_WANTED_POINTS = 24
"""Points at which two formulas are compared: at a handful, formulas with kinks may agree by chance."""
_MAX_TRIES = 400
"""Points drawn to find as many at which both are finite: enough where one in sixteen is in the domain."""
_MAX_RELATIVE_ERROR = 1e-7
"""Share by which two values may differ: far above rounding, far below what a mistake changes."""
_MAX_NOISES = 100
"""Times the noise of rounding by which they may differ near 0."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the formulas agree, at how many points they were compared, and why they could not be, if so."""

    agree: bool
    points: int
    problem: UnreadableError | None = None


def agree(answer: str, expected: Formula, trace: Trace) -> Agreement:
    """Answer, the formula that is wanted, a pass over the graph whose nodes stand in both → whether they are the same.

    The inputs of the graph are drawn anew for each point and the names of its nodes stand for their values, so that
    `out*(1 - out)` is `sigmoid(z)*(1 - sigmoid(z))` where `out = sigmoid(z)`. Points at which one of the two is not
    finite are left out, unless only one of them is not.
    """
    asked = written.rule(expected.right)
    try:
        given = written.read(answer, expected.names)
    except NotAFormulaError as problem:
        return Agreement(False, 0, UnreadableError(problem.reason, **problem.fillings))
    chance, missed = random.Random(answer), 0  # noqa: S311
    pairs: list[tuple[float, float]] = []
    for _ in range(_MAX_TRIES):
        scope = _point(trace, chance)
        ours, theirs = written.value(asked, scope), written.value(given, scope)
        if ours is None or theirs is None:
            missed += ours is not None  # the answer is not defined where it should be
            continue
        pairs.append((ours, theirs))
        if len(pairs) == _WANTED_POINTS:
            break
    near = _MAX_NOISES * written.noise([ours for ours, _ in pairs])
    if not all(math.isclose(ours, theirs, rel_tol=_MAX_RELATIVE_ERROR, abs_tol=near) for ours, theirs in pairs):
        return Agreement(False, len(pairs))
    if len(pairs) < _WANTED_POINTS // 4 or missed > len(pairs):
        return Agreement(False, len(pairs), UnreadableError("undefined"))
    return Agreement(True, len(pairs))


def _point(trace: Trace, chance: random.Random) -> dict[str, float]:
    """Trace → the values of the nodes of its graph by name, at inputs drawn by chance."""
    wide, graph = chance.choice((1.0, 3.0)), trace.graph
    inputs = {node: _drawn(trace.values[node], chance, wide) for node in graph.inputs.values()}
    return _scope(graph, forward(graph, inputs))


def _drawn(value: Value, chance: random.Random, wide: float) -> Value:
    """Value of an input → another one within that of 0, or an array of as many."""
    if isinstance(value, float):
        return chance.uniform(-wide, wide)
    return np.reshape([chance.uniform(-wide, wide) for _ in range(value.size)], value.shape)


def _scope(graph: Graph, values: Values) -> dict[str, float]:
    """Graph and the values of its nodes → its numbers by name."""
    return {name: value for name, node in graph.ids.items() if isinstance(value := values[node], float)}


def value_at(answer: str, trace: Trace) -> float | None:
    """A formula in the names of nodes → its value at the inputs of a trace, None where it has none."""
    try:
        return written.value(written.read(answer), _scope(trace.graph, trace.values))
    except GraphvizADError:
        return None
