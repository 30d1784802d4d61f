"""Question on the steps of a pass → its last hint: one such step worked out with other numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.steps import Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.inputs import workable, zeros_of
from graphviz_ad.exercises.pools import POOLS, drawn
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.phrase import join, plain
from graphviz_ad.items.model import Text
from graphviz_ad.language.tree import NAME, NUMBER, VALUE, Tree
from graphviz_ad.ops.broadcasting import shape

if TYPE_CHECKING:
    from graphviz_ad.exercises.questions.numbers import Asker

_MAX_DRAWS = 40
"""Draws of other inputs: a formula that none of them suits has no such hint."""
_MAX_LISTED = 4
"""Inputs that are listed with an example: with more, or with arrays, its step alone says enough."""


def worked_elsewhere(ask: Asker, is_wanted: Callable[[Step], bool]) -> Iterator[Text]:
    """The first step that is wanted and has other numbers elsewhere → it with these, in one line, as a hint.

    A step that is the same at all inputs would give the answer, as the gradient that is given with the output.
    """
    own, other = [step for step in ask.trace.steps if is_wanted(step)], ask.example
    if not own or other is None:
        return
    known = {_written(ask.trace, step, ask.digits) for step in own}
    for step in filter(is_wanted, other.steps):
        whole = equation(other, step, ask.digits).whole
        if not _is_number(whole) and plain((("math", whole),)) not in known:
            values = [other.values[node] for node in other.graph.inputs.values()]
            if len(values) > _MAX_LISTED or any(map(shape, values)):
                yield ask.say("hint.example.step", step=whole)
            else:
                yield ask.say("hint.example", inputs=_inputs(ask, other), step=whole)
            return


def _written(trace: Trace, step: Step, digits: int) -> str:
    """Step → its equation as text."""
    return plain((("math", equation(trace, step, digits).whole),))


def _is_number(whole: Chain) -> bool:
    """Whether an equation is a name and a number, and nothing that is computed."""
    return all(part.tree.kind[part.root] in (NAME, NUMBER, VALUE) or n == 0 for n, part in enumerate(whole.parts))


def _inputs(ask: Asker, trace: Trace) -> Text:
    parts = []
    for name, node in trace.graph.inputs.items():
        tree = Tree()
        ends = Expression(tree, tree.add(NAME, name)), Expression(tree, tree.add(VALUE, trace.values[node]))
        text: Text = (("math", Chain(ends, ("", "="), ask.digits)),)
        parts.append(text)
    return join("ask.and", ask.lang, parts)


def elsewhere(trace: Trace) -> Trace | None:
    """Trace → the same passes at inputs of which none is as it was; None where none are found that can be worked with.

    The same trace gives the same inputs.
    """
    graph, zeros = trace.graph, zeros_of(trace)
    own = {name: trace.values[node] for name, node in graph.inputs.items()}
    chance = Random(f"{graph.source.text}\n{own}")  # noqa: S311
    for draw in range(_MAX_DRAWS):
        pool = POOLS[min(draw * len(POOLS) // _MAX_DRAWS, len(POOLS) - 1)]
        inputs = {name: drawn(chance, pool, shape(value)) for name, value in own.items()}
        if any(inputs[name] == value for name, value in own.items() if not shape(value)):
            continue
        try:
            other = rerun(trace, inputs)
        except GraphvizADError:
            continue
        if workable(other, zeros):
            return other.shown
    return None
