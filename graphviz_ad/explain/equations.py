"""Trace → the equations of its statements, forward, and of their gradients, backward."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from graphviz_ad.autodiff.detail import closed, is_parameter
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import turn, without_unit_upstream
from graphviz_ad.explain.carried import carried
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.families import Row, alike
from graphviz_ad.explain.identities import of_output
from graphviz_ad.explain.leaves import DIGITS, derivative, name_leaf
from graphviz_ad.explain.operation import operation_tree
from graphviz_ad.explain.routes import Edge
from graphviz_ad.explain.sums import added_up
from graphviz_ad.language.printer import TYPST, Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, NUMBER, OPERATOR, Leaf, Tree

Symbol = Literal["partial", "delta"]
"""How a gradient is written: ∂L/∂z, or δ with the name below it."""


@dataclass(frozen=True, slots=True)
class Equations:
    """Equations in a dialect, each as left and right side: of the values in order, of the gradients against it.

    `indices` says of those that stand for several what their index is, as `k = i, f, o`; "" where there are none.
    """

    forward: tuple[tuple[str, str], ...]
    backward: tuple[tuple[str, str], ...]
    indices: str = ""


def equations(
    trace: Trace, dialect: Dialect, symbol: Symbol = "partial", digits: int = DIGITS, without: Collection[str] = ()
) -> Equations:
    """Trace → the equations of its statements, each of which is one node, and of all gradients but those of `without`.

    Those of results come first, those of parameters last; those that are alike but for one index stand once, as that
    of w_k with k = i, f, o.
    """
    whole, chosen = closed(trace.opened or trace, "statement"), reading(dialect, digits)
    graph = whole.graph
    forward = []
    for node, bound in enumerate(graph.ops):
        if bound is not None:
            tree = Tree()
            right = operation_tree(graph, node, tree, lambda arg: name_leaf(graph, arg, digits))
            forward.append((chosen.write_name(graph.names[node]), write(tree, right, chosen)))
    left_out = {graph.ids[name] for name in without if name in graph.ids}
    rows = [row for row in _rows(whole, digits, dialect) if not row.is_one and row.node not in left_out]
    rows.sort(key=lambda row: (graph.is_input(row.node), is_parameter(graph.names[row.node], graph.inputs)))
    backward, indices = alike(graph, rows, _with_symbol(chosen, symbol))
    return Equations(tuple(forward), tuple(backward), indices)


def gradient_equations(
    trace: Trace, dialect: Dialect, symbol: Symbol = "partial", digits: int = DIGITS
) -> dict[int, tuple[str, str]]:
    """Trace → the two sides of the equation of each gradient, by node, but for that of the output by itself."""
    chosen = _with_symbol(reading(dialect, digits), symbol)
    rows = _rows(trace, digits, dialect)
    return {row.node: row.sides(chosen) for row in rows if not (row.is_one and row.node == trace.graph.output)}


def _with_symbol(dialect: Dialect, symbol: Symbol) -> Dialect:
    """Dialect → the same that writes gradients with that symbol."""
    if symbol == "partial":
        return dialect
    before, behind = "()" if dialect.write_name is TYPST.write_name else "{}"
    delta = dialect.write_name("δ")
    return replace(dialect, derivative=lambda of, by: f"{delta}_{before}{by}{behind}")


def _rows(trace: Trace, digits: int, dialect: Dialect) -> Iterator[Row]:
    """Trace → the equation of each of its gradients, against the order of its nodes."""
    ones = dict[int, Leaf]()
    known = {identity.node: identity for identity in of_output(trace)}
    for node in range(trace.graph.output, -1, -1):
        if trace.grads[node] is not None:
            tree = Tree()
            left = derivative(trace.graph, node, tree)
            right = gradient(trace, node, tree, digits, ones)
            is_one = _is_one(tree, right)
            if is_one:
                ones[node] = _unit
            if dialect.mathematics:
                _put_side_by_side(tree, right)
            parts = (left, right, known[node].put(tree)) if node in known else (left, right)
            yield Row(node, tree, parts, is_one)


def _put_side_by_side(tree: Tree, root: int) -> None:
    """Sum of products → the same with no sign between a gradient and the only name that it is multiplied by, as there
    is none between a matrix and its gradient."""
    if tree.kind[root] != OPERATOR:
        return
    if tree.head[root] in ("+", "-"):
        for term in tree.args[root]:
            _put_side_by_side(tree, term)
    elif tree.head[root] == "*":
        factors = [tree.args[at][0] if tree.head[at] == "T" else at for at in tree.args[root]]
        if {tree.kind[factor] for factor in factors} == {NAME, DERIVATIVE}:
            tree.head[root] = "@"


def short_gradients(trace: Trace, digits: int) -> dict[int, Leaf]:
    """Trace → the gradients that are 1 by the rules alone, as a term of a loss has it, or between numbers a name, and
    those that are known, as a - y."""
    short = dict[int, Leaf]()
    for node in range(trace.graph.output, -1, -1):
        if trace.grads[node] is not None:
            tree = Tree()
            root = gradient(trace, node, tree, digits, short)
            if _is_one(tree, root):
                short[node] = _unit
            elif tree.kind[root] == NAME and trace.shape(node) == ():
                short[node] = partial(_named, tree.head[root])
    return {identity.node: identity.put for identity in of_output(trace)} | short


def _is_one(tree: Tree, node: int) -> bool:
    return tree.kind[node] == NUMBER and tree.head[node] == 1


def _unit(tree: Tree) -> int:
    return tree.add(NUMBER, 1.0)


def _named(name: str, tree: Tree) -> int:
    return tree.add(NAME, name)


def gradient(trace: Trace, node: int, tree: Tree, digits: int, short: Mapping[int, Leaf]) -> int:
    """Node → its gradient as the sum of what comes from its readers, in order; 1 where there is none.

    Those of `short` are put in. Vectors that stand beside others lie as the node does: a column beside a row is turned.
    """
    edges = [edge for edge in sorted(trace.graph.consumers[node]) if trace.grads[edge[0]] is not None]
    return added_up(tree, terms(trace, edges, tree, digits, short)) if edges else tree.add(NUMBER, 1.0)


def upstream(trace: Trace, reader: int, tree: Tree, short: Mapping[int, Leaf]) -> int:
    """Node → its gradient put into the tree: 1, what `short` says of it, or ∂output/∂node."""
    if reader == trace.graph.output and trace.starts_with_one:
        return tree.add(NUMBER, 1.0)
    return short[reader](tree) if reader in short else derivative(trace.graph, reader, tree)


def terms(
    trace: Trace, edges: Sequence[Edge | None], tree: Tree, digits: int, short: Mapping[int, Leaf]
) -> list[int | None]:
    """Edges from one node → what comes over each, of the gradients of its readers, None for None."""
    graph = trace.graph

    def carried_over(edge: Edge) -> int:
        first = len(tree)
        before = upstream(trace, edge[0], tree, short)
        term = without_unit_upstream(tree, carried(trace, before, (edge,), tree, digits))
        node = graph.args[edge[0]][edge[1]]
        if len(trace.shape(node)) == 1:
            turn(trace, node, tree, first)
        return term

    return [None if edge is None else carried_over(edge) for edge in edges]
