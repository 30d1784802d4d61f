"""Trace → sentences on forms of one quantity, the sides of a chain of equalities, that have different values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.inputs import read_inputs, read_value
from graphviz_ad.autodiff.passes import forward, settled
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.build import build
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.latex.reader import plain_name
from graphviz_ad.language.names import identity
from graphviz_ad.language.reading import with_side
from graphviz_ad.language.tokens import normalise
from graphviz_ad.language.tree import Statement
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_POINTS = ((1.0, 0.0), (0.7, 0.1), (-0.4, 0.3), (1.3, -0.2))
"""Sample points: each input times the first number, plus the second."""
_TOLERANCE = 1e-9
"""Share of a value by which two forms of a quantity may differ: rounding, and no more."""


def differences(trace: Trace) -> list[str]:
    """Trace → a sentence for each form of a quantity that has another value than the one computed, or more inputs."""
    graph = trace.graph
    given = {name: trace.values[node] for name, node in graph.inputs.items()}
    sentences = []
    for statement in graph.program.statements:
        for number, form in enumerate(statement.forms, 1):
            if form.root != statement.root:
                sentences.append(_compared(graph, statement, number, given))
    return [sentence for sentence in sentences if sentence]


def _compared(graph: Graph, chain: Statement, number: int, given: Mapping[str, Value]) -> str | None:
    """One side of a chain and the side that is computed → a sentence on how they differ, None where they agree."""
    program = graph.program
    text = program.source.quoted(chain.forms[number - 1].span)
    form = f"form {number} ({text})" if len(text) <= 60 else f"form {number}"
    try:
        mine, other = build(program), build(with_side(program, chain, number))
    except GraphvizADError as problem:
        return f"{form} is not compared: {problem.message}"
    spelled = {identity(name): name for name in other.inputs}
    for typed, value in graph.unused.items():
        name = spelled.get(identity(plain_name(normalise(typed))))
        if name is not None and name not in given:
            given = {**given, name: read_value(name, value)}
    points = _POINTS if all(name in graph.inputs for name in given) else _POINTS[:1]
    more = [name for name in other.inputs if name not in given]
    if more:
        return (
            f"{form} is not compared: it needs {', '.join(more)}, which {'has' if len(more) == 1 else 'have'} no value"
        )
    name = chain.name
    for factor, shift in points:
        point = {key: np.asarray(value) * factor + shift if factor != 1 else value for key, value in given.items()}
        try:
            left, right = (_value(graph, name, {key: point[key] for key in graph.inputs}) for graph in (mine, other))
        except GraphvizADError as problem:
            return f"{form} is not compared: {problem.message}"
        same = np.shape(left) == np.shape(right) and np.allclose(
            left, right, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
        )
        if not same and not (np.any(np.isnan(left)) or np.any(np.isnan(right))):
            where = ", ".join(f"{key} = {numbers.text(_plain(value))}" for key, value in point.items())
            values = f"{numbers.text(_plain(right))} where the one computed is {numbers.text(_plain(left))}"
            return f"{form} is another quantity: it is {values}, at {where}"
    return None


def _value(graph: Graph, name: str | None, point: Mapping[str, Value]) -> Value:
    """Graph and values of its inputs → the value of a name, or of the output."""
    inputs = read_inputs(graph, point)
    graph = settled(graph, inputs)
    return forward(graph, inputs)[graph.ids[name] if name is not None and name in graph.ids else graph.output]


def _plain(value: Value) -> Value:
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array
