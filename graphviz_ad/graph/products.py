"""Products without a sign, or with a dot: entry by entry, matrix or inner product, as the shapes say.

What is written `W x`, `wᵀx` or `a·b` is a plain product until arrays arrive. A vector is a column unless it is
transposed. What has two readings is an error or a note that shows both ways to write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from graphviz_ad.errors import GraphvizADError, ShapeError
from graphviz_ad.graph.bars import Bars
from graphviz_ad.graph.inner_products import inner_products
from graphviz_ad.graph.lists import Evaluate
from graphviz_ad.graph.open_products import OpenProduct
from graphviz_ad.language.names import split
from graphviz_ad.language.tree import NAME
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import bind
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    from graphviz_ad.graph.graph import Graph


_DECIDED = frozenset(("concat", "power", "pow", "transpose", "stack", "abs", "norm", "softmax", "log_softmax"))
"""Operations with which arrays may be meant in two ways."""
_OPEN: frozenset[type] = frozenset((OpenProduct,))
"""The type of a product that the shapes have not settled."""


def decided(
    graph: Graph, given: Mapping[int, Value], evaluate: Evaluate, *, joining: bool = False
) -> Graph:  # fmt: skip
    """Graph and the values of its inputs → the same graph with every product settled by the shapes.

    With `joining` the inner product of two vectors is one node, also where a T turns the first. Raises ShapeError where
    a product has two readings.
    """
    ranks = {len(shape(value)) for value in (*given.values(), *graph.constants.values())}
    lists = any(operation is not None and operation.row.name == "stack" for operation in graph.ops)
    dots = bool(ranks - {1}) and "dot(" in graph.source.text
    if ranks <= {0} and not lists and not graph.program.reductions and not dots:
        return graph
    kinds = {operation.row.name for operation in graph.ops if operation is not None}
    dots = dots and bool(kinds & {"matmul", "dot"})
    stars = "multiply" in kinds and (lists or 2 in ranks)
    if not (stars or dots or kinds & _DECIDED or graph.program.reductions or _OPEN & set(map(type, graph.ops))):
        return graph
    try:
        decision = _Decision(graph, given, evaluate)
        settled = decision.run(joining)
    except ShapeError as problem:
        if not stars:
            raise
        try:
            return _Decision(graph, given, evaluate, widely=True).run(joining)
        except GraphvizADError:
            raise problem from None
    again = _Decision(graph, given, evaluate)
    if stars and decision.is_mathematical():
        again.alike = True
        try:
            return again.run(joining)
        except GraphvizADError:
            return settled
    if not stars or not (layers := decision.square_layers()):
        return settled
    again.layers = layers
    return again.run(joining)


class _Decision(Bars):
    """One walk over the nodes with their values."""

    def __init__(self, graph: Graph, given: Mapping[int, Value], evaluate: Evaluate, *, widely: bool = False) -> None:
        super().__init__(graph, evaluate, widely=widely)
        # the vectors that a vector is made of, entry by entry
        self.roots: list[frozenset[int]] = [frozenset()] * len(graph)
        for node, value in (*given.items(), *graph.constants.items()):
            self.values[node] = value
            if len(shape(value)) == 1:
                self.roots[node] = frozenset((node,))
        self.scaled = list(range(len(graph)))  # the vector that a vector is a multiple of
        self.inner: dict[int, int] = {}  # numbers that come of an inner product of vectors with a dot, and the product
        self.args, self.origins, self.constants = list(graph.args), list(graph.origins), dict(graph.constants)

    def run(self, joining: bool) -> Graph:
        """All nodes → the graph, the same one where nothing changed; `joining` as in `decided`."""
        graph = self.graph
        for node, operation in enumerate(graph.ops):
            if operation is None:
                continue
            args = [self.values[arg] for arg in graph.args[node]]
            shapes = [shape(arg) for arg in args]
            if type(operation) is OpenProduct:
                operation = self.product(node, operation, shapes[0], shapes[1])
                if operation.row.name == "matmul":
                    self.join(node, shapes)
            elif operation.row.name in ("power", "pow"):
                operation = self.power(node, operation, shapes[0])
            elif operation.row.name in ("abs", "norm"):
                operation = self.bars(node, operation, shapes[0])
            elif operation.row.name in ("sum", "prod", "mean", "max", "min"):
                operation = self.reduction(node, operation, shapes[0])
            elif operation.row.name == "matmul" and not all(shapes) and self.is_called(node):
                operation = bind("multiply")  # np.dot(2, w)
            elif operation.row.name == "matmul":
                self.join(node, shapes)
            elif operation.row.name == "dot" and {len(size) for size in shapes} in ({0}, {0, 1}, {0, 2}, {1, 2}, {2}):
                operation = bind("matmul" if all(shapes) else "multiply")  # dot(A, B) of matrices, as numpy has it
            elif operation.row.name == "multiply":
                operation = self.star(node, operation, shapes[0], shapes[1])
            elif operation.row.pointwise and len(shapes) == 2:
                self.beside(node, shapes)
                if operation.row.name in ("add", "subtract"):
                    self.to_columns(node, shapes)
            elif operation.row.name in ("softmax", "log_softmax") and shapes[0][1:]:
                operation = self.of_columns(node, operation)
            elif operation.row.name == "transpose" and shapes[0][2:]:
                operation = self.turned(node, operation, len(shapes[0]))
            elif operation.row.name == "stack" and len(set(shapes)) > 1 and self.are_vectors(node, shapes):
                operation = self.in_a_row(node)
            elif operation.row.name in ("stack", "concat") and self.are_beside(node, operation, shapes):
                operation = self.side_by_side(operation, shapes)
            elif operation.row.name == "where" and any(shapes):
                self.branches(node)
            self.ops[node] = operation
            self.follow(node, operation)
            self.turn(node, operation, shapes[0] if shapes else ())
            self.values[node] = self.evaluate(node, operation, [self.values[arg] for arg in self.args[node]])
            if graph.given_names.get(node) in graph.program.lengths:
                self.settle(node)
            if len(shape(self.values[node])) == 1:
                self.scale(node, operation)
                sources = (self.roots[arg] for arg in self.args[node]) if operation.row.pointwise else ()
                self.roots[node] = frozenset().union(*sources) or frozenset((node,))
        if self.ops != graph.ops or tuple(self.notes) != graph.notes:
            graph = replace(
                graph, ops=self.ops, args=self.args, origins=self.origins, constants=self.constants,
                notes=tuple(self.notes),
            )  # fmt: skip
        return inner_products(graph, self.values) if joining else graph

    def scale(self, node: int, operation: BoundOperation) -> None:
        """Note of a vector that it is a number times another: λ w is a multiple of w."""
        arrays = [arg for arg in self.args[node] if shape(self.values[arg])]
        if len(arrays) == 1 and operation.row.name in ("multiply", "divide", "negate"):
            self.scaled[node] = self.scaled[arrays[0]]

    def settle(self, node: int) -> None:
        """Node N that stands above a sum, and whose value the arrays have settled → a constant of that name."""
        name, tree = self.graph.given_names[node], self.graph.program.tree
        typed = next((n for n, head in enumerate(tree.head) if tree.kind[n] == NAME and head == name), None)
        if typed is None:  # N_k = ∑_{n=1}^N …: what has the name is the array
            return
        self.ops[node], self.args[node], self.origins[node] = None, (), typed
        self.constants[node] = self.values[node]

    def are_vectors(self, node: int, shapes: list[Shape]) -> bool:
        """Whether a list is one of vectors; a product with a dot in it is entry by entry: [r·h, x]."""
        inner = [arg for arg in self.args[node] if self.inner.get(arg) == arg]
        if {len(size) for size in shapes} == {1}:
            return True
        if not inner or {len(size) for size in shapes} != {0, 1} or shapes.count(()) != len(inner):
            return False
        for arg in inner:
            x, y = map(self.name, self.args[arg])
            self.notes.pop(f"{x}·{y} is the inner product; for entry by entry write {x} * {y}", None)
            self.note_entrywise(arg)
            self.ops[arg] = bind("multiply")
            self.values[arg] = self.evaluate(arg, bind("multiply"), [self.values[part] for part in self.args[arg]])
            del self.inner[arg]
        return True

    def branches(self, node: int) -> None:
        """Raise ShapeError where arrays are chosen between entry by entry and one comes of an inner product."""
        for arg in self.graph.args[node]:
            if arg in self.inner:
                self.fail(self.inner[arg], "the product of {x} and {y} can be read in two ways",
                          "write {x} * {y} for entry by entry, dot({x}, {y}) for the inner product")  # fmt: skip

    def follow(self, node: int, operation: BoundOperation) -> None:
        """Note that a node is made, entry by entry, of an inner product of vectors with a dot."""
        inner = next((self.inner[arg] for arg in self.graph.args[node] if arg in self.inner), None)
        if operation.row.pointwise and inner is not None:
            self.inner[node] = inner

    def product(self, node: int, operation: OpenProduct, left: Shape, right: Shape) -> BoundOperation:
        """A product and the shapes of its factors → what it is."""
        if not left or not right:
            return bind("multiply")
        if self.graph.origins[node] in self.graph.program.rowwise and left != right:
            return self.rowwise(node, left, right)
        if len(left) == len(right) == 1:
            return self.vectors(node, operation, left == right)
        fits = left[-1] == right[-2:][0]
        weight = self.weight(node) if fits and left == right else ""
        if weight == "logarithm":
            self.note_entrywise(node)
            return bind("multiply")
        if weight == "total" and any(map(self.is_bent, self.graph.args[node])):
            a, b = map(self.name, self.graph.args[node])
            self.notes[f"{a} times {b} is the matrix product; for entry by entry write {a} * {b}"] = None
        scales = left == right[1:] and split(self.name(self.graph.args[node][0])).stem in ("γ", "gamma")
        if fits or (len(left) != len(right) and not scales):
            self.note_exponential(self.graph.args[node][0], left)
            return bind("matmul")
        if scales or (left == right and self.summed(node) is not None):  # γ·(x - μ)/σ of normalised columns
            self.note_entrywise(node)
            return bind("multiply")
        if left == right:
            self.fail(
                node, "the shapes do not fit for the matrix product of {x} and {y}, but entry by entry",
                "for entry by entry write {x} * {y}; for the matrix product with one of them turned {x}ᵀ {y}",
            )  # fmt: skip
        return bind("matmul")  # whose error says what does not fit

    def rowwise(self, node: int, left: Shape, right: Shape) -> BoundOperation:
        """w·x_i for a vector w and the rows of a matrix x → x @ w."""
        x, y = self.graph.args[node]
        if len(left) == 1 and len(right) == 2:
            self.args[node] = (y, x)
        return bind("matmul")

    def vectors(self, node: int, operation: OpenProduct, same: bool) -> BoundOperation:
        """Two vectors → their product: row times column is the inner one, column times row the outer one."""
        x, y = self.graph.args[node]
        if x in self.rows and y not in self.rows:
            return bind("matmul")
        if y in self.rows and x not in self.rows:
            if operation.sign or same:
                note = f"{self.name(x)}·{self.name(y)} is the outer product, a matrix"
                self.notes[note + "; for a row times a column write dot(…)" * same] = None
            return bind("outer")
        where = self.summed(node)
        if self.scaled[x] != self.scaled[y] and same and self.roots[x] == self.roots[y]:  # x·σ(x), a(1 - a)
            if where is None:
                self.note_entrywise(node)
            return bind("multiply")
        if same and where is None and operation.sign != "×" and self.is_entrywise(node):
            self.note_entrywise(node)
            return bind("multiply")
        if not operation.sign and same and where is None and self.is_matrix_letter(x) and not self.is_matrix_letter(y):
            a, b = self.name(x), self.name(y)
            self.notes[f"{a} {b} is the inner product, {a} being a row; for entry by entry write {a} * {b}"] = None
            self.inner[node] = node
            return bind("matmul")
        if same and where is not None and self.is_over_letter(node):
            return bind("multiply")
        if operation.sign == "·" and where != "mean":
            if where is None:
                a, b = self.name(x), self.name(y)
                self.notes[f"{a}·{b} is the inner product; for entry by entry write {a} * {b}"] = None
                self.inner[node] = node
            return bind("dot")
        if operation.sign != "·" and where is not None and same:
            self.note_entrywise(node)
            return bind("multiply")
        other = (
            "cross({x}, {y}) for the cross product"
            if operation.sign == "×"
            else "{x}ᵀ {y} or dot({x}, {y}) for the inner product"
        )
        self.fail(node, "the product of the vectors {x} and {y} can be read in two ways",
                  f"write {{x}} * {{y}} for entry by entry, {other}")  # fmt: skip

    def is_matrix_letter(self, node: int) -> bool:
        """Whether a node is named by a capital letter, as matrices are."""
        stem = split(self.name(node)).stem
        return len(stem) == 1 and stem.isupper()

    def reduction(self, node: int, operation: BoundOperation, size: Shape) -> BoundOperation:
        """Reduction over the letter of the only axis → the reduction over all."""
        if self.graph.origins[node] not in self.graph.program.reductions:
            return operation
        if not size:
            self.fail(node, "there is one number to add up, {x}",
                      "give an array for what stands behind the sum, as in x=[1, 2, 3]")  # fmt: skip
        if len(size) != 1 or operation.options["axis"] is None:
            return operation
        return bind(operation.row.name, tuple({**operation.options, "axis": None}.items()))

    def note_entrywise(self, node: int) -> None:
        """Note that a product is taken entry by entry."""
        x, y = map(self.name, self.graph.args[node])
        self.notes[f"the product of {x} and {y} is entry by entry; for the matrix or inner product write {x} @ {y}"] = (
            None
        )

    def fail(self, node: int, message: str, hint: str) -> NoReturn:
        """Raise ShapeError at the product, the factors' names put into the texts."""
        args = self.graph.args[node]
        x, y = self.name(args[0]), self.name(args[-1])
        self.graph.fail(ShapeError, message.format(x=x, y=y), node, hint.format(x=x, y=y))
