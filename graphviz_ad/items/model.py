"""What an exercise is made of: questions, their fields, and what a right or a known wrong answer is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.phrase import Segment
from graphviz_ad.items.quantities import Quantity

Text = Sequence[Segment]
"""Words with mathematics in them."""

Place = tuple[int, int | None]
"""A node (node, None), for its value, sum or gradient, or the edge into a slot of it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that was made: its name, and the places where."""

    mistake: str
    places: tuple[Place, ...]


Diagnosis = tuple[Slip, ...]
"""Slips made together."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A known wrong answer: the number, formula or option, and its diagnoses, the likeliest first.

    A diagnosis is one slip, or several made together, that lead to the answer.
    """

    answer: float | str | int
    diagnoses: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """How a number follows from the answers to other fields: each, by name, times a factor, and all added up."""

    terms: tuple[tuple[str, float], ...]
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Number:
    """The answer is a number, right within `tolerance` of `right`; `quantity` is what it is in the pass, if any.

    What is none of the pass may have `follows` instead: how it follows from the answers before it.
    """

    right: float
    tolerance: float
    quantity: Quantity | None = None
    follows: Sum | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """The answer is a formula in the names of nodes; what agrees with `right` wherever both are defined is right.

    `quantity` is what its value is in the pass, if anything.
    """

    right: str
    names: tuple[str, ...]
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers to choose from: words, or the graph of a formula as a picture."""

    text: Text
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer is one of the options, counted from 0."""

    options: tuple[Option, ...]
    right: int


Response = Number | Formula | Choice
"""What kind of answer a field takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: its name in files of answers, what stands before it, where on the graph it belongs."""

    name: str
    label: Text
    response: Response
    place: Place | None = None
    wrong: Sequence[Wrong] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question: what is asked, lines that are given with it, the fields to fill in, three hints, the solution.

    Hints go from the rule that is needed to the numbers that are put into it; none gives the answer.
    """

    name: str
    kind: str
    prompt: Text
    fields: tuple[Field, ...]
    points: float
    given: tuple[Text, ...] = ()
    hints: Sequence[Text] = ()
    solution: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Student:
    """Whose sheet it is: a name and an identifier, either of which may be missing."""

    name: str = ""
    ident: str = ""


@dataclass(frozen=True)
class Exercise:
    """Questions about one formula at chosen inputs; with `blank` only so many of its last steps are left to do."""

    trace: Trace
    questions: tuple[Question, ...]
    asked: tuple[str, ...]
    lang: str
    digits: int
    seed: int
    level: int | None = None
    student: Student = Student()
    blank: int = 0

    @property
    def title(self) -> str:
        """The formula on one line."""
        return title_of(self.trace.graph.source.text)

    @property
    def fields(self) -> list[Field]:
        """All fields of all questions."""
        return [field for question in self.questions for field in question.fields]

    @property
    def points(self) -> float:
        """The points of all questions together."""
        return sum(question.points for question in self.questions)


def title_of(formula: str) -> str:
    """Text of a formula → the formula on one line."""
    return "; ".join(" ".join(line.split()) for line in formula.splitlines() if line.strip())


def tolerance(right: float, digits: int) -> float:
    """Right number → how far an answer may be off: half a unit of the last shown digit or 1 %, whichever is more.

    >>> round(tolerance(0.0055, 4), 9), tolerance(12.0, 2)
    (5.5e-05, 0.5)
    """
    return max(half_unit(right, digits), 0.01 * abs(right))


def half_unit(right: float, digits: int) -> float:
    """Right number → half a unit of its last shown digit.

    >>> half_unit(1.98, 4)
    0.0005
    """
    exponent = math.floor(math.log10(abs(right))) if right else 0
    return 0.5 * 10.0 ** (exponent - digits + 1)
