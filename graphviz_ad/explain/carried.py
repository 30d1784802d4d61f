"""A gradient at one node → what it becomes on its way over edges to another, as one expression."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree, pullback_tree
from graphviz_ad.explain.contribution import summed, times
from graphviz_ad.explain.routes import Edge
from graphviz_ad.language.tree import NUMBER, Leaf, Tree


def carried(
    trace: Trace, upstream: int, edges: Sequence[Edge], tree: Tree, digits: int, *, numbers: bool = False
) -> int:
    """Expression at the last node of some edges → what it becomes on its way to the first, put into the tree."""
    for node, slot in reversed(edges):
        bound = trace.graph.ops[node]
        assert bound is not None
        if bound.row.pointwise:
            local = partial_tree(trace, node, slot, tree, values=numbers, digits=digits)
            upstream = _times(trace, node, tree, upstream, local)
        else:
            upstream = pullback_tree(trace, node, slot, tree, values=numbers, digits=digits, upstream=_there(upstream))
        upstream = summed(tree, upstream, trace.edge_gradient(node, slot).summed)
    return upstream


def _times(trace: Trace, node: int, tree: Tree, upstream: int, local: int) -> int:
    """Upstream gradient at a node, and the local derivative of its operation → their product, factor by factor."""
    if _is_one(tree, local):
        return upstream
    if _is_one(tree, upstream):
        return local
    arriving = trace.grads[node]
    assert arriving is not None, "a gradient goes over this edge"
    return times(tree, upstream, local, arriving, None)


def _is_one(tree: Tree, node: int) -> bool:
    return tree.kind[node] == NUMBER and tree.head[node] == 1


def _there(index: int) -> Leaf:
    """Node that is in the tree already → a leaf that stands for it."""
    return lambda tree: index
