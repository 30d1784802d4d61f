"""Edges → whether a mistake can be made at them, as several mistakes ask."""

from __future__ import annotations

from collections.abc import Callable

from graphviz_ad.misconceptions.spots import Edge


def op(*names: str, slot: int | None = None) -> Callable[[Edge], bool]:
    """Names of operations, and perhaps an argument → whether an edge is one of theirs."""
    return lambda edge: edge.bound.row.name in names and slot in (None, edge.slot)


def pointwise(edge: Edge) -> bool:
    """Whether there is a local derivative for each entry."""
    return edge.local is not None
