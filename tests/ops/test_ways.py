"""One row computes in several ways: over floats, over arrays, over complex numbers, and by its definition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Graph, run
from graphviz_ad.autodiff.edges import local_derivative
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE, bind
from tests.ops.both import OPTIONS, ROWS, cases, draw, formula, graph_of, label, ours, same

EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, 3.0, -3.0, 40.0, -40.0, 1000.0, -1000.0, 1e-300, math.inf, -math.inf, math.nan)

FAST = [row for row in TABLE if row.scalar is not None and row.partials and not row.internal]
STEP = 1e-30


def _single(row: Operation, options: str) -> Graph:
    """Operation → the graph of one call of it."""
    return parse(formula(row, list(row.params), options))


def _arguments(row: Operation) -> list[list[float]]:
    """Every edge, and for two arguments every pair of edges; for three the condition decides."""
    if len(row.params) == 1:
        return [[x] for x in EDGES]
    pairs = [[x, y] for x in EDGES for y in EDGES]
    return pairs if len(row.params) == 2 else [[c, *pair] for c in (0.0, 1.0) for pair in pairs[::7]]


@pytest.mark.parametrize(("row", "options"), [(row, o) for row in FAST for o in OPTIONS.get(row.name, [""])], ids=label)
def test_floats_and_arrays_agree(row: Operation, options: str) -> None:
    graph = _single(row, options)
    chosen = graph.ops[graph.output]
    assert chosen is not None
    points = _arguments(row)
    values = {name: np.array([point[k] for point in points]) for k, name in enumerate(row.params)}
    trace = run(graph, values, upstream=np.ones(len(points)))
    for k, point in enumerate(points):
        single = run(graph, dict(zip(row.params, point, strict=True)))
        value = single.values[graph.output]
        assert type(value) is float
        if value == 0 and row.name not in ("maximum", "minimum"):  # -0 goes on as -0: 1 divided by it is -inf
            assert math.copysign(1, value) == math.copysign(1, trace.values[graph.output][k]), (point, value)
        assert same(value, trace.values[graph.output][k], 4e-15, 1e-300), (point, value, trace.values[graph.output][k])
        for name in row.params:
            assert same(single.grad(name), trace.grad(name)[k], 4e-15, 1e-300), (
                point,
                name,
                single.grad(name),
                trace.grad(name)[k],
            )


@pytest.mark.parametrize("row", FAST, ids=label)
def test_the_fast_way_gives_a_float_and_serves_the_samples(row: Operation) -> None:
    chosen = bind(row.name, tuple(row.options.items()))
    values = list(draw(row, ((),) * len(row.params)).values())
    assert chosen.scalar is not None
    out = chosen.scalar(*values)
    assert type(out) is float
    for slot, pulled in enumerate(chosen.vjp(1.5, *values, out)):
        assert pulled == pytest.approx(1.5 * local_derivative(chosen, slot, values, out), rel=1e-15)


@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_gradients_are_those_of_the_complex_step(
    row: Operation, shapes: tuple[tuple[int, ...], ...], options: str
) -> None:
    """Squire and Trapp (1998): the imaginary part of f(x + ih)/h, with nothing subtracted."""
    values = draw(row, shapes)
    graph = graph_of(row, values, options)
    chosen = graph.ops[graph.output]
    assert chosen is not None
    value, grads, upstream = ours(graph, values)
    args = [np.asarray(value, dtype=complex) for value in values.values()]
    assert same(np.real(chosen.complex(*args)), value, 1e-12, 1e-14)
    classes = ".long()" in row.torch and len(shapes[1]) < len(shapes[0])
    for slot, name in enumerate(values):
        if classes and name == "y":
            continue  # a class is no variable
        slope = np.zeros(shapes[slot])
        for at in np.ndindex(shapes[slot]):
            stepped = [arg.copy() for arg in args]
            stepped[slot][at] += STEP * 1j
            slope[at] = np.sum(np.imag(chosen.complex(*stepped)) * upstream) / STEP
        assert same(grads[name], slope, 1e-11, 1e-13), (name, grads[name], slope)


DEFINED = [(row, shapes, options) for row, shapes, options in cases() if row.definition is not None]


@pytest.mark.parametrize(("row", "shapes", "options"), DEFINED, ids=label)
def test_a_definition_is_the_operation(row: Operation, shapes: tuple[tuple[int, ...], ...], options: str) -> None:
    for seed in (1, 2):
        values = draw(row, shapes, seed)
        if row.name == "power":
            continue
        value, grads, upstream = ours(graph_of(row, values, options), values)
        opened = parse(formula(row, list(values), options), expand=[row.name])
        assert row.name not in {opened.op_name(node) for node in range(len(opened))}
        their_value, their_grads, _ = ours(opened, values, upstream)
        assert same(value, their_value, 1e-11, 1e-13), (value, their_value)
        for name in values:
            assert same(grads[name], their_grads[name], 1e-10, 1e-12), (name, grads[name], their_grads[name])


def test_definitions_open_all_the_way_down() -> None:
    composite = [row.name for row in TABLE if row.definition]
    for row in ROWS:
        if row.definition:
            names = [f"a{k}" for k in range(len(row.params))]
            opened = parse(formula(row, names, ""), expand=composite)
            assert not {opened.op_name(node) for node in range(len(opened))} & set(composite), row.name


@pytest.mark.parametrize(
    ("text", "kinks"),
    [("relu(x)", [0.0]), ("hardtanh(x)", [-1.0, 1.0]), ("hardsigmoid(x)", [-3.0, 3.0]), ("hardswish(x)", [-3.0, 3.0]),
     ("leaky_relu(x)", [0.0]), ("elu(x)", [0.0]), ("selu(x)", [0.0]), ("clamp(x, -1, 1)", [-1.0, 1.0]), ("softsign(x)", [0.0])],
)  # fmt: skip
def test_definitions_keep_the_convention_at_kinks(text: str, kinks: list[float]) -> None:
    name = text.partition("(")[0]
    for x in kinks:
        closed, opened = parse(text).run(x=x), parse(text, expand=[name]).run(x=x)
        assert same([closed.values[-1], closed.grad("x")], [opened.values[-1], opened.grad("x")]), x


def test_an_opened_softmax_shares_its_exponentials() -> None:
    graph = parse("sum(softmax(x))", expand=["softmax"])
    assert [graph.op_name(node) for node in range(len(graph))] == ["input", "exp", "sum", "divide", "sum"]
    assert [group.name for group in graph.groups] == ["softmax"]


def test_names_of_inner_operations_are_free_for_authors() -> None:
    trace = parse("count = 2*rows; spread = count + mean(x)", expand=["mean"]).run(rows=3, x=[1, 2, 3])
    assert trace.value("spread") == 8.0


def test_a_name_of_the_author_does_not_leak_into_a_definition() -> None:
    values: dict[str, Any] = {"x": 0.7, "t": 2.0}
    closed, opened = (parse("pi = 2*t; y = gelu_tanh(x)*pi", expand=names).run(values) for names in ([], ["gelu_tanh"]))
    assert same(opened.value("y"), closed.value("y"))
