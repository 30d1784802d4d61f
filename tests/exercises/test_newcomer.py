"""What goes wrong for someone who tries: each is said in a sentence that says what to do, and a class is marked whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from graphviz_ad.course.plan import read_course
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.record import dumps, loads, record
from tests.exercises.students import level, right


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["L = 2 + 3"], "error: the formula has no input, so there is no gradient to ask for\nhint: "),
        (["L = x"], "error: this formula has nothing to ask of the kind 'values'\nhint: "),
        (["L = x*y", "z=3"], "error: the formula has no input 'z'\nhint: its inputs are: x, y\n"),
        (["L = rate*y", "rte=3"], "error: the formula has no input 'rte'\nhint: did you mean 'rate'?\n"),
        (["L = x*y", "--shape", "z=2"], "error: the formula has no input 'z'\nhint: its inputs are: x, y\n"),
        (["L = x*y", "x=0", "y=0"], "error: at the given values a number is 0, not finite or unwieldy\nhint: give others"),
        (["L = sum(x)", "--shape", "x=1000x1000"], "error: 'x' would have 1000000 entries\nhint: choose a shape of 1 to"),
        (["L = sum(x)", "--shape", "x=0"], "error: 'x' would have 0 entries\nhint: "),
        (["L = sum(x)", "--shape", "x=2", "x=[1,2]"], "error: 'x' has a value and a shape\nhint: leave one of them out"),
    ],
)  # fmt: skip
def test_an_exercise_that_cannot_be(words: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", *words]) == 1
    assert capfd.readouterr().err.startswith(message)


def test_no_option_is_offered_that_the_command_lacks(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", "y = [x, 2*x]"]) == 1
    assert "--upstream" not in capfd.readouterr().err
    assert main(["exercise", "L = x*y", "--sheet", "key"]) == 2
    assert "give a file with -o" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(digits=-1), "there cannot be -1 digits"),
        (lambda document: document.update(digits=10**9), "there cannot be 1000000000 digits"),
        (lambda document: document["questions"][0].update(points=-5), "the points of q1 are -5"),
        (lambda document: document["questions"][0].update(points="nan"), "the points of q1 are nan"),
        (lambda document: document.update(inputs={}), "no value for"),
    ],
)
def test_a_file_edited_by_hand(change: Callable[[Any], None], message: str) -> None:
    document = record(level(3))
    change(document)
    with pytest.raises(GraphvizADError) as caught:
        loads(json.dumps(document))
    assert str(caught.value).startswith(message)
    assert caught.value.hint
    assert caught.value.option is None


@pytest.mark.parametrize(
    ("text", "message"),
    [("q1.1,q1.2\n20,17\n", "'a.csv' does not say whose answers"), ("student,q1,q1\nAda,1,2\n", "two columns 'q1'")],
)
def test_a_table_that_would_be_misread(text: str, message: str) -> None:
    with pytest.raises(ExerciseError, match=message) as caught:
        read_answers(text.encode(), "a.csv")
    assert caught.value.hint


def test_one_long_answer_spoils_no_other() -> None:
    limit = csv.field_size_limit()
    first, second = read_answers(f"student,q1\nEve,{'1+' * 500_000}1\nAda,2\n".encode(), "a.csv")
    assert (len(first.fields["q1"]), second.fields) == (1_000_001, {"q1": "2"})
    assert csv.field_size_limit() == limit


ROSTER = "student;group\nAda;1\n山田 太郎;2\n"


@pytest.mark.parametrize(
    ("sheet", "roster", "message"),
    [
        ("level = 13", ROSTER, "sheet 1: there is no level 13"),
        ("level = 'x'", ROSTER, "sheet 1: 'level' is not a whole number"),
        ("formula = 5", ROSTER, "sheet 1: 'formula' is not text"),
        ("level = 1\ngiven = { x = 1 }", ROSTER, "sheet 1: a level chooses its own values"),
        ("formula = 'L = sum(x)'\nshapes = { x = 3 }", ROSTER, "sheet 1: this is no shape of 'x'"),
        ("formula = 'L = sum(x)'\nshapes = { x = ['a'] }", ROSTER, "sheet 1: this is no shape of 'x'"),
        ("level = 1\nname = 'Keys'", ROSTER, "sheet 1: 'Keys' is the folder of the answers"),
        ("level = 1", "Ada\nBob\n", "has no column 'student'"),
    ],
)
def test_a_course_that_cannot_be(sheet: str, roster: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text(roster, encoding="utf-8")
    (tmp_path / "course.toml").write_text(f"[[sheet]]\n{sheet}\n", encoding="utf-8")
    with pytest.raises(ExerciseError) as caught:
        read_course(str(tmp_path / "course.toml"))
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_roster_with_semicolons(tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8-sig")
    (tmp_path / "course.toml").write_text("digits = 3\n[[sheet]]\nlevel = 1\n", encoding="utf-8")
    assert [student.name for student in read_course(str(tmp_path / "course.toml")).students] == ["Ada", "山田 太郎"]
    (tmp_path / "course.toml").write_text("digits = 99\n[[sheet]]\nlevel = 1\n", encoding="utf-8")
    with pytest.raises(ExerciseError, match="there cannot be 99 digits"):
        read_course(str(tmp_path / "course.toml"))


def test_a_class_with_variants_is_marked_together(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    for seed, name in enumerate(("Ada", "山田-太郎", "v3"), 1):
        (keys / f"{name}.json").write_text(dumps(level(3, seed)), encoding="utf-8")
    answers = {
        "Ada": right(level(3, 1)),
        "山田 太郎": right(level(3, 2)),
        "Eve": right(level(3, 3)) | {"seed": "3"},
        "Bob": right(level(3, 1)),
        "Bo": {"seed": "77"},
    }
    (tmp_path / "a.json").write_text(json.dumps(answers), encoding="utf-8")
    assert main(["mark", str(keys), str(tmp_path / "a.json"), "-o", str(tmp_path / "out")]) == 1
    errors = capfd.readouterr().err
    assert "error: Bob: there is no exercise called 'Bob.json'" in errors
    assert "error: Bo: there is no exercise with the seed 77" in errors
    assert "warning" not in errors
    rows = list(csv.DictReader((tmp_path / "out/class.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["student"], row["seed"], row["points"] == row["of"]) for row in rows] == [
        ("Ada", "1", True), ("山田 太郎", "2", True), ("Eve", "3", True),
    ]  # fmt: skip


def test_marking_says_which_file_and_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e.json").write_text(dumps(level(1)), encoding="utf-8")
    (tmp_path / "a.json").write_text('{"q1": "3"}', encoding="utf-8")
    exercise, answers = str(tmp_path / "e.json"), str(tmp_path / "a.json")
    assert main(["mark", exercise, answers, "-o", exercise]) == 1
    assert capfd.readouterr().err.startswith(f"error: '{exercise}' cannot be written: File exists\nhint: give another")
    assert main(["mark", answers, answers]) == 1
    assert capfd.readouterr().err.startswith(f"error: '{answers}': this is no exercise")
    (tmp_path / "empty").mkdir()
    assert main(["mark", str(tmp_path / "empty"), answers]) == 1
    assert "holds no exercise" in capfd.readouterr().err
