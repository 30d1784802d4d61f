"""Formula of a trace → the same with signs that tell products of arrays apart: entry by entry, inner, of matrices."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.language.tree import CALL, OPERATOR, Tree


def entrywise_products(trace: Trace) -> set[int]:
    """Trace → the products of two arrays: written ⊙, since side by side they would read as a matrix product."""
    graph = trace.graph
    return {
        node
        for node, bound in enumerate(graph.ops)
        if bound is not None and bound.row.name == "multiply" and all(trace.shape(arg) for arg in graph.args[node])
    }


def shown_with_product_signs(trace: Trace) -> Tree:
    """Trace → the tree of its formula as its author wrote it, in which products of arrays have their own sign."""
    shown = trace.graph.program.shown
    return with_product_signs(trace) if shown is None else shown.tree


def with_product_signs(trace: Trace) -> Tree:
    """Trace → the tree of its formula, in which products of arrays have their own sign."""
    trace = trace.opened or trace
    graph, tree = trace.graph, trace.graph.program.tree
    kinds, heads = list(tree.kind), list(tree.head)
    for node in entrywise_products(trace):
        if heads[graph.origins[node]] in ("*", "·"):
            heads[graph.origins[node]] = "odot"
    for node, origin in enumerate(graph.origins):
        if (graph.op_name(node) == "dot" and heads[origin] == "·" and heads[tree.args[origin][0]] != "T") or (
            heads[origin] == "@" and kinds[origin] == OPERATOR and _is_of_columns(trace, graph.args[node])
        ):
            kinds[origin], heads[origin] = CALL, "dot"
    return Tree(kinds, heads, tree.args)


def _is_of_columns(trace: Trace, args: Sequence[int]) -> bool:
    """Whether arguments are two vectors that are drawn as columns."""
    return [len(trace.shape(arg)) for arg in args] == [1, 1] and args[0] not in trace.rows
