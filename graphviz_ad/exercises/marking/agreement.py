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
from graphviz_ad.exercises.marking.answers import LONGEST, UnreadableError, cleaned
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.items.model import Formula

_POINTS = 24
_TRIES = 400
_NEAR = 1e-7
_SHOWN = 20
"""Characters of an answer that are repeated where it cannot be read."""
_LIMITS = Limits(length=LONGEST, nodes=500, array=64)
"""How large a student's formula may be."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the formulas agree, at how many points they were compared, and why they could not be, if so."""

    agree: bool
    points: int
    problem: UnreadableError | None = None


def agree(answer: str, wanted: Formula, graph: Graph) -> Agreement:
    """Answer, the formula that is wanted, the graph whose nodes stand in both → whether they are the same.

    The inputs of the graph are drawn anew for each point and the names of its nodes stand for their values, so that
    `out*(1 - out)` is `sigmoid(z)*(1 - sigmoid(z))` where `out = sigmoid(z)`. Points at which one of the two is not
    finite are left out, unless only one of them is not.
    """
    asked = parse(wanted.right)
    try:
        given = _read(answer)
    except UnreadableError as problem:
        return Agreement(False, 0, problem)
    unknown = [name for name in given.inputs if name not in (*wanted.names, "e")]
    if unknown:
        return Agreement(False, 0, UnreadableError("node", name=unknown[0][:_SHOWN]))
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
        return Agreement(False, compared, UnreadableError("undefined"))
    return Agreement(True, compared)


def _read(text: str) -> Graph:
    """Formula as a student wrote it → its graph.

    Raises UnreadableError.
    """
    written = cleaned(text)
    if len(written) > LONGEST:
        raise UnreadableError("long", most=str(LONGEST))
    try:
        return parse(written, limits=_LIMITS)
    except GraphvizADError as problem:
        rest = problem.source.text[problem.span[0] :] if problem.source and problem.span else ""
        if not rest.strip():
            raise UnreadableError("formula") from None
        raise UnreadableError("from", rest=f"{rest[:_SHOWN]}{'…' * (len(rest) > _SHOWN)}") from None


def _point(graph: Graph, chance: random.Random) -> dict[str, float]:
    """Graph → the values of its nodes by name, at inputs drawn by chance."""
    wide = chance.choice((1.0, 3.0))
    inputs = {node: chance.uniform(-wide, wide) for node in graph.inputs.values()}
    values = forward(graph, inputs)
    return _scope(graph, values)


def _scope(graph: Graph, values: list[Any]) -> dict[str, float]:
    """Graph and the values of its nodes → its numbers by name, with Euler's unless a node is called e."""
    return {"e": math.e} | {name: values[node] for name, node in graph.ids.items() if isinstance(values[node], float)}


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
    try:
        return _value(_read(answer), _scope(trace.graph, trace.values))
    except GraphvizADError:
        return None
