"""Trace → the vectors that are drawn as rows, so that the products they stand in conform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_ad.autodiff.trace import Trace


def row_vectors(trace: Trace) -> frozenset[int]:
    """Trace → its vectors that are rows: those left of a matrix product, and what is computed with them entry by entry.

    A vector that is also right of one is a column, as all others are.
    """
    groups = _alike(trace)
    sides = list(_sides(trace))
    columns = {groups[node] for node, is_row in sides if not is_row}
    rows = {groups[node] for node, is_row in sides if is_row} - columns
    return frozenset(node for node, group in groups.items() if group in rows)


def _sides(trace: Trace) -> Iterator[tuple[int, bool]]:
    """Vectors that stand in a matrix product, or come of one, each with whether it is a row there."""
    for node, bound in enumerate(trace.graph.ops):
        if bound is None or bound.row.name != "matmul":
            continue
        left, right = trace.graph.args[node]
        if len(trace.shape(left)) == 1:
            yield left, True
        if len(trace.shape(right)) == 1:
            yield right, False
        if len(trace.shape(node)) == 1:
            yield node, len(trace.shape(left)) == 1


def _alike(trace: Trace) -> dict[int, int]:
    """Vectors → what is the same for those that stand beside one another in an operation entry by entry."""
    graph = trace.graph
    groups = {node: node for node in range(len(graph)) if len(trace.shape(node)) == 1}

    def group(node: int) -> int:
        while groups[node] != node:
            node = groups[node]
        return node

    for node, bound in enumerate(graph.ops):
        if bound is not None and bound.row.pointwise and node in groups:
            for arg in graph.args[node]:
                if arg in groups:
                    groups[group(arg)] = group(node)
    return {node: group(node) for node in groups}
