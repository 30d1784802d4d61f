"""Factors of a product → the same with σ(a) for e^a over 1 + e^a, as a person writes the slope of log(1 + e^a)."""

from __future__ import annotations

from fractions import Fraction

from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import CALL, NUMBER, OPERATOR, Tree

Factors = dict[str, tuple[int, Fraction]]
"""By how it is written, a factor and its exponent."""


def with_sigmoids(tree: Tree, factors: Factors) -> Factors:
    """Tree and factors in it → the same, e^a/(1 + e^a) as one factor where both stand there once."""
    for below, (whole, exponent) in factors.items():
        added = tree.args[whole] if (tree.kind[whole], tree.head[whole]) == (OPERATOR, "+") else ()
        for power, unit in (added, added[::-1]) if exponent == -1 and added else ():
            above = write(tree, power, TEXT)
            is_unit = (tree.kind[unit], tree.head[unit]) == (NUMBER, 1.0)
            if is_unit and (tree.kind[power], tree.head[power]) == (CALL, "exp") and factors.get(above, (0, 0))[1] == 1:
                sigmoid = tree.add(CALL, "sigmoid", tree.args[power])
                places = {above: (sigmoid, Fraction(1))}
                return {key: places.get(key, factor) for key, factor in factors.items() if key != below}
    return factors
