"""A step becomes an equation in three stages: symbols, numbers put in, result.

Printed arithmetic holds: what the printed numbers give is computed from them as they are printed, and
where it is not the printed result, the sign between them is ≈.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.steps import (
    Accumulate,
    Evaluate,
    GradCall,
    Pull,
    Push,
    Seed,
    SeedTangent,
    Step,
    Total,
    Update,
)
from graphviz_ad.autodiff.trace import Trace, is_finite
from graphviz_ad.explain import contribution
from graphviz_ad.explain.annotate import partial_tree, pullback_tree
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.expression import PI_VALUE, SUM, printed, values
from graphviz_ad.explain.grad_calls import grad_equation
from graphviz_ad.explain.leaves import derivative, local_name, name_leaf, place_of, value_leaf
from graphviz_ad.explain.operation import operation_tree, operator_key
from graphviz_ad.explain.signs import Outcome, in_a_row, lost, lost_in, lost_in_text
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added, added_up, shown_edges, spelled_out
from graphviz_ad.explain.tangents import tangent_equation
from graphviz_ad.explain.updates import update_equation
from graphviz_ad.language import numbers
from graphviz_ad.language.tree import CALL, NAME, OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import contribution_to, plain, unbroadcast
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def equation(trace: Trace, step: Step, digits: int = numbers.DEFAULT_DIGITS) -> Equation:
    """Step → its equation, with numbers of that many significant digits."""
    match step:
        case Evaluate():
            return _evaluate(trace, step, digits)
        case Seed():
            tree = Tree()
            symbol, grad = derivative(trace.graph, step.node, tree), tree.add(VALUE, step.grad)
            return staged(tree, digits, [symbol], [], [grad], step.grad, [])
        case Pull():
            return _pull(trace, step, digits)
        case Accumulate():
            return _accumulate(trace, step, digits)
        case Update():
            return update_equation(trace, step, digits)
        case GradCall():
            return grad_equation(trace, step, digits)
        case SeedTangent() | Push() | Total():
            return tangent_equation(trace, step, digits)


def _evaluate(trace: Trace, step: Evaluate, digits: int) -> Equation:
    """`m = w·x`, `2·3`, `6`."""
    graph, tree, node = trace.graph, Tree(), step.node
    bound = graph.ops[node]
    assert bound is not None
    symbolic = [
        tree.add(NAME, graph.names[node]),
        elementwise(trace, node, tree, operation_tree(graph, node, tree, lambda arg: name_leaf(graph, arg, digits))),
    ]
    if has_parameters(bound):
        dust = trace.is_dust("value", node)
        return staged(tree, digits, symbolic, [], [tree.add(VALUE, step.value)], step.value, [], dust=dust)
    numeric = operation_tree(graph, node, tree, lambda arg: value_leaf(trace, arg, digits))
    numeric = elementwise(trace, node, tree, numeric)
    args = _all_shown(trace, graph.args[node], digits)
    outcome = Outcome()
    if len(args) == len(graph.args[node]):
        outcome = _operated(operator_key(bound.row) or bound.row.name, args, evaluate(graph, node, bound, args), digits)
    dust = trace.is_dust("value", node)
    return staged(tree, digits, symbolic, [numeric], [tree.add(VALUE, step.value)], step.value, [outcome], dust=dust)


def _operated(key: str, args: Sequence[Value], value: Value, digits: int) -> Outcome:
    """Operator or operation, its printed arguments, what they give → that, and whether something is lost in it."""
    if key in ("+", "*") and len(args) > 2:
        return replace(in_a_row(key, args, digits), value=value)
    return Outcome(value, lost(key, args, value, digits))


def has_parameters(bound: BoundOperation | None) -> bool:
    """Whether an operation has inputs within, whose values stand nowhere in the picture."""
    return isinstance(bound, ClosedOperation) and bool(bound.body.parameters)


def as_shown(trace: Trace, node: int, digits: int) -> Value | None:
    """Node → the number its printed value stands for, None of an array too large for it; a constant is as typed."""
    value, graph = trace.values[node], trace.graph
    typed = node in graph.constants and graph.constant_name(node) is None
    if typed and isinstance(value, float) and numbers.is_short(value, digits):
        return value
    rounded: Value | None = printed(value, digits)
    return rounded


def _all_shown(trace: Trace, nodes: Sequence[int], digits: int) -> list[Value]:
    """Nodes → the numbers their printed values stand for, without those that are too large for it."""
    return [value for value in (as_shown(trace, node, digits) for node in nodes) if value is not None]


def elementwise(trace: Trace, node: int, tree: Tree, at: int) -> int:
    """A product of arrays gets the sign of the elementwise product, at each of its own signs."""
    first, *others = trace.graph.args[node] or (node,)
    if all(map(trace.shape, (first, *others))):
        factor = at
        for _ in others:
            if tree.kind[factor] != OPERATOR or tree.head[factor] != "*":
                break
            tree.head[factor] = "odot"
            factor = tree.args[factor][0]
    return at


# -- backward over one edge --------------------------------------------------------------------


def _pull(trace: Trace, step: Pull, digits: int) -> Equation:
    """`∂L/∂w = ∂L/∂m · ∂m/∂w = ∂L/∂m · x`, `0.0018 · 3`, `0.0055`."""
    graph, tree = trace.graph, Tree()
    symbolic = [derivative(graph, step.to, tree)] if step.of == 1 else []
    if step.local is None:
        symbolic.append(_summed(step, tree, pullback_tree(trace, step.node, step.slot, tree, digits=digits)))
        numeric, outcomes = [], []
        if not _untold(trace, step):
            numbers_in = pullback_tree(trace, step.node, step.slot, tree, values=True, digits=digits)
            numeric, outcomes = [_summed(step, tree, numbers_in)], [_pulled_back(trace, step, digits)]
    else:
        if step.node != graph.output or step.of > 1:
            symbolic.append(_term(trace, step.node, step.slot, tree, step.of))
        partial = partial_tree(trace, step.node, step.slot, tree, digits=digits)
        symbolic.append(_summed(step, tree, times(step, tree, derivative(graph, step.node, tree), partial)))
        numeric = _numeric(trace, step, tree, digits)
        outcomes = [_computed(trace, step, tree, node, digits) for node in numeric]
        if len(outcomes) > 1:
            outcomes[0] = replace(outcomes[0], alike=_locals(trace, step, digits))
    if step.node in trace.ended and not is_finite(step.local):  # 0 without a product: 0 times infinity has no value
        numeric, outcomes = [], []
    result = [tree.add(VALUE, step.contribution)]
    dust = trace.is_dust("contribution", step.node, step.slot)
    return staged(tree, digits, symbolic, numeric, result, step.contribution, outcomes, dust=dust)


def _untold(trace: Trace, step: Pull) -> bool:
    """Whether no text says what the operation sends back."""
    bound = trace.graph.ops[step.node]
    return bound is not None and bound.row.untold


def _numeric(trace: Trace, step: Pull, tree: Tree, digits: int) -> list[int]:
    """The product with numbers put in, and where the local derivative is a longer expression, with its value too."""
    before = len(tree)
    partial = partial_tree(trace, step.node, step.slot, tree, values=True, digits=digits)
    signs = sum(kind in (OPERATOR, CALL) for kind in tree.kind[before:])
    stages = [_summed(step, tree, times(step, tree, tree.add(VALUE, step.upstream), partial))]
    if signs > 1:
        product = times(step, tree, tree.add(VALUE, step.upstream), tree.add(VALUE, step.local))
        stages.append(_summed(step, tree, product))
    return stages


def times(step: Pull, tree: Tree, upstream: int, local: int) -> int:
    """upstream · local, of the kind that the step's numbers are."""
    return contribution.times(tree, upstream, local, step.upstream, step.local)


def _summed(step: Pull, tree: Tree, at: int) -> int:
    """The sum that undoes a broadcast, where there was one."""
    return contribution.summed(tree, at, step.summed)


def _term(trace: Trace, node: int, slot: int, tree: Tree, of: int) -> int:
    """Edge → `∂L/∂m · ∂m/∂w`, or for a structural operation what it sends back, as one term of a sum."""
    graph = trace.graph
    local, _, axes = trace.edge_gradient(node, slot)
    if local is None:
        term = pullback_tree(trace, node, slot, tree)
    else:
        upstream = derivative(graph, node, tree)
        by = local_name(graph, node, graph.args[node][slot], tree, place_of(graph, node, slot, of))
        term = tree.add(OPERATOR, "odot" if trace.shape(node) else "*", (upstream, by))
    return contribution.summed(tree, term, axes)


def _summand(trace: Trace, node: int, slot: int, tree: Tree, of: int) -> int:
    """Edge → its term of a sum, its local derivative written out where the name would have two meanings."""
    term = spelled_out(trace, node, slot, tree, of)
    return _term(trace, node, slot, tree, of) if term is None else term


def _computed(trace: Trace, step: Pull, tree: Tree, at: int, digits: int) -> Outcome:
    """The printed form of a product → what it computes to; nothing where not all of it is shown."""
    to = trace.shape(step.to)
    scope = {SUM: lambda value: unbroadcast(plain(value), to)[0], "π": PI_VALUE}
    try:
        computed = values(tree, at, scope, digits)
    except TypeError:  # an array too large to be printed number by number
        return Outcome()
    return Outcome(plain(computed[at]), lost_in(tree, computed, digits))


def _locals(trace: Trace, step: Pull, digits: int) -> tuple[tuple[Value, Value], ...]:
    """Edge whose local derivative is shown as an expression and as a number → what the expression gives, the number."""
    tree = Tree()
    assert step.local is not None
    root = partial_tree(trace, step.node, step.slot, tree, values=True, digits=digits)
    try:
        return ((plain(values(tree, root, {"π": PI_VALUE}, digits)[root]), step.local),)
    except TypeError:
        return ()


def vanishes(trace: Trace, step: Pull, digits: int) -> bool:
    """Whether a local derivative of 0 is one only because a floating-point number has no room for what it is."""
    tree = Tree()
    root = partial_tree(trace, step.node, step.slot, tree, values=True, digits=digits)
    return bool(lost_in(tree, values(tree, root, {"π": PI_VALUE}, digits), digits))


def _pulled_back(trace: Trace, step: Pull, digits: int) -> Outcome:
    """What the structural operation sends back when all it is given is as printed."""
    graph = trace.graph
    bound = graph.ops[step.node]
    assert bound is not None
    exact = [trace.values[arg] for arg in graph.args[step.node]]
    args = _all_shown(trace, graph.args[step.node], digits)
    g, out = printed(step.upstream, digits), printed(trace.values[step.node], digits)
    if len(args) < len(exact) or g is None or out is None:
        return Outcome()
    ndims = tuple(np.ndim(value) for value in exact)
    with np.errstate(all="ignore"):
        pulled_back = bound.pullback(step.slot, ndims)(g, *args, out)
        value = contribution_to(plain(pulled_back), step.slot, tuple(map(np.shape, exact)), out)[0]
    scope = {"g": g, "out": out, "k": step.slot, "pi": PI_VALUE, **bound.options}
    if bound.row.variadic:
        scope |= {"xs": tuple(args), "x": args[step.slot]}
    else:
        scope |= dict(zip(bound.row.params, args, strict=True))
    return Outcome(value, lost_in_text(bound.row.pullback_text(step.slot, ndims), scope, digits))


# -- the sum at a fan-out ----------------------------------------------------------------------


def _accumulate(trace: Trace, step: Accumulate, digits: int) -> Equation:
    """`∂L/∂w = ∂L/∂m · ∂m/∂w + ∂L/∂r · ∂r/∂w`, `0.4 + 24`, `24.4`; before the last one `0.4 + …`."""
    graph, tree = trace.graph, Tree()
    edges = shown_edges(trace, step.to, step.of)
    terms = [None if edge is None else _summand(trace, *edge, tree, step.of) for edge in edges]
    symbolic = [derivative(graph, step.to, tree), added_up(tree, terms)]
    arrived = shown_edges(trace, step.to, step.count, through=(step.node, step.slot))
    contributions = [None if edge is None else trace.edge_gradient(*edge).contribution for edge in arrived]
    ellipsis = [None] if step.count < step.of else []
    leaves = [None if value is None else tree.add(VALUE, value) for value in contributions]
    numeric = [added_up(tree, [*leaves, *ellipsis])]
    outcome = added(contributions, digits)
    total = added_up(tree, [tree.add(VALUE, step.total), *ellipsis])
    key = ("gradient", step.to) if step.count == step.of else ("total", step.node, step.slot)
    return staged(tree, digits, symbolic, numeric, [total], step.total, [outcome], dust=trace.is_dust(*key))
