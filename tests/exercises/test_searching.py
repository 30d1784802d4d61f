"""What is searched for one student alone is what is found in the table of all mistakes; what follows from own numbers."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.making import of_level
from graphviz_ad.exercises.marking.explaining import fields_of
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.record import dumps, loads
from graphviz_ad.items.model import Exercise, Number
from graphviz_ad.misconceptions.follow_through import all_carried
from graphviz_ad.misconceptions.predictions import Predictions
from graphviz_ad.misconceptions.searching import Search
from tests.exercises.carrying import carried
from tests.exercises.students import mistaken, own, right

_FEW = 25
"""Students of each sheet."""
SHEETS = [
    own("h = relu(w*x + b); L = h*v", asked=("values", "contributions", "inputs")),
    own("d = x - y; L = d^2 + d", asked=("inputs",)),
    own("z = W @ x; L = sum(z^2)", asked=("values", "gradients")),
]


def diagnosed(exercise: Exercise) -> tuple[list[set[object]], list[set[object]]]:
    """Exercise → what is found for its students one by one, and in the table of all mistakes."""
    numbers = [field.response for field in fields_of(exercise) if isinstance(field.response, Number)]
    table = Predictions(exercise.trace, numbers)
    table.leading(np.full(len(numbers), np.nan), lambda row: False)
    students = list(mistaken(exercise))
    alone: list[set[object]] = []
    known: list[set[object]] = []
    for _, answers in random.Random(1).sample(students, min(_FEW, len(students))):
        given = np.array([float(answers[field.name]) for field in fields_of(exercise)])
        searching = Predictions(exercise.trace, numbers)
        for found_by, at in ((alone, searching), (known, table)):
            found_by.append({diagnosis for diagnosis, _ in at.leading(given, lambda row: False)})
    return alone, known


@pytest.mark.parametrize("exercise", SHEETS, ids=lambda exercise: exercise.title)
def test_the_search_finds_what_the_table_says(exercise: Exercise) -> None:
    alone, known = diagnosed(exercise)
    assert alone == known
    assert all(known)


def test_a_search_that_gives_up_too_early_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "_changes", lambda search, forward, value, what, wrong: value == wrong)
    alone, known = diagnosed(SHEETS[0])
    assert alone != known


def test_what_follows_is_found_in_one_pass_as_one_by_one() -> None:
    chance = random.Random(2)
    for exercise in SHEETS:
        quantities = [field.response.quantity for field in fields_of(exercise) if isinstance(field.response, Number)]
        for _ in range(20):
            wrong = sorted(chance.sample(range(len(quantities)), min(4, len(quantities))))
            numbers = {quantities[n]: chance.choice((0.0, 1.0, chance.uniform(-5, 5))) for n in wrong}
            together = all_carried(exercise.trace, {q: number for q, number in numbers.items() if q is not None})
            assert together == pytest.approx({q: carried(exercise.trace, q, numbers) for q in numbers})  # type: ignore[arg-type]


def test_known_mistakes_that_are_damaged_are_told() -> None:
    exercise = of_level(6, 1)
    text = dumps(exercise)
    start = text.index('"kind": "update"')
    damaged = text[:start] + re.sub(r'"ways": \[\[', '"ways": [[[', text[start:])
    wrong = right(exercise) | {
        field.name: "17.3" for question in exercise.questions if question.kind == "update" for field in question.fields
    }
    with pytest.raises(ExerciseError, match="this exercise is damaged"):
        mark(loads(damaged, to_mark=True), wrong)
