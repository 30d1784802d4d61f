"""Gradient of a number → the whole of it over what the author named: ∂D/∂q = (1 - p)/(1 - q) - p/q."""

from __future__ import annotations

import math

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.equations import gradient, short_gradients
from graphviz_ad.explain.expression import PI_VALUE, values
from graphviz_ad.explain.leaves import derivative
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added, with_minus
from graphviz_ad.explain.tidied import Tidying
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import DERIVATIVE, NAME, NUMBER, VALUE, Tree

_MAX_TERMS = 4
"""Terms of a sum that stand on one line."""
_MAX_CHARACTERS = 90
"""Letters of an equation that is read at a glance."""


def closed_form(trace: Trace, node: int, digits: int) -> Equation | None:
    """Input that is a number → its gradient over the quantities of the statements, tidied, and what its terms are.

    It is None where that is long, or names what the author has not named, or where its numbers are not those of the
    gradient.
    """
    whole = of_statements(trace)
    at = whole.graph.inputs.get(trace.graph.names[node])
    if whole is trace or at is None or any(whole.shape(node) != () for node in range(len(whole.graph))):
        return None
    if trace.is_dust("gradient", node):
        return None
    tree, grad = Tree(), trace.reached_gradient(node)
    tidying = Tidying(tree, lambda name: True)
    right = tidying.run(gradient(whole, at, tree, digits, short_gradients(whole, digits)))
    terms = tidying.split(right)
    if len(terms) > _MAX_TERMS or names_of_ours(whole.graph, tree, right):
        return None
    try:
        numbers = [sign * _number(whole, tree, term) for sign, term in terms]
    except (KeyError, TypeError, ValueError):  # the derivative of a quantity by another has no number here
        return None
    if not math.isclose(math.fsum(numbers), grad, rel_tol=1e-9, abs_tol=1e-12):
        return None
    sums = [with_minus(tree, numbers)] if len(numbers) > 1 else []
    result = tree.add(VALUE, grad)
    equation = staged(
        tree, digits, [derivative(whole.graph, at, tree), right], sums, [result], grad,
        [added(numbers, digits)] * len(sums),
    )  # fmt: skip
    is_long = len(equation.write(DISPLAY)) > _MAX_CHARACTERS
    return None if is_long else equation


def of_statements(trace: Trace) -> Trace:
    """Trace → the same with each statement one node, unless its result, which has no name, is called otherwise then."""
    whole = closed(trace, "statement")
    return whole if output_name(whole) == output_name(trace) else trace


def output_name(trace: Trace) -> str:
    """Trace → the name of its result, ours where it has none."""
    return trace.graph.names[trace.graph.output]


def names_of_ours(graph: Graph, tree: Tree, root: int) -> bool:
    """Whether something in an expression has a name that its author has not given: v₃."""
    given = {*graph.given_names.values(), *graph.inputs, "π"}
    for node in nodes_below(tree, root):
        head = tree.head[node]
        names = (head,) if tree.kind[node] == NAME else head[:2] if tree.kind[node] == DERIVATIVE else ()
        if not given.issuperset(names):
            return True
    return False


def _number(trace: Trace, tree: Tree, root: int) -> float:
    """Expression over quantities of a trace and gradients of its output → its number."""
    graph, own = trace.graph, Tree(list(tree.kind), list(tree.head), list(tree.args))
    for node in nodes_below(tree, root):
        if tree.kind[node] == DERIVATIVE:
            of, by = tree.head[node][:2]
            if of != graph.names[graph.output]:
                raise KeyError(of)
            own.kind[node], own.head[node] = NUMBER, trace.grads[graph.ids[by]]
    scope: dict[str, object] = {name: trace.values[at] for name, at in graph.ids.items()}
    return float(values(own, root, scope | {"π": PI_VALUE})[root])
