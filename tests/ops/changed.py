"""Options of the table that are not their defaults: for every row with options, one value of each."""

from __future__ import annotations

from typing import Any

from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import TABLE

VALUES: dict[str, Option] = {
    "axis": 1, "keepdims": 1.0, "n": 7.0, "p": 3.0, "slope": 0.37, "alpha": 0.61, "lo": -0.83, "hi": 0.91,
    "correction": 0.5, "delta": 0.73, "shape": (3, 8), "at": (2, 5),
}  # fmt: skip
"""One for each name; a number that stands nowhere else in the formula of the tests."""


def changed(row: Operation) -> dict[str, Any]:
    """Operation → all its options, each with another value than its default."""
    return {name: VALUES.get(name, 0.59) for name in row.options}


WITH_OPTIONS = [row for row in TABLE if row.options]
