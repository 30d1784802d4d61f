"""What is printed in LaTeX and in plain text is read back: the same value, the same gradients."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language.printer import DISPLAY, LATEX, Dialect, write
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, NOTATIONS
from tests.formulas import SCALARS


@pytest.mark.parametrize("dialect", [LATEX, pytest.param(DISPLAY, marks=pytest.mark.slow)], ids=["LATEX", "DISPLAY"])
def test_what_is_printed_reads_back(dialect: Dialect) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SCALARS)
    def every(text: str) -> None:
        try:
            graph = parse(text)
            values = {name: 0.3 + 0.17 * number for number, name in enumerate(graph.inputs)}
            trace = run(graph, values)
        except GraphvizADError:
            assume(False)
        printed = write(graph.program.tree, graph.program.statements[-1].root, dialect)
        again = run(parse(printed, latex=dialect is LATEX, given=values), values)
        assert np.allclose(trace.values[graph.output], again.values[again.graph.output], rtol=1e-9, equal_nan=True), (
            printed
        )
        for name in again.graph.inputs:
            assert np.allclose(trace.grad(name), again.grad(name), rtol=1e-7, atol=1e-9, equal_nan=True), printed

    every()


UNREADABLE = frozenset((
    "round", "normal_pdf", "equal", "matmul", "cumsum", "conv_transpose1d", "conv_transpose2d", "max_pool1d", "max_pool2d",
    "avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "bce", "bce_with_logits", "hinge",
    "cross_entropy", "nll", "kl_div", "stack", "index",
))  # fmt: skip
"""Operations whose mathematics has another reading, or none: ⌊x⌉, φ(x), x = y, x y of two vectors, ℒ_BCE(p, y)."""
OPTION_VALUES = {
    "axis": ("0", "1", "-1", "0, keepdims=1"), "keepdims": ("1",), "shape": ("[6]", "[3, 2]"), "axes": ("[1, 0]",),
    "correction": ("0", "2"),
}  # fmt: skip
"""Values of options; of all others 2 and 0.5."""
ROWS = [row for name, row in BY_NAME.items() if name == row.name and not row.internal and name not in UNREADABLE]


def calls(row: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operation → calls of it with each of its options, and values that it takes."""
    letters = "xyu"[: 3 if row.variadic else len(row.params)]
    more = [f", {name}={value}" for name in row.options for value in OPTION_VALUES.get(name, ("2", "0.5"))]
    shapes = [*(row.shapes or ()), *(tuple((shape,) * len(letters)) for shape in ((), (3,), (2, 3)))]
    draws = np.random.default_rng(0)
    for options in ("", *more):
        for sizes in shapes:
            if len(sizes) != len(letters):
                continue
            values = {name: draws.uniform(0.2, 0.9, size).tolist() for name, size in zip(letters, sizes, strict=True)}
            text = f"{row.name}({', '.join(letters)}{options})"
            with contextlib.suppress(GraphvizADError):
                parse(text).run(values)
                yield text, values
                break


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_call_is_read_back_from_latex(row: Operation) -> None:
    for text, values in calls(row):
        graph = parse(text)
        printed = write(graph.program.tree, graph.program.statements[-1].root, LATEX.using(NOTATIONS))
        again = parse(printed, latex=True, given=values).run(values)
        expected, result = graph.run(values).values[graph.output], again.values[again.graph.output]
        assert np.shape(expected) == np.shape(result), printed
        assert np.allclose(expected, result, equal_nan=True), printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mean_{axis 1}(X)", [1.5, 3.5]),
        ("∑_{axis 0} X", [4, 6]),
        ("‖X‖_{axis 1, keepdims}", [[5**0.5], [5.0]]),
        ("Huber_{δ = 2}(X, 0)", 3.125),
        ("Var_{n}(X)", 1.25),
        ("LeakyReLU_{0.5}(-X)", [[-0.5, -1.0], [-1.5, -2.0]]),
        ("hardtanh_{[-2, 2]}(X)", [[1, 2], [2, 2]]),
    ],
)
def test_options_below_a_name(text: str, value: object) -> None:
    trace = parse(f"y = {text}; L = sum(y)").run(X=[[1.0, 2.0], [3.0, 4.0]])
    assert np.allclose(trace.value("y"), value)


PAIRS = {
    "L = 1/N ∑_{i=1}^N (y_i - w x_i - b)²": r"L = \frac{1}{N} \sum_{i=1}^{N} (y_i - w x_i - b)^2",
    "p = exp(w_1 x + b)/(1 + e^{w_1 x + b})": r"p = \frac{\exp(w_1 x + b)}{1 + e^{w_1 x + b}}",
    "c = -∑_i t_i log(σ(w x_i))": r"c = -\sum_i t_i \log \sigma(w x_i)",
    "q = w_1/(1 + ‖x‖²) + √(b² + 1)": r"q = \frac{w_1}{1 + \|x\|^2} + \sqrt{b^2 + 1}",
    "m = max(0, w*b) + |w - b|": r"m = \max(0, w \cdot b) + \left| w - b \right|",
}
"""Formulas, and the same in LaTeX."""


@pytest.mark.parametrize("plain", PAIRS)
def test_both_notations_are_one(plain: str) -> None:
    values = {"w": 0.7, "b": -0.4, "w_1": 1.3, "x": [0.5, -1.0, 2.0], "y": [1.0, 0.0, -1.0], "t": [0.2, 0.3, 0.5]}
    if plain.startswith("p"):
        values["x"] = 0.6
    graph, other = parse(plain, given=values), parse(PAIRS[plain], given=values)
    inputs = {name: values[name] for name in graph.inputs}
    assert set(graph.inputs) == set(other.inputs)
    left, right = run(graph, inputs), run(other, inputs)
    assert left.values[left.graph.output] == right.values[right.graph.output]
    for name in inputs:
        assert np.array_equal(left.grad(name), right.grad(name))


def test_a_script_on_a_transpose_has_brackets() -> None:
    graph = parse("(x.T).T")
    assert write(graph.program.tree, graph.program.statements[-1].root, LATEX) == r"\left(x^{\top}\right)^{\top}"


def test_a_product_of_entries_has_brackets_before_a_factor() -> None:
    graph = parse("(r ⊙ W) h")
    printed = write(graph.program.tree, graph.program.statements[-1].root, LATEX)
    assert printed == r"\left(r \odot W\right)\,h"
    graph = parse(printed)
    assert write(graph.program.tree, graph.program.statements[-1].root, LATEX) == printed


@pytest.mark.parametrize(
    ("text", "message", "caret"),
    [
        (r"y = \frac{a}{b} + \sin", "'sin' is a function", r"\sin"),
        (r"y = \foo{x + 1}", "there is no '\\foo' in a formula that can be computed", r"\foo"),
        (r"y = \sum_{j \neq i} j x_j", "the letter j stands for a number, and how many there are", "j "),
        (r"y = \hat{}", "'\\hat' stands over nothing", r"\hat"),
        (r"y = \sqrt{x", "this is never closed", "{"),
    ],
)
def test_errors_point_into_the_latex(text: str, message: str, caret: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        parse(text, latex=True)
    assert caught.value.hint
    assert caught.value.span is not None
    start, stop = caught.value.span
    assert (message in caught.value.message, text[start:stop]) == (True, caret), str(caught.value)


@pytest.mark.parametrize(
    ("text", "inputs", "problem"),
    [
        ("∑_{i=1}^{3} x_i", {"x": [1, 2, 4, 8]}, "the sum has 3 terms, but 'x' has 4 entries"),
        ("∑_{i=0}^{3} x_i", {"x": [1, 2]}, "the sum has 4 terms, but 'x' has 2 entries"),
        ("1/n ∑_{i=1}^{n} x_i", {"x": [1, 2, 4, 8], "n": 3}, "n is 3, but 'x' has 4 entries"),
        ("∑_{j=1}^{3} W_{ij} x_j", {"W": [[1, 2], [3, 4]], "x": [1, 2]}, "the sum has 3 terms, but 'W' has 2 columns"),
        (r"\sum_{j=1}^{20000} j", {}, "the letter j stands for 20000 numbers; the limit is 10000"),
    ],
)
def test_a_sum_has_as_many_terms_as_it_says(text: str, inputs: dict[str, Any], problem: str) -> None:
    with pytest.raises(GraphvizADError, match=re.escape(problem)):
        run(parse(text, given=inputs), inputs, upstream=[1, 1] if "W" in inputs else None)
