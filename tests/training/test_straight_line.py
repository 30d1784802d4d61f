"""The lines that are made for a graph compute what its passes compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import TABLE
from graphviz_ad.training import gradients
from graphviz_ad.training.gradients import backward
from graphviz_ad.training.straight_line import Lines, forward

RANDOM = np.random.default_rng(0)
ROWS = 5
x, y = RANDOM.normal(size=ROWS), RANDOM.normal(size=ROWS)
X, Y = RANDOM.normal(size=(ROWS, 3)), RANDOM.normal(size=(ROWS, 1))
YES, CLASS = (y > 0) * 1.0, RANDOM.integers(0, 4, ROWS) * 1.0
W, V = RANDOM.normal(size=(3, 4)), RANDOM.normal(size=4)
W3 = RANDOM.normal(size=3)

CASES: dict[str, dict[str, Any]] = {
    "z = w x + b; L = mean((z - y)^2)": {"w": 0.5, "b": 0.1, "x": x, "y": y},
    "a = sigmoid(w x + b); L = mean(-(y*log(a) + (1 - y)*log(1 - a)))": {"w": 0.5, "b": 0.1, "x": x, "y": YES},
    "a = sigmoid(X @ w + b); L = bce(a, y)": {"w": W3, "b": 0.1, "X": X, "y": YES},
    "z = X @ w + b; L = bce_with_logits(z, y) + 0.1*sum(w^2)": {"w": W3, "b": 0.1, "X": X, "y": YES},
    "H = tanh(X @ W + c); p = H @ v + b; L = mse(p, y)": {"W": W, "c": V, "v": V, "b": 0.2, "X": X, "y": y},
    "H = relu(X W + c); p = H v + b; L = mean(abs(p - y))": {"W": W, "c": V, "v": V, "b": 0.2, "X": X, "y": y},
    "S = X W + c; L = cross_entropy(S, y)": {"W": W, "c": V, "X": X, "y": CLASS},
    "S = softmax(X W + c); L = -mean(sum(Y*log(S), axis=1))": {
        "W": W,
        "c": V,
        "X": X,
        "Y": np.eye(4)[CLASS.astype(int)],
    },
    "H = X W; m = mean(H, axis=0); v = mean((H - m)^2, axis=0); N = (H - m)/sqrt(v + 0.1); L = mean((N g + b - Y)^3)": {
        "W": W,
        "g": V,
        "b": 0.3,
        "X": X,
        "Y": Y,
    },
    "S = sum(X*w, axis=1, keepdims=1); L = mean(exp(S/c) - Y*S)": {"w": W3, "c": 2.0, "X": X, "Y": Y},
    "p = a x^2 + b x + c; L = sum((p - y)^2)/5 + exp(-a)": {"a": 0.3, "b": 0.2, "c": 0.1, "x": x, "y": y},
    "L = mean(where(w*x > 0, w^2 x, -c*x/w)) + max(w, c)*3 - 2*w": {"w": 0.3, "c": 0.4, "x": x},
    "L = huber(w x + b, y)": {"w": 0.5, "b": 0.1, "x": x, "y": y},
    "L = mean(layer_norm(X W)^2 v)": {"W": W, "v": V, "X": X},
    "L = mean(b - y) + mean(c)*2 + 0*d": {"b": 0.2, "y": y, "c": W3, "d": 1.0},
    "M = u v^T; L = mean((X M - X)^2)": {"u": W3, "v": W3, "X": X},
    "L = mean(W[0]*X) + sum(W[:,1])*x[2]": {"W": RANDOM.normal(size=(3, 3)), "X": X, "x": x},
    "L = mean(sum(X*W, axis=1)^2) + mean(mean(W, axis=0)*w)": {"W": W3, "X": X, "w": RANDOM.normal(size=1)},
    "L = mean((floor(w x) - y)^2) + mean(relu(w x))/w": {"w": 0.7, "x": x, "y": y},
}


def differences(formula: str, given: dict[str, Any]) -> dict[str, float]:
    """Formula and values → for the output and the gradient of each input, how far the lines are from the passes."""
    trace = run(parse(formula, given=given), given)
    graph, lines = trace.graph, Lines()
    shapes = [shape(value) for value in trace.values]
    names = {node: f"v{node}" for node in graph.inputs.values()}
    values = forward(lines, graph, names, shapes)
    grads = backward(lines, graph, values, shapes, list(names))
    compute = lines.function([*names.values()], [values[graph.output], *(grads[node] for node in names)])
    ours = [np.float64(value) if isinstance(value := trace.values[node], float) else value for node in names]
    with np.errstate(all="ignore"):
        output, *results = compute(*ours)
    far = {"output": _far(output, trace.values[graph.output])}
    for node, result in zip(names, results, strict=True):
        assert np.shape(result) == shapes[node], graph.names[node]
        grad = trace.grads[node]
        far[graph.names[node]] = _far(result, 0.0 if grad is None else grad)
    return far


def _far(value: Any, right: Any) -> float:
    return float(np.max(np.abs(value - right) / (1 + np.abs(right))))


@pytest.mark.parametrize("formula", CASES)
def test_a_formula(formula: str) -> None:
    assert max(differences(formula, CASES[formula]).values()) < 1e-13


@pytest.mark.parametrize(
    "row", [row for row in TABLE if not row.internal and not row.variadic], ids=lambda row: row.name
)
def test_every_operation(row: Any) -> None:
    sizes = row.shapes or (((3,),) * len(row.params),)
    random = np.random.default_rng(1)
    for shapes in sizes:
        given: dict[str, Any] = {}
        for name, size, (low, high) in zip("abcde", shapes, row.sample * len(shapes)):
            values = random.uniform(low, high, size=size)
            given[name] = (
                np.round(values) if row.name in ("cross_entropy", "nll") and len(size) < len(shapes[0]) else values
            )
        if "at" in row.options or row.options.get("shape", 0) is None:
            continue
        axis = ", axis=0" if row.name == "cumsum" else ""
        formula = f"L = sum({row.name}({', '.join(given)}{axis})^2)"
        assert max(differences(formula, given).values()) < 1e-12, formula


def test_a_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = gradients._spread
    monkeypatch.setattr(gradients, "_spread", lambda *args: right(*args).__class__(None, (), 1.0))
    assert (
        max(differences("z = w x + b; L = mean((z - y)^2)", CASES["z = w x + b; L = mean((z - y)^2)"]).values()) > 0.1
    )


def test_nothing_that_a_user_typed_is_in_the_lines() -> None:
    given = {"os": 0.5, "重み": 0.1, "x": x}
    trace = run(parse("L = mean((os*x + 重み)^2)", given=given), given)
    lines = Lines()
    shapes = [shape(value) for value in trace.values]
    forward(lines, trace.graph, {node: f"v{node}" for node in trace.graph.inputs.values()}, shapes)
    assert not any("os" in line or "重み" in line for line in lines.lines)
