"""What stands in a program for a value: its Python, and what is known of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_ad.code.trees import decimal, is_one
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Result, Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


@dataclass(frozen=True, slots=True)
class Operand:
    """An expression, and the value it has, None where it is not known.

    `constant` says that only numbers are in it, so that it is a number of Python and no tensor; `boolean` that it is a
    comparison, which holds or does not; `whole` that it holds whole numbers, as the indices of classes are.
    """

    code: ast.expr
    value: Result | None = None
    constant: bool = False
    boolean: bool = False
    whole: bool = False

    @property
    def shape(self) -> Shape | None:
        """The shape of the value, None where it is not known."""
        return None if self.value is None else np.shape(self.value)

    @property
    def ndim(self) -> int | None:
        """How many axes it has, None where that is not known."""
        return None if self.value is None else np.ndim(self.value)

    @property
    def is_simple(self) -> bool:
        """Whether it may stand in an expression several times: a name or a number."""
        return isinstance(self.code, ast.Name | ast.Constant)

    @property
    def is_one(self) -> bool:
        """Whether it is the number 1."""
        return is_one(self.code)

    def as_decimal(self) -> Operand:
        """→ the same with a number written as a float."""
        value = self.code.value if isinstance(self.code, ast.Constant) else None
        return replace(self, code=decimal(float(value))) if type(value) is int else self


def known(*operands: Operand) -> bool:
    """Whether the values of all are known."""
    return all(operand.value is not None for operand in operands)
