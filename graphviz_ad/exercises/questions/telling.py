"""Trace → a question for one number on the way, which tells apart mistakes that have the same results."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.items.model import Question
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.misconceptions.lookalikes import most_telling

_MAX_CANDIDATES = 60
"""Numbers that are looked at: a formula of arrays has many, of which each takes a while."""


def telling(ask: Asker, name: str) -> Question | None:
    """The number on the way that tells most mistakes apart that the gradients of the inputs do not."""
    candidates = [ask.number(quantity) for quantity in _results(ask)][:_MAX_CANDIDATES]
    if not candidates:
        return None
    quantity = most_telling(ask.trace, candidates).quantity
    assert quantity is not None
    if quantity.what == "value":
        args = ask.trace.graph.args[quantity.node]
        hint = ask.say("hint.value", out=ask.name(quantity.node), args=ask.listed(dict.fromkeys(args)))
        solution = ask.worked(lambda step: isinstance(step, Evaluate))
    else:
        hint = ask.say("hint.begin", out=ask.name(ask.trace.graph.output))
        solution = ask.worked(lambda step: isinstance(step, Seed | Pull | Accumulate))
    fields = ask.entry_fields(name, [quantity])
    return Question(name, "telling", ask.say("ask.telling"), fields, 1, hints=(hint,), solution=solution)


def _results(ask: Asker) -> Iterator[Quantity]:
    """Numbers of the pass but for its results: gradients, contributions that are added, values, the last step first."""
    trace = ask.trace
    graph = trace.graph
    for node in range(graph.output - 1, -1, -1):
        if graph.ops[node] is not None and trace.grads[node] is not None:
            yield from entries(Quantity("gradient", node), trace)
    for node, slot, arg in trace.backward_edges():
        if trace.contributions_to[arg] > 1:
            yield from entries(Quantity("contribution", node, slot), trace)
    for node in range(graph.output, -1, -1):
        if graph.ops[node] is not None:
            yield from entries(Quantity("value", node), trace)
