"""What stands below a finished picture beside its gradient: the comparisons that decided it, and nothing twice."""

from __future__ import annotations

import pytest

from graphviz_ad import parse
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.ending import around
from graphviz_ad.language.printer import DISPLAY

Given = dict[str, object]


def ending(text: str, given: Given, detail: str = "operation") -> Equation:
    """Formula and its inputs → what its finished picture ends with."""
    graph = parse(text)
    shown = around(graph.run({name: given[name] for name in graph.inputs}).closed(detail), "finished", 4)
    assert isinstance(shown, Equation)
    return shown


POINT: Given = {"w": 0.7, "x": 1.5, "b": 0.1, "t": 2.0}
CONDITIONS: list[tuple[str, Given, str, list[str]]] = [
    ("a = ReLU(w x + b); L = (a - t)^2", POINT, "operation", ["v2 > 0"]),
    ("a = ReLU(w x + b); L = (a - t)^2", {**POINT, "w": -0.7}, "operation", ["v2 < 0"]),
    ("a = ReLU(w x + b); L = (a - t)^2", POINT, "statement", ["a > 0"]),
    ("L = max(0, 1 - t*(w*x + b)) + w^2", POINT, "constants", ["v4 < 0"]),
    ("L = max(0, 1 - t*(w*x + b)) + w^2", {**POINT, "t": 0.2}, "constants", ["v4 > 0"]),
    ("y = clip(w*x, b, t)*x", POINT, "operation", ["v1 > b", "v2 < t"]),
    ("z = w*x; y = clip(z, b, t)*x", POINT, "statement", ["b < z < t"]),
    ("y = clip(w*x, -1, 3)*x", POINT, "operation", ["-1 < v1 < 3"]),
    ("y = σ(w*x + b)*x", POINT, "operation", []),
    ("y = ReLU(w) + ReLU(w*x) + ReLU(w*b) + ReLU(w*t)", POINT, "operation", []),
    ("a = ReLU(w x + b); L = sum(a^2)", {**POINT, "w": [1.0, -2.0]}, "operation", []),
]  # fmt: skip
"""Formulas, inputs, levels, and the comparisons behind the last line: none of four, none of arrays."""


@pytest.mark.parametrize(("text", "given", "detail", "conditions"), CONDITIONS)
def test_comparisons_that_decided_a_gradient_stand_behind_it(
    text: str, given: Given, detail: str, conditions: list[str]
) -> None:
    shown = ending(text, given, detail)
    assert [chain.write(DISPLAY) for chain in shown.provided] == conditions
    *_, result = shown.relations(DISPLAY)
    assert " ".join(shown.pieces(DISPLAY)).endswith(", ".join((result[1], *conditions)))


LAYER: Given = {"W": [[0.1, 0.2], [0.3, -0.4]], "x": [1.0, 2.0], "b": [0.1, 0.2], "t": [0.0, 1.0]}
ENTROPY = "z = W x + b; p = softmax(z); L = -sum(t*log(p))"


def test_a_matrix_that_stands_at_its_node_is_not_written_again() -> None:
    assert ending(ENTROPY, LAYER).write(DISPLAY) == "∂L/∂W = outer(p - t, x)"
    assert ending(ENTROPY, {**LAYER, "W": [[0.1, 0.2]], "b": [0.1], "t": [1.0]}).write(DISPLAY).endswith("[[0, 0]]")


def test_a_matrix_that_stands_inside_of_a_node_is_written() -> None:
    written = ending(ENTROPY, LAYER, "module").write(DISPLAY)
    assert written == "∂L/∂W = outer(p - t, x) = [[0.7109, 1.422], [-0.7109, -1.422]]"


def test_a_sum_over_the_one_row_of_a_matrix_needs_no_axis() -> None:
    text = "A = softmax(S); L = sum(A*c)"
    row, two = [[1.0, 2.0, 3.0]], [[1.0, 2.0], [2.0, 1.0]]
    assert "∂L/∂S = A ⊙ (∂L/∂A - sum(∂L/∂A ⊙ A)) =" in str(parse(text).run(S=row, c=row).explain())
    assert "sum(∂L/∂A ⊙ A, axis=-1, keepdims=1)" in str(parse(text).run(S=two, c=two).explain())
