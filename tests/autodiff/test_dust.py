"""What is only the dust of rounding, and what is small by right."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.autodiff import terms as terms_module
from graphviz_ad.autodiff.dust import SHARE, is_dust, step_is_dust, without_dust
from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.rounding import CANCELLING, Near, value_off
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull
from graphviz_ad.autodiff.trace import Trace
from tests.ops.both import cases, draw, graph_of, label, ours
from tests.strategies import formulas


def value_is_dust(trace: Trace, name: str) -> Any:
    node = trace.graph.find(name)
    return is_dust(trace.values[node], trace.terms.values[node])


def gradient_is_dust(trace: Trace, name: str) -> Any:
    node = trace.graph.find(name)
    return is_dust(trace.grads[node], trace.terms.grads[node])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x + y - z", {"x": 0.1, "y": 0.2, "z": 0.3}),
        ("x - (y + z)", {"x": 0.3, "y": 0.1, "z": 0.2}),
        ("sum(x)", {"x": [0.1, 0.2, -0.3]}),
        ("mean(x)", {"x": [0.1, 0.2, -0.3]}),
        ("x @ y", {"x": [0.1, 0.2, -0.3], "y": [1, 1, 1]}),
        ("dot(x, y)", {"x": [0.1, 0.2, -0.3], "y": [1, 1, 1]}),
        ("var(x)", {"x": [0.1, 0.1, 0.1]}),
        ("std(x)", {"x": [0.1, 0.1, 0.1]}),
    ],
)
def test_a_sum_that_cancels_leaves_dust(text: str, values: dict[str, Any]) -> None:
    trace = parse(f"L = {text}").run(values)
    assert trace.value("L") != 0
    assert value_is_dust(trace, "L")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x", {"x": 1e-18}),
        ("x*y", {"x": 1e-18, "y": 1}),
        ("x*1e-18", {"x": 1}),
        ("x^3", {"x": 1e-6}),
        ("x + y", {"x": 1e-18, "y": 2e-18}),
        ("sum(x)", {"x": [1e-18, 2e-18]}),
        ("exp(x)", {"x": -50}),
        ("sin(x)", {"x": 3.14159265358979}),
        ("tanh(x)", {"x": 15}),
        ("1 - tanh(x)", {"x": 10}),  # 4e-9 of terms that are 1
        ("x @ y", {"x": [1e-9, 0], "y": [1e-9, 5]}),
        ("softmax(x)[0]", {"x": [-50, 0]}),
        ("mse(x, y)", {"x": 1e-9, "y": 0}),
    ],
)
def test_a_small_number_is_no_dust(text: str, values: dict[str, Any]) -> None:
    trace = parse(f"L = {text}").run(values)
    assert trace.value("L") != 0
    assert not value_is_dust(trace, "L")
    for step in trace.steps:
        assert not np.any(step_is_dust(trace, step))


def test_contributions_that_cancel_leave_dust() -> None:
    trace = parse("L = a*x + b*x - c*x").run(a=0.1, b=0.2, c=0.3, x=2)
    assert 0 < trace.grad("x") < 1e-16
    assert gradient_is_dust(trace, "x")
    assert not gradient_is_dust(trace, "a")
    totals = [step for step in trace.steps if isinstance(step, Accumulate)]
    assert [bool(step_is_dust(trace, step)) for step in totals] == [False, False, True]
    pulls = [step for step in trace.steps if isinstance(step, Pull) and step.to == trace.graph.find("x")]
    assert not any(step_is_dust(trace, step) for step in pulls)


def test_entries_that_are_added_where_something_was_broadcast_may_leave_dust() -> None:
    trace = parse("L = sum(w*x)").run(w=5, x=[0.1, 0.2, -0.3])
    assert trace.grad("w") == 5.551115123125783e-17
    assert gradient_is_dust(trace, "w")
    assert gradient_is_dust(parse("L = sum(x @ w)").run(w=[[1.0], [2.0]], x=[[0.1, 1], [0.2, 1], [-0.3, 1]]), "w").tolist() == [[True], [False]]


def test_a_structural_operation_may_leave_dust() -> None:
    trace = run(parse("p = softmax(x)"), {"x": [0.1, 0.2, 0.4]}, upstream=[0.9, 0.9, 0.9])
    assert 0 < np.max(np.abs(trace.grad("x"))) < 1e-15
    dust = gradient_is_dust(trace, "x")
    assert dust.tolist() == (trace.grad("x") != 0).tolist()
    assert not np.any(gradient_is_dust(run(parse("p = softmax(x)"), {"x": [0.1, 0.2]}, upstream=[1, 0]), "x"))


@pytest.mark.parametrize("text", ["3*d", "-d", "d*y", "d/2", "relu(d)", "abs(d)", "d^2", "sin(d)", "sum([d, d])", "d + 0*y"])
def test_what_is_computed_from_dust_is_dust(text: str) -> None:
    trace = parse(f"d = 0.1*x + 0.2*x - 0.3*x; L = {text}").run({"x": 1, "y": 4} if "y" in text else {"x": 1})
    assert value_is_dust(trace, "L")


@pytest.mark.parametrize("text", ["exp(d)", "d + y", "cos(d)", "y^d", "sigmoid(d)"])
def test_what_does_not_hang_on_it_is_none(text: str) -> None:
    trace = parse(f"d = 0.1*x + 0.2*x - 0.3*x; L = {text}").run({"x": 1, "y": 4} if "y" in text else {"x": 1})
    assert not value_is_dust(trace, "L")


def test_dust_goes_back_along_the_path() -> None:
    trace = parse("h = 7*x; L = a*h + b*h - c*h").run(a=0.1, b=0.2, c=0.3, x=2)
    assert gradient_is_dust(trace, "h")
    assert gradient_is_dust(trace, "x")
    squared = parse("d = x + y - z; L = d^2").run(x=0.1, y=0.2, z=0.3)
    assert gradient_is_dust(squared, "x"), "2*d of a d that is dust"


def test_entry_by_entry() -> None:
    trace = run(parse("L = x + y"), {"x": [0.1 + 0.2, 1e-18, 1, 0.5], "y": [-0.3, 0, -1, 2]}, upstream=1)
    assert value_is_dust(trace, "L").tolist() == [True, False, False, False]
    node = trace.graph.find("L")
    assert without_dust(trace.values[node], trace.terms.values[node]).tolist() == [0.0, 1e-18, 0.0, 2.5]


def test_what_is_exactly_0_or_not_finite_is_none() -> None:
    assert not value_is_dust(parse("L = x - x").run(x=0.1), "L")
    for x in (math.inf, math.nan):
        trace = parse("L = sum(x) - sum(x) + exp(x[0])").run(x=[x, 1])
        assert not any(np.any(step_is_dust(trace, step)) for step in trace.steps)
    assert not is_dust(math.nan, 1.0)
    assert not is_dust(math.inf, math.inf)


def test_a_comparison_that_ends_a_path_does_no_harm() -> None:
    trace = parse("L = where(sqrt(x) > 1, x, 2*x)").run(x=0)
    assert trace.terms.grads[trace.graph.find("x")] == 2


def test_whole_numbers_leave_none() -> None:
    trace = parse("L = sum((W @ x - y)^2)").run(W=[[1, 2], [3, 4]], x=[1, -1], y=[0, 2])
    assert not any(np.any(step_is_dust(trace, step)) for step in trace.steps)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(formulas())
def test_terms_have_the_shape_of_their_number_and_are_no_smaller(drawn: tuple[str, dict[str, Any]]) -> None:
    text, values = drawn
    trace = parse(text).run(values)
    pairs = [
        *zip(trace.values, trace.terms.values, strict=True),
        *((grad, size) for grad, size in zip(trace.grads, trace.terms.grads, strict=True) if grad is not None),
        *((trace.edge(*edge)[1], size) for edge, size in trace.terms.sent.items()),
    ]
    for number, size in pairs:
        assert np.shape(number) == np.shape(size)
        fine = np.isfinite(number)
        assert np.all(np.abs(number)[fine] <= np.asarray(size)[fine] * (1 + 1e-9) + 1e-300)
    assert set(trace.terms.sent) == {(node, slot) for node, slot, _ in trace.backward_edges()}
    for step in trace.steps:
        result = step.value if isinstance(step, Evaluate) else getattr(step, "total", getattr(step, "contribution", 0.0))
        assert np.shape(step_is_dust(trace, step)) in (np.shape(result), ())


def test_dust_is_what_more_digits_say_is_0() -> None:
    """The same numbers as fractions: what is called dust is far less than its share of them, and little else is."""
    from fractions import Fraction

    generator = np.random.default_rng(3)
    for _ in range(200):
        tenths = generator.integers(-9, 9, 3).tolist()
        x, y, z = (value / 10 for value in [*tenths[:2], sum(tenths[:2]) if generator.random() < 0.5 else tenths[2]])
        trace = parse("L = x + y - z").run(x=x, y=y, z=z)
        exact = sum(Fraction(round(10 * value), 10) * sign for value, sign in ((x, 1), (y, 1), (z, -1)))
        if trace.value("L") != 0:
            assert bool(value_is_dust(trace, "L")) == (exact == 0)


@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_every_operation_says_what_cancels_in_it(row: Any, shapes: Any, options: str) -> None:
    values = draw(row, shapes)
    graph = graph_of(row, values, options)
    value, _, upstream = ours(graph, values)
    trace = run(graph, values, upstream=upstream)
    plan = graph.plans[graph.output]
    assert plan is not None
    args = [Near(trace.values[arg]) for arg in graph.args[graph.output]]
    off = value_off(plan, args, value, CANCELLING)
    np.broadcast_to(off, np.shape(value))
    assert np.all(np.asarray(off) > -1e-12)
    assert all(np.shape(trace.terms.sent[graph.output, slot]) == np.shape(arg.value) for slot, arg in enumerate(args))


def test_a_sum_left_out_of_the_list_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms_module, "SUMS", terms_module.SUMS - {"subtract", "sum"})
    assert not value_is_dust(parse("L = x - 0.3").run(x=0.1 + 0.2), "L")
    assert not value_is_dust(parse("L = sum(x)").run(x=[0.1, 0.2, -0.3]), "L")


def test_steps_are_the_ones_of_the_trace() -> None:
    trace = parse("L = x - 0.3").run(x=0.1 + 0.2)
    first = next(step for step in trace.steps if isinstance(step, Evaluate))
    assert step_is_dust(trace, first)
    assert not step_is_dust(trace, dataclasses.replace(first, value=0.5))
    assert SHARE == 1e-12
