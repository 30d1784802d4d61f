"""A part of a graph as one operation: its value and its contributions are computed by the operations in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import contributions_of
from graphviz_ad.graph.body import Body
from graphviz_ad.language.tree import Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import added, plain, shape, zero
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import ArrayFunction, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


STATEMENT, OPERATION = "statement", "operation"
"""Name of the operation that stands for a whole statement, and of one that stands for another with its constants: both
are called by what they compute."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an author wrote for a closed part: an expression, and which argument each name in it is."""

    tree: Tree
    root: int
    slots: Mapping[str, int]


def closed_operation(
    body: Body, operation: str, name: str, written: Written | None, shapes: Mapping[int, Shape]
) -> ClosedOperation:
    """Body, names of the operation and of the part, what is written, shapes of all nodes → the operation."""
    closed = ClosedOperation(body, body.row(operation, shapes), name, written)
    closed.shapes = shapes
    return closed


class ClosedOperation(BoundOperation):
    """An operation that stands for several.

    `name` is the statement's or the function's, "" where it has none; `written` what the author wrote for a statement.
    Parameters that are used within it only are its options.
    """

    shapes: Mapping[int, Shape]

    def __init__(self, body: Body, row: Operation, name: str, written: Written | None) -> None:
        super().__init__(row, (), BY_NAME.__getitem__)
        self.body, self.name, self.written = body, name, written
        self.options = {f"c{node}": body.constants[node] for node in body.parameters}  # which texts may name

    def __reduce__(self) -> tuple[object, ...]:
        return closed_operation, (self.body, self.row.name, self.name, self.written, self.shapes)

    def parameter(self, name: str) -> str:
        """What a text calls a parameter → its name."""
        return self.body.parameters[int(name[1:])]

    def pullback(self, slot: int, ndims: tuple[int, ...]) -> ArrayFunction:  # type: ignore[override]
        """(g, *args, out) → the contribution to an argument: by the backward pass over the part."""
        return lambda g, *args: self._sent_back(slot, g, args[:-1])

    def _sent_back(self, slot: int, g: Value, args: tuple[Value, ...]) -> Value:
        """Upstream gradient and arguments → the gradient of one argument."""
        body = self.body
        values = body.values(args)
        active = bytearray(len(values))
        active[body.inputs[slot]] = 1
        for node, _ in body.operations():
            active[node] = any(active[arg] for arg in body.args[node])
        grads: dict[int, Value] = {body.output: plain(g)}
        for node in range(body.output, -1, -1):
            if node not in grads or body.ops[node] is None:
                continue
            contributions = contributions_of(body, node, values, grads[node], active)
            for arg, contribution in zip(body.args[node], contributions, strict=True):
                if contribution is not None:
                    grads[arg] = added(grads.get(arg), contribution)
        return grads.get(body.inputs[slot], zero(shape(args[slot])))
