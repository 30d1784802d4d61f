"""Numbers that write formulas: what Python's operators and numpy's functions make of them."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.tracing.formulas import TracedFormula, text_of

X, Y = TracedFormula("x", 3.0), TracedFormula("y", -2.0)


def test_operators_write_formulas() -> None:
    for traced, text, number in [
        (X + Y, "(x+y)", 1.0), (1 - X, "((1.0)-x)", -2.0), (X * 2, "(x*(2.0))", 6.0), (X / Y, "(x/y)", -1.5), (-X, "(-x)", -3.0),
        (X**2, "power(x,(2.0))", 9.0), (np.float64(2) * X, "((2.0)*x)", 6.0),
    ]:  # fmt: skip
        assert (text_of(traced), traced.number) == (text, number)


def test_functions_of_arrays_write_formulas() -> None:
    traced = np.exp(np.array([X, Y], dtype=object))
    assert [entry.text for entry in traced] == ["exp(x)", "exp(y)"]
    assert np.maximum(X, Y) is X


def test_the_numbers_decide_on_comparisons() -> None:
    assert [X > Y, X < 3, X >= 3, X == Y, X != Y] == [True, False, True, False, True]


def test_what_has_no_formula_is_an_error() -> None:
    with pytest.raises(TypeError, match="absolute"):
        abs(X)
    with pytest.raises(TypeError):
        float(X)
    with pytest.raises(ArithmeticError):
        X / (X - 3)
