"""Derivatives of closed parts are written as a person writes them, and are the same numbers."""

from __future__ import annotations

import re

import pytest

from graphviz_ad import parse

DERIVATIVES = {
    "L = -(y*log(a) + (1 - y)*log(1 - a))": {"y": "log(1 - a) - log(a)", "a": "(1 - y)/(1 - a) - y/a"},
    "s = λ/2*(w^2 + v^2)": {"λ": "(w^2 + v^2)/2", "w": "λ*w", "v": "λ*v"},
    "L = (a - y)^2/2": {"a": "a - y", "y": "-(a - y)"},
    "h = (1 - z)*n + z*m": {"z": "m - n", "n": "1 - z", "m": "z"},
    "d = sqrt((a - b)^2 + c)": {"a": "(a - b)/out", "b": "-((a - b)/out)", "c": "1/(2*out)"},
    "i = sigmoid(w*x + b)": {"w": "out*(1 - out)*x", "x": "out*(1 - out)*w", "b": "out*(1 - out)"},
    "L = log(exp(a) + exp(b))": {"a": "exp(a)/(exp(a) + exp(b))", "b": "exp(b)/(exp(a) + exp(b))"},
    "R = (x - w*z)^2/2": {"x": "x - w*z", "w": "-(x - w*z)*z", "z": "-(x - w*z)*w"},
}
"""Statements and the derivatives that follow from them, by input."""


@pytest.mark.parametrize("text", DERIVATIVES)
def test_derivatives_of_statements(text: str) -> None:
    opened = parse(text).run({name: 0.3 + 0.1 * number for number, name in enumerate(parse(text).inputs)})
    closed = opened.closed("statement")
    (bound,) = (bound for bound in closed.graph.ops if bound is not None)
    names = [closed.graph.names[arg] for arg in closed.graph.args[closed.graph.output]]
    written = {
        name: re.sub(r"\ba(\d+)", lambda match: names[int(match[1]) - 1], partial)
        for name, partial in zip(names, bound.row.partials, strict=True)
    }
    assert written == DERIVATIVES[text]
    for slot, name in enumerate(names):
        assert closed.edge_gradient(closed.graph.output, slot).contribution == pytest.approx(
            opened.grad(name), rel=1e-13
        )


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        ("z = X @ W.T", ("g @ a2", "g.T @ a1")),
        ("z = (X.T @ W).T", ("a2 @ g", "a1 @ g.T")),
        ("z = tanh(X @ W.T)", ("g*(1 - out^2) @ a2", "(g*(1 - out^2)).T @ a1")),
    ],
)
def test_nothing_is_transposed_twice(formula: str, texts: tuple[str, ...]) -> None:
    values = {"X": [[1.0, 2.0], [3.0, 4.0]], "W": [[0.5, 1.0], [-1.0, 2.0]]}
    trace = parse(f"{formula}; L = sum(z*z)").run(values)
    whole = trace.closed("statement")
    (bound,) = [bound for bound in whole.graph.ops if bound is not None and len(bound.row.params) == 2]
    assert bound.row.pullback_text(0, (2, 2)) == texts[0]
    assert bound.row.pullback_text(1, (2, 2)) == texts[1]
    assert (whole.grad("W") == trace.grad("W")).all()  # type: ignore[union-attr]
