"""The steps of forward mode → their equations and their sentences; and what is said at the end of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.forward_mode import ForwardMode
from graphviz_ad.autodiff.push import text_of
from graphviz_ad.autodiff.steps import Push, SeedTangent, Total
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.contribution import without_one
from graphviz_ad.explain.expression import PI_VALUE, Expression, printed, values
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, name_leaf, place_of
from graphviz_ad.explain.phrase import Filling, Segment, phrase
from graphviz_ad.explain.rule_instance import RuleInstance
from graphviz_ad.explain.signs import Outcome, lost_in
from graphviz_ad.explain.slopes import is_zero
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added
from graphviz_ad.language.names import dotted
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.ops.pushforward import is_linear
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

TangentStep = SeedTangent | Push | Total
"""A step that only forward mode has."""
_MAX_TERMS = 4
"""Inputs with a tangent up to which the last equation names each."""


def mode_of(trace: Trace) -> ForwardMode:
    """Trace of forward mode → its tangents."""
    assert trace.forward_mode is not None
    return trace.forward_mode


def tangent_name(trace: Trace, node: int, into: Tree) -> int:
    """Put the name of a tangent, ẇ, into the tree."""
    return into.add(NAME, dotted(trace.graph.names[node]))


def tangent_equation(trace: Trace, step: TangentStep, digits: int = DIGITS) -> Equation:
    """Step → `ẇ = 1`; `ṁ = ∂m/∂w · ẇ = x · ẇ`, `3 · 1`, `3`; `ṁ = x · ẇ + w · ẋ`, `3 + 20`, `23`."""
    match step:
        case SeedTangent():
            tree = Tree()
            name, value = tangent_name(trace, step.node, tree), tree.add(VALUE, step.tangent)
            return staged(tree, digits, [name], [], [value], step.tangent, [])
        case Push():
            return _push(trace, step, digits)
        case Total():
            return _total(trace, step, digits)


def _push(trace: Trace, step: Push, digits: int) -> Equation:
    graph, tree = trace.graph, Tree()
    symbolic = [tangent_name(trace, step.node, tree)] if step.of == 1 else []
    if step.local is not None:
        by = local_name(graph, step.node, step.source, tree, place_of(graph, step.node, step.slot))
        symbolic.append(_times(tree, by, tangent_name(trace, step.source, tree), step))
    symbolic.append(pushed_tree(trace, step.node, step.slot, tree, digits=digits))
    numeric, outcomes = list[int](), list[Outcome]()
    if step.local is not None or _has_text(trace, step):
        numeric = [pushed_tree(trace, step.node, step.slot, tree, digits=digits, values=True)]
        outcomes = [_computed(trace, step, tree, numeric[0], digits)]
        if step.local is not None and _is_long(tree, numeric[0]):
            product = _times(tree, tree.add(VALUE, step.local), tree.add(VALUE, step.tangent), step)
            numeric.append(product)
            outcomes.append(_computed(trace, step, tree, product, digits))
    result = [tree.add(VALUE, step.contribution)]
    return staged(tree, digits, symbolic, numeric, result, step.contribution, outcomes)


def _is_long(tree: Tree, product: int) -> bool:
    """Whether the local derivative in a product is more than a number or a sign and a number."""
    local = tree.args[product][0] if tree.args[product] else product
    waiting, signs = [local], 0
    while waiting:
        node = waiting.pop()
        signs += tree.kind[node] in (OPERATOR, CALL)
        waiting.extend(tree.args[node])
    return signs > 1


def _has_text(trace: Trace, step: Push) -> bool:
    return _text(trace, step.node, step.slot) is not None


def _text(trace: Trace, node: int, slot: int) -> str | None:
    """Edge of a structural operation → the text of its Jacobian-vector product, None where there is none."""
    bound = trace.graph.ops[node]
    assert bound is not None
    return text_of(bound, slot, [trace.values[arg] for arg in trace.graph.args[node]], trace.values[node])


def pushed_tree(trace: Trace, node: int, slot: int, tree: Tree, *, digits: int = DIGITS, values: bool = False) -> int:
    """Edge → what goes over it in forward mode, put into the tree: `x · ẇ`, with values in it `3 · 1`.

    Where no text says what it is, it is the Jacobian times the tangent, in names.
    """
    graph, mode = trace.graph, mode_of(trace)
    arg, bound = graph.args[node][slot], graph.ops[node]
    local, _ = mode.edges[node, slot]

    def tangent(into: Tree) -> int:
        return into.add(VALUE, mode.tangent(arg)) if values else tangent_name(trace, arg, into)

    if local is not None:
        partial = partial_tree(trace, node, slot, tree, values=values, digits=digits)
        return _product(tree, partial, tangent(tree), local, mode.tangent(arg))
    text = _text(trace, node, slot)
    if text is None or (
        bound is not None and bound.row.variadic and not bound.row.jvps and not bound.row.symmetric_jacobian
    ):
        return tree.add(OPERATOR, "@", (local_name(graph, node, arg, tree), tangent(tree)))
    if text == "0":
        return tree.add(NUMBER, 0.0)
    return RuleInstance(trace, node, slot, tree, values, digits, pushforward=text, tangent=tangent).run()


def _times(tree: Tree, local: int, tangent: int, step: Push) -> int:
    assert step.local is not None
    return _product(tree, local, tangent, step.local, step.tangent)


def _product(tree: Tree, local: int, tangent: int, slope: Value, moving: Value) -> int:
    """local · tangent: entry by entry between arrays, but for a factor that is one number."""
    single = isinstance(slope, float) or isinstance(moving, float) or tree.kind[local] == NUMBER
    return tree.add(OPERATOR, "*" if single else "odot", (local, tangent))


def _computed(trace: Trace, step: Push, tree: Tree, at: int, digits: int) -> Outcome:
    """The printed form of a contribution → what it computes to; nothing where not all of it is shown."""
    if step.local is None:
        return _pushed_again(trace, step, digits)
    try:
        computed = values(tree, at, {"π": PI_VALUE}, digits)
    except TypeError:  # an array too large to be printed number by number
        return Outcome()
    return Outcome(plain(computed[at]), lost_in(tree, computed, digits))


def _pushed_again(trace: Trace, step: Push, digits: int) -> Outcome:
    """What a structural operation makes of the tangent when all numbers are as printed."""
    bound, text = trace.graph.ops[step.node], _text(trace, step.node, step.slot)
    shown = [printed(trace.values[arg], digits) for arg in trace.graph.args[step.node]]
    tangent, out = printed(step.tangent, digits), printed(trace.values[step.node], digits)
    if bound is None or text is None or tangent is None or out is None or any(value is None for value in shown):
        return Outcome()
    with np.errstate(all="ignore"):
        return Outcome(plain(bound.pushforward(step.slot, text)(tangent, *shown, out)))


def _total(trace: Trace, step: Total, digits: int) -> Equation:
    """`ṁ = x · ẇ + w · ẋ`, `3 + 20`, `23`."""
    tree, mode, node = Tree(), mode_of(trace), step.node
    slots = mode.into(node)
    terms = [pushed_term(trace, node, slot, tree, digits) for slot in slots]
    symbolic = [tangent_name(trace, node, tree), _sum(tree, terms)]
    contributions = [mode.edges[node, slot].contribution for slot in slots]
    numeric = [_sum(tree, [tree.add(VALUE, contribution) for contribution in contributions])]
    outcome = added(contributions, digits)
    return staged(tree, digits, symbolic, numeric, [tree.add(VALUE, step.tangent)], step.tangent, [outcome])


def pushed_term(trace: Trace, node: int, slot: int, tree: Tree, digits: int) -> int:
    """Edge → what goes over it in names, in which a factor of 1 or -1 is not written."""
    pushed = pushed_tree(trace, node, slot, tree, digits=digits)
    if tree.kind[pushed] == OPERATOR and tree.head[pushed] in ("*", "odot"):
        local, tangent = tree.args[pushed]
        short = without_one(tree, tangent, local)
        return pushed if short is None else short
    return pushed


def _sum(tree: Tree, terms: list[int]) -> int:
    return reduce(lambda left, right: tree.add(OPERATOR, "+", (left, right)), terms)


def final_equation(trace: Trace, digits: int = DIGITS) -> Equation | None:
    """Trace → `L̇ = ∂L/∂w · ẇ + ∂L/∂b · ḃ`, with numbers, and the tangent of the output; None where none reaches it.

    Of arrays, and of many inputs, the tangent alone.
    """
    graph, mode, tree = trace.graph, mode_of(trace), Tree()
    output = graph.output
    tangent = mode.tangents[output]
    if tangent is None:
        return None
    symbolic, numeric, outcomes = [tangent_name(trace, output, tree)], list[int](), list[Outcome]()
    moving = [node for node in mode.given if mode.reverse.grads[node] is not None]
    scalar = all(trace.shape(node) == () for node in (output, *mode.given))
    if scalar and len(moving) == len(mode.given) <= _MAX_TERMS and output not in mode.given:
        names = [
            tree.add(OPERATOR, "*", (derivative(graph, node, tree), tangent_name(trace, node, tree)))
            for node in moving
        ]  # fmt: skip
        products = [
            tree.add(OPERATOR, "*", (tree.add(VALUE, mode.reverse.grads[node]), tree.add(VALUE, mode.given[node])))
            for node in moving
        ]  # fmt: skip
        symbolic.append(_sum(tree, names))
        numeric.append(_sum(tree, products))
        computed = values(tree, numeric[0], {}, digits)
        outcomes.append(Outcome(plain(computed[numeric[0]]), lost_in(tree, computed, digits)))
    return staged(tree, digits, symbolic, numeric, [tree.add(VALUE, tangent)], tangent, outcomes)


def ending_chains(trace: Trace, digits: int) -> list[Chain]:
    """Trace → `L̇ = 3`, the tangent of the output; nothing where none reaches it."""
    tree, output = Tree(), trace.graph.output
    tangent = mode_of(trace).tangents[output]
    if tangent is None:
        return []
    pair = (tangent_name(trace, output, tree), tree.add(VALUE, tangent))
    return [Chain(tuple(Expression(tree, part) for part in pair), ("=", "="), digits)]


def tangent_sentence(trace: Trace, step: TangentStep, lang: str, digits: int) -> tuple[Segment, ...]:
    """Step → what happens in it: which input moves, what goes over an edge, what adds up."""
    tree = Tree()

    def math(node: int) -> Chain:
        return Chain((Expression(tree, node),), ("=",), digits)

    def named(node: int) -> Chain:
        return math(name_leaf(trace.graph, node, digits)(tree))

    fillings: dict[str, Filling] = {"out": named(step.node)}
    match step:
        case SeedTangent():
            fillings["tangent"] = math(tangent_name(trace, step.node, tree))
            return phrase("tangent.seed", lang, **fillings)
        case Total():
            count = len(mode_of(trace).into(step.node))
            return phrase("tangent.total", lang, count, count=str(count), **fillings)
    fillings["x"] = named(step.source)
    return phrase(_sentence_key(trace, step), lang, **fillings)


def _sentence_key(trace: Trace, step: Push) -> str:
    """Which sentence tells of a push."""
    if is_zero(step.tangent):
        return "tangent.push.still"
    if step.local is None:
        return _structural_key(_text(trace, step.node, step.slot), trace, step)
    if is_zero(step.local):
        return "tangent.push.flat"
    if isinstance(step.local, float):
        return {1.0: "tangent.push.one", -1.0: "tangent.push.minus"}.get(step.local, "tangent.push")
    return "tangent.push.entries"


def _structural_key(text: str | None, trace: Trace, step: Push) -> str:
    bound = trace.graph.ops[step.node]
    if text == "0":
        return "tangent.push.flat"
    if text is not None and bound is not None and is_linear(bound.row, text):
        return "tangent.push.linear"
    return "tangent.push.jacobian"


def tangent_parts(
    trace: Trace, step: TangentStep, lang: str, digits: int
) -> tuple[Callable[[], tuple[Segment, ...]], ...]:
    """Step → what says what happens in it, as `sentence.parts` has it of other steps."""
    return (lambda: tangent_sentence(trace, step, lang, digits),)
