"""Both passes and the list of steps: what is recorded, what is refused, and that depth costs nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.autodiff.random_inputs import random_inputs
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.errors import DomainError, GraphvizADError, InputError, LimitError, ShapeError
from graphviz_ad.graph.graph import Limits
from tests.strategies import formulas


def line_of(step: Step, names: list[str]) -> str:
    """Step → one line of text."""
    match step:
        case Evaluate():
            return f"{step.k} {names[step.node]} = {step.value:g}"
        case Seed():
            return f"{step.k} d{names[step.node]} = {step.grad:g}"
        case Pull():
            return f"{step.k} d{names[step.node]} {step.upstream:g} * {step.local:g} = {step.contribution:g} to {names[step.to]}.{step.slot}, {step.count} of {step.of}"
        case Accumulate():
            return f"{step.k} d{names[step.to]} + {step.contribution:g} = {step.total:g}, {step.count} of {step.of}"


def test_the_steps_of_a_small_formula() -> None:
    trace = parse("L = x*x + 3*x").run(x=2)
    assert [line_of(step, trace.graph.names) for step in trace.steps] == [
        "1 v1 = 4",
        "2 v2 = 6",
        "3 L = 10",
        "4 dL = 1",
        "5 dL 1 * 1 = 1 to v1.0, 1 of 1",
        "6 dL 1 * 1 = 1 to v2.1, 1 of 1",
        "7 dv2 1 * 3 = 3 to x.1, 1 of 3",
        "8 dx + 3 = 3, 1 of 3",
        "9 dv1 1 * 2 = 2 to x.0, 2 of 3",
        "10 dx + 2 = 5, 2 of 3",
        "11 dv1 1 * 2 = 2 to x.1, 3 of 3",
        "12 dx + 2 = 7, 3 of 3",
    ]
    assert trace.gradients == {"x": 7}


def require_consistent_steps(trace: Any) -> None:
    """The steps alone give the gradients: a fold over them arrives at what the passes computed."""
    grads: dict[int, Any] = {}
    sums: dict[int, Any] = {}
    for k, step in enumerate(trace.steps, 1):
        assert step.k == k
        match step:
            case Evaluate():
                np.testing.assert_array_equal(step.value, trace.values[step.node])
            case Seed():
                grads[step.node] = step.grad
            case Pull():
                np.testing.assert_array_equal(step.upstream, grads[step.node], err_msg="sent before it was whole")
                assert np.shape(step.contribution) == np.shape(trace.values[step.to])
                if step.of == 1:
                    grads[step.to] = step.contribution
                else:
                    with np.errstate(all="ignore"):
                        sums[step.to] = step.contribution if step.count == 1 else sums[step.to] + step.contribution
            case Accumulate():
                np.testing.assert_array_equal(step.total, sums[step.to])
                if step.count == step.of:
                    grads[step.to] = step.total
    for node, grad in enumerate(trace.grads):
        if grad is None:
            assert node not in grads
        else:
            np.testing.assert_allclose(grads[node], grad, rtol=1e-9, atol=1e-300)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas())
@pytest.mark.slow
def test_the_steps_alone_give_the_gradients(formula: tuple[str, dict[str, Any]]) -> None:
    text, values = formula
    require_consistent_steps(parse(text).run(values))


# -- the output ------------------------------------------------------------------------------------


def test_an_output_that_is_no_number() -> None:
    with pytest.raises(ShapeError) as caught:
        parse("y = W*x").run(W=[[1, 2], [3, 4]], x=[1, 2])
    assert str(caught.value) == (
        "the output 'y' has shape (2×2); a backward pass starts from one number\n"
        "  1 | y = W*x\n    |     ^^^\n"
        "hint: make it one number with sum(y) or y[0, 0]"
    )


def test_an_array_of_one_entry_is_an_output() -> None:
    trace = parse("o = W h; J = (o - y)^2").run(W=[[1, -0.5]], h=[1, 2], y=0.5)
    assert trace.starts_with_one
    assert trace.grads[trace.graph.output].tolist() == [1]
    assert trace.grad("W").tolist() == [[-1, -2]]
    assert trace.grad("y") == 1


def test_an_upstream_gradient_makes_a_vector_an_output() -> None:
    graph = parse("y = w*x")
    trace = run(graph, {"w": 2, "x": [1, 2, 3]}, upstream=[1, 0, -1])
    assert trace.grad("w") == 1 - 3
    assert trace.grad("x").tolist() == [2, 0, -2]
    everywhere = run(graph, {"w": 2, "x": [1, 2, 3]}, upstream=1)
    assert everywhere.grad("w") == 6
    with pytest.raises(ShapeError) as caught:
        run(graph, {"w": 2, "x": [1, 2, 3]}, upstream=[1, 0])
    assert str(caught.value) == (
        "the upstream gradient has shape (2), the output has shape (3)\nhint: give it in the shape of the output"
    )


def test_an_upstream_gradient_scales_a_number() -> None:
    assert run(parse("L = x^2"), {"x": 3}, upstream=-2).grad("x") == -12


# -- what gets a gradient --------------------------------------------------------------------------


def test_constants_get_none_unless_asked() -> None:
    graph = parse("L = 3*x")
    assert run(graph, {"x": 2}).grads == [3, None, 1]
    with pytest.raises(GraphvizADError):
        run(graph, {"x": 2}, wrt=["nothing"])


def test_wrt_narrows_steps_and_gradients() -> None:
    graph = parse("z = w*x; L = z + sin(b)")
    trace = run(graph, {"w": 2, "x": 3, "b": 1}, wrt=["w"])
    assert trace.gradients == {"w": 3, "x": None, "b": None}
    edges = [(graph.names[step.node], graph.names[step.to]) for step in trace.steps if isinstance(step, Pull)]
    assert edges == [("L", "z"), ("z", "w")]


def test_wrt_may_be_an_intermediate() -> None:
    trace = run(parse("z = w*x; L = z^2"), {"w": 2, "x": 3}, wrt=["z"])
    assert (trace.grad("z"), trace.grad("w"), trace.grad("L")) == (12, None, 1)


def test_an_output_without_inputs_has_no_backward_pass() -> None:
    trace = parse("y = x; 2*3").run(x=1)
    assert [step.kind for step in trace.steps] == ["evaluate"]
    assert trace.gradients == {"x": None}


# -- broadcasting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "values", "name", "summed", "gradient"),
    [
        ("sum(w*x)", {"w": 2, "x": [1, 2, 3]}, "w", (0,), 6),
        ("sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [0, 0, 0]}, "b", (0,), [2, 2, 2]),
        ("sum(X*c)", {"X": [[1, 2, 3], [4, 5, 6]], "c": [[1], [2]]}, "c", (1,), [[6], [15]]),
        ("sum(X*k)", {"X": [[1, 2, 3], [4, 5, 6]], "k": 2}, "k", (0, 1), 21),
        ("sum(x*y)", {"x": [1, 2, 3], "y": [4, 5, 6]}, "x", (), [4, 5, 6]),
    ],
)
def test_the_sum_that_undoes_a_broadcast_is_recorded(
    formula: str, values: dict[str, Any], name: str, summed: tuple[int, ...], gradient: Any
) -> None:
    trace = parse(formula).run(values)
    node = trace.graph.find(name)
    pulls = [step for step in trace.steps if isinstance(step, Pull) and step.to == node]
    assert [step.summed for step in pulls] == [summed]
    np.testing.assert_array_equal(trace.grad(name), gradient)
    assert np.shape(trace.grad(name)) == np.shape(values[name])


# -- values that are not finite --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "x", "value"),
    [
        ("log(x)", -1, math.nan),
        ("1/x", 0, math.inf),
        ("exp(x)", 1000, math.inf),
        ("log(x)", 0, -math.inf),
        ("x^0.5", -1, math.nan),
        ("x/x", 0, math.nan),
    ],
)
def test_not_finite_goes_on_as_ieee_has_it(formula: str, x: float, value: float) -> None:
    trace = parse(f"u = {formula}; L = u + 1").run(x=x)
    np.testing.assert_equal(trace.value("u"), value)
    assert (trace.graph.find("u"), "value") in trace.not_finite
    arrays = parse(f"u = {formula}; L = sum(u)").run(x=[x, 2.0])
    np.testing.assert_equal(arrays.value("u")[0], value)


def test_strict_makes_it_an_error() -> None:
    graph = parse("u = log(x); L = u*y")
    with pytest.raises(DomainError) as caught:
        run(graph, {"x": -1, "y": 2}, strict=True)
    assert str(caught.value) == (
        "the value of 'u' is nan (log of x = -1)\n  1 | u = log(x); L = u*y\n    |     ^^^^^^\n"
        "hint: change the inputs, or run without strict"
    )
    assert run(graph, {"x": 1, "y": 2}, strict=True).grad("x") == 2


# -- inputs ----------------------------------------------------------------------------------------


def test_random_inputs_are_the_same_for_the_same_seed() -> None:
    graph = parse("w*x + b*c - d")
    inputs, again, other = random_inputs(graph, 1), random_inputs(graph, 1), random_inputs(graph, 2)
    assert inputs == again != other
    assert list(inputs) == ["w", "x", "b", "c", "d"]
    for seed in range(50):
        for value in random_inputs(graph, seed).values():
            assert -2 <= value <= 2
            assert value != 0
            assert round(10 * value) == pytest.approx(10 * value)


GATES = """
i = σ(w_i*x + u_i*h + b_i)
f = σ(w_f*x + u_f*h + b_f)
g = tanh(w_g*x + u_g*h + b_g)
c = f*c_0 + i*g
"""


@pytest.mark.parametrize("seed", range(10))
def test_random_inputs_leave_gates_alive(seed: int) -> None:
    graph = parse(GATES)
    trace = graph.run(random_inputs(graph, seed))
    assert all(0.05 < trace.value(name) < 0.95 for name in "if")
    assert abs(trace.value("g")) < 0.98
    assert all(abs(grad) > 1e-4 for grad in trace.gradients.values())
    logarithm = parse("y = log(x) + sqrt(z)/w")
    assert not logarithm.run(random_inputs(logarithm, seed)).not_finite
    saturated = random_inputs(parse("y = σ(w*x)"), seed, {"x": 40.0})
    assert list(saturated) == ["w"]


class _Refusing:
    """As a tensor of torch that needs a gradient."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("use detach() first\nor else")

    def detach(self) -> None:
        raise NotImplementedError


AS = "hint: give a number, a list or an array, as in 0.5, [1, 2] or [[1, 2], [3, 4]] with rows of one length"
INPUTS: list[tuple[dict[str, Any], str]] = [
    ({}, "no value for 'w', 'x'\n  1 | L = w*x\n    |     ^\nhint: give one, as in w=1 x=1"),
    ({"w": 1}, "no value for 'x'\n  1 | L = w*x\n    |       ^\nhint: give one, as in x=1"),
    ({"w": 1, "x": 2, "y": 3}, "the formula has no input 'y'\nhint: its inputs are: w, x"),
    ({"w": 1, "x": 2, "L": 3}, "'L' is computed by the formula and cannot be given\nhint: its inputs are: w, x"),
    ({"w": "two", "x": 2}, f"the value of 'w' is not a number or a list of numbers\n{AS}"),
    ({"w": [[1], [2, 3]], "x": 2}, "the rows of 'w' differ in length\nhint: make them equally long, as in [[1, 2], [3, 4]]"),
    ({"w": [], "x": 2}, f"the value of 'w' is empty\n{AS}"),
    ({"w": _Refusing(), "x": 2}, "the value of 'w' cannot be read as numbers: use detach() first\nhint: give numbers: w.detach().cpu().numpy()"),
    ({"W": 1, "x": 2}, "the formula has no input 'W'\nhint: did you mean 'w'?"),
    ({"w": True, "x": 2}, f"the value of 'w' is not a number or a list of numbers\n{AS}"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "message"), INPUTS)
def test_inputs_that_do_not_fit(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse("L = w*x").run(values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("step", "message"),
    [("3", "the number of a step is a whole number, not '3'\nhint: as in draw(step=3)"),
     (2.5, "the number of a step is a whole number, not 2.5\nhint: as in draw(step=3)"),
     (9, "there is no step 9\nhint: the steps are 0 to 4")],
)  # fmt: skip
def test_a_step_that_is_not_there(step: Any, message: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        parse("L = w*x").run(w=1, x=2).draw(step)
    assert str(caught.value) == message


def test_a_formula_is_text() -> None:
    with pytest.raises(GraphvizADError) as caught:
        parse(None)  # type: ignore[arg-type]
    assert str(caught.value) == 'a formula is text, not NoneType\nhint: as in parse("y = w*x + b")'


def test_a_trace_for_programmers_is_one_line() -> None:
    assert repr(parse("z = w*x\nL = z^2").run(w=2, x=3)) == ("<Trace of 'z = w*x; L = z^2' at w=2, x=3: L = 36>")
    long_sum = " + ".join(f"x{k}" for k in range(99))
    text = repr(parse(long_sum).run({f"x{k}": k for k in range(99)}))
    assert (len(text) < 160, text.count("…"), text.endswith(": v98 = 4851>")) == (True, 2, True)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError) as caught:
        parse("L = sum(W @ x)").run(W=[[1, 2], [3, 4]], x=[1, 2, 3])
    assert str(caught.value) == (
        "the shapes do not fit for 'matmul': W has shape (2×2), x has shape (3)\n"
        "  1 | L = sum(W @ x)\n    |         ^^^^^\n"
        "hint: in A @ B the last axis of A must be as long as the first of B; A.T turns a matrix"
    )


@pytest.mark.parametrize(
    "formula", ["x + y", "outer(a, a)", "M @ M.T", "diag(a)", "max_of(x, y)", "mse(x, y)", "rmse(x, y)"]
)
def test_arrays_larger_than_allowed_are_not_made(formula: str) -> None:
    values = {"x": np.ones((1, 50)), "y": np.ones((50, 1)), "a": np.ones(50), "M": np.ones((50, 1))}
    graph = parse(f"L = sum({formula})", limits=Limits(array=1000))
    with pytest.raises(LimitError, match="2500 entries; the limit is 1000"):
        graph.run({name: values[name] for name in graph.inputs})


# -- depth -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("array", [False, True])
def test_a_chain_of_100_000_operations(array: bool) -> None:
    graph = parse("+".join(["x"] * 50_000), limits=Limits(length=1_000_000))
    trace = graph.run(x=1.0) if not array else run(graph, {"x": [1.0, 2.0]}, upstream=1)
    np.testing.assert_array_equal(trace.grad("x"), [50_000.0] * 2 if array else 50_000.0)
    assert len(trace.steps) == 49_999 + 1 + 49_998 + 2 * 50_000
