"""A user's function as one node: the same numbers as its body, a derivative of its own, checked by torch."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.errors import LimitError, UnknownNameError

CASES = [
    ("f(t) = t*sigmoid(t); L = f(w*x)^2", "f", {"w": 2, "x": 0.3}, ("sigmoid(a1) + a1*(sigmoid(a1)*(1 - sigmoid(a1)))",)),
    ("f(t) = a*t + t^2; L = f(w)*f(a)", "f", {"w": 2, "a": 0.3}, ("2*a1 + a2", "a1")),
    ("f(s, t) = -s/t; L = f(w, 3)", "f", {"w": 2}, ("-(1/a2)", "-(out/a2)")),
    ("f(t) = relu(-2*t); L = f(w) + f(2*w)", "f", {"w": -1}, ("-2*(out > 0)",)),
    ("layer(v) = relu(W@v + b); y = layer(x); L = sum(y^2)", "layer",
     {"W": [[1, 2], [3, -4]], "x": [1, 2], "b": [0.1, 0.2]}, ()),
    ("p(z) = exp(z)/sum(exp(z)); s = p(z); L = -log(s[0])", "p", {"z": [1, 2, 0.5]}, ()),
    ("n(v) = (v - mean(v))/sqrt(var(v) + 0.01); L = sum(n(x)*c)", "n", {"x": [1, 2, 4], "c": [1, -1, 2]}, ()),
    ("f(X) = mean(X, axis=0); L = sum(f(X)^2)", "f", {"X": [[1, 2], [3, 5]]}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "name", "inputs", "partials"), CASES)
def test_one_node_has_the_gradients_of_its_body(formula, name, inputs, partials):
    whole = parse(formula, collapse=[name]).run(inputs)
    opened = parse(formula).run(inputs)
    rows = [bound.row for bound in whole.graph.ops if bound is not None and bound.row.name == name]
    assert rows
    assert len(whole.graph) <= len(opened.graph)
    assert whole.graph.ids.keys() <= opened.graph.ids.keys()
    for input_name, grad in opened.gradients.items():
        np.testing.assert_allclose(whole.grad(input_name), grad, rtol=1e-12)
    if partials:
        assert rows[0].partials == partials


@pytest.mark.torch
@pytest.mark.parametrize(("formula", "name", "inputs"), [case[:3] for case in CASES])
def test_one_node_agrees_with_torch(formula, name, inputs):
    report = parse(formula, collapse=[name]).run(inputs).check("torch", "complex-step")
    assert report.ok, str(report)


def test_explained_as_one_operation():
    trace = parse("f(t) = t^2; L = f(w)", collapse=["f"]).run(w=3)
    assert "∂L/∂L · 2 · w = 1 · 2 · 3 = 6" in str(trace.explain())


def test_what_cannot_be_one_node():
    with pytest.raises(LimitError, match="it holds 'stack'"):
        parse("f(t) = [t, t]; L = sum(f(x))", collapse=["f"])
    with pytest.raises(UnknownNameError, match="'F' cannot be collapsed: the formula defines no such function"):
        parse("f(t) = t*t; f(x)", collapse=["F"])
    with pytest.raises(LimitError, match="too long for one node"):
        parse(f"f(t) = {'*'.join(['sin(t)'] * 90)}; f(x)", collapse=["f"])
