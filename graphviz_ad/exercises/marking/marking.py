"""Exercise and answers → marks: right, right in what follows from one's own number, or wrong, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property

from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.exercises.marking.agreement import agree, value_at
from graphviz_ad.exercises.marking.answers import UnreadableError, choice_of, read_number
from graphviz_ad.exercises.marking.explaining import Explainer, Root
from graphviz_ad.exercises.marking.feedback import revealed, settled
from graphviz_ad.exercises.marking.marks import Mark, MarkedSheet, Verdict
from graphviz_ad.exercises.marking.slips import slip_of_pen
from graphviz_ad.explain.phrase import phrase
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Formula, Number, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.items.written import MAX_CHARACTERS
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.diagnose import Slips, near
from graphviz_ad.misconceptions.follow_through import all_carried, following
from graphviz_ad.misconceptions.mutants import Mutant

_NUDGE = 1.0625
"""Factor to inputs near those of the exercise: exact in binary, and enough to tell formulas apart that meet there."""
_MAX_RELATIVE_ERROR = 1e-6
"""Share by which the value of a formula may differ from that of a mistake."""


def mark(
    exercise: Exercise, answers: Mapping[str, str], *, decimal_comma: bool = False, reveal: bool = False
) -> MarkedSheet:
    """Exercise, and answers as written by the names of fields → marks; with `reveal` feedback has the right answers.

    Fields share a question's points evenly. Answers to others are ignored. A language may have a decimal comma itself.
    """
    marker = _Marker(exercise, answers, decimal_comma or say("language.decimal", exercise.lang) == ",")
    marks = {field.name: marker.mark(field) for field in exercise.fields}
    final = settled(exercise, marks)
    if reveal:
        final = {name: revealed(exercise, settled_mark) for name, settled_mark in final.items()}
    points = {
        question.name: question.points
        * sum(final[field.name].earned for field in question.fields)
        / len(question.fields)
        for question in exercise.questions
    }
    return MarkedSheet(exercise, tuple(final.values()), points)


class _Marker:
    """Marks the fields of a sheet, after all answers are read: a number that follows from a wrong one is right."""

    def __init__(self, exercise: Exercise, answers: Mapping[str, str], decimal_comma: bool) -> None:
        self.exercise, self.trace = exercise, exercise.trace
        self.fields = {field.name: field for field in exercise.fields}
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
        self.slips = Slips(self.trace)

    def mark(self, field: Field) -> Mark:
        """Field → its mark, with all diagnoses of a wrong answer that are known."""
        text = self.texts[field.name][: MAX_CHARACTERS + 1]
        if not text:
            return Mark(field, "missing", "")
        if field.name in self.problems:
            return Mark(field, "unreadable", text, feedback=self.problems[field.name].sentence(self.exercise.lang))
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
        if number.quantity is None:
            return self._of_learning(field, number, text)
        if field.name not in self.roots:
            return Mark(field, "carried", text, feedback=self.say("mark.carried"))
        if self._is_trivial(number, answer):
            if self.explainer.whole:
                return Mark(field, "carried", text, feedback=self.say("mark.carried.trivial"))
            return Mark(field, "wrong", text, self.explainer.diagnoses(field.name), self.say("mark.trivial"))
        diagnoses = self.explainer.diagnoses(field.name)
        resembling = None if diagnoses else self.explainer.resembling(field.name)
        return self._slipped(field, text, diagnoses, resembling)

    def _of_learning(self, field: Field, number: Number, text: str) -> Mark:
        """A wrong number that is none of the pass → its mark."""
        answer = self.numbers[field.name]
        due = self._due(number)
        if due is not None and near(answer, due, number) and not near(due, number.right, number):
            return Mark(field, "carried", text, feedback=self.say("mark.carried"))
        known = (wrong for wrong in field.wrong if near(answer, float(wrong.answer), number))
        diagnoses = tuple(diagnosis for wrong in known for diagnosis in wrong.diagnoses)
        slip = None if diagnoses else slip_of_pen(text, answer, number.right, number.tolerance)
        return self._slipped(field, text, diagnoses, f"mark.{slip}" if slip else None)

    def _due(self, number: Number) -> float | None:
        """Number that follows from other answers → what follows from those given; None where one is missing, or is a
        wrong 0, 1 or -1, which leaves nothing to compute."""
        if number.follows is None:
            return None
        total = number.follows.rest
        for name, factor in number.follows.terms:
            answer, asked = self.numbers.get(name), self.fields[name].response
            assert isinstance(asked, Number)
            if answer is None or (abs(answer) in (0.0, 1.0) and not _is_right(answer, asked)):
                return None
            total += factor * answer
        return total

    def _slipped(self, field: Field, text: str, diagnoses: tuple[Diagnosis, ...], key: str | None) -> Mark:
        """A wrong answer, its diagnoses, and the key of the text about its slip → its mark."""
        feedback = self.say(key) if key else ()
        return Mark(field, "wrong", text, diagnoses, feedback, slip=key.removeprefix("mark.") if key else "")

    @cached_property
    def roots(self) -> dict[str, Root]:
        """→ the fields whose numbers are wrong and do not follow from one's own, by name."""
        roots, all_follow = {}, all_carried(self.trace, self.own)
        for field in self.exercise.fields:
            number = field.response
            if not isinstance(number, Number) or number.quantity not in self.own:
                continue
            answer, follows = self.numbers[field.name], all_follow[number.quantity]
            if follows is None or near(follows, number.right, number) or not near(answer, follows, number):
                due = number.right if follows is None else follows
                roots[field.name] = Root(field, number, answer, self.texts[field.name], due)
        return roots

    def _is_trivial(self, number: Number, answer: float) -> bool:
        """Whether a root follows from numbers of one's own of which one is 0, 1 or -1.

        It counts where a mistake is known that leads to all of them; who writes a 0 to have nothing to compute gets
        no points for what comes after it.
        """
        if number.quantity is None or not any(abs(own) in (0.0, 1.0) for own in self.own.values()):
            return False
        follows = following(self.trace, number.quantity, self.own, even_zero=True)
        return follows is not None and not near(follows, number.right, number) and near(answer, follows, number)

    @cached_property
    def explainer(self) -> Explainer:
        """→ what explains the numbers of the sheet."""
        return Explainer(self.exercise, self.numbers, self.own, self.roots)

    def _choice(self, field: Field, choice: Choice, text: str) -> Mark:
        chosen = choice_of(text, choice)
        if chosen is None:
            return Mark(field, "unreadable", text, feedback=self.say("mark.choice"))
        if chosen == choice.right:
            return Mark(field, "right", text)
        known = (wrong.diagnoses for wrong in field.wrong if wrong.answer == chosen)
        return Mark(field, "wrong", text, tuple(diagnosis for diagnoses in known for diagnosis in diagnoses))

    def _formula(self, field: Field, formula: Formula, text: str) -> Mark:
        agreement = agree(text, formula, self.trace)
        if agreement.agree:
            return Mark(field, "right", text)
        if agreement.problem:
            verdict: Verdict = "wrong" if agreement.points else "unreadable"
            return Mark(field, verdict, text, feedback=agreement.problem.sentence(self.exercise.lang))
        diagnoses = self._formula_diagnoses(formula, text)
        turned = not diagnoses and agree(f"-({text})", formula, self.trace).agree
        return self._slipped(field, text, diagnoses, "mark.sign" if turned else None)

    def _formula_diagnoses(self, formula: Formula, text: str) -> tuple[Diagnosis, ...]:
        """A wrong formula → the slips whose number it gives at the inputs of the exercise, else the pairs of slips.

        What they give at other inputs has to be the same too.
        """
        if formula.quantity is None:
            return ()
        for mutants in (self.slips.single, self.slips.pairs):
            diagnoses = _leading(mutants, *_as_number(formula.quantity, text, self.trace))
            if diagnoses:
                there = Slips(self.elsewhere)
                number, answer = _as_number(formula.quantity, text, self.elsewhere)
                diagnoses = _leading(((diagnosis, there.mutant(diagnosis)) for diagnosis in diagnoses), number, answer)
            if diagnoses:
                return tuple(diagnoses)
        return ()

    @cached_property
    def elsewhere(self) -> Trace:
        """The pass at inputs near those of the exercise."""
        graph, values = self.trace.graph, self.trace.values
        return rerun(self.trace, {name: values[node] * _NUDGE for name, node in graph.inputs.items()})


def _as_number(quantity: Quantity, text: str, trace: Trace) -> tuple[Number, float]:
    """Quantity, the formula that is written for it, and a pass → the number it asks for there, and the one written."""
    right, answer = quantity.read(trace) or 0.0, value_at(text, trace)
    return Number(right, _MAX_RELATIVE_ERROR * abs(right), quantity), math.nan if answer is None else answer


def _leading(mutants: Iterable[tuple[Diagnosis, Mutant]], number: Number, answer: float) -> list[Diagnosis]:
    """Diagnoses with their mutants, and an answer to a number that is asked for → the diagnoses that lead to it."""
    assert number.quantity is not None
    numbers = ((diagnosis, number.quantity.read(mutant)) for diagnosis, mutant in mutants)
    return [diagnosis for diagnosis, other in numbers if other is not None and near(answer, other, number)]


def _is_right(answer: float, number: Number) -> bool:
    return abs(answer - number.right) <= number.tolerance * (1 + 1e-9)
