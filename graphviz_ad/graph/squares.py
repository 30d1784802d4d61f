"""Square matrices, of which products and powers fit in two ways: Σ Y log P is entry by entry, A^{-1} the inverse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphviz_ad.graph.open_products import OpenProduct
from graphviz_ad.graph.stars import Stars
from graphviz_ad.language.names import letter, split
from graphviz_ad.language.tree import CALL, OPERATOR
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import BY_NAME, KINDS, VOCABULARY, bind
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SQUARES = frozenset((2.0, 3.0))
"""Powers that of a square matrix may be meant as products of it with itself."""

_LOGARITHMS = frozenset(("log", "log2", "log10", "log1p", "logsigmoid", "log_softmax"))
"""Operations that give logarithms."""
_BEFORE = re.compile(r"t[-−]1|prev|old|prev_t")
"""What stands below the value that a state had before."""
_SLOPE = re.compile(r"[^\W\d_]\w*['′]\([^()]*\)")
"""The slope of an operation: σ'(z)."""
_MAX_ALIKE = 100
"""Nodes that are compared to see whether two values are alike."""
_SUMS = frozenset(("add", "subtract", "negate"))
"""Operations of which a sum is the same as that of the sums of their arguments."""


class Squares(Stars):
    """A graph with the values of its nodes, and what is meant by products and powers of its square matrices."""

    def weight(self, node: int) -> str:
        """Product → "logarithm" where a sum adds up its entries and a factor is made of a logarithm, "total" where a
        sum adds them up, perhaps with others added to them or times a number, else ""."""
        graph = self.graph
        args = graph.args[node]
        turned = any(
            operation is not None and operation.row.name == "transpose"
            for operation in map(graph.ops.__getitem__, args)
        )
        weighs = not turned and any(map(self.is_logarithm, args))
        while len(graph.consumers[node]) == 1:
            of, node = node, graph.consumers[node][0][0]
            operation = graph.ops[node]
            assert operation is not None
            if operation.row.name in ("sum", "mean"):
                return "logarithm" if weighs else "total"
            others = [arg for arg in graph.args[node] if arg != of]
            if operation.row.name == "multiply" and not turned and any(map(self.is_logarithm, others)):
                weighs = True  # (1 - P)^γ Y log P
            elif operation.row.name in ("multiply", "divide"):
                if any(shape(self.values[arg]) for arg in others):
                    return ""
            elif operation.row.name not in _SUMS:
                return ""
        return ""

    def is_logarithm(self, node: int) -> bool:
        """Whether a node is a logarithm, or a sum, a difference or a multiple of one."""
        stack = [node]
        while stack:
            operation = self.graph.ops[top := stack.pop()]
            if operation is None:
                continue
            if operation.row.name in _LOGARITHMS:
                return True
            if operation.row.name in _SUMS or operation.row.name in ("multiply", "divide"):
                stack.extend(self.graph.args[top])
        return False

    def is_bent(self, node: int) -> bool:
        """Whether a node is a function of another one, entry by entry, that is no straight line."""
        operation = self.graph.ops[node]
        return (
            operation is not None
            and operation.row.pointwise
            and len(self.graph.args[node]) == 1
            and operation.row.name != "negate"
        )

    def summed(self, node: int) -> str | None:
        """Node → "sum" or "mean" where that adds up its entries, perhaps after other steps entry by entry."""
        graph = self.graph
        while len(graph.consumers[node]) == 1:
            node = graph.consumers[node][0][0]
            operation = graph.ops[node]
            assert operation is not None
            if operation.row.name in ("sum", "mean"):
                return operation.row.name
            if not operation.row.pointwise:
                return None
        return None

    def is_over_letter(self, node: int) -> bool:
        """Whether what adds up the entries of a node, perhaps with a sign, is a sum over a letter."""
        graph = self.graph
        while len(graph.consumers[node]) == 1 and graph.origins[node] not in graph.program.reductions:
            node = graph.consumers[node][0][0]
            operation = graph.ops[node]
            if operation is None or operation.row.name not in (*_SUMS, "sum", "mean"):
                return False
        return graph.origins[node] in graph.program.reductions

    def is_entrywise(self, node: int) -> bool:
        """Whether a product of two vectors of one length can only be one of their entries: one of them is a quotient by
        a vector, as α/(√v + ε) is, or a vector as long is added to it, as in γ·(x − μ)/σ + β, or it is the gain γ of
        what was normalised."""
        x, y = self.graph.args[node]
        if self.is_quotient(x) != self.is_quotient(y) or self.meets_vector(node, shape(self.values[x])):
            return True
        checks = (self.has_gain, self.has_slope, self.is_next_state, self.is_gated, self.keeps_shape)
        return any(check(node) for check in checks)

    def has_slope(self, node: int) -> bool:
        """Whether one factor is the slope of an operation at each entry, as in ∂L/∂a · σ'(z)."""
        return any(_SLOPE.fullmatch(self.name(arg)) for arg in self.graph.args[node])

    def has_gain(self, node: int) -> bool:
        """Whether a product has a vector γ beside a quotient, or in one: x/√(mean(x²) + ε) · γ, γ·x/√(mean(x²) + ε)."""
        graph = self.graph
        near = (*graph.args[node], *(consumer for consumer, _ in graph.consumers[node]))
        operations = (graph.ops[other] for other in near)
        divides = any(operation is not None and operation.row.name == "divide" for operation in operations)
        return divides and any(letter(split(self.name(arg)).stem) == "γ" for arg in graph.args[node])

    def keeps_shape(self, node: int) -> bool:
        """Whether a product is the value of an operation that has an entry for each of its argument, as in RMSNorm(x) =
        x/r·γ."""
        operation = VOCABULARY.operation(self.graph.names[node])
        row = BY_NAME.get(operation or "")
        return row is not None and (row in KINDS["normalisation"] or (row.pointwise and len(row.params) == 1))

    def is_gated(self, node: int) -> bool:
        """Whether one factor is a function of the other entry by entry, as in (x W)·σ(x W)."""
        graph = self.graph
        for value, gate in (graph.args[node], graph.args[node][::-1]):
            operation = graph.ops[gate]
            is_function = operation is not None and operation.row.pointwise and len(graph.args[gate]) == 1
            if is_function and graph.ops[value] is not None and self.are_alike(value, graph.args[gate][0]):
                return True
        return False

    def are_alike(self, first: int, second: int) -> bool:
        """Whether two nodes are computed in the same way from the same inputs."""
        graph, pairs = self.graph, [(first, second)]
        for _ in range(_MAX_ALIKE):
            if not pairs:
                return True
            a, b = pairs.pop()
            if a == b:
                continue
            x, y = graph.ops[a], graph.ops[b]
            if x is None or y is None or type(x) is not type(y) or x.row is not y.row or x.options != y.options:
                return False
            pairs += zip(graph.args[a], graph.args[b], strict=True)
        return False

    def is_next_state(self, node: int) -> bool:
        """Whether a product is a term of a state's next value, as f·c_{t-1} is in c_t = f·c_{t-1} + i·g."""
        graph, top = self.graph, node
        named = {statement.name for statement in graph.program.statements}
        while graph.names[top] not in named and len(graph.consumers[top]) == 1:
            top = graph.consumers[top][0][0]
            operation = graph.ops[top]
            if operation is None or operation.row.name not in _SUMS:
                return False
        state = split(graph.names[top])
        before = [split(self.name(arg)) for arg in graph.args[node]]
        return any(
            (part.stem, part.accent) == (state.stem, state.accent)
            and part.below != state.below
            and _BEFORE.fullmatch(part.below) is not None
            for part in before
        )

    def is_quotient(self, node: int) -> bool:
        """Whether a node is something divided by a vector."""
        operation = self.graph.ops[node]
        divides = operation is not None and operation.row.name == "divide"
        return divides and len(shape(self.values[self.graph.args[node][1]])) == 1

    def meets_vector(self, node: int, size: Shape) -> bool:
        """Whether a node is added to a vector of a size that is known, perhaps after it was divided."""
        graph = self.graph
        while len(graph.consumers[node]) == 1:
            of, node = node, graph.consumers[node][0][0]
            operation = graph.ops[node]
            assert operation is not None
            others = [arg for arg in graph.args[node] if arg != of]
            if operation.row.name in ("add", "subtract"):
                return any(shape(self.values[arg]) == size for arg in others)
            if operation.row.name not in ("divide", "negate") or graph.args[node][0] != of:
                return False
        return False

    def to_columns(self, node: int, shapes: list[Shape]) -> None:
        """Note that in W X + b of mathematics the vector b is added to each row, as programs have it; raise ShapeError
        where it can only be added to each column."""
        product, vector = self.graph.args[node]
        operation = self.graph.ops[product]
        size, length = shapes
        if len(size) != 2 or len(length) != 1 or length[0] != size[0] or size[0] < 2 or size[1] < 2:
            return
        if not isinstance(operation, OpenProduct) or len(shape(self.values[self.graph.args[product][1]])) != 2:
            return
        name = self.name(vector)
        if size[1] != size[0]:
            hint = f"give {name} as a column, as in [[1], [2]], or write unsqueeze({name}, 1)"
            self.fail(node, "{y} has an entry for each row of {x}, not for each column", hint)
        if split(self.name(self.graph.args[product][1])).stem not in ("W", "w", "Θ", "θ"):  # X W + b
            to = f"{name} is added to each row of {self.name(product)}"
            self.notes[f"{to}; for each column write unsqueeze({name}, 1)"] = None

    def note_exponential(self, node: int, size: Shape) -> None:
        """Note of exp(A t) x with a square matrix A that exp is entry by entry, no power series of the matrix."""
        graph, operation = self.graph, self.graph.ops[node]
        if operation is None or operation.row.name != "exp" or len(size) != 2 or size[0] != size[1] or size[0] < 2:
            return
        argument = graph.args[node][0]
        factors = graph.args[argument] or (argument,)
        if all(graph.ops[factor] is None for factor in factors):
            self.notes[f"{self.name(node)} is entry by entry; the exponential of a matrix is not computed"] = None

    def of_columns(self, node: int, operation: BoundOperation) -> BoundOperation:
        """softmax(W X + b) with a column b, without an axis → the softmax of each column, since these are the
        examples."""
        origin, program = self.graph.origins[node], self.graph.program
        typed = program.tree.kind[origin] == CALL and len(program.tree.args[origin]) == 1
        argument = self.graph.args[node][0]
        added = self.graph.ops[argument]
        if not typed or added is None or added.row.name != "add":
            return operation
        rows, columns = shape(self.values[argument])[-2:]
        columned = (rows, 1) in [shape(self.values[arg]) for arg in self.graph.args[argument]]
        if not columned or rows < 2 or columns < 2:
            return operation
        name = operation.row.name
        self.notes[f"{name} is of each column, since a column is added; for each row write {name}(…, axis=1)"] = None
        return bind(name, (("axis", 0),))

    def power(self, node: int, operation: BoundOperation, size: Shape) -> BoundOperation:
        """Power of an array → entry by entry, or the inverse of a square matrix, each with a note."""
        graph = self.graph
        origin, tree = graph.origins[node], graph.program.tree
        exponent = operation.options["n"] if operation.row.name == "power" else self.values[graph.args[node][1]]
        if not isinstance(exponent, float):
            return operation
        if len(size) != 2 or size[0] != size[1] or size[0] < 2 or tree.kind[origin] != OPERATOR:
            return operation
        code = graph.source.text.startswith("**", graph.program.marks[origin])
        if exponent == -1 and not code:
            name = self.name(graph.args[node][0])
            self.notes[f"{name} to the power of -1 is the inverse matrix; for entry by entry write 1/{name}"] = None
            return bind("inv")
        off_diagonal = np.asarray(self.values[graph.args[node][0]])[~np.eye(size[0], dtype=bool)]
        if exponent < 0 and not code and not off_diagonal.any():
            self.fail(node, "{x} has zeros off its diagonal, of which there is no such power",
                      f"for the power of a diagonal matrix write diag(diag({{x}})^({exponent:g}))")  # fmt: skip
        if exponent in _SQUARES and not code and self.summed(node) is None:
            name = self.name(graph.args[node][0])
            self.notes[f"{name}^{exponent:g} is entry by entry; for the matrix product write {name} @ {name}"] = None
        return operation
