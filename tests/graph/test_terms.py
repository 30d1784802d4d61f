"""Sums and products of several terms are one node, unless pairs are asked for; numbers are those of the pairs."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from graphviz_ad import parse
from tests.graph.test_build import lines_of

JOINED: dict[str, list[str]] = {
    "a + b + c": ["a", "b", "c", "v1 = add(a, b, c)"],
    "a + (b + c)": ["a", "b", "c", "v1 = add(b, c)", "v2 = add(a, v1)"],
    "a - b + c + d": ["a", "b", "v1 = subtract(a, b)", "c", "d", "v2 = add(v1, c, d)"],
    "w*x*y*2": ["w", "x", "y", "2", "v1 = multiply(w, x, y, 2)"],
    "w x + u h + b": ["w", "x", "v1 = multiply(w, x)", "u", "h", "v2 = multiply(u, h)", "b", "v3 = add(v1, v2, b)"],
    "z = a + b; z + c + z": ["a", "b", "z = add(a, b)", "c", "v1 = add(z, c, z)"],
    "f(t) = t + 1; f(x) + b": ["x", "1", "v1 = add(x, 1)", "b", "v2 = add(v1, b)"],
}
"""Formulas and their nodes: a name, brackets and the edge of a function part a sum in two."""


@pytest.mark.parametrize("text", JOINED)
def test_several_terms_are_one_node(text: str) -> None:
    assert lines_of(parse(text)) == JOINED[text]


def test_many_terms_stay_pairs() -> None:
    assert len(parse("+".join(f"x{n}" for n in range(16)))) == 17
    assert len(parse("+".join(f"x{n}" for n in range(17)))) == 17 + 16


def test_pairs_are_two_terms_each() -> None:
    assert lines_of(parse("a + b + c", pairs=True)) == ["a", "b", "v1 = add(a, b)", "c", "v2 = add(v1, c)"]
    trace = parse("a + b + c", pairs=True).run(a=1, b=2, c=3)
    assert trace.graph.names == ["a", "b", "v1", "c", "v2"]


FORMULAS = [
    ("y = a + b + c + a", {"a": 0.1, "b": 0.2, "c": 0.7}),
    ("y = a*b*c*d", {"a": 0.1, "b": -0.2, "c": 0.7, "d": 3.0}),
    ("L = sum((W x + b + c)*k*s)", {"W": [[1.0, 2], [3, 4]], "x": [0.5, -1], "b": [1.0, 2], "c": 0.3, "k": 2, "s": 3}),
    ("L = sum(a*b*c)", {"a": [1.0, 2], "b": [[1.0, 2], [3, 4]], "c": 0.1}),
]


@pytest.mark.parametrize(("text", "given"), FORMULAS)
def test_numbers_are_those_of_pairs(text: str, given: dict[str, object]) -> None:
    several, pairs = (parse(text, pairs=pairs).run(given) for pairs in (False, True))
    assert len(several.graph) < len(pairs.graph)
    assert several.values[several.graph.output] == pairs.values[pairs.graph.output]
    for name in given:
        np.testing.assert_allclose(several.grad(name), pairs.grad(name), rtol=1e-14)
    assert several.check("finite-difference", "complex-step", "paths").ok


def test_a_product_of_matrices_is_not_joined_entry_by_entry() -> None:
    trace = parse("y = sum(A B x)").run(A=[[1.0, 2], [3, 4]], B=[[0.0, 1], [1, 0]], x=[1.0, 2])
    assert [trace.graph.op_name(node) for node in range(len(trace.graph))].count("matmul") == 2


def test_sentences_name_all_terms_and_all_other_factors() -> None:
    text = str(parse("y = a*b*c + d + d*e*0").run(a=2, b=3, c=4, d=5, e=1).explain())
    assert "v1 is the product of a, b and c." in text
    assert "y is the sum of v1, d and v2." in text
    assert "a gets the gradient that arrives at v1 times the product of the other factors, b · c." in text
    assert "multiplied by the product of the other factors, e · 0, which is 0: d gets nothing." in text


def test_a_sum_of_several_terms_can_be_sent_to_another_process() -> None:
    bound = parse("a + b + c").ops[-1]
    assert pickle.loads(pickle.dumps(bound)) is bound
