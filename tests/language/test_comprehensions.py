"""Loops in brackets, derivatives as programs call them, gradients at a point, values named with what they depend on."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import ParseError
from graphviz_ad.values import Value

WEIGHTS, ENTRIES = [1.5, -2.0, 3.25], [0.5, 0.25, -0.75]
ROWS = [[1.0, 2.0], [0.5, -0.25], [0.75, 0.125]]


def value(text: str, **inputs: object) -> Value:
    """Formula and inputs → its value."""
    graph = parse(text, given=inputs)
    trace = run(graph, inputs, upstream=np.ones(np.asarray(inputs["ones"]).shape) if "ones" in inputs else None)
    return trace.values[trace.graph.output]


@pytest.mark.parametrize(
    ("text", "inputs", "meant"),
    [
        ("sum(wi*xi for wi, xi in zip(w, x)) + b", {"w": WEIGHTS, "x": ENTRIES, "b": 0.3}, np.dot(WEIGHTS, ENTRIES) + 0.3),
        (
            "sum((wi*xi for wi, xi in zip(self.w, x)), self.b)",
            {"self.w": WEIGHTS, "x": ENTRIES, "self.b": 0.3},
            np.dot(WEIGHTS, ENTRIES) + 0.3,
        ),
        (
            "sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))",
            {"ys": WEIGHTS, "ypred": ENTRIES},
            np.sum(np.subtract(ENTRIES, WEIGHTS) ** 2),
        ),
        ("sum(w[i]*x[i] for i in range(len(w)))", {"w": WEIGHTS, "x": ENTRIES}, np.dot(WEIGHTS, ENTRIES)),
        ("sum([w[k]*x[k] for k in range(n)])", {"w": WEIGHTS, "x": ENTRIES, "n": 3}, np.dot(WEIGHTS, ENTRIES)),
        ("sum(x_i[j] for j in range(k)) / k", {"x_i": WEIGHTS}, np.mean(WEIGHTS)),
        ("sum(x_i[j]*w_i[j] for j in range(len(x_i)))", {"x_i": WEIGHTS, "w_i": ENTRIES}, np.dot(WEIGHTS, ENTRIES)),
        ("sum(a*b for a, b in zip(x_i, w))", {"x_i": WEIGHTS, "w": ENTRIES}, np.dot(WEIGHTS, ENTRIES)),
        ("np.mean([(y - t)**2 for y, t in zip(w, x)])", {"w": WEIGHTS, "x": ENTRIES}, np.mean(np.subtract(WEIGHTS, ENTRIES) ** 2)),
        ("max(abs(a - b) for a, b in zip(w, x))", {"w": WEIGHTS, "x": ENTRIES}, 4.0),
        ("sum(k*c for k, c in enumerate(w))", {"w": WEIGHTS}, -2.0 + 6.5),
        ("sum(x[i]*w[j] for i in range(3) for j in range(3))", {"w": WEIGHTS, "x": ENTRIES}, sum(WEIGHTS) * sum(ENTRIES)),
        ("sum(np.dot(v, row) for row in X)", {"v": [1.0, 3.0], "X": ROWS}, float(np.sum(np.array(ROWS) @ [1.0, 3.0]))),
        ("sum(p.pow(2).sum() for p in params)", {"params": ROWS}, float(np.sum(np.square(ROWS)))),
        ("sum([sum([W[i][j]*x[j] for j in range(2)]) for i in range(3)])", {"W": ROWS, "x": [1.0, 3.0]}, float(np.sum(np.array(ROWS) @ [1.0, 3.0]))),
    ],
)  # fmt: skip
def test_loops_in_brackets(text: str, inputs: dict[str, object], meant: float) -> None:
    assert np.allclose(value(text, **inputs), meant)


def test_a_loop_alone_is_an_array() -> None:
    graph = parse("[exp(a)/sum(exp(b) for b in z) for a in z]", given={"z": WEIGHTS})
    trace = run(graph, {"z": WEIGHTS}, upstream=[1, 1, 1])
    shifted = np.exp(WEIGHTS)
    assert np.allclose(trace.values[graph.output], shifted / shifted.sum())


@pytest.mark.parametrize(
    "text",
    [
        "sum(x for x in xs if x > 0)", "np.dot([a for a in xs], w)", "sum(x for x in f(xs))", "sum(a*b for a, b in zip(xs))",
        "sum(x for x in", "[x for x in xs] + 1", "sum(x for x in xs, 1)",
    ],
)  # fmt: skip
def test_other_loops_are_errors_at_their_place(text: str) -> None:
    with pytest.raises(ParseError) as problem:
        parse(text, given={"xs": WEIGHTS, "w": ENTRIES})
    assert problem.value.span is not None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("relu_prime", 1.0), ("sigmoid_derivative", 0.24445831169074586), ("d_tanh", 1 - np.tanh(0.3) ** 2), ("dsigmoid", 0.24445831169074586),
        ("tanhPrime", 1 - np.tanh(0.3) ** 2), ("self.sigmoid_prime", 0.24445831169074586), ("ReLU_deriv", 1.0), ("grad_exp", np.exp(0.3)),
    ],
)  # fmt: skip
def test_derivatives_as_programs_call_them(name: str, meant: float) -> None:
    graph = parse(f"delta * {name}(z)", given={"delta": 2.0, "z": 0.3})
    assert np.isclose(run(graph, {"delta": 2.0, "z": 0.3}).values[graph.output], 2 * meant)
    assert any("is read as the derivative of" in note for note in graph.notes)


def test_a_function_of_ones_own_keeps_its_name() -> None:
    assert value("relu_prime(a) = 3*a; y = relu_prime(x)", x=2.0) == 6.0


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("θ - η ∇L(θ)", {"θ": 0.5, "η": 0.1, "∇L(θ)": 2.0}),
        ("θ - η ∇L(θ)", {"θ": 0.5, "η": 0.1, "∇L": 2.0}),
        (r"\theta - \eta \nabla_\theta J(\theta; x^{(i)}, y^{(i)})", {"θ": 0.5, "η": 0.1, r"\nabla_\theta J(\theta; x^{(i)}, y^{(i)})": 2.0}),
        (r"\theta - \eta \nabla_{\theta} J(\theta)", {"θ": 0.5, "η": 0.1, "∇_θ J(θ)": 2.0}),
    ],
)  # fmt: skip
def test_a_gradient_at_a_point_is_one_value(text: str, inputs: dict[str, object]) -> None:
    assert np.isclose(value(text, **inputs), 0.3)


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("x_i", "f"),
        ("x_i", "f(x)"),
        ("x_i", "f(x_i)"),
        ("x^{(i)}", "f"),
        ("x^{(i)}", "f(x)"),
        ("x^{(i)}", "f(x^{(i)})"),
    ],
)
def test_a_value_may_be_given_with_or_without_what_it_depends_on(argument: str, name: str) -> None:
    text = rf"\frac{{1}}{{3}} \sum_{{i=1}}^{{3}} (f({argument}) - y_i)^2"
    assert np.isclose(value(text, y=ENTRIES, **{name: WEIGHTS}), np.mean(np.subtract(WEIGHTS, ENTRIES) ** 2))


def test_a_name_with_a_minus_that_has_a_value() -> None:
    assert np.isclose(value("tanh(W*h_t-1 + b)", **{"W": 2.0, "h_t-1": 0.25, "b": 0.1}), np.tanh(0.6))


def test_an_argument_with_a_value_stays_a_factor() -> None:
    assert value("L = h(x)", h=0.5) == 0.5
    assert value("L = a(x)", a=2.0, x=3.0) == 6.0
