"""Trace → questions that look ahead or back: find the mistake, predict a gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.inputs import FormulaBaseline, always_zero, choose
from graphviz_ad.exercises.questions.learning import by, field, shown
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.phrase import join
from graphviz_ad.items.model import Choice, Field, Number, Option, Question, Text, Wrong, tolerance
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.diagnose import Diagnosis, Slips, feedback, near
from graphviz_ad.misconceptions.mutants import Mutant
from graphviz_ad.values import as_float

_MAX_EDGES = 14
"""Edges of a worked pass in which a mistake is looked for: a line each, which fit a page."""


def mistake(ask: Asker, name: str) -> Question | None:
    """A worked backward pass with one slip on an edge: name the edge, and give the right contribution.

    It is at other inputs than the exercise, so that it answers none of the other questions.
    """
    edges = [(node, slot) for node, slot, _ in ask.trace.backward_edges()]
    if not 2 <= len(edges) <= _MAX_EDGES or any(map(ask.trace.shape, range(len(ask.trace.graph)))):
        return None
    trace = _elsewhere(ask)
    planted = list(_planted(trace, ask.digits)) if trace is not None else []
    if trace is None or not planted:
        return None
    diagnosis, mutant, quantity = ask.chance.choice(planted)
    right, shown = quantity.read(trace), quantity.read(mutant)
    assert right is not None
    assert shown is not None
    assert quantity.slot is not None
    options = tuple(Option(ask.edge(*edge)) for edge in edges)
    chosen = Choice(options, edges.index((quantity.node, quantity.slot)))
    fields = (
        Field(f"{name}.edge", ask.say("ask.mistake.edge"), chosen),
        Field(
            f"{name}.right", ask.say("ask.mistake.right"), Number(right, tolerance(right, ask.digits)),
            wrong=(Wrong(shown, (diagnosis,)),),
        ),
    )  # fmt: skip
    hints = (ask.say("hint.begin", out=ask.name(trace.graph.output)), ask.say("hint.mistake"))
    given = (_values(ask, trace), *(_line(ask, mutant, node, slot) for node, slot in edges))
    solution = (feedback(trace, diagnosis, ask.lang),)
    return Question(name, "mistake", ask.say("ask.mistake"), fields, 2, given=given, hints=hints, solution=solution)


def _elsewhere(ask: Asker) -> Trace | None:
    """The same passes at other inputs, None where none are found that work."""
    graph, active = ask.trace.graph, ask.trace.active
    wrt = [name for name, node in graph.inputs.items() if active[node]]
    try:
        baseline = FormulaBaseline((), always_zero(graph, {}, wrt))
        return choose(graph, ask.chance.randrange(1 << 30), baseline=baseline, wrt=wrt)
    except ExerciseError:
        return None


def _planted(trace: Trace, digits: int) -> Iterator[tuple[Diagnosis, Mutant, Quantity]]:
    """Every slip on one edge that changes the contribution there, the pass after it, and the contribution."""
    for diagnosis, mutant in Slips(trace).single:
        (node, slot), *others = diagnosis[0].places
        if others or slot is None:
            continue
        contribution = Quantity("contribution", node, slot)
        shown, right = contribution.read(mutant), contribution.read(trace)
        if shown is None or right is None or not math.isfinite(shown):
            continue
        if not near(shown, right, Number(right, tolerance(right, digits))):
            yield diagnosis, mutant, contribution


def _values(ask: Asker, trace: Trace) -> Text:
    """The values of all nodes, which are not those of the exercise."""
    graph = trace.graph
    nodes = [node for node in range(len(graph)) if node not in graph.constants]
    parts: list[Text] = [
        (("math", ask.name(node)), ("text", " = "), ("math", shown(trace.values[node], ask.digits))) for node in nodes
    ]
    return ask.say("ask.mistake.values", values=join("ask.and", ask.lang, parts))


def _line(ask: Asker, mutant: Trace, node: int, slot: int) -> Text:
    """Edge of a worked pass → its contribution as written there."""
    quantity = Quantity("contribution", node, slot)
    return (*ask.label(quantity), ("text", " = "), ("math", shown(quantity.read(mutant) or 0.0, ask.digits)))


def predict(ask: Asker, name: str) -> Question | None:
    """One input doubled: what a gradient becomes; computed by running it."""
    trace, graph = ask.trace, ask.trace.graph
    scalars = [node for node in graph.inputs.values() if isinstance(trace.values[node], float)]
    asked = [node for node in scalars if isinstance(trace.grads[node], float)]
    cases = []
    for x in scalars:
        given = {input_name: trace.values[node] for input_name, node in graph.inputs.items()}
        doubled = run(graph, given | {graph.names[x]: 2 * trace.values[x]})
        for node in asked:
            after = as_float(doubled.grads[node])
            number = Number(after, tolerance(after, ask.digits), Quantity("gradient", node))
            if node != x and math.isfinite(after) and after and not near(after, as_float(trace.grads[node]), number):
                cases.append((x, node, number))
    if not cases:
        return None
    x, node, number = ask.chance.choice(cases)
    before = as_float(trace.grads[node])
    slips = (("unchanged", before), ("doubled", 2 * before), ("squared", 4 * before))
    quantity = Quantity("gradient", node)
    prompt = ask.say("ask.predict", x=ask.name(x), what=quantity.symbol(trace))
    asked_number = field(ask, name, quantity.symbol(trace), number.right, ((by(key, x), wrong) for key, wrong in slips))
    hints = (ask.say("hint.predict", x=ask.name(x)),)
    return Question(name, "predict", prompt, (asked_number,), 2, hints=hints, solution=hints)
