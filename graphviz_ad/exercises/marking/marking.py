"""Exercise and answers → marks: right, right in what follows from one's own number, or wrong, and why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import Literal

from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.exercises.marking.agreement import agree, value_at
from graphviz_ad.exercises.marking.answers import UnreadableError, choice_of, read_number
from graphviz_ad.explain.phrase import gap, phrase
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Slip, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.items.written import MAX_CHARACTERS
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.diagnose import Diagnosis, Slips, explained, near
from graphviz_ad.misconceptions.follow_through import (
    Whole,
    as_planted_values,
    between,
    carried,
    computed_anew,
    following,
    refutes,
    whole,
)
from graphviz_ad.misconceptions.mutants import Mutant

_FEW = 40
"""Slips behind one number of which all pairs are tried anew for it."""

Verdict = Literal["right", "carried", "wrong", "unreadable", "missing"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A field as answered: the verdict, what the answer was, the ways that lead to it, what is said of it."""

    field: Field
    verdict: Verdict
    answer: str
    ways: tuple[Diagnosis, ...] = ()
    said: Text = ()

    @property
    def earned(self) -> bool:
        """Whether it counts: a number that follows rightly from a wrong one does."""
        return self.verdict in ("right", "carried")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sheet as answered: a mark for each field, the points of each question."""

    exercise: Exercise
    marks: tuple[Mark, ...]
    points: dict[str, float]

    @property
    def total(self) -> float:
        """Points of all questions."""
        return sum(self.points.values())


def mark(
    exercise: Exercise, answers: Mapping[str, str], *, decimal_comma: bool = False, reveal: bool = False
) -> Marked:
    """Exercise, and answers as written by the names of fields → marks; with `reveal` the right answers are said.

    Fields share a question's points evenly. Answers to others are ignored. A language may have a decimal comma itself.
    """
    marker = _Marker(exercise, answers, decimal_comma or say("language.decimal", exercise.lang) == ",")
    marks = {field.name: marker.mark(field) for field in exercise.fields}
    final = _settled(exercise, marks)
    if reveal:
        final = {name: _revealed(exercise, one) for name, one in final.items()}
    points = {
        question.name: question.points
        * sum(final[field.name].earned for field in question.fields)
        / len(question.fields)
        for question in exercise.questions
    }
    return Marked(exercise, tuple(final.values()), points)


class _Marker:
    """Reads all answers first, since what follows from a wrong number is right in its way."""

    def __init__(self, exercise: Exercise, answers: Mapping[str, str], decimal_comma: bool) -> None:
        self.exercise, self.trace = exercise, exercise.trace
        self.texts = {field.name: str(answers.get(field.name, "") or "").strip() for field in exercise.fields}
        self.numbers: dict[str, float] = {}
        self.problems: dict[str, UnreadableError] = {}
        for field in exercise.fields:
            if isinstance(field.response, Number) and self.texts[field.name]:
                try:
                    self.numbers[field.name] = read_number(self.texts[field.name], decimal_comma=decimal_comma)
                except UnreadableError as problem:
                    self.problems[field.name] = problem
        self.own: dict[Quantity, float] = {
            field.response.quantity: self.numbers[field.name]
            for field in exercise.fields
            if isinstance(field.response, Number)
            and field.response.quantity is not None
            and field.name in self.numbers
            and not _is_right(self.numbers[field.name], field.response)
        }
        self.answered = {
            quantity.node
            for field in exercise.fields
            if isinstance(field.response, Number) and (quantity := field.response.quantity) and quantity.what == "value"
            if field.name in self.numbers
        }
        self.slips = Slips(self.trace, known=self.answered)
        self.given = {
            whole(quantity)
            for field in exercise.fields
            if isinstance(field.response, Number) and (quantity := field.response.quantity)
            if field.name in self.numbers
        }

    def mark(self, field: Field) -> Mark:
        """Field → its mark; explanations of a wrong answer are all that are known."""
        text = self.texts[field.name][: MAX_CHARACTERS + 1]
        if not text:
            return Mark(field, "missing", "")
        if field.name in self.problems:
            return Mark(field, "unreadable", text, said=self.problems[field.name].said(self.exercise.lang))
        match field.response:
            case Number():
                return self._number(field, field.response, text)
            case Choice():
                return self._choice(field, field.response, text)
            case Formula():
                return self._formula(field, field.response, text)

    def say(self, key: str) -> Text:
        return phrase(key, self.exercise.lang)

    def _number(self, field: Field, number: Number, text: str) -> Mark:
        answer = self.numbers[field.name]
        if _is_right(answer, number):
            return Mark(field, "right", text)
        follows = carried(self.trace, number.quantity, self.own) if number.quantity else None
        if follows is not None and not near(follows, number.right, number) and near(answer, follows, number):
            return Mark(field, "carried", text, said=self.say("mark.carried"))
        ways = tuple(way for way in self._ways(field, number, answer) if not self._is_refuted(way, number))
        if follows is None and number.quantity:
            trivial = following(self.trace, number.quantity, self.own)
            if trivial is not None and not near(trivial, number.right, number) and near(answer, trivial, number):
                return Mark(field, "wrong", text, ways, self.say("mark.trivial"))
        return Mark(field, "wrong", text, ways, () if ways else self._resembling(number, answer))

    def _is_refuted(self, way: Diagnosis, number: Number) -> bool:
        """Whether another answer, at the place of a slip, tells that it was not made.

        Another entry of the same array does not: a slip may be made in one of them.
        """
        anew = computed_anew(self.trace, number.quantity)
        same = {whole(number.quantity)} if number.quantity else set[Whole]()
        return any(self.refuted.get(slip, same) - same and anew.isdisjoint(slip.places) for slip in way)

    @cached_property
    def refuted(self) -> dict[Slip, set[Whole]]:
        """Slips that would show in an answer at their own place, which is right → the arrays with such answers."""
        found: dict[Slip, set[Whole]] = {}
        for field in self.exercise.fields:
            if not isinstance(field.response, Number) or field.response.quantity is None:
                continue
            if field.name in self.numbers and _is_right(self.numbers[field.name], field.response):
                for slip in chain.from_iterable(refutes(field)):
                    found.setdefault(slip, set()).add(whole(field.response.quantity))
        return found

    def _resembling(self, number: Number, answer: float) -> Text:
        """A wrong number without an explanation → what is said where only its sign or its decimal point is wrong."""
        if near(-answer, number.right, number):
            return self.say("mark.sign")
        powers = (10.0**power for power in (-3, -2, -1, 1, 2, 3))
        return self.say("mark.point") if any(near(answer * power, number.right, number) for power in powers) else ()

    def _ways(self, field: Field, number: Number, answer: float) -> tuple[Diagnosis, ...]:
        """A wrong number → what leads to it: a slip after wrong numbers of one's own, one slip alone, else a pair."""
        found = [way for wrong in field.wrong if near(answer, float(wrong.answer), number) for way in wrong.diagnoses]
        quantity = number.quantity
        if quantity is None:
            return tuple(found)

        leading = partial(_leading, number=number, answer=answer)
        own = as_planted_values(self.trace, quantity, self.own) if answer else ()
        if quantity.what == "value":  # a slip at a node whose value is among the answers would show there
            slips = Slips(self.trace, own, self.answered - {quantity.node})
            return tuple(found or leading(slips.forward) or leading(slips.forward_pairs))
        within = between(self.trace, quantity, self.given - {whole(quantity)})
        slips = Slips(self.trace, own, self.answered, within)
        after = leading(slips.single) if own else []
        found = [*after, *(way for way in found if way not in after)]
        few = len(slips.single) <= _FEW
        return tuple(found or leading(self.slips.forward) or leading(slips.pairs if few else self.slips.pairs))

    def _choice(self, field: Field, choice: Choice, text: str) -> Mark:
        chosen = choice_of(text, choice)
        if chosen is None:
            return Mark(field, "unreadable", text, said=self.say("mark.choice"))
        return Mark(field, "right" if chosen == choice.right else "wrong", text)

    def _formula(self, field: Field, formula: Formula, text: str) -> Mark:
        found = agree(text, formula, self.trace)
        if found.agree:
            return Mark(field, "right", text)
        if found.problem:
            verdict: Verdict = "wrong" if found.points else "unreadable"
            return Mark(field, verdict, text, said=found.problem.said(self.exercise.lang))
        ways = self._formula_ways(formula, text)
        turned = not ways and agree(f"-({text})", formula, self.trace).agree
        return Mark(field, "wrong", text, ways, self.say("mark.sign") if turned else ())

    def _formula_ways(self, formula: Formula, text: str) -> tuple[Diagnosis, ...]:
        """A wrong formula → the slips whose number it gives at the inputs of the exercise, else the pairs of slips.

        What they give at other inputs has to be the same too.
        """
        if formula.quantity is None:
            return ()
        for made in (self.slips.single, self.slips.pairs):
            found = _leading(made, *_as_number(formula.quantity, text, self.trace))
            if found:
                there = Slips(self.elsewhere)
                number, answer = _as_number(formula.quantity, text, self.elsewhere)
                found = _leading(((way, there.mutant(way)) for way in found), number, answer)
            if found:
                return tuple(found)
        return ()

    @cached_property
    def elsewhere(self) -> Trace:
        """The pass at inputs near those of the exercise."""
        graph, values = self.trace.graph, self.trace.values
        return rerun(self.trace, {name: values[node] * 1.0625 for name, node in graph.inputs.items()})


def _as_number(quantity: Quantity, text: str, trace: Trace) -> tuple[Number, float]:
    """Quantity, the formula that is written for it, and a pass → what is asked for there, and what is written."""
    right, answer = quantity.read(trace) or 0.0, value_at(text, trace)
    return Number(right, 1e-6 * abs(right), quantity), math.nan if answer is None else answer


def _leading(made: Iterable[tuple[Diagnosis, Mutant]], number: Number, answer: float) -> list[Diagnosis]:
    """Ways and what comes out of them → those that lead to the answer where a number is asked for."""
    assert number.quantity is not None
    numbers = ((way, number.quantity.read(mutant)) for way, mutant in made)
    return [way for way, other in numbers if other is not None and near(answer, other, number)]


def _is_right(answer: float, number: Number) -> bool:
    return abs(answer - number.right) <= number.tolerance * (1 + 1e-9)


def _settled(exercise: Exercise, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """Marks with all explanations → the same with the ones that explain most of the sheet, in words."""
    votes: Counter[tuple[Slip, ...]] = Counter(way for one in marks.values() for way in one.ways)
    firm = {way for one in marks.values() if not one.said for way in one.ways}
    against: Counter[tuple[Slip, ...]] = Counter()
    for one in marks.values():
        if one.verdict == "right":
            against.update({way for wrong in one.field.wrong for way in wrong.diagnoses})
    found = {}
    for name, one in marks.items():
        ranked = sorted(one.ways, key=lambda way: against[way] - votes[way])  # stable: the likeliest stays first
        best = tuple(way for way in ranked if against[way] - votes[way] == against[ranked[0]] - votes[ranked[0]])
        if one.said and best:  # it follows from a number of one's own: a slip is named if it leads to that one too
            best = tuple(way for way in best if way in firm)
        said = one.said if one.said and not best else _said(exercise, one, best)
        found[name] = Mark(one.field, one.verdict, one.answer, best, said)
    return found


def _said(exercise: Exercise, one: Mark, ways: tuple[Diagnosis, ...]) -> Text:
    """Wrong answer and what leads to it → the sentence for the student."""
    if one.verdict != "wrong":
        return ()
    if not ways:
        return phrase("mark.unmatched", exercise.lang)
    return explained(exercise.trace, ways, exercise.lang)


def _revealed(exercise: Exercise, one: Mark) -> Mark:
    """A mark that is not right → the same, with the right answer said."""
    from graphviz_ad.exercises.sheets.key import right_text

    if one.verdict == "right":
        return one
    told = phrase("mark.right", exercise.lang, right=right_text(one.field, exercise.digits))
    return Mark(one.field, one.verdict, one.answer, one.ways, (*one.said, *gap(exercise.lang), *told))
