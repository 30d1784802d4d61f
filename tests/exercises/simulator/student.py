"""A student who computes a formula forward and back, with mistakes at places, and goes on with what came out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from tests.exercises.simulator.formulas import Array, Edge, Formula, Values, slopes
from tests.exercises.simulator.kinds import BACKWARD, FORWARD, MEETINGS, At, Backward, Forward, Meeting

Place = tuple[str, int | None]
"""A name, or the edge into an argument of it."""


@dataclass(frozen=True)
class AppliedMistake:
    """A mistake that is made at a place."""

    mistake: Forward | Backward | Meeting
    place: Place


@dataclass
class Student:
    """Formula, inputs and mistakes → what the student has: values, gradients, contributions.

    Numbers are carried on with `digits` significant digits, or with `decimals` places behind the point.
    """

    formula: Formula
    inputs: Values
    applied: tuple[AppliedMistake, ...] = ()
    digits: int | None = None
    decimals: int | None = None
    values: Values = field(default_factory=dict)
    gradients: Values = field(default_factory=dict)
    contributions: dict[Edge, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with np.errstate(all="ignore"):
            self._forward()
            self._backward()

    def is_input(self, name: str) -> bool:
        """Whether a name is no operation."""
        return name in self.inputs

    def _written(self, number: Array) -> Array:
        """A number → as it is carried on."""
        number = np.asarray(number, dtype=float)
        if self.decimals is not None:
            return np.round(number, self.decimals)
        if self.digits is None:
            return number
        return np.vectorize(lambda x: float(f"{x:.{self.digits}g}"), otypes=[float])(number)

    def _at(self, kind: type, place: Place) -> Iterator[Forward | Backward | Meeting]:
        return (
            applied.mistake for applied in self.applied if isinstance(applied.mistake, kind) and applied.place == place
        )

    def _forward(self) -> None:
        self.values = dict(self.inputs)
        for operation in self.formula.operations:
            args = [self.values[arg] for arg in operation.args]
            out = operation(*args)
            for slot in (None, *range(len(args))):
                for mistake in self._at(Forward, (operation.name, slot)):
                    assert isinstance(mistake, Forward)
                    wrong = mistake.makes(*args, out, slot) if mistake.edges else mistake.makes(*args, out)
                    out = out if wrong is None else np.asarray(wrong, dtype=float)
            self.values[operation.name] = self._written(out)

    def _backward(self) -> None:
        arrived: dict[str, list[Array]] = {self.formula.output: [np.array(1.0)]}
        for operation in reversed(self.formula.operations):
            g = self._gradient(operation.name, arrived[operation.name])
            for slot, arg in enumerate(operation.args):
                self.contributions[operation.name, slot] = contribution = self._written(
                    self._contribution(operation.name, slot, g)
                )
                arrived.setdefault(arg, []).append(contribution)
        for name in self.inputs:
            self._gradient(name, arrived[name])

    def _gradient(self, name: str, parts: list[Array]) -> Array:
        gradient = reduce(np.add, parts)
        for mistake in self._at(Meeting, (name, None)):
            assert isinstance(mistake, Meeting)
            gradient = mistake.makes(self, name, parts)
        self.gradients[name] = self._written(gradient)
        return self.gradients[name]

    def at(self, name: str, slot: int, g: Array) -> At:
        """Edge and upstream gradient → what the student has there."""
        operation = self.formula.named(name)
        args = [self.values[arg] for arg in operation.args]
        jacobian = slopes(operation, slot, args)
        right = np.reshape(jacobian.T @ np.ravel(g), args[slot].shape)
        return At(self, operation, slot, args, self.values[name], g, right, jacobian)

    def _contribution(self, name: str, slot: int, g: Array) -> Array:
        at = self.at(name, slot, g)
        for mistake in self._at(Backward, (name, slot)):
            assert isinstance(mistake, Backward)
            wrong = mistake.makes(at)
            if wrong is not None and np.shape(wrong) == np.shape(at.right):
                return np.asarray(wrong)
        return at.right


def possible(formula: Formula, inputs: Values) -> list[AppliedMistake]:
    """Formula and inputs → every mistake at every place where it can be made, and gives a finite number there."""
    right = Student(formula, inputs)
    applied: list[AppliedMistake] = []
    for operation in formula.operations:
        for mistake in FORWARD:
            if operation.kind in mistake.on:
                applied += [
                    AppliedMistake(mistake, (operation.name, slot))
                    for slot in (range(len(operation.args)) if mistake.edges else (None,))
                ]
        for slot in range(len(operation.args)):
            at = right.at(operation.name, slot, right.gradients[operation.name])
            for back in BACKWARD:
                if operation.kind in back.on and back.slot in (None, slot):
                    with np.errstate(all="ignore"):
                        wrong = back.makes(at)
                    if wrong is not None and np.shape(wrong) == np.shape(at.right):
                        applied.append(AppliedMistake(back, (operation.name, slot)))
    for name in right.values:
        for meeting in MEETINGS:
            wanted = name in inputs if meeting.inputs else len(formula.uses(name)) > 1
            if wanted and name != formula.output:
                applied.append(AppliedMistake(meeting, (name, None)))
    return applied


def written(number: float, digits: int) -> str:
    """Number → as it is handed in.

    >>> written(-0.123456, 4), written(12345.6, 4)
    ('-0.1235', '12350')
    """
    if not math.isfinite(number):
        return ""
    rounded = float(f"{number:.{digits}g}")
    return np.format_float_positional(rounded, trim="-") if rounded else "0"


def number_of(student: Student, asked: tuple[str, str, int | None, tuple[int, ...]]) -> float:
    """What is asked for, as (what, name, argument, entry) → the student's number."""
    what, name, slot, entry = asked
    sources: Mapping[str, Mapping[object, Array]] = {
        "value": student.values,
        "gradient": student.gradients,
        "contribution": student.contributions,
    }  # type: ignore[dict-item]
    return float(sources[what][(name, slot) if what == "contribution" else name][entry])
