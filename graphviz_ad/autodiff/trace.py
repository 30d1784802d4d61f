"""A trace: values, gradients, and the list of steps that everything else reads."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.edges import local_derivative, pull
from graphviz_ad.autodiff.endings import ended_nodes
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step, step_number
from graphviz_ad.autodiff.swept import Swept
from graphviz_ad.errors import DomainError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.ops.broadcasting import added, shape

if TYPE_CHECKING:
    from graphviz_ad.check.table import Report
    from graphviz_ad.diagram.bundle import Bundle
    from graphviz_ad.diagram.layout import Direction
    from graphviz_ad.diagram.picture import Picture
    from graphviz_ad.diagram.style import By, Fit
    from graphviz_ad.diagram.theme import Theme
    from graphviz_ad.explain.explanation import Explanation
    from graphviz_ad.export.deck import Progress
    from graphviz_ad.export.files import Told
    from graphviz_ad.notebook.player import Still
    from graphviz_ad.notebook.widget import Player


Sent = tuple[Any, Any, tuple[int, ...]]
"""What goes over an edge: local derivative (None where the operation is structural), contribution, axes summed."""

_REPR = 60
"""Characters of the formula, and of the values, in the text of a trace for programmers."""


@dataclass(repr=False)
class Trace(Swept):
    """What happened in a forward and a backward pass over a graph.

    `values[i]` and `grads[i]` are floats or arrays; a gradient is None where none was reached. `active[i]`
    is 1 where node i gets a gradient at all.
    """

    graph: Graph
    values: list[Any]
    grads: list[Any]
    seed: Any
    active: bytearray
    _cache: dict[tuple[int, int], Sent] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        """One line: the formula, the values of its inputs, what came out."""
        from graphviz_ad.language import numbers

        graph = self.graph
        formula = _cut("; ".join(graph.source.text.split("\n")))
        given = _cut(", ".join(f"{name}={numbers.text(self.values[node])}" for name, node in graph.inputs.items()))
        out = f"{graph.names[graph.output]} = {numbers.text(self.values[graph.output])}"
        return f"<Trace of {formula!r}{' at ' if given else ''}{given}: {out}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        from graphviz_ad.diagram.bundle import bundle

        return bundle(self.draw, repr(self), include, exclude)

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

    def edge(self, node: int, slot: int) -> Sent:
        """Edge → local derivative (None where the operation is structural), contribution, axes summed."""
        key = (node, slot)
        if key not in self._cache:
            self._cache[key] = pull(self.graph, node, slot, self.values, self.grads[node], ended=node in self.ended)
        return self._cache[key]

    def sent(self, node: int, slot: int, g: Any, *, ended: bool = False) -> tuple[Any, Any]:
        """Edge, and a gradient at its node, of a path that may have ended → local derivative, what is sent on."""
        return pull(self.graph, node, slot, self.values, g, ended=ended)[:2]

    @cached_property
    def ended(self) -> frozenset[int]:
        """The nodes whose gradient is 0 because every path from them to the output ends, at a comparison, say."""
        return ended_nodes(self.graph, self.values, self.active)

    def local(self, node: int, slot: int) -> Any:
        """Edge → its local derivative: float or array for a pointwise operation, None for others."""
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
        counts = Counter(arg for _, _, arg in self.backward_edges())
        return [counts[node] for node in range(len(self.graph))]

    @cached_property
    def sent_over(self) -> dict[tuple[int, int], Sent]:
        """What goes over every edge of the backward pass, in order."""
        return {(node, slot): self.edge(node, slot) for node, slot, _ in self.backward_edges()}

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
            self.graph.fail(DomainError, problem, node, "change the inputs, or run without strict")

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

    def draw(
        self,
        step: int | None = None,
        *,
        theme: str | Theme = "light",
        lang: str = "en",
        digits: int = 4,
        direction: Direction = "LR",
        fit: Fit = "graph",
    ) -> Picture:
        """Trace → the picture after one step; shows itself in a notebook.

        `step` is 0 … the number of steps; unless given, both passes are finished. `theme` is "light", "dark" or
        "print"; `lang` the language of the words, "en" or "ja"; `digits` the significant digits of numbers;
        `direction` "LR" (from left to right) or "TB" (from top to bottom); `fit` "graph" (as large as the graph
        needs), "page" (closer, and a long one in rows) or "slide" (that, 16:9).

        Raises GraphvizADError for a step or a look that is not there.
        """
        from graphviz_ad.diagram.picture import draw

        number = None if step is None else step_number(step)
        return draw(self, number, theme=theme, lang=lang, digits=digits, direction=direction, fit=fit)

    def player(
        self,
        step: int = 0,
        *,
        theme: str = "light",
        lang: str = "en",
        digits: int = 4,
        direction: Direction = "LR",
    ) -> Player | Still:
        """Trace → what plays the steps in a cell of a notebook, beginning at `step`; the look is that of `draw`.

        With anywidget it is a widget whose `step`, `inputs`, `lang` and `theme` can be set and observed; without it
        a page in a frame.

        Raises GraphvizADError for a step or a look that is not there.
        """
        from graphviz_ad.notebook.player import player

        return player(self, step_number(step), theme=theme, lang=lang, digits=digits, direction=direction)

    def save(
        self,
        path: str,
        *,
        by: By = "edge",
        format: str | None = None,
        theme: str | Theme = "light",
        lang: str = "en",
        digits: int = 4,
        direction: Direction = "LR",
        fit: Fit = "graph",
        fragment: bool = False,
        native: bool = False,
        template: str | None = None,
        progress: Progress | None = None,
        warn: Told | None = None,
    ) -> list[str]:
        """Trace → files of its steps; → the paths written.

        `path` says what is made: "deck.pdf" a page for each step, "x.svg" (or png, dot) the picture of the
        finished passes, a folder one file for each step, in `format` (svg unless given). `by` is what makes a
        step: each "edge", "node" or "phase". `progress` is called with how many pictures are done and how many
        there are, `warn` with what a reader should know. The look is that of `draw`. `fragment` makes of a reveal.js
        page ("x.reveal.html") only the section, to paste into another. `native` makes of "x.pptx" shapes that can be
        edited in place of pictures, and `template` is your own presentation, whose master it gets.

        Raises OutputError, and GraphvizADError for a look that is not there.
        """
        from graphviz_ad.export.deck import save

        return save(
            self, path, by=by, format=format, progress=progress, warn=warn,
            extras={"fragment": fragment, "native": native, "template": template},
            theme=theme, lang=lang, digits=digits, direction=direction, fit=fit,
        )  # fmt: skip

    def shape(self, node: int) -> tuple[int, ...]:
        """Node → the shape of its value."""
        return shape(self.values[node])


def is_finite(value: Any) -> bool:
    """Whether a float, or every entry of an array, is finite; true of None, a gradient that is not there."""
    if value is None:
        return True
    if isinstance(value, float):
        return abs(value) < math.inf  # not math.isfinite, which numbers that are not known yet cannot answer
    import numpy as np

    return bool(np.all(np.isfinite(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _REPR else text[: _REPR - 1] + "…"


def _numbered(step: Step, k: int) -> Step:
    """The step with its number."""
    object.__setattr__(step, "k", k)  # fresh and not yet seen by anyone
    return step
