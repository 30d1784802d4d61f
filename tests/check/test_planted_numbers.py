"""Wrong numbers planted in a trace, large and tiny, infinite and nan: every partner that can see one says so."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.autodiff.edges import EdgeGradient
from graphviz_ad.check.comparison import ROUNDING_SHARE, agree
from graphviz_ad.check.table import Report
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from tests.ops.both import cases, draw, graph_of, label, ours

pytestmark = pytest.mark.slow

inf, nan = math.inf, math.nan

TORCH = pytest.param("torch", marks=pytest.mark.torch)
DERIVATIVES = [TORCH, "complex-step", "finite-difference"]


def planted(trace: Trace, kind: str, name: str, change: Callable[[Any], Any], slot: int | None = None) -> Trace:
    """Trace, and what to change: a value, a gradient, or what stands on an edge → the same with another number there."""
    node = trace.graph.find(name)
    wrong = Trace(
        trace.graph, list(trace.values), list(trace.grads), trace.seed, trace.active, dict(trace.contribution_over)
    )
    if kind == "value":
        wrong.values[node] = change(wrong.values[node])
    elif kind == "gradient":
        wrong.grads[node] = change(wrong.grads[node])
    else:
        local, contribution, summed = trace.edge_gradient(node, slot or 0)
        edge = (local, change(contribution), summed) if local is None else (change(local), contribution, summed)
        wrong._cache[node, slot or 0] = EdgeGradient(*edge)
    return wrong


def differs(report: Report, kind: str, node: int, slot: int | None = None) -> bool:
    """Whether a report calls this quantity wrong."""
    return not report.ok and (kind, node, slot) in {(row.kind, row.node, row.slot) for row in report.differing}


def require_seen(
    trace: Trace, partner: str, kind: str, name: str, change: Callable[[Any], Any], slot: int | None = None
) -> None:
    """Require that a partner agrees before a number is changed, and not any more after that."""
    before = trace.check(partner)
    assert before.ok, str(before)
    after = planted(trace, kind, name, change, slot).check(partner)
    assert differs(after, kind, trace.graph.find(name), slot), str(after)


def times(factor: float) -> Callable[[Any], Any]:
    """Factor → a change that multiplies a number, or puts an infinite one in its place."""
    return lambda value: (
        np.multiply(value, factor)[()] if math.isfinite(factor) else np.where(value == 0, value, factor)[()]
    )


# -- large ------------------------------------------------------------------------------------------

LARGE: dict[str, Any] = {"x": [1e5, 1.3e5, -2e5], "y": [1e5 + 1, 1.3e5 - 2, -2e5 + 0.5]}


@pytest.mark.torch
@pytest.mark.parametrize("factor", [100, 1.5, 1 + 1e-6])
@pytest.mark.parametrize("name", ["mse", "mae", "huber"])
def test_a_loss_of_large_numbers_cannot_be_wrong_unseen(name: str, factor: float) -> None:
    trace = parse(f"L = {name}(x, y)").run(LARGE)
    require_seen(trace, "torch", "value", "L", times(factor))


@pytest.mark.parametrize("partner", DERIVATIVES)
@pytest.mark.parametrize("factor", [100, 1.5, 1 + 1e-6])
def test_nor_can_its_gradient(partner: str, factor: float) -> None:
    if partner == "finite-difference" and factor < 1.1:
        pytest.skip("it asks for five digits")
    trace = parse("L = mse(x, y)").run(LARGE)
    require_seen(trace, partner, "gradient", "x", times(factor))
    require_seen(trace, partner, "local", "L", times(factor), 0)


@pytest.mark.parametrize("partner", [*DERIVATIVES, "paths"])
@pytest.mark.parametrize("factor", [100, 1.5, 1 + 1e-6])
def test_nor_the_same_of_numbers(partner: str, factor: float) -> None:
    if partner == "finite-difference" and factor < 1.1:
        pytest.skip("it asks for five digits")
    trace = parse("d = w*x - y; L = d^2").run(w=1e5, x=3e5, y=3e10 - 7)
    require_seen(trace, partner, "gradient", "x", times(factor))
    require_seen(trace, partner, "gradient", "d", times(factor))
    if partner != "paths":
        require_seen(trace, partner, "local", "d", times(factor), 0)


@pytest.mark.torch
def test_a_large_entry_hides_no_small_one() -> None:
    trace = parse("v = x*y; L = sum(v)").run(x=[1e10, 1e-13], y=[1e5, 1])
    require_seen(trace, "torch", "value", "v", lambda v: v * [1, 2])
    require_seen(trace, "torch", "gradient", "y", lambda v: v * [1, 1 + 1e-6])


# -- tiny -------------------------------------------------------------------------------------------

TINY: list[tuple[str, dict[str, Any], str]] = [
    ("v = x*y; L = 3*v", {"x": 1e-13, "y": 2}, "y"),
    ("v = tanh(x); L = v*y", {"x": 1e-13, "y": 1e-13}, "y"),
    ("v = exp(x); L = v^2", {"x": -30}, "x"),
    ("v = x^2; L = v*y", {"x": 1e-13, "y": 3}, "x"),
    ("v = sin(x)*1e-13; L = v + 0*x", {"x": 1}, "x"),
    ("v = x/y; L = v^2", {"x": 1e-13, "y": 2}, "y"),
    ("v = expm1(x); L = v*v", {"x": 1e-13}, "x"),
    ("v = 1e-13*sigmoid(x); L = -v", {"x": 0.5}, "x"),
]


@pytest.mark.parametrize("partner", [*DERIVATIVES, "paths"])
@pytest.mark.parametrize("factor", [2, 0, -1, 1 + 1e-4])
@pytest.mark.parametrize(("text", "values", "name"), TINY)
def test_nothing_is_too_small_to_be_wrong(
    text: str, values: dict[str, Any], name: str, factor: float, partner: str
) -> None:
    trace = parse(text).run(values)
    if partner == "finite-difference" and "expm1" in text:  # h² of a step is larger: no witness, and it says so
        wrong = planted(trace, "gradient", name, times(factor)).check(partner)
        assert {row.verdict for row in wrong.rows if row.what == f"∂L/∂{name}"} == {"inconclusive"}
    else:
        require_seen(trace, partner, "gradient", name, times(factor))


@pytest.mark.torch
@pytest.mark.parametrize("factor", [2, 0, -1, 1 + 1e-6])
@pytest.mark.parametrize(("text", "values", "name"), TINY)
def test_nor_is_a_value(text: str, values: dict[str, Any], name: str, factor: float) -> None:
    trace = parse(text).run(values)
    require_seen(trace, "torch", "value", "v", times(factor))
    require_seen(trace, "torch", "value", "L", times(factor))


def test_what_is_tiny_because_large_numbers_cancel_is_not_held_against_anyone() -> None:
    trace = parse("L = a*x + b*x - c*x").run(a=0.1, b=0.2, c=0.3, x=2)
    assert 0 < trace.grad("x") < 1e-16
    assert planted(trace, "gradient", "x", times(-3)).check("complex-step", "paths").ok
    assert not planted(trace, "gradient", "x", times(1e6)).check("paths").ok


# -- not finite -------------------------------------------------------------------------------------

FORMULA = "v = w*x; u = tanh(v); L = u^2 + v"
GIVEN: dict[str, Any] = {"w": 0.5, "x": -1.5}


@pytest.mark.parametrize("partner", [*DERIVATIVES, "paths"])
@pytest.mark.parametrize("number", [nan, inf, -inf])
@pytest.mark.parametrize("name", ["w", "x", "v", "u"])
def test_what_is_not_finite_is_never_the_same_as_a_number(name: str, number: float, partner: str) -> None:
    require_seen(parse(FORMULA).run(GIVEN), partner, "gradient", name, lambda value: number)


@pytest.mark.parametrize("partner", DERIVATIVES)
@pytest.mark.parametrize("number", [nan, inf, -inf])
@pytest.mark.parametrize(("name", "slot"), [("v", 0), ("v", 1), ("u", 0), ("L", 0)])
def test_nor_on_an_edge(name: str, slot: int, number: float, partner: str) -> None:
    require_seen(parse(FORMULA).run(GIVEN), partner, "local", name, lambda value: number, slot)


@pytest.mark.torch
@pytest.mark.parametrize("number", [nan, inf, -inf, 1e308])
@pytest.mark.parametrize("name", ["v", "u", "L"])
def test_nor_as_a_value(name: str, number: float) -> None:
    require_seen(parse(FORMULA).run(GIVEN), "torch", "value", name, lambda value: number)


@pytest.mark.parametrize("partner", DERIVATIVES)
@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_nor_in_one_entry_of_an_array(number: float, partner: str) -> None:
    trace = parse("v = softmax(x); L = v @ [1, 2, 4]").run(x=[0.3, -0.2, 1])

    def change(value: Any) -> Any:
        return np.where([False, True, False], number, value)

    require_seen(trace, partner, "gradient", "x", change)
    require_seen(trace, partner, "local", "v", change, 0)


@pytest.mark.torch
@pytest.mark.parametrize("number", [0.0, 1.0, 1e300, -1e-300])
@pytest.mark.parametrize(
    ("text", "x"),
    [("log(x)", -1), ("log(x)", 0), ("1/x", 0), ("exp(x)", 1000), ("x/x", 0), ("asin(x)", 3), ("x^0.5", -2)],
)
def test_a_number_is_never_the_same_as_what_is_not_finite(text: str, x: float, number: float) -> None:
    require_seen(parse(f"v = {text}; L = v + x").run(x=x), "torch", "value", "v", lambda value: number)


@pytest.mark.parametrize("partner", [TORCH, "paths"])
@pytest.mark.parametrize("number", [0.0, 1e300, -inf, nan])
def test_an_infinite_gradient_is_that_and_nothing_else(number: float, partner: str) -> None:
    require_seen(parse("v = sqrt(x); L = 2*v").run(x=0), partner, "gradient", "x", lambda value: number)


def test_agreement_of_what_is_not_finite() -> None:
    assert agree(nan, nan)
    assert agree(inf, inf)
    assert agree(-inf, -inf)
    for left, right in [(nan, 0.0), (nan, inf), (inf, -inf), (inf, 1e308), (nan, 1e308), (-1e308, 1e308)]:
        assert not agree(left, right)
        assert not agree(right, left)
        for scale in (1e300, inf, nan):
            assert not agree(left, right, scale)
            assert not agree(right, left, scale)
    assert not agree([1.0, nan], [1.0, 0.0], [inf, inf])


def test_agreement_has_no_floor() -> None:
    assert not agree(1e-13, 2e-13)
    assert not agree(1e-300, 2e-300)
    assert not agree(0.0, 1e-300)
    assert agree(1e-300, 1e-300 * (1 + 1e-9))
    assert agree(1e-18, 5e-17, scale=1.0), "what is left of terms near 1"
    assert not agree(0.0, 2 * ROUNDING_SHARE, scale=1.0)


# -- every operation --------------------------------------------------------------------------------


@pytest.mark.torch
@pytest.mark.parametrize("factor", [1 + 1e-6, nan])
@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_of_every_operation_a_wrong_value_and_a_wrong_contribution_are_seen(
    row: Operation, shapes: tuple[tuple[int, ...], ...], options: str, factor: float
) -> None:
    values = draw(row, shapes)
    graph = graph_of(row, values, options)
    _, _, upstream = ours(graph, values)
    trace = run(graph, values, upstream=upstream)
    node = graph.output
    if np.all(trace.values[node] != 0) or not math.isfinite(factor):
        report = planted(trace, "value", graph.names[node], times(factor)).check("torch")
        assert np.all(trace.values[node] == 0) or differs(report, "value", node)
    for slot, arg in enumerate(graph.args[node]):
        local, contribution, _ = trace.edge_gradient(node, slot)
        if np.all((contribution if local is None else local) == 0):
            continue
        report = planted(trace, "local", graph.names[node], times(factor), slot).check("torch")
        assert differs(report, "local", node, slot), str(report)
        report = planted(trace, "gradient", graph.names[arg], times(factor)).check("torch")
        assert differs(report, "gradient", arg), str(report)


@pytest.mark.torch
@pytest.mark.parametrize("size", [1e5, 1e-13])
@pytest.mark.parametrize("row", [row for row in TABLE if row.pointwise and not row.internal], ids=label)
def test_so_they_are_of_large_and_of_tiny_arguments(row: Operation, size: float) -> None:
    values = {name: value * size for name, value in draw(row, ((3,),) * len(row.params)).items()}
    graph = graph_of(row, values, "")
    trace = run(graph, values, upstream=[1.0, -2.0, 0.5])
    before = trace.check("torch")
    assert before.ok, str(before)
    node = graph.output
    fine = np.isfinite(trace.values[node]) & (trace.values[node] != 0)
    if np.any(fine) and row.name not in _ADDED_UP:
        wrong = planted(trace, "value", graph.names[node], lambda value: np.where(fine, value * (1 + 1e-6), value))
        assert differs(wrong.check("torch"), "value", node), str(wrong.check("torch"))
    for slot in range(len(row.params)):
        local = trace.edge_gradient(node, slot).local
        exact = np.isfinite(local * trace.values[node]) & (
            np.abs(local) > 1e-5
        )  # a smaller one may be 1 less something
        if np.any(exact) and row.name not in _ADDED_UP:
            changed = planted(
                trace, "local", graph.names[node], lambda entry, at=exact: np.where(at, entry * (1 + 1e-6), entry), slot
            )
            assert differs(changed.check("torch"), "local", node, slot)


_ADDED_UP = frozenset(("gelu", "gelu_tanh"))
"""Operations that add 1 to something, and so have no digits where it is nearly -1."""


@pytest.mark.torch
def test_the_rows_of_the_list_are_there() -> None:
    assert set(BY_NAME) >= _ADDED_UP
