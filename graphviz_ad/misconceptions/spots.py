"""Trace → its operations and edges, as a student has them who has made no mistake yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.model import Place
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.values import Value


class Edge(NamedTuple):
    """What a student has at one edge: the upstream gradient, and the right results for it."""

    trace: Trace
    node: int
    slot: int
    g: Value
    local: Value | None
    contribution: Value
    summed: tuple[int, ...]

    @property
    def bound(self) -> BoundOperation:
        """The operation of the node."""
        bound = self.trace.graph.ops[self.node]
        assert bound is not None
        return bound

    @property
    def arg(self) -> int:
        """The node the gradient goes to."""
        return self.trace.graph.args[self.node][self.slot]

    @property
    def args(self) -> list[Value]:
        """The values of all arguments."""
        return [self.trace.values[arg] for arg in self.trace.graph.args[self.node]]

    @property
    def derivative(self) -> Value:
        """The local derivative at a pointwise operation."""
        assert self.local is not None
        return self.local

    @property
    def out(self) -> Value:
        """The value of the node."""
        return self.trace.values[self.node]


@dataclass(frozen=True, slots=True)
class StudentOperation:
    """What a student has in the forward pass: an operation, its arguments, and the right result for them."""

    graph: Graph
    node: int
    args: list[Value]
    out: Value

    @property
    def bound(self) -> BoundOperation:
        """The operation of the node."""
        bound = self.graph.ops[self.node]
        assert bound is not None
        return bound


@dataclass(frozen=True)
class Spots:
    """A trace → its operations and edges, as a student has them who has made no mistake yet.

    If there is a `whole`, only those of it whose operation or edge, which a bool says, and place are `wanted`.
    """

    trace: Trace
    whole: Spots | None = None
    wanted: Callable[[bool, Place], bool] = lambda *_: True

    def where(self, wanted: Callable[[bool, Place], bool]) -> Spots:
        """Whether an operation (True) or an edge (False) at a place is wanted → those that are."""
        return Spots(self.trace, self, wanted)

    @cached_property
    def operations(self) -> list[StudentOperation]:
        """All operations, in their order."""
        if self.whole is not None:
            return [operation for operation in self.whole.operations if self.wanted(True, (operation.node, None))]
        graph, values = self.trace.graph, self.trace.values
        return [
            StudentOperation(graph, node, [values[arg] for arg in graph.args[node]], values[node])
            for node, bound in enumerate(graph.ops)
            if bound is not None
        ]

    @cached_property
    def edges(self) -> list[Edge]:
        """All edges that a gradient goes over, from the output on."""
        if self.whole is not None:
            return [edge for edge in self.whole.edges if self.wanted(False, (edge.node, edge.slot))]
        return list(_edges(self.trace))

    def operation(self, node: int) -> StudentOperation:
        """Node → its operation."""
        return self._operation[node]

    def edge(self, place: Place) -> Edge:
        """Node and slot → the edge."""
        return self._edge[place]

    @cached_property
    def _operation(self) -> dict[int, StudentOperation]:
        return {operation.node: operation for operation in self.operations}

    @cached_property
    def _edge(self) -> dict[Place, Edge]:
        return {(edge.node, edge.slot): edge for edge in self.edges}


def _edges(trace: Trace) -> Iterator[Edge]:
    for node, slot, _ in trace.backward_edges():
        yield Edge(trace, node, slot, trace.reached_gradient(node), *trace.edge_gradient(node, slot))
