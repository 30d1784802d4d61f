"""Trace → how large the numbers are that went into each of its numbers: rounding may move it by a share of that.

For a sum they are its terms, for an operation on entries its result and what it adds up on the way, for a gradient
all that came over the paths. Each is worked out entry by entry, so that a large entry hides no small one. Partners
start each operation from our own arguments, so that only the last operation's rounding counts for a value; a gradient
has gone through the operations of all its paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.rounding import Inexact, error_of_contribution, error_of_local_derivative, error_of_value
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def of_values(trace: Trace) -> dict[int, Value]:
    """Trace → what went into the value of every node that is computed."""
    graph = trace.graph
    return {
        node: error_of_value(bound, [trace.values[arg] for arg in graph.args[node]], trace.values[node])
        for node, bound in enumerate(graph.ops)
        if bound is not None
    }


def of_gradients(trace: Trace) -> list[Value]:
    """Trace → for every node what went into its gradient, over all paths."""
    scales: list[Value] = [0.0] * len(trace.graph)
    for node, slot, arg in trace.backward_edges():
        if node not in trace.ended:
            with np.errstate(all="ignore"):
                scales[arg] = scales[arg] + _of_contribution(trace, node, slot, scales[node])
    return scales


def of_edge(trace: Trace, node: int, slot: int) -> Value:
    """Edge → what went into the local derivative, or into the contribution of a structural operation."""
    bound = trace.graph.ops[node]
    assert bound is not None
    if bound.row.pointwise:
        args = [trace.values[arg] for arg in trace.graph.args[node]]
        return error_of_local_derivative(bound, slot, args, trace.values[node])
    return 0.0 if node in trace.ended else _of_contribution(trace, node, slot, 0.0)


def _of_contribution(trace: Trace, node: int, slot: int, off: Value) -> Value:
    """Edge, and how far the gradient at its node may be off → what went into the contribution."""
    bound = trace.graph.ops[node]
    assert bound is not None
    args = [trace.values[arg] for arg in trace.graph.args[node]]
    return error_of_contribution(bound, slot, Inexact(trace.reached_gradient(node), off), args, trace.values[node])
