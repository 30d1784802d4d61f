"""Trace → derivatives from nudges: one number is moved, and all that depends on it is computed again.

What the complex step and the differences have in common: which numbers are nudged, in which order, and
how many operations that may cost. The derivatives of the rows are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import comparison, scales
from graphviz_ad.check.comparison import Comparison, NotRun, Quantity, compare, not_run
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.values import Array, Mask, Numbers, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_OPERATIONS = 100_000
"""Operations one partner may evaluate (one more for every 1,000 entries of a result): about two seconds."""

Operation = Callable[[int, Sequence[Numbers], bool], Numbers]
"""(node, arguments, at) → its value; `at` says that nothing was moved off the trace's own values. Raises NotRun."""

Function = Callable[[Numbers], Numbers]
"""A nudge → what it makes of the quantity looked at; entry by entry where the nudge is an array."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to get a derivative from nudges.

    `derivative(f, x)` is that of f at 0, where x is what f nudges (for the size of the step);
    `doubtful(f, x, ours)` marks the entries where the method is no witness, and is asked only where there is
    disagreement; `doubt` says why in words. `relative` is what two numbers may differ by, of the larger, besides the
    rounding of ours. `rounding(size, x)` is what the method itself may be off, where it subtracts values of f whose
    rounding is a share of `size`: where that is more than the difference, it is no witness either.
    """

    name: str
    operation: Operation
    derivative: Callable[[Function, Array], Array]
    doubtful: Callable[[Function, Array, Array], Mask]
    doubt: str
    relative: float
    rounding: Callable[[Value, Array], Array] | None = None


def sweep(trace: Trace, method: Method, budget: int = MAX_OPERATIONS) -> Iterator[Comparison]:
    """Trace → the gradients and local derivatives as the method has them, inputs first.

    What is beyond the budget is "not run".
    """
    left, counts = float(budget), _Counts(trace, method)
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
            if pointwise:
                yield _pointwise_row(trace, counts, quantity)
            else:
                yield _row(trace, counts, quantity, at, below)
        except NotRun as reason:
            yield not_run(method.name, quantity, str(reason))


def _inputs_first(trace: Trace) -> Iterator[Quantity]:
    """Gradients of the inputs, then of the other nodes from the output back, then the local derivatives."""
    quantities = list(comparison.gradients(trace))
    yield from (quantity for quantity in quantities if trace.graph.ops[quantity.node] is None)
    yield from (quantity for quantity in quantities if trace.graph.ops[quantity.node] is not None)
    yield from comparison.local_derivatives(trace)


def _is_pointwise(trace: Trace, node: int) -> bool:
    bound = trace.graph.ops[node]
    return bound is not None and bound.row.pointwise


def _below(trace: Trace, node: int) -> list[int]:
    """Node → all that is computed from it and reaches the output, in order."""
    graph = trace.graph
    readers, stack = {node}, [node]
    while stack:
        for reader, _ in graph.consumers[stack.pop()]:
            if reader not in readers and graph.reaches[reader]:
                readers.add(reader)
                stack.append(reader)
    readers.discard(node)
    return sorted(readers)


def _row(trace: Trace, counts: _Counts, quantity: Quantity, at: int, below: list[int]) -> Comparison:
    """A gradient, or the contribution of a structural operation: one entry after another."""
    graph, values, method = trace.graph, trace.values, counts.method
    x = np.asarray(values[at], dtype=float)
    output = graph.output if quantity.kind == "gradient" else quantity.node
    weights = trace.seed if quantity.kind == "gradient" else trace.reached_gradient(quantity.node)

    def function(entry: tuple[int, ...], nudge: Numbers) -> Numbers:
        moved = x + (np.arange(x.size).reshape(x.shape) == np.ravel_multi_index(entry, x.shape) if entry else 1) * nudge
        unmoved = np.iscomplexobj(moved) and bool(np.array_equal(moved.real, x))
        if quantity.kind == "gradient":
            changed: dict[int, Numbers] = {at: moved[()]}
            for node in below:
                changed[node] = method.operation(node, [changed.get(a, values[a]) for a in graph.args[node]], unmoved)
            result = changed[output]
        else:
            args: list[Numbers] = [*(values[a] for a in graph.args[output])]
            args[quantity.slot or 0] = moved[()]
            result = method.operation(output, args, unmoved)
        return _weighted(weights, result)

    is_gradient = quantity.kind == "gradient"
    factors = _chain_factors(trace, at, below) if is_gradient else [values[arg] for arg in graph.args[output]]
    blind = not all(map(np.all, map(np.isfinite, (weights, *factors))))
    scale, limit = counts.of(quantity, [output] if quantity.slot is not None else [at, *below], x)
    theirs, doubtful = np.zeros(x.shape), np.zeros(x.shape, dtype=bool)
    ours = np.broadcast_to(np.nan, x.shape)  # where ours is of another shape, it is wrong whatever theirs is
    if quantity.ours is not None and np.shape(quantity.ours) == x.shape:
        ours = np.broadcast_to(quantity.ours, x.shape)
    with np.errstate(all="ignore"):
        for entry in np.ndindex(x.shape):
            f = lambda nudge, entry=entry: function(entry, nudge)  # noqa: E731
            theirs[entry] = method.derivative(f, x[entry])
            if not comparison.agree(ours[entry], theirs[entry], scale[entry], method.relative):
                hidden = abs(ours[entry] - theirs[entry]) <= limit[entry]
                doubtful[entry] = hidden or blind or method.doubtful(f, x[entry], ours[entry])
    return _judge(method, quantity, theirs, doubtful, scale)


def _pointwise_row(trace: Trace, counts: _Counts, quantity: Quantity) -> Comparison:
    """The local derivative of a pointwise operation: all entries at once."""
    node, slot, method = quantity.node, quantity.slot or 0, counts.method
    args = [np.asarray(trace.values[arg], dtype=float) for arg in trace.graph.args[node]]
    args = list(np.broadcast_arrays(*args))
    x = args[slot]

    def function(nudge: Numbers) -> Numbers:
        moved = x + nudge
        given = [moved[()] if i == slot else arg[()] for i, arg in enumerate(args)]
        return np.asarray(method.operation(node, given, np.iscomplexobj(moved) and np.array_equal(moved.real, x)))

    scale, limit = counts.of(quantity, [node], x)
    assert quantity.ours is not None
    ours = np.broadcast_to(quantity.ours, x.shape)
    with np.errstate(all="ignore"):
        theirs = method.derivative(function, x)
        doubtful = np.zeros(x.shape, dtype=bool)
        if not comparison.agree(ours, theirs, scale, method.relative):
            doubtful = method.doubtful(function, x, ours) | ~np.all(np.isfinite(args), axis=0)
            doubtful = doubtful | (np.abs(ours - theirs) <= limit)
    return _judge(method, quantity, theirs, doubtful, scale)


class _Counts:
    """Trace and method → what went into our numbers, and how far rounding may move the method's own."""

    def __init__(self, trace: Trace, method: Method) -> None:
        self.trace, self.method = trace, method

    @cached_property
    def values(self) -> dict[int, Value]:
        """What went into the value of every node."""
        return scales.of_values(self.trace)

    @cached_property
    def at_output(self) -> list[float]:
        """For every node, how much of the rounding of its value comes out at the output, all entries together."""
        amounts = []
        with np.errstate(all="ignore"):
            for node, (value, grad) in enumerate(zip(self.trace.values, self.trace.grads, strict=True)):
                share = np.abs(_shaped(0.0 if grad is None else grad, np.shape(value)))
                amounts.append(float(np.sum(share * self.values.get(node, np.abs(value)))))
        return amounts

    def of(self, quantity: Quantity, nodes: list[int], x: Array) -> tuple[Array, Array]:
        """Quantity, the nodes whose values move with it, what is nudged → both, in the shape of what is nudged."""
        rounding = self.method.rounding
        went_in = _shaped(quantity.scale, x.shape)
        if rounding is None:
            return went_in, np.zeros(x.shape)
        if quantity.slot is not None and _is_pointwise(self.trace, quantity.node):
            size = self.values[quantity.node]
        else:
            size = sum(self.at_output[node] for node in nodes)
        with np.errstate(all="ignore"):
            limit = rounding(size, x)
        return went_in, _shaped(np.where(np.isfinite(limit), limit, 0.0), x.shape)


def _shaped(value: Value, shape: Shape) -> Array:
    """A number for all entries or for each → an array; 0 where it is of another shape, as what is wrong may be."""
    try:
        return np.broadcast_to(value, shape)
    except ValueError:
        return np.zeros(shape)


def wrong_by(ours: Array, theirs: Array) -> Array:
    """Our number and theirs → how far ours is wrong: infinitely where it is nan, not at all where it is infinite."""
    with np.errstate(all="ignore"):
        return np.where(np.isnan(ours), np.inf, np.where(np.isfinite(ours), np.abs(ours - theirs), 0.0))


def _chain_factors(trace: Trace, at: int, below: list[int]) -> Iterator[Value]:
    """All numbers the chain rule multiplies between a node and the output. Where one is infinite, 0 times infinity
    may be nan although the whole has a derivative: ∛(x)³ at 0."""
    yield trace.values[at]
    for node in below:
        yield trace.values[node]
        for slot, arg in enumerate(trace.graph.args[node]):
            yield trace.values[arg]
            if trace.active[arg] and trace.grads[node] is not None:
                local, contribution, _ = trace.edge_gradient(node, slot)
                yield contribution if local is None else local


def _weighted(weights: Value, result: Numbers) -> Numbers:
    """Σ weights · result, real and imaginary part apart, so that an infinity in one leaves the other alone."""
    real: Numbers = np.sum(weights * real_part(result))
    return real + 1j * np.sum(weights * imaginary_part(result)) if np.iscomplexobj(result) else real


def real_part(value: Numbers) -> Array:
    """Value that may be complex → its real part, an array or numpy's own number."""
    real: Array = np.asarray(value).real[()]
    return real


def imaginary_part(value: Numbers) -> Array:
    """Value that may be complex → its imaginary part, an array or numpy's own number."""
    imaginary: Array = np.asarray(value).imag[()]
    return imaginary


def _judge(method: Method, quantity: Quantity, theirs: Array, doubtful: Mask, scale: Array) -> Comparison:
    """Their numbers → the row: what disagrees only where the method is no witness is inconclusive."""
    return compare(
        method.name, replace(quantity, scale=scale), plain(theirs), relative=method.relative, doubtful=doubtful,
        doubt=method.doubt,
    )  # fmt: skip
