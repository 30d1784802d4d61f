"""A trace: values, gradients, and the list of steps that everything else reads."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import EdgeGradient, local_derivative, pull
from graphviz_ad.autodiff.endings import ended_nodes
from graphviz_ad.autodiff.grad_calls import GradCalls, grad_call_steps
from graphviz_ad.autodiff.orientation import row_vectors
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step, Update
from graphviz_ad.autodiff.swept import Swept
from graphviz_ad.errors import DomainError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.ops.broadcasting import added, shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    from graphviz_ad.autodiff.detail import Closing
    from graphviz_ad.autodiff.forward_mode import ForwardMode

_MAX_REPR_CHARACTERS = 60
"""Characters of the formula, and of the values, in the text of a trace for programmers."""


@dataclass(repr=False)
class Trace(Swept):
    """What happened in a forward and a backward pass over a graph.

    `values[i]` and `grads[i]` are floats or arrays; a gradient is None where none was reached. `active[i]`
    is 1 where node i gets a gradient at all. `opened` is the same pass with all parts open, where some are closed as
    `closing` says.
    `updates` are nodes that an optimiser's rule computes after both passes; `passes` is the trace without them.
    With `forward_mode` it is a trace of that mode: it has tangents in place of gradients. `calls` are what is called on
    .grad besides. With `in_symbols` no number of it is shown, nor decides anything: its inputs are any that do.
    """

    graph: Graph
    values: list[Value]
    grads: list[Value | None]
    seed: Value
    active: bytearray
    _cache: dict[tuple[int, int], EdgeGradient] = field(default_factory=dict, repr=False)
    opened: Trace | None = field(default=None, repr=False)
    updates: frozenset[int] = frozenset()
    passes: Trace | None = field(default=None, repr=False)
    forward_mode: ForwardMode | None = field(default=None, repr=False)
    calls: GradCalls | None = None
    closing: Closing | None = field(default=None, repr=False)
    in_symbols: bool = False

    def __repr__(self) -> str:
        """One line: the formula, the values of its inputs, what came out."""
        graph = self.graph
        formula = _cut("; ".join(graph.source.text.split("\n")))
        given = _cut(", ".join(f"{name}={numbers.text(self.values[node])}" for name, node in graph.inputs.items()))
        out = f"{graph.names[graph.output]} = {numbers.text(self.values[graph.output])}"
        return f"<Trace of {formula!r}{' at ' if given else ''}{given}: {out}>"

    def value(self, name: str) -> Value:
        """Name of a node → its value."""
        return self.values[self.graph.find(name)]

    def grad(self, name: str) -> Value | None:
        """Name of a node → the gradient of the output with respect to it, None where there is no path."""
        return self.grads[self.graph.find(name)]

    def tangent(self, name: str) -> Value | None:
        """Name of a node → its tangent in forward mode, None where no tangent that was given reaches it."""
        return self.forward_mode.tangents[self.graph.find(name)] if self.forward_mode else None

    @property
    def starts_with_one(self) -> bool:
        """Whether the backward pass starts with the derivative of one number, or of one entry, by itself."""
        return (self.seed if isinstance(self.seed, float) else self.seed.size == 1 and self.seed.item()) == 1.0

    @property
    def tangents(self) -> list[Value | None]:
        """The tangents of all nodes, None where there are none, as everywhere in reverse mode."""
        return [None] * len(self.graph) if self.forward_mode is None else self.forward_mode.tangents

    def reached_gradient(self, node: int) -> Value:
        """Node that gets a gradient → the gradient."""
        grad = self.grads[node]
        assert grad is not None
        return grad

    @property
    def gradients(self) -> dict[str, Value | None]:
        """The gradient of each input that was asked for, by name."""
        return {name: self.grads[node] for name, node in self.graph.inputs.items()}

    def edge_gradient(self, node: int, slot: int) -> EdgeGradient:
        """Edge → local derivative (None where the operation is structural), contribution, axes summed."""
        key = (node, slot)
        if key not in self._cache:
            g = self.reached_gradient(node)
            self._cache[key] = pull(self.graph, node, slot, self.values, g, ended=node in self.ended)
        return self._cache[key]

    def vjp(self, node: int, slot: int, g: Value, *, ended: bool = False) -> tuple[Value | None, Value]:
        """Edge, and a gradient at its node, whose path may have ended → local derivative, vector-Jacobian product."""
        return pull(self.graph, node, slot, self.values, g, ended=ended)[:2]

    @cached_property
    def ended(self) -> frozenset[int]:
        """The nodes whose gradient is 0 because every path from them to the output ends, at a comparison, say."""
        return ended_nodes(self.graph, self.values, self.active)

    def local(self, node: int, slot: int) -> Value | None:
        """Edge → its local derivative: float or array for a pointwise operation, None for others."""
        bound = self.graph.ops[node]
        assert bound is not None
        if not bound.row.pointwise:
            return None
        return local_derivative(bound, slot, [self.values[arg] for arg in self.graph.args[node]], self.values[node])

    def backward_edges(self) -> list[tuple[int, int, int]]:
        """The edges a gradient goes over, in order: (node, slot, argument)."""
        graph, active = self.graph, self.active
        return [
            (node, slot, arg)
            for node in range(graph.output, -1, -1)
            if self.grads[node] is not None
            for slot, arg in enumerate(graph.args[node])
            if active[arg]
        ]

    @cached_property
    def rows(self) -> frozenset[int]:
        """The nodes that are vectors and are drawn as rows, as left of a matrix product."""
        return row_vectors(self)

    @cached_property
    def contributions_to(self) -> list[int]:
        """For every node, how many contributions its gradient is the sum of."""
        counts = Counter(arg for _, _, arg in self.backward_edges())
        return [counts[node] for node in range(len(self.graph))]

    @cached_property
    def contribution_over(self) -> dict[tuple[int, int], EdgeGradient]:
        """What goes over every edge of the backward pass, in order."""
        return {(node, slot): self.edge_gradient(node, slot) for node, slot, _ in self.backward_edges()}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step of both passes, in order; step k is the k-th, counted from 1."""
        if self.forward_mode:
            return tuple(_numbered(step, k) for k, step in enumerate(self.forward_mode.steps(), 1))
        graph = self.graph
        steps: list[Step] = [
            Evaluate(0, node, self.values[node])
            for node, bound in enumerate(graph.ops)
            if bound is not None and node not in self.updates
        ]
        retained, later = grad_call_steps(self)
        steps += retained
        if self.active[graph.output]:
            steps.append(Seed(0, graph.output, self.seed))
        of, seen = self.contributions_to, [0] * len(graph)
        totals: list[Value | None] = [None] * len(graph)
        for node, slot, arg in self.backward_edges():
            local, contribution, summed = self.edge_gradient(node, slot)
            seen[arg] += 1
            g = self.reached_gradient(node)
            steps.append(Pull(0, node, arg, slot, g, local, contribution, summed, seen[arg], of[arg]))
            if of[arg] > 1:
                totals[arg] = total = added(totals[arg], contribution)
                steps.append(Accumulate(0, node, arg, slot, contribution, total, seen[arg], of[arg]))
        steps += [Update(0, node, self.values[node]) for node in sorted(self.updates)]
        steps += later
        return tuple(_numbered(step, k) for k, step in enumerate(steps, 1))

    @cached_property
    def steps_to(self) -> dict[int, list[Pull | Accumulate]]:
        """By the node whose gradient they are about: the steps over edges, in order."""
        steps: dict[int, list[Pull | Accumulate]] = {}
        for step in self.steps:
            if isinstance(step, Pull | Accumulate):
                steps.setdefault(step.to, []).append(step)
        return steps

    @cached_property
    def not_finite(self) -> list[tuple[int, str]]:
        """Nodes whose value or gradient is not finite, with which of the two it is, in the order of the passes."""
        nodes = range(len(self.graph))
        return [(node, "value") for node in nodes if not is_finite(self.values[node])] + [
            (node, "gradient") for node in reversed(nodes) if not is_finite(self.grads[node])
        ]

    def require_finite(self) -> None:
        """Raise DomainError at the first node whose value or gradient is not finite."""
        for node, what in self.not_finite:
            problem = self.describe_not_finite(node, what)
            self.graph.fail(DomainError, problem, node, "change the inputs, or run without strict")

    def describe_not_finite(self, node: int, what: str) -> str:
        """Node with a value or gradient that is not finite → a sentence that names it and its arguments."""
        graph = self.graph
        quantity = (self.values if what == "value" else self.grads)[node]
        sentence = f"the {what} of '{graph.names[node]}' is {numbers.text(quantity)}"
        if what == "gradient" or graph.ops[node] is None:
            return sentence
        args = ((numbers.text(self.values[arg]), graph.names[arg], arg in graph.constants) for arg in graph.args[node])
        given = ", ".join(value if constant else f"{name} = {value}" for value, name, constant in args)
        return f"{sentence} ({graph.op_name(node)} of {given})"

    def shape(self, node: int) -> tuple[int, ...]:
        """Node → the shape of its value."""
        return shape(self.values[node])


def is_finite(value: Value | None) -> bool:
    """Whether a float, or every entry of an array, is finite; true of None, a gradient that is not there."""
    if value is None:
        return True
    if isinstance(value, float):
        return abs(value) < math.inf  # not math.isfinite, which numbers that are not known yet cannot answer
    import numpy as np

    return bool(np.all(np.isfinite(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_REPR_CHARACTERS else text[: _MAX_REPR_CHARACTERS - 1] + "…"


def _numbered(step: Step, k: int) -> Step:
    """The step with its number."""
    object.__setattr__(step, "k", k)  # fresh and not yet seen by anyone
    return step
