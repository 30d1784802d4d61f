"""Products with a dot, as the shapes decide them."""

from __future__ import annotations

import pytest

from graphviz_ad import parse

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
