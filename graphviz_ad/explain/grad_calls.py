"""A call that changes .grad → its equation and its sentence."""

from __future__ import annotations

from graphviz_ad.autodiff.grad_calls import grad_nodes, total
from graphviz_ad.autodiff.steps import GradCall
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import DIGITS, name_leaf
from graphviz_ad.explain.phrase import Segment, gap, phrase
from graphviz_ad.explain.signs import Outcome, in_a_row
from graphviz_ad.explain.staged import staged
from graphviz_ad.language.tree import NAME, OPERATOR, VALUE, Tree


def grad_equation(trace: Trace, step: GradCall, digits: int = DIGITS) -> Equation:
    """Step → `w.grad = 0.4 + 0.4 = 0.8`, or `w.grad = None`: of one leaf, for all of them."""
    tree, graph = Tree(), trace.graph
    node = step.node if step.call == "retain_grad" else next(node for node, leaf in grad_nodes(trace).items() if leaf)
    name, grad = tree.add(NAME, f"{graph.names[node]}.grad"), trace.reached_gradient(node)
    before, after = total(grad, step.before[node]), total(grad, step.after[node])
    if after is None:
        none = Chain((Expression(tree, tree.add(NAME, "None")),), ("=",), digits)
        return Equation(Chain((Expression(tree, name),), ("=",), digits), Chain((), (), digits), none)
    numeric, outcomes = list[int](), list[Outcome]()
    if before is not None:
        numeric.append(tree.add(OPERATOR, "+", (tree.add(VALUE, before), tree.add(VALUE, grad))))
        outcomes.append(in_a_row("+", [before, grad], digits))
    return staged(tree, digits, [name], numeric, [tree.add(VALUE, after)], after, outcomes)


def grad_sentence(trace: Trace, step: GradCall, lang: str, digits: int) -> tuple[Segment, ...]:
    """Step → what the call does."""

    def named(node: int) -> Chain:
        tree = Tree()
        return Chain((Expression(tree, name_leaf(trace.graph, node, digits)(tree)),), ("=",), digits)

    text = phrase(f"grad.{step.call}", lang, out=named(step.node), x=named(step.node))
    kept = [node for node, leaf in grad_nodes(trace).items() if not leaf]
    if step.call == "zero_grad" and kept:
        text = (*text, *gap(lang), *phrase("grad.zero_grad.kept", lang, x=named(kept[0])))
    return text
