"""The mistake to be found: on every level, with a reason to choose of which one alone leads to the number shown."""

from __future__ import annotations

import math
from random import Random
from types import SimpleNamespace

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.levels import LEVELS, interleaved
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.questions import predictions
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice
from tests.exercises.students import level, right


@pytest.mark.parametrize("number", LEVELS)
def test_every_level_has_a_mistake_to_find_mend_and_name(number: int) -> None:
    exercise = level(number, 2)
    (question,) = (question for question in exercise.questions if question.kind == "mistake")
    names = [field.name.partition(".")[2] for field in question.fields]
    assert names == (["right", "why"] if number == 1 else ["edge", "right", "why"])
    why = question.fields[-1]
    assert isinstance(why.response, Choice)
    other = letter_of((why.response.right + 1) % len(why.response.options))
    marked = mark(exercise, right(exercise) | {why.name: other})
    assert [field_mark.field.name for field_mark in marked.marks if field_mark.verdict != "right"] == [why.name]


def reasons() -> set[str]:
    """→ what is offered besides 'drop the factor' for L = w^2 at 0.5, where 'keep the exponent' gives the same 0.5."""
    asker = Asker(parse("L = w^2").run(w=0.5), "en", 4, Random(1))
    planted = list(predictions._planted(asker.trace, 4))
    mistake, mutant, at = next(entry for entry in planted if entry[0][0].mistake == "drop the factor")
    assert at.read(mutant) == 0.5
    offered = set()
    for _ in range(20):
        why = predictions._why(asker, planted, mistake, at, 0.5)
        assert why
        assert plain(why.options[why.right].text) == "drop the factor"
        offered |= {plain(option.text) for option in why.options}
    return offered - {"drop the factor"}


def test_one_reason_alone_leads_to_the_number_that_is_shown() -> None:
    assert "add along a path" in reasons()
    assert "keep the exponent" not in reasons()


def test_a_reason_that_leads_to_the_same_number_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "math", SimpleNamespace(**{**vars(math), "isclose": lambda *_, **__: False}))
    assert "keep the exponent" in reasons()


def test_every_second_exercise_of_a_mixed_row_is_of_an_earlier_level() -> None:
    row = [interleaved(7, seed, seed - 1) for seed in range(1, 41)]
    assert row[::2] == [7] * 20
    assert set(row[1::2]) == set(range(1, 7))
