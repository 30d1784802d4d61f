"""Value and gradient of every operation, over numbers, arrays, broadcasting and options, beside torch's."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from tests.ops.both import cases, draw, graph_of, label, ours, same, theirs

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_value_and_gradient_are_those_of_torch(
    row: Operation, shapes: tuple[tuple[int, ...], ...], options: str
) -> None:
    for seed in (1, 2, 3):
        values = draw(row, shapes, seed)
        graph = graph_of(row, values, options)
        value, grads, upstream = ours(graph, values)
        their_value, their_grads = theirs(graph, values, upstream)
        assert same(value, their_value), (values, value, their_value)
        for name in values:
            assert same(grads[name], their_grads[name]), (name, values, grads[name], their_grads[name])


def _planted(name: str, **changes: Any) -> bool:
    """Whether the comparison with torch still passes when the row says something else."""
    row = BY_NAME[name]
    values = draw(row, row.shapes[-1] if row.shapes else ((3,),) * len(row.params))
    graph = graph_of(row, values, "")
    wrong = dataclasses.replace(row, **changes, cases={})
    bound = graph.ops[graph.output]
    assert bound is not None
    graph.ops[graph.output] = BoundOperation(wrong, tuple(bound.options.items()), BY_NAME.__getitem__)
    value, grads, upstream = ours(graph, values)
    their_value, their_grads = theirs(graph, values, upstream)
    return same(value, their_value) and all(same(grads[name], their_grads[name]) for name in values)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("tanh", {"partials": ("1 - x^2",)}),
        ("sigmoid", {"partials": ("x*(1 - x)",)}),
        ("exp", {"partials": ("exp(out)",)}),
        ("multiply", {"partials": ("x", "y")}),
        ("subtract", {"partials": ("1", "1")}),
        ("mean", {"pullbacks": ("spread(g, x, axis=axis, keepdims=keepdims)",)}),
        ("softmax", {"pullbacks": ("g*out*(1 - out)",)}),
        ("outer", {"pullbacks": ("g @ y", "g.T @ x*2")}),
        ("transpose", {"pullbacks": ("g.T*2",)}),
        ("relu", {"partials": ("1",)}),
        ("mse", {"pullbacks": ("2*g*(x - y)", "-2*g*(x - y)")}),
        ("max_of", {"pullbacks": ("g/tied(out, xs)",)}),
        ("layer_norm", {"pullbacks": ("(g - mean(g))/sqrt(var(x, axis=axis, keepdims=1, correction=0) + eps)",)}),
        ("det", {"pullbacks": ("g*cofactors(x).T",)}),
        ("inv", {"pullbacks": ("-(out @ g @ out)",)}),
        ("rmse", {"pullbacks": ("g*(x - y)/out", "-g*(x - y)/out")}),
        ("lgamma", {"partials": ("digamma(x + 1)",)}),
        ("mod", {"partials": ("1", "floor_divide(x, y)")}),
        ("detach", {"partials": ("1",)}),
        ("conv2d", {"pullbacks": ("conv2d_transposed(g, x, w)", "correlation2d(g, w, 2*x)")}),
        ("max_pool2d", {"pullbacks": ("avg_unpool2d(g, x)",)}),
        ("avg_pool1d", {"pullbacks": ("2*avg_unpool1d(g, x)",)}),
    ],
)
def test_a_planted_wrong_derivative_is_caught(name: str, wrong: dict[str, object]) -> None:
    assert _planted(name)
    assert not _planted(name, **wrong)


def test_every_operation_was_compared() -> None:
    compared = {row.name for row, _, _ in cases()}
    assert compared == {row.name for row in TABLE if not row.internal}


def test_operators_and_their_names_are_the_same_operation() -> None:
    for text, name in [
        ("x @ y", "matmul"),
        ("x.T", "transpose"),
        ("√x", "sqrt"),
        ("σ(x)", "sigmoid"),
        ("x >= y", "greater_equal"),
    ]:
        assert parse(text).op_name(parse(text).output) == name
