"""Operation and its arguments → an error where its result would be larger than the limit."""

from __future__ import annotations

from contextlib import suppress
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.linear import taken
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def check_size(graph: Graph, node: int, bound: BoundOperation, args: list[Value]) -> None:
    """Refuse a result that is larger than the limit, before it is made."""
    shapes = [shape(arg) for arg in args]
    if bound.row.name in ("matmul", "outer") and len(shapes) == 2 and all(shapes):
        left, right = shapes
        size = prod(left[:-1]) * (prod(right) // (right[-2:-1] or (1,))[0])
        if bound.row.name == "outer":
            size = prod(left) * prod(right)
    elif bound.row.name == "index" and any(isinstance(at, tuple) and at[0] == "list" for at in bound.options["at"]):
        size = taken(shapes[0], bound.options["at"])
    elif bound.row.name == "diag" and len(shapes[0]) == 1:
        size = prod(shapes[0]) ** 2
    else:
        size = prod(shapes[0]) if bound.row.pointwise else sum(map(prod, shapes))
        if len(set(shapes)) > 1:
            with suppress(ValueError):  # the operation itself reports it, or does not broadcast
                size = max(size, prod(np.broadcast_shapes(*shapes)))
    if size > graph.limits.array:
        graph.fail(
            LimitError, f"the result would have {size} entries; the limit is {graph.limits.array}", node,
            "raise it with --max-array (Limits(array=…) in Python)",
        )  # fmt: skip
