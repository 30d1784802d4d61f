"""All steps of a pass over one statement → one equation and one sentence.

Forward it is the statement with its value; backward what arrives at its inputs, sums as far as they have come.
"""

from __future__ import annotations

from collections.abc import Callable

from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.autodiff.steps import Accumulate, Pull, Seed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain, Equation
from graphviz_ad.explain.equation import as_shown, elementwise, equation, has_parameters, times
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import DIGITS, derivative, name_leaf, value_leaf
from graphviz_ad.explain.operation import operation_tree, operator_key
from graphviz_ad.explain.overview import Overview, listing
from graphviz_ad.explain.phrase import Filling, Segment, gap, join, phrase
from graphviz_ad.explain.routes import multiplied, product_of
from graphviz_ad.explain.sentence import parts
from graphviz_ad.explain.signs import Answer, Outcome, either, lost
from graphviz_ad.explain.staged import staged
from graphviz_ad.language.tree import NAME, VALUE, Leaf, Tree
from graphviz_ad.values import Value

_MAX_PARTS = 40
"""Operations and operands up to which a statement is written out: three lines of a slide; of a longer one the last
operation is."""
_MAX_NAMES = 8
"""Names that a sentence lists: of more it would be longer than two lines."""
_MAX_FACTORS = 3
"""Local derivatives of which a product is written out, as many as fit beside others on a line."""
_MAX_ARRIVALS = 6
"""Inputs of a statement at which it is listed what arrives: a gate of an LSTM has five."""


def statement_equation(trace: Trace, statement: StatementSteps, digits: int = DIGITS) -> Equation | Overview:
    """Steps over a statement → `a = σ(w·x + b)`, `σ(2·3 - 1)`, `0.99`; or `∂L/∂w = ∂L/∂a · a(1 - a) · x = 0.02`."""
    return _computed(trace, statement, digits) if statement.phase == "forward" else _arrivals(trace, statement, digits)


def _computed(trace: Trace, statement: StatementSteps, digits: int) -> Equation:
    """The statement in symbols, with the values of its inputs, and its value."""
    graph, tree, members = trace.graph, Tree(), sorted(statement.members)
    sizes: dict[int, int] = {}
    for node in members:
        sizes[node] = 1 + sum(sizes.get(arg, 1) for arg in graph.args[node])
    if sizes[statement.node] > _MAX_PARTS:
        return next(equation(trace, step, digits) for step in statement.steps if step.node == statement.node)

    def written(leaf: Callable[[int], Leaf]) -> int:
        at: dict[int, int] = {}

        def operand(arg: int) -> Leaf:
            return (lambda into: at[arg]) if arg in at else leaf(arg)

        for node in members:
            at[node] = elementwise(trace, node, tree, operation_tree(graph, node, tree, operand))
        return at[statement.node]

    symbolic = [tree.add(NAME, graph.names[statement.node]), written(lambda arg: name_leaf(graph, arg, digits))]
    numeric, outcomes = list[int](), list[Outcome]()
    if not any(has_parameters(graph.ops[node]) for node in members):
        numeric = [written(lambda arg: value_leaf(trace, arg, digits))]
        outcomes = [_recomputed(trace, members, digits)]
    value, dust = trace.values[statement.node], trace.is_dust("value", statement.node)
    return staged(tree, digits, symbolic, numeric, [tree.add(VALUE, value)], value, outcomes, dust=dust)


def _recomputed(trace: Trace, members: list[int], digits: int) -> Outcome:
    """Operations of a statement → what the last gives when the values of the inputs are as they are printed."""
    graph, results, losses = trace.graph, dict[int, Value](), list[Answer]()
    for node in members:
        bound = graph.ops[node]
        assert bound is not None
        args = [results[arg] if arg in results else as_shown(trace, arg, digits) for arg in graph.args[node]]
        shown = [arg for arg in args if arg is not None]
        if len(shown) < len(args):
            return Outcome()
        results[node] = evaluate(graph, node, bound, shown)
        losses.append(lost(operator_key(bound.row) or bound.row.name, shown, results[node], digits))
    return Outcome(results[members[-1]], either(losses))


def _arrivals(trace: Trace, statement: StatementSteps, digits: int) -> Overview:
    """What arrives at the inputs, in the order of the statement; the first product has its numbers too."""
    chains, is_worked = list[Chain](), False
    for to, step in _last_of_inputs(statement).items():
        tree = Tree()
        if isinstance(step, Accumulate):
            head = Expression(tree, derivative(trace.graph, to, tree))
            stages = equation(trace, step, digits)
            terms, result = stages.substituted, stages.result
            chains.append(Chain((head, *terms.parts, *result.parts), ("=", *terms.signs, *result.signs), digits))
            continue
        product, factors = _product(trace, statement, step, tree, digits)
        symbolic = [derivative(trace.graph, to, tree), *([] if product is None else [product])]
        numeric, outcomes = list[int](), list[Outcome]()
        if not is_worked and len(factors) > 1:
            is_worked, outcomes = True, [multiplied(factors, digits)]
            numeric = [product_of(tree, [tree.add(VALUE, factor) for factor in factors])]
        arrived, dust = step.contribution, trace.is_dust("contribution", step.node, step.slot)
        shown = [tree.add(VALUE, arrived)]
        chains.append(staged(tree, digits, symbolic, numeric, shown, arrived, outcomes, dust=dust).whole)
    return listing(chains, _MAX_ARRIVALS)


def _product(
    trace: Trace, statement: StatementSteps, step: Pull, tree: Tree, digits: int
) -> tuple[int | None, list[float]]:
    """Last step of the only path through a statement → `∂L/∂a · a(1 - a) · x`, as short as the local derivatives are,
    and the values of its factors, none where one is an array.

    None where there is no such path, and where its parts are no numbers with a derivative in symbols.
    """
    graph, edges, node, slot = trace.graph, list[tuple[int, int]](), step.node, step.slot
    slopes = list[float]()
    while True:
        bound, local = graph.ops[node], trace.local(node, slot)
        if bound is None or not bound.row.pointwise or not isinstance(local, float):
            return None, []
        if bound.row.partials[slot] != "1":
            edges.append((node, slot))
            slopes.append(local)
        if node == statement.node:
            break
        readers = [edge for edge in graph.consumers[node] if trace.grads[edge[0]] is not None]
        if len(readers) != 1 or readers[0][0] not in statement.members:
            return None, []
        ((node, slot),) = readers
    if len(edges) > _MAX_FACTORS:
        return None, []
    factors = [partial_tree(trace, *edge, tree, digits=digits) for edge in reversed(edges)]
    numbers = slopes[::-1]
    if node != graph.output or not (isinstance(trace.seed, float) and trace.seed == 1):
        factors.insert(0, derivative(graph, node, tree))
        grad = trace.grads[node]
        numbers = [grad, *numbers] if isinstance(grad, float) else []
    if not factors:
        return None, []
    product, *further = factors
    for factor in further:
        product = times(step, tree, product, factor)
    return product, numbers


def _last_of_inputs(statement: StatementSteps) -> dict[int, Pull | Accumulate]:
    """Steps back through a statement → its inputs that get a gradient, each with the last step that brings some."""
    last: dict[int, Pull | Accumulate] = {}
    for step in statement.steps:
        if isinstance(step, Pull | Accumulate) and step.to not in statement.members:
            last[step.to] = step
    return {node: last[node] for node in statement.inputs if node in last}


def statement_sentence(
    trace: Trace, statement: StatementSteps, lang: str = "en", digits: int = DIGITS
) -> tuple[Segment, ...]:
    """Steps over a statement → what happens in them, in words, as segments of text and mathematics."""
    return tuple(segment for part in statement_parts(trace, statement, lang, digits) for segment in part())


def statement_parts(
    trace: Trace, statement: StatementSteps, lang: str, digits: int
) -> tuple[Callable[[], tuple[Segment, ...]], ...]:
    """Steps over a statement → what says what happens, and what says why a number is not finite."""
    write = _forward if statement.phase == "forward" else _backward
    return (lambda: write(trace, statement, lang, digits)), (lambda: _trouble(trace, statement, lang, digits))


def _forward(trace: Trace, statement: StatementSteps, lang: str, digits: int) -> tuple[Segment, ...]:
    if len(statement.steps) == 1:  # an operation has a sentence of its own, as has a statement that is closed
        return parts(trace, statement.steps[0], lang, digits)[0]()
    names = _names(trace, [node for node in statement.inputs if node not in trace.graph.constants], lang, digits)
    count = len(statement.steps)
    key = "statement.forward" if names else "statement.forward.constant"
    return phrase(key, lang, count, out=_name(trace, statement.node, digits), args=names, count=str(count))


def _backward(trace: Trace, statement: StatementSteps, lang: str, digits: int) -> tuple[Segment, ...]:
    arrived = _last_of_inputs(statement)
    open_sums = [to for to, step in arrived.items() if step.count < step.of]
    out = _name(trace, statement.node, digits)
    first, segments = statement.steps[0], tuple[Segment, ...]()
    if isinstance(first, Seed):
        segments = (*parts(trace, first, lang, digits)[0](), *gap(lang))
    segments += phrase("statement.backward", lang, out=out, args=_names(trace, list(arrived), lang, digits))
    if open_sums:
        names = _names(trace, open_sums, lang, digits)
        segments += (*gap(lang), *phrase("statement.backward.open", lang, len(open_sums), args=names))
    return segments


def _trouble(trace: Trace, statement: StatementSteps, lang: str, digits: int) -> tuple[Segment, ...]:
    """The first reason that a step gives why something in it is not finite."""
    written = (part() for step in statement.steps for part in parts(trace, step, lang, digits)[1:])
    return next(filter(None, written), ())


def _name(trace: Trace, node: int, digits: int) -> Chain:
    tree = Tree()
    return Chain((Expression(tree, name_leaf(trace.graph, node, digits)(tree)),), ("=",), digits)


def _names(trace: Trace, nodes: list[int], lang: str, digits: int) -> Filling:
    """Nodes → their names, listed; of many the first."""
    names: list[tuple[Segment, ...]] = [(("math", _name(trace, node, digits)),) for node in nodes[:_MAX_NAMES]]
    if len(nodes) > _MAX_NAMES:
        names.append((("text", "…"),))
    return join("list" if len(nodes) > 2 else "both", lang, names)
