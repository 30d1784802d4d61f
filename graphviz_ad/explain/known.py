"""Trace, in either mode → what nodes have besides values, what goes over edges, and from which step on it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Push, Seed, SeedTangent, Total, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.values import Value


class Known:
    """Trace → the number of the step after which each value, each gradient and each contribution is known."""

    def __init__(self, trace: Trace) -> None:
        self.value: dict[int, int] = defaultdict(int)
        self.gradient: dict[int, int] = defaultdict(int)
        self.contribution: dict[tuple[int, int], int] = defaultdict(int)
        for step in trace.steps:
            match step:
                case Evaluate(node=node) | Update(node=node):
                    self.value[node] = step.k
                case Seed(node=node) | SeedTangent(node=node) | Total(node=node):
                    self.gradient[node] = step.k
                case Push(node=node, slot=slot):
                    self.contribution[node, slot] = self.gradient[node] = step.k
                case Pull(node=node, to=to, slot=slot):
                    self.contribution[node, slot] = self.gradient[to] = step.k
                case Accumulate(to=to):
                    self.gradient[to] = step.k


def contribution(trace: Trace, node: int, slot: int) -> Value | None:
    """Edge → what goes over it, in either mode, None where nothing does."""
    if trace.forward_mode is not None:
        edge = trace.forward_mode.edges.get((node, slot))
        return None if edge is None else edge.contribution
    goes = trace.grads[node] is not None and trace.active[trace.graph.args[node][slot]]
    return trace.edge_gradient(node, slot).contribution if goes else None


def derivatives(trace: Trace) -> Sequence[Value | None]:
    """Trace → what its nodes have besides their values: gradients, or tangents."""
    return trace.grads if trace.forward_mode is None else trace.forward_mode.tangents
