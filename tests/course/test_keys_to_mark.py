"""Keys that are read to mark with: as the whole exercise, mark by mark and word by word, and much sooner."""

from __future__ import annotations

import json
import random

import pytest

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.making import of_level
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.reports import student_report
from graphviz_ad.exercises.record import dumps, loads
from tests.exercises.students import mistaken, right


@pytest.mark.parametrize("level", [1, 4, 6, 8, 10, 11, 12])
def test_a_key_that_is_read_to_mark_says_the_same(level: int) -> None:
    exercise = of_level(level, 1, lang="ja" if level == 8 else "en")
    text, chance = dumps(exercise), random.Random(level)
    whole, fast = loads(text), loads(text, to_mark=True)
    students = [answers for _, answers in list(mistaken(exercise))[:6]]
    for field in exercise.fields:  # the known mistakes of every question, those of learning and choices among them
        students += [{**right(exercise), field.name: str(wrong.answer)} for wrong in list(field.wrong)[:2]]
    for answers in [right(exercise), *chance.sample(students, min(8, len(students)))]:
        assert student_report("Ada", mark(fast, answers)) == student_report("Ada", mark(whole, answers))


def test_answers_that_do_not_follow_from_the_formula_are_refused() -> None:
    document = json.loads(dumps(of_level(6, 1)))
    document["questions"][0]["fields"][0]["answer"]["right"] += 1
    with pytest.raises(ExerciseError, match="are not those its formula gives"):
        loads(json.dumps(document), to_mark=True)
