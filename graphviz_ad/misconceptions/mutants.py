"""Trace and mistakes → the trace of a student who makes them: other values or gradients, and what follows from them.

Run a mistake and it gives the numbers that a student who makes it writes down. The tests of the cross-check use
this: a partner that does not detect a mistake is no check of it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import EdgeGradient, pull
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Place
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.spots import Edge, Spots, StudentOperation
from graphviz_ad.ops.broadcasting import plain, shape, unbroadcast
from graphviz_ad.values import Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

ForwardEffect = Callable[[StudentOperation, int | None], Result | None]
"""An operation, and for an edge its slot → the value with the mistake made there, None where it cannot be made."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it can be made (`at` for an edge, `node` for a node), and what comes out instead.

    Exactly one of the effects is given. On the way forward `value`, from an operation and for an edge its slot; it is
    None where the mistake cannot be made, and then needs no `at` and `node`, only `edges` where it is made on edges.
    On the way back `local`, a wrong local derivative; `contribution`, wrong although the local derivative is right;
    `total`, from the sum so far and the next contribution; `early`, the gradient passed on is the first contribution
    alone; `gradient`, of a node, from what has come to it.
    """

    name: str
    says: str
    at: Callable[[Edge], bool] | None = None
    node: Callable[[Trace, int], bool] | None = None
    local: Callable[[Edge], Value] | None = None
    contribution: Callable[[Edge], Value | None] | None = None
    total: Callable[[Value, Value], Value] | None = None
    gradient: Callable[[Trace, int, Value], Value] | None = None
    early: bool = False
    value: ForwardEffect | None = None
    edges: bool = False

    def places(self, trace: Trace, spots: Spots | None = None) -> list[Place]:
        """Trace, and its operations and edges if they are there → all places where the mistake can be made in it; at
        some it may not change the number."""  # fmt: skip
        spots = Spots(trace) if spots is None else spots
        if self.value is not None:
            with np.errstate(all="ignore"):
                return list(self._forward_places(spots))
        if self.at is not None:
            return [(edge.node, edge.slot) for edge in spots.edges if self.at(edge)]
        assert self.node is not None
        return [(node, None) for node in range(len(trace.graph)) if trace.active[node] and self.node(trace, node)]

    def _forward_places(self, spots: Spots) -> Iterator[Place]:
        for operation in spots.operations:
            for slot in range(len(operation.args)) if self.edges else (None,):
                if self.instead(operation, slot) is not None:
                    yield operation.node, slot

    def instead(self, operation: StudentOperation, slot: int | None) -> Value | None:
        """Operation, and for an edge its slot → the value with the mistake made there, None where it cannot be made.

        Numpy may warn of numbers that are not finite, unless it is told not to.
        """
        assert self.value is not None
        wrong = self.value(operation, slot)
        if wrong is None:
            return None
        wrong = plain(wrong)
        return wrong if shape(wrong) == shape(operation.out) else None


AppliedMistakes = Sequence[tuple[Mistake, Collection[Place]]]
"""Mistakes, with the places where each is made."""


@dataclass
class Mutant(Trace):
    """A trace after a mistake; its edges hold what was written on them."""

    def local(self, node: int, slot: int) -> Value | None:
        """Edge → the local derivative that was used."""
        return self._cache[node, slot][0] if (node, slot) in self._cache else super().local(node, slot)


def mutate(trace: Trace, mistake: Mistake, places: Collection[Place] | None = None) -> Mutant:
    """Trace and mistake → the trace of a student who makes it, everywhere or at the places given."""
    return mutate_all(trace, [(mistake, mistake.places(trace) if places is None else places)])


Fits = Callable[[str, int, int | None, Value], bool]
"""A value, a gradient or a contribution of a node, and for an edge its slot → whether somebody may have it."""


def mutate_all(trace: Trace, mistakes: AppliedMistakes) -> Mutant:
    """Trace, and mistakes with the places of each → the trace of a student who makes them all.

    What none of them has changed is taken from the trace as it is.
    """
    mutant = mutate_while(trace, mistakes, lambda *_: True)
    assert mutant is not None
    return mutant


def mutate_while(trace: Trace, mistakes: AppliedMistakes, fits: Fits) -> Mutant | None:
    """The same, but None as soon as a number that the mistakes lead to does not fit."""
    graph, active = trace.graph, trace.active
    chosen = [(mistake, set(places)) for mistake, places in mistakes]
    forward = [applied for applied in chosen if applied[0].value]
    mistaken = _mistaken_values(trace, forward, fits) if forward else (trace, set[int]())
    if mistaken is None:
        return None
    basis, changed = mistaken
    at: dict[Place, list[Mistake]] = {}
    for mistake, places in chosen:
        for place in () if mistake.value else places:
            at.setdefault(place, []).append(mistake)
    mutant = Mutant(graph, basis.values, list(trace.grads), trace.seed, active, dict(trace.contribution_over))
    changed |= {node for node, slot in at if slot is None}
    with np.errstate(all="ignore"):
        for node in range(graph.output, -1, -1):
            if trace.grads[node] is None:
                continue
            if node in changed:
                g = _mistaken_gradient(basis, mutant, node, at.get((node, None), ()))
                if not fits("gradient", node, None, mutant.reached_gradient(node)):
                    return None
            else:
                g = mutant.reached_gradient(node)
            for slot, arg in enumerate(graph.args[node]):
                if active[arg] and (node in changed or (node, slot) in at):
                    gradient = mutant._cache[node, slot] = _mistaken_edge(
                        basis, node, slot, g, at.get((node, slot), ())
                    )
                    if not fits("contribution", node, slot, gradient.contribution):
                        return None
                    changed.add(arg)
    return mutant


def _mistaken_gradient(basis: Trace, mutant: Mutant, node: int, mistakes: Sequence[Mistake]) -> Value:
    """Node and the mistakes made at it → the gradient that goes on; the mutant keeps the one that is written down."""
    gradients = mutant._cache
    arrived = [gradients[edge][1] for edge in basis.graph.consumers[node] if edge in gradients]
    if arrived and not mistakes:
        mutant.grads[node] = grad = reduce(operator.add, arrived)
        return grad
    add = next((mistake.total for mistake in mistakes if mistake.total), operator.add)
    grad = reduce(add, arrived) if arrived else basis.seed
    for mistake in mistakes:
        grad = mistake.gradient(basis, node, grad) if mistake.gradient else grad
    mutant.grads[node] = grad
    return arrived[0] if any(mistake.early for mistake in mistakes) else grad


def _mistaken_edge(basis: Trace, node: int, slot: int, g: Value, mistakes: Sequence[Mistake]) -> EdgeGradient:
    """Edge, the upstream gradient a student has, the mistakes made at it → what the student writes on it."""
    right = pull(basis.graph, node, slot, basis.values, g, ended=node in basis.ended)
    if not mistakes:
        return right
    edge = Edge(basis, node, slot, g, *right)
    for mistake in mistakes:
        edge = effect(mistake, edge)
    return EdgeGradient(edge.local, edge.contribution, edge.summed)


def _mistaken_values(
    trace: Trace, chosen: Iterable[tuple[Mistake, set[Place]]], fits: Fits
) -> tuple[Trace, set[int]] | None:
    """Trace and mistakes of the forward pass → the trace with the values they lead to and the gradients as before.

    Also the nodes whose values differ from before. None where a value does not fit.
    """
    graph, values = trace.graph, list(trace.values)
    mistakes: dict[int, list[tuple[Mistake, int | None]]] = {}
    for mistake, places in chosen:
        for node, slot in places:
            mistakes.setdefault(node, []).append((mistake, slot))
    changed = set[int]()
    with np.errstate(all="ignore"):
        for node in range(min(mistakes, default=len(graph)), len(graph)):
            bound, args = graph.ops[node], graph.args[node]
            if bound is None or not (node in mistakes or changed.intersection(args)):
                continue
            changed.add(node)
            given = [values[arg] for arg in args]
            values[node] = evaluate(graph, node, bound, given)
            for mistake, slot in mistakes.get(node, ()):
                instead = mistake.instead(StudentOperation(graph, node, given, values[node]), slot)
                values[node] = values[node] if instead is None else instead
            if not fits("value", node, None, values[node]):
                return None
    return Trace(graph, values, trace.grads, trace.seed, trace.active), changed


def effect(mistake: Mistake, edge: Edge) -> Edge:
    """Edge → the same with the local derivative and the contribution that the mistake leads to."""
    if mistake.local is not None:
        local = mistake.local(edge)
        return edge._replace(local=local, contribution=summed(edge, edge.g * local))
    assert mistake.contribution is not None
    contribution = mistake.contribution(edge)
    return edge if contribution is None else edge._replace(contribution=contribution)


def summed(edge: Edge, value: Result) -> Value:
    """A contribution in the shape of the result → in the shape of the argument."""
    return unbroadcast(plain(value), shape(edge.trace.values[edge.arg]))[0]


def spread(edge: Edge, value: Result) -> Value:
    """A number for each entry, or one for all → a contribution, as if there were one for each entry of the result."""
    return summed(edge, value if isinstance(edge.out, float) else np.broadcast_to(value, shape(edge.out)))
