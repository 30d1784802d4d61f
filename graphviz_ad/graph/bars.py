"""Bars round arrays: entry by entry, the determinant of a matrix, or the length of a vector, as shapes and the rest of
the formula say."""

from __future__ import annotations

import re

from graphviz_ad.graph.squares import Squares
from graphviz_ad.language.tree import NAME, OPERATOR
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import bind
from graphviz_ad.values import Shape

_ADDING_UP = frozenset(("sum", "mean", "dot", "norm"))
"""Calls that make one number of the entries of a vector."""
_LENGTH = ("p", 2.0), ("axis", None), ("keepdims", 0.0)
"""Options of the norm that is the length of a vector."""
_DOUBLE_BARS = (
    "‖",
    "||",
    "∥",
    "\\|",
    "\\Vert",
    "\\lVert",
    "\\left\\|",
    "\\left\\lVert",
    "\\left\\Vert",
    "\\big",
    "\\Big",
)
"""What a norm can begin with."""
_FROBENIUS = re.compile(r"_[ ]*\{?[ ]*(?:\\(?:mathrm|text|rm)[ ]*\{?[ ]*)?F")
"""What says that a norm is that of a matrix."""
_SCALING = frozenset(("multiply", "divide", "neg", "scale"))
"""Operations between a square and the sum that it is a term of."""


class Bars(Squares):
    """Decides what bars round arrays mean."""

    def bars(self, node: int, operation: BoundOperation, size: Shape) -> BoundOperation:
        """|a| → entry by entry for a vector, the determinant for a square matrix, each with a note."""
        graph = self.graph
        mark = graph.program.marks[graph.origins[node]]
        if operation.row.name == "norm":
            return self.lengths(node, operation, size, mark)
        typed = graph.source.text.startswith(
            ("|", "\\left|", "\\lvert", "\\vert", "\\mid", "\\left\\lvert", "\\left\\vert"), mark
        )
        entries = graph.origins[node] in graph.program.rowwise
        if not size or not typed or entries or self.summed(node) is not None:
            return operation
        name = self.name(graph.args[node][0])
        if len(size) == 2 and size[0] == size[1] > 1:
            self.notes[f"|{name}| is the determinant; for entry by entry write abs({name})"] = None
            return bind("det")
        if len(size) == 1 and self.says_length(node):
            other = f"as the other side says; for entry by entry write abs({name})"
            self.notes[f"|{name}| is the length of the vector, {other}"] = None
            return bind("norm", _LENGTH)
        if len(size) == 1 and self.is_penalty(node):
            other = f"since it is added to a number; for entry by entry write abs({name})^2"
            self.notes[f"|{name}|^2 is the square of the length of the vector, {other}"] = None
            return bind("norm", _LENGTH)
        self.notes[f"|{name}| is entry by entry; for the length of a vector write ‖{name}‖"] = None
        return operation

    def lengths(self, node: int, operation: BoundOperation, size: Shape, mark: int) -> BoundOperation:
        """‖x - y‖ of matrices in a mean → the length of each row, with a note; of any other the norm as it is."""
        typed = self.graph.source.text.startswith(_DOUBLE_BARS, mark)
        of_matrix = _FROBENIUS.search(self.graph.source.text, *self.graph.span(node)) is not None
        if len(size) != 2 or not typed or of_matrix or operation.options["axis"] is not None:
            return operation
        if not self.is_averaged(node):
            return operation
        name = self.name(self.graph.args[node][0])
        self.notes[f"‖{name}‖ is the length of each row, over which the mean is taken"] = None
        return bind("norm", tuple({**operation.options, "axis": -1}.items()))

    def is_averaged(self, node: int) -> bool:
        """Whether all that is done with a number is to take its power or a multiple, and then the mean."""
        graph = self.graph
        while len(graph.consumers[node]) == 1:
            of, node = node, graph.consumers[node][0][0]
            operation = graph.ops[node]
            if operation is None or operation.row.name == "mean":
                return operation is not None
            if operation.row.name not in _SCALING | {"power", "square", "negate"}:
                return False
            if any(shape(self.values[arg]) for arg in graph.args[node] if arg != of):
                return False
        return False

    def says_length(self, node: int) -> bool:
        """Whether bars stand in a chain of equalities of which another side adds up entries."""
        origin, program = self.graph.origins[node], self.graph.program
        tree = program.tree
        squared = self.square(node) is not None
        for statement in program.statements:
            for form in statement.forms if statement.first <= origin <= statement.root else ():
                inside = range(form.first, form.root + 1)
                calls = {"dot" if self.is_inner(n) else str(tree.head[n]) for n in inside if tree.kind[n] != NAME}
                if form.root != statement.root and "abs" not in calls and calls & _ADDING_UP:
                    return squared or bool(calls & {"sqrt", "norm"})
        return False

    def is_inner(self, node: int) -> bool:
        """Whether a node of the tree is the product of a vector with itself: vᵀ v, v·v."""
        tree = self.graph.program.tree
        args = tree.args[node]
        if tree.kind[node] != OPERATOR or tree.head[node] not in ("·", "@") or len(args) != 2:
            return False
        left, right = (tree.args[arg][0] if tree.head[arg] == "T" else arg for arg in args)
        return tree.kind[left] == NAME and tree.head[left] == tree.head[right]

    def is_penalty(self, node: int) -> bool:
        """Whether the square of bars, perhaps times a number, is added to a number that is no constant: L + λ|w|²."""
        graph, term = self.graph, self.square(node)
        while term is not None and len(graph.consumers[term]) == 1:
            consumer = graph.consumers[term][0][0]
            operation = graph.ops[consumer]
            others = [arg for arg in graph.args[consumer] if arg != term]
            known = {*graph.inputs.values(), *range(node)}
            if operation is None or any(shape(self.values[arg]) or arg not in known for arg in others):
                return False
            if operation.row.name in ("add", "subtract"):
                return bool(others)  # a constant is none of them
            term = consumer if operation.row.name in _SCALING else None
        return False

    def square(self, node: int) -> int | None:
        """Node → the one that squares it, None where that is not all that is done with it."""
        if len(self.graph.consumers[node]) != 1:
            return None
        power = self.graph.consumers[node][0][0]
        operation = self.graph.ops[power]
        is_square = operation is not None and operation.row.name == "power" and operation.options["n"] == 2
        return power if is_square else None
