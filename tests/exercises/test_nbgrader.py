"""Notebooks for nbgrader: its schema, its release, its marks, compared with ours; and what a blank one keeps."""

from __future__ import annotations

import html
import json
import os
import sqlite3
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.diagram.slides import markdown
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.marking.autograde import Grader
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.registry import SHEETS, Sheet
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise
from tests.exercises.students import FORMULAS, level, mistaken, own, right

jsonschema, nbformat = (pytest.importorskip(name) for name in ("jsonschema", "nbformat"))
ROOT = Path(__file__).parent.parent.parent
JAPANESE = next(formula for formula in FORMULAS if "予測" in formula)
EXERCISES = {"fan-out": partial(level, 4), "neuron": partial(level, 6), "softmax": partial(level, 8),
             "neuron-ja": partial(level, 6, 2, "ja"), "japanese-names": partial(own, JAPANESE)}  # fmt: skip

needs_nbgrader = pytest.mark.skipif(find_spec("nbgrader") is None, reason="needs nbgrader")


@pytest.fixture
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return EXERCISES[request.param]()


def notebook(exercise: Exercise, sheet: Sheet) -> str:
    (_, data), *more = files([exercise], "ps", "ipynb", sheet)
    assert not more
    return data.decode()


def filled(text: str, answers: dict[str, str]) -> str:
    """A notebook as a student fills it in."""
    book = json.loads(text)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = [
                f'answers["{name}"] = {json.dumps(answers[name], ensure_ascii=False)}\n' if name else line
                for line in cell["source"]
                for name in [
                    line.partition('"')[2].partition('"')[0] if line.endswith('= ""', 0, line.find("  #")) else ""
                ]
            ]
    return json.dumps(book, ensure_ascii=False)


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
@pytest.mark.parametrize("sheet", SHEETS)
def test_it_is_a_notebook_with_the_same_cells_on_every_sheet(exercise: Exercise, sheet: Sheet) -> None:
    text = notebook(exercise, sheet)
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    ids = [cell.metadata.nbgrader.grade_id for cell in book.cells]
    assert len(set(ids)) == len(ids)
    blank = nbformat.reads(notebook(exercise, "blank"), as_version=4)
    assert [cell.metadata for cell in book.cells] == [cell.metadata for cell in blank.cells]
    assert [cell.id for cell in book.cells] == [cell.id for cell in blank.cells]
    assert sum(cell.metadata.nbgrader.get("points", 0) for cell in book.cells) == exercise.points
    assert text == notebook(exercise, sheet)


@needs_nbgrader
@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
def test_metadata_fit_the_schema_of_nbgrader(exercise: Exercise) -> None:
    spec = find_spec("nbgrader")
    assert spec is not None
    assert spec.origin is not None
    schema = json.loads((Path(spec.origin).parent / "nbgraderformat" / "v3.json").read_text())
    cells = json.loads(notebook(exercise, "key"))["cells"]
    for cell in cells:
        jsonschema.Draft4Validator(schema).validate(cell["metadata"]["nbgrader"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate({**cells[0]["metadata"]["nbgrader"], "schema_version": 2})


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
def test_the_instructors_version_answers_all_rightly(exercise: Exercise) -> None:
    (answers,) = read_answers(notebook(exercise, "key").encode(), "ps.ipynb")
    assert mark(exercise, answers.fields).total == exercise.points
    (empty,) = read_answers(notebook(exercise, "blank").encode(), "ps.ipynb")
    assert set(empty.fields) == {field.name for field in exercise.fields}
    assert not any(empty.fields.values())


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
def test_steps_stand_in_the_solution_alone(exercise: Exercise) -> None:
    blank, key, solution = (notebook(exercise, sheet) for sheet in SHEETS)
    assert "SOLUTION" not in blank
    assert "HIDDEN" not in blank
    assert "Grader" not in blank
    assert len(blank) < len(key) < len(solution)


def test_what_a_student_writes_is_read_and_never_run() -> None:
    cells = ['answers["q1"] = 2/3', 'answers["q2"] = "-0.5"  # z', 'answers["q3"] = open("x").read()', 'other["q1"] = 1',
             'answers[name] = 2', "answers.update(q1=5)"]  # fmt: skip
    book = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    (answers,) = read_answers(json.dumps(book).encode(), "ada.ipynb")
    assert answers.fields == {"q1": "2 / 3", "q2": "-0.5", "q3": "open('x').read()"}


def test_a_grader_takes_whatever_cells_leave() -> None:
    grader = Grader.unpacked(Grader(level(4)).packed())
    for odd in (None, 3, [], {}, {"q1.1": object(), 2: None}, {"q1.1": "9" * 5000}):
        points, report = grader.question("q1", odd)
        assert points == 0
        assert report
    some = dict(list(right(level(4)).items())[:1])
    assert 0 < grader.question("q1", some)[0] < grader.exercise.questions[0].points
    numbers = {name: float(answer) for name, answer in some.items()}
    assert grader.question("q1", numbers)[0] == grader.question("q1", some)[0]
    for damaged in ("", "%%%", "aGVsbG8=", Grader(level(4)).packed()[:-40]):
        with pytest.raises(ExerciseError):
            Grader.unpacked(damaged)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    (folder / "source" / "ps").mkdir(parents=True)
    return folder


def nbgrader(course: Path, *words: str) -> str:
    home = str(course / "home")
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))  # nbgrader calls alembic by its name
    env = {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_DATA_DIR": home,
    }
    command = [sys.executable, "-m", "nbgrader", *words, f"--CourseDirectory.root={course}"]
    done = subprocess.run(command, env=env, cwd=course, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def marks(course: Path) -> dict[tuple[str, str], float]:
    """→ points by student and name of the cell."""
    with sqlite3.connect(course / "gradebook.db") as base:
        rows = base.execute(
            "select sa.student_id, bc.name, g.auto_score from grade g join base_cell bc on bc.id = g.cell_id "
            "join submitted_notebook sn on sn.id = g.notebook_id join submitted_assignment sa on sa.id = sn.assignment_id"
        ).fetchall()
    base.close()
    return {(student, cell): float(score or 0) for student, cell, score in rows}


@needs_nbgrader
def test_nbgrader_releases_and_marks_it_as_we_do(course: Path) -> None:
    exercise = level(6)
    (course / "source" / "ps" / "ps.ipynb").write_text(notebook(exercise, "solution"))
    nbgrader(course, "generate_assignment", "ps", "--create")
    released = (course / "release" / "ps" / "ps.ipynb").read_text()
    blank = notebook(exercise, "blank")
    packed = Grader(exercise).packed()
    assert packed in notebook(exercise, "solution")
    assert packed not in released
    stub = "# YOUR CODE HERE\nraise NotImplementedError()"
    theirs, ours = (nbformat.reads(text, as_version=4) for text in (released, blank))
    assert [c.source.replace(stub, "").strip() for c in theirs.cells] == [c.source.strip() for c in ours.cells]

    diagnosis, wrong = next(pair for pair in mistaken(exercise) if mark(exercise, pair[1]).total < exercise.points)
    named = next(field_mark for field_mark in mark(exercise, wrong).marks if diagnosis in field_mark.diagnoses)
    students: dict[str, tuple[str, dict[str, Any]]] = {
        "right": (released, right(exercise)), "wrong": (released, wrong), "other": (blank, wrong),
        "lazy": (released, dict.fromkeys(right(exercise), "")),
    }  # fmt: skip
    for student, (text, answers) in students.items():
        folder = course / "submitted" / student / "ps"
        folder.mkdir(parents=True)
        (folder / "ps.ipynb").write_text(filled(text, answers))
    nbgrader(course, "autograde", "ps", "--create")
    points = marks(course)
    for student, (_, answers) in students.items():
        expected = mark(exercise, answers)
        for question in exercise.questions:
            assert points[student, f"{question.name}-marking"] == pytest.approx(
                expected.points[question.name], abs=1e-3
            )
    assert sum(score for (student, _), score in points.items() if student == "right") == exercise.points
    assert sum(score for (student, _), score in points.items() if student == "lazy") == 0
    graded = nbformat.read(course / "autograded" / "wrong" / "ps" / "ps.ipynb", as_version=4)
    printed = [output.text for cell in graded.cells for output in cell.get("outputs", []) if "text" in output]
    assert printed == [Grader(exercise).question(question.name, wrong)[1] + "\n" for question in exercise.questions]
    assert any(markdown(plain(named.feedback)) in text for text in printed)
    nbgrader(course, "generate_feedback", "ps")
    page = html.unescape((course / "feedback" / "wrong" / "ps" / "ps.html").read_text())
    assert all(text.strip() in page for text in printed)
