"""Paths end at comparisons: the 0 that comes from there is no factor, however steep what lies before it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME

CASES: list[tuple[str, dict[str, object], Any]] = [
    ("where(sqrt(x) > 1, x, 2*x)", {"x": 0}, 2.0),
    ("where(sqrt(x), x, 2*x)", {"x": 0}, 2.0),
    ("where(floor(sqrt(x)) == 1, x, 2*x)", {"x": 0}, 2.0),
    ("x*(sqrt(x) >= 0)", {"x": 0}, 1.0),
    ("(1/x > 1) + 3*x", {"x": 0}, 3.0),
    ("where(sqrt(x) < sqrt(x + 0*y), 1, x)", {"x": 0, "y": 1}, 1.0),
    ("sum(where(sqrt(x) > 1, x, 2*x))", {"x": [0, 4, 1]}, [2.0, 1.0, 2.0]),
    ("sum(where(max(sqrt(x)) > 1, x, 2*x))", {"x": [0, 0.25]}, [2.0, 2.0]),
    ("cross_entropy([x, 2*x], sqrt(x))", {"x": 0}, 0.5),
    ("nll([x, 2*x], 0*asin(x + 1))", {"x": 0}, -1.0),
    ("sqrt(x) > 1", {"x": 0}, 0.0),
    ("sum(where(softmax([1/x, x]) > 2, 0, x))", {"x": 0}, 2.0),
]


@pytest.mark.parametrize(("text", "values", "gradient"), CASES)
def test_what_only_decides_sends_nothing_back(text: str, values: dict[str, object], gradient: Any) -> None:
    trace = parse(f"L = {text}").run(values)
    np.testing.assert_array_equal(trace.grad("x"), gradient)
    assert trace.ended
    for node, slot, arg in trace.backward_edges():
        _, contribution, _ = trace.edge_gradient(node, slot)
        assert np.shape(contribution) == trace.shape(arg)
        assert np.all(np.isfinite(contribution)), (node, slot)


@pytest.mark.torch
@pytest.mark.parametrize(("text", "values", "gradient"), CASES)
def test_every_partner_sees_the_same(text: str, values: dict[str, object], gradient: Any) -> None:
    report = parse(f"L = {text}").run(values).check()
    assert report.ok
    gradients = {row.what: row for row in report.rows if row.partner in ("torch", "paths") and row.kind == "gradient"}
    assert {row.verdict for row in gradients.values()} == {"ok"}
    np.testing.assert_array_equal(gradients["∂L/∂x"].theirs, gradient)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("where(x > 0, log(x), 0)", 0),  # the branch not taken is a path, whose slope is infinite
        ("floor(sqrt(x))", 0),  # as in torch
        ("sign(sqrt(x))", 0),
        ("0*sqrt(x)", 0),
        ("relu(sqrt(x) - 1)", 0),
    ],
)
def test_other_zeros_are_factors(text: str, x: float) -> None:
    assert math.isnan(parse(f"L = {text}").run(x=x).grad("x"))


def test_a_path_that_does_not_end_still_counts() -> None:
    trace = parse("r = sqrt(x); L = where(r > 1, 0, r)").run(x=0)
    assert trace.grad("r") == 1
    assert trace.grad("x") == math.inf
    assert trace.graph.find("r") not in trace.ended


def test_nothing_ends_without_need() -> None:
    assert parse("L = relu(x)*abs(x)").run(x=1).ended == frozenset()
    assert parse("L = maximum(x, 1)").run(x=1).ended == frozenset()
    assert parse("L = cross_entropy(x, y)").run(x=[1, 2], y=[0.5, 0.5]).ended == frozenset()


def test_functions_shown_as_one_node_and_opened_ones() -> None:
    closed = parse("f(t) = where(sqrt(t) > 1, t, 2*t); L = f(x)", collapse=["f"]).run(x=0)
    assert closed.grad("x") == 2
    opened = parse("L = mean(x)", expand=["mean"]).run(x=[1, math.inf])
    assert opened.grad("x").tolist() == [0.5, 0.5]
    of_classes = parse("f(t, c) = cross_entropy(t, c); L = f(x, y)", collapse=["f"]).run(x=[0, 1], y=1)
    assert of_classes.grad("x").tolist() == pytest.approx([0.2689414, -0.2689414])


def test_the_explanation_has_no_product_of_0_and_infinity() -> None:
    text = str(parse("L = where(sqrt(x) > 1, x, 2*x)").run(x=0).explain())
    assert "inf" not in text
    assert "∂L/∂v1 · ∂v1/∂x = ∂L/∂v1 · (1/(2 · v1)) = 0\n" in text
    assert "Every path from v1 to the output ends at a comparison or a condition" in text


def test_a_path_over_an_end_carries_0() -> None:
    from graphviz_ad.explain.routes import routes

    trace = parse("L = where(sqrt(x) > 1, x, 2*x)").run(x=0)
    paths = routes(trace, trace.graph.find("x"))
    assert sorted(route.contribution for route in paths.shown) == [0.0, 0.0, 2.0]


def test_an_end_that_is_not_in_the_table_is_missed() -> None:
    graph = parse("L = where(sqrt(x) > 1, x, 2*x)")
    for node, bound in enumerate(graph.ops):
        if bound is not None and (bound.row.ends or bound.can_end):
            graph.ops[node] = BoundOperation(replace(bound.row, ends=False), (), BY_NAME.__getitem__)
    assert math.isnan(run(graph, {"x": 0}).grad("x"))
