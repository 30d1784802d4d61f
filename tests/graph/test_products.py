"""Products with a dot, as the shapes decide them."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.language.dialects import LATEX
from graphviz_ad.language.printer import write

W = [1.0, -2.0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("L = λ w·w", 2.5), ("L = 3 - λ w·w", 0.5), ("L = -w·w/2", -2.5), ("L = w·w λ", 2.5), ("L = λ/2 w·w", 1.25),
        ("L = sum(w·(1 - w))", -6.0), ("L = sum(w·w²)", -7.0),
    ],
)  # fmt: skip
def test_a_multiple_of_a_vector_times_the_vector_is_the_inner_product(formula: str, value: float) -> None:
    given = {"w": W} | ({"λ": 0.5} if "λ" in formula else {})
    assert parse(formula).run(given).value("L") == value


U, V = [[1.0, 2.0], [3.0, 4.0]], [[0.5, -1.0], [2.0, 1.5]]


def test_what_is_left_as_it_stands_is_said() -> None:
    values = {"U": U, "V": V, "b": [1.0, 2.0]}
    notes = [parse(f, given=values).run(values).graph.notes for f in ("sum(tanh(U) V + b)", "mean((U V + b)^2)")]
    assert "tanh(U) times V is the matrix product; for entry by entry write tanh(U) * V" in notes[0]
    assert "b is added to each row of U V; for each column write unsqueeze(b, 1)" in notes[1]


@pytest.mark.parametrize("formula", ["z = wᵀx", "z = w·x", "z = w.T @ x", r"z = \mathbf{w}^\top \mathbf{x}"])
def test_the_inner_product_of_two_vectors_is_one_node(formula: str) -> None:
    trace = parse(formula).run(w=[1.0, 2.0], x=[3.0, 4.0])
    assert [trace.graph.op_name(node) for node in range(len(trace.graph))] == ["input", "input", "dot"]
    assert trace.value("z") == 11.0
    np.testing.assert_array_equal(trace.grad("w"), [3.0, 4.0])


@pytest.mark.parametrize(
    "formula", ["u = wᵀ; z = u x", "r = wᵀ x wᵀ y", "z = wᵀ X x"], ids=["a name", "two", "a matrix"]
)
def test_what_is_more_than_two_vectors_is_as_without_that(formula: str) -> None:
    values = {"w": [1.0, 2.0], "x": [3.0, 4.0], "y": [5.0, 6.0], "X": [[1.0, 2.0], [3.0, 4.0]]}
    trace = parse(formula).run(**{name: values[name] for name in parse(formula).inputs})
    w, x, y, matrix = map(np.array, values.values())
    assert trace.values[trace.graph.output] == {"u": w @ x, "r": (w @ x) * (w @ y), "z": w @ matrix @ x}[formula[0]]
    assert trace.check().ok


@pytest.mark.parametrize(
    ("formula", "factors"),
    [
        ("L = λ wᵀw", ["λ", "wᵀw"]), ("L = ½ w^T A w", ["½", "w^T A w"]), ("L = λ/(2n) wᵀ w", ["λ/(2n)", "wᵀ w"]),
        ("L = -½ (w - m)ᵀ A (w - m)", ["-½", "(w - m)ᵀ A (w - m)"]), ("L = w wᵀ w", ["w wᵀ", "w"]),
    ],
)  # fmt: skip
def test_a_number_before_a_row_multiplies_what_the_row_gives(formula: str, factors: list[str]) -> None:
    program = parse(formula).program
    text = program.source.text
    product = program.statements[-1].root
    assert [text[slice(*program.span(arg))] for arg in program.tree.args[product]] == factors
    latex = write(program.tree, product, LATEX)
    again = parse(latex, latex=True, given=["w", "m", "A", "λ", "n"]).program
    assert r"\left(w" not in latex.removeprefix(r"-\frac{1}{2}")[:8]
    assert write(again.tree, again.statements[-1].root, LATEX) == latex
    if "½" not in formula:  # which goes in again as 1/2
        assert again.tree.args[again.statements[-1].root] == program.tree.args[product]
