"""Trace → questions that look ahead or back: find the mistake, predict a gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.inputs import FormulaBaseline, always_zero, choose
from graphviz_ad.exercises.questions.learning import by, field, shown
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.phrase import join
from graphviz_ad.items.model import Choice, Diagnosis, Field, Number, Option, Question, Text, Wrong, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.misconceptions.diagnose import Slips, feedback, near
from graphviz_ad.misconceptions.mutants import Mutant
from graphviz_ad.values import as_float

_MAX_EDGES = 14
"""Edges of a worked pass in which a mistake is looked for: a line each, which fit a page."""
_MAX_ENTRIES = 9
"""Entries of an array on such a line."""
_MAX_REASONS = 4
"""Mistakes to choose from as the reason."""


def mistake(ask: Asker, name: str) -> Question | None:
    """A worked backward pass with one slip on an edge: name the edge, give the right contribution, say what went wrong.

    It is at other inputs than the exercise, so that it answers none of the other questions.
    """
    edges = [(node, slot) for node, slot, _ in ask.trace.backward_edges()]
    sizes = [math.prod(ask.trace.shape(node)) for node in range(len(ask.trace.graph))]
    if not 1 <= len(edges) <= _MAX_EDGES or max(sizes) > _MAX_ENTRIES:
        return None
    trace = _elsewhere(ask)
    planted = list(_planted(trace, ask.digits)) if trace is not None else []
    if trace is None or not planted:
        return None
    diagnosis, mutant, quantity = ask.chance.choice(planted)
    right, written = quantity.read(trace), quantity.read(mutant)
    assert right is not None
    assert written is not None
    assert quantity.slot is not None
    label = ask.say("ask.mistake.right")
    if quantity.entry:
        label = (*label, ("text", f" [{', '.join(map(str, quantity.entry))}]"))
    fields = [
        Field(
            f"{name}.right", label, Number(right, tolerance(right, ask.digits)), wrong=(Wrong(written, (diagnosis,)),)
        )
    ]
    if len(edges) > 1:
        chosen = Choice(tuple(Option(ask.edge(*edge)) for edge in edges), edges.index((quantity.node, quantity.slot)))
        fields.insert(0, Field(f"{name}.edge", ask.say("ask.mistake.edge"), chosen))
    if why := _why(ask, planted, diagnosis, quantity, written):
        fields.append(Field(f"{name}.why", ask.say("ask.mistake.why"), why))
    hints = (ask.say("hint.begin", out=ask.name(trace.graph.output)), ask.say("hint.mistake"))
    given = (_values(ask, trace), *(_line(ask, mutant, node, slot) for node, slot in edges))
    solution = (feedback(trace, diagnosis, ask.lang),)
    prompt = ask.say("ask.mistake" if len(edges) > 1 else "ask.mistake.one")
    return Question(
        name, "mistake", prompt, tuple(fields), len(fields), given=given, hints=hints, solution=solution
    )  # fmt: skip


def _why(
    ask: Asker, planted: Sequence[tuple[Diagnosis, Mutant, Quantity]], slip: Diagnosis, at: Quantity, written: float
) -> Choice | None:  # fmt: skip
    """Slips that can be planted, the one that is, and what it leads to → what went wrong there, to choose from.

    The others are first those that can be made on that edge; none of them leads to the same number.
    """
    right = slip[0].mistake
    others: dict[str, bool] = {}
    for diagnosis, mutant, quantity in planted:
        here = (quantity.node, quantity.slot) == (at.node, at.slot)
        same = at.read(mutant) if here else None
        if same is not None and math.isclose(same, written, rel_tol=0.02):
            others[diagnosis[0].mistake] = False
        else:
            others.setdefault(diagnosis[0].mistake, True)
    possible = [name for name, differs in others.items() if differs and name != right]
    if not possible:
        return None
    names = [right, *ask.chance.sample(possible, min(_MAX_REASONS - 1, len(possible)))]
    ask.chance.shuffle(names)
    return Choice(tuple(Option(ask.say(f"mistake.{name}")) for name in names), names.index(right))


def _elsewhere(ask: Asker) -> Trace | None:
    """The same passes at other inputs, None where none are found that work."""
    graph, active = ask.trace.graph, ask.trace.active
    wrt = [name for name, node in graph.inputs.items() if active[node]]
    shapes = {name: ask.trace.shape(node) for name, node in graph.inputs.items() if ask.trace.shape(node)}
    try:
        baseline = FormulaBaseline((), always_zero(graph, shapes, wrt))
        return choose(graph, ask.chance.randrange(1 << 30), shapes=shapes, baseline=baseline, wrt=wrt)
    except ExerciseError:
        return None


def _planted(trace: Trace, digits: int) -> Iterator[tuple[Diagnosis, Mutant, Quantity]]:
    """Every slip on one edge that changes the contribution there, the pass after it, and a number that is changed."""
    for diagnosis, mutant in Slips(trace).single:
        (node, slot), *others = diagnosis[0].places
        if others or slot is None:
            continue
        for contribution in entries(Quantity("contribution", node, slot), trace):
            written, right = contribution.read(mutant), contribution.read(trace)
            if written is None or right is None or not math.isfinite(written):
                continue
            if not near(written, right, Number(right, tolerance(right, digits))):
                yield diagnosis, mutant, contribution
                break


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
    whole = quantity.whole(mutant)
    assert whole is not None
    return (*ask.label(quantity), ("text", " = "), ("math", shown(whole, ask.digits)))


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
