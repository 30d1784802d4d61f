"""Trace → the same trace of numbers that are not known yet, and the script that computes them.

Every value is `v[node]`, every gradient `g[node]`; edges over which gradients go have a number: `d[edge]` is the local
derivative, `c[edge]` the contribution. What a row computes is read off the row: its functions are run on numbers that
are not known, and so write down what they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.language.unknown import Unknown, atom, written
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.ops.compiling import Plan

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MOST = 200
"""Nodes of a graph whose numbers a page recomputes."""


class UnknownTrace(Trace):
    """A trace whose numbers are not known: of each edge the local derivative is what the script computes."""

    def local(self, node: int, slot: int) -> Any:
        """Edge → its local derivative."""
        return self.edge(node, slot)[0]

    def sent(self, node: int, slot: int, g: Any) -> tuple[Any, Any]:
        """Edge and a gradient at its node → the local derivative, and what is sent on."""
        plan, local = self.graph.plans[node], self.local(node, slot)
        assert plan is not None
        return local, Unknown(_sent(plan, written(g), written(local)))

    def over(self, edges: Sequence[tuple[int, int]]) -> Any:
        """The edges of a path, from its beginning to the output → what arrives over it."""
        sent: Any = self.seed
        for node, slot in reversed(edges):
            sent = self.sent(node, slot, sent)[1]
        return sent


@dataclass(frozen=True, slots=True)
class Calculation:
    """A trace of unknown numbers, and the statements that compute them from the values of the inputs."""

    trace: UnknownTrace
    statements: tuple[str, ...]


def obstacle(trace: Trace) -> str | None:
    """Trace → why a page cannot recompute it: the key of a sentence; None where it can."""
    graph = trace.graph
    if not all(isinstance(value, float) for value in trace.values):
        return "arrays"
    if not all(plan is None or plan.row.pointwise for plan in graph.plans):
        return "structural"
    if len(graph) > _MOST:
        return "large"
    return None if graph.inputs else "nothing"


def calculation(trace: Trace) -> Calculation:
    """Trace of scalars → its unknown numbers and how they are computed. What no input reaches stays as it is."""
    graph = trace.graph
    values: list[Any] = list(trace.values)
    statements = []
    for node in graph.inputs.values():
        values[node] = atom(f"v[{node}]")
    with np.errstate(all="ignore"):
        for node, plan in enumerate(graph.plans):
            if plan is not None and any(isinstance(values[arg], Unknown) for arg in graph.args[node]):
                statements.append(f"v[{node}]=+{forward_code(plan, [values[arg] for arg in graph.args[node]])}")
                values[node] = atom(f"v[{node}]")
        grads, edges, backward = _backward(trace, values)
    unknown = UnknownTrace(graph, values, grads, trace.seed, trace.active, edges)
    return Calculation(unknown, (*statements, *backward))


def _backward(trace: Trace, values: list[Any]) -> tuple[list[Any], dict[tuple[int, int], Any], list[str]]:
    """Unknown values → unknown gradients, edges, and the statements of the backward pass."""
    graph = trace.graph
    grads = [None if grad is None else atom(f"g[{node}]") for node, grad in enumerate(trace.grads)]
    if grads[graph.output] is not None:
        grads[graph.output] = trace.seed
    edges: dict[tuple[int, int], Any] = {}
    statements = []
    reached = {graph.output}
    for number, (node, slot, arg) in enumerate(trace.backward_edges()):
        plan = graph.plans[node]
        assert plan is not None
        args = [values[one] for one in graph.args[node]]
        local = partial(plan, slot, args, values[node])
        upstream = f"g[{node}]" if node != graph.output else written(trace.seed)
        statements.append(f"d[{number}]=+{written(local)}")
        statements.append(f"c[{number}]={_sent(plan, upstream, f'd[{number}]')}")
        statements.append(f"g[{arg}]{'+' if arg in reached else ''}=c[{number}]")
        reached.add(arg)
        known = not isinstance(local, Unknown)
        edges[node, slot] = (local if known else atom(f"d[{number}]"), atom(f"c[{number}]"), ())
    return grads, edges, statements


def _sent(plan: Plan, upstream: str, local: str) -> str:
    """What meets at an edge → the contribution, as `autodiff.passes` computes it."""
    return f"masked({upstream},{local})" if plan.row.mask else f"({upstream}*{local})"


def forward_code(plan: Plan, args: list[Any]) -> str:
    """Operation and its arguments, some not known → JavaScript of its value."""
    return written(plain(plan.forward(*map(_ieee, args))))


def partial(plan: Plan, slot: int, args: list[Any], out: Any) -> Any:
    """Operation, argument, values → its local derivative, not known unless it is the same for all."""
    return plain(plan.partial(slot)(None, *map(_ieee, args), _ieee(out)))


def _ieee(value: Any) -> Any:
    return value if isinstance(value, Unknown) else np.float64(value)
