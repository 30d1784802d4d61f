"""Calls that only the shapes of their arguments decide → operations: cov(X), cbind(1, x), full(n, c), rep(c, n)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import MAX_ENTRIES, Given
from graphviz_ad.language.habits import HABITS
from graphviz_ad.language.ranges import known_numbers
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.shapes import Shape, known_shapes
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE, Program
from graphviz_ad.language.vocabulary import AT_LABELS, COVARIANCE_OF_COLUMNS, COVARIANCE_OF_ROWS, JOINED, REPEATED

_TURNED = frozenset(("rev", "flip", "fliplr", "flipud", "reverse"))
"""Functions that turn the order of entries round."""
_TRIANGLES = {"tril": 1, "triu": -1}
"""Functions that keep a triangle of a matrix, and on which side of it a diagonal further right is."""
_MAX_FACTORS = 64
"""Entries of an array for which a running product is written out."""
_SIZED = (
    frozenset(
        (COVARIANCE_OF_COLUMNS, COVARIANCE_OF_ROWS, AT_LABELS, "one_hot", "gather", "cumprod", *_TURNED, *_TRIANGLES)
    )
    | JOINED
    | REPEATED
)
"""Calls that the shapes of their arguments decide."""


def with_sized_calls(program: Program, given: Given) -> Program:
    """Program → the same with operations for calls that the shapes of their arguments decide.

    Raises ParseError where a shape is needed that is not known.
    """
    tree = program.tree
    if _SIZED.isdisjoint(tree.head):
        return program
    calls = [
        node for node, kind in enumerate(tree.kind) if kind == CALL and tree.args[node] and tree.head[node] in _SIZED
    ]
    if not calls:
        return program
    writer = _Writer(program, known_shapes(program, given), known_numbers(program, given), given)
    for node in calls:
        kind, head, args = writer.written(node)
        tree.kind[node], tree.head[node], tree.args[node] = kind, head, args
    return writer.additions.planted(ignored=program.ignored | writer.used)


class _Writer:
    """Writes the operations for one call after the other."""

    def __init__(self, program: Program, shapes: dict[int, Shape], known: Mapping[int, float], given: Given) -> None:
        self.program, self.tree, self.shapes, self.known = program, program.tree, shapes, known
        self.additions = Additions(program)
        self.given = given
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
        if head in _TURNED:
            return self.turned(args)
        if head in _TRIANGLES:
            return self.triangle(head, args)
        if head == "cumprod":
            return self.running_product(args)
        if head == "one_hot":
            return self.one_hot(args)
        if head == AT_LABELS:
            return self.at_labels(args)
        if head == "gather":
            return self.gathered(args)
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
            if name in HABITS:
                self.fail(f"the shape of what stands in {name}(…) is not known here", HABITS[name])
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
        axis = 0 if head in ("rbind", "row_stack", "vstack") else 1
        args = tuple([arg for arg in args if self.tree.kind[arg] != KEYWORD])
        shapes = [self.shape(arg) for arg in args]
        if head == "hstack" and max(map(len, shapes)) == 1:
            return CALL, "concat", args
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

    def turned(self, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """flip(x) → x[::-1]."""
        if len(args) != 1 or len(self.shape(args[0])) != 1:
            self.fail("only the entries of a vector are turned round here", "write x[::-1], or X[:, ::-1] for columns")
        return INDEX, None, (args[0], self.add(SLICE, "s", self.additions.number(-1.0, self.place)))

    def triangle(self, head: str, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """tril(A, k), triu(A, k) → A where the entry stands in the triangle, else 0."""
        shape = self.shape(args[0])
        further = self.tree.args[args[1]][0] if len(args) == 2 and self.tree.kind[args[1]] == KEYWORD else args[-1]
        diagonal = self.known.get(further) if len(args) == 2 else 0.0
        if len(shape) != 2 or diagonal is None or math.prod(shape) > MAX_ENTRIES:
            self.fail(f"this {head}(…) is not read", "give it a matrix and a whole number")
        side = _TRIANGLES[head]
        rows = [[float(side * (column - row - diagonal) <= 0) for column in range(shape[1])] for row in range(shape[0])]
        lists = [self.add(LIST, None, *[self.additions.number(entry, self.place) for entry in row]) for row in rows]
        return CALL, "where", (self.add(LIST, None, *lists), args[0], self.additions.number(0.0, self.place))

    def running_product(self, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """cumprod(x), cumprod(X, axis=0) → the products of the entries up to each, along the axis."""
        shape, rank, tree = self.shape(args[0]), len(self.shape(args[0])), self.tree
        further = args[-1] if tree.kind[args[-1]] != KEYWORD else tree.args[args[-1]][0]
        axis = self.known.get(further) if len(args) == 2 else 0.0 if rank == 1 else None
        if axis is None or axis not in range(-rank, rank) or rank > 2:
            self.fail("this cumprod(…) is not read", "give it a vector, or a matrix and an axis: cumprod(X, axis=0)")
        length, is_down = shape[int(axis)], int(axis) % rank < rank - 1
        if length > _MAX_FACTORS:
            self.fail("this cumprod(…) is too long", f"it is written out for up to {_MAX_FACTORS} entries")
        rows = self.add(LIST, None, *[self.numbers(j <= i for j in range(length)) for i in range(length)])
        value = self.add(OPERATOR, "T", args[0]) if is_down else args[0]
        value = self.add(CALL, "unsqueeze", value, self.option("axis", 1.0)) if rank == 2 else value
        chosen = self.add(CALL, "where", rows, value, self.additions.number(1.0, self.place))
        args = chosen, self.option("axis", float(1 - 2 * (rank == 2)))
        return (OPERATOR, "T", (self.add(CALL, "prod", *args),)) if is_down else (CALL, "prod", args)

    def labels(self, node: int) -> list[int]:
        """Whole numbers that are given, perhaps as a column → these; none where they are not known."""
        names = [str(self.tree.head[n]) for n in nodes_below(self.tree, node) if self.tree.kind[n] == NAME]
        value = self.given.whole(names[0]) if len(names) == 1 else None
        if not isinstance(value, list) or not value:
            return []
        rows = [row[0] if isinstance(row, list) and len(row) == 1 else row for row in value]
        numbers = [int(row) for row in rows if not isinstance(row, list | tuple) and row >= 0]
        self.used |= {*names} if len(numbers) == len(rows) else set()
        return numbers if len(numbers) == len(rows) else []

    def numbers(self, values: Iterable[float]) -> int:
        """Numbers → the list of them."""
        return self.add(LIST, None, *[self.additions.number(float(value), self.place) for value in values])

    def one_hot(self, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """one_hot(y, k) → a row for each label, with 1 at its place."""
        labels = self.labels(args[0])
        further = args[1:] and (self.tree.args[args[1]][0] if self.tree.kind[args[1]] == KEYWORD else args[1])
        count = int(self.known.get(further, 0.0)) if further else max(labels, default=-1) + 1
        if not labels or count <= max(labels):
            self.fail("one_hot(…) needs labels that are given", "give whole numbers for them, as in y=[0, 2]")
        return LIST, None, tuple([self.numbers(place == label for place in range(count)) for label in labels])

    def at_labels(self, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """Matrix and the labels of its rows → 1 at the entry that each label says, else 0."""
        labels, shape = self.labels(args[1]), self.shapes.get(args[0], ())
        if not labels or len(shape) != 2 or shape[0] != len(labels) or max(labels) >= shape[1]:
            self.fail(
                "which entries get a new value is not known here", "give whole numbers for the labels, as in y=[0, 2]"
            )
        return LIST, None, tuple([self.numbers(place == label for place in range(shape[1])) for label in labels])

    def gathered(self, args: tuple[int, ...]) -> tuple[int, object, tuple[int, ...]]:
        """x.gather(1, y.unsqueeze(1)) → the entry of each row at its label, as a column."""
        values = [self.tree.args[arg][0] if self.tree.kind[arg] == KEYWORD else arg for arg in args]
        labels = self.labels(values[2]) if len(values) == 3 else []
        shape = self.shapes.get(values[0], ())
        if not labels or len(shape) != 2 or shape[0] != len(labels) or self.known.get(values[1]) not in (1.0, -1.0):
            self.fail("this gather(…) is not read", "write x[range(n), y] with whole numbers for y")
        picked = self.add(INDEX, None, values[0], self.numbers(range(len(labels))), self.numbers(labels))
        return CALL, "unsqueeze", (picked, self.option("axis", -1.0))

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
