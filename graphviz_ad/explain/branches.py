"""A value that branches → its gradient as the sum of what comes over its branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import transposed_jacobian, without_unit_upstream
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.closed_form import closed_form, names_of_ours, of_statements
from graphviz_ad.explain.equations import gradient, short_gradients, terms, upstream
from graphviz_ad.explain.leaves import derivative, local_name, name_leaf, place_of
from graphviz_ad.explain.operation import operation_tree
from graphviz_ad.explain.routes import Edge
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added, added_up, shown_edges, with_minus
from graphviz_ad.explain.tidied import tidied
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, OPERATOR, VALUE, Leaf, Tree, graft
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_CONTRIBUTIONS = 4
"""Terms of a sum that stand on one line."""
MAX_CHARACTERS = 110
"""Letters of an equation that is worked out: of a longer one a shorter path is taken."""
_UNDOING = frozenset(("fitted", "spread"))
"""Functions of texts of derivatives that are no mathematics of a reader's."""


def added_inputs(trace: Trace, nodes: Sequence[int], digits: int) -> Equation | None:
    """Inputs with several contributions → how these add up: of an array that is the first of them, of the first whose
    are numbers, or of the last array.

    Arrays are not put in, and their terms go from statement to statement: `∂J/∂W = λ W + ∂J/∂o h^T`; where that is
    long they are Jacobians, transposed, times gradients. It is None where a broadcast is undone within a statement,
    which has no sign of its own, or where the derivative would be told by itself.
    """
    numbers = [node for node in nodes if trace.shape(node) == ()]
    if numbers[:1] == nodes[:1]:
        return terms_of(trace, numbers[0], digits)
    array, whole = nodes[0] if numbers else nodes[-1], of_statements(trace)
    at = whole.graph.inputs.get(trace.graph.names[array])  # None where it is within one of them
    line = None if at is None else of_array(whole, at, digits)
    if line is None and numbers:
        return terms_of(trace, numbers[0], digits)
    if line is None or len(line.symbolic.write(DISPLAY)) > MAX_CHARACTERS:
        line = _by_jacobians(trace, array, digits) or line
    return None if line is None else replace(line, adds=True)


def _by_jacobians(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input that is an array → its gradient as the sum of what comes over its edges, each the Jacobian of what reads
    it, transposed, times the gradient of that: `∂L/∂x = (∂μ/∂x)ᵀ ∂L/∂μ + (∂s/∂x)ᵀ ∂L/∂s`.

    It is None where the output reads it, whose Jacobian is the gradient.
    """
    if any(reader == trace.graph.output for reader, _ in trace.graph.consumers[node]):
        return None
    tree, edges = Tree(), shown_edges(trace, node, trace.contributions_to[node], limit=MAX_CONTRIBUTIONS)
    parts = [None if edge is None else transposed_jacobian(trace.graph, *edge, tree) for edge in edges]
    return _with_gradient(trace, node, tree, derivative(trace.graph, node, tree), added_up(tree, parts), digits)


def of_array(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input that is an array → its gradient over the quantities of the statements, without numbers put in.

    It is None where a broadcast is undone within a statement, or where the derivative would be told by itself.
    """
    tree = Tree()
    right = tidied(tree, gradient(trace, node, tree, digits, short_gradients(trace, digits)), trace)
    parts = {(tree.kind[part], tree.head[part]) for part in nodes_below(tree, right)}
    left = derivative(trace.graph, node, tree)
    if (tree.kind[left], tree.head[left]) in parts or any((CALL, head) in parts for head in _UNDOING):
        return None
    return _with_gradient(trace, node, tree, left, right, digits)


def _with_gradient(trace: Trace, node: int, tree: Tree, left: int, right: int, digits: int) -> Equation:
    """Input that is an array, and the two sides of its equation in the tree → the same with its gradient."""
    grad = trace.reached_gradient(node)
    shown = np.reshape(grad, (1, -1)) if node in trace.rows else grad
    dust = trace.is_dust("gradient", node)
    return staged(tree, digits, [left, right], [], [tree.add(VALUE, shown)], grad, [], dust=dust)


def terms_of(trace: Trace, node: int, digits: int) -> Equation:
    """Input between numbers with several contributions → these as formulas, `∂f/∂x = 2 · x + cos(x)`, and as numbers.

    Where that is long they are products of derivatives; of many the first two and the last stand there.
    """
    edges = shown_edges(trace, node, trace.contributions_to[node], limit=MAX_CONTRIBUTIONS)
    short = short_gradients(trace, digits)
    numbers = [None if edge is None else trace.edge_gradient(*edge).contribution for edge in edges]
    of_all = short if all(edge is None or edge[0] in short for edge in edges) else {}  # they read alike

    def named(edge: Edge | None, tree: Tree) -> int | None:
        if edge is None:
            return None
        if edge[0] == trace.graph.output and len(edges) > 1:  # its name would be that of the whole
            (part,) = terms(trace, [edge], tree, digits, short)
            return part
        local = local_name(trace.graph, edge[0], node, tree, place_of(trace.graph, *edge))
        before = upstream(trace, edge[0], tree, of_all)
        return without_unit_upstream(tree, tree.add(OPERATOR, "*", (before, local)))

    def written(tree: Tree, parts: Sequence[int | None]) -> Equation:
        grad = trace.reached_gradient(node)
        symbolic = [derivative(trace.graph, node, tree), added_up(tree, parts)]
        outcome, result = added(numbers, digits), tree.add(VALUE, grad)
        dust = trace.is_dust("gradient", node)
        parts_put_in = [with_minus(tree, numbers)]
        shown = staged(tree, digits, symbolic, parts_put_in, [result], grad, [outcome], dust=dust)
        return replace(shown, adds=True)

    tree, calls = Tree(), _calls(trace.graph, digits)
    parts = terms(trace, edges, tree, digits, short)
    parts = [part if part is None else tidied(tree, graft(tree, tree, part, calls), trace) for part in parts]
    whole = written(tree, parts)
    if names_of_ours(trace.graph, tree, whole.symbolic.parts[-1].root) and (
        short_one := closed_form(trace, node, digits)
    ):
        return replace(short_one, adds=True)
    if len(whole.write(DISPLAY)) <= MAX_CHARACTERS:
        return whole
    tree = Tree()
    return written(tree, [named(edge, tree) for edge in edges])


def _calls(graph: Graph, digits: int) -> dict[str, Leaf]:
    """Graph → by the name that we gave it, each call of a function of a quantity that its author named: sin(x)."""

    def leaf(node: int) -> Leaf:
        return lambda tree: operation_tree(graph, node, tree, lambda arg: name_leaf(graph, arg, digits))

    calls = {}
    for node, args in enumerate(graph.args):
        if node in graph.given_names or len(args) != 1 or not (graph.is_input(args[0]) or args[0] in graph.given_names):
            continue
        tree = Tree()
        if tree.kind[leaf(node)(tree)] == CALL:
            calls[graph.names[node]] = leaf(node)
    return calls
