"""Model → the bytes that a batch of any size holds in both passes, from the shapes alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import active_nodes
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.model import Model

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_BYTES = 8
"""Of a number."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """The bytes held are `fixed + each * size + pairs * size²`, for values and gradients of all nodes."""

    fixed: int
    per_example: int
    pairs: int

    def bytes(self, size: int) -> int:
        """Size of a batch → bytes."""
        return self.fixed + self.per_example * size + self.pairs * size * size


def footprint(model: Model) -> Footprint:
    """Model → what a batch holds: values of all nodes, and gradients of those that a parameter leads to.

    Shapes of batches of 2, 3 and 4 give a polynomial of the second degree, which is exact for any number of nodes
    whose shapes have the size of the batch at most twice.
    """
    two, three, four = (_numbers(model, size) for size in (2, 3, 4))
    pairs = (four - 2 * three + two) // 2
    per_example = three - two - 5 * pairs
    fixed = two - 2 * per_example - 4 * pairs
    return Footprint(_BYTES * fixed, _BYTES * per_example, _BYTES * pairs)


def _numbers(model: Model, size: int) -> int:
    """Size of a batch → how many numbers it holds."""
    first = model.table.rows(slice(0, 1))
    rows = {name: np.repeat(column, size, axis=0) for name, column in first.items()}
    graph = model.sized(rows)
    counts = [prod(shape(value)) for value in model.values(rows, model.start)]
    active = active_nodes(graph, list(model.start))
    return sum(counts) + sum(count for node, count in enumerate(counts) if active[node])
