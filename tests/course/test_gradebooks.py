"""Gradebook files against rules of the importers, each seen where the file was given to the importer itself."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cli.main import main
from graphviz_ad.course.roster import find, read_roster

TOML = """\
seed = 3
[[sheet]]
name = "one"
formula = "a = w*x; L = a^2"
ask = ["values", "inputs"]
formats = ["json"]
points = 20
[[sheet]]
name = "two"
formula = "a = w*x; L = a^2"
ask = ["values", "inputs"]
formats = ["json"]
points = 7.5
"""


def gradebook(folder: Path, roster: str, points: str = "", status: int = 0) -> list[dict[str, str]]:
    """Roster, and other points of the sheets → rows of moodle.csv after everyone handed in the first sheet."""
    (folder / "students.csv").write_text(roster)
    (folder / "c.toml").write_text(TOML.replace("20", points).replace("7.5", points) if points else TOML)
    course = str(folder / "c.toml")
    assert main(["course", course]) == 0
    files = dict(json.loads(line)[1::-1] for line in (folder / "sheets/.students.jsonl").read_text().splitlines())
    rows = []
    for path in (folder / "sheets/keys/one").glob("*.json"):
        fields = [field for question in json.loads(path.read_text())["questions"] for field in question["fields"]]
        right = {field["name"]: repr(field["answer"]["right"]) for field in fields}
        rows.append({"student": files[path.stem], **right})
    with (folder / "a.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for sheet in ("one", "two"):
        assert main(["course", "mark", course, sheet, str(folder / "a.csv")]) == 0
    assert main(["course", "gradebook", course, "-o", str(folder / "book")]) == status
    return list(csv.DictReader(io.StringIO((folder / "book/moodle.csv").read_text())))


@pytest.mark.parametrize("name", ["Back\\slash \\", 'Tail\\"quoted""', "\\", "Lee, Ann\\"])
def test_no_backslash_reaches_moodle(tmp_path: Path, name: str) -> None:
    """Its reader takes one before a quote for text, the quote included: cells and grades of two students are one's."""
    quoted = name.replace('"', '""')
    rows = gradebook(tmp_path, f'id,name,username\ns\\1,"{quoted}",u1\ns2,"Bob ""B"" Ray",u2\n')
    text = (tmp_path / "book/moodle.csv").read_text()
    assert list(csv.reader(io.StringIO(text))) == list(csv.reader(io.StringIO(text), escapechar="\\"))
    assert [(row["Username"], row["one"]) for row in rows] == [("u1", "20"), ("u2", "20")]
    assert list(rows[0]) == ["Username", "Full name", "one", "two"]  # its ID numbers it would misread


def test_a_column_with_an_empty_cell_is_none_that_moodle_can_use(tmp_path: Path) -> None:
    """An empty cell is a user that it does not know, which stops the whole import."""
    rows = gradebook(tmp_path, "id,name,username,email\ns1,Ada,u1,a@x.org\ns2,Bob,u2,\n")
    assert list(rows[0]) == ["Username", "ID number", "Full name", "one", "two"]


def test_a_roster_by_which_moodle_knows_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = gradebook(tmp_path, "name,email\nAda,a@x.org\nBob,\n")
    assert list(rows[0]) == ["Full name", "one", "two"]
    assert "note: moodle.csv cannot be imported: Moodle knows students by" in capfd.readouterr().err


def test_ids_are_written_as_platforms_have_them(tmp_path: Path) -> None:
    """An apostrophe before an id is another id: Canvas finds nobody, and Moodle's import stops."""
    rows = gradebook(tmp_path, "id,name,username\n-12,Ann,@ann\n+33,=Bob,-bob\n")
    assert [(row["Username"], row["ID number"], row["Full name"]) for row in rows] == [
        ("@ann", "-12", "Ann"),
        ("-bob", "+33", "'=Bob"),
    ]
    canvas = list(csv.DictReader(io.StringIO((tmp_path / "book/canvas-one.csv").read_text())))
    assert [row["SIS Login ID"] for row in canvas] == ["", "@ann", "-bob"]
    assert "'@ann" not in (tmp_path / "book/gradebook.csv").read_text()  # which has ids alone
    assert "'=Bob" in (tmp_path / "book/gradebook.csv").read_text()


def test_an_id_with_which_a_spreadsheet_would_compute(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    roster = "id,name,username,email\n1,Ann,ann,a@x.org\n2,Eve,@SUM(1)*cmd|'/C calc'!A0,e@x.org\n"
    assert list(gradebook(tmp_path, roster, status=1)[0]) == ["ID number", "Email address", "Full name", "one", "two"]
    assert "canvas: Eve (2): every id is one with which a spreadsheet would compute" in capfd.readouterr().err
    assert "cmd" not in "".join(path.read_text() for path in (tmp_path / "book").iterdir())


def test_an_id_out_of_a_table_of_ours_is_that_of_the_student() -> None:
    students = read_roster(b"id,name\n@bob,Bob\n'Quinn,Q\n", "r.csv")
    assert [student.name for student in find(students, ["'@bob"])] == ["Bob"]
    assert [student.name for student in find(students, ["'Quinn"])] == ["Q"]


@pytest.mark.parametrize(
    ("points", "note"),
    [
        ("", "make the grade items in Moodle before you import moodle.csv: one of 20 points, two of 7.5 points; "),
        ("100", ""),
        ("120", "one of 120 points"),
    ],
)
def test_what_a_sheet_is_worth_is_no_news_to_moodle(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], points: str, note: str
) -> None:
    """A grade item that its import makes is out of 100."""
    gradebook(tmp_path, "id,name\ns1,Ada\n", points)
    warnings = capfd.readouterr().err
    assert note in warnings
    assert ("no grade above 100" in warnings) == (points == "120")
    assert bool(note) == ("grade items" in warnings)
