"""Trace → questions on forward mode and Jacobians: tangents by hand, one row, and which mode takes fewer passes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import itemgetter, mul
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.forward_mode import seeded
from graphviz_ad.autodiff.passes import active_nodes, backward
from graphviz_ad.autodiff.steps import Evaluate, Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.questions.learning import Candidate, by, equals, field, is_workable, kindest
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import local_name
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.explain.tangents import tangent_name
from graphviz_ad.items.model import Choice, Field, Number, Option, Question, Sum, Text, Wrong
from graphviz_ad.language.tree import Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.catalogue import between
from graphviz_ad.misconceptions.learning import OF_KIND
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SIDES = range(2, 5)
"""Entries of a row and of a column of a Jacobian that is worked out by hand."""
_INPUTS = (2, 3, 5, 8, 20, 100, 784, 1000)
"""Numbers that a function takes, where passes are counted."""
_OUTPUTS = (2, 3, 5, 10, 50, 100, 1000)
"""Numbers that a function takes and gives, where passes are counted."""
_DRAWS = 6
"""Draws of these, of which the one is taken that tells most mistakes apart."""

_Through = Callable[[float, float], float]
"""Local derivative, tangent of the argument → what goes over the edge."""
_Joined = Callable[[Sequence[float]], float]
"""What comes over the edges into a node → its tangent."""


# -- tangents ---------------------------------------------------------------------------------------------------------


def tangents(ask: Asker, name: str) -> Question | None:
    """Forward mode by hand: one input moves, and the tangent of each node that moves with it is asked for."""
    trace, graph = ask.trace, ask.trace.graph
    edges = [(node, slot) for node, slot, _ in trace.backward_edges()]
    if any(map(trace.shape, range(len(graph)))) or any(trace.local(*edge) is None for edge in edges):
        return None
    inputs = [node for node in graph.inputs.values() if trace.grads[node] and node != graph.output]
    candidates = (_tangents(ask, name, node) for node in ask.chance.sample(inputs, len(inputs)))
    return kindest((candidate for candidate in candidates if candidate), len(OF_KIND["tangents"]))


def _tangents(ask: Asker, name: str, moved: int) -> tuple[Question, bool] | None:
    """The input that moves → the question, and whether its numbers are workable; None where a tangent is none."""
    trace, graph = ask.trace, ask.trace.graph
    right = _pushed(trace, {moved: 1.0})
    asked = [node for node in right if node != moved and trace.grads[node] is not None]
    if not asked or not all(math.isfinite(right[node]) for node in asked):
        return None
    names = {node: name if len(asked) == 1 else f"{name}.{count}" for count, node in enumerate(asked, 1)}
    wrong = list(_mistaken_tangents(trace, moved, right, asked))
    passes = [(diagnosis, _pushed(mutant, {moved: 1.0})) for diagnosis, mutant in ask.slips.single]
    fields = []
    for node in asked:
        own: list[Candidate] = [(by(mistake, at), numbers.get(node)) for mistake, at, numbers in wrong]
        slipped = ((diagnosis, numbers.get(node)) for diagnosis, numbers in passes)
        of_node = field(ask, names[node], (("math", _dotted(trace, node)),), right[node], own, slipped)
        fields.append(replace(of_node, response=_carrying(trace, node, of_node.response, names, moved)))
    x = ask.name(moved)
    prompt = ask.say("ask.tangents", x=x, dx=_dotted(trace, moved))
    first = asked[0]
    slot = next(slot for slot, arg in enumerate(graph.args[first]) if arg == moved)
    hints = (
        ask.say("hint.tangents"),
        ask.say("hint.tangents.edge", out=_dotted(trace, first), d=ask.local(first, slot), dx=_dotted(trace, moved)),
    )
    moving = seeded(trace, {moved: 1.0})
    shown = {moved, *asked}
    assert moving.forward_mode is not None
    steps = (step for step in moving.forward_mode.steps() if not isinstance(step, Evaluate) and step.node in shown)
    question = Question(
        name, "tangents", prompt, tuple(fields), len(fields), hints=hints, solution=_lines(ask, moving, steps)
    )
    return question, is_workable(*((right[node], 0.0) for node in asked))


def _pushed(
    trace: Trace, given: Mapping[int, float], through: Mapping[tuple[int, int], _Through] | None = None,
    joined: Mapping[int, _Joined] | None = None,
) -> dict[int, float]:  # fmt: skip
    """Trace of numbers and tangents of inputs → the tangents of all nodes that one reaches, with mistakes, if any."""
    through, joined, moving = through or {}, joined or {}, dict(given)
    product: _Through = mul
    for node, args in enumerate(trace.graph.args):
        over = [
            through.get((node, slot), product)(float(local), moving[arg])
            for slot, arg in enumerate(args)
            if arg in moving and node not in given and (local := trace.local(node, slot)) is not None
        ]
        if over:
            moving[node] = joined.get(node, sum)(over)
    return moving


def _mistaken_tangents(
    trace: Trace, moved: int, right: Mapping[int, float], asked: Sequence[int]
) -> Iterator[tuple[str, int, Mapping[int, float]]]:
    """The input that moves, right tangents, the nodes asked for → mistakes, where they are made, what comes out."""
    graph, given = trace.graph, {moved: 1.0}
    moving = {node for node in graph.inputs.values() if trace.grads[node] is not None}
    yield "every input moves", moved, _pushed(trace, dict.fromkeys(moving, 1.0))
    yield "gradient for tangent", graph.output, {node: float(trace.reached_gradient(node)) for node in asked}
    yield "value for tangent", moved, {node: float(trace.values[node]) for node in asked}
    for node in asked:
        slots = [slot for slot, arg in enumerate(graph.args[node]) if arg in right]
        for slot in slots:
            edge = node, slot
            yield "tangent without the slope", node, _pushed(trace, given, {edge: lambda local, tangent: tangent})
            yield "slope without the tangent", node, _pushed(trace, given, {edge: lambda local, tangent: local})
        if len(slots) > 1:
            for chosen in (itemgetter(0), itemgetter(-1)):
                yield "one argument moves", node, _pushed(trace, given, joined={node: chosen})
            yield "tangents multiplied", node, _pushed(trace, given, joined={node: lambda over: reduce(mul, over)})


def _carrying(trace: Trace, node: int, response: object, names: Mapping[int, str], moved: int) -> Number:
    """Node and the number asked there → the same, with how it follows from the tangents before it."""
    assert isinstance(response, Number)
    terms, rest = dict[str, float](), 0.0
    for slot, arg in enumerate(trace.graph.args[node]):
        local = trace.local(node, slot)
        if arg == moved:
            rest += float(local or 0.0)
        elif arg in names:
            terms[names[arg]] = terms.get(names[arg], 0.0) + float(local or 0.0)
    return replace(response, follows=Sum(tuple(terms.items()), rest)) if terms else response


def _dotted(trace: Trace, node: int) -> Chain:
    """Node → the name of its tangent."""
    tree = Tree()
    return Chain((Expression(tree, tangent_name(trace, node, tree)),), ("",))


def _lines(ask: Asker, trace: Trace, steps: Iterator[Step]) -> tuple[Text, ...]:
    """A trace of its own, and steps of it → their equations and sentences, one line each."""
    gap = between("language.step", ask.lang)
    return tuple(
        (("math", equation(trace, step, ask.digits).whole), ("text", gap), *sentence(trace, step, ask.lang, ask.digits))
        for step in steps
    )


# -- one row of a Jacobian --------------------------------------------------------------------------------------------


def jacobian_row(ask: Asker, name: str) -> Question | None:
    """One row of the Jacobian of a vector with respect to another one, which is one backward pass."""
    trace, graph = ask.trace, ask.trace.graph
    vectors = [node for node in range(len(graph)) if len(trace.shape(node)) == 1 and trace.shape(node)[0] in _SIDES]
    starts = [node for node in vectors if graph.ops[node] is None and trace.grads[node] is not None]
    pairs = [(node, start) for node in vectors if graph.ops[node] is not None for start in starts]
    ask.chance.shuffle(pairs)
    pairs.sort(key=lambda pair: not ask.is_named(pair[0]))
    candidates = (
        candidate
        for node, start in pairs
        if (whole := _jacobian(trace, node, start)) is not None
        for row in ask.chance.sample(range(len(whole)), len(whole))
        if (candidate := _row(ask, name, node, start, row, whole))
    )
    return kindest(candidates, len(OF_KIND["jacobian_row"]))


def _towards(trace: Trace, node: int, start: int, seed: Array) -> Trace:
    """A node, an input, the gradient to begin with → the backward pass from this node to this input."""
    graph = replace(trace.graph, output=node)
    active = active_nodes(graph, [trace.graph.names[start]])
    return Trace(graph, trace.values, backward(graph, trace.values, seed, active), seed, active)


def _jacobian(trace: Trace, node: int, start: int) -> Array | None:
    """Two vectors → the Jacobian of the first with respect to the second, None where nothing leads from one to the
    other, or an entry is 0 all along."""
    rows = []
    for unit in np.eye(trace.shape(node)[0]):
        try:
            row = _towards(trace, node, start, unit).grads[start]
        except GraphvizADError:
            return None
        if row is None:
            return None
        rows.append(np.asarray(row))
    whole = np.array(rows)
    return whole if np.all(np.isfinite(whole)) and np.count_nonzero(whole) == whole.size else None


def _row(ask: Asker, name: str, node: int, start: int, row: int, whole: Array) -> tuple[Question, bool] | None:
    """Two vectors, a row and the whole Jacobian → the question, and whether its numbers are workable."""
    trace = ask.trace
    size, wide = whole.shape
    others = [other for other in range(size) if other != row]
    wrong = [("sum of the rows", whole.sum(axis=0)), *(("another row", whole[other]) for other in others)]
    if row < wide and size == wide:
        wrong.append(("column for row", whole[:, row]))
    inner = trace.graph.args[node][0]
    bound = trace.graph.ops[node]
    if bound is not None and bound.row.pointwise and len(trace.graph.args[node]) == 1 and trace.graph.ops[inner]:
        before = _jacobian(trace, inner, start)
        wrong += [] if before is None else [("slope of the function forgotten", before[row])]
    tree = Tree()
    label = Chain((Expression(tree, local_name(trace.graph, node, start, tree)),), ("",))
    fields = tuple(
        field(ask, f"{name}.{entry + 1}", (("math", label), ("text", f" [{row}, {entry}]")), float(whole[row, entry]),
              ((by(mistake, node), float(numbers[entry])) for mistake, numbers in wrong))
        for entry in range(wide)
    )  # fmt: skip
    fillings = {"out": ask.name(node), "x": ask.name(start)}
    prompt = ask.say("ask.jacobian_row", **fillings, row=str(row))
    hints = (ask.say("hint.jacobian_row", **fillings, row=str(row)), ask.say("hint.jacobian_row.pass", **fillings))
    towards = _towards(trace, node, start, np.eye(size)[row])
    steps = (step for step in towards.steps if not isinstance(step, Evaluate))
    solution = (hints[1], *_lines(ask, towards, steps))
    question = Question(name, "jacobian_row", prompt, fields, len(fields), hints=hints, solution=solution)
    return question, is_workable(*((float(number), 1e-3) for number in whole[row]))


# -- which mode takes fewer passes ------------------------------------------------------------------------------------


def cheaper_mode(ask: Asker, name: str) -> Question | None:
    """Numbers that go in and come out → how many passes each mode takes for the Jacobian, and which is cheaper."""
    draws = list[tuple[int, int]]()
    while len(draws) < _DRAWS:
        count, outs = ask.chance.choice(_INPUTS), ask.chance.choice(_OUTPUTS)
        if count != outs:
            draws.append((count, outs))
    pushed = ask.chance.random() < 0.5
    return kindest(((_cheaper(ask, name, *draw, pushed), True) for draw in draws), len(OF_KIND["cheaper_mode"]))


def _cheaper(ask: Asker, name: str, count: int, outs: int, pushed: bool) -> Question:
    """Numbers that go in and come out, and whether a product with a direction or with a gradient is asked for."""
    node = ask.trace.graph.output

    def passes(which: str, right: int, other: int) -> Field:
        wrong = (("modes exchanged", other), ("a pass for each entry", count * outs), ("one pass for all", 1))
        candidates = ((by(mistake, node), float(answer)) for mistake, answer in wrong)
        return field(ask, f"{name}.{which}", ask.say(f"ask.cheaper.{which}"), float(right), candidates)

    def mode(which: str, label: Text, forward: bool) -> Field:
        options = tuple(Option(ask.say(f"ask.cheaper.mode.{mode}")) for mode in ("forward", "reverse"))
        right = 0 if forward else 1
        wrong = Wrong(1 - right, (by("modes exchanged", node),))
        return Field(f"{name}.{which}", label, Choice(options, right), wrong=(wrong,))

    product = ask.say("ask.cheaper.push" if pushed else "ask.cheaper.pull")
    fields = (
        passes("forward", count, outs), passes("reverse", outs, count),
        mode("whole", ask.say("ask.cheaper.whole"), count < outs), mode("product", product, pushed),
    )  # fmt: skip
    known = {"n": equals("n", float(count), ask.digits), "m": equals("m", float(outs), ask.digits)}
    hints = (ask.say("hint.cheaper"), ask.say("hint.cheaper.product"))
    prompt, solution = ask.say("ask.cheaper", **known), (ask.say("solution.cheaper", **known), hints[1])
    return Question(name, "cheaper_mode", prompt, fields, len(fields), hints=hints, solution=solution)
