"""An expression of an explanation: a place in a tree, what it is written as, and the number its printed form gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphviz_ad.language import numbers
from graphviz_ad.language.markup import X_ATOM, X_FACTOR, Infix
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.operators import COMPARE, OPERATORS, PRODUCT
from graphviz_ad.language.printer import Dialect, write
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.table import BY_NAME, NOTATIONS
from graphviz_ad.tracing.scalar import compute

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

SUM = "Σ"
"""Name of the call that stands for the sum which undoes a broadcast."""

PI_VALUE = math.pi
"""What π stands for where the numbers of an equation are computed from its printed form."""

ELLIPSIS = "…"
"""Head of a VALUE for what is left out."""

_ONES = "bold 1"
"""Sign of a vector of ones: a 1 in bold."""

WRITTEN: Mapping[str, Notation] = NOTATIONS | {
    SUM: Notation(("small sum", " ", X_ATOM), PRODUCT),
    "fitted": Notation(("small sum", " ", X_ATOM), PRODUCT),
    "ones": Notation(_ONES),
    "spread": Notation((X_FACTOR, Infix("@"), _ONES), PRODUCT),
}
"""How calls are written in explanations."""

_LARGEST = 4096
"""Entries of an array that are rounded one by one, to see whether the printed arithmetic holds."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A node of a tree, with all that hangs on it."""

    tree: Tree
    root: int

    def write(self, dialect: Dialect) -> str:
        """Expression → its text in the dialect."""
        return write(self.tree, self.root, dialect)

    @property
    def is_comparison(self) -> bool:
        """Whether the whole is a comparison, whose sign could be taken for one of the equation's."""
        root = self.root
        return self.tree.kind[root] == OPERATOR and OPERATORS[self.tree.head[root]].precedence == COMPARE


@lru_cache(maxsize=16)  # every part of an explanation asks for it
def reading(dialect: Dialect, digits: int = numbers.DEFAULT_DIGITS) -> Dialect:
    """Dialect → the same for explanations, with that many significant digits."""
    return dialect.using(WRITTEN, digits)


def number(tree: Tree, value: float, digits: int = numbers.DEFAULT_DIGITS) -> int:
    """Put a literal number into the tree as it is printed: as it was typed, or rounded where that is long."""
    if not numbers.is_short(value, digits):
        return tree.add(VALUE, value)
    node = tree.add(NUMBER, abs(value))
    return tree.add(OPERATOR, "neg", (node,)) if value < 0 else node


def printed(value: Any, digits: int) -> Any:
    """Float or array → the numbers its text stands for; None for an array too large to be looked at."""
    if isinstance(value, float):
        return numbers.rounded(value, digits)
    if value.size > _LARGEST:
        return None
    if not is_known(value):
        return compute("rounded", (value,))
    return np.reshape([numbers.rounded(entry, digits) for entry in value.ravel().tolist()], value.shape)


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "+": lambda x, y: np.add(x, y), "-": lambda x, y: np.subtract(x, y), "*": lambda x, y: np.multiply(x, y),
    "odot": lambda x, y: np.multiply(x, y), "/": lambda x, y: np.divide(x, y), "@": lambda x, y: np.matmul(x, y),
    "^": lambda x, y: np.power(np.float64(x) if type(x) is float else x, y), "neg": lambda x: np.negative(x),
    "root": lambda x: np.sqrt(x), "T": lambda x: np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x,
    "<": lambda x, y: np.less(x, y) * 1.0, "<=": lambda x, y: np.less_equal(x, y) * 1.0,
    ">": lambda x, y: np.greater(x, y) * 1.0, ">=": lambda x, y: np.greater_equal(x, y) * 1.0,
    "==": lambda x, y: np.equal(x, y) * 1.0, "!=": lambda x, y: np.not_equal(x, y) * 1.0,
}  # fmt: skip
"""Operators → what computes them; a lambda for each, so that NumPy is loaded only when one is called."""


def values(tree: Tree, root: int, scope: Mapping[str, object], digits: int | None = None) -> dict[int, Any]:
    """Expression → the number of each of its nodes, names looked up in `scope`.

    With `digits` every VALUE counts as what is printed of it. `scope` may hold functions for
    calls too; the rest are those of the table.
    """
    needed = {root}
    for node in range(root, -1, -1):
        if node in needed:
            needed.update(tree.args[node])
    numbers: dict[int, object] = {}
    with np.errstate(all="ignore"):
        for node in sorted(needed):
            numbers[node] = _value(tree, node, numbers, scope, digits)
    return numbers


def _value(tree: Tree, node: int, numbers: Mapping[int, Any], scope: Mapping[str, Any], digits: int | None) -> object:
    kind, head = tree.kind[node], tree.head[node]
    if kind == NUMBER:  # which is printed in full
        return head
    if kind == VALUE:
        return head if digits is None else printed(head, digits)
    args = [numbers[arg] for arg in tree.args[node]]
    if kind == NAME:
        return math.inf if head == "inf" else scope[head]
    if kind == OPERATOR:
        return _FUNCTIONS[head](*args)
    if kind == KEYWORD:
        return args[0]
    assert kind == CALL, "texts of rows hold numbers, names, operators and calls"
    if head == "where":
        return np.where(*args)
    plain = [arg for arg, child in zip(args, tree.args[node]) if tree.kind[child] != KEYWORD]
    options = {tree.head[child]: numbers[child] for child in tree.args[node] if tree.kind[child] == KEYWORD}
    if callable(scope.get(head)):  # and no quantity of that name
        return scope[head](*plain, **options)
    row = BY_NAME[head]
    behind = 0 if row.variadic else len(plain) - len(row.params)  # options that stand behind the arguments
    return row.forward(*plain, **{**dict(list(row.options.items())[behind:]), **options})
