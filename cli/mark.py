"""`graphviz-ad mark`: answers to an exercise → points, and what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable
from glob import glob
from typing import TYPE_CHECKING

import click

from .options import output_option
from .output import WRONG, Misuse, emit, report
from .progress import with_progress

if TYPE_CHECKING:
    from graphviz_ad.exercises.marking.marks import MarkedSheet

_MAX_BYTES = 64_000_000
"""Of a file of answers: those of ten thousand students take a few megabytes, and a wrong file is not read whole."""
_MAX_LISTED = 10
"""Unknown fields, and answers that were not marked, that are written one by one: they mostly have one cause."""


@click.command("mark")
@click.argument("exercise")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWERS(.json|.csv|.ipynb)...")
@output_option("A folder for a report of each student (Markdown) and for the class (class.csv, class.html).")
@click.option("--decimal-comma", is_flag=True, help="Read 1,5 as one and a half.")
@click.option("--reveal", is_flag=True, help="Say the right answers in the reports.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    exercise: str, answers: tuple[str, ...], output: str | None, decimal_comma: bool, reveal: bool
) -> int | None:
    """Mark ANSWERS to the exercise in the file EXERCISE, or in a folder of one for each student.

    One student's report goes to standard output; with several it is the table of the class. In a folder the exercise
    is the one of the student's name, or the one with the seed that stands with the answers.

    \b
    Example:
      graphviz-ad mark neuron.json answers.csv -o reports/
      graphviz-ad mark sheets/keys/week-1 answers.csv -o reports/
    """
    from graphviz_ad.errors import ExerciseError
    from graphviz_ad.exercises.marking.answer_files import read_answers
    from graphviz_ad.exercises.marking.exercise_files import SEED, ExerciseFiles
    from graphviz_ad.exercises.marking.marking import mark
    from graphviz_ad.exercises.marking.reading import read_file
    from graphviz_ad.exercises.marking.reports import class_table, student_report

    exercises = ExerciseFiles(exercise)
    submissions = [
        submission
        for path in expanded(answers)
        for submission in read_answers(read_file(path, _MAX_BYTES), path, _note)
    ]
    if not submissions:
        raise Misuse("there are no answers", "give a file with a row or an object for each student")
    marked: list[tuple[str, MarkedSheet]] = []
    failed: list[ExerciseError] = []
    strange: dict[str, list[str]] = {}
    for submission in with_progress(submissions, "marked"):
        try:
            sheet = exercises.of(submission)
        except ExerciseError as problem:
            failed.append(problem)
            continue
        names = [field.name for field in sheet.fields]
        fields = submission.fields
        strange |= {name: names for name in fields if name not in names and name != SEED and name not in strange}
        marked.append((submission.student, mark(sheet, fields, decimal_comma=decimal_comma, reveal=reveal)))
    if not marked:
        raise failed[0]
    for name, names in list(strange.items())[:_MAX_LISTED]:
        report("warning", f"the exercise has no field '{name}'; its fields are {', '.join(names)}")
    if output is None or output == "-":
        emit(student_report(*marked[0]) if len(submissions) == 1 else class_table(marked))
    else:
        _write(output, marked, marked[0][1].exercise.lang)
    for trouble in failed[:_MAX_LISTED]:
        report("error", str(trouble))
    if len(failed) > _MAX_LISTED:
        report("error", f"and {len(failed) - _MAX_LISTED} more were not marked")
    return WRONG if failed else None


def expanded(paths: Iterable[str]) -> list[str]:
    """Paths → the same, with the files of a pattern as answers/*.json in its place, which Windows hands on as it is."""
    found: list[str] = []
    for path in paths:
        files = sorted(glob(path)) if "*" in path and not os.path.exists(path) else []
        found += files or [path]
    return found


def _note(text: str) -> None:
    report("note", text)


def _write(folder: str, marked: list[tuple[str, MarkedSheet]], lang: str) -> None:
    """Marked sheets → a report of each student and of the class."""
    from graphviz_ad.errors import OutputError
    from graphviz_ad.exercises.marking.class_page import page
    from graphviz_ad.exercises.marking.reports import class_table, student_report
    from graphviz_ad.export.file_names import file_name
    from graphviz_ad.export.files import write_atomic

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as problem:
        why = problem.strerror
        raise OutputError(f"'{folder}' cannot be written: {why}", hint="give another folder with -o") from None
    names = {"class"}
    for student, sheet in marked:
        path = os.path.join(folder, f"{file_name(student, names)}.md")
        write_atomic(path, student_report(student, sheet).encode())
    write_atomic(os.path.join(folder, "class.csv"), class_table(marked).encode("utf-8-sig"))
    write_atomic(os.path.join(folder, "class.html"), page(marked, lang).encode())
    report("note", f"wrote {len(marked)} report{'s' * (len(marked) != 1)}, class.csv and class.html to {folder}")
