"""One edge of forward mode: local derivative × tangent of the argument = contribution to the tangent of the node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.edges import contributions_of, ieee, local_derivative
from graphviz_ad.graph.body import Body
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import added, plain, shape, zero
from graphviz_ad.ops.pushforward import pushforward_text
from graphviz_ad.values import Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


class EdgeTangent(NamedTuple):
    """What goes over an edge in forward mode: local derivative (None of a structural operation), contribution."""

    local: Value | None
    contribution: Value


def tangents_of(
    graph: Graph | Body, values: Sequence[Value], seeds: Mapping[int, Value]
) -> tuple[list[Value | None], dict[tuple[int, int], EdgeTangent]]:
    """Graph, values of all nodes and the tangents of some → the tangents of all, and what went over each edge.

    A tangent is None where none of the seeds reaches. A node with a seed has that one, whatever its arguments have.

    Raises NotDifferentiableError where the derivative of an operation is not known.
    """
    tangents: list[Value | None] = [None] * len(graph.ops)
    edges: dict[tuple[int, int], EdgeTangent] = {}
    for node, bound in enumerate(graph.ops):
        if node in seeds:
            tangents[node] = seeds[node]
            continue
        if bound is None:
            continue
        for slot, arg in enumerate(graph.args[node]):
            tangent = tangents[arg]
            if tangent is not None:
                edges[node, slot] = edge = push(graph, node, slot, values, tangent)
                tangents[node] = added(tangents[node], edge.contribution)
    return tangents, edges


def push(graph: Graph | Body, node: int, slot: int, values: Sequence[Value], tangent: Value) -> EdgeTangent:
    """One edge and the tangent of its argument → its local derivative, and its contribution in the shape of the node.

    Behind the end of a path the contribution is 0, whatever the local derivative.

    Raises NotDifferentiableError where the derivative of an operation is not known.
    """
    bound = graph.ops[node]
    assert bound is not None
    args, out = [values[arg] for arg in graph.args[node]], values[node]
    local = local_derivative(bound, slot, args, out) if bound.row.pointwise else None
    ndims = tuple([len(shape(arg)) for arg in args])
    if bound.can_end and bound.row.ends_at(slot, ndims):
        return EdgeTangent(local, zero(shape(out)))
    if type(tangent) is float and type(local) is float and type(out) is float:
        return EdgeTangent(local, 0.0 if bound.row.mask and local == 0 else local * tangent)
    with np.errstate(all="ignore"):
        if local is not None:
            contribution: Result = local * ieee(tangent)
            if bound.row.mask:
                contribution = np.where(np.equal(local, 0), 0.0, contribution)
        else:
            contribution = _structural(graph, node, slot, values, tangent)
        return EdgeTangent(local, _in_shape(plain(contribution), out))


def _structural(graph: Graph | Body, node: int, slot: int, values: Sequence[Value], tangent: Value) -> Result:
    """The Jacobian-vector product of an operation that is not entry by entry: by its text, else by its Jacobian."""
    bound = graph.ops[node]
    assert bound is not None
    args, out = [values[arg] for arg in graph.args[node]], values[node]
    if isinstance(bound, ClosedOperation):
        return _through(bound, slot, args, tangent)
    text = text_of(bound, slot, args, out)
    if text is not None:
        return bound.pushforward(slot, text)(ieee(tangent), *map(ieee, args), ieee(out))
    if bound.row.variadic and not bound.row.options.keys() - {"axis"}:  # joined: the tangent in its place, 0 elsewhere
        return bound.forward(*(tangent if at == slot else np.zeros(np.shape(arg)) for at, arg in enumerate(args)))
    return _by_jacobian(graph, node, slot, values, tangent)


def text_of(bound: BoundOperation, slot: int, args: Sequence[Value], out: Value) -> str | None:
    """Structural operation, argument, values → the text of its Jacobian-vector product, None where there is none."""
    return _text(bound, slot, tuple([len(shape(arg)) for arg in args]), shape(out) == ())


@cache
def _text(bound: BoundOperation, slot: int, ndims: tuple[int, ...], is_number: bool) -> str | None:
    return pushforward_text(bound.row, slot, ndims, is_number)


def _through(bound: ClosedOperation, slot: int, args: Sequence[Value], tangent: Value) -> Value:
    """Closed part → what the tangent of one argument becomes: by forward mode over the part."""
    body = bound.body
    values = body.values(tuple(args))
    tangents, _ = tangents_of(body, values, {body.inputs[slot]: tangent})
    reached = tangents[body.output]
    return zero(shape(values[body.output])) if reached is None else reached


def _by_jacobian(graph: Graph | Body, node: int, slot: int, values: Sequence[Value], tangent: Value) -> Value:
    """The local Jacobian, row by row from vector-Jacobian products, times the tangent."""
    out, arg = values[node], graph.args[node][slot]
    only = bytearray(len(graph.ops))
    only[arg] = 1
    units = np.eye(np.size(out)).reshape(-1, *shape(out))
    rows = []
    for unit in units:
        row = contributions_of(graph, node, values, plain(unit), only)[slot]
        rows.append(np.sum(np.asarray(row) * tangent))
    return plain(np.reshape(rows, shape(out)))


def _in_shape(contribution: Value, out: Value) -> Value:
    """A contribution → in the shape of the node, over which an argument may have been broadcast."""
    to = shape(out)
    return contribution if shape(contribution) == to else plain(np.broadcast_to(contribution, to))
