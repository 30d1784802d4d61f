"""Shapes → whether a list of vectors in a product, as in W @ [h, x], is the vector of all their entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import nan

from graphviz_ad.graph.graph import Graph
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import bind
from graphviz_ad.values import Shape, Value

Evaluate = Callable[[int, BoundOperation, list[Value]], Value]
"""Node, its operation and the values of its arguments → its value."""


class Lists:
    """A graph with the values of its nodes, as far as they are known, and what its lists are."""

    def __init__(self, graph: Graph, evaluate: Evaluate) -> None:
        self.graph, self.evaluate = graph, evaluate
        self.values: list[Value] = [nan] * len(graph)
        self.ops: list[BoundOperation | None] = list(graph.ops)
        self.notes: dict[str, None] = dict.fromkeys(graph.notes)

    def name(self, node: int) -> str:
        """What to call a node in a message: what was typed for it."""
        if node in self.graph.given_names:
            return self.graph.given_names[node]
        text = self.graph.source.quoted(self.graph.span(node))
        return text if len(text) <= 30 else self.graph.names[node]

    def in_a_row(self, node: int) -> BoundOperation:
        """Node that is a list of vectors of different lengths → the operation that makes one vector of them."""
        names = ", ".join(self.name(arg) for arg in self.graph.args[node])
        self.notes[f"[{names}] is the vector of all their entries; for a matrix of rows write stack({names})"] = None
        return bind("concat", (("axis", 0),))

    def are_beside(self, node: int, operation: BoundOperation, shapes: list[Shape]) -> bool:
        """Whether a node is a list of matrices, or joins some that fit beside each other only, Concat(head_1, head_2),
        without an axis that is typed."""
        if {len(size) for size in shapes} != {2}:
            return False
        if operation.row.name == "stack":
            return True
        says_axis = re.search(r"axis|dim|;", self.graph.source.quoted(self.graph.span(node))) is not None
        fits = len({size[1] for size in shapes}) > 1 and len({size[0] for size in shapes}) == 1
        return (fits or self.fits_beside(node, shapes)) and operation.options["axis"] == 0 and not says_axis

    def fits_beside(self, node: int, shapes: list[Shape]) -> bool:
        """Whether matrices that are joined are multiplied by one that has a row for each of their columns, as in
        Concat(head_1, head_2) W^O."""
        graph = self.graph
        if len(graph.consumers[node]) != 1 or len({size[0] for size in shapes}) != 1:
            return False
        (product, place), *_ = graph.consumers[node]
        operation = graph.ops[product]
        if operation is None or place != 0 or operation.row.name not in ("multiply", "matmul"):
            return False
        weights = shape(self.values[graph.args[product][1]])
        return len(weights) == 2 and weights[0] == sum(size[1] for size in shapes) != shapes[0][1]

    def side_by_side(self, operation: BoundOperation, shapes: list[Shape]) -> BoundOperation:
        """List of matrices and their shapes → the operation that puts them beside each other, where they have different
        widths or are columns."""
        if len(set(shapes)) == 1 and shapes[0][1] > 1 and operation.row.name == "stack":
            return operation
        self.notes["a list of matrices is read as these side by side, concat(…, axis=1)"] = None
        return bind("concat", (("axis", 1),))

    def times_list(self, node: int, operation: BoundOperation, left: Shape) -> BoundOperation:
        """W * [h, x] for a matrix and vectors → the matrix product where that fits."""
        listed = self.graph.args[node][1]
        listed_operation = self.graph.ops[listed]
        parts = [shape(self.values[arg]) for arg in self.graph.args[listed]]
        if listed_operation is None or listed_operation.row.name != "stack" or any(len(part) != 1 for part in parts):
            return operation
        if left[1] != sum(part[0] for part in parts):
            return operation
        if len(shape(self.values[listed])) == 2:
            self.ops[listed] = joined = self.in_a_row(listed)
            self.values[listed] = self.evaluate(listed, joined, [self.values[arg] for arg in self.graph.args[listed]])
        self.notes["W * [h, x] is read as the matrix product, which is written W @ [h, x]"] = None
        return bind("matmul")

    def join(self, node: int, shapes: list[Shape]) -> None:
        """W @ [h, x] for vectors h and x → the list as the vector of all their entries, where only that fits."""
        graph = self.graph
        listed = graph.args[node][1]
        operation = self.ops[listed]
        if operation is None or operation.row.name != "stack" or not shapes[0] or len(shapes[1]) != 2:
            return
        if shapes[0][-1] == shapes[1][0] or shapes[0][-1] != shapes[1][0] * shapes[1][1]:
            return
        self.ops[listed] = joined = self.in_a_row(listed)
        self.values[listed] = self.evaluate(listed, joined, [self.values[arg] for arg in graph.args[listed]])
