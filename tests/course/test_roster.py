"""Who is who: students are told apart by their ids, in any order of the roster, and their files never change hands."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from graphviz_ad.course.plan import read_course, tasks
from graphviz_ad.course.roster import find, read_roster
from graphviz_ad.errors import ExerciseError

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Final Score\n    Points Possible,,,,,(read only)\n"
    ',,,,,Manual Posting\n"Lovelace, Ada",101,S1,ada,A,\n"Lovelace, Ada",102,S2,ada2,B,\n'
)


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    ada, other = read_roster(b"name,id\nAda Lee,7\nAda Lee,8\n", "r.csv")
    assert (ada.id, ada.name, ada.file, other.id, other.file) == ("7", "Ada Lee", "7", "8", "8")
    assert find([ada, other], ["", "8"]) == [other]
    assert find([ada, other], ["ada lee"]) == [ada, other]


@pytest.mark.parametrize("text", ["Ada-Lovelace", "Lovelace, Ada", "ada_lovelace", "ADA LOVELACE"])
def test_a_name_is_found_however_its_words_are_put_together(text: str) -> None:
    students = read_roster(b"id,name\n7,Ada Lovelace\n8,Ad Alovelace\n", "r.csv")
    assert find(students, [text]) == [students[0]]


def test_names_that_differ_are_never_one() -> None:
    lovelace, hyphen, priya = read_roster("id,name\n7,Ada Lovelace\n8,Ada-Lovelace\n9,प्रिया\n".encode(), "r.csv")
    assert find([lovelace, hyphen], ["Ada-Lovelace"]) == [hyphen]
    assert find([lovelace, hyphen], ["Lovelace, Ada"]) == [lovelace, hyphen]
    assert find([priya], ["परय"]) == []


def test_a_gradebook_of_canvas_is_a_roster() -> None:
    first, second = read_roster(CANVAS.encode(), "r.csv")
    assert (first.name, first.canvas, first.sis, first.username, first.section) == (
        "Lovelace, Ada",
        "101",
        "S1",
        "ada",
        "A",
    )
    assert second.id == "102"
    by_sis = read_roster(CANVAS.encode(), "r.csv", "SIS User ID")
    assert find(by_sis, ["101", "lovelaceada"]) == [by_sis[0]]  # as Canvas names the files of submissions
    assert [student.id for student in read_roster(CANVAS.encode(), "r.csv", "SIS User ID")] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("student\nAda\nBob\nAda\n", "rows 2 and 4 of 'r.csv' have the same name: 'Ada' and 'Ada'"),
        ("student\nAda\nada\n", "have the same name, but for small and capital letters: 'Ada' and 'ada'"),
        ("id,name\n7,Ada\n7,Bob\n", "rows 2 and 3 of 'r.csv', Ada and Bob, have the same id '7'"),
        ("id,name\n7,Ada\n,Bob\n", "row 3 of 'r.csv' has no id\nhint: write one for 'Bob', or take the row out"),
        ("student,group\nLee, Ann,2\n", "row 2 of 'r.csv' has 3 cells, the heading 2"),
        ('id,name\n7,"Ada\n8,Bob\n', "'r.csv' is no CSV: unexpected end of data"),
        ("who,group\nAnn,2\n", "'r.csv' has no column 'student'"),
    ],
)
def test_a_clash_is_an_error_that_names_both(text: str, message: str) -> None:
    with pytest.raises(ExerciseError) as caught:
        read_roster(text.encode(), "r.csv")
    assert message in str(caught.value)
    assert caught.value.hint


def test_names_keep_their_marks_in_one_spelling() -> None:
    students = read_roster(unicodedata.normalize("NFD", "student\nがく\nप्रिया\nÅsa\nNUL\n").encode(), "r.csv")
    assert [student.name for student in students] == ["がく", "प्रिया", "Åsa", "NUL"]
    assert [student.file for student in students] == ["がく", "प्रिया", "Åsa", "student-NUL"]


@pytest.mark.parametrize("encoding", ["utf-16", "shift_jis", "utf-8-sig"])
def test_rosters_and_courses_are_read_as_spreadsheets_write_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "students.csv").write_text("学籍番号,氏名\n7,山田 花子\n", encoding=encoding)
    (tmp_path / "c.toml").write_text('title = "深層学習"\n[[sheet]]\nlevel = 1\n', encoding=encoding)
    messages: list[str] = []
    course = read_course(str(tmp_path / "c.toml"), messages.append)
    assert (course.title, course.students[0].title) == ("深層学習", "山田 花子 (7)")
    assert bool(messages) == (encoding != "utf-8-sig")


def test_files_stay_with_their_students_in_any_order(tmp_path: Path) -> None:
    from graphviz_ad.course.making import make

    (tmp_path / "c.toml").write_text('[[sheet]]\nlevel = 1\nformats = ["json"]\n')
    names = ["Ada/Lee", "Ada Lee", "Ada-Lee"]
    files = []
    for order in (names, names[::-1], ["Ada_Lee", *names[1:]]):
        (tmp_path / "students.csv").write_text("student\n" + "\n".join(order) + "\n")
        planned = read_course(str(tmp_path / "c.toml"))
        files.append({task.student.id: task.student.file for task in tasks(planned)})
        assert make(planned).changed == []
    assert files[0] == files[1] == {"Ada/Lee": "Ada-Lee", "Ada Lee": "Ada-Lee-2", "Ada-Lee": "Ada-Lee-3"}
    assert files[2]["Ada Lee"] == "Ada-Lee-2"


def test_a_column_of_ids_is_asked_for_by_its_name() -> None:
    with pytest.raises(ExerciseError, match="has no column 'martikel'\nhint: did you mean 'Matrikel'"):
        read_roster(b"Matrikel,name\n1,Ada\n", "r.csv", "martikel")
    assert read_roster(b"Matrikel,name\n1,Ada\n", "r.csv", "matrikel")[0].id == "1"


@pytest.mark.parametrize(
    "heading", ["Surname, First name", "Nachname und Vorname", "Last name / First name", "Vorname", "Name"]
)
def test_a_heading_of_whole_names_may_name_its_parts(heading: str) -> None:
    (ada,) = read_roster(f'id;{heading}\n00123;"Lovelace, Ada"\n'.encode(), "r.csv")
    assert (ada.id, ada.name) == ("00123", "Lovelace, Ada")


def test_a_cell_that_is_too_long_is_an_error_of_ours() -> None:
    with pytest.raises(ExerciseError, match="is no CSV"):
        read_roster(b"id,name\n7," + 200_000 * b"a" + b"\n", "r.csv")


def test_a_roster_without_names_says_so() -> None:
    messages: list[str] = []
    (student,) = read_roster(b"id,shoe size\n7,38\n", "r.csv", notify=messages.append)
    assert student.name == "7"
    assert "no column of names" in messages[0]
    read_roster(b"id,name\n7,Ada\n", "r.csv", notify=messages.append)
    assert len(messages) == 1


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("Student,ID,SIS User ID,SIS Login ID,Section", "9001"),
        ("Student,ID,SIS Login ID,Section,week-1", "9001"),
        ("LastName,FirstName,ID,SIS User ID,SIS Login ID,Section", "9001"),
        ("id,name,email,username,sis user id", ""),
        ("name,id,sis user id,section,group", ""),
    ],
)
def test_only_a_gradebook_of_canvas_tells_its_own_numbers(heading: str, number: str) -> None:
    """Canvas looks at its own number first, whatever else the row says of the student."""
    cells = ["9001" if cell.casefold() == "id" else f"x{n}" for n, cell in enumerate(heading.split(","))]
    (student,) = read_roster(f"{heading}\n{','.join(cells)}\n".encode(), "r.csv")
    assert (student.id, student.canvas) == ("9001", number)
