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
    table_ = Table()
    for formula in FEW:
        table_.add(Sheet(formula, ask, 1), random.Random(1))
    return table_


@pytest.mark.parametrize(("ask", "single", "both"), [(STEPS, 0.985, 0.75), (RESULTS, 0.93, 0.5)])
def test_what_they_did_is_named(ask: tuple[str, ...], single: float, both: float) -> None:
    table_ = table(ask)
    assert table_.single["right"] / table_.single.total() >= single, "\n".join(table_.misses)
    assert table_.single["another"] == 0, "\n".join(table_.misses)
    assert table_.misconceived.total() / table_.slips.total() <= 0.15, "\n".join(table_.misses)
    assert table_.pairs[2] / table_.pairs.total() >= both
    assert table_.accused == 0


def test_a_marker_that_names_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining.Explainer, "diagnoses", lambda *_: ())
    table_ = measure(STEPS, range(1, 2), FEW[:1], only_single=True)
    assert table_.single["none"] == table_.single.total() > 20


def test_a_marker_that_names_another_mistake_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = explaining.Explainer.diagnoses

    def moved(explainer: explaining.Explainer, name: str) -> tuple[explaining.Diagnosis, ...]:
        table_ = wrong(explainer, name)
        return tuple(
            tuple(explaining.Slip("value for gradient", slip.places) for slip in diagnosis) for diagnosis in table_
        )

    monkeypatch.setattr(explaining.Explainer, "diagnoses", moved)
    table_ = measure(STEPS, range(1, 2), FEW[:1], only_single=True)
    assert table_.single["another"] > table_.single["right"]


@pytest.mark.slow
@pytest.mark.parametrize(("ask", "points"), [(STEPS, 0.02), (RESULTS, 0.02)])
def test_all_that_numbers_can_tell_apart_is_named(ask: tuple[str, ...], points: float) -> None:
    table_ = measure(ask, range(1, 2), only_single=True)
    limit = 1 - table_.alike / table_.single.total()
    assert table_.single["right"] / table_.single.total() >= limit - points, "\n".join(table_.misses)
