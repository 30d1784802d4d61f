"""One edge of the backward pass: upstream gradient and local derivative → contribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphviz_ad.graph.body import Body
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import contribution_to, plain, shape, unbroadcast, zero
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

RAISED = (ArithmeticError, ValueError, TypeError)
"""What Python raises where IEEE arithmetic gives inf or nan; TypeError for a complex power."""


def contributions_of(
    graph: Graph | Body, node: int, values: Sequence[Value], g: Value, active: bytearray
) -> list[Value | None]:
    """The contribution to every active argument, None to the others."""
    bound = graph.ops[node]
    assert bound is not None
    ids = graph.args[node]
    args = [values[arg] for arg in ids]
    shapes = tuple([shape(arg) for arg in args])
    pointwise = bound.row.pointwise
    contributions: list[Value | None] = []
    with np.errstate(all="ignore"):
        args, out, g = [ieee(arg) for arg in args], ieee(values[node]), ieee(g)
        for slot, arg in enumerate(ids):
            if active[arg]:
                local = _local(bound, slot, args, out) if pointwise else None
                contributions.append(_contribution(bound, slot, args, out, g, local, shapes)[0])
            else:
                contributions.append(None)
    return contributions


class EdgeGradient(NamedTuple):
    """What goes over an edge: local derivative (None where the operation is structural), contribution, axes summed."""

    local: Value | None
    contribution: Value
    summed: tuple[int, ...]


def pull(graph: Graph, node: int, slot: int, values: Sequence[Value], g: Value, *, ended: bool = False) -> EdgeGradient:
    """One edge → its local derivative (None for a structural operation), its contribution, the axes summed.

    Behind the end of a path the contribution is 0, whatever the local derivative.
    """
    if ended:
        edge = pull(graph, node, slot, values, g)
        finite = np.all(np.isfinite(edge.contribution))
        return edge if finite else edge._replace(contribution=zero(shape(edge.contribution)))
    bound = graph.ops[node]
    assert bound is not None
    args, out = [values[arg] for arg in graph.args[node]], values[node]
    local = local_derivative(bound, slot, args, out) if bound.row.pointwise else None
    if type(g) is float and type(local) is float and set(map(type, args)) == {float}:
        contribution = g * local
        return EdgeGradient(local, 0.0 if bound.row.mask and local == 0 else contribution, ())
    shapes = tuple([shape(arg) for arg in args])
    with np.errstate(all="ignore"):
        args, out, g = [ieee(arg) for arg in args], ieee(out), ieee(g)
        return EdgeGradient(local, *_contribution(bound, slot, args, out, g, local, shapes))


def _contribution(
    bound: BoundOperation, slot: int, args: list[Value], out: Value, g: Value, local: Value | None,
    shapes: tuple[Shape, ...],
) -> tuple[Value, tuple[int, ...]]:  # fmt: skip
    """Upstream gradient, and the local derivative of a pointwise operation → the contribution, the axes summed.

    This is the one place where an upstream gradient meets a local derivative. Numbers are numpy's.
    """
    if local is None:
        if bound.can_end and bound.row.ends_at(slot, tuple([len(size) for size in shapes])):
            return zero(shapes[slot]), ()
        contribution = bound.pullback(slot, tuple([len(size) for size in shapes]))(g, *args, out)
        return contribution_to(plain(contribution), slot, shapes, out)
    contribution = g if type(local) is float and local == 1.0 else g * local
    if bound.row.mask:
        contribution = np.where(np.equal(local, 0), 0.0, contribution)
    return unbroadcast(plain(contribution), shapes[slot])


def local_derivative(bound: BoundOperation, slot: int, args: list[Value], out: Value) -> Value:
    """Pointwise operation, argument, values → the derivative at these values, float or array."""
    if type(out) is float and bound.scalar is not None and set(map(type, args)) <= {float}:
        try:
            local = bound.partial(slot, scalar=True)(None, *args, out)
            if isinstance(local, float):
                return local
        except RAISED:
            pass
    with np.errstate(all="ignore"):
        return _local(bound, slot, [ieee(arg) for arg in args], ieee(out))


def _local(bound: BoundOperation, slot: int, args: list[Value], out: Value) -> Value:
    """The same by numpy."""
    return 1.0 if bound.row.partials[slot] == "1" else plain(bound.partial(slot)(None, *args, out))


def ieee(value: Value) -> Value:
    """A Python float → numpy's, which divides by 0 as IEEE arithmetic does; arrays as they are."""
    return np.float64(value) if type(value) is float else value
