"""Graph, values, names → the Jacobian of a node with respect to others, sweep by sweep.

Each sweep of forward mode gives a column: one entry of an input has the tangent 1, and the tangents of the node are
the column. Each sweep of reverse mode gives a row: one entry of the node has the gradient 1, and the gradients are the
row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Literal, get_args

from graphviz_ad.autodiff import passes
from graphviz_ad.autodiff.inputs import named_as_in
from graphviz_ad.autodiff.push import tangents_of
from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Array, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Mode = Literal["forward", "reverse", "auto"]
"""How a Jacobian is computed; "auto" is whichever takes fewer sweeps."""


@dataclass(frozen=True)
class Jacobian:
    """The derivatives of all entries of `of` with respect to all entries of `wrt`, one below and beside another.

    `shapes` are those of `of` and of each of `wrt`; `sweeps` says how many each mode takes. With `second_of` these are
    the second derivatives of that name, and the rows are the entries of `wrt` too.
    """

    of: str
    wrt: tuple[str, ...]
    matrix: Array
    shapes: tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]
    mode: Literal["forward", "reverse"]
    asked: Mode = "auto"
    second_of: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the rows: entries of `of`, of second derivatives those of `wrt`."""
        if self.second_of:
            return self.columns
        return _entries(self.of, self.shapes[0])

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: entries of `wrt`."""
        named = zip(self.wrt, self.shapes[1], strict=True)
        return tuple(entry for name, size in named for entry in _entries(name, size))

    @property
    def sweeps(self) -> Mapping[str, int]:
        """How many sweeps each mode takes."""
        return {"forward": len(self.columns), "reverse": len(self.rows)}

    @property
    def reason(self) -> str:
        """Why it was computed in its mode, as a sentence."""
        forward, reverse = self.sweeps["forward"], self.sweeps["reverse"]
        if self.asked != "auto":
            return f"{self.mode} mode was asked for"
        if forward == reverse:
            return "both take equally many; forward mode keeps no values for a way back"
        few, many = ("columns", "rows") if forward < reverse else ("rows", "columns")
        return f"{self.mode} mode was chosen, since there are fewer {few} than {many}"

    def of_name(self, name: str) -> Array:
        """One of `wrt` → the derivatives with respect to it, in the shape of `of` and behind it that of the name."""
        before = sum(prod(size) for size in self.shapes[1][: self.wrt.index(name)])
        size = self.shapes[1][self.wrt.index(name)]
        return np.reshape(self.matrix[:, before : before + prod(size)], (*self.shapes[0], *size))

    def filled(self, sweeps: int) -> Array:
        """How many sweeps are done → the matrix so far, nan where nothing is known yet."""
        known = np.full(np.shape(self.matrix), np.nan)
        if self.mode == "forward":
            known[:, :sweeps] = self.matrix[:, :sweeps]
        else:
            known[:sweeps] = self.matrix[:sweeps]
        return known


def _entries(name: str, size: tuple[int, ...]) -> tuple[str, ...]:
    """Name of an array and its shape → the names of its entries, x[0], x[1], …; a number has its own."""
    if not size:
        return (name,)
    return tuple(f"{name}[{', '.join(map(str, at))}]" for at in np.ndindex(*size))


def jacobian(
    graph: Graph, inputs: Mapping[str, object], of: str | None = None, wrt: Sequence[str] | None = None,
    mode: Mode = "auto",
) -> Jacobian:  # fmt: skip
    """Graph and values of its inputs → the Jacobian of a node (the output unless said) with respect to others.

    `wrt` are names of inputs or of what is computed, all inputs unless said.

    Raises UnknownNameError, InputError, ShapeError, LimitError.
    """
    if mode not in get_args(Mode):
        raise InputError(f"there is no mode '{mode}'", hint="use forward, reverse or auto")
    graph, given = passes.prepared(graph, inputs)
    values = passes.forward(graph, given)
    return jacobian_at(graph, values, of, wrt, mode)


def jacobian_at(
    graph: Graph, values: Sequence[Value], of: str | None = None, wrt: Sequence[str] | None = None,
    mode: Mode = "auto",
) -> Jacobian:  # fmt: skip
    """Graph and values of all nodes → the Jacobian; see `jacobian`."""
    node = graph.output if of is None else node_named(graph, of)
    names = tuple(graph.inputs if wrt is None else wrt)
    require_names(names)
    nodes = [node_named(graph, name) for name in names]
    rows, columns = np.size(values[node]), sum(np.size(values[at]) for at in nodes)
    if rows * columns > graph.limits.array:
        raise LimitError(
            f"the Jacobian would have {rows} × {columns} entries; the limit is {graph.limits.array}",
            hint="name fewer with wrt, or raise it with --max-array (Limits(array=…) in Python)",
        )
    chosen: Literal["forward", "reverse"] = "forward" if columns <= rows else "reverse"
    if mode != "auto":
        chosen = mode
    sweeps = forward_sweeps(graph, values, node, nodes) if chosen == "forward" else reverse_sweeps(
        graph, values, node, nodes
    )  # fmt: skip
    matrix = np.array(list(sweeps)).reshape(-1, rows if chosen == "forward" else columns)
    shapes = shape(values[node]), tuple(shape(values[at]) for at in nodes)
    return Jacobian(
        graph.names[node] if of is None else of,
        names,
        matrix.T if chosen == "forward" else matrix,
        shapes,
        chosen,
        mode,
    )


def require_names(names: Sequence[str]) -> None:
    """Raise InputError where there is nothing to differentiate by, or one thing twice."""
    if not names:
        raise InputError("there is nothing to differentiate with respect to", hint="the formula has no inputs")
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"'{name}' is named twice", hint="name it once")


def node_named(graph: Graph, name: str) -> int:
    """Name of an input or of a result → its node. Raises UnknownNameError, with the nearest name."""
    if name not in graph.ids:
        (name,) = named_as_in(graph, {name: 0.0}) or (name,)
    return graph.find(name)


def forward_sweeps(graph: Graph, values: Sequence[Value], of: int, wrt: Sequence[int]) -> Iterator[Array]:
    """Graph, values of its nodes, a node, and others → column by column the Jacobian."""
    for at in wrt:
        for unit in units(values[at]):
            tangent = tangents_of(graph, values, {at: unit})[0][of]
            yield np.zeros(np.size(values[of])) if tangent is None else np.ravel(tangent)


def reverse_sweeps(graph: Graph, values: Sequence[Value], of: int, wrt: Sequence[int]) -> Iterator[Array]:
    """Graph, values of its nodes, a node, and others → row by row the Jacobian."""
    part = replace(graph, output=of)
    active = passes.active_nodes(part, [graph.names[at] for at in wrt])
    for unit in units(values[of]):
        grads = passes.backward(part, list(values), unit, active)
        yield np.concatenate(
            [np.zeros(np.size(values[at])) if grads[at] is None else np.ravel(grads[at]) for at in wrt]  # type: ignore[arg-type]
        )


def units(value: Value) -> Iterator[Value]:
    """Value → for each of its entries the direction in which it alone moves."""
    size = shape(value)
    if not size:
        yield 1.0
        return
    for row in np.eye(prod(size)):
        yield row.reshape(size)
