"""Faded exercises: the last steps are asked for, those before are worked, and nothing asked is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises import fading
from graphviz_ad.exercises.fading import faded
from graphviz_ad.exercises.identity import code, code_in
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.record import dumps, loads, record
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Number
from tests.exercises.students import level, right

SHEETS = [(number, seed) for number in (2, 4, 6, 7) for seed in (1, 2)]


def shown(exercise: Exercise) -> list[str]:
    """Exercise → its worked lines in which an answer stands that it asks for: behind its name, or as the last number.

    A question with a mistake has values of its own.
    """
    lines = [plain(line) for question in exercise.questions if question.kind != "mistake" for line in question.given]
    asked = {
        plain(field.label): field.response.right
        for field in exercise.fields
        if isinstance(field.response, Number) and field.response.quantity
    }
    return [line for line in lines for label in asked if label and line.startswith(f"{label} =")]


@pytest.mark.parametrize(("number", "seed"), SHEETS)
@pytest.mark.parametrize("blank", [1, 2, 4])
def test_the_last_steps_are_asked_and_the_others_worked(number: int, seed: int, blank: int) -> None:
    whole = level(number, seed)
    exercise_ = faded(whole, blank)
    steps = [question for question in exercise_.questions if question.kind in fading.FADED]
    numbers = fading._numbered(whole)
    asked = {numbers[quantity] for quantity in fading._numbered(exercise_)}
    assert len(asked) == blank
    assert plain(steps[0].given[0]).startswith("These steps are worked")
    assert shown(exercise_) == []
    assert exercise_.fields[-1].label == whole.fields[-1].label
    assert [question.name for question in exercise_.questions] == [
        f"q{n}" for n in range(1, len(exercise_.questions) + 1)
    ]


def test_an_answer_that_is_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fading, "_is_of", lambda step, quantity: True)
    assert shown(faded(level(6, 1), 2)) != []


@pytest.mark.parametrize(("number", "seed"), SHEETS)
def test_a_faded_exercise_is_marked_and_read_again(number: int, seed: int) -> None:
    exercise_ = faded(level(number, seed), 2)
    again, to_mark = loads(dumps(exercise_)), loads(dumps(exercise_), to_mark=True)
    assert dumps(again) == dumps(exercise_)
    assert record(exercise_)["fade"] == 2
    assert code(exercise_) == code_in(record(exercise_)) != code(level(number, seed))
    for exercise in (exercise_, again, to_mark):
        assert mark(exercise, right(exercise_)).total == pytest.approx(exercise_.points)


def test_answers_to_faded_steps_that_were_changed_are_refused() -> None:
    exercise_ = faded(level(4, 1), 2)
    (field, *others), *rest = exercise_.questions[0].fields, *exercise_.questions[1:]
    assert isinstance(field.response, Number)
    wrong = replace(field, response=replace(field.response, right=field.response.right + 1))
    changed = replace(exercise_, questions=(replace(exercise_.questions[0], fields=(wrong, *others)), *rest))
    with pytest.raises(ExerciseError, match="are not those its formula gives"):
        loads(dumps(changed))


def test_more_steps_than_there_are_is_the_whole_exercise() -> None:
    assert faded(level(2, 1), 100).questions == level(2, 1).questions
