"""Marking a course: whose answers they are, which version they are to, what changed for whom, and nobody else's marks."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import course_gradebook
from cli.main import main
from graphviz_ad.course import results

TOML = (
    'seed = 3\n[late]\nper_day = 10\n[[sheet]]\nname = "one"\nformula = "a = w*x; L = a^2"\n'
    'ask = ["values", "inputs"]\nformats = ["json"]\npoints = 10\ndue = 2026-11-03 12:00:00\n'
)


class Class:
    """A folder with a course of three students, two of one name."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.course = folder, str(folder / "c.toml")
        (folder / "students.csv").write_text("id,name,email\ns1,Ada,a@x.org\ns2,Ada,b@x.org\ns3,Bob,c@x.org\n")
        (folder / "c.toml").write_text(TOML)
        assert main(["course", self.course]) == 0

    def right(self, student: str, name: str = "") -> dict[str, str]:
        document = json.loads((self.folder / "sheets/keys/one" / name / f"{student}.json").read_text())
        return {f["name"]: repr(f["answer"]["right"]) for q in document["questions"] for f in q["fields"]}

    def mark(self, *rows: dict[str, str], name: str = "a.csv") -> int:
        heading = list(dict.fromkeys(column for row in rows for column in row))
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, heading)
            writer.writeheader()
            writer.writerows(rows)
        return main(["course", "mark", self.course, "one", str(self.folder / name)])

    def points(self) -> dict[str, float]:
        scores = results.read(str(self.folder / "marks")).scores.get("one", {})
        return {student: score.points for student, score in scores.items()}


@pytest.fixture
def course(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Class:
    course = Class(tmp_path)
    capfd.readouterr()
    return course


def test_students_are_found_by_id_email_or_a_name_that_is_theirs_alone(course: Class) -> None:
    rows = [
        {"id": "s1", **course.right("s1")},
        {"email": "B@x.org", **course.right("s2")},
        {"student": "bob", **course.right("s3")},
    ]
    assert course.mark(*rows) == 0
    assert course.points() == {"s1": 10, "s2": 10, "s3": 10}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "", "student": "Ada"}, "'Ada' may be Ada (s1), Ada (s2)\nhint: add a column 'id'"),
        ({"id": "s9", "student": "s9"}, "no student of the roster is 's9'\nhint: write the id"),
        ({"submitted": "3.11."}, "Ada (s1), field 'submitted': '3.11.' is no time\nhint: write it as 2026-11-03 23:59"),
        ({"hints": "many"}, "Ada (s1), field 'hints': 'many' is no number of hints\nhint: write 0, 1, 2"),
        ({"version": "abc"}, "Ada (s1), field 'version': 'abc' is no code of a sheet\nhint: write the six signs"),
        ({"version": "000000"}, "s1: no sheet 'one' of theirs has the version 000000\nhint: look it up"),
    ],
)
def test_what_is_wrong_with_answers_is_an_error_of_one_student(
    course: Class, capfd: pytest.CaptureFixture[str], change: dict[str, str], message: str
) -> None:
    assert course.mark({"id": "s1", **course.right("s1"), **change}, {"id": "s3", **course.right("s3")}) == 1
    assert message in capfd.readouterr().err
    assert course.points() == {"s3": 10}


def test_answers_to_the_sheet_of_another_student(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    version = json.loads((course.folder / "sheets/keys/one/s3.json").read_text())["owner"]["version"]
    assert course.mark({"id": "s1", "version": version, **course.right("s3")}) == 1
    assert (
        f"s1: version {version} is the sheet of Bob (s3)\nhint: ask whose answers these are" in capfd.readouterr().err
    )
    assert course.points() == {}


def test_what_is_new_and_late_undated_or_empty_is_said_once(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "s1", "submitted": "2026-11-05 11:00", **course.right("s1")},
        {"id": "s2", "submitted": "2026-11-03 11:00", **course.right("s2")},
        {"id": "s3", "q1.1": ""},
    ]
    assert course.mark(*rows) == 0
    messages = capfd.readouterr().err
    assert "handed in late: Ada (s1) by 2 days\n" in messages
    assert "no file says when Bob (s3) handed in: taken as in time" in messages
    assert f"{course.folder / 'a.csv'}: no field of Bob (s3) is filled in; it counts as an attempt" in messages
    assert course.mark(*rows) == 0
    again = capfd.readouterr().err
    assert not any(words in again for words in ("handed in late", "no file says", "no field of"))


def test_a_field_of_no_sheet_is_named_with_its_file(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    assert course.mark({"id": "s1", "q9.9": "1", **course.right("s1")}) == 0
    warning = f"warning: {course.folder / 'a.csv'}: one has no field 'q9.9'; its fields are q1.1"
    assert warning in capfd.readouterr().err
    assert main(["course", "mark", course.course]) == 0
    assert "no field" not in capfd.readouterr().err  # once is enough


@pytest.mark.parametrize(
    ("answer", "why"),
    [("2-Mar", "a spreadsheet"), ("#VALUE!", "no number"), ("half", "no number"), ("\x1b[2J", "no number")],
)
def test_an_answer_that_cannot_be_read_is_told_with_student_and_field(
    course: Class, capfd: pytest.CaptureFixture[str], answer: str, why: str
) -> None:
    assert course.mark({"id": "s1", **course.right("s1"), "q1.1": answer}) == 0
    messages = capfd.readouterr().err
    line = next(line for line in messages.splitlines() if "field 'q1.1'" in line)
    assert line.startswith(f"warning: {course.folder / 'a.csv'}: Ada (s1), field 'q1.1': '")
    assert why in line
    assert "\x1b" not in messages
    assert main(["course", "mark", course.course]) == 0
    assert "q1.1" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", ";;\n;;", "there are no answers in"),
        ("a.json", "[]", "there are no answers in"),
        ("a.json", '{"s1": {"q1.1": ' + "9" * 5000 + "}}", "a number in it has thousands of digits"),
        ("a.json", '{"": {"q1.1": "1"}}', "it does not say whose answers these are\nhint: add a column 'id'"),
        ("a.csv", "id,q1.1\ns1.0,1", "is 's1.0'\nhint: did you mean 's1'? write the id"),
        ("a.xlsx", "PK", "hint: save it as CSV"),
    ],
)
def test_what_holds_no_answers_says_so(
    course: Class, capfd: pytest.CaptureFixture[str], name: str, text: str, message: str
) -> None:
    (course.folder / name).write_text(text)
    assert main(["course", "mark", course.course, "one", str(course.folder / name)]) != 0
    assert message in capfd.readouterr().err


def test_who_has_more_time_is_not_missing_before_it_is_over(course: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(course.course).write_text(f'{TOML}extra_time = {{ s2 = "2 days" }}\n[[sheet]]\nname = "two"\nlevel = 1\n')
    monkeypatch.setattr(course_gradebook, "now", lambda: datetime(2026, 11, 4, 12, tzinfo=UTC))
    assert course.mark({"id": "s1", **course.right("s1")}) == 0
    assert main(["course", "gradebook", course.course, "-o", str(course.folder / "book")]) == 1
    with (course.folder / "book/gradebook.csv").open(encoding="utf-8-sig") as file:
        book = {row["id"]: row for row in csv.DictReader(file)}
    assert {student: row["one status"] for student, row in book.items()} == {
        "s1": "",
        "s2": "not due yet",
        "s3": "missing",
    }
    assert [(row["total"], row["total of"], row["percent"]) for row in book.values()] == [
        ("10", "10", "100"),
        ("0", "0", ""),
        ("0", "10", "0"),
    ]


def test_the_number_of_an_upload_is_nobody_s_id(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    """Moodle numbers what is handed in: 3 there is not the student with the id 3."""
    (course.folder / "students.csv").write_text("id,name\n2,Eve\n3,Mallory\n")
    assert main(["course", course.course]) == 0
    upload = course.folder / "all/Eve_3_assignsubmission_file"
    upload.mkdir(parents=True)
    (upload / "a.json").write_text(json.dumps(course.right("2")))
    assert main(["course", "mark", course.course, "one", str(course.folder / "all")]) == 0
    assert course.points() == {"2": 10}


def test_a_regrade_says_what_changed_for_whom_and_why(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    wrong = {**course.right("s3"), "q2.1": "?", "q2.2": "?"}
    assert course.mark({"id": "s1", "submitted": "2026-11-04 13:00", **course.right("s1")}, {"id": "s3", **wrong}) == 0
    assert course.points() == {"s1": 8, "s3": 3.33}
    capfd.readouterr()
    toml = Path(course.course)
    toml.write_text(TOML.replace("per_day = 10", "per_day = 25"))
    (course.folder / "overrides.csv").write_text("sheet,id,question,points,reason\none,s3,q2,3,on paper\n")
    assert main(["course", "mark", course.course]) == 0
    messages = capfd.readouterr().err
    assert "one, Ada (s1): 8 → 5, 5 points off for 2 days late" in messages
    assert "one, Bob (s3): 3.33 → 8.33, set by hand: on paper" in messages
    toml.write_text(TOML + "kinds = { values = 10 }\n")
    assert main(["course", "mark", course.course]) == 0
    assert "one, Bob (s3): 8.33 → 9.29, other points in the rules" in capfd.readouterr().err
    assert course.mark({"id": "s3", **course.right("s3")}, name="b.csv") == 0
    assert "one, Bob (s3): 9.29 → 9.29" not in capfd.readouterr().err
    with (course.folder / "marks/changes.csv").open(encoding="utf-8-sig") as file:
        assert [(row["id"], row["before"], row["after"]) for row in csv.DictReader(file)] == [
            ("s1", "", "8"), ("s3", "", "3.33"), ("s1", "8", "5"), ("s3", "3.33", "8.33"), ("s1", "5", "8"),
            ("s3", "8.33", "9.29"),
        ]  # fmt: skip


def test_a_key_that_was_corrected_by_hand_is_marked_anew(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    assert course.mark({"id": "s3", **course.right("s3"), "q2.1": "?"}) == 0
    path = course.folder / "sheets/keys/one/s3.json"
    document = json.loads(path.read_text())
    document["questions"][1]["points"] = 2
    path.write_text(json.dumps(document))
    capfd.readouterr()
    assert main(["course", "mark", course.course]) == 0
    assert "one, Bob (s3): 6.67 → 7.5, other points in the rules" in capfd.readouterr().err


def test_a_mark_is_kept_where_its_key_is_gone(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    assert course.mark({"id": "s3", **course.right("s3")}) == 0
    (course.folder / "sheets/keys/one/s3.json").unlink()
    (course.folder / "students.csv").write_text("id,name,email\ns1,Ada,a@x.org\n")
    assert main(["course", "mark", course.course]) == 1
    assert "s3: there is no key of the sheet 'one'\nhint: make it" in capfd.readouterr().err
    assert course.points() == {"s3": 10}


def test_marks_that_are_damaged_are_not_written_over(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    assert course.mark({"id": "s3", **course.right("s3")}) == 0
    path = course.folder / "marks/submissions.jsonl"
    path.write_text(path.read_text()[:-20])
    assert main(["course", "mark", course.course]) == 1
    assert "submissions.jsonl' is damaged" in capfd.readouterr().err


def test_a_gradebook_that_canvas_would_confuse(course: Class, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["course", "gradebook", course.course, "-o", str(course.folder / "book")]) == 2
    assert course.mark({"id": "s1", **course.right("s1")}, {"id": "s3", **course.right("s3")}) == 0
    assert main(["course", "gradebook", course.course, "-o", str(course.folder / "book")]) == 1
    assert "canvas: Ada (s1), Ada (s2) have one name" in capfd.readouterr().err
    text = (course.folder / "book/canvas-one.csv").read_text()
    assert text.splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,one",
        "    Points Possible,,,,,10",
        "Bob,,,,,10",
    ]
    assert (course.folder / "book/moodle.csv").read_text().splitlines()[1] == "s1,a@x.org,Ada,10"
