"""What the finished picture ends with: one gradient, worked through from the loss to an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphviz_ad.autodiff.detail import closed, is_parameter
from graphviz_ad.autodiff.steps import Accumulate, Pull, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.carried import carried
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.equation import equation, has_parameters
from graphviz_ad.explain.expression import PI_VALUE, values
from graphviz_ad.explain.identities import Identity, identities
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, value_leaf
from graphviz_ad.explain.overview import Overview, listing, overview
from graphviz_ad.explain.routes import Edge, along
from graphviz_ad.explain.signs import Outcome, lost_in
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.tangents import final_equation
from graphviz_ad.explain.updates import moved
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.ops.broadcasting import plain

_MAX_FACTORS = 4
"""Factors of a chain that are read at a glance; of a longer one the statements are the links."""
_MAX_CONTRIBUTIONS = 4
"""Terms of a sum that stand on one line."""
_MAX_MOVES = 2
"""Parameters whose update stands at the end: each takes half a line."""
_MAX_EDGES_BEHIND = 4
"""Edges behind a known identity over which its expression is carried on."""


def takeaway(trace: Trace, digits: int = DIGITS) -> Equation | None:
    """Trace → the equation of one gradient, None where there is none: the chain rule at work once.

    It is that of an input with one path to a known identity, else of one whose contributions add up, else of one with
    one path to the output. Of several it is a parameter, and the one with the longest path.
    """
    graph = trace.graph
    inputs = [node for node in graph.inputs.values() if trace.grads[node] is not None and trace.contributions_to[node]]
    if not inputs:
        return _inside(trace, digits)
    for identity in identities(trace):
        known = identity.of in (None, graph.output)  # the gradient itself, and not a link of it
        paths = _paths(trace, inputs, identity.node) if known else {}
        near = {node: path for node, path in paths.items() if len(path) <= _MAX_EDGES_BEHIND}
        if near:
            node = _longest(trace, near)
            return _carried(trace, identity, node, near[node], digits)
    several = [node for node in inputs if 1 < trace.contributions_to[node] <= _MAX_CONTRIBUTIONS]
    if several and trace.shape(several[0]) == ():
        steps = [step for step in trace.steps_to[several[0]] if isinstance(step, Accumulate)]
        return equation(trace, steps[-1], digits)
    paths = _paths(trace, inputs, graph.output)
    if not paths:
        return _inside(trace, digits)
    node = _longest(trace, paths)
    if len(paths[node]) == 1 or not all(trace.shape(at) == () for at in range(len(graph))):
        return _last_edge(trace, node, digits)
    if len(paths[node]) > _MAX_FACTORS:
        whole = closed(trace, "statement")
        at = whole.graph.inputs[graph.names[node]]
        path = _only_path(whole, at, whole.graph.output)
        if path is not None and 1 < len(path) < len(paths[node]):
            return along(whole, path, 1, digits).equation
    return along(trace, paths[node], 1, digits).equation


def _inside(trace: Trace, digits: int) -> Equation | None:
    """Trace with parameters inside of nodes → the equation of one of them, which goes from statement to statement."""
    if trace.opened is None or not any(map(has_parameters, trace.graph.ops)):
        return None
    whole = closed(trace.opened, "statement")
    return None if any(map(has_parameters, whole.graph.ops)) else takeaway(whole, digits)


def _last_edge(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input with one edge → the equation of what comes over it, None where no text says that."""
    (step,) = (step for step in trace.steps_to[node] if isinstance(step, Pull))
    plan = trace.graph.ops[step.node]
    return None if plan is None or plan.row.untold else equation(trace, step, digits)


def around(trace: Trace, what: str, digits: int) -> Equation | Overview:
    """Trace and "start" or "finished" → what is shown there: the values of the inputs, or the one gradient."""
    if trace.forward_mode is not None:
        ending = final_equation(trace, digits) if what == "finished" else None
        return ending or overview(trace, what, digits)
    if what == "finished" and trace.updates:
        return listing([equation(trace, step, digits).whole for step in moves(trace)])
    ending = takeaway(trace, digits) if what == "finished" else None
    return ending or overview(trace, what, digits)


def moves(trace: Trace) -> list[Update]:
    """Trace with an update → the steps that give parameters their next values, as many as stand at the end."""
    steps = [step for step in trace.steps if isinstance(step, Update) and moved(trace, step.node) is not None]
    return steps[:_MAX_MOVES]


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


def _longest(trace: Trace, paths: Mapping[int, Sequence[Edge]]) -> int:
    """Nodes with their paths → the one to show: a parameter rather than data, then the longest path, then the first."""
    names = trace.graph.names
    return max(paths, key=lambda node: (is_parameter(names[node]), len(paths[node]), -node))


def _carried(trace: Trace, identity: Identity, node: int, edges: Sequence[Edge], digits: int) -> Equation:
    """Identity, an input, the edges between → `∂L/∂w = (a - y) · x`, the same in numbers, the gradient."""
    graph, tree, grad = trace.graph, Tree(), trace.reached_gradient(node)
    symbolic, numeric, outcomes = [derivative(graph, node, tree)], list[int](), list[Outcome]()
    result, scalar = tree.add(VALUE, grad), all(trace.shape(at) == () for at in (node, *(at for at, _ in edges)))
    if scalar:
        link = local_name(graph, identity.node, node, tree)
        symbolic.append(tree.add(OPERATOR, "*", (derivative(graph, identity.node, tree), link)))
    symbolic.append(carried(trace, identity.put(tree), edges, tree, digits))
    if scalar:
        leaves = {name: value_leaf(trace, at, digits) for name, at in graph.ids.items()}
        numeric.append(carried(trace, identity.put(tree, leaves), edges, tree, digits, numbers=True))
        computed = values(tree, numeric[0], {"π": PI_VALUE}, digits)
        outcomes.append(Outcome(plain(computed[numeric[0]]), lost_in(tree, computed, digits)))
    dust = trace.is_dust("gradient", node)
    return staged(tree, digits, symbolic, numeric, [result], grad, outcomes, dust=dust)
