"""Entries with letters that are rows of matrices: which they are, and whether a product of them is an inner product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.letters import Letters, array_name
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, TOTAL, Program, Tree

_ENTRYWISE = frozenset(("log", "ln", "exp", "sqrt", "abs", "tanh", "sigmoid", "σ", "relu", "ReLU"))
"""Functions of which rows are rows."""

Axes = tuple[str, ...]
"""The letters of an expression's axes, in order."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A node of the new tree and the letters of its axes; `row` is whether each entry is a vector, None where that is
    not known."""

    node: int
    axes: Axes = ()
    row: bool | None = None


class Rows:
    """Knows the nodes of the old tree, and which letters each has for its axes."""

    program: Program
    letters: Letters
    old: Tree
    indexed: dict[int, Indexed]
    place: int
    statement: int

    def fail(self, node: int, message: str, hint: str) -> NoReturn:
        """Raise ParseError at the place of an old node."""
        program = self.program
        mark = program.marks[node]
        span = (mark, mark + 1) if self.old.kind[node] == TOTAL else program.span(node)
        raise ParseError(message, source=program.source, span=span, hint=hint)

    def is_row(self, value: Indexed, node: int | None) -> bool | None:
        """A value and its old node → whether it is one vector for each letter, False for numbers, None where that is
        not known."""
        if value.axes or node is None:
            return value.row
        is_number = self.letters.known.by_identity.get(identity(str(self.old.head[node]))) == ()
        return False if self.old.kind[node] == NUMBER or (self.old.kind[node] == NAME and is_number) else None

    def is_row_of_two(self, left: Indexed, right: Indexed, old: Sequence[int]) -> bool | None:
        """Two values that meet entry by entry, and their old nodes → whether vectors come of it."""
        nodes = old if len(old) == len((left, right)) else (None, None)
        rows = {self.is_row(left, nodes[0]), self.is_row(right, nodes[1])}
        return True if True in rows else False if rows == {False} else None

    def is_by_entry(self, name: str) -> bool:
        """Whether a function takes rows to rows and numbers to numbers."""
        return name in _ENTRYWISE or name in ("square", "sign", "sin", "cos", "softplus")

    def is_dotted(self, node: int | None = None) -> bool:
        """Whether a product, the one that is being written unless another is said, has a dot."""
        text, mark = self.program.source.text, self.program.marks[self.place if node is None else node]
        return text[mark] in "·⋅•∙・" or text.startswith("\\cdot", mark)

    def is_turned(self, node: int) -> bool:
        """Whether an old node is a transpose."""
        return self.old.kind[node] == OPERATOR and self.old.head[node] == "T"

    def is_turned_row(self, node: int) -> bool:
        """Whether an old node is a transposed row times what has no letters: x_iᵀ W, y_i (x_i - μ)ᵀ S."""
        while self.old.kind[node] == OPERATOR and self.old.head[node] in ("·", "*"):
            rest, last = self.old.args[node]
            if self.indexed[last].axes:
                return False
            if self.indexed[rest].axes and self.is_turned(self.last_factor(rest)):
                return True
            node = rest
        return False

    def last_factor(self, node: int) -> int:
        """An old node → its last factor, or the node itself."""
        is_product = self.old.kind[node] == OPERATOR and self.old.head[node] in ("·", "*")
        return self.old.args[node][1] if is_product else node

    def has_inner_product(self, node: int) -> bool:
        """Whether two neighbours of three or more factors are rows with their inner product: y_i x_iᵀ x_j."""
        tree, inner = self.old, False
        while tree.kind[node] == OPERATOR and tree.head[node] in ("·", "*"):
            rest, right = tree.args[node]
            chain = tree.kind[rest] == OPERATOR and tree.head[rest] in ("·", "*")
            if chain and not self.is_turned(right):
                pair = tree.args[rest][1], right
                lettered = all(self.indexed[factor].axes for factor in pair)
                joined = self.is_turned(pair[0]) or self.is_dotted(node)
                inner = inner or (
                    joined and (self.are_rows(pair, known=True) if lettered else self.is_row_and_vector(pair))
                )
            if tree.kind[right] == OPERATOR and tree.head[right] == "·" and self.is_dotted(right):
                inner = inner or self.are_rows(tree.args[right], known=True)  # (x_i·x_j)
            node = rest
        return inner

    def is_matrix(self, node: int) -> bool:
        """Whether an old node is a capital, or a product or transpose of such: W, WᵀW."""
        kind, head, args = self.old.kind[node], self.old.head[node], self.old.args[node]
        if kind == NAME:
            is_number = self.letters.known.by_identity.get(identity(str(head))) == ()
            return split(str(head)).stem.isupper() and not is_number
        return kind == OPERATOR and head in ("·", "@", "T") and all(map(self.is_matrix, args))

    def are_rows(self, nodes: Sequence[int], *, known: bool) -> bool:
        """Whether old nodes are rows of matrices, which has to be known or is taken to be so."""
        names = [self.row_name(node) for node in nodes]
        shapes = [self.letters.known.by_identity.get(identity(array_name(name))) for name in names]
        return all(names) and all(len(shape) == 2 if shape is not None else not known for shape in shapes)

    def are_numbers(self, node: int) -> bool:
        """Whether an old node is made of entries that are numbers, as their arrays are given: y_i - ŷ_i."""
        names = [str(self.old.head[n]) for n in nodes_below(self.old, node) if self.old.kind[n] == NAME]
        ranks = [(len(self.letters.indices(name, self.statement)), array_name(name)) for name in names]
        shapes = self.letters.known.by_identity
        return bool(ranks) and all(len(shapes.get(identity(array), (0, 0, 0, 0))) == rank for rank, array in ranks)

    def row_name(self, node: int) -> str:
        """An old node → the name with a letter that it is made of, entry by entry, as p_n of log p_n; "" for none."""
        kind, head, args = self.old.kind[node], self.old.head[node], self.old.args[node]
        if kind == NAME:
            return str(head)
        if kind == CALL and len(args) == 1 and head in _ENTRYWISE:
            return self.row_name(args[0])
        if kind == OPERATOR and head in ("+", "-", "neg", "T"):
            lettered = [arg for arg in args if self.indexed[arg].axes]
            return self.row_name(lettered[0]) if lettered else ""
        return ""

    def is_row_and_vector(self, nodes: Sequence[int]) -> bool:
        """Whether one of two old nodes is a row of a matrix and the other a vector, both known to be so: w·x_i."""
        rows = [node for node in nodes if self.indexed[node].axes]
        names = [str(self.old.head[node]) for node in nodes if node not in rows and self.old.kind[node] == NAME]
        if len(rows) != 1 or len(names) != 1 or not self.are_rows(rows, known=True):
            return False
        return len(self.letters.known.by_identity.get(identity(names[0]), ())) == 1
