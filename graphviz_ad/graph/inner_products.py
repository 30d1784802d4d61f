"""wᵀx of two vectors → one node, their inner product: a vector turned for it is no step of its own."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.merging import Merge, merged
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import bind
from graphviz_ad.values import Value


def inner_products(graph: Graph, values: Sequence[Value]) -> Graph:
    """Graph and the values of its nodes → the graph in which wᵀ of a vector is part of the product.

    What has a name of its own, or is read elsewhere too, stays a node.
    """
    turned = {product: node for product in range(len(graph)) if (node := _turned_for(graph, product)) is not None}
    if not turned:
        return graph
    sizes = [shape(value) for value in values]
    merges = {
        product: Merge(bind("dot"), (vector, other), frozenset((node,)))
        for product, node in turned.items()
        for vector, other in [(graph.args[node][0], graph.args[product][1])]
        if len(sizes[vector]) == 1 and sizes[vector] == sizes[other]
    }
    return merged(graph, merges)[0] if merges else graph


def _turned_for(graph: Graph, product: int) -> int | None:
    """Matrix product → its first factor where that is another node, transposed for this product alone."""
    operation = graph.ops[product]
    if operation is None or operation.row.name != "matmul":
        return None
    factor = graph.args[product][0]
    before = graph.ops[factor]
    if before is None or before.row.name != "transpose" or factor in graph.given_names:
        return None
    return factor if len(graph.consumers[factor]) == 1 else None
