"""What was handed in: folders, archives as platforms export them, forms filled in by other programs, hostile files."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.formats import form_pdf, gift
from graphviz_ad.exercises.graded.receipts import SCHEMA, receipt_of
from graphviz_ad.exercises.identity import Owner, sheet_of
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_level
from graphviz_ad.exercises.marking import guarded
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.marking.collecting import Collected, collect
from graphviz_ad.exercises.marking.exercise_files import ExerciseFiles
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.pdf_answers import read_pdf
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.exercises.marking.reports import class_table
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.items.model import Choice, Exercise, Student
from tests.exercises.students import level, right

pypdf = pytest.importorskip("pypdf", reason="pypdf (extra forms) is not installed")


def saved(exercise: Exercise, student: str, ident: str = "", *, attempt: int = 1, **changes: str) -> bytes:
    """Exercise and a student → the file that the graded page saves of right answers, some of them changed."""
    answers = right(exercise) | changes
    when = f"2026-11-27T12:0{attempt}:00Z"
    content: dict[str, Any] = {
        "schema": SCHEMA, "student": student, "id": ident, "sheet": sheet_of(exercise), "saved": when,
        "attempt": attempt, "decimal_comma": False, "answers": answers,
    }  # fmt: skip
    receipt = receipt_of(sheet_of(exercise), student, ident, when, attempt, decimal_comma=False, answers=answers)
    return json.dumps(content | {"receipt": receipt}, ensure_ascii=False).encode()


def form(exercise: Exercise) -> bytes:
    ((_, data),) = form_pdf.handout([exercise], "sheet", "blank")
    return data


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return path


def whose(collected: Collected) -> list[tuple[str, str, int]]:
    return [(answer.student, answer.ident, answer.attempt) for answer in collected.answers]


# -- forms ----------------------------------------------------------------------------------------


def by_pypdf(blank: bytes, values: dict[str, str], folder: Path) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(blank))
    for page in writer.pages:
        writer.update_page_form_field_values(page, values)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def by_pdftk(blank: bytes, values: dict[str, str], folder: Path) -> bytes:
    (folder / "blank.pdf").write_bytes(blank)
    written = {
        name: text if text[0] == "/" else f"<feff{text.encode('utf-16-be').hex()}>" for name, text in values.items()
    }
    pairs = "".join(f"<</T({name})/V{text}>>" for name, text in written.items() if text)
    fdf = f"%FDF-1.2\n1 0 obj\n<</FDF<</Fields[{pairs}]>>>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF"
    (folder / "in.fdf").write_text(fdf, encoding="latin-1")
    command = ["pdftk", "blank.pdf", "fill_form", "in.fdf", "output", "out.pdf"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "out.pdf").read_bytes()


def by_mutool(blank: bytes, values: dict[str, str], folder: Path) -> bytes:
    (folder / "blank.pdf").write_bytes(blank)
    labels = {field["/TU"]: values.get(name, "") for name, field in pypdf.PdfReader(io.BytesIO(blank)).get_fields().items()
              if "/TU" in field}  # fmt: skip
    (folder / "fill.js").write_text(
        f"var values = {json.dumps(labels)}, doc = new Document('blank.pdf');"
        "for (var n = 0; n < doc.countPages(); n++) {"
        "  var widgets = doc.loadPage(n).getWidgets();"
        "  for (var i = 0; i < widgets.length; i++) {"
        "    var value = values[widgets[i].getLabel()];"
        "    if (value && widgets[i].getFieldType() === 'text') { widgets[i].setTextValue(value); widgets[i].update(); }"
        "  }"
        "}"
        "doc.save('out.pdf', 'incremental');"
    )
    subprocess.run(["mutool", "run", "fill.js"], cwd=folder, check=True, capture_output=True)
    return (folder / "out.pdf").read_bytes()


FILLERS = {"pypdf": by_pypdf, "pdftk": by_pdftk, "mutool": by_mutool}
BOXES_ALONE = ("mutool",)
"""Programs whose script fills in text alone here."""


def values_of(exercise: Exercise, student: str, ident: str) -> dict[str, str]:
    """Exercise → what the right student writes into its form."""
    choices = {field.name for field in exercise.fields if isinstance(field.response, Choice)}
    answers = {
        form_pdf.form_name(name): f"/{text.split(' ')[0]}" if name in choices else text
        for name, text in right(exercise).items()
    }
    return {"student": student, "ident": ident} | answers


@pytest.mark.parametrize("program", FILLERS)
@pytest.mark.parametrize("number", [4, 5, 6, pytest.param(8, marks=pytest.mark.slow)])
def test_a_form_filled_in_by_another_program_is_read_back(number: int, program: str, tmp_path: Path) -> None:
    if program != "pypdf" and not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    exercise = level(number)
    answers = read_pdf(
        FILLERS[program](form(exercise), values_of(exercise, "Ada Lovelace", "s42"), tmp_path), "a.pdf", "a"
    )
    assert (answers.student, answers.ident, answers.sheet) == ("Ada Lovelace", "s42", sheet_of(exercise))
    wrong = {answer.field.name for answer in mark(exercise, answers.fields).marks if answer.verdict != "right"}
    choices = {field.name for field in exercise.fields if isinstance(field.response, Choice)}
    assert wrong == (choices if program in BOXES_ALONE else set())


@pytest.mark.parametrize("number", LEVELS)
def test_a_form_has_a_field_for_each_answer_with_a_name_for_readers(number: int, tmp_path: Path) -> None:
    exercise = replace(level(number), student=Student("山田 花子", "s1"))
    reader = pypdf.PdfReader(io.BytesIO(form(exercise)))
    fields = reader.get_fields()
    assert {name.replace("-", ".") for name in fields} == {field.name for field in exercise.fields} | {
        "student", "ident", "sheet",
    }  # fmt: skip
    assert (fields["student"]["/V"], fields["ident"]["/V"]) == ("山田 花子", "s1")
    assert "山田 花子" in reader.pages[0].extract_text()
    labels = [field["/TU"] for name, field in fields.items() if name.startswith("q")]
    assert all(labels)
    seen = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    assert not [note for note in seen if note["/Subtype"] != "/Widget"]
    for widget in seen:
        left, low, right_, high = map(float, widget["/Rect"])
        assert widget["/F"] == 2 or (0 < left < right_ < 596 and 0 < low < high < 842)
    if shutil.which("qpdf"):
        (tmp_path / "form.pdf").write_bytes(form(exercise))
        subprocess.run(["qpdf", "--check", "form.pdf"], cwd=tmp_path, check=True, capture_output=True)


def test_a_form_that_was_printed_says_what_to_ask_for() -> None:
    from graphviz_ad.exercises.formats import pdf

    ((_, printed),) = pdf.handout([level(1)], "sheet", "blank")
    with pytest.raises(ExerciseError, match="no form fields: it was printed"):
        read_pdf(printed, "a.pdf", "a")


# -- whose ----------------------------------------------------------------------------------------


def test_a_mixed_folder(tmp_path: Path) -> None:
    exercise = level(1)
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "1.json").write_bytes(saved(exercise, "Ada", "s1"))
    (folder / "2.csv").write_text("student,q1.1\nBob,3\n")
    (folder / "3.pdf").write_bytes(by_pypdf(form(exercise), values_of(exercise, "花子", ""), tmp_path))
    (folder / "4.txt").write_bytes(saved(exercise, "Eve"))
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "notes.docx").write_bytes(b"x")
    collected = collect([str(folder)])
    assert [(answer.student, answer.source) for answer in collected.answers] == [
        ("Ada", "answers/1.json"), ("Bob", "answers/2.csv"), ("花子", "answers/3.pdf"), ("Eve", "answers/4.txt"),
    ]  # fmt: skip
    assert [name for name, _ in collected.refused] == ["answers/notes.docx"]


@pytest.mark.parametrize("end", ["file", "file_"])
def test_moodle_s_archive(tmp_path: Path, end: str) -> None:
    exercise = level(1)
    path = archive(tmp_path / "all.zip", {
        f"Ada Lovelace_1234_assignsubmission_{end}/sheet.json": saved(exercise, "Ada Lovelace", "s1"),
        f"山田 花子_99_assignsubmission_{end}/a/b.json": saved(exercise, "Bob"),
        "Mäx_7_assignsubmission_file_answers.csv": b"student,q1.1\nx,1\n",
        "Eve_5_assignsubmission_onlinetext/onlinetext.html": b"<p>" + saved(exercise, "Eve").replace(b'"', b"&quot;") + b"</p>",
    })  # fmt: skip
    collected = collect([str(path)])
    assert whose(collected) == [("Ada Lovelace", "s1", 1), ("Eve", "5", 1), ("Mäx", "7", 1), ("山田 花子", "99", 1)]
    assert collected.refused == []
    (remark, other) = sorted(collected.remarks)
    assert "handed in by 'Mäx' and says it is by 'x'" in remark
    assert "handed in by '山田 花子' and says it is by 'Bob'" in other


def test_the_page_itself_instead_of_what_it_saved(tmp_path: Path) -> None:
    ((_, page),) = files([level(1)], "sheet", "graded.html")
    path = archive(
        tmp_path / "all.zip",
        {"Bob_5_assignsubmission_file/sheet.html": page, "Eve_6_assignsubmission_file/a.txt": b"{q1.1: 3}"},
    )
    first, second = collect([str(path)]).refused
    assert "is a page to write answers in" in str(first[1])
    assert "that its button saves" in str(first[1])
    assert "a.txt' is no JSON" in str(second[1])


def test_canvas_s_archive(tmp_path: Path) -> None:
    exercise = level(1)
    path = archive(tmp_path / "submissions.zip", {
        "lovelaceada_340_901_sheet.json": saved(exercise, "Ada Lovelace", "s1"),
        "leebob_LATE_341_902_sheet-1.json": json.dumps(right(exercise)).encode(),
    })  # fmt: skip
    assert whose(collect([str(path)])) == [("leebob", "341", 1), ("Ada Lovelace", "s1", 1)]


def test_nbgrader_s_folder(tmp_path: Path) -> None:
    notebook = {"cells": [{"cell_type": "code", "source": 'answers["q1.1"] = "3"'}]}
    for student in ("ada", "bob"):
        folder = tmp_path / "course" / "submitted" / student / "week-1"
        folder.mkdir(parents=True)
        (folder / "sheet.ipynb").write_text(json.dumps(notebook))
        (folder / "timestamp.txt").write_text("2026-11-27 12:00:00 UTC")
    for given in ("course", "course/submitted"):
        collected = collect([str(tmp_path / given)])
        assert whose(collected) == [("ada", "", 1), ("bob", "", 1)], given
        assert collected.refused == []


def test_attempts_are_kept_apart_and_one_file_counts_once(tmp_path: Path) -> None:
    exercise = level(1)
    first, second = saved(exercise, "Ada", "s1"), saved(exercise, "Ada", "s1", attempt=2, **{"q1.1": "77"})
    for name, data in {"a.json": second, "b.json": first, "c.json": first, "d.json": saved(exercise, "Bob")}.items():
        (tmp_path / name).write_bytes(data)
    collected = collect([str(tmp_path)])
    assert whose(collected) == [("Ada", "s1", 2), ("Ada", "s1", 1), ("Bob", "", 1)]
    assert "is the same file as" in collected.remarks[0]
    key = tmp_path / "key" / "e.json"
    key.parent.mkdir()
    key.write_text(dumps(exercise))
    out = tmp_path / "out"
    assert (
        main(["mark", str(key), *(str(tmp_path / name) for name in ("a.json", "b.json", "d.json")), "-o", str(out)])
        == 0
    )
    rows = list(csv.DictReader(io.StringIO((out / "class.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["student"], row["attempt"]) for row in rows] == [("Ada", "2"), ("Ada", "1"), ("Bob", "1")]
    assert {path.name for path in out.iterdir()} == {
        "Ada.md", "Ada-2.md", "Bob.md", "class.csv", "class.html", "received.csv",
    }  # fmt: skip


def test_the_report_repeats_the_receipt_and_says_if_the_file_was_changed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    exercise = level(1)
    (tmp_path / "e.json").write_text(dumps(exercise))
    data = saved(exercise, "Ada")
    (tmp_path / "a.json").write_bytes(data)
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.json")]) == 0
    assert f"Receipt `{json.loads(data)['receipt']}`, saved 2026" in capfd.readouterr().out
    changed = json.loads(data)
    changed["answers"]["q1.1"] = "77"
    (tmp_path / "a.json").write_text(json.dumps(changed))
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.json")]) == 0
    messages = capfd.readouterr()
    assert "changed after the page had saved it" in messages.out
    assert "changed after the page had saved it" in messages.err


def test_answers_find_the_sheet_they_are_to(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    for name, seed in {"Ada": 1, "Bob": 2}.items():
        (keys / f"{name}.json").write_text(dumps(level(1, seed)))
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.json").write_bytes(saved(level(1, 1), "Ada"))
    (folder / "b.json").write_bytes(saved(level(1, 1), "Bob"))
    (folder / "c.json").write_bytes(saved(level(2, 9), "Eve"))
    assert main(["mark", str(keys), str(folder), "-o", str(tmp_path / "out")]) == 1
    messages = capfd.readouterr().err
    assert "answers/b.json: Bob: these are answers to the sheet of 'Ada'" in messages
    assert f"Eve: there is no exercise with the mark '{sheet_of(level(2, 9))}'" in messages
    assert main(["mark", str(keys / "Bob.json"), str(folder / "a.json")]) == 1
    assert "Ada: these are answers to the sheet" in capfd.readouterr().err


# -- hostile files --------------------------------------------------------------------------------


def test_a_key_is_found_by_whose_it_says_it_is(tmp_path: Path) -> None:
    """The file of one name may be called as another name would be."""
    for stem, name in (
        ("Ada-Lovelace", "Ada-Lovelace"),
        ("Ada-Lovelace-2", "Ada Lovelace"),
        ("s1", "Bo"),
        ("s2", "Bo"),
    ):
        owner = Owner("one", stem, name, "")
        (tmp_path / f"{stem}.json").write_text(dumps(of_level(1, len(stem)), owner))
    files = ExerciseFiles(str(tmp_path))
    seeds = [files.of(Answers(name, {})).seed for name in ("Ada-Lovelace", "Ada Lovelace", "Ada-Lovelace-2", "s1")]
    assert seeds == [12, 14, 14, 2]  # the lengths of their stems
    with pytest.raises(ExerciseError, match="several students of that name: 's1', 's2'"):
        files.of(Answers("Bo", {}))


def bomb(folder: Path) -> bytes:
    return archive(folder / "bomb.zip", {"huge.json": bytes(17_000_000)}).read_bytes()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "cut.zip": (b"PK\x03\x04 cut off", "no archive that can be read"),
    "deep.json": (b"[" * 100_000, "nested too deeply"),
    "digits.json": (b'{"q1.1": ' + b"9" * 5_000 + b"}", "is no JSON"),
    "binary.csv": (bytes(range(256)) * 4, "is not UTF-8 text"),
    "heading.csv": (b"Ada,1,2,3\nBob,1,2,3\n", "has no heading"),
    "nobody.csv": (b"q1.1,q1.2\n1,2\n", "does not say whose"),
    "damaged.pdf": (b"%PDF-1.7\n" + bytes(range(256)), "is damaged"),
    "empty.pdf": (b"", "is damaged"),
    "exercise.json": (b'{"schema": "graphviz-ad/exercise/1"}', "is an exercise, no answers"),
    "attempt.json": (b'{"schema": "graphviz-ad/answers/1", "attempt": 1e99, "answers": {}}', "is damaged"),
    "list.json": (b'{"schema": "graphviz-ad/answers/1", "answers": [1]}', "is damaged"),
    "page.html": (b"<p>here are my answers</p>", "holds no answers"),
    "\x1b[2Jname.docx": (b"x", "is no file of answers"),
}


def test_a_hostile_file_harms_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)
    (folder / "bomb.zip").write_bytes(bomb(tmp_path))
    os.symlink("/etc/passwd", folder / "link.csv")
    archive(folder / "up.zip", {"../../../up.json": saved(level(1), "Up"), "/etc/x.json": saved(level(1), "Root")})
    (folder / "rows.csv").write_bytes("\ufeffstudent;q1.1\nAda;1;5\nBob;3\n".encode())
    (folder / "sixteen.csv").write_bytes("student,q1.1\nCleo,3\n".encode("utf-16-le"))
    (folder / "ok.json").write_bytes(saved(level(1), "Zoe"))
    collected = collect([str(folder)])
    assert sorted(answer.student for answer in collected.answers) == ["Bob", "Cleo", "Root", "Up", "Zoe"]
    problems = {name.rpartition("/")[2]: str(problem) for name, problem in collected.refused}
    for name, (_, words) in HOSTILE.items():
        assert words in problems[name.replace("\x1b", "\ufffd")], name
    assert "is a link" in problems["link.csv"]
    assert "more than 16 MB" in problems["huge.json"]
    assert "row 2 of" in problems["rows.csv"]
    assert not list(tmp_path.parent.glob("up.json"))


def test_what_a_spreadsheet_did_to_answers_is_said_for_each_field(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.json").write_text(dumps(level(4)))
    (tmp_path / "a.csv").write_bytes(
        '\ufeffstudent;q1.1;q1.2;q1.3\r\nAda;01-Feb;1,5;"9"\r\nBob;1E+999;#NAME?;x'.encode("utf-16")
    )
    assert main(["mark", str(tmp_path / "e.json"), str(tmp_path / "a.csv"), "-o", str(tmp_path / "out")]) == 0
    messages = capfd.readouterr().err
    assert "a.csv: Ada, q1.1: '01-Feb': " in messages
    assert "spreadsheet" in messages
    assert "a.csv: Ada, q1.2: '1,5': " in messages
    assert "a.csv: Bob, q1.1: '1E+999': " in messages
    assert "a.csv: Bob, q1.2: '#NAME?': " in messages


def test_a_form_that_takes_for_ever_is_given_up_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = guarded.PdfReader(max_seconds=0.0)
    with pytest.raises(ExerciseError, match="takes too long"):
        slow.read(form(level(1)), "slow.pdf", "slow")
    slow.max_seconds = 60.0
    filled = by_pypdf(form(level(1)), {"student": "Ada"}, tmp_path)
    assert slow.read(filled, "a.pdf", "a") == Answers("Ada", {}, sheet=sheet_of(level(1)), source="a.pdf")
    slow.close()


def test_a_table_with_too_many_columns_is_refused_at_once() -> None:
    head = ",".join(f"q{n}" for n in range(50_000)).encode()
    with pytest.raises(ExerciseError, match="50001 columns; the limit is"):
        read_answers(b"student," + head + b"\nAda,1\n", "a.csv")


def test_slips_stand_in_the_table_of_the_class() -> None:
    exercise = level(4)
    sheet = mark(exercise, right(exercise) | {"q1.1": "-120"})
    (row,) = csv.DictReader(io.StringIO(class_table([("Ada", sheet)])))
    assert row["mistakes"] == "decimal point"


def test_gift_has_a_category_for_each_field_and_tells_no_later_answer() -> None:
    exercises = [level(4, seed) for seed in (1, 2)]
    ((_, data),) = gift.handout(exercises, "bank", "blank")
    first, second, *_ = data.decode().split("$CATEGORY: $course$/top/bank/")[1:]
    assert (first.count("::[plain]"), first.split("\n")[0], second.split("\n")[0]) == (2, "q1.1", "q1.2")
    assert "a \\= w · x" in first
    assert "v1 \\= " not in first
    assert "v1 \\= " in second
