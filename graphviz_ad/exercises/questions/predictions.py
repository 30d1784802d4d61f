"""Trace → questions that look ahead or back: find the mistake, predict a gradient, one step of descent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.inputs import FormulaBaseline, always_zero, choose
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.phrase import Segment, join
from graphviz_ad.items.model import Choice, Field, Number, Option, Question, Slip, Text, Wrong, tolerance
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.language import numbers
from graphviz_ad.language.tree import VALUE, Tree
from graphviz_ad.misconceptions.diagnose import Diagnosis, Slips, feedback, near
from graphviz_ad.misconceptions.mutants import Mutant
from graphviz_ad.values import Value, as_float

RATE = 0.1
"""Learning rate of the step of descent: one moves the decimal point, and the output falls for most formulas."""
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
        (("math", ask.name(node)), ("text", " = "), _written(trace.values[node], ask.digits)) for node in nodes
    ]
    return ask.say("ask.mistake.values", values=join("ask.and", ask.lang, parts))


def _line(ask: Asker, mutant: Trace, node: int, slot: int) -> Text:
    """Edge of a worked pass → its contribution as written there."""
    quantity = Quantity("contribution", node, slot)
    return (*ask.label(quantity), ("text", " = "), _written(quantity.read(mutant) or 0.0, ask.digits))


def _written(value: Value, digits: int) -> Segment:
    """Number → mathematics."""
    tree = Tree()
    return ("math", Chain((Expression(tree, tree.add(VALUE, value)),), ("",), digits))


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
    wrong = _apart(number, (("unchanged", before), ("doubled", 2 * before), ("squared", 4 * before)), (x, None))
    quantity = Quantity("gradient", node)
    prompt = ask.say("ask.predict", x=ask.name(x), what=quantity.symbol(trace))
    field = Field(name, quantity.symbol(trace), Number(number.right, number.tolerance), wrong=wrong)
    hints = (ask.say("hint.predict", x=ask.name(x)),)
    return Question(name, "predict", prompt, (field,), 2, hints=hints, solution=hints)


def _apart(number: Number, candidates: Iterable[tuple[str, float]], place: tuple[int, int | None]) -> tuple[Wrong, ...]:
    """Wrong numbers, each with the name of its mistake → known wrong answers, none near the right one or another."""
    distinct: list[Wrong] = []
    for key, answer in candidates:
        taken = [number.right, *(float(wrong.answer) for wrong in distinct)]
        if not any(near(answer, other, number) for other in taken):
            distinct.append(Wrong(answer, ((Slip(key, (place,)),),)))
    return tuple(distinct)


def descent(ask: Asker, name: str) -> Question | None:
    """One step of gradient descent on one input: its new value, and whether the output falls, by running it."""
    trace, graph = ask.trace, ask.trace.graph
    nodes = [node for node in graph.inputs.values() if isinstance(trace.grads[node], float) and trace.grads[node]]
    if not nodes or trace.shape(graph.output):
        return None
    parameters = [node for node in nodes if graph.names[node][0] not in "xyt"]  # what is learned, not what is given
    node = ask.chance.choice(parameters or nodes)
    old, grad = as_float(trace.values[node]), as_float(trace.grads[node])
    right = old - RATE * grad
    number = Number(right, tolerance(right, ask.digits))
    slipped: list[tuple[float, Diagnosis]] = []
    for diagnosis, mutant in ask.slips.single:
        gradient = Quantity("gradient", node).read(mutant)
        if gradient is not None and math.isfinite(gradient):
            slipped.append((old - RATE * gradient, diagnosis))
    wrong = list(
        _apart(number, (("ascent", old + RATE * grad), ("no rate", old - grad), ("gradient alone", grad)), (node, None))
    )
    for answer, diagnosis in slipped:
        if not any(near(answer, float(other), number) for other in (right, *(known.answer for known in wrong))):
            wrong.append(Wrong(answer, (diagnosis,)))
    given = {input_name: trace.values[input_node] for input_name, input_node in graph.inputs.items()}
    after = run(graph, given | {graph.names[node]: right}).values[graph.output]
    before = trace.values[graph.output]
    falls = 2 if math.isclose(after, before) else 0 if after < before else 1
    options = tuple(Option(ask.say(f"ask.descent.{key}")) for key in ("fall", "rise", "stay"))
    w, out = ask.name(node), ask.name(graph.output)
    prompt = ask.say("ask.descent", rate=numbers.number(RATE), w=w, out=out)
    fields = (
        Field(f"{name}.new", ask.say("ask.descent.new", w=w), number, wrong=tuple(wrong)),
        Field(f"{name}.falls", ask.say("ask.descent.falls", out=out), Choice(options, falls)),
    )
    hints = (ask.say("hint.descent"),)
    return Question(name, "descent", prompt, fields, 2, hints=hints, solution=hints)
