"""Values → where paths of the backward pass end, as at a comparison, which no small change of its arguments changes.

The argument of a comparison has gradient 0, and so has all that leads to nothing else. That 0 is no factor of the chain
rule: times an infinite local derivative further back it would be nan, as in where(sqrt(x) > 1, x, 2*x) at 0, where the
square root only decides. Torch has no path there either. It has one through floor, round and sign, as we have, though
their derivatives are 0 too.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.graph.graph import Graph
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value


def ends(graph: Graph, node: int, slot: int, values: Sequence[Value]) -> bool:
    """Edge → whether every path over it ends there."""
    bound = graph.ops[node]
    assert bound is not None
    return bound.can_end and bound.row.ends_at(slot, tuple([len(shape(values[arg])) for arg in graph.args[node]]))


def ended_nodes(graph: Graph, values: Sequence[Value], active: bytearray) -> frozenset[int]:
    """The nodes that get a gradient, but 0, since every path from them to the output ends."""
    if not any(bound is not None and bound.can_end for bound in graph.distinct_ops):
        return frozenset()
    reached = bytearray(len(graph))
    reached[graph.output] = 1
    for node in range(graph.output, -1, -1):
        if reached[node]:
            for slot, arg in enumerate(graph.args[node]):
                if not reached[arg] and not ends(graph, node, slot, values):
                    reached[arg] = 1
    return frozenset([node for node, gets in enumerate(active) if gets and not reached[node]])
