"""A row of the table and shapes of its arguments → arguments drawn from where the row is defined."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphviz_ad.ops.operation import Operation


def sampled(row: Operation, shapes: Any, random: np.random.Generator) -> dict[str, Any]:
    """Row, shapes, generator → arguments by the names a, b, c …; classes are whole numbers."""
    given: dict[str, Any] = {}
    for name, size, (low, high) in zip("abcde", shapes, row.sample * len(shapes)):
        values = random.uniform(low, high, size=size)
        is_class = row.name in ("cross_entropy", "nll") and len(size) < len(shapes[0])
        given[name] = np.round(values) if is_class else values
    return given
