"""What marking gives: a mark for each field, and the marked sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphviz_ad.items.model import Diagnosis, Exercise, Field, Text

Verdict = Literal["right", "carried", "wrong", "unreadable", "missing"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A field as answered: the verdict, the answer as written, its diagnoses, and feedback in words.

    `slip` is what else is known of a wrong answer, such as `sign` or `rounded`.
    """

    field: Field
    verdict: Verdict
    answer: str
    diagnoses: tuple[Diagnosis, ...] = ()
    feedback: Text = ()
    slip: str = ""

    @property
    def earned(self) -> bool:
        """Whether it counts: a number that follows rightly from a wrong one does."""
        return self.verdict in ("right", "carried")


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """A sheet as answered: a mark for each field, the points of each question."""

    exercise: Exercise
    marks: tuple[Mark, ...]
    points: dict[str, float]

    @property
    def total(self) -> float:
        """Points of all questions."""
        return sum(self.points.values())
