"""A comparison that decided which branch a derivative took, and what else could be said in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.values import Mask, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
"""The comparison that holds where another does not; of numbers, since no comparison with nan holds."""
SHARPER = {"<": ("<",), ">": (">",), "==": ("==",), "<=": ("<", "==", "<="), ">=": (">", "==", ">="),
            "!=": ("<", ">", "!=")}  # fmt: skip
"""Comparisons that say as much as another or more, the one that says most first."""
HOLDS: dict[str, Callable[[Value, Value], Mask]] = {
    "<": lambda x, y: x < y, ">": lambda x, y: x > y, "==": lambda x, y: x == y,
    "<=": lambda x, y: x <= y, ">=": lambda x, y: x >= y, "!=": lambda x, y: x != y,
}  # fmt: skip
"""Comparisons → whether they hold, for numbers or entry by entry."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison that decided which branch a derivative took: `left sign right` was true of all entries.

    `left` and `right` are nodes of the tree the derivative was put into; `held` says whether the comparison
    stands in the row as it is here, or as its opposite.
    """

    left: int
    sign: str
    right: int
    held: bool


def sharpest(head: str, holds: bool, left: Value, right: Value) -> str | None:
    """Comparison, whether it holds, and its sides → the sign of the one that says most about them.

    It is None where nothing can be said: with nan, and with a bound that is none.
    """
    if np.any(np.isnan(left)) or np.any(np.isnan(right)) or (np.all(np.isinf(right)) and np.all(np.isfinite(left))):
        return None
    signs = SHARPER[head] if holds else SHARPER[OPPOSITE[head]]
    return next((sign for sign in signs if np.all(HOLDS[sign](left, right))), None)
