"""The mistakes students make, as mutants of the backward pass: the same values, other gradients.

Run a mistake and it gives the numbers that one who makes it writes down. The tests of the cross-check use
this: a partner that does not see a mistake is no check of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.passes import local_derivative, pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain, shape, unbroadcast
from graphviz_ad.ops.compiling import Plan

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Place = tuple[int, int | None]
"""Where a mistake is made: the edge (node, slot), or (node, None) for a node's sum or gradient."""

RATE = 0.1
"""Learning rate of the one who updates on the way back."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What lies before a student at one edge: the upstream gradient and the right results for it."""

    trace: Trace
    node: int
    slot: int
    g: Any
    local: Any
    contribution: Any
    summed: tuple[int, ...]

    @property
    def plan(self) -> Plan:
        """The operation of the node."""
        plan = self.trace.graph.plans[self.node]
        assert plan is not None
        return plan

    @property
    def arg(self) -> int:
        """The node the gradient goes to."""
        return self.trace.graph.args[self.node][self.slot]

    @property
    def args(self) -> list[Any]:
        """The values of all arguments."""
        return [self.trace.values[arg] for arg in self.trace.graph.args[self.node]]

    @property
    def out(self) -> Any:
        """The value of the node."""
        return self.trace.values[self.node]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it can be made (`at` for an edge, `node` for a node), and what comes out instead.

    Exactly one of the effects is given: `local`, a wrong local derivative; `contribution`, wrong although
    the local derivative is right; `total`, from the sum so far and the next contribution; `early`, the
    gradient sent on is the first contribution alone; `gradient`, of a node, from what has come to it.
    """

    name: str
    says: str
    at: Callable[[Edge], bool] | None = None
    node: Callable[[Trace, int], bool] | None = None
    local: Callable[[Edge], Any] | None = None
    contribution: Callable[[Edge], Any] | None = None
    total: Callable[[Any, Any], Any] | None = None
    gradient: Callable[[Trace, int, Any], Any] | None = None
    early: bool = False

    def places(self, trace: Trace) -> list[Place]:
        """Trace → all places where the mistake can be made in it; at some it may not change the number."""
        if self.at is not None:
            return [(edge.node, edge.slot) for edge in _edges(trace) if self.at(edge)]
        assert self.node is not None
        return [(node, None) for node in range(len(trace.graph)) if trace.active[node] and self.node(trace, node)]


@dataclass
class Mutant(Trace):
    """A trace after a mistake; its edges hold what was written on them."""

    def local(self, node: int, slot: int) -> Any:
        """Edge → the local derivative that was used."""
        return self._cache[node, slot][0] if (node, slot) in self._cache else super().local(node, slot)


def mutate(trace: Trace, mistake: Mistake, places: Collection[Place] | None = None) -> Mutant:
    """Trace and mistake → the trace of one who makes it, everywhere or at the places given."""
    return mutate_all(trace, [(mistake, mistake.places(trace) if places is None else places)])


def mutate_all(trace: Trace, made: Iterable[tuple[Mistake, Collection[Place]]]) -> Mutant:
    """Trace, and mistakes with the places of each → the trace of one who makes them all."""
    graph = trace.graph
    chosen = [(mistake, set(places)) for mistake, places in made]
    mutant = Mutant(graph, trace.values, [None] * len(graph), trace.seed, trace.active)
    grads, first, sent_on = mutant.grads, dict[int, Any](), set[int]()
    grads[graph.output] = trace.seed
    with np.errstate(all="ignore"):
        for node, slot, arg in trace.backward_edges():
            if node not in sent_on:
                sent_on.add(node)
                _finish(trace, chosen, node, grads)
            early = any(mistake.early and (node, None) in places for mistake, places in chosen)
            edge = _edge(trace, node, slot, first[node] if early else grads[node])
            for mistake, places in chosen:
                if (node, slot) in places:
                    edge = _effect(mistake, edge)
            mutant._cache[node, slot] = edge.local, edge.contribution, edge.summed
            first.setdefault(arg, edge.contribution)
            grads[arg] = edge.contribution if grads[arg] is None else _added(chosen, arg, grads[arg], edge.contribution)
        for node, grad in enumerate(grads):
            if grad is not None and node not in sent_on:
                _finish(trace, chosen, node, grads)
    return mutant


def _finish(trace: Trace, chosen: Iterable[tuple[Mistake, set[Place]]], node: int, grads: list[Any]) -> None:
    """A gradient to which all contributions have come → what a mistake makes of it."""
    for mistake, places in chosen:
        if mistake.gradient and (node, None) in places:
            grads[node] = mistake.gradient(trace, node, grads[node])


def _added(chosen: Iterable[tuple[Mistake, set[Place]]], arg: int, before: Any, sent: Any) -> Any:
    """The sum so far and the next contribution → their sum, or what a mistake makes of them."""
    for mistake, places in chosen:
        if mistake.total and (arg, None) in places:
            return mistake.total(before, sent)
    return before + sent


def _effect(mistake: Mistake, edge: Edge) -> Edge:
    """Edge → the same with the local derivative and the contribution of one who makes the mistake."""
    if mistake.local is not None:
        local = mistake.local(edge)
        return replace(edge, local=local, contribution=_sum(edge, edge.g * local))
    assert mistake.contribution is not None
    contribution = mistake.contribution(edge)
    return edge if contribution is None else replace(edge, contribution=contribution)


def _edge(trace: Trace, node: int, slot: int, g: Any) -> Edge:
    """Edge and the upstream gradient a student has there → the edge with what is right for it."""
    return Edge(trace, node, slot, g, *pull(trace.graph, node, slot, trace.values, g))


def _edges(trace: Trace) -> Iterator[Edge]:
    for node, slot, _ in trace.backward_edges():
        yield Edge(trace, node, slot, trace.grads[node], *trace.edge(node, slot))


def _sum(edge: Edge, value: Any) -> Any:
    """A contribution in the shape of the result → in the shape of the argument."""
    return unbroadcast(plain(value), shape(edge.trace.values[edge.arg]))[0]


# -- where -----------------------------------------------------------------------------------------


def _pointwise(edge: Edge) -> bool:
    return edge.local is not None


def _fan_out(trace: Trace, node: int) -> bool:
    return trace.contributions_to[node] > 1


def _input(trace: Trace, node: int) -> bool:
    return trace.graph.is_input(node)


def _op(*names: str, slot: int | None = None) -> Callable[[Edge], bool]:
    return lambda edge: edge.plan.row.name in names and slot in (None, edge.slot)


def _by_its_result(edge: Edge) -> bool:
    """A function of one number whose derivative is stated by its result: σ, exp, tanh, √ …"""
    return _pointwise(edge) and len(edge.args) == 1 and "out" in re.findall(r"\w+", edge.plan.row.partials[0])


def _summed_input(edge: Edge) -> bool:
    return _pointwise(edge) and bool(edge.summed) and edge.trace.graph.is_input(edge.arg)


def _beside_a_weight(edge: Edge) -> bool:
    graph = edge.trace.graph
    other = graph.args[edge.node][1 - edge.slot] if len(edge.args) == 2 else edge.arg
    return (
        _op("multiply", "matmul")(edge)
        and graph.is_input(other)
        and bool(edge.trace.active[other])
        and other != edge.arg
    )


# -- what ------------------------------------------------------------------------------------------


def _with_updated_weight(edge: Edge) -> Any:
    graph, values = edge.trace.graph, list(edge.trace.values)
    weight = graph.args[edge.node][1 - edge.slot]
    values[weight] = values[weight] - RATE * edge.trace.grads[weight]
    return pull(graph, edge.node, edge.slot, values, edge.g)[1]


def _wrong_order(edge: Edge) -> Any:
    """A matrix product with a transpose forgotten or the factors exchanged that still fits; None where none does."""
    g, other = np.asarray(edge.g), np.asarray(edge.args[1 - edge.slot])
    candidates: tuple[Callable[[], Any], ...] = (
        lambda: g @ other, lambda: other @ g, lambda: np.outer(other, g), lambda: g @ other.T, lambda: other.T @ g,
    )  # fmt: skip
    for candidate in candidates:
        try:
            result = candidate()
        except ValueError:
            continue
        if np.shape(result) == shape(edge.contribution) and not np.array_equal(result, edge.contribution):
            return result
    return None


def _power(edge: Edge, factor: float, lower: float) -> Any:
    return plain(factor * np.power(edge.args[0], edge.plan.options["n"] - lower))


MISTAKES: tuple[Mistake, ...] = (
    Mistake("keep the last", "at a fan-out the last contribution replaces the others",
            node=_fan_out, total=lambda before, sent: sent),
    Mistake("keep the first", "at a fan-out only the first contribution counts",
            node=_fan_out, total=lambda before, sent: before),
    Mistake("multiply the paths", "contributions are multiplied instead of added",
            node=_fan_out, total=lambda before, sent: before * sent),
    Mistake("forget the upstream", "the local derivative alone is sent back",
            at=_pointwise, contribution=lambda e: _sum(e, np.broadcast_to(e.local, shape(e.out)))),
    Mistake("forget the local derivative", "the gradient is passed through; one factor of the chain is missing",
            at=_pointwise, contribution=lambda e: _sum(e, e.g)),
    Mistake("derivative at the wrong place", "a derivative stated by the result is taken at the argument: x(1 - x)",
            at=_by_its_result, local=lambda e: local_derivative(e.plan, 0, e.args, e.args[0])),
    Mistake("own factor", "by a factor of a product, that factor itself instead of the other",
            at=_op("multiply"), local=lambda e: e.args[e.slot]),
    Mistake("sign of a subtraction", "the subtrahend gets +g",
            at=_op("subtract", slot=1), local=lambda e: 1.0),
    Mistake("keep the exponent", "n*x^n instead of n*x^(n - 1)",
            at=_op("power"), local=lambda e: _power(e, e.plan.options["n"], 0)),
    Mistake("drop the factor", "x^(n - 1) instead of n*x^(n - 1); for a square the same as a missing ½",
            at=_op("power"), local=lambda e: _power(e, 1.0, 1)),
    Mistake("value for gradient", "the value of an input is taken for its gradient",
            node=_input, gradient=lambda trace, node, right: trace.values[node]),
    Mistake("upside down", "1/ℓ, the derivative of the argument by the result",
            at=lambda e: _pointwise(e) and bool(np.all(e.local)), local=lambda e: plain(1 / np.asarray(e.local))),
    Mistake("order of a matrix product", "a transpose is forgotten or the factors are exchanged: W g for Wᵀ g",
            at=lambda e: _op("matmul")(e) and _wrong_order(e) is not None, contribution=_wrong_order),
    Mistake("broadcast not summed", "a bias over a batch gets one gradient for each row",
            at=_summed_input, contribution=lambda e: plain(e.g * e.local)),
    Mistake("broadcast averaged", "a bias over a batch gets the mean instead of the sum",
            at=_summed_input, contribution=lambda e: e.contribution * (np.size(e.contribution) / np.size(e.out))),
    Mistake("softmax entry by entry", "only the diagonal of its Jacobian: g*s*(1 - s)",
            at=_op("softmax"), contribution=lambda e: e.g * e.out * (1 - e.out)),
    Mistake("update on the way back", "a weight is updated first, and the new one used further back",
            at=_beside_a_weight, contribution=_with_updated_weight),
    Mistake("gradients not cleared", "a second pass adds to the gradients of the first",
            node=_input, gradient=lambda trace, node, right: 2 * right),
    Mistake("sent on too early", "a gradient is sent on before all contributions have come",
            node=lambda trace, node: _fan_out(trace, node) and not trace.graph.is_input(node), early=True),
    Mistake("no mask", "a ReLU passes the gradient also where x < 0",
            at=_op("relu"), local=lambda e: 1.0),
    Mistake("mask by the gradient", "a ReLU passes what is positive in the gradient",
            at=_op("relu"), contribution=lambda e: plain(e.g * np.greater(e.g, 0))),
    Mistake("add along a path", "g + ℓ instead of g times ℓ",
            at=_pointwise, contribution=lambda e: _sum(e, np.broadcast_to(e.g + e.local, shape(e.out)))),
)  # fmt: skip
"""All mistakes, in the order in which they are explained."""

BY_NAME: dict[str, Mistake] = {mistake.name: mistake for mistake in MISTAKES}
