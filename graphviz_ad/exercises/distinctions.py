"""Exercise → which mistakes each question can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.items.model import Exercise, Field, Number, Question
from graphviz_ad.misconceptions.diagnose import Diagnosis, Slips

Pattern = tuple[int | None, ...]
"""For each field which of its known wrong numbers is given, None where it is right."""


@dataclass(frozen=True, slots=True)
class Distinction:
    """A question, and the misconceptions its answers tell from all others, that look alike in them, or do not show."""

    question: Question
    apart: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    hidden: tuple[str, ...]


def report(exercise: Exercise) -> list[Distinction]:
    """Exercise → for each question with numbers of a pass, what its answers tell of the mistakes of that pass.

    A mistake is told apart where at one of its places it gives answers that no other one gives; it is hidden where all
    answers are right in spite of it.
    """
    slips = Slips(exercise.trace)
    distinctions = []
    for question in exercise.questions:
        fields = [field for field in question.fields if isinstance(field.response, Number) and field.response.quantity]
        if not any(field.wrong for field in fields):
            continue
        diagnoses = [diagnosis for diagnosis, _ in (slips.forward if KINDS[question.kind].forward else slips.single)]
        patterns = {diagnosis: _pattern(diagnosis, fields) for diagnosis in diagnoses}
        makers: dict[Pattern, set[str]] = {}
        for diagnosis, pattern in patterns.items():
            makers.setdefault(pattern, set()).add(diagnosis[0].mistake)
        shown = {pattern: names for pattern, names in makers.items() if any(wrong is not None for wrong in pattern)}
        apart = {name for names in shown.values() if len(names) == 1 for name in names}
        alike = {tuple(sorted(names)) for names in shown.values() if names - apart}
        applicable = list(dict.fromkeys(diagnosis[0].mistake for diagnosis in diagnoses))
        hidden = [name for name in applicable if not any(name in names for names in shown.values())]
        distinguished = tuple(name for name in applicable if name in apart)
        distinctions.append(Distinction(question, distinguished, tuple(sorted(alike)), tuple(hidden)))
    return distinctions


def _pattern(diagnosis: Diagnosis, fields: Sequence[Field]) -> Pattern:
    """Diagnosis and fields → for each field which of its known wrong numbers the diagnosis leads to."""
    return tuple(
        next((n for n, wrong in enumerate(field.wrong) if diagnosis in wrong.diagnoses), None) for field in fields
    )
