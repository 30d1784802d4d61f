"""Exercise → which mistakes each question can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.items.model import Diagnosis, Exercise, Field, Number, Question
from graphviz_ad.misconceptions.diagnose import Slips
from graphviz_ad.misconceptions.learning import OF_KIND, Pattern, pattern


@dataclass(frozen=True, slots=True)
class Distinction:
    """A question, and the misconceptions its answers tell from all others, that look alike in them, or do not show."""

    question: Question
    apart: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    hidden: tuple[str, ...]


def report(exercise: Exercise) -> list[Distinction]:
    """Exercise → for each question, what its answers tell of the mistakes of the pass that its numbers are of.

    Questions on learning have mistakes of their own. A mistake is told apart where at one of its places it gives
    answers that no other one gives; it is hidden where all answers are right in spite of it.
    """
    slips = Slips(exercise.trace)
    distinctions = []
    for question in exercise.questions:
        own = [mistake.name for mistake in OF_KIND.get(question.kind, ())]
        fields = [
            field for field in question.fields
            if own or (isinstance(field.response, Number) and field.response.quantity)
        ]  # fmt: skip
        if not any(field.wrong for field in fields):
            continue
        diagnoses = _of(own, fields) if own else [
            diagnosis for diagnosis, _ in (slips.forward if KINDS[question.kind].forward else slips.single)
        ]  # fmt: skip
        patterns = {diagnosis: pattern(diagnosis, fields) for diagnosis in diagnoses}
        makers: dict[Pattern, set[str]] = {}
        for diagnosis, given in patterns.items():
            makers.setdefault(given, set()).add(diagnosis[0].mistake)
        shown = {given: names for given, names in makers.items() if any(wrong is not None for wrong in given)}
        apart = {name for names in shown.values() if len(names) == 1 for name in names}
        alike = {tuple(sorted(names)) for names in shown.values() if names - apart}
        applicable = own or list(dict.fromkeys(diagnosis[0].mistake for diagnosis in diagnoses))
        hidden = [name for name in applicable if not any(name in names for names in shown.values())]
        distinguished = tuple(name for name in applicable if name in apart)
        distinctions.append(Distinction(question, distinguished, tuple(sorted(alike)), tuple(hidden)))
    return distinctions


def _of(mistakes: Sequence[str], fields: Sequence[Field]) -> list[Diagnosis]:
    """Mistakes by name, and fields → what their wrong numbers tell of these mistakes."""
    known = (diagnosis for field in fields for wrong in field.wrong for diagnosis in wrong.diagnoses)
    return [diagnosis for diagnosis in dict.fromkeys(known) if diagnosis[0].mistake in mistakes]
