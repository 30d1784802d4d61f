"""Trace → questions with options: the order of the backward pass, the graph of a formula, shapes of arrays."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.exercises.questions.learning import as_lines
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.exercises.questions.variants import variants
from graphviz_ad.explain.by_hand import stated
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import derivative
from graphviz_ad.explain.phrase import join
from graphviz_ad.items.model import Choice, Field, Option, Question, Text
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.language.tree import NAME, OPERATOR, Tree

_MAX_OPTIONS = 4
"""Options of a question: as many as stand side by side on a sheet, and guessing seldom pays."""


def order(ask: Asker, name: str) -> Question | None:
    """At some moment of the backward pass: which gradient can be finished next; exactly one of the options can."""
    trace, graph = ask.trace, ask.trace.graph
    active = [node for node in range(graph.output, -1, -1) if trace.grads[node] is not None]
    moments = []
    for count in range(1, len(active) - 1):
        done = set(active[:count])
        ready = [node for node in active[count:] if _complete(ask, node, done)]
        waiting = [node for node in active[count:] if node not in ready]
        if ready and waiting:
            moments.append((active[:count], ready, waiting))
    if not moments:
        return None
    finished, ready, waiting = ask.chance.choice(moments)
    right = ask.chance.choice(ready)
    others = ask.chance.sample(waiting, min(_MAX_OPTIONS - 1, len(waiting)))
    options = sorted([right, *others])
    choice = Choice(tuple(Option((("math", _gradient(ask, node)),)) for node in options), options.index(right))
    prompt = ask.say("ask.order", done=ask.listed(finished))
    hints = (ask.say("hint.begin", out=ask.name(graph.output)), ask.say("hint.order"))
    return Question(name, "order", prompt, (Field(name, (), choice),), 1, hints=hints, solution=(hints[1],))


def _complete(ask: Asker, node: int, done: set[int]) -> bool:
    """Whether all contributions to a node's gradient have arrived."""
    trace = ask.trace
    return all(out in done for out, _ in trace.graph.consumers[node] if trace.grads[out] is not None)


def _gradient(ask: Asker, node: int) -> Chain:
    tree = Tree()
    return Chain((Expression(tree, derivative(ask.trace.graph, node, tree)),), ("",))


def graph(ask: Asker, name: str) -> Question | None:
    """Four graphs, one of which is that of a formula that is read like the sheet's, whose own graph is on the sheet."""
    others = variants(ask.trace.graph, ask.chance, _MAX_OPTIONS - 1)
    if len(others) < 2:
        return None
    right = others[0]
    texts = [ask.trace.graph.source.text, *others]
    ask.chance.shuffle(texts)
    options = tuple(Option((("text", "ABCD"[number]),), text) for number, text in enumerate(texts))
    field = Field(name, (), Choice(options, texts.index(right)))
    hints = (ask.say("hint.graph"),)
    statements = as_lines(stated(right))
    prompt = ask.say("ask.graph", formula=join("ask.and", ask.lang, statements))
    return Question(name, "graph", prompt, (field,), 1, hints=hints, solution=hints)


def shape(ask: Asker, name: str) -> Question | None:
    """Of a matrix product: which product of the upstream gradient and the other factor has the right shape."""
    factors = [
        (node, slot, arg)
        for node, slot, arg in ask.trace.backward_edges()
        if ask.trace.graph.op_name(node) == "matmul" and len(ask.trace.shape(arg)) == 2
    ]
    if not factors:
        return None
    node, slot, arg = ask.chance.choice(factors)
    other = ask.trace.graph.args[node][1 - slot]
    tree = Tree()
    products = list(_products(ask, tree, node, slot, other))
    right = products[0]
    ask.chance.shuffle(products)
    options = tuple(Option((("math", Chain((Expression(tree, root),), ("",))),)) for root in products)
    prompt = ask.say(
        "ask.shape", out=ask.name(node), x=ask.name(ask.trace.graph.args[node][0]),
        y=ask.name(ask.trace.graph.args[node][1]), g=_gradient(ask, node), asked=ask.name(arg),
    )  # fmt: skip
    hints = (ask.say("hint.shape", x=ask.name(arg), shape=shape_text(ask.trace.shape(arg))),)
    field = Field(name, (), Choice(options, products.index(right)))
    return Question(name, "shape", prompt, (field,), 1, hints=hints, solution=hints)


def _products(ask: Asker, tree: Tree, node: int, slot: int, other: int) -> Iterator[int]:
    """The right product of upstream gradient and other factor first, then those with the order or a transpose wrong."""
    vectors = len(ask.trace.shape(node)) == 1 or len(ask.trace.shape(other)) == 1

    def g() -> int:
        return derivative(ask.trace.graph, node, tree)

    def factor() -> int:
        return tree.add(NAME, ask.trace.graph.names[other])

    def turned(at: int) -> int:
        return tree.add(OPERATOR, "T", (at,))

    def times(left: int, right: int) -> int:
        return tree.add(OPERATOR, "@", (left, right))

    if slot == 0:
        yield times(g(), turned(factor()))
        yield times(turned(factor()), g())
        yield times(g(), factor()) if not vectors else times(factor(), g())
        yield times(factor(), turned(g()))
    else:
        yield times(turned(factor()), g())
        yield times(g(), turned(factor()))
        yield times(factor(), g())
        yield times(turned(g()), factor())


def axis(ask: Asker, name: str) -> Question | None:
    """Of a broadcast: over which axis the gradient is summed."""
    trace = ask.trace
    edges = [(node, arg, trace.edge_gradient(node, slot).summed) for node, slot, arg in trace.backward_edges()]
    broadcasts = [(node, arg, summed) for node, arg, summed in edges if summed and trace.shape(node)]
    if not broadcasts:
        return None
    node, arg, summed = ask.chance.choice(broadcasts)
    axes = range(len(trace.shape(node)))
    reductions: list[tuple[str, tuple[int, ...]]] = [("sum", tuple(summed))]
    reductions += [("sum", (single,)) for single in axes if (single,) != tuple(summed)]
    reductions += [("sum", tuple(axes))] if len(axes) > 1 and tuple(summed) != tuple(axes) else []
    reductions += [("mean", tuple(summed)), ("none", ())]
    right, reductions = reductions[0], reductions[:_MAX_OPTIONS]
    ask.chance.shuffle(reductions)
    options = tuple(Option(_reduction(ask, *reduction)) for reduction in reductions)
    number = "" if trace.shape(arg) else ".number"
    small, large = shape_text(trace.shape(arg)), shape_text(trace.shape(node))
    prompt = ask.say(f"ask.axis{number}", x=ask.name(arg), out=ask.name(node), small=small, large=large)
    hints = (ask.say(f"hint.shape{number}", x=ask.name(arg), shape=small),)
    field = Field(name, (), Choice(options, reductions.index(right)))
    return Question(name, "axis", prompt, (field,), 1, hints=hints, solution=(_reduction(ask, *right),))


def _reduction(ask: Asker, how: str, axes: tuple[int, ...]) -> Text:
    """How a gradient is reduced (sum, mean, none) and over which axes → the words of that option."""
    if how == "none":
        return ask.say("ask.axis.none")
    listed = ", ".join(map(str, axes))
    many = ".all" if how == "sum" and len(axes) > 1 else ""
    return ask.say(f"ask.axis.{how}{many}", axis=listed)
