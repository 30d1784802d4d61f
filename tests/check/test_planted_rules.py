"""Wrong rules planted in the table: every partner that can see one fails on it, and passes the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME

NUMBERS: dict[str, Any] = {"x": 0.7, "y": -1.3}
ARRAYS: dict[str, Any] = {"x": [[0.7, -0.4], [1.5, 0.2]], "y": [[0.3, 1.1], [-0.6, 0.9]]}

DERIVATIVES = [
    ("tanh", "tanh(x)", NUMBERS, {"partials": ("1 - x^2",)}),
    ("tanh", "tanh(x)", ARRAYS, {"partials": ("1 - x^2",)}),
    ("sigmoid", "sigmoid(x)", NUMBERS, {"partials": ("x*(1 - x)",)}),
    ("exp", "exp(x)", NUMBERS, {"partials": ("x",)}),
    ("sin", "sin(x)", NUMBERS, {"partials": ("-cos(x)",)}),
    ("sqrt", "sqrt(x)", NUMBERS, {"partials": ("1/(2*x)",)}),
    ("erf", "erf(x)", NUMBERS, {"partials": ("2/pi*exp(-x^2)",)}),
    ("gelu", "gelu(x)", NUMBERS, {"partials": ("(1 + erf(x/sqrt(2)))/2",)}),
    ("relu", "relu(x)", ARRAYS, {"partials": ("1",)}),
    ("multiply", "x*y", NUMBERS, {"partials": ("x", "y")}),
    ("subtract", "x - y", NUMBERS, {"partials": ("1", "1")}),
    ("divide", "x/y", NUMBERS, {"partials": ("1/y", "out/y")}),
    ("power", "x^3", NUMBERS, {"partials": ("n*x^n",)}),
    ("pow", "x^y", NUMBERS, {"partials": ("y*x^(y - 1)", "out")}),
    ("maximum", "maximum(x, y)", NUMBERS, {"partials": ("x < y", "x > y")}),
    ("matmul", "x @ y", ARRAYS, {"pullbacks": {(2, 2): ("g @ y", "x.T @ g")}}),
    ("softmax", "softmax(x)", ARRAYS, {"pullbacks": ("g*out*(1 - out)",)}),
    ("mean", "mean(x)", ARRAYS, {"pullbacks": ("spread(g, x, axis=axis, keepdims=keepdims)",)}),
    ("transpose", "x.T", ARRAYS, {"pullbacks": ("g.T*2",)}),
    ("logsumexp", "logsumexp(x)", ARRAYS, {"pullbacks": ("g*exp(x)",)}),
    ("mse", "mse(x, y)", ARRAYS, {"pullbacks": ("2*g*(x - y)", "-2*g*(x - y)")}),
]


def planted(name: str, text: str, inputs: dict[str, Any], changes: dict[str, Any]) -> Trace:
    """A trace of `text`, of whose inputs some may not occur, with other fields in the row of one operation."""
    graph = parse(f"v = {text}; L = sum((v + 2)^3)")
    for node, bound in enumerate(graph.ops):
        if bound is not None and bound.row.name == name and changes:
            wrong = replace(bound.row, cases={}, **changes)
            graph.ops[node] = BoundOperation(wrong, tuple(bound.options.items()), BY_NAME.__getitem__)
            break
    return run(graph, {name: value for name, value in inputs.items() if name in graph.inputs})


@pytest.mark.parametrize(
    "partner", [pytest.param("torch", marks=pytest.mark.torch), "complex-step", "finite-difference"]
)
@pytest.mark.parametrize(("name", "text", "inputs", "changes"), DERIVATIVES)
def test_a_wrong_derivative_is_seen_on_its_edge_and_in_the_gradient(
    name: str, text: str, inputs: dict[str, Any], changes: dict[str, Any], partner: str
) -> None:
    assert planted(name, text, inputs, {}).check(partner).ok
    trace = planted(name, text, inputs, changes)
    report = trace.check(partner)
    assert not report.ok
    guilty = {(row.kind, row.node) for row in report.differing if row.kind == "local"}
    assert guilty == {("local", trace.graph.find("v"))}, "the other edges agree"
    assert {row.node for row in report.differing if row.kind == "gradient"} <= set(trace.graph.inputs.values())
    assert any(row.kind == "gradient" for row in report.differing)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "text", "inputs", "changes"),
    [
        ("tanh", "tanh(x)", NUMBERS, {"scalar": lambda x: x / (1 + abs(x))}),
        ("tanh", "tanh(x)", ARRAYS, {"forward": lambda x: x / (1 + abs(x))}),
        ("maximum", "maximum(x, y)", NUMBERS, {"scalar": min}),
        ("matmul", "x @ y", ARRAYS, {"forward": lambda x, y: y @ x}),
        ("softmax", "softmax(x)", ARRAYS, {"forward": lambda x, axis: x}),
        ("mean", "mean(x)", ARRAYS, {"forward": lambda x, axis, keepdims: x.sum()}),
    ],
)
def test_a_wrong_value_is_seen_by_torch_at_its_node(
    name: str, text: str, inputs: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert planted(name, text, inputs, {}).check("torch").ok
    trace = planted(name, text, inputs, changes)
    report = trace.check("torch")
    assert not report.ok
    assert trace.graph.find("v") in {row.node for row in report.differing if row.kind == "value"}


def test_paths_take_the_rules_as_they_are() -> None:
    trace = planted("tanh", "tanh(x) + 1", NUMBERS, {"partials": ("1 - x^2",)})
    assert trace.check("paths").partners[0].name == "paths"
    assert not trace.check("paths").partners[0].ran, "sum is structural"
    graph = parse("L = tanh(x)")
    bound = graph.ops[1]
    assert bound is not None
    graph.ops[1] = BoundOperation(replace(bound.row, partials=("1 - x^2",)), (), BY_NAME.__getitem__)
    assert run(graph, {"x": 0.7}).check("paths").ok, "it checks the backward pass, not the table"
    assert not run(graph, {"x": 0.7}).check("complex-step").ok


@pytest.mark.torch
def test_a_row_without_a_torch_text_is_not_run_and_so_is_what_lies_above_it() -> None:
    trace = planted("tanh", "tanh(2*x) + y", NUMBERS, {"torch": ""})
    report = trace.check("torch")
    left_out = {(row.kind, row.what) for row in report.rows if row.verdict == "not run"}
    assert left_out == {
        ("value", "u2"), ("gradient", "∂L/∂u1"), ("gradient", "∂L/∂x"), ("local", "∂u2/∂u1"),
    }  # fmt: skip
    assert {row.note for row in report.rows if row.verdict == "not run"} == {"tanh has no torch expression here"}
    assert not report.differing


def test_an_operation_without_a_complex_form_is_not_run() -> None:
    import math

    trace = planted("erf", "erf(x)", NUMBERS, {"complex": math.erf})
    rows = trace.check("complex-step").rows
    assert {(row.what, row.note) for row in rows if row.verdict == "not run"} == {
        ("∂L/∂x", "erf has no complex form here"), ("∂v/∂x", "erf has no complex form here"),
    }  # fmt: skip
