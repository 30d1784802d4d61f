"""Calls that only the shapes of their arguments decide → operations: cov(X), cbind(1, x), full(n, c), rep(c, n)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import MAX_ENTRIES, Given
from graphviz_ad.language.ranges import known_numbers
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.shapes import Shape, known_shapes
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR, Program
from graphviz_ad.language.vocabulary import COVARIANCE_OF_COLUMNS, COVARIANCE_OF_ROWS, JOINED, REPEATED

_SIZED = frozenset((COVARIANCE_OF_COLUMNS, COVARIANCE_OF_ROWS)) | JOINED | REPEATED


def with_sized_calls(program: Program, given: Given) -> Program:
    """Program → the same with operations for calls that the shapes of their arguments decide.

    Raises ParseError where a shape is needed that is not known.
    """
    tree = program.tree
    calls = [node for node, kind in enumerate(tree.kind) if kind == CALL and tree.head[node] in _SIZED]
    if not calls:
        return program
    writer = _Writer(program, known_shapes(program, given), known_numbers(program, given))
    for node in calls:
        kind, head, args = writer.written(node)
        tree.kind[node], tree.head[node], tree.args[node] = kind, head, args
    return writer.additions.planted(ignored=program.ignored | writer.used)


class _Writer:
    """Writes the operations for one call after the other."""

    def __init__(self, program: Program, shapes: dict[int, Shape], known: Mapping[int, float]) -> None:
        self.program, self.tree, self.shapes, self.known = program, program.tree, shapes, known
        self.additions = Additions(program)
        self.used = frozenset[str]()
        self.place = 0

    def written(self, node: int) -> tuple[int, object, tuple[int, ...]]:
        """A call → the kind, the head and the arguments of the node that it is."""
        self.place = node
        head, args = str(self.tree.head[node]), self.tree.args[node]
        if head in REPEATED:
            return self.repeated(head, args)
        if head in JOINED:
            return self.joined(head, args)
        return self.covariance(args[0], self.shape(args[0]), head == COVARIANCE_OF_ROWS)

    def fail(self, message: str, hint: str) -> NoReturn:
        """Raise ParseError at the call."""
        raise ParseError(message, source=self.program.source, span=self.program.span(self.place), hint=hint)

    def shape(self, node: int) -> Shape:
        """Argument → its shape.

        Raises ParseError where that is not known.
        """
        if (shape := self.shapes.get(node)) is None:
            name = str(self.tree.head[self.place]).partition(" ")[0]
            self.fail(
                f"the shape of what stands in {name}(…) is not known here",
                "give a value for it, as in X=[[1, 2], [3, 4]]",
            )
        return shape

    def add(self, kind: int, head: object, *args: int) -> int:
        """Add a node at the place of the call → its index."""
        return self.additions.add(kind, head, args, self.place)

    def option(self, name: str, number: float) -> int:
        """Name of an option and its number → its node."""
        return self.add(KEYWORD, name, self.additions.number(number, self.place))

    def covariance(self, value: int, shape: Shape, of_rows: bool) -> tuple[int, object, tuple[int, ...]]:
        """Matrix of examples → the covariance of its columns, or of its rows; of a vector the variance."""
        if len(shape) == 1:
            return CALL, "var", (value, self.option("correction", 1.0))
        if len(shape) != 2:
            self.fail("a covariance is that of a matrix", "give a matrix with a row for each example")
        count = self.additions.number(float(shape[of_rows] - 1), self.place)
        axis = (self.option("axis", float(of_rows)), self.option("keepdims", 1.0))
        rest = self.add(OPERATOR, "-", value, self.add(CALL, "mean", value, *axis))
        turned = self.add(OPERATOR, "T", rest)
        product = self.add(OPERATOR, "@", *((rest, turned) if of_rows else (turned, rest)))
        return OPERATOR, "/", (product, count)

    def joined(self, head: str, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """cbind(1, x), column_stack((x, y)) → the columns, or the rows, beside each other."""
        if len(args) == 1 and self.tree.kind[args[0]] == LIST:
            args = self.tree.args[args[0]]
        axis = 0 if head in ("rbind", "row_stack") else 1
        shapes = [self.shape(arg) for arg in args]
        lengths = {shape[0] if len(shape) == 1 else shape[1 - axis] for shape in shapes if shape}
        if len(lengths) != 1 or max(map(len, shapes)) > 2:
            self.fail(f"what {head}(…) joins does not fit", "give vectors of one length, or matrices that fit these")
        (length,) = lengths
        columns = [arg if shape else self.filled(arg, length) for arg, shape in zip(args, shapes, strict=True)]
        option = self.option("axis", float(axis))
        if max(map(len, shapes)) == 1:
            return CALL, "stack", (*columns, option)
        wide = [
            column if len(shape) == 2 else self.add(CALL, "unsqueeze", column, self.option("axis", float(axis)))
            for column, shape in zip(columns, shapes, strict=True)
        ]
        return CALL, "concat", (*wide, option)

    def filled(self, value: int, length: int) -> int:
        """A number and a length → a vector of as many."""
        ones = self.add(LIST, None, *[self.additions.number(1.0, self.place) for _ in range(length)])
        if self.tree.kind[value] == NUMBER:
            return self.add(LIST, None, *[value] * length)
        return self.add(OPERATOR, "*", value, ones)

    def repeated(self, head: str, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """rep(c, n), full(n, c), full((m, n), c) → as many of the value."""
        tree = self.tree
        options = {str(tree.head[arg]): tree.args[arg][0] for arg in args if tree.kind[arg] == KEYWORD}
        values = [arg for arg in args if tree.kind[arg] != KEYWORD]
        if head == "rep":
            value, count = values[0], options.get("times", values[1] if len(values) > 1 else None)
        else:
            count, value = values[0], options.get("fill_value", values[1] if len(values) > 1 else values[0])
        counts = tree.args[count] if count is not None and tree.kind[count] == LIST else (count,)
        sizes = [self.known.get(node, 0.0) if node is not None else 0.0 for node in counts]
        if not all(size > 0 and float(size).is_integer() for size in sizes) or math.prod(sizes) > MAX_ENTRIES:
            self.fail(f"how many entries {head}(…) has is not known", "write a number, or give a whole number for it")
        below = [node for size in counts if size is not None for node in nodes_below(tree, size)]
        self.used |= {str(tree.head[node]) for node in below if tree.kind[node] == NAME}
        shape = self.shapes.get(value, ())
        if shape and tree.kind[value] == LIST and head == "rep" and len(sizes) == 1:
            return LIST, None, tree.args[value] * int(sizes[0])
        if shape:
            self.fail(f"{head}(…) of an array is not read", "write the list of its values")
        *outer, inner = map(int, sizes)
        for size in reversed(outer):
            row = self.add(LIST, None, *[value] * inner)
            value, inner = row, size
        return LIST, None, (value,) * inner
