"""A trace and tangents of inputs → the trace of forward mode: each node is computed together with its tangent.

The tangent of a node says how fast it changes while the inputs move in the given direction: 3 + 2ε, with ε² = 0, is a
value of 3 and a tangent of 2. An edge carries local derivative × tangent of the argument in the direction of the arrow,
and what comes over all edges into a node adds up to its tangent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff import passes
from graphviz_ad.autodiff.inputs import named_as_in, read_value
from graphviz_ad.autodiff.push import EdgeTangent, tangents_of
from graphviz_ad.autodiff.steps import Evaluate, Push, SeedTangent, Step, Total
from graphviz_ad.autodiff.trace import Trace, is_finite
from graphviz_ad.errors import DomainError, InputError, ShapeError, nearest
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape, zero
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


@dataclass(frozen=True)
class ForwardMode:
    """What a trace of forward mode has besides values.

    `given` are the tangents of inputs by node, `tangents` those of all nodes, None where no given one reaches; `edges`
    says what goes over each edge. `reverse` is the trace of the same values in reverse mode.
    """

    given: Mapping[int, Value]
    tangents: list[Value | None]
    edges: Mapping[tuple[int, int], EdgeTangent]
    reverse: Trace

    def tangent(self, node: int) -> Value:
        """Node that a tangent reaches → the tangent."""
        tangent = self.tangents[node]
        assert tangent is not None
        return tangent

    def into(self, node: int) -> list[int]:
        """Node → the slots over which a contribution to its tangent comes."""
        return [slot for slot in range(len(self.reverse.graph.args[node])) if (node, slot) in self.edges]

    def is_shown(self, node: int) -> bool:
        """Whether the tangent of a node is shown: there is one, and the output depends on it."""
        return self.tangents[node] is not None and self.reverse.grads[node] is not None

    def steps(self) -> list[Step]:
        """The steps: the given tangents, then node by node its value, what comes over its edges, and their sum."""
        graph, values = self.reverse.graph, self.reverse.values
        steps: list[Step] = [SeedTangent(0, node, tangent) for node, tangent in self.given.items()]
        for node, bound in enumerate(graph.ops):
            if bound is None:
                continue
            steps.append(Evaluate(0, node, values[node]))
            slots = self.into(node)
            for count, slot in enumerate(slots, 1):
                arg = graph.args[node][slot]
                local, contribution = self.edges[node, slot]
                steps.append(Push(0, node, arg, slot, self.tangent(arg), local, contribution, count, len(slots)))
            if len(slots) > 1:
                steps.append(Total(0, node, self.tangent(node)))
        return steps


def run(graph: Graph, inputs: Mapping[str, object], tangents: Mapping[str, object], *, strict: bool = False) -> Trace:
    """Graph, values of its inputs and tangents of some by name → the trace of forward mode.

    The other inputs stay where they are: their tangents are 0. `strict` makes a value or tangent that is not finite an
    error.

    Raises InputError, ShapeError, LimitError, DomainError.
    """
    return with_tangents(reverse(graph, inputs), tangents, strict=strict)


def jvp(graph: Graph, inputs: Mapping[str, object], tangents: Mapping[str, object]) -> tuple[Value, Value]:
    """Graph, values of its inputs, tangents of some → the value of the output and its tangent, 0 where none reaches it.

    Raises InputError, ShapeError, LimitError.
    """
    graph, given = passes.prepared(graph, inputs)
    values = passes.forward(graph, given)
    tangent = tangents_of(graph, values, read_tangents(graph, values, tangents))[0][graph.output]
    output = values[graph.output]
    return output, zero(shape(output)) if tangent is None else tangent


def reverse(graph: Graph, inputs: Mapping[str, object]) -> Trace:
    """Graph and values of its inputs → the trace of reverse mode, from an output of any shape: its sum is taken."""
    graph, given = passes.prepared(graph, inputs)
    values = passes.forward(graph, given)
    size = shape(values[graph.output])
    seed: Value = np.ones(size) if size else 1.0
    active = passes.active_nodes(graph)
    return Trace(graph, values, passes.backward(graph, values, seed, active), seed, active)


def with_tangents(trace: Trace, tangents: Mapping[str, object], *, strict: bool = False) -> Trace:
    """Trace of reverse mode and tangents of some inputs by name → the trace of forward mode with the same values.

    Raises InputError for what is no input, ShapeError for a tangent that has not the shape of its input.
    """
    return seeded(trace, read_tangents(trace.graph, trace.values, tangents), strict=strict)


def seeded(trace: Trace, given: Mapping[int, Value], *, strict: bool = False) -> Trace:
    """Trace of reverse mode and tangents by node → the trace of forward mode."""
    graph = trace.graph
    tangents, edges = tangents_of(graph, trace.values, given)
    mode = ForwardMode(given, tangents, edges, trace)
    count = len(graph)
    forward = Trace(graph, trace.values, [None] * count, 1.0, bytearray(count), forward_mode=mode)
    if strict:
        _require_finite(forward, mode)
    return forward


def read_tangents(
    graph: Graph, values: Sequence[Value] | Mapping[int, Value], tangents: Mapping[str, object]
) -> dict[int, Value]:
    """Graph, values of its nodes, tangents by name → by node, in the order of the inputs.

    Raises InputError where there are none or one is of no input, ShapeError where one has another shape.
    """
    if not tangents:
        raise InputError("forward mode needs the tangent of an input", hint="give one, as in --tangent w=1")
    by_node: dict[int, Value] = {}
    for name, value in named_as_in(graph, tangents).items():
        node = graph.inputs.get(name)
        if node is None:
            near = nearest(name, graph.inputs)
            listed = "the inputs are: " + (", ".join(graph.inputs) or "none")
            what = "is computed by the formula" if name in graph.ids else "is no input of the formula"
            raise InputError(
                f"a tangent is given for '{name}', which {what}", hint=f"did you mean '{near}'?" if near else listed
            )
        tangent = read_value(name, value, graph.limits.array)
        if shape(tangent) != shape(values[node]):
            have, want = (_phrase(of) for of in (shape(tangent), shape(values[node])))
            raise ShapeError(
                f"the tangent of '{name}' {have}, its value {want}",
                hint="give a tangent with a number for each number of the value",
            )
        by_node[node] = tangent
    return {node: by_node[node] for node in graph.inputs.values() if node in by_node}


def _phrase(size: tuple[int, ...]) -> str:
    return f"has shape ({shape_text(size)})" if size else "is a number"


def _require_finite(trace: Trace, mode: ForwardMode) -> None:
    """Raise DomainError at the first node whose value or tangent is not finite."""
    graph = trace.graph
    for node, quantity in trace.not_finite:
        problem = trace.describe_not_finite(node, quantity)
        graph.fail(DomainError, problem, node, "change the inputs, or run without strict")
    for node, tangent in enumerate(mode.tangents):
        if not is_finite(tangent):
            problem = f"the tangent of '{graph.names[node]}' is {numbers.text(tangent)}"
            graph.fail(DomainError, problem, node, "change the inputs, or run without strict")
