"""Where literals meet in a derivative they are folded: 2 - 1 → 1, x^1 → x, 1*x → x; and needless brackets go."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from graphviz_ad.explain.comparisons import HOLDS
from graphviz_ad.language import numbers
from graphviz_ad.language.tree import NUMBER, OPERATOR, Tree

Folded = tuple[int | None, float | None]
"""A node of a text → the index of its copy, or the number it is where it is not yet copied."""

Negative = Callable[[Folded], Folded]
"""Puts a minus before a copy."""


def fold(key: str, literals: list[float], digits: int) -> float | None:
    """An operator on numbers → the number, None where it would have to be rounded to be shown."""
    try:
        match key, literals:
            case "neg", [x]:
                value = -x
            case "+", [x, y]:
                value = x + y
            case "-", [x, y]:
                value = x - y
            case "*", [x, y]:
                value = x * y
            case "/", [x, y]:
                value = x / y
            case "^", [x, y]:
                value = math.pow(x, y)
            case _, [x, y] if key in HOLDS:
                value = float(HOLDS[key](x, y))
            case _:
                return None
    except (ArithmeticError, ValueError):
        return None
    return value if numbers.is_short(value, digits) else None


def _product(operands: list[Folded], negative: Negative) -> Folded | None:
    """1*x → x, (-1)*x → -x."""
    (_, first), (_, second) = operands
    if first == 1:
        return operands[1]
    if second == 1:
        return operands[0]
    return negative(operands[1]) if first == -1 else None


def _power(operands: list[Folded], negative: Negative) -> Folded | None:
    """x^1 → x, x^0 → 1."""
    exponent = operands[1][1]
    return operands[0] if exponent == 1 else (None, 1.0) if exponent == 0 else None


def _sum(operands: list[Folded], negative: Negative) -> Folded | None:
    """x + 0 → x."""
    return operands[0] if operands[1][1] == 0 else operands[1] if operands[0][1] == 0 else None


def _difference(operands: list[Folded], negative: Negative) -> Folded | None:
    """x - 0 → x, 0 - x → -x."""
    return operands[0] if operands[1][1] == 0 else negative(operands[1]) if operands[0][1] == 0 else None


def _quotient(operands: list[Folded], negative: Negative) -> Folded | None:
    """x/1 → x."""
    return operands[0] if operands[1][1] == 1 else None


RULES: dict[str, Callable[[list[Folded], Negative], Folded | None]] = {
    "*": _product, "^": _power, "+": _sum, "-": _difference, "/": _quotient,
}  # fmt: skip
"""Operators → what becomes of their operands where one of these is a literal that changes nothing, else None."""


def without_brackets(into: Tree, key: str, operands: Sequence[int]) -> tuple[int, ...]:
    """Sign and operands of a part of a tree → the same, 2(λ W) as (2 λ) W, which has no brackets."""
    if key != "*" or into.kind[operands[0]] != NUMBER:
        return tuple(operands)
    number, product = operands
    if into.kind[product] != OPERATOR or into.head[product] != "*":
        return number, product
    first, second = into.args[product]
    return into.add(OPERATOR, "*", (number, first)), second
