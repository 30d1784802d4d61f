"""Products that are written `*`: entry by entry, unless a factor is transposed or only the matrix product fits."""

from __future__ import annotations

import re
from typing import NoReturn

from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.lists import Evaluate, Lists
from graphviz_ad.language.layout import BROADCAST
from graphviz_ad.language.tree import OPERATOR
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import bind
from graphviz_ad.values import Shape

_STARS = ("*", "∗", "\\ast", "\\star")
"""Signs that are typed for `*`."""

_TWO_AXES = re.compile(r",?[ \t]*(-?[0-9]+)[ \t]*,[ \t]*(-?[0-9]+)[ \t]*\)\Z")
"""The axes at the end of a call that exchanges two."""


_PROGRAM = re.compile(r"@|\.T(?!\w)|\.dot\(|keepdims?|(?<!\w)(?:np|jnp|numpy|torch|tf)\.|\*\*|\.\*")
"""What programs have, in which a star is the product entry by entry."""
_WEIGHTS = re.compile(r"[wWuUvVAΘθ](?![^\W\d_])[^*@()]*|[wW]eights?\w*|kernel\w*")
"""Names of the matrix of a layer."""
_ACTIVATIONS = frozenset(("tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "softmax", "sin"))
"""Operations that a layer applies to its sum."""


class Stars(Lists):
    """A graph with the values of its nodes, and what its products with a star are.

    `rows` are vectors that stand as rows, `coded` those of them that a program's `.T` turned. `widely` is whether every
    star between arrays of different shapes is the matrix product where that fits, `alike` whether every one is.
    """

    def __init__(self, graph: Graph, evaluate: Evaluate, *, widely: bool) -> None:
        super().__init__(graph, evaluate)
        self.widely = widely
        self.alike = self.has_turned = False
        self.rows: set[int] = set()
        self.coded: set[int] = set()
        self.layers: frozenset[int] = frozenset()
        self.broadcast = BROADCAST.search(graph.source.text) is not None

    def fail(self, node: int, message: str, hint: str) -> NoReturn:
        """Raise ShapeError at a product."""
        raise NotImplementedError

    def star(self, node: int, operation: BoundOperation, left: Shape, right: Shape) -> BoundOperation:
        """A product entry by entry and the shapes of its factors → what it is."""
        if not left or not right:
            return operation
        x, y = self.graph.args[node]
        if len(left) == len(right) == 1:
            return self.two_vectors(node, operation) if (x in self.rows) != (y in self.rows) else operation
        if len(left) == 2 and (listed := self.times_list(node, operation, left)) is not operation:
            return listed
        fits = left[-1] == right[-2:][0] and max(len(left), len(right)) == 2
        turned = x in self.rows - self.coded or self.is_transposed(x) or (len(right) == 2 and self.is_transposed(y))
        if fits and node in self.layers:
            self.note_star(node, "matrix")
            a, b = self.name(x), self.name(y)
            self.notes[f"for the product of {a} and {b} entry by entry write {a} ⊙ {b}"] = None
            return bind("matmul")
        wide = (self.widely and left != right) or (self.alike and not any(map(self.is_mask, (x, y))))
        if fits and left[1:] == right[:1] == (1,) and min(left[0], right[-1]) > 1 and self.is_star(node):
            self.has_turned = self.has_turned or (self.ops[x] is None and self.ops[y] is None)  # K * H, column and row
        if fits and self.is_star(node) and not self.broadcast and (turned or wide):
            self.has_turned = self.has_turned or turned
            self.note_star(node, "matrix")
            return bind("matmul")
        return operation

    def is_mask(self, node: int) -> bool:
        """Whether a node is called a mask, which is multiplied with entry by entry."""
        return "mask" in self.name(node).lower()

    def is_mathematical(self) -> bool:
        """Whether a star beside a transposed factor is the matrix product, and no other sign says that stars are entry
        by entry: softmax(Q * Kᵀ) * V."""
        text = self.graph.source.text
        return self.has_turned and not any(sign in text for sign in "@⊙∘·") and not _PROGRAM.search(text)

    def square_layers(self) -> frozenset[int]:
        """→ The stars between a square matrix of weights and a vector, or another one, that programs take entry by
        entry but readers do not, since a vector is added and the sum is a value of its own or goes into tanh or σ."""
        if self.broadcast or _PROGRAM.search(self.graph.source.text):
            return frozenset()
        stars = [node for node in range(len(self.ops)) if self.is_weighted(node)]
        return frozenset(stars if any(map(self.is_in_layer, stars)) else ())

    def is_weighted(self, node: int) -> bool:
        """Whether a node is a star between a square matrix of weights and a vector or matrix that fits."""
        operation = self.ops[node]
        if operation is None or operation.row.name != "multiply" or not self.is_star(node):
            return False
        x, y = self.graph.args[node]
        left, right = shape(self.values[x]), shape(self.values[y])
        vector = left[:1]
        square = vector * 2
        if vector < (2,) or {left, right} - {vector} != {square}:
            return False
        weights = x if left == square else y
        return self.ops[weights] is None and _WEIGHTS.fullmatch(self.name(weights)) is not None

    def is_in_layer(self, star: int) -> bool:
        """Whether a vector is added to a star, and the sum is a value of its own or goes into an activation."""
        graph, node, added = self.graph, star, list[int]()
        users = self.users(star)
        while len(users) == 1 and (operation := self.ops[users[0]]) is not None and operation.row.name == "add":
            added += [arg for arg in graph.args[users[0]] if arg != node]
            node = users[0]
            users = self.users(node)
        size = shape(self.values[star])[:1]
        has_bias = any(shape(self.values[arg]) in (size, (*size, 1)) for arg in added)
        of_vector = any(len(shape(self.values[arg])) == 1 for arg in graph.args[star])
        used = {operation.row.name for user in users if (operation := self.ops[user]) is not None}
        if used & _ACTIVATIONS:  # relu(W * x + U * h)
            return has_bias or (of_vector and any(map(self.is_weighted, added)))
        return has_bias and (node == graph.output or node in graph.given_names)

    def users(self, node: int) -> list[int]:
        """Node → those that it is an argument of."""
        return list(dict.fromkeys(user for user, _ in self.graph.consumers[node]))

    def two_vectors(self, node: int, operation: BoundOperation) -> BoundOperation:
        """wᵀ * x or x * wᵀ → the inner or the outer product, which no one means entry by entry."""
        x, y = self.graph.args[node]
        if not self.is_star(node) or {x, y} & self.coded or (self.broadcast and x in self.rows):
            self.fail(node, "the product of {x} and {y} can be read in two ways",
                      "for the matrix or inner product write {x} @ {y}; else leave out the T")  # fmt: skip
        if x in self.rows:
            self.note_star(node, "inner")
            return bind("matmul")
        a, b = self.name(x), self.name(y)
        self.notes[f"{a} * {b} is read as the outer product, which is written outer({a}, {b})"] = None
        return bind("outer")

    def beside(self, node: int, shapes: list[Shape]) -> None:
        """Raise ShapeError for x - yᵀ of vectors, which no one means entry by entry."""
        x, y = self.graph.args[node]
        row = next((arg for arg in (x, y) if arg in self.rows - self.coded), x)
        turned = (x in self.rows) != (y in self.rows) and self.is_just_turned(row)  # xᵀ W + b has a row for its b
        if turned and len(shapes[0]) == len(shapes[1]) == 1 and min(*shapes[0], *shapes[1]) > 1:
            hint = "leave out the T for entry by entry; for all pairs write unsqueeze(…, 1) for the column"
            self.fail(node, "one of {x} and {y} stands as a row, the other as a column", hint)

    def note_star(self, node: int, which: str) -> None:
        """Note that a star is read as the matrix or the inner product."""
        x, y = map(self.name, self.graph.args[node])
        self.notes[f"{x} * {y} is read as the {which} product, which is written {x} @ {y}"] = None

    def is_star(self, node: int) -> bool:
        """Whether a product was typed with a star."""
        program = self.graph.program
        origin = self.graph.origins[node]
        is_product = program.tree.kind[origin] == OPERATOR and program.tree.head[origin] == "*"
        return is_product and self.graph.source.text.startswith(_STARS, program.marks[origin])

    def turned(self, node: int, operation: BoundOperation, rank: int) -> BoundOperation:
        """Transpose of an array with more than two axes → what programs mean by it: x.transpose(1, 2) exchanges two.

        x.T exchanges the last two, as the transpose of each matrix, which is said: to numpy it turns all axes round.
        """
        program, origin = self.graph.program, self.graph.origins[node]
        text, (_, stop) = self.graph.source.text, program.span(origin)
        if text[stop - 2 : stop] == ".T":
            name, turned = self.name(self.graph.args[node][0]), ", ".join(map(str, range(rank)[::-1]))
            note = f"{name}.T exchanges the last two of {rank} axes; to turn all round write {name}.permute({turned})"
            self.notes[note] = None
            return operation
        typed = _TWO_AXES.search(text[:stop])
        axes = {int(axis) % rank for axis in typed.groups()} if typed is not None else set()
        if len(axes) < 2 or axes == {rank - 2, rank - 1}:
            return operation
        a, b = axes
        order = [b if axis == a else a if axis == b else axis for axis in range(rank)]
        return bind("permute", (("axes", tuple(order)),))

    def is_called(self, node: int) -> bool:
        """Whether a matrix product was typed as a call, np.dot(x, w) or x.dot(w), which takes numbers too."""
        start, stop = self.graph.program.span(self.graph.origins[node])
        return "dot(" in self.graph.source.text[start:stop] and self.graph.source.text[stop - 1] == ")"

    def is_transposed(self, node: int) -> bool:
        """Whether a matrix is one that mathematics turned, as in Aᵀ; of a program's A.T it is not said."""
        program, origin, operation = self.graph.program, self.graph.origins[node], self.ops[node]
        if operation is None or operation.row.name != "transpose" or len(shape(self.values[node])) != 2:
            return False
        return program.tree.kind[origin] == OPERATOR and not self.graph.source.text.startswith(
            ".", program.marks[origin]
        )

    def is_just_turned(self, node: int) -> bool:
        """Whether a node is the transpose of another one, typed as a sign and not as a call."""
        operation, origin = self.ops[node], self.graph.origins[node]
        is_sign = self.graph.program.tree.kind[origin] == OPERATOR
        return operation is not None and operation.row.name == "transpose" and is_sign and node not in self.coded

    def turn(self, node: int, operation: BoundOperation, size: Shape) -> None:
        """Note whether the vector an operation gives stands as a row; `size` is the shape of its first argument."""
        args, name = self.graph.args[node], operation.row.name
        if name == "transpose":
            turned = len(size) == 1 and args[0] not in self.rows
            if turned and self.graph.source.text.startswith(".", self.graph.program.marks[self.graph.origins[node]]):
                self.coded.add(node)
        elif name == "matmul":
            turned = len(size) == 1 and len(shape(self.values[args[1]])) == 2 and args[0] in self.rows
            if args[0] in self.coded:
                self.coded.add(node)
        else:
            turned = operation.row.pointwise and any(arg in self.rows for arg in args)
            if turned and any(arg in self.coded for arg in args):
                self.coded.add(node)
        if turned:
            self.rows.add(node)
