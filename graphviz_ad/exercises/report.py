"""Exercise → which mistakes each question can tell apart."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.exercises.model import Exercise, Number, Question
from graphviz_ad.exercises.slips import Slips


@dataclass(frozen=True, slots=True)
class Told:
    """A question, the mistakes it tells from all others, those that look like another, those it does not show."""

    question: Question
    apart: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    hidden: tuple[str, ...]


def report(exercise: Exercise) -> list[Told]:
    """Exercise → for each question with numbers of the backward pass, what its answers tell of mistakes.

    A mistake is told apart where one of the fields gives it a number of its own; it is hidden where no field shows it.
    """
    slips = Slips(exercise.trace)
    applicable = list(dict.fromkeys(way[0].mistake for way, _ in slips.single))
    found = []
    for question in exercise.questions:
        numbers = [field for field in question.fields if isinstance(field.response, Number) and field.response.quantity]
        if not any(field.wrong for field in numbers):
            continue
        groups = [
            frozenset(slip.mistake for way in wrong.ways for slip in way) for field in numbers for wrong in field.wrong
        ]
        apart = [name for name in applicable if frozenset((name,)) in groups]
        shown = {name for group in groups for name in group}
        alike = {tuple(sorted(group)) for group in groups if not group & set(apart)}
        hidden = [name for name in applicable if name not in shown]
        found.append(Told(question, tuple(apart), tuple(sorted(alike)), tuple(hidden)))
    return found
