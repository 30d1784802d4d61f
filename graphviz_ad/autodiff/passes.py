"""The forward and the backward pass: values in topological order, then gradients against it.

Scalars take a fast path over Python floats. Where Python would raise (1/0, exp(1000), log(0)), the same
operation is done by numpy, whose result is IEEE's, as torch's is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from graphviz_ad.autodiff import compiled
from graphviz_ad.autodiff.edges import RAISED, contributions_of, ieee
from graphviz_ad.autodiff.endings import ended_nodes
from graphviz_ad.autodiff.inputs import read_inputs, read_upstream
from graphviz_ad.autodiff.result_size import check_size
from graphviz_ad.autodiff.shape_errors import shape_error
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError, ShapeError
from graphviz_ad.graph.build import read_with
from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.products import decided
from graphviz_ad.graph.terms import joined
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import added, plain, shape, zero
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Values = list[Value]
"""A float or array for every node."""

Gradients = list[Value | None]
"""The gradient of every node, None where none was reached."""


def run(
    graph: Graph,
    inputs: Mapping[str, object],
    *,
    upstream: object = None,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
) -> Trace:
    """Graph and values of its inputs → the trace of both passes.

    `upstream` is the gradient to begin with, in the shape of the output; a scalar output needs none and
    begins with 1. `wrt` narrows the gradients to these inputs, or adds constants' by their nodes' names.
    `strict` makes a value or gradient that is not finite an error.

    Raises InputError, ShapeError, LimitError, DomainError.
    """
    asked, usual = graph, upstream is None and wrt is None and not strict
    key = compiled.key_of(graph, inputs) if usual else None
    if key is not None and (known := compiled.again(graph, key, inputs)) is not None:
        return known
    graph, given = prepared(graph, inputs)
    values = forward(graph, given)
    active = active_nodes(graph, wrt)
    seed = read_upstream(graph, values[graph.output], upstream)
    trace = Trace(graph, values, backward(graph, values, seed, active), seed, active)
    if strict:
        trace.require_finite()
    if key is not None:
        compiled.remember(asked, key, graph, active, values)
    return trace


def prepared(graph: Graph, inputs: Mapping[str, object]) -> tuple[Graph, dict[int, Value]]:
    """Graph and values of its inputs by name → the graph as these say that it is meant, and the values by node.

    Raises InputError, ShapeError.
    """
    graph = read_with(graph, inputs)
    if any(statement.forms for statement in graph.program.statements):
        graph = replace(graph, unused={name: value for name, value in inputs.items() if name not in graph.inputs})
    pairs = graph.in_pairs or graph
    typed = _with_identity(pairs, inputs)
    given = read_inputs(typed, inputs)
    meant = settled(typed, given, joining=True)
    if "pairs" in graph.asked:
        graph = meant
    elif meant is not pairs:
        graph = joined(meant)
    return graph, {graph.inputs[name]: given[node] for name, node in typed.inputs.items()}


def _with_identity(graph: Graph, inputs: Mapping[str, object]) -> Graph:
    """X.T @ X + λ I, where I has no value → the graph with the identity matrix of that size as a constant."""
    node = graph.inputs.get("I")
    if node is None or "I" in inputs:
        return graph
    above = node
    while (readers := graph.consumers[above]) and (bound := graph.ops[readers[0][0]]) is not None:
        above, slot = readers[0]
        if bound.row.name in ("add", "subtract"):
            break
    else:
        return graph
    try:
        given = read_inputs(graph, {**inputs, "I": 1.0})
        size = shape(forward(settled(graph, given), given)[graph.args[above][1 - slot]])
    except GraphvizADError:
        return graph
    if len(size) != 2 or size[0] != size[1]:
        return graph
    others = {name: other for name, other in graph.inputs.items() if other != node}
    note = f"I is the identity matrix, with {size[0]} rows"
    return replace(
        graph, inputs=others, constants={**graph.constants, node: np.eye(size[0])}, notes=(*graph.notes, note)
    )


def settled(graph: Graph, given: Mapping[int, Value], *, joining: bool = False) -> Graph:
    """Graph and values of its inputs by node → the graph in which the shapes have said what each product is.

    With `joining`, which changes the numbers of nodes, the inner product of two vectors is one node.
    """
    return decided(graph, given, lambda node, bound, args: evaluate(graph, node, bound, args), joining=joining)


def rerun(trace: Trace, inputs: Mapping[str, object]) -> Trace:
    """Trace and other values of the inputs → the same passes with these: with the same gradients and upstream.

    Raises InputError, ShapeError, LimitError.
    """
    graph = trace.graph
    values = forward(graph, read_inputs(graph, inputs))
    usual = isinstance(trace.seed, float) and trace.seed == 1.0
    seed = read_upstream(graph, values[graph.output], None if usual else trace.seed)
    return Trace(graph, values, backward(graph, values, seed, trace.active), seed, trace.active, calls=trace.calls)


def forward(graph: Graph, given: Mapping[int, Value]) -> Values:
    """Graph and the values of its leaves → the values of all nodes."""
    values: Values = [nan] * len(graph)
    for node, value in given.items():
        values[node] = value
    for node, value in graph.constants.items():
        values[node] = value
    scalars = all(isinstance(values[node], float) for node in (*given, *graph.constants))
    start = 0
    if scalars and all(bound.scalar for bound in graph.distinct_ops if bound is not None):
        while start < len(graph):
            start = _forward_scalars(graph, values, start)
        return values
    for node, bound in enumerate(graph.ops):
        if bound is not None:
            values[node] = evaluate(graph, node, bound, [values[arg] for arg in graph.args[node]])
    return values


def _forward_scalars(graph: Graph, values: Values, start: int) -> int:
    """Evaluate from `start` on, until the end or past the first node at which Python raises → where to go on."""
    node = start
    ops, columns = graph.ops, graph.args
    if start:
        ops, columns = ops[start:], columns[start:]
    try:
        for bound, args in zip(ops, columns, strict=True):
            if bound is not None:
                if len(args) == 2:
                    x, y = args
                    values[node] = bound.scalar(values[x], values[y])  # type: ignore[misc]
                else:
                    values[node] = bound.scalar(*[values[arg] for arg in args])  # type: ignore[misc]
            node += 1
    except RAISED:
        failed = graph.ops[node]
        assert failed is not None
        values[node] = evaluate(graph, node, failed, [values[arg] for arg in graph.args[node]])
        return node + 1
    return node


def evaluate(graph: Graph, node: int, bound: BoundOperation, args: list[Value]) -> Value:
    """One operation on floats or arrays → its value.

    Raises ShapeError and LimitError at the node's place.
    """
    scalars = set(map(type, args)) <= {float}
    if scalars and bound.scalar is not None:
        try:
            value = bound.scalar(*args)
            if isinstance(value, float):
                return value
        except RAISED:
            pass
    if not scalars:
        check_size(graph, node, bound, args)
    try:
        with np.errstate(all="ignore"):
            return plain(bound.forward(*map(ieee, args)))
    except (ValueError, IndexError, TypeError) as problem:
        message, hint = shape_error(bound, [graph.names[arg] for arg in graph.args[node]], args, problem)
        graph.fail(ShapeError, message, node, hint)


def active_nodes(graph: Graph, wrt: Sequence[str] | None = None) -> bytearray:
    """For every node, 1 where it gets a gradient: it reaches the output, and an input reaches it."""
    if wrt is None and not graph.constants:  # then an input reaches every node
        return bytearray(graph.reaches)
    sources = graph.inputs.values() if wrt is None else [graph.find(name) for name in wrt]
    active = bytearray(len(graph))
    for node in sources:
        active[node] = 1
    for node, args in enumerate(graph.args):
        for arg in args:
            if active[arg]:
                active[node] = 1
                break
    reaches = graph.reaches
    for node in range(len(graph)):
        if active[node] and not reaches[node]:
            active[node] = 0
    return active


def backward(graph: Graph, values: Values, seed: Value, active: bytearray) -> Gradients:
    """Values, the gradient to begin with and the nodes that get one → the gradients of all nodes."""
    grads = _backward(graph, values, seed, active)
    # what goes on behind the end of a path is 0, unless an infinity makes nan of it
    if any(bound is not None and bound.can_end for bound in graph.distinct_ops) and not _all_finite(grads):
        ended = ended_nodes(graph, values, active)
        if ended:
            propagating = bytearray(gets and node not in ended for node, gets in enumerate(active))
            grads = _backward(graph, values, seed, propagating)
            for node in ended:
                grads[node] = zero(shape(values[node]))
    return grads


def _all_finite(grads: Gradients) -> bool:
    """Whether all gradients are finite; False for some that are very large."""
    with suppress(ValueError), catch_warnings():  # arrays are neither true nor false, and numpy warns of inf - inf
        simplefilter("ignore")
        total = sum(grad for grad in grads if grad)
        if isinstance(total, float | int):
            return isfinite(total)
    return all(grad is None or bool(np.all(np.isfinite(grad))) for grad in grads)


def _backward(graph: Graph, values: Values, seed: Value, active: bytearray) -> Gradients:
    grads: Gradients = [None] * len(graph)
    if not active[graph.output]:
        return grads
    grads[graph.output] = seed
    node = len(graph)
    for g, bound, args, out in zip(
        reversed(grads), reversed(graph.ops), reversed(graph.args), reversed(values), strict=True
    ):  # a gradient is read when its turn comes, and by then all its contributions are there
        node -= 1
        if g is None or bound is None:
            continue
        if type(g) is float and bound.scalar is not None:
            try:
                if len(args) == 2:
                    x, y = args
                    left, right = bound.vjp(g, values[x], values[y], out)
                    if active[x]:
                        before = grads[x]
                        grads[x] = left if before is None else before + left
                    if active[y]:
                        before = grads[y]
                        grads[y] = right if before is None else before + right
                    continue
                contributions: Sequence[Value | None] = bound.vjp(g, *[values[arg] for arg in args], out)
            except RAISED:
                contributions = contributions_of(graph, node, values, g, active)
        else:
            contributions = contributions_of(graph, node, values, g, active)
        for arg, contribution in zip(args, contributions, strict=True):
            if active[arg] and contribution is not None:
                grads[arg] = added(grads[arg], contribution)
    return grads
