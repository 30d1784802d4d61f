"""A trace: values, gradients, and the list of steps that everything else reads."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.broadcasting import added, shape
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.errors import DomainError
from graphviz_ad.graph.graph import Graph

if TYPE_CHECKING:
    from graphviz_ad.check.table import Report
    from graphviz_ad.diagram.picture import Picture
    from graphviz_ad.explain.explanation import Explanation


@dataclass
class Trace:
    """What happened in a forward and a backward pass over a graph.

    `values[i]` and `grads[i]` are floats or arrays; a gradient is None where none was reached. `active[i]`
    is 1 where node i gets a gradient at all.
    """

    graph: Graph
    values: list[Any]
    grads: list[Any]
    seed: Any
    active: bytearray
    _cache: dict[tuple[int, int], tuple[Any, Any, tuple[int, ...]]] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> Any:
        """Name of a node → its value."""
        return self.values[self.graph.find(name)]

    def grad(self, name: str) -> Any:
        """Name of a node → the gradient of the output with respect to it, None where there is no path."""
        return self.grads[self.graph.find(name)]

    @property
    def gradients(self) -> dict[str, Any]:
        """The gradient of each input that was asked for, by name."""
        return {name: self.grads[node] for name, node in self.graph.inputs.items()}

    def edge(self, node: int, slot: int) -> tuple[Any, Any, tuple[int, ...]]:
        """Edge → local derivative (None where the operation is structural), contribution, axes summed."""
        from graphviz_ad.autodiff.passes import pull

        key = (node, slot)
        if key not in self._cache:
            self._cache[key] = pull(self.graph, node, slot, self.values, self.grads[node])
        return self._cache[key]

    def local(self, node: int, slot: int) -> Any:
        """Edge → its local derivative: float or array for a pointwise operation, None for others."""
        from graphviz_ad.autodiff.passes import local_derivative

        plan = self.graph.plans[node]
        assert plan is not None
        if not plan.row.pointwise:
            return None
        return local_derivative(plan, slot, [self.values[arg] for arg in self.graph.args[node]], self.values[node])

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
    def contributions_to(self) -> list[int]:
        """For every node, how many contributions its gradient is the sum of."""
        counts = [0] * len(self.graph)
        for _, _, arg in self.backward_edges():
            counts[arg] += 1
        return counts

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step of both passes, in order; step k is the k-th, counted from 1."""
        graph = self.graph
        steps: list[Step] = [
            Evaluate(0, node, self.values[node]) for node, plan in enumerate(graph.plans) if plan is not None
        ]
        if self.active[graph.output]:
            steps.append(Seed(0, graph.output, self.seed))
        of, seen, totals = self.contributions_to, [0] * len(graph), [None] * len(graph)
        for node, slot, arg in self.backward_edges():
            local, contribution, summed = self.edge(node, slot)
            seen[arg] += 1
            steps.append(Pull(0, node, arg, slot, self.grads[node], local, contribution, summed, seen[arg], of[arg]))
            if of[arg] > 1:
                totals[arg] = added(totals[arg], contribution)
                steps.append(Accumulate(0, node, arg, slot, contribution, totals[arg], seen[arg], of[arg]))
        return tuple(_numbered(step, k) for k, step in enumerate(steps, 1))

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
            self.graph.fail(DomainError, problem, node, "change the inputs, or leave out --strict")

    def describe_not_finite(self, node: int, what: str) -> str:
        """Node with a value or gradient that is not finite → a sentence that names it and its arguments."""
        from graphviz_ad.language import numbers

        graph = self.graph
        quantity = (self.values if what == "value" else self.grads)[node]
        said = f"the {what} of '{graph.names[node]}' is {numbers.text(quantity)}"
        if what == "gradient" or graph.plans[node] is None:
            return said
        args = ((numbers.text(self.values[arg]), graph.names[arg], arg in graph.constants) for arg in graph.args[node])
        given = ", ".join(value if constant else f"{name} = {value}" for value, name, constant in args)
        return f"{said} ({graph.op_name(node)} of {given})"

    def explain(self, lang: str = "en", digits: int = 4) -> Explanation:
        """Trace → every step in words and equations; prints as text."""
        from graphviz_ad.explain.explanation import explain

        return explain(self, lang=lang, digits=digits)

    def check(self, *partners: str) -> Report:
        """Trace → a table that compares every number with the partners' (torch, complex-step, …)."""
        from graphviz_ad.check.table import check

        return check(self, partners or None)

    def draw(self, step: int | None = None, **options: Any) -> Picture:
        """Trace → the picture of one step (the last unless given); shows itself in a notebook."""
        from graphviz_ad.diagram.picture import draw

        return draw(self, step, **options)

    def save(self, path: str, **options: Any) -> list[str]:
        """Trace → a deck of all steps, in the format of the suffix; → the files written."""
        from graphviz_ad.export.deck import save

        return save(self, path, **options)

    def shape(self, node: int) -> tuple[int, ...]:
        """Node → the shape of its value."""
        return shape(self.values[node])


def is_finite(value: Any) -> bool:
    """Whether a float, or every entry of an array, is finite; true of None, a gradient that is not there."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    return bool(np.all(np.isfinite(value)))


def _numbered(step: Step, k: int) -> Step:
    """The step with its number."""
    object.__setattr__(step, "k", k)  # fresh and not yet seen by anyone
    return step
