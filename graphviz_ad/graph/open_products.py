"""Sign of a product (none, a dot or a cross) → an operation that only the shapes settle."""

from __future__ import annotations

from graphviz_ad.language.operators import CROSS
from graphviz_ad.language.tree import Program
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME


class OpenProduct(BoundOperation):
    """A product of which only the shapes say what it is; of numbers it is the plain one.

    `sign` is "" for none, "·" for a dot, "×" for a cross.
    """

    def __init__(self, sign: str) -> None:
        super().__init__(BY_NAME["multiply"], (), BY_NAME.__getitem__)
        self.sign = sign

    def __reduce__(self) -> tuple[object, ...]:
        return open_product, (self.sign,)


_OPEN = {sign: OpenProduct(sign) for sign in ("", "·", "×")}
"""The three of them, each made once, so that they can be compared by identity."""


def open_product(sign: str) -> OpenProduct:
    """Sign → its product."""
    return _OPEN[sign]


def product_at(program: Program, node: int) -> OpenProduct:
    """Node of a tree that is a product → the product its sign stands for."""
    text, mark = program.source.text, program.marks[node]
    if text.startswith("\\times", mark):
        return _OPEN["×"]
    if text[mark] in "xd" and program.starts[program.tree.args[node][1]] > mark:  # 2 x 3, a dot b
        return _OPEN["×" if text[mark] == "x" else "·"]
    dotted = text.startswith(("\\cdot", "\\bullet"), mark)
    return _OPEN["×" if text[mark] in CROSS else "·" if dotted or text[mark] in "·⋅•∙・." else ""]
