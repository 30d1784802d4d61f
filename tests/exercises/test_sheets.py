"""Files of answers: every form that is read, and hostile ones; reports; the command from file to file."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from cli.main import main
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.marking import answer_files as sheets
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.marking.answers import UnreadableError, read_number
from graphviz_ad.exercises.marking.class_page import page
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.exercises.marking.reports import class_table, common, safe_cell, student_report
from graphviz_ad.exercises.record import dumps
from graphviz_ad.messages.catalogue import keys, say
from tests.exercises.students import level, mistaken, own, right

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": "answers = {'q1': '9'}"},
        {
            "cell_type": "code",
            "source": ["import os\n", "answers = {\n", " 'q1': 3,\n", " 'q2': '2/3',\n", " 'q3': -2**3}\n"],
        },
        {"cell_type": "code", "source": "answers = {'q4': open('/etc/passwd').read()}"},
        {"cell_type": "code", "source": "%%bash\nrm -rf /"},
    ]
}


@pytest.mark.parametrize(
    ("name", "text", "students"),
    [
        ("ada.json", '{"q1": 3, "q2": "2/3", "q3": null}', [Answers("ada", {"q1": "3", "q2": "2/3"})]),
        ("x.json", '{"Ada": {"q1": 3}, "山田": {"q1": "-1"}}', [Answers("Ada", {"q1": "3"}), Answers("山田", {"q1": "-1"})]),
        ("x.json", '[{"student": "Ada", "answers": {"q1": 1.5}}]', [Answers("Ada", {"q1": "1.5"})]),
        ("x.csv", "student,q1,q2\nAda,3,-1\n\nBob,,x\n", [Answers("Ada", {"q1": "3", "q2": "-1"}), Answers("Bob", {"q1": "", "q2": "x"})]),
        ("x.csv", "\ufeffq1;name\r\n1,5;Eve\r\n", [Answers("Eve", {"q1": "1,5"})]),
        ("x.csv", "id\tq1\n7\t'=1+1\n", [Answers("7", {"q1": "=1+1"})]),
        ("x.csv", "sep=;\r\nstudent;Q1\r\nAda;1,5\r\n", [Answers("Ada", {"q1": "1,5"})]),
        ("x.json", '{"Ada": {"q1": [1]}, "Bob": {"q1": true, "q2": {}}}',
         [Answers("Ada", {"q1": "[1]"}), Answers("Bob", {"q1": "True", "q2": "{}"})]),
        ("x.json", '{"Ada\\ud800": {"q1": "\\udfff", "q2": "\\ud83d\\ude00"}}', [Answers("Ada\ufffd", {"q1": "\ufffd", "q2": "😀"})]),
    ],
)  # fmt: skip
def test_files_that_are_read(name: str, text: str, students: list[Answers]) -> None:
    assert read_answers(text.encode(), name) == students


@pytest.mark.parametrize(
    ("student", "encoding", "called"),
    [("山田 花子", "cp932", "Shift-JIS"), ("ｱﾀﾞ", "cp932", "Shift-JIS"), ("Zoë Jäger", "cp1252", "Windows-1252"),
     ("André", "cp1252", "Windows-1252"), ("山田 Zoë", "utf-16", "UTF-16")],
)  # fmt: skip
def test_tables_as_spreadsheets_write_them(student: str, encoding: str, called: str) -> None:
    notes: list[str] = []
    assert read_answers(f"student\tq1\n{student}\t3\n".encode(encoding), "x.csv", notes.append) == [
        Answers(student, {"q1": "3"})
    ]
    assert [called in note for note in notes] == [True]


def test_a_table_in_chinese_is_known_by_its_heading() -> None:
    notes: list[str] = []
    table = "学号,q1\n王小明,3\n李,2/3\n".encode("gb18030")
    assert [answers.student for answers in read_answers(table, "x.csv", notes.append)] == ["王小明", "李"]
    assert ["GB 18030" in note for note in notes] == [True]


@pytest.mark.parametrize("date", ["2-Mar", "Mar-02", "3月2日", "2026-03-02 00:00:00", "2026/3/2"])
def test_a_date_is_no_fraction(date: str) -> None:
    with pytest.raises(UnreadableError, match="a spreadsheet has made it of a fraction"):
        read_number(date)


def test_a_notebook_is_read_and_not_run() -> None:
    (answers,) = read_answers(json.dumps(NOTEBOOK).encode(), "sub/eve.ipynb")
    assert answers.student == "eve"
    assert {name: answers.fields[name] for name in ("q1", "q2", "q3")} == {"q1": "3", "q2": "2/3", "q3": "-2 ^ 3"}
    assert answers.fields["q4"].startswith("open(")  # text, which no number is


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.xlsx", b"", "'x.xlsx' is no file of answers"),
        ("x.json", b"\xff\x00\x81", "'x.json' is not UTF-8 text"),
        ("x.json", b'{"Ada": {"q1": "1"}, "note": "hi"}', "'note' in 'x.json' holds no answers of a student"),
        ("x.json", b"{", "'x.json' is no JSON"),
        ("x.json", b"[" * 100_000, "'x.json' is no JSON"),
        ("x.json", b"[1]", "'x.json' holds no answers"),
        ("x.csv", b"a,b\n", "'x.csv' holds no answers"),
        ("x.csv", b'a,b\n"x,1\n', "'x.csv' is no CSV"),
        ("x.csv", b"student,q1\nAda,1,5\n", "row 2 of 'x.csv' has 3 cells, the heading 2"),
        ("x.ipynb", b"{}", "'x.ipynb' is no notebook"),
        ("x.ipynb", b'{"cells": []}', "'x.ipynb' holds no answers"),
    ],
)
def test_what_cannot_be_read(name: str, data: bytes, message: str) -> None:
    with pytest.raises(ExerciseError) as caught:
        read_answers(data, name)
    assert str(caught.value).startswith(message)
    assert caught.value.hint


def test_a_file_that_was_cut_off_is_to_be_asked_for_again() -> None:
    with pytest.raises(ExerciseError) as caught:
        read_answers(b'{"schema": "graphviz-ad/answers/1", "stud', "x.json")
    assert (caught.value.hint or "").startswith("ask for the file again")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(ExerciseError, match="too large for answers"):
        read_answers(b"x" * 11, "x.csv")
    monkeypatch.undo()
    monkeypatch.setattr(sheets, "MAX_STUDENTS", 1)
    with pytest.raises(ExerciseError, match="holds 2 students; the limit is 1"):
        read_answers(b"s,q1\na,1\nb,2\n", "x.csv")


def test_no_cell_of_the_table_is_a_formula() -> None:
    exercise = level(3)
    hostile = ["=1+1", "+x", "-2+3", "@SUM(A1)", "\t=1", " =1", "|cmd", "%0A", "-inf", "山田"]
    marked = [(name, mark(exercise, right(exercise))) for name in hostile]
    rows = list(csv.reader(io.StringIO(class_table(marked))))
    assert [row[0] for row in rows[1:]] == [f"'{name}" for name in hostile[:-1]] + ["山田"]
    assert not any(cell[:1] in tuple("=+@\t|%") for row in rows for cell in row)
    assert safe_cell(-0.25) == "-0.25"


def test_the_names_of_mistakes_follow_the_language() -> None:
    exercise = level(6, lang="ja")
    marked = [(str(n), mark(exercise, answers)) for n, (_, answers) in enumerate(mistaken(exercise))]
    names = {cell for row in csv.DictReader(io.StringIO(class_table(marked))) for cell in row["mistakes"].split("; ")}
    assert len(names) > 10
    assert names - {""} <= {say(key, "ja") for key in keys("mistake.")}


def test_the_report_and_the_list_of_kinds_are_in_japanese(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", "--level", "6", "--report", "--lang", "ja"]) == 0
    assert main(["exercise", "--kinds", "--lang", "ja"]) == 0
    output = capfd.readouterr().out
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", output.replace(level(6).title, ""))
    assert "区別できる誤り" in output


def test_a_report_of_a_student() -> None:
    exercise = own("u = 2*x; L = u*v", asked=("values", "inputs"))
    answers = right(exercise) | {"q2.1": "`*<b>&[x](y)", "q1.1": ""}
    report = student_report("Ada # *x*", mark(exercise, answers))
    assert report.startswith("# Ada \\# \\*x\\*\n\n`u = 2*x; L = u*v`\n")
    assert "**points: 3 / 6**" in report
    assert "**no answer**" in report
    assert "**cannot be read**" in report


def test_what_is_common_is_counted_once_a_student() -> None:
    exercise = level(6)
    marked = [(str(n), mark(exercise, answers)) for n, (_, answers) in enumerate(mistaken(exercise))]
    counts = common(marked)
    assert counts.students == len(marked)
    assert max(count for _, count in counts.mistakes) <= len(marked)
    html = page(marked, "en")
    assert html.count("<ellipse") > 10
    assert page(marked, "ja").count("誤り") > 1
    assert "student" not in html.replace("students", "")


def test_the_command_from_file_to_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    exercise = level(5)
    (tmp_path / "e.json").write_text(dumps(exercise), encoding="utf-8")
    _, wrong = next(mistaken(exercise))
    answers = {"../../evil": right(exercise), "class": wrong, "CLASS": wrong, "": wrong, "学生 1": wrong}
    (tmp_path / "a.json").write_text(json.dumps(answers), encoding="utf-8")
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.json"), "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "CLASS-3.md", "class-2.md", "class.csv", "class.html", "evil.md", "student.md", "学生-1.md",
    ]  # fmt: skip
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.json")]) == 0
    assert capfd.readouterr().out.startswith("student,seed,points,of,q1,")


def test_the_command_says_what_is_wrong(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e.json").write_text("{}")
    (tmp_path / "a.csv").write_text("student,q1\nAda,1\n")
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.csv"), "-o", str(tmp_path / "out")]) == 1
    assert capfd.readouterr().err.startswith(f"error: '{tmp_path / 'e.json'}': this is no exercise")
    assert not (tmp_path / "out").exists()
    assert main(["mark", str(tmp_path / "none.json"), str(tmp_path / "a.csv")]) == 1
    assert "cannot be read: No such file" in capfd.readouterr().err
    assert main(["mark", str(tmp_path / "e.json")]) == 2


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["exercise"], 2, "error: there is no formula"),
        (["exercise", "L = 2*x", "--level", "3"], 2, "error: a level brings its own formulas"),
        (["exercise", "--level", str(max(LEVELS) + 1)], 2, "error: "),
        (["exercise", "--level", "2", "--mix"], 2, "error: there is too little before it to mix"),
        (["exercise", "L = 2*x", "--mix"], 2, "error: a formula has no earlier levels"),
        (["exercise", "L = 2*x", "--fade", "0"], 2, "error: "),
        (["exercise", "L = 2*x", "--ask", "vaules"], 1, "error: there is no kind of question 'vaules'"),
        (["exercise", "L = 2*x", "--shape", "x"], 2, "error: 'x' is no shape of an input"),
        (["exercise", "L = 2*x", "-o", "x.docx"], 1, "error: 'x.docx' has no suffix of a hand-out"),
        (["exercise", "L = 2*(x"], 1, "error: "),
    ],
)
def test_exercise_says_what_is_wrong(
    words: list[str], code: int, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    assert capfd.readouterr().err.startswith(message)


def test_a_mixed_row_is_faded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["exercise", "--level", "3", "--variants", "4", "--mix", "--fade", "2", "-o", "sheet.json"]) == 0
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.iterdir())]
    assert [document["level"] for document in documents[::2]] == [3, 3]
    assert all(document["level"] < 3 for document in documents[1::2])
    assert {document["fade"] for document in documents} == {2}


def test_variants_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["exercise", "--level", "2", "--variants", "12", "-o", "sheet.json"]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"sheet-{n:02}.json" for n in range(1, 13)]
    first, second = ((tmp_path / name).read_bytes() for name in names[:2])
    assert first != second
    assert main(["exercise", "--level", "2", "--variants", "12", "-o", "sheet.json"]) == 0
    assert (tmp_path / names[0]).read_bytes() == first
