"""Trace → questions on what a framework does with gradients: what detach cuts, what a second backward() leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.pools import POOLS
from graphviz_ad.exercises.questions.learning import (
    Candidate,
    as_lines,
    at,
    by,
    equals,
    field,
    is_data,
    is_workable,
    kindest,
    learnt_numbers,
    shown,
)  # fmt: skip
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.by_hand import worked
from graphviz_ad.items.model import Number, Question, Sum, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.learning import OF_KIND
from graphviz_ad.misconceptions.mutants import Mistake, mutate_all

_CUT = Mistake("cut", "nothing goes back over the edge", contribution=lambda edge: 0.0)
"""What detach does."""


def detach(ask: Asker, name: str) -> Question | None:
    """A value is passed on detached: the value of the output, and the gradients of the inputs, by running it."""
    trace, graph = ask.trace, ask.trace.graph
    if any(map(trace.shape, range(len(graph)))):
        return None
    edges = [(node, slot) for node, slot, _ in trace.backward_edges()]
    ask.chance.shuffle(edges)
    edges.sort(key=lambda edge: not ask.is_named(graph.args[edge[0]][edge[1]]))
    candidates = (_detached(ask, name, edge) for edge in edges)
    return kindest((candidate for candidate in candidates if candidate), len(OF_KIND["detach"]))


def _detached(ask: Asker, name: str, edge: tuple[int, int]) -> tuple[Question, bool] | None:
    """Edge that is cut → the question, and whether it has a gradient that is cut and one that is left."""
    trace, graph = ask.trace, ask.trace.graph
    node, slot = edge
    cut = mutate_all(trace, [(_CUT, [edge])])
    asked = [
        quantity for node in graph.inputs.values() if trace.grads[node] for quantity in [Quantity("gradient", node)]
    ]
    before, after = ([quantity.read(passed) or 0.0 for quantity in asked] for passed in (trace, cut))
    if before == after or graph.output in graph.inputs.values():
        return None
    zero = _as_zero(trace, edge)
    fields = [
        field(ask, f"{name}.value", (("math", ask.name(graph.output)),), float(trace.values[graph.output]),
              [(by("detached value as zero", node), float(zero.values[graph.output]) if zero else None)])
    ]  # fmt: skip
    for count, (quantity, whole, left) in enumerate(zip(asked, before, after, strict=True), 1):
        wrong: list[Candidate] = [
            (by("detach ignored", node), whole),
            (by("detach cuts everything", node), 0.0),
            (by("detached path alone", node), whole - left),
            (by("detached value as zero", node), quantity.read(zero) if zero else None),
        ]
        fields.append(field(ask, f"{name}.{count}", quantity.symbol(trace), left, wrong))
    arg = graph.args[node][slot]
    fillings = {"x": ask.name(arg), "out": ask.name(node), "end": ask.name(graph.output)}
    prompt = ask.say("ask.detach", edge=ask.edge(node, slot), **fillings)
    hints = (ask.say("hint.detach", **fillings), ask.say("hint.detach.paths", edge=ask.edge(node, slot)))
    solution = (ask.say("solution.detach", **fillings), *_left(ask, asked, before, after))
    question = Question(name, "detach", prompt, tuple(fields), len(fields), hints=hints, solution=solution)
    return question, any(after) and any(left != whole and left for whole, left in zip(before, after, strict=True))


def _left(ask: Asker, asked: list[Quantity], before: list[float], after: list[float]) -> Iterator[Text]:
    """Gradients before and after a cut → a line for each."""
    for quantity, whole, left in zip(asked, before, after, strict=True):
        numbers = {"whole": shown(whole, ask.digits), "cut": shown(whole - left, ask.digits)}
        key = "solution.detach.cut" if whole != left else "solution.detach.kept"
        yield ask.say(key, what=quantity.symbol(ask.trace), left=shown(left, ask.digits), **numbers)


def _as_zero(trace: Trace, edge: tuple[int, int]) -> Trace | None:
    """Edge that is cut → the pass of one who takes what comes over it for 0; None where that is no number."""
    node, slot = edge

    def value(operation: object, _: int | None) -> float:
        args = [trace.values[arg] for arg in trace.graph.args[node]]
        args[slot] = 0.0
        bound = trace.graph.ops[node]
        assert bound is not None
        return float(evaluate(trace.graph, node, bound, args))

    try:
        mutant = mutate_all(trace, [(Mistake("zero", "", value=value), [(node, None)]), (_CUT, [edge])])
    except (GraphvizADError, ArithmeticError, ValueError):
        return None
    finite = [mutant.values[trace.graph.output], *(grad for grad in mutant.grads if grad is not None)]
    return mutant if all(math.isfinite(float(number)) for number in finite) else None


def second_backward(ask: Asker, name: str) -> Question | None:
    """backward() is called twice, at other data the second time: what stands in .grad, since it is not cleared."""
    trace, graph = ask.trace, ask.trace.graph
    if any(map(trace.shape, range(len(graph)))):
        return None
    changed = [node for node in graph.inputs.values() if node != graph.output]
    changed.sort(key=lambda node: not is_data(graph.names[node]))
    asked = learnt_numbers(ask)
    ask.chance.shuffle(asked)
    pool = ask.chance.sample(POOLS[0], len(POOLS[0]))
    candidates = (
        candidate
        for quantity in asked
        for node in changed
        if node != quantity.node
        for new in pool
        if new != trace.values[node] and (candidate := _second(ask, name, quantity, node, float(new)))
    )
    return kindest(candidates, len(OF_KIND["second_backward"]))


def _second(ask: Asker, name: str, quantity: Quantity, changed: int, new: float) -> tuple[Question, bool] | None:
    """Gradient, the input that changes and its new value → the question, if its numbers are workable."""
    trace, node = ask.trace, quantity.node
    try:
        again = at(trace, {changed: new})
    except GraphvizADError:
        return None
    first, second = quantity.read(trace), quantity.read(again)
    if not first or not second or not math.isfinite(second):
        return None
    total = first + second
    passes: list[list[Candidate]] = [
        [(diagnosis, quantity.read(mutant)) for diagnosis, mutant in ask.slips.single],
        [(by("gradient at the old data", node), first)],
        [(by("second replaces first", node), second), (by("first stays", node), first),
         (by("mean of both passes", node), total / 2), (by("first pass twice", node), 2 * first)],
    ]  # fmt: skip
    what, w = quantity.symbol(trace), ask.name(node)
    labels = (ask.say("ask.second.first", w=w), what, ask.say("ask.second.sum", w=w))
    keys = ("first", "alone", "sum")
    numbers = (first, second, total)
    fields = [
        field(ask, f"{name}.{key}", ask.say("ask.second.alone", what=what) if key == "alone" else label, number, wrong)
        for key, label, number, wrong in zip(keys, labels, numbers, passes, strict=True)
    ]
    asked = fields[-1].response
    assert isinstance(asked, Number)
    follows = Sum(((f"{name}.first", 1.0), (f"{name}.alone", 1.0)))
    fields[-1] = replace(fields[-1], response=replace(asked, follows=follows))
    out = ask.name(trace.graph.output)
    becomes = equals(trace.graph.names[changed], new, ask.digits)
    prompt = ask.say("ask.second", out=out, w=w, becomes=becomes)
    hints = (ask.say("hint.second", x=ask.name(changed), out=out), ask.say("hint.second.sum"))
    values = {f"g{n}": shown(number, ask.digits) for n, number in enumerate((first, second), 1)}
    added = worked("g = g_1 + g_2", {"g_1": first, "g_2": second, "g": total}, ask.digits)
    solution = (ask.say("solution.second", what=what, becomes=becomes, **values), *as_lines(added), hints[1])
    question = Question(name, "second_backward", prompt, tuple(fields), len(fields), hints=hints, solution=solution)
    return question, is_workable((first, 0.0), (second, 0.0), (total, max(abs(first), abs(second))))
