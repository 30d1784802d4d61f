"""The rules of points: what stands in course.toml, and what is wrong with it, by line, field and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from graphviz_ad.course.overrides import read_overrides
from graphviz_ad.course.plan import Course, read_course
from graphviz_ad.course.scoring import Score, rounded, total
from graphviz_ad.errors import ExerciseError

SHEET = '[[sheet]]\nname = "one"\nlevel = 1\n'


def course(folder: Path, top: str = "", below: str = "") -> Course:
    (folder / "students.csv").write_text("id,name\ns1,Ada\ns2,Bob\n")
    (folder / "c.toml").write_text(top + SHEET + below)
    return read_course(str(folder / "c.toml"))


@pytest.mark.parametrize(
    ("top", "below", "message", "hint"),
    [
        (
            "",
            'due = "soon"',
            "c.toml, line 4, sheet 1: 'due' is no date with a time",
            "as in due = 2026-11-03 23:59:00",
        ),
        ("", "due = 2026-11-03", "line 4, sheet 1: 'due' is no date with a time", "as in due"),
        ("", "points = 0", "line 4, sheet 1: a sheet of 0 points counts nothing", "give its points"),
        ("", "points = -1", "line 4, sheet 1: 'points' is not a number of 0 or more", "as in points = 20"),
        ("", 'attempts = "any"', "line 4, sheet 1: 'any' does not say which attempt", '"best", "last" or "first"'),
        ("", "kinds = { valuse = 3 }", "there is no kind of question 'valuse'", "did you mean 'values'?"),
        ("[points]\nvalues = 2\nvalue = 3\n", "", "c.toml, line 3: there is no kind of question 'value'", "'values'"),
        ("[late]\nper_day = 200\n", "", "line 2: 'per_day' is not a number from 0 to 100", "as in per_day = 10"),
        ('[late]\ngrace = "a while"\n', "", "line 2: 'grace' does not say how long", "15 minutes"),
        ("[late]\nperday = 1\n", "", "line 2: 'perday' is not known", "did you mean 'per_day'?"),
        ("[lat]\nper_day = 1\n", "", "line 1: 'lat' is not known", "did you mean 'late'?"),
        ('timezone = "Berlin"\n', "", "line 1: there is no time zone 'Berlin'", "Europe/Berlin"),
        ("drop_lowest = 1\n", "", "line 1: 1 sheets cannot be dropped of 1", "as in"),
        ('[extra_time]\ns9 = "2 days"\n', "", "line 2: no student has the id 's9'", "write the id of a student"),
        ('[extra_time]\ns1 = "2"\n', "", "line 2: 's1' does not say how long", '"2 days"'),
        ("", "canvas = 'x'", "line 4, sheet 1: 'canvas' is not a whole number", "as in canvas = 4"),
        ("id = 'no'\n", "", "has no column 'no'", "its columns are id, name"),
    ],
)
def test_what_is_wrong_with_the_rules(tmp_path: Path, top: str, below: str, message: str, hint: str) -> None:
    with pytest.raises(ExerciseError) as caught:
        course(tmp_path, top, below)
    assert message in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_due_dates_have_a_zone_and_students_more_time(tmp_path: Path) -> None:
    top = 'timezone = "America/New_York"\n[late]\nper_day = 10\nmost = 25\ncloses = "5 days"\n[extra_time]\ns2 = "36 hours"\n'
    rules = course(tmp_path, top, "due = 2026-11-01 00:30:00\n").rules
    due = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)  # half an hour before the clocks go back
    assert (rules.due("one", "s1"), rules.due("one", "s2")) == (due, due + timedelta(hours=36))
    day = timedelta(days=1)
    times = [due, due + timedelta(seconds=1), due + day, due + day + timedelta(seconds=1), due + 6 * day]
    days = [rules.days_late("one", "s1", time) for time in times]
    assert days == [0, 1, 1, 2, 6]
    assert [rules.late_share(n) for n in days] == [0, Fraction(1, 10), Fraction(1, 10), Fraction(1, 5), 1]
    assert rules.late_share(4) == Fraction(1, 4)
    assert rules.days_late("one", "s2", due + day) == 0
    assert rules.days_late("one", "s1", None) == 0


def test_what_is_set_by_hand_needs_a_reason_and_a_student(tmp_path: Path) -> None:
    planned = course(tmp_path)
    (tmp_path / "overrides.csv").write_text(
        "sheet,id,question,points,reason\none,s1,,7.5,ill\none,Bob,Q2,1,seen\ntwo,s1,,1,x\none,s3,,1,x\none,s1,,-1,x\n"
        "one,s1,,many,x\none,s2,,3,\none,s2,q1,excused,x\none,s1,,1e999999999,x\n"
    )
    overrides, errors = read_overrides(planned)
    assert [(override.student, override.question, override.points) for override in overrides] == [
        ("s1", "", Fraction(15, 2)),
        ("s2", "q2", Fraction(1)),
    ]
    messages = "\n".join(map(str, errors))
    for row, field in (
        (4, "sheet"),
        (5, "id"),
        (6, "points"),
        (7, "points"),
        (8, "reason"),
        (9, "points"),
        (10, "points"),
    ):
        assert any(f"row {row}" in line and f"field '{field}'" in line for line in messages.splitlines()), (row, field)
    assert all(error.hint for error in errors)


def test_the_lowest_sheet_does_not_count() -> None:
    scores = {"a": Score(5, 10), "b": Score(9, 20), "c": None, "d": Score(0, 10, "excused")}
    worth = {"a": 10.0, "b": 20.0, "c": 40.0, "d": 10.0}
    assert total(scores, worth, 0).points == 14
    summed = total(scores, worth, 1)
    assert (summed.points, summed.of, summed.percent, summed.dropped) == (14, 30, 46.67, ("c",))
    assert total(scores, worth, 2).dropped == ("c", "b")
    assert total({"a": Score(1, 3)}, {"a": 3.0}, 1).percent == 33.33


def test_points_are_rounded_once_half_upwards() -> None:
    assert [rounded(Fraction(n, 1000)) for n in (1005, 1015, 1025, 1004)] == [1.01, 1.02, 1.03, 1.0]
