"""What stands at the leaves of an explanation: names, numbers and derivatives of nodes of the graph."""

from __future__ import annotations

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import number
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Leaf, Tree

DIGITS = numbers.DEFAULT_DIGITS
"""Significant digits of printed numbers, where no one asks for others."""


def derivative(graph: Graph, node: int, into: Tree, place: int | None = None) -> int:
    """Put ∂output/∂node into the tree."""
    return local_name(graph, graph.output, node, into, place)


def local_name(graph: Graph, of: int, by: int, into: Tree, place: int | None = None) -> int:
    """Put ∂of/∂by into the tree, `place` telling which argument of several that are the same node."""
    head = (graph.names[of], graph.names[by])
    return into.add(DERIVATIVE, head if place is None else (*head, place))


def place_of(graph: Graph, node: int, slot: int, of: int = 1) -> int | None:
    """Edge → 1, 2 … where ∂node/∂argument alone would not say which path is meant, None where it does."""
    args = graph.args[node]
    if args.count(args[slot]) > 1 or (node == graph.output and of > 1):
        return slot + 1
    return None


def name_leaf(graph: Graph, node: int, digits: int = DIGITS) -> Leaf:
    """Node → what puts its name, or for a constant its number, into a tree."""
    if node in graph.constants and graph.constant_name(node) is None:
        value = graph.constant_typed(node)
        return lambda tree: number(tree, value, digits) if isinstance(value, float) else tree.add(VALUE, value)
    return lambda tree: tree.add(NAME, graph.names[node])


def value_leaf(trace: Trace, node: int, digits: int = DIGITS) -> Leaf:
    """Node → what puts its value into a tree."""
    if node in trace.graph.constants and trace.graph.constant_name(node) is None:
        return name_leaf(trace.graph, node, digits)
    return lambda tree: tree.add(VALUE, trace.values[node])
