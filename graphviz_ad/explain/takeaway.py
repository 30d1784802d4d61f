"""What the finished picture ends with: one gradient, worked through from the loss to an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import closed, is_parameter
from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import transposed_jacobian, without_unit_upstream
from graphviz_ad.explain.carried import carried
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.closed_form import closed_form, names_of_ours, of_statements, output_name
from graphviz_ad.explain.equation import equation, has_parameters
from graphviz_ad.explain.equations import gradient, short_gradients, terms, upstream
from graphviz_ad.explain.expression import PI_VALUE, values
from graphviz_ad.explain.identities import Identity, of_output
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, name_leaf, place_of, value_leaf
from graphviz_ad.explain.operation import operation_tree
from graphviz_ad.explain.routes import Edge, along
from graphviz_ad.explain.signs import Outcome, lost_in
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added, added_up, shown_edges, with_minus
from graphviz_ad.explain.tidied import tidied
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.notation import spelt
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, NUMBER, OPERATOR, VALUE, Leaf, Tree, graft
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_FACTORS = 4
"""Factors of a chain that are read at a glance; of a longer one the statements are the links."""
_MAX_CONTRIBUTIONS = 4
"""Terms of a sum that stand on one line."""
_MAX_CHARACTERS = 110
"""Letters of an equation that is worked out: of a longer one a shorter path is taken."""
_BIASES = frozenset(("b", "β", "bias", "biases", "バイアス", "偏置"))
"""What biases are called, without subscripts: their gradient teaches less than that of a weight."""
_UNDOING = frozenset(("fitted", "spread"))
"""Functions of texts of derivatives that are no mathematics of a reader's."""
_MAX_EDGES_BEHIND = 4
"""Edges behind a known identity over which its expression is carried on."""


def takeaway(trace: Trace, digits: int = DIGITS) -> Equation | None:
    """Trace → the equation of one gradient, None where there is none: the chain rule at work once.

    It is that of an input with one path to a known identity, else of one whose contributions add up, else of one with
    one path to the output. It is a parameter where there is one, also one inside of a node, and not data; of several
    it is the one with the longest path.
    """
    return _inside(trace, digits) or _of_inputs(trace, digits)


def _of_inputs(trace: Trace, digits: int) -> Equation | None:
    """Trace → the equation of one of the inputs that stand in the picture, None where no text says it."""
    graph = trace.graph
    inputs = [node for node in graph.inputs.values() if trace.grads[node] is not None and trace.contributions_to[node]]
    every, inputs = inputs, [node for node in inputs if is_parameter(graph.names[node], graph.inputs)] or inputs
    weights = [node for node in inputs if spelt(graph.names[node]).stem not in _BIASES]
    for identity in of_output(trace):
        paths = _paths(trace, weights or inputs, identity.node)
        near = {node: path for node, path in paths.items() if len(path) <= _MAX_EDGES_BEHIND}
        lines = (_carried(trace, identity, node, near[node], digits) for node in _longest_first(trace, near))
        if short := next((line for line in lines if len(line.write(DISPLAY)) <= _MAX_CHARACTERS), None):
            return short
    several = [node for node in inputs if trace.contributions_to[node] > 1]
    paths = _paths(trace, inputs, graph.output)
    if not several and all(_is_direct(trace, path) for path in paths.values()):
        several = [node for node in every if trace.contributions_to[node] > 1]
    few = [node for node in several if trace.contributions_to[node] <= _MAX_CONTRIBUTIONS]
    if few:
        return _added(trace, few, digits)
    if not paths and several:
        return _added(trace, several, digits)
    if not paths:
        return _one_link(trace, inputs, digits)
    node = _longest_first(trace, paths)[0]
    if len(paths[node]) == 1 or not all(trace.shape(at) == () for at in range(len(graph))):
        return _last_edge(trace, node, digits)
    if len(paths[node]) > _MAX_FACTORS:
        whole = of_statements(trace)
        at = whole.graph.inputs.get(graph.names[node])
        path = None if at is None else _only_path(whole, at, whole.graph.output)
        if path is not None and 1 < len(path) < len(paths[node]):
            return along(whole, path, 1, digits).equation
    return along(trace, paths[node], 1, digits).equation


def _inside(trace: Trace, digits: int) -> Equation | None:
    """Trace with inputs inside of nodes → the equation of a parameter of it, which goes from statement to statement."""
    if trace.opened is None or not any(map(has_parameters, trace.graph.ops)):
        return None
    whole = closed(trace.opened, "statement")
    is_readable = output_name(whole) == output_name(trace) and not any(map(has_parameters, whole.graph.ops))
    return takeaway(whole, digits) if is_readable else None


def _added(trace: Trace, nodes: Sequence[int], digits: int) -> Equation | None:
    """Inputs with several contributions → how these add up: of an array that is the first of them, of the first whose
    are numbers, or of the last array.

    Arrays are not put in, and their terms go from statement to statement: `∂J/∂W = λ W + ∂J/∂o h^T`. It is None where
    a broadcast is undone within a statement, which has no sign of its own, or where the derivative would be told by
    itself.
    """
    numbers = [node for node in nodes if trace.shape(node) == ()]
    if numbers[:1] == nodes[:1]:
        return _terms(trace, numbers[0], digits)
    array, whole = nodes[0] if numbers else nodes[-1], of_statements(trace)
    at = whole.graph.inputs.get(trace.graph.names[array])  # None where it is within one of them
    line = None if at is None else _array(whole, at, digits)
    if line is None and numbers:
        return _terms(trace, numbers[0], digits)
    line = line or _by_jacobians(trace, array, digits)
    return None if line is None else replace(line, adds=True)


def _by_jacobians(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input that is an array → its gradient as the sum of what comes over its edges, each the Jacobian of what reads
    it, transposed, times the gradient of that: `∂L/∂x = (∂μ/∂x)ᵀ ∂L/∂μ + (∂s/∂x)ᵀ ∂L/∂s`.

    It is None where the output reads it, whose Jacobian is the gradient.
    """
    if any(reader == trace.graph.output for reader, _ in trace.graph.consumers[node]):
        return None
    tree, edges = Tree(), shown_edges(trace, node, trace.contributions_to[node], limit=_MAX_CONTRIBUTIONS)
    parts = [None if edge is None else transposed_jacobian(trace.graph, *edge, tree) for edge in edges]
    return _of_array(trace, node, tree, derivative(trace.graph, node, tree), added_up(tree, parts), digits)


def _array(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input that is an array → its gradient over the quantities of the statements, without numbers put in.

    It is None where a broadcast is undone within a statement, or where the derivative would be told by itself.
    """
    tree = Tree()
    right = tidied(tree, gradient(trace, node, tree, digits, short_gradients(trace, digits)), trace)
    parts = {(tree.kind[part], tree.head[part]) for part in nodes_below(tree, right)}
    left = derivative(trace.graph, node, tree)
    if (tree.kind[left], tree.head[left]) in parts or any((CALL, head) in parts for head in _UNDOING):
        return None
    return _of_array(trace, node, tree, left, right, digits)


def _of_array(trace: Trace, node: int, tree: Tree, left: int, right: int, digits: int) -> Equation:
    """Input that is an array, and the two sides of its equation in the tree → the same with its gradient."""
    grad = trace.reached_gradient(node)
    shown = np.reshape(grad, (1, -1)) if node in trace.rows else grad
    dust = trace.is_dust("gradient", node)
    return staged(tree, digits, [left, right], [], [tree.add(VALUE, shown)], grad, [], dust=dust)


def _terms(trace: Trace, node: int, digits: int) -> Equation:
    """Input between numbers with several contributions → these as formulas, `∂f/∂x = 2 · x + cos(x)`, and as numbers.

    Where that is long they are products of derivatives; of many the first two and the last stand there.
    """
    edges = shown_edges(trace, node, trace.contributions_to[node], limit=_MAX_CONTRIBUTIONS)
    short = short_gradients(trace, digits)
    numbers = [None if edge is None else trace.edge_gradient(*edge).contribution for edge in edges]
    of_all = short if all(edge is None or edge[0] in short for edge in edges) else {}  # they read alike

    def named(edge: Edge | None, tree: Tree) -> int | None:
        if edge is None:
            return None
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
    if len(whole.write(DISPLAY)) <= _MAX_CHARACTERS:
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


def _one_link(trace: Trace, nodes: Sequence[int], digits: int) -> Equation | None:
    """Inputs with one contribution → the equation of the first, from the statement that reads it, None without any.

    Where that statement is all there is, it is from the operation that reads it.
    """
    if not nodes:
        return None
    whole = of_statements(trace)
    node = whole.graph.inputs.get(trace.graph.names[nodes[0]])
    if node is None:  # it is within a statement
        return None
    is_all = any(reader == whole.graph.output for reader, _ in whole.graph.consumers[node])
    return _last_edge(trace, nodes[0], digits) if is_all else _last_edge(whole, node, digits)


def _last_edge(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input with one edge → the equation of what comes over it, None where no text says that.

    Where that is long its numbers are not put in.
    """
    (step,) = (step for step in trace.steps_to[node] if isinstance(step, Pull))
    bound = trace.graph.ops[step.node]
    if bound is None or bound.row.untold:
        return None
    if isinstance(bound, ClosedOperation) and trace.shape(node) and (line := _array(trace, node, digits)):
        return line
    whole = equation(trace, step, digits)
    if len(whole.write(DISPLAY)) <= 2 * _MAX_CHARACTERS:
        return whole
    sign = "≈" if trace.is_dust("contribution", step.node, step.slot) else "="
    return replace(whole, substituted=Chain((), (), digits), result=replace(whole.result, signs=(sign,)))


def _paths(trace: Trace, nodes: Sequence[int], target: int) -> dict[int, tuple[Edge, ...]]:
    """Nodes → those with one path only to a target, which is another node, each with its path."""
    paths = {node: _only_path(trace, node, target) for node in nodes}
    return {node: path for node, path in paths.items() if path}


def _only_path(trace: Trace, node: int, target: int) -> tuple[Edge, ...] | None:
    """Node → the edges of its path to a target, None where there are several or none."""
    path: list[Edge] = []
    while node != target:
        readers = [(reader, slot) for reader, slot in trace.graph.consumers[node] if trace.grads[reader] is not None]
        if len(readers) != 1:
            return None
        path += readers
        node = readers[0][0]
    return tuple(path)


def _is_direct(trace: Trace, path: Sequence[Edge]) -> bool:
    """Whether 1 arrives at the first reader on a path between numbers, so that nothing is multiplied on it."""
    leaf, tree = short_gradients(trace, DIGITS).get(path[0][0]), Tree()
    return path[0][0] == trace.graph.output or (leaf is not None and tree.kind[leaf(tree)] == NUMBER)


def _longest_first(trace: Trace, paths: Mapping[int, Sequence[Edge]]) -> list[int]:
    """Nodes with their paths → in order: parameters before data, then the longest path, then the first."""
    names, inputs = trace.graph.names, trace.graph.inputs
    return sorted(paths, key=lambda node: (not is_parameter(names[node], inputs), -len(paths[node]), node))


def _carried(trace: Trace, identity: Identity, node: int, edges: Sequence[Edge], digits: int) -> Equation:
    """Identity, an input, the edges between → `∂L/∂w = (a - y) · x`, the same in numbers, the gradient."""
    graph, tree, grad = trace.graph, Tree(), trace.reached_gradient(node)
    symbolic, numeric, outcomes = [derivative(graph, node, tree)], list[int](), list[Outcome]()
    result, scalar = tree.add(VALUE, grad), all(trace.shape(at) == () for at in (node, *(at for at, _ in edges)))
    if scalar:
        link = local_name(graph, identity.node, node, tree)
        symbolic.append(tree.add(OPERATOR, "*", (derivative(graph, identity.node, tree), link)))
    right = carried(trace, identity.put(tree), edges, tree, digits)
    symbolic.append(right if scalar else tidied(tree, right, trace))
    if scalar:
        leaves = {name: value_leaf(trace, at, digits) for name, at in graph.ids.items()}
        numeric.append(carried(trace, identity.put(tree, leaves), edges, tree, digits, numbers=True))
        computed = values(tree, numeric[0], {"π": PI_VALUE}, digits)
        outcomes.append(Outcome(plain(computed[numeric[0]]), lost_in(tree, computed, digits)))
    dust = trace.is_dust("gradient", node)
    return staged(tree, digits, symbolic, numeric, [result], grad, outcomes, dust=dust)
