"""Each mistake, made where it shows: every partner that can see it fails, and passes the pass without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.check.table import check
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import Mistake, mutate

BY_NAME = {mistake.name: mistake for mistake in (*BACKWARD, *FORWARD)}

NUMBERS: dict[str, Any] = {"w": 1.5, "x": -0.7, "b": 0.4, "y": 0.9}
NEURON = "z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2"
AFFINE = "z = x @ w + b; L = sum(z^2)"
BATCH: dict[str, Any] = {"x": [[0.7, -1.2], [0.4, 2.0]], "w": [[0.3, -0.8], [1.1, 0.6]], "b": [0.2, -0.5]}

MATRICES = "C = A @ B; L = sum(C^2)"
SQUARE: dict[str, Any] = {"A": [[0.7, -1.2], [0.4, 2.0]], "B": [[0.3, -0.8], [1.1, 0.6]]}

PLANTED: dict[str, tuple[str, dict[str, Any]]] = {
    "keep the last": (NEURON, NUMBERS),
    "keep the first": (NEURON, NUMBERS),
    "multiply the paths": (NEURON, NUMBERS),
    "forget the upstream": (NEURON, NUMBERS),
    "forget the local derivative": (NEURON, NUMBERS),
    "derivative at the wrong place": (NEURON, NUMBERS),
    "own factor": (NEURON, NUMBERS),
    "sign of a subtraction": (NEURON, NUMBERS),
    "keep the exponent": (NEURON, NUMBERS),
    "drop the factor": (NEURON, NUMBERS),
    "power rule for an exponential": ("L = w*exp(x)", NUMBERS),
    "not differentiated": (NEURON, NUMBERS),
    "sign of a derivative": ("L = w/x", NUMBERS),
    "part of the rule": (NEURON, NUMBERS),
    "value for gradient": (NEURON, NUMBERS),
    "upside down": (NEURON, NUMBERS),
    "order of a matrix product": (AFFINE, BATCH),
    "broadcast not summed": (AFFINE, BATCH),
    "broadcast averaged": (AFFINE, BATCH),
    "broadcast first row": (AFFINE, BATCH),
    "broadcast last row": (AFFINE, BATCH),
    "mean as a sum": ("L = mean(b^2)", {"b": [0.2, -0.5]}),
    "softmax entry by entry": ("s = softmax(b); L = s[0]*3 + s[1]", {"b": [0.2, -0.5]}),
    "update on the way back": ("h = tanh(x); L = w*h", NUMBERS),
    "gradients not cleared": (NEURON, NUMBERS),
    "sent on too early": ("h = tanh(x); L = h*w + h^2", NUMBERS),
    "no mask": ("L = (relu(x) - y)^2 + relu(w)", NUMBERS),
    "mask by the gradient": ("h = relu(w); L = (h - 9)^2", NUMBERS),
    "add along a path": (NEURON, NUMBERS),
    "paths averaged": (NEURON, NUMBERS),
    "paths subtracted": (NEURON, NUMBERS),
    "product of derivatives": ("L = w*tanh(w)", NUMBERS),
    "numerator forgotten": ("L = y/w", NUMBERS),
    "reciprocal of the logarithm": ("L = log(w)", NUMBERS),
    "power rule for the exponent": ("L = w^x", NUMBERS),
    "logarithm of the base forgotten": ("L = w^x", NUMBERS),
    "derivative at the result": (NEURON, NUMBERS),
    "constant kept": (NEURON, NUMBERS),
    "gradient of the weight for the weight": ("h = tanh(x); L = (w*h)^2", NUMBERS),
    "value of the ReLU as its slope": ("L = relu(w)", NUMBERS),
    "max to all entries": ("L = max(b)", {"b": [0.2, -0.5]}),
    "activation differentiated again": ("p = sigmoid(b); L = bce(p, y)", {"b": [0.2, -0.5], "y": [1, 0]}),
    "one-hot forgotten": ("L = cross_entropy(b, y)", {"b": [0.2, -0.5], "y": [0, 1]}),
    "sign of p - y": ("L = cross_entropy(b, y)", {"b": [0.2, -0.5], "y": [0, 1]}),
    "cross-entropy entry by entry": ("L = cross_entropy(b, y)", {"b": [0.2, -0.5], "y": [0, 1]}),
    "transpose forgotten on the way back": (MATRICES, SQUARE),
    "factors exchanged on the way back": (MATRICES, SQUARE),
    "order and transpose": (MATRICES, SQUARE),
    "matrix product entry by entry": (MATRICES, SQUARE),
    "result transposed": (MATRICES, SQUARE),
    "weights averaged over the batch": (AFFINE, BATCH),
    "weights of a single row": (AFFINE, BATCH),
}

EYE, ROWS = [[1, 0], [0, 1]], [[1, 2], [3, 4]]

SEEING = [pytest.param("torch", marks=pytest.mark.torch), "complex-step", "finite-difference", "paths"]


def right(mistake: Mistake) -> Trace:
    """Mistake → the right trace of the formula that shows it."""
    text, inputs = PLANTED[mistake.name]
    graph = parse(text)
    return run(graph, {name: value for name, value in inputs.items() if name in graph.inputs})


def test_every_mistake_is_shown() -> None:
    assert list(PLANTED) == [mistake.name for mistake in BACKWARD]


@pytest.mark.parametrize("partner", SEEING)
@pytest.mark.parametrize("mistake", BACKWARD, ids=lambda mistake: mistake.name)
def test_every_partner_that_can_see_a_mistake_fails_on_it(mistake: Mistake, partner: str) -> None:
    trace = right(mistake)
    before = check(trace, (partner,))
    after = check(mutate(trace, mistake), (partner,))
    if partner == "paths" and not before.partners[0].ran:
        assert any(not isinstance(value, float) for value in trace.values), "paths are for scalars"
        return
    assert before.ok, str(before)
    if partner == "paths" and mistake.local is not None:
        assert after.ok, "the sum over paths takes the local derivatives as they are"
        return
    assert not after.ok
    assert after.differing


@pytest.mark.parametrize("mistake", BACKWARD, ids=lambda mistake: mistake.name)
def test_a_mistake_changes_gradients_and_no_value(mistake: Mistake) -> None:
    trace = right(mistake)
    wrong = mutate(trace, mistake)
    assert mistake.places(trace)
    assert wrong.values == trace.values or wrong.values is trace.values
    assert any(
        np.shape(a) != np.shape(b) or not np.allclose(a, b)
        for a, b in zip(wrong.grads, trace.grads, strict=True)
        if b is not None
    )


@pytest.mark.parametrize("mistake", BACKWARD, ids=lambda mistake: mistake.name)
def test_no_place_no_change(mistake: Mistake) -> None:
    trace = right(mistake)
    wrong = mutate(trace, mistake, places=[])
    for ours, theirs in zip(wrong.grads, trace.grads, strict=True):
        assert ours is theirs is None or np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "text", "inputs", "expected"),
    [
        ("keep the last", "L = x*x", {"x": 3}, 3.0),
        ("multiply the paths", "L = x*x", {"x": 3}, 9.0),
        ("forget the upstream", "L = 2*x^2", {"x": 3}, 6.0),
        ("forget the local derivative", "L = 2*tanh(x)", {"x": 3}, 1.0),
        ("derivative at the wrong place", "L = sigmoid(x)", {"x": 3}, -6.0),
        ("derivative at the wrong place", "L = exp(x)", {"x": 3}, 3.0),
        ("derivative at the wrong place", "L = tanh(x)", {"x": 3}, -8.0),
        ("own factor", "L = 5*x", {"x": 3}, 3.0),
        ("sign of a subtraction", "L = (1 - x)^2", {"x": 3}, -4.0),
        ("keep the exponent", "L = x^3", {"x": 3}, 81.0),
        ("drop the factor", "L = x^3", {"x": 3}, 9.0),
        ("keep the exponent", "L = square(x)", {"x": 3}, 18.0),
        ("power rule for an exponential", "L = exp(x)", {"x": 1}, 1.0),
        ("not differentiated", "L = x^3", {"x": 3}, 27.0),
        ("sign of a derivative", "L = cos(x)", {"x": np.pi / 2}, 1.0),
        ("sign of a derivative", "L = 6/x", {"x": 2}, 1.5),
        ("part of the rule", "L = 6/x", {"x": 2}, -3.0),
        ("part of the rule", "L = sqrt(x)", {"x": 4}, 0.5),
        ("part of the rule", "L = tanh(x)", {"x": 0}, 1.0),
        ("value for gradient", "L = 5*x", {"x": 3}, 3.0),
        ("upside down", "L = 5*x", {"x": 3}, 0.2),
        ("update on the way back", "L = w*tanh(x)", {"x": 0, "w": 2}, 2.0),
        ("gradients not cleared", "L = 5*x", {"x": 3}, 10.0),
        ("sent on too early", "h = 2*x; L = h + 3*h", {"x": 3}, 2.0),
        ("no mask", "L = 5*relu(x)", {"x": -3}, 5.0),
        ("mask by the gradient", "L = -5*relu(x)", {"x": 3}, 0.0),
        ("add along a path", "L = 5*(2*x)", {"x": 3}, 8.0),
        ("broadcast not summed", "L = sum(x*[1, 2])", {"x": 3}, [1.0, 2.0]),
        ("broadcast averaged", "L = sum(x*[1, 2])", {"x": 3}, 1.5),
        ("broadcast first row", "L = sum(x*[1, 2])", {"x": 3}, 1.0),
        ("broadcast last row", "L = sum(x*[1, 2])", {"x": 3}, 2.0),
        ("mean as a sum", "L = mean([1, 3]*x)", {"x": 3}, 4.0),
        ("mean as a sum", "L = mse(x, [1, 3])", {"x": [2, 7]}, [2.0, 8.0]),
        ("forget the upstream", "L = 5*dot([1, 3], x)", {"x": [2, 7]}, [1.0, 3.0]),
        ("forget the local derivative", "s = softmax(x); L = s[1]", {"x": [2, 7]}, [0.0, 1.0]),
        ("paths averaged", "L = x*x", {"x": 3}, 3.0),
        ("paths subtracted", "L = 5*x + 2*x", {"x": 3}, -3.0),
        ("product of derivatives", "L = x^2*x^3", {"x": 2}, 48.0),
        ("product of derivatives", "L = x^3/x^2", {"x": 2}, 3.0),
        ("numerator forgotten", "L = 6/x", {"x": 2}, -0.25),
        ("reciprocal of the logarithm", "L = log(x)", {"x": np.e**2}, 0.5),
        ("power rule for the exponent", "L = 2^x", {"x": 3}, 12.0),
        ("logarithm of the base forgotten", "L = 2^x", {"x": 3}, 8.0),
        ("logarithm of the base forgotten", "L = log10(x)", {"x": 4}, 0.25),
        ("derivative at the result", "L = sin(x)", {"x": np.pi / 2}, float(np.cos(1))),
        ("constant kept", "L = 5*x + 2", {"x": 3}, 7.0),
        ("gradient of the weight for the weight", "h = 2*x; L = 5*(w*h)", {"x": 3, "w": 4}, 300.0),
        ("value of the ReLU as its slope", "L = relu(x)", {"x": 3}, 3.0),
        ("max to all entries", "L = 2*max(x)", {"x": [2, 7]}, [2.0, 2.0]),
        ("activation differentiated again", "L = bce(x, 1)", {"x": 0.25}, -0.75),
        ("activation differentiated again", "L = bce_with_logits(x, 1)", {"x": 0}, -0.125),
        ("one-hot forgotten", "L = cross_entropy(x, [1, 0])", {"x": [3, 3]}, [0.5, 0.5]),
        ("sign of p - y", "L = cross_entropy(x, [1, 0])", {"x": [3, 3]}, [0.5, -0.5]),
        ("cross-entropy entry by entry", "L = cross_entropy(x, [1, 0])", {"x": [3, 3]}, [-0.5, 0.0]),
        ("transpose forgotten on the way back", "L = sum(x @ B)", {"x": EYE, "B": ROWS}, [[4.0, 6.0], [4.0, 6.0]]),
        ("factors exchanged on the way back", "L = sum(x @ B)", {"x": EYE, "B": ROWS}, [[4.0, 4.0], [6.0, 6.0]]),
        ("order and transpose", "L = sum(x @ B)", {"x": EYE, "B": ROWS}, [[3.0, 3.0], [7.0, 7.0]]),
        ("matrix product entry by entry", "L = sum(x @ B)", {"x": EYE, "B": ROWS}, [[1.0, 2.0], [3.0, 4.0]]),
        ("result transposed", "L = sum(x @ B)", {"x": EYE, "B": ROWS}, [[3.0, 3.0], [7.0, 7.0]]),
        ("weights averaged over the batch", "L = sum(A @ x)", {"A": ROWS, "x": [5, 6]}, [2.0, 3.0]),
        ("weights of a single row", "L = sum(A @ x)", {"A": ROWS, "x": [5, 6]}, [1.0, 2.0]),
    ],
)
def test_the_number_one_who_makes_it_writes_down(name: str, text: str, inputs: dict[str, Any], expected: Any) -> None:
    wrong = mutate(parse(text).run(inputs), BY_NAME[name])
    assert (
        wrong.grad("x") == pytest.approx(expected)
        if isinstance(expected, float)
        else wrong.grad("x").tolist() == expected
    )


def test_one_place_of_many() -> None:
    trace = parse("L = tanh(tanh(x))").run(x=0.5)
    mistake = BY_NAME["derivative at the wrong place"]
    assert mistake.places(trace) == [(2, 0), (1, 0)]
    once = mutate(trace, mistake, places=[(1, 0)])
    assert once.grads[1] == trace.grads[1]
    assert once.local(1, 0) == pytest.approx(0.75)
    assert once.local(2, 0) == trace.local(2, 0)


def test_a_vector_bias_keeps_the_shape_a_student_would_give_it() -> None:
    trace = parse(AFFINE).run(BATCH)
    assert mutate(trace, BY_NAME["broadcast not summed"]).grad("b").shape == (2, 2)
    averaged = mutate(trace, BY_NAME["broadcast averaged"]).grad("b")
    assert averaged.tolist() == pytest.approx((trace.grad("b") / 2).tolist())


FORWARD_NUMBERS: list[tuple[str, str, dict[str, Any], Any]] = [
    ("forget a term", "L = 2*x + b", {"x": 3, "b": 5}, [5.0, 6.0]),
    ("forget a term", "L = x - y", {"x": 3, "y": 5}, [3.0]),
    ("forget a factor", "L = w*x", {"w": 2, "x": 3}, [3.0, 2.0]),
    ("forget a factor", "L = x/y", {"x": 3, "y": 4}, [3.0]),
    ("multiply for add", "L = x + y", {"x": 3, "y": 5}, [15.0]),
    ("add for multiply", "L = x*y", {"x": 3, "y": 5}, [8.0]),
    ("subtract for add", "L = x + y", {"x": 3, "y": -5}, [8.0]),
    ("add for subtract", "L = x - y", {"x": 3, "y": -5}, [-2.0]),
    ("order of a subtraction", "L = x - y", {"x": 3, "y": 5}, [2.0]),
    ("order of a division", "L = x/y", {"x": 3, "y": 6}, [2.0]),
    ("multiply for divide", "L = x/y", {"x": 3, "y": 6}, [18.0]),
    ("sign of a product", "L = x*y", {"x": -3, "y": -2}, [-6.0]),
    ("sign of a product", "L = x*y", {"x": 3, "y": 2}, []),
    ("forget the minus", "L = -x", {"x": 3}, [3.0]),
    ("multiply by the exponent", "L = x^3", {"x": 2}, [6.0]),
    ("multiply by the exponent", "L = x^y", {"x": 3, "y": 2}, [6.0]),
    ("forget the exponent", "L = x^3", {"x": 2}, [2.0]),
    ("sign of a power", "L = x^2", {"x": -3}, [-9.0]),
    ("sign of a power", "L = x^3", {"x": -2}, [8.0]),
    ("forget the minus in the sigmoid", "L = sigmoid(x)", {"x": 2}, [1 / (1 + np.exp(2))]),
    ("another function", "L = sigmoid(x)", {"x": 2}, [np.tanh(2)]),
    ("another function", "L = max(x)", {"x": [1, 2]}, [1.0]),
    ("forget the function", "L = tanh(x)", {"x": 2}, [2.0]),
    ("base 10", "L = exp(x)", {"x": 2}, [100.0]),
    ("base 10", "L = log(x)", {"x": 100}, [2.0]),
    ("half for the root", "L = sqrt(x)", {"x": 16}, [8.0]),
    ("degrees", "L = sin(x)", {"x": 90}, [1.0]),
    ("sum for mean", "L = mean(x)", {"x": [1, 2, 6]}, [9.0]),
    ("sum for mean", "L = mse(x, y)", {"x": [1, 2], "y": [3, 5]}, [13.0]),
    ("mean for sum", "L = sum(x)", {"x": [1, 2, 6]}, [3.0]),
    ("leave out the last entry", "L = sum(x)", {"x": [1, 2, 6]}, [3.0]),
    ("leave out the last entry", "L = mean(x)", {"x": [1, 2, 6]}, [1.0]),
    ("leave out the last entry", "L = W @ x", {"W": [[1, 2], [3, 4]], "x": [1, 10]}, [[1.0, 3.0]]),
    ("leave out the last entry", "L = sum(x, axis=1)", {"x": [[1, 2], [3, 4]]}, [[1.0, 3.0]]),
    ("leave out the first entry", "L = sum(x, axis=0)", {"x": [[1, 2], [3, 4]]}, [[3.0, 4.0]]),
    ("leave out the first entry", "L = dot(x, y)", {"x": [1, 2], "y": [3, 4]}, [8.0]),
    ("leave out the first entry", "L = sum(x)", {"x": [[1, 2], [3, 4]]}, []),
    ("another axis", "L = sum(x, axis=0)", {"x": [[1, 2], [3, 4]]}, [[3.0, 7.0]]),
    ("another axis", "L = sum(x, axis=0)", {"x": [[1, 2]]}, []),
    ("forget the square", "L = mse(x, y)", {"x": [1, 2], "y": [3, 5]}, [-2.5]),
    ("forget the root", "L = norm(x)", {"x": [3, 4]}, [25.0]),
    ("transpose a factor", "L = W @ x", {"W": [[1, 2], [3, 4]], "x": [1, 10]}, [[31.0, 42.0]]),
    ("transpose a factor", "L = W @ x", {"W": [[1, 2]], "x": [1, 10]}, []),
    ("exchange the factors", "L = A @ B", {"A": [[1, 2], [3, 4]], "B": [[0, 1], [1, 1]]}, [[[3.0, 4.0], [4.0, 6.0]]]),
    ("entry by entry", "L = A @ B", {"A": [[1, 2], [3, 4]], "B": [[0, 1], [1, 1]]}, [[[0.0, 2.0], [3.0, 4.0]]]),
    ("forget to normalise", "L = softmax(x)", {"x": [0, 1]}, [[1.0, np.e]]),
    ("shares without exponentials", "L = softmax(x)", {"x": [1, 3]}, [[0.25, 0.75]]),
    ("forget the logarithm", "L = log_softmax(x)", {"x": [2, 2]}, [[0.5, 0.5]]),
    ("index off by one", "L = x[1]", {"x": [5, 6, 7]}, [5.0]),
    ("index off by one", "L = x[0]", {"x": [5, 6, 7]}, [6.0]),
    ("index off by one", "L = x[0, 1]", {"x": [[1, 2], [3, 4]]}, [3.0]),
    ("the other branch", "L = where(x > 0, 2, 3)", {"x": 1}, [3.0]),
]


def test_every_mistake_of_the_way_forward_is_shown() -> None:
    assert {name for name, *_ in FORWARD_NUMBERS} == {mistake.name for mistake in FORWARD}


@pytest.mark.parametrize(("name", "text", "inputs", "expected"), FORWARD_NUMBERS)
def test_the_value_one_who_makes_it_writes_down(
    name: str, text: str, inputs: dict[str, Any], expected: list[Any]
) -> None:
    trace = parse(f"{text}; M = sum(L)").run(inputs)
    mistake, output = BY_NAME[name], trace.graph.find("L")
    places = [place for place in mistake.places(trace) if place[0] == output]
    values = [mutate(trace, mistake, [place]).values[output] for place in places]
    assert len(values) == len(expected)
    assert all(np.allclose(value, other) for value, other in zip(values, expected, strict=True))


def test_what_follows_from_a_wrong_value_goes_on_with_it() -> None:
    trace = parse("z = w*x + b; a = sigmoid(z); L = (a - y)^2").run(NUMBERS)
    (place, *_) = [place for place in BY_NAME["forget a term"].places(trace) if trace.graph.names[place[0]] == "z"]
    wrong = mutate(trace, BY_NAME["forget a term"], [place])
    again = parse("z = 0*w*x + b; a = sigmoid(z); L = (a - y)^2").run(NUMBERS)
    assert wrong.value("z") == NUMBERS["b"] == again.value("z")
    assert wrong.value("L") == pytest.approx(again.value("L"))
    assert wrong.grad("b") == pytest.approx(again.grad("b"))
    assert wrong.grad("w") == pytest.approx(again.grad("z") * NUMBERS["x"])
