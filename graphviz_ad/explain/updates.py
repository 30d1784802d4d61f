"""The step of an optimiser → its equation and its sentence."""

from __future__ import annotations

from graphviz_ad.autodiff.steps import Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.autodiff.update import UpdateOperation
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.expression import PI_VALUE, Expression, number, values
from graphviz_ad.explain.leaves import DIGITS, derivative, name_leaf, value_leaf
from graphviz_ad.explain.phrase import Segment, phrase
from graphviz_ad.explain.signs import Outcome, lost_in
from graphviz_ad.explain.staged import staged
from graphviz_ad.language.tree import NAME, VALUE, Leaf, Tree, graft
from graphviz_ad.ops.broadcasting import plain


def rule_tree(trace: Trace, node: int, into: Tree) -> int:
    """Node of an update → what its rule says, put into the tree: gradients as ∂L/∂w."""
    graph, bound = trace.graph, _operation(trace, node)

    def leaf(slot: int, of: bool) -> Leaf:
        arg = graph.args[node][slot]
        return (lambda tree: derivative(graph, arg, tree)) if of else name_leaf(graph, arg)

    leaves = {name: leaf(slot, of) for name, (slot, of) in bound.reads.items()}
    return graft(into, bound.tree, bound.root, leaves)


def update_equation(trace: Trace, step: Update, digits: int = DIGITS) -> Equation:
    """Step → `w′ = w - η ∂L/∂w`, `0.6 - 0.1·(-3.47)`, `0.948`."""
    graph, tree, bound = trace.graph, Tree(), _operation(trace, step.node)
    symbolic = [tree.add(NAME, graph.names[step.node]), rule_tree(trace, step.node, tree)]
    read = bound.read(graph.args[step.node], trace.values, trace.grads)

    def leaf(name: str, slot: int, of: bool) -> Leaf:
        if of:
            return lambda into: into.add(VALUE, read[name])
        return value_leaf(trace, graph.args[step.node][slot], digits)

    def constant(value: float) -> Leaf:
        return lambda into: number(into, value, digits)

    leaves = {name: leaf(name, slot, of) for name, (slot, of) in bound.reads.items()}
    leaves |= {name: constant(value) for name, value in bound.constants.items()}
    numeric = graft(tree, bound.tree, bound.root, leaves)
    computed = values(tree, numeric, {"π": PI_VALUE}, digits)
    outcome = Outcome(plain(computed[numeric]), lost_in(tree, computed, digits))
    return staged(tree, digits, symbolic, [numeric], [tree.add(VALUE, step.value)], step.value, [outcome])


def moved(trace: Trace, node: int) -> int | None:
    """Node of an update → the parameter whose next value it is, None where it is a part of one."""
    name = trace.graph.names[node]
    before = trace.graph.inputs.get(name.removesuffix("'")) if name.endswith("'") else None
    return None if before is None or trace.grads[before] is None else before


def update_sentence(trace: Trace, step: Update, lang: str, digits: int) -> tuple[Segment, ...]:
    """Step → what is computed: the next value of a parameter, what is remembered, or a part of these."""
    graph = trace.graph
    before, tree = moved(trace, step.node), Tree()
    key = "update.parameter"
    if before is None:
        key = "update.memory" if graph.names[step.node].removesuffix("'") in graph.inputs else "update.part"

    def named(node: int) -> Chain:
        return Chain((Expression(tree, name_leaf(graph, node, digits)(tree)),), ("=",), digits)

    return phrase(key, lang, out=named(step.node), x=named(step.node if before is None else before))


def _operation(trace: Trace, node: int) -> UpdateOperation:
    bound = trace.graph.ops[node]
    assert isinstance(bound, UpdateOperation), "an update is a statement of a rule"
    return bound
