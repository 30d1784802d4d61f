"""What the finished picture ends with: one gradient, worked through from the loss to an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import closed, is_parameter
from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.branches import MAX_CHARACTERS, MAX_CONTRIBUTIONS, added_inputs, of_array, terms_of
from graphviz_ad.explain.carried import carried
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.closed_form import of_statements, output_name
from graphviz_ad.explain.equation import equation, has_parameters
from graphviz_ad.explain.equations import short_gradients
from graphviz_ad.explain.expression import PI_VALUE, values
from graphviz_ad.explain.identities import Identity, of_output
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, value_leaf
from graphviz_ad.explain.routes import Edge, along
from graphviz_ad.explain.signs import Outcome, lost_in
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.tidied import tidied
from graphviz_ad.language.notation import spelt
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.tree import NUMBER, OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_FACTORS = 4
"""Factors of a chain that are read at a glance; of a longer one the statements are the links."""
_TELLING_SHARE = 0.1
"""Part of the largest gradient that is known below which another is as good as 0."""
_LATE_EDGES = 2
"""Edges of a path on which little is to be seen of the chain rule."""
_BIASES = frozenset(("b", "β", "bias", "biases", "バイアス", "偏置"))
"""What biases are called, without subscripts: their gradient teaches less than that of a weight."""
_MAX_EDGES_BEHIND = 4
"""Edges behind a known identity over which its expression is carried on."""


def takeaway(trace: Trace, digits: int = DIGITS) -> Equation | None:
    """Trace → the equation of one gradient, None where there is none: the chain rule at work once.

    It is that of an input with one path to a known identity, else of one whose contributions add up, else of one with
    one path to the output. It is a parameter where there is one, also one inside of a node, and not data; of several
    it is the one with the longest path. A number in the picture whose contributions add up is before a parameter inside
    of a node, and before one that is read late.
    """
    return (
        _beside_closed(trace, digits)
        or _of_computed(trace, digits)
        or _inside(trace, digits)
        or _of_inputs(trace, digits)
    )


def _beside_closed(trace: Trace, digits: int) -> Equation | None:
    """Trace with parameters inside of nodes → how the contributions to an input in the picture add up, if any do."""
    graph = trace.graph
    early = [identity for identity in of_output(trace) if (graph.output, 0) not in graph.consumers[identity.node]]
    if not any(map(has_parameters, graph.ops)) or early:
        return None
    several = [node for node in graph.inputs.values() if _adds_up(trace, node)]
    if not several or any(is_parameter(graph.names[node], graph.inputs) for node in several):
        return None
    return added_inputs(trace, several[:1], digits)


def _of_computed(trace: Trace, digits: int) -> Equation | None:
    """Trace with its weights inside of nodes → what is known of a number in the picture that branches, or how the
    contributions to it add up, None where no number that has a name does, or an input is read early."""
    graph, whole = trace.graph, _of_all(trace)
    inputs = [node for node in graph.inputs.values() if trace.grads[node] is not None]
    paths = _paths(trace, inputs, graph.output)
    if whole is None or any(len(paths.get(node, graph.names)) > _LATE_EDGES for node in inputs):
        return None
    computed = (node for node in sorted(graph.given_names) if node < graph.output and graph.ops[node])
    named = {graph.names[node]: node for node in computed if trace.shape(node) == () and _adds_up(trace, node)}
    for identity in of_output(whole):
        if whole.graph.names[identity.node] in named and _is_telling(whole, identity):
            return _carried(whole, identity, identity.node, (), digits)
    return terms_of(trace, min(named.values()), digits) if named else None


def _adds_up(trace: Trace, node: int) -> bool:
    """Whether a node has a gradient of a few contributions."""
    return trace.grads[node] is not None and 1 < trace.contributions_to[node] <= MAX_CONTRIBUTIONS


def _of_inputs(trace: Trace, digits: int) -> Equation | None:
    """Trace → the equation of one of the inputs that stand in the picture, None where no text says it."""
    graph = trace.graph
    inputs = [node for node in graph.inputs.values() if trace.grads[node] is not None and trace.contributions_to[node]]
    every, inputs = inputs, [node for node in inputs if is_parameter(graph.names[node], graph.inputs)] or inputs
    weights = [node for node in inputs if spelt(graph.names[node]).stem not in _BIASES]
    slight: Equation | None = None
    for identity in of_output(trace):
        paths = _paths(trace, weights or inputs, identity.node)
        near = {node: path for node, path in paths.items() if len(path) <= _MAX_EDGES_BEHIND}
        lines = (_carried(trace, identity, node, near[node], digits) for node in _longest_first(trace, near))
        short = next((line for line in lines if len(line.write(DISPLAY)) <= MAX_CHARACTERS), None)
        if short and _is_telling(trace, identity):
            return short
        slight = slight or short
    if slight:
        return slight
    several = [node for node in inputs if trace.contributions_to[node] > 1]
    paths = _paths(trace, inputs, graph.output)
    if not several and all(_is_direct(trace, path) for path in paths.values()):
        several = [node for node in every if trace.contributions_to[node] > 1]
    few = [node for node in several if trace.contributions_to[node] <= MAX_CONTRIBUTIONS]
    if few:
        return added_inputs(trace, few, digits)
    if not paths and several:
        return added_inputs(trace, several, digits)
    if not paths:
        return _one_link(trace, inputs, digits)
    node = _longest_first(trace, paths)[0]
    branching = [at for at in every if at not in inputs and _adds_up(trace, at)]
    arrays = [at for at in branching if trace.shape(at) and _distance(trace, at) >= len(paths[node])]
    if arrays and (line := added_inputs(trace, arrays[:1], digits)):
        return line
    if len(paths[node]) <= _LATE_EDGES:
        early = [at for at in branching if _distance(trace, at) >= 2 * len(paths[node])]
        if early and (line := added_inputs(trace, early, digits)):
            return line
        computed = [at for at in sorted(graph.given_names) if at < graph.output and graph.ops[at]]
        named = [at for at in computed if trace.shape(at) == () and _adds_up(trace, at)]
        if named:
            return terms_of(trace, named[0], digits)
    if len(paths[node]) == 1 or not all(trace.shape(at) == () for at in range(len(graph))):
        return _last_edge(trace, node, digits)
    if len(paths[node]) > _MAX_FACTORS:
        whole = of_statements(trace)
        at = whole.graph.inputs.get(graph.names[node])
        path = None if at is None else _only_path(whole, at, whole.graph.output)
        if path is not None and 1 < len(path) < len(paths[node]):
            return along(whole, path, 1, digits).equation
    return along(trace, paths[node], 1, digits).equation


def _is_telling(trace: Trace, identity: Identity) -> bool:
    """Whether a gradient between numbers is not much smaller than others that are known, as that of p₂ - y₂ may be."""
    known = [trace.reached_gradient(other.node) for other in of_output(trace) if trace.shape(other.node) == ()]
    own = trace.reached_gradient(identity.node)
    return not isinstance(own, float) or abs(own) >= _TELLING_SHARE * max(abs(float(grad)) for grad in known)


def _inside(trace: Trace, digits: int) -> Equation | None:
    """Trace with inputs inside of nodes → the equation of a parameter of it, which goes from statement to statement."""
    whole = _of_all(trace)
    return None if whole is None else takeaway(whole, digits)


def _of_all(trace: Trace) -> Trace | None:
    """Trace with inputs inside of nodes → the same with all inputs outside of its statements, None where that is not
    possible."""
    if trace.opened is None or not any(map(has_parameters, trace.graph.ops)):
        return None
    whole = closed(trace.opened, "statement")
    whole = whole.shown if trace.shown is trace else whole
    is_readable = output_name(whole) == output_name(trace) and not any(map(has_parameters, whole.graph.ops))
    return whole if is_readable else None


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
    if isinstance(bound, ClosedOperation) and trace.shape(node) and (line := of_array(trace, node, digits)):
        return line
    whole = equation(trace, step, digits)
    if len(whole.write(DISPLAY)) <= 2 * MAX_CHARACTERS:
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


def _distance(trace: Trace, node: int) -> int:
    """Node → the edges of its longest path to the output."""
    edges = [0] * len(trace.graph)
    for at in range(trace.graph.output, node - 1, -1):
        edges[at] = max((1 + edges[reader] for reader, _ in trace.graph.consumers[at]), default=0)
    return edges[node]


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
    if scalar and edges:
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
