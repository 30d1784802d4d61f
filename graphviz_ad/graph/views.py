"""Graph → the same graph for other libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.graph.graph import Graph

if TYPE_CHECKING:
    import networkx


def to_networkx(graph: Graph) -> networkx.MultiDiGraph:
    """Graph → `networkx.MultiDiGraph`, an edge from each argument to the node that reads it.

    Nodes are node ids with the attributes `name` and `op`; the key of an edge is its slot, so that `x*x` has
    two edges; the attribute `output` of the whole is the id of the output.
    """
    import networkx

    view = networkx.MultiDiGraph(formula=graph.source.text, output=graph.output)
    view.add_nodes_from((node, {"name": name, "op": graph.op_name(node)}) for node, name in enumerate(graph.names))
    view.add_edges_from((arg, node, slot) for node, args in enumerate(graph.args) for slot, arg in enumerate(args))
    return view
