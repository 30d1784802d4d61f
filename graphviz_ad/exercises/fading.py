"""Exercise → the same with its first steps worked: only the last ones are asked for, as examples are faded.

Backward fading (Atkinson, Renkl and Merrill, Journal of Educational Psychology 95, 2003): first a worked example lacks
its last step, then its last two, and so on until it is an exercise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.phrase import phrase
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.items.model import Exercise, Field, Formula, Number, Question, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.messages.catalogue import between

FADED = ("values", "locals", "rules", "contributions", "gradients", "inputs")
"""Kinds of question that ask for the steps of a pass, one after the other."""

Group = tuple[Quantity, tuple[Field, ...]]
"""A step, and the fields that ask for it: one, or those of the entries of an array."""


def faded(exercise: Exercise, blank: int) -> Exercise:
    """Exercise, and how many of its steps are left to do → the same with all steps before these worked.

    Questions that do not ask for steps stay as they are. A question all of whose steps are worked is not asked: its
    lines stand at the next one that is.
    """
    writer, numbers = _Writer(exercise), _numbered(exercise)
    first = len(set(numbers.values())) - blank
    questions, worked, dropped = list[Question](), list[Text](), 0
    for question in exercise.questions:
        groups = list(_groups(question)) if question.kind in FADED else []
        for quantity, _ in groups:
            if numbers[quantity] < first:
                worked += writer.worked(question.kind, quantity)
        left = tuple(field for quantity, fields in groups if numbers[quantity] >= first for field in fields)
        if groups and not left:
            dropped += 1
            continue
        if groups:
            points = question.points * len(left) / len(question.fields)
            question = replace(question, fields=left, points=points)
        if groups and worked:
            question = replace(question, given=(phrase("ask.fade", exercise.lang), *worked, *question.given))
            worked = []
        questions.append(_renamed(question, f"q{int(question.name[1:]) - dropped}"))
    return replace(exercise, questions=tuple(questions), blank=blank)


def _numbered(exercise: Exercise) -> dict[Quantity, int]:
    """Exercise → its steps with their numbers; a gradient that is the contribution over an edge is one step with it."""
    numbers: dict[Quantity, int] = {}
    into = {arg: Quantity("contribution", node, slot) for node, slot, arg in exercise.trace.backward_edges()}
    for question in exercise.questions:
        for quantity, _ in _groups(question) if question.kind in FADED else ():
            is_same = quantity.what == "gradient" and exercise.trace.contributions_to[quantity.node] == 1
            same = into.get(quantity.node) if is_same else quantity
            numbers.setdefault(quantity, numbers.get(same or quantity, len(set(numbers.values()))))
    return numbers


def _groups(question: Question) -> Iterator[Group]:
    """Question on steps → its steps."""
    known: dict[Quantity, list[Field]] = {}
    for field in question.fields:
        assert isinstance(field.response, Number | Formula)
        assert field.response.quantity is not None
        known.setdefault(replace(field.response.quantity, entry=()), []).append(field)
    yield from ((quantity, tuple(fields)) for quantity, fields in known.items())


def _renamed(question: Question, name: str) -> Question:
    """Question and another name → the same under that name, and so its fields."""
    if name == question.name:
        return question

    def new(old: str) -> str:
        return name + old.removeprefix(question.name)

    fields = []
    for field in question.fields:
        response = field.response
        if isinstance(response, Number) and response.follows:
            terms = tuple((new(other), factor) for other, factor in response.follows.terms)
            response = replace(response, follows=replace(response.follows, terms=terms))
        fields.append(replace(field, name=new(field.name), response=response))
    return replace(question, name=name, fields=tuple(fields))


class _Writer:
    """Writes steps as a solution has them, each once."""

    def __init__(self, exercise: Exercise) -> None:
        self.ask = Asker(exercise.trace, exercise.lang, exercise.digits, Random(exercise.seed))  # noqa: S311
        self.inputs = frozenset(exercise.trace.graph.inputs.values())
        self.written = set[int]()

    def worked(self, kind: str, quantity: Quantity) -> Iterator[Text]:
        """A step that is asked for → its equation and what is done in it, and what leads to it if that is not asked."""
        ask = self.ask
        if quantity.what == "local":
            yield ask.slope(quantity.node, quantity.slot or 0)
            return
        gap = between("language.step", ask.lang)
        for step in ask.trace.steps:
            is_between = kind == "inputs" and self._is_between(step)
            if step.k not in self.written and (is_between or _is_of(step, quantity)):
                self.written.add(step.k)
                whole = equation(ask.trace, step, ask.digits).whole
                yield (("math", whole), ("text", gap), *sentence(ask.trace, step, ask.lang, ask.digits))

    def _is_between(self, step: Step) -> bool:
        """Whether a step is on the way back to the inputs, of which alone one is asked."""
        return isinstance(step, Seed) or (isinstance(step, Pull | Accumulate) and step.to not in self.inputs)


def _is_of(step: Step, quantity: Quantity) -> bool:
    match quantity.what:
        case "value":
            return isinstance(step, Evaluate) and step.node == quantity.node
        case "contribution":
            return isinstance(step, Pull) and (step.node, step.slot) == (quantity.node, quantity.slot)
        case _:
            return isinstance(step, Pull | Accumulate) and step.to == quantity.node
