"""The paths from an input to the output: their products, their sum, and how many there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.autodiff.trace import is_finite
from graphviz_ad.check.paths import count_paths
from graphviz_ad.explain.routes import MAX_ROUTES, routes
from graphviz_ad.language.printer import DISPLAY
from tests.diagram.cases import CASES, NEURON, trace_of
from tests.strategies import formulas


def agree(trace: Any) -> int:
    """Whether the sums over the paths are the gradients; → how many were compared."""
    counts, _ = count_paths(trace)
    compared = 0
    for node in trace.graph.inputs.values():
        if node == trace.graph.output or trace.grads[node] is None:
            continue
        paths = routes(trace, node)
        assert paths.count == counts[node]
        assert len(paths.shown) == len({route.edges for route in paths.shown}) == min(MAX_ROUTES, paths.count)
        assert (paths.total is None) == (paths.count == 1)
        assert {edge for route in paths.shown for edge in route.edges} <= paths.edges
        if paths.count > MAX_ROUTES or not all(is_finite(route.contribution) for route in paths.shown):
            continue
        terms = [np.asarray(route.contribution) for route in paths.shown]
        scale = max(float(np.max(np.abs(term), initial=0.0)) for term in terms)
        np.testing.assert_allclose(sum(terms), trace.grads[node], rtol=1e-9, atol=1e-9 * scale)
        assert {edge for route in paths.shown for edge in route.edges} == paths.edges
        compared += 1
    return compared


@pytest.mark.parametrize(
    "name", [name for name in CASES if name not in ("an input alone", "constants alone", "not finite")]
)
def test_their_sum_is_the_gradient(name: str) -> None:
    assert agree(trace_of(CASES[name])) > 0


@settings(max_examples=60, deadline=None)
@given(formulas())
@pytest.mark.slow
def test_in_random_formulas(formula: tuple[str, dict[str, object]]) -> None:
    text, values = formula
    agree(parse(text).run(values))


def test_each_is_written_out() -> None:
    trace = trace_of(NEURON)
    paths = routes(trace, trace.graph.find("w"))
    assert [route.equation.write(DISPLAY) for route in paths.shown] == [
        "∂L/∂v5 · ∂v5/∂v4 · ∂v4/∂w = 1 · 0.1 · 4 = 0.4",
        "∂L/∂v3 · ∂v3/∂v2 · ∂v2/∂a · ∂a/∂z · ∂z/∂v1 · ∂v1/∂w = 1 · (-0.01339) · 1 · 0.006648 · 1 · 3 ≈ -0.000267",
    ]
    assert paths.total is not None
    assert paths.total.write(DISPLAY) == "∂L/∂w = 0.4 + (-0.000267) = 0.3997"
    only = routes(trace, trace.graph.find("y"))
    assert only.shown[0].equation.write(DISPLAY).startswith("∂L/∂y = ∂L/∂v3 · ∂v3/∂v2 · ∂v2/∂y = ")


def test_of_arrays_the_numbers_are_not_put_in() -> None:
    trace = parse("L = sum(W @ x)").run(W=[[1.0, 2.0]], x=[3.0, 4.0])
    paths = routes(trace, trace.graph.find("x"))
    assert paths.shown[0].equation.write(DISPLAY) == "∂L/∂x = ∂L/∂v1 · ∂v1/∂x = [1, 2]"


def test_many_paths_are_counted_and_the_first_shown() -> None:
    trace = parse("; ".join(["a0 = x*x", *(f"a{n} = a{n - 1}*a{n - 1}" for n in range(1, 40))])).run(x=1)
    paths = routes(trace, 0)
    assert paths.count == 2**40
    assert len(paths.shown) == MAX_ROUTES
    assert len(paths.edges) == 80
    assert paths.total is not None
    assert paths.total.write(DISPLAY).endswith("+ … = 1.1e12")
    assert paths.shown[0].equation.write(DISPLAY).count("…") == 2


def test_a_given_gradient_of_the_output_is_a_factor() -> None:
    trace = run(parse("L = 3*x"), {"x": 2}, upstream=5)
    assert routes(trace, trace.graph.find("x")).shown[0].equation.write(DISPLAY) == "∂L/∂x = ∂L/∂L · ∂L/∂x = 5 · 3 = 15"
