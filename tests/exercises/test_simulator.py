"""Students of a simulator that shares no code with marking: what they did is named, and nothing they did not do."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.marking import explaining
from tests.exercises.simulator.formulas import FORMULAS, Formula
from tests.exercises.simulator.measure import RESULTS, STEPS, Sheet, Table, measure
from tests.exercises.simulator.student import Student

FEW = FORMULAS[:4]


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.text)
def test_a_student_without_mistakes_has_the_numbers_of_the_program(formula: Formula) -> None:
    sheet = Sheet(formula, RESULTS, 1)
    student = Student(formula, sheet.inputs)
    trace = parse(formula.text).run(sheet.inputs)
    for name in student.values:
        assert np.allclose(student.values[name], trace.value(name))
        assert np.allclose(student.gradients[name], trace.grad(name))


def table(ask: tuple[str, ...]) -> Table:
    found = Table()
    for formula in FEW:
        found.add(Sheet(formula, ask, 1), random.Random(1))
    return found


@pytest.mark.parametrize(("ask", "single", "both"), [(STEPS, 0.985, 0.75), (RESULTS, 0.93, 0.5)])
def test_what_they_did_is_named(ask: tuple[str, ...], single: float, both: float) -> None:
    found = table(ask)
    assert found.single["right"] / found.single.total() >= single, "\n".join(found.misses)
    assert found.single["another"] == 0, "\n".join(found.misses)
    assert found.misconceived.total() / found.slips.total() <= 0.15, "\n".join(found.misses)
    assert found.pairs[2] / found.pairs.total() >= both
    assert found.accused == 0


def test_a_marker_that_names_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining.Explainer, "diagnoses", lambda *_: ())
    found = measure(STEPS, range(1, 2), FEW[:1], only_single=True)
    assert found.single["none"] == found.single.total() > 20


def test_a_marker_that_names_another_mistake_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = explaining.Explainer.diagnoses

    def moved(explainer: explaining.Explainer, name: str) -> tuple[explaining.Diagnosis, ...]:
        found = wrong(explainer, name)
        return tuple(
            tuple(explaining.Slip("value for gradient", slip.places) for slip in diagnosis) for diagnosis in found
        )

    monkeypatch.setattr(explaining.Explainer, "diagnoses", moved)
    found = measure(STEPS, range(1, 2), FEW[:1], only_single=True)
    assert found.single["another"] > found.single["right"]


@pytest.mark.slow
@pytest.mark.parametrize(("ask", "points"), [(STEPS, 0.02), (RESULTS, 0.02)])
def test_all_that_numbers_can_tell_apart_is_named(ask: tuple[str, ...], points: float) -> None:
    found = measure(ask, range(1, 2), only_single=True)
    limit = 1 - found.alike / found.single.total()
    assert found.single["right"] / found.single.total() >= limit - points, "\n".join(found.misses)
