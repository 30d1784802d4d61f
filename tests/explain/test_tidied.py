"""Derivatives are tidied as a person would, and say the same number as before."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graphviz_ad import Trace
from graphviz_ad.explain.equations import gradient, short_gradients
from graphviz_ad.explain.expression import values
from graphviz_ad.explain.tidied import Tidying
from graphviz_ad.explain.tidied import tidied as tidied_of
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import DERIVATIVE, NAME, NUMBER, OPERATOR, VALUE, Tree, graft
from graphviz_ad.ops.bound import parsed
from graphviz_ad.values import Value
from tests.diagram.lectures import LECTURES

ARRAYS = {"X": (3, 2), "a": (2,), "b": (2,), "t": (3,)}
TEXTS = [
    ("1/2*1/(2*pi*s^2)*2*pi*2*s - (x - m)^2/(2*s^2)^2*2*2*s", "1/s - (x - m)^2/s^3"),
    ("p*(1/(p/q))*(-p/q^2) + (1-p)*(1/((1-p)/(1-q)))*(-(1-p)/(1-q)^2)*(-1)", "(1 - p)/(1 - q) - p/q"),
    ("x + y - x", "y"),
    ("x - x", "0"),
    ("-x/(2*sqrt(v + s)*sqrt(v + s))", "-(x/(2*(v + s)))"),
    ("sqrt(x^2)/x", "√x^2/x"),
    ("-2*(p*(x - m))", "-2*p*(x - m)"),
    ("0.044715*x*2*y", "0.08943*x*y"),
    ("x*0.3333333333333333*2", "2*x/3"),
    ("-s/(norm(a)*norm(b))*norm(a)*(b/norm(b)) + 1/(norm(a)*norm(b))*a", "a/(norm(a)*norm(b)) - s*b/norm(b)^2"),
    ("X.T @ (2*(X @ a - t)) + 2*s*a", "2*X.T @ (X @ a - t) + 2*s*a"),
    ("outer(2*t, s*a)", "outer(2*s*t, a)"),
    ("a/a*x", "a*x/a"),
    ("sum(3*s*a)", "3*s*sum(a)"),
    ("1/(1 + exp(-x))*exp(-x)*(-1)", "-sigmoid(-x)"),
    ("exp(x)/(exp(x) + 1)*y", "sigmoid(x)*y"),
    ("exp(x)/(1 + exp(y))", "exp(x)/(1 + exp(y))"),
    ("exp(x)^2/(1 + exp(x))", "exp(x)^2/(1 + exp(x))"),
    ("exp(x)/(2 + exp(x))", "exp(x)/(2 + exp(x))"),
]


def tidied(text: str) -> tuple[Tree, int, int]:
    """Text → the tree in which it is, its root, and the root of the same, tidied."""
    program, tree = parsed(text), Tree()
    root = graft(tree, program.tree, program.statements[-1].root, {})
    return tree, root, Tidying(tree, lambda name: name not in ARRAYS).run(root)


def require_same(tree: Tree, root: int, new: int, seed: int) -> None:
    """Raise AssertionError where two parts of a tree have other numbers at a place, except where one has none."""
    place = np.random.default_rng(seed)
    scope = {name: float(place.uniform(0.1, 0.9)) for name in "xyzmpqsv"} | {"pi": np.pi}
    before, after = (values(tree, at, scope | SCOPE)[at] for at in (root, new))
    if np.all(np.isfinite(before)) and np.max(np.abs(before)) < 1e6:
        np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-6)


SCOPE = {name: np.random.default_rng(1).uniform(0.5, 2.0, shape) for name, shape in ARRAYS.items()}


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_texts(text: str, expected: str) -> None:
    tree, root, new = tidied(text)
    assert write(tree, new, TEXT) == expected
    for seed in range(3):
        require_same(tree, root, new, seed)


def expression(rng: random.Random, tree: Tree, depth: int) -> int:
    """A random expression between numbers."""
    if depth == 0 or rng.random() < 0.15:
        return (
            tree.add(NUMBER, float(rng.choice((1, 2, 3, 0.5))))
            if rng.random() < 0.3
            else tree.add(NAME, rng.choice("xyz"))
        )
    sign = rng.choice(("+", "-", "*", "*", "/", "/", "neg", "^", "root"))
    first = expression(rng, tree, depth - 1)
    if sign in ("neg", "root"):
        return tree.add(OPERATOR, sign, (first,))
    second = tree.add(NUMBER, float(rng.choice((2, 3)))) if sign == "^" else expression(rng, tree, depth - 1)
    return tree.add(OPERATOR, sign, (first, second))


def test_random_expressions_keep_their_numbers() -> None:
    rng, shorter = random.Random(7), 0
    for _ in range(400):
        tree = Tree()
        root = expression(rng, tree, 4)
        new = Tidying(tree, lambda name: True).run(root)
        shorter += len(write(tree, new, TEXT)) < len(write(tree, root, TEXT))
        require_same(tree, root, new, 3)
    assert shorter > 100


def number(trace: Trace, tree: Tree, root: int) -> Value:
    """Expression over quantities and gradients of a trace → its number."""
    own = Tree(list(tree.kind), list(tree.head), list(tree.args))
    for node in nodes_below(tree, root):
        if tree.kind[node] == DERIVATIVE:
            own.kind[node], own.head[node] = VALUE, trace.grad(tree.head[node][1])
    scope = {name: trace.values[node] for name, node in trace.graph.ids.items()}
    return np.asarray(values(own, root, scope)[root])


@pytest.mark.parametrize("name", LECTURES)
def test_gradients_of_lectures_keep_their_numbers(name: str) -> None:
    trace = LECTURES[name].trace.closed("statement")
    compared = 0
    for node in trace.graph.inputs.values():
        if trace.grads[node] is not None and trace.contributions_to[node]:
            tree = Tree()
            root = gradient(trace, node, tree, 12, short_gradients(trace, 12))
            try:
                before = number(trace, tree, root)
            except (AssertionError, KeyError, ValueError):  # what no text says, or a sum that undoes a broadcast
                continue
            after = number(trace, tree, tidied_of(tree, root, trace))
            np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-12)
            compared += 1
    assert compared or name == "six points"  # of which the gradients have no texts
