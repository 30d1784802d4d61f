"""Nudge one number of a trace, compute forward again from there, and see how the output moves.

What the complex step and the differences have in common: which numbers are nudged, in which order, and
how many operations that may cost. The derivatives of the rows are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import comparison
from graphviz_ad.check.comparison import Comparison, NotRun, Quantity, compare, magnitude, not_run
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

BUDGET = 100_000
"""Operations one partner may evaluate (one more for every 1,000 entries of a result): about two seconds."""

Operation = Callable[[int, list[Any], bool], Any]
"""(node, arguments, at) → its value; `at` says that nothing was moved off the trace's own values. Raises NotRun."""

Function = Callable[[Any], Any]
"""A nudge → what it makes of the quantity looked at; entry by entry where the nudge is an array."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to get a derivative from nudges.

    `derivative(f, x)` is that of f at 0, where x is what f nudges (for the size of the step);
    `doubtful(f, x, ours)` marks the entries where the method is no witness, and is asked only where there is
    disagreement; `doubt` says why in words. `subtracts` says that the numbers on the way are subtracted from
    one another, so that their size counts for the tolerance.
    """

    name: str
    operation: Operation
    derivative: Callable[[Function, Any], Any]
    doubtful: Callable[[Function, Any, Any], Any]
    doubt: str
    relative: float
    absolute: float
    subtracts: bool


def sweep(trace: Trace, method: Method, budget: int = BUDGET) -> Iterator[Comparison]:
    """Trace → the gradients and local derivatives as the method has them, inputs first.

    What is beyond the budget is "not run".
    """
    left = float(budget)
    for quantity in _inputs_first(trace):
        if left <= 0:
            yield not_run(method.name, quantity, f"the limit of {budget} operations is reached")
            continue
        below = _below(trace, quantity.node) if quantity.kind == "gradient" else [quantity.node]
        at = quantity.node if quantity.slot is None else trace.graph.args[quantity.node][quantity.slot]
        pointwise = quantity.kind == "local" and _is_pointwise(trace, quantity.node)
        cost = sum(1 + np.size(trace.values[node]) / 1000 for node in below)
        cost *= 1 if pointwise else np.size(trace.values[at])
        left -= len(below)
        if cost > left:
            reason = f"it would take {cost:.0f} operations; {max(left, 0):.0f} of {budget} are left"
            yield not_run(method.name, quantity, reason)
            continue
        left -= cost
        try:
            yield _pointwise_row(trace, method, quantity) if pointwise else _row(trace, method, quantity, at, below)
        except NotRun as reason:
            yield not_run(method.name, quantity, str(reason))


def _inputs_first(trace: Trace) -> Iterator[Quantity]:
    """Gradients of the inputs, then of the other nodes from the output back, then the local derivatives."""
    found = list(comparison.gradients(trace))
    yield from (quantity for quantity in found if trace.graph.plans[quantity.node] is None)
    yield from (quantity for quantity in found if trace.graph.plans[quantity.node] is not None)
    yield from comparison.local_derivatives(trace)


def _is_pointwise(trace: Trace, node: int) -> bool:
    plan = trace.graph.plans[node]
    return plan is not None and plan.row.pointwise


def _below(trace: Trace, node: int) -> list[int]:
    """Node → all that is computed from it and reaches the output, in order."""
    graph = trace.graph
    found, stack = {node}, [node]
    while stack:
        for reader, _ in graph.consumers[stack.pop()]:
            if reader not in found and graph.reaches[reader]:
                found.add(reader)
                stack.append(reader)
    found.discard(node)
    return sorted(found)


def _row(trace: Trace, method: Method, quantity: Quantity, at: int, below: list[int]) -> Comparison:
    """A gradient, or the contribution of a structural operation: one entry after another."""
    graph, values = trace.graph, trace.values
    x = np.asarray(values[at], dtype=float)
    output = graph.output if quantity.kind == "gradient" else quantity.node
    weights = trace.seed if quantity.kind == "gradient" else trace.grads[quantity.node]

    def function(entry: tuple[int, ...], nudge: Any) -> Any:
        moved = x + (np.arange(x.size).reshape(x.shape) == np.ravel_multi_index(entry, x.shape) if entry else 1) * nudge
        unmoved = np.iscomplexobj(moved) and bool(np.array_equal(moved.real, x))
        if quantity.kind == "gradient":
            changed = {at: moved[()]}
            for node in below:
                changed[node] = method.operation(node, [changed.get(a, values[a]) for a in graph.args[node]], unmoved)
            result = changed[output]
        else:
            args = [values[a] for a in graph.args[output]]
            args[quantity.slot or 0] = moved[()]
            result = method.operation(output, args, unmoved)
        return _weighted(weights, result)

    scale = magnitude(values[node] for node in (at, *below)) if method.subtracts else quantity.scale
    blind = not all(map(np.all, map(np.isfinite, (weights, *_on_the_way(trace, at, below)))))
    theirs, doubtful = np.zeros(x.shape), np.zeros(x.shape, dtype=bool)
    ours = quantity.ours if np.shape(quantity.ours) == x.shape else np.nan  # of another shape: wrong whatever theirs is
    ours = np.broadcast_to(ours, x.shape)
    with np.errstate(all="ignore"):
        for entry in np.ndindex(x.shape):
            f = lambda nudge, entry=entry: function(entry, nudge)  # noqa: E731
            theirs[entry] = method.derivative(f, x[entry])
            if not comparison.agree(ours[entry], theirs[entry], scale, method.relative, method.absolute):
                doubtful[entry] = blind or method.doubtful(f, x[entry], ours[entry])
    return _judge(method, quantity, theirs, doubtful, scale)


def _pointwise_row(trace: Trace, method: Method, quantity: Quantity) -> Comparison:
    """The local derivative of a pointwise operation: all entries at once."""
    node, slot = quantity.node, quantity.slot or 0
    args = [np.asarray(trace.values[arg], dtype=float) for arg in trace.graph.args[node]]
    args = list(np.broadcast_arrays(*args))
    x = args[slot]

    def function(nudge: Any) -> Any:
        moved = x + nudge
        given = [moved[()] if i == slot else arg[()] for i, arg in enumerate(args)]
        return np.asarray(method.operation(node, given, np.iscomplexobj(moved) and np.array_equal(moved.real, x)))

    scale = magnitude([trace.values[node], *args]) if method.subtracts else quantity.scale
    ours = np.broadcast_to(quantity.ours, x.shape)
    with np.errstate(all="ignore"):
        theirs = method.derivative(function, x)
        doubtful = np.zeros(x.shape, dtype=bool)
        if not comparison.agree(ours, theirs, scale, method.relative, method.absolute):
            doubtful = method.doubtful(function, x, ours) | ~np.all(np.isfinite(args), axis=0)
    return _judge(method, quantity, theirs, doubtful, scale)


def _on_the_way(trace: Trace, at: int, below: list[int]) -> Iterator[Any]:
    """All numbers the chain rule multiplies between a node and the output. Where one is infinite, 0 times infinity
    may be nan although the whole has a derivative: ∛(x)³ at 0."""
    yield trace.values[at]
    for node in below:
        yield trace.values[node]
        for slot, arg in enumerate(trace.graph.args[node]):
            yield trace.values[arg]
            if trace.active[arg] and trace.grads[node] is not None:
                local, contribution, _ = trace.edge(node, slot)
                yield contribution if local is None else local


def _weighted(weights: Any, result: Any) -> Any:
    """Σ weights · result, real and imaginary part apart, so that an infinity in one leaves the other alone."""
    real = np.sum(weights * np.real(result))
    return real + 1j * np.sum(weights * np.imag(result)) if np.iscomplexobj(result) else real


def _judge(method: Method, quantity: Quantity, theirs: Any, doubtful: Any, scale: float) -> Comparison:
    """Their numbers → the row: what disagrees only where the method is no witness is inconclusive."""
    return compare(
        method.name, replace(quantity, scale=scale), plain(theirs), relative=method.relative,
        absolute=method.absolute, doubtful=doubtful, doubt=method.doubt,
    )  # fmt: skip
