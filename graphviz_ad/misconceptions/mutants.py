"""Trace and mistakes → the trace of a student who makes them: other values or gradients, and what follows from them.

Run a mistake and it gives the numbers that a student who makes it writes down. The tests of the cross-check use
this: a partner that does not detect a mistake is no check of it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from graphviz_ad.autodiff.edges import EdgeGradient, pull
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import plain, shape, unbroadcast
from graphviz_ad.values import Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Place = tuple[int, int | None]
"""Where a mistake is made: the edge (node, slot), or (node, None) for a node's value, sum or gradient."""


class Edge(NamedTuple):
    """What a student has at one edge: the upstream gradient, and the right results for it."""

    trace: Trace
    node: int
    slot: int
    g: Value
    local: Value | None
    contribution: Value
    summed: tuple[int, ...]

    @property
    def plan(self) -> BoundOperation:
        """The operation of the node."""
        plan = self.trace.graph.ops[self.node]
        assert plan is not None
        return plan

    @property
    def arg(self) -> int:
        """The node the gradient goes to."""
        return self.trace.graph.args[self.node][self.slot]

    @property
    def args(self) -> list[Value]:
        """The values of all arguments."""
        return [self.trace.values[arg] for arg in self.trace.graph.args[self.node]]

    @property
    def derivative(self) -> Value:
        """The local derivative at a pointwise operation."""
        assert self.local is not None
        return self.local

    @property
    def out(self) -> Value:
        """The value of the node."""
        return self.trace.values[self.node]


@dataclass(frozen=True, slots=True)
class StudentOperation:
    """What a student has in the forward pass: an operation, its arguments, and the right result for them."""

    graph: Graph
    node: int
    args: list[Value]
    out: Value

    @property
    def plan(self) -> BoundOperation:
        """The operation of the node."""
        plan = self.graph.ops[self.node]
        assert plan is not None
        return plan


ForwardEffect = Callable[[StudentOperation, int | None], Result | None]
"""An operation, and for an edge its slot → the value with the mistake made there, None where it cannot be made."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it can be made (`at` for an edge, `node` for a node), and what comes out instead.

    Exactly one of the effects is given. On the way forward `value`, from an operation and for an edge its slot; it is
    None where the mistake cannot be made, and then needs no `at` and `node`, only `edges` where it is made on edges.
    On the way back `local`, a wrong local derivative; `contribution`, wrong although the local derivative is right;
    `total`, from the sum so far and the next contribution; `early`, the gradient sent on is the first contribution
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

    def places(self, trace: Trace) -> list[Place]:
        """Trace → all places where the mistake can be made in it; at some it may not change the number."""
        if self.value is not None:
            with np.errstate(all="ignore"):
                return list(self._forward_places(trace))
        if self.at is not None:
            return [(edge.node, edge.slot) for edge in _edges(trace) if self.at(edge)]
        assert self.node is not None
        return [(node, None) for node in range(len(trace.graph)) if trace.active[node] and self.node(trace, node)]

    def _forward_places(self, trace: Trace) -> Iterator[Place]:
        graph, values = trace.graph, trace.values
        for node, plan in enumerate(graph.ops):
            if plan is None:
                continue
            operation = StudentOperation(graph, node, [values[arg] for arg in graph.args[node]], values[node])
            for slot in range(len(graph.args[node])) if self.edges else (None,):
                if self.instead(operation, slot) is not None:
                    yield node, slot

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


def mutate_all(trace: Trace, mistakes: AppliedMistakes) -> Mutant:
    """Trace, and mistakes with the places of each → the trace of a student who makes them all.

    What none of them has changed is taken from the trace as it is.
    """
    graph, active = trace.graph, trace.active
    chosen = [(mistake, set(places)) for mistake, places in mistakes]
    forward = [applied for applied in chosen if applied[0].value]
    basis, changed = _mistaken_values(trace, forward) if forward else (trace, set[int]())
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
            else:
                g = mutant.reached_gradient(node)
            for slot, arg in enumerate(graph.args[node]):
                if active[arg] and (node in changed or (node, slot) in at):
                    mutant._cache[node, slot] = _mistaken_edge(basis, node, slot, g, at.get((node, slot), ()))
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


def _mistaken_values(trace: Trace, chosen: Iterable[tuple[Mistake, set[Place]]]) -> tuple[Trace, set[int]]:
    """Trace and mistakes of the forward pass → the trace with the values they lead to and the gradients as before.

    Also the nodes whose values differ from before.
    """
    graph, values = trace.graph, list(trace.values)
    mistakes: dict[int, list[tuple[Mistake, int | None]]] = {}
    for mistake, places in chosen:
        for node, slot in places:
            mistakes.setdefault(node, []).append((mistake, slot))
    changed = set[int]()
    with np.errstate(all="ignore"):
        for node in range(min(mistakes, default=len(graph)), len(graph)):
            plan, args = graph.ops[node], graph.args[node]
            if plan is None or not (node in mistakes or changed.intersection(args)):
                continue
            changed.add(node)
            given = [values[arg] for arg in args]
            values[node] = evaluate(graph, node, plan, given)
            for mistake, slot in mistakes.get(node, ()):
                instead = mistake.instead(StudentOperation(graph, node, given, values[node]), slot)
                values[node] = values[node] if instead is None else instead
    return Trace(graph, values, trace.grads, trace.seed, trace.active), changed


def effect(mistake: Mistake, edge: Edge) -> Edge:
    """Edge → the same with the local derivative and the contribution that the mistake leads to."""
    if mistake.local is not None:
        local = mistake.local(edge)
        return edge._replace(local=local, contribution=summed(edge, edge.g * local))
    assert mistake.contribution is not None
    contribution = mistake.contribution(edge)
    return edge if contribution is None else edge._replace(contribution=contribution)


def _edges(trace: Trace) -> Iterator[Edge]:
    for node, slot, _ in trace.backward_edges():
        yield Edge(trace, node, slot, trace.reached_gradient(node), *trace.edge_gradient(node, slot))


def summed(edge: Edge, value: Result) -> Value:
    """A contribution in the shape of the result → in the shape of the argument."""
    return unbroadcast(plain(value), shape(edge.trace.values[edge.arg]))[0]


def spread(edge: Edge, value: Result) -> Value:
    """A number for each entry, or one for all → a contribution, as if there were one for each entry of the result."""
    return summed(edge, value if isinstance(edge.out, float) else np.broadcast_to(value, shape(edge.out)))
