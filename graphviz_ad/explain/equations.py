"""Trace → the equations of its statements, forward, and of their gradients, backward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.carried import carried
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.leaves import DIGITS, derivative, name_leaf
from graphviz_ad.explain.operation import operation_tree
from graphviz_ad.language.printer import TYPST, Dialect, write
from graphviz_ad.language.tree import NUMBER, OPERATOR, Tree

Symbol = Literal["partial", "delta"]
"""How a gradient is written: ∂L/∂z, or δ with the name below it."""


@dataclass(frozen=True, slots=True)
class Equations:
    """Equations in a dialect, each as left and right side: of the values in order, of the gradients against it."""

    forward: tuple[tuple[str, str], ...]
    backward: tuple[tuple[str, str], ...]


def equations(trace: Trace, dialect: Dialect, symbol: Symbol = "partial", digits: int = DIGITS) -> Equations:
    """Trace → the equations of its statements, each of which is one node."""
    if symbol == "delta":
        before, behind = "()" if dialect.write_name is TYPST.write_name else "{}"
        delta = dialect.write_name("δ")
        dialect = replace(dialect, derivative=lambda of, by: f"{delta}_{before}{by}{behind}")
    whole, chosen = closed(trace, "statement"), reading(dialect, digits)
    graph = whole.graph
    forward = []
    for node, plan in enumerate(graph.ops):
        if plan is not None:
            tree = Tree()
            right = operation_tree(graph, node, tree, lambda arg: name_leaf(graph, arg, digits))
            forward.append((chosen.write_name(graph.names[node]), write(tree, right, chosen)))
    backward = [
        (write(tree, left, chosen), write(tree, right, chosen)) for tree, left, right in _gradients(whole, digits)
    ]
    return Equations(tuple(forward), tuple(backward))


def _gradients(trace: Trace, digits: int) -> Iterator[tuple[Tree, int, int]]:
    """Trace → for each gradient, against the order of the nodes, a tree with its two sides."""
    for node in range(trace.graph.output, -1, -1):
        if trace.grads[node] is not None:
            tree = Tree()
            left = derivative(trace.graph, node, tree)
            yield tree, left, gradient(trace, node, tree, digits)


def gradient(trace: Trace, node: int, tree: Tree, digits: int) -> int:
    """Node → its gradient as the sum of what comes from its readers, of their gradients; 1 where nothing comes."""
    graph = trace.graph

    def upstream(reader: int) -> int:
        usual = reader == graph.output and isinstance(trace.seed, float) and trace.seed == 1
        return tree.add(NUMBER, 1.0) if usual else derivative(graph, reader, tree)

    terms = [
        carried(trace, upstream(reader), ((reader, slot),), tree, digits)
        for reader, slot in graph.consumers[node]
        if trace.grads[reader] is not None
    ]
    if not terms:
        return tree.add(NUMBER, 1.0)
    total, *further = terms
    for term in further:
        total = tree.add(OPERATOR, "+", (total, term))
    return total
