"""`graphviz-ad mark`: answers to an exercise → points, and what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import glob
from typing import TYPE_CHECKING

import click

from graphviz_ad.errors import ExerciseError

from .options import output_option
from .output import WRONG, Misuse, emit, make_folder, report
from .progress import with_progress

if TYPE_CHECKING:
    from graphviz_ad.exercises.marking.collecting import Collected
    from graphviz_ad.exercises.marking.marks import MarkedSheet
    from graphviz_ad.exercises.marking.received import Answers

_MAX_LISTED = 10
"""Lines of a kind that are written one by one: they mostly have one cause."""
_MAX_ANSWER_CHARACTERS = 40
"""Of an answer that cannot be read, in a line about it."""


@click.command("mark")
@click.argument("exercise")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWERS(.json|.csv|.ipynb|.pdf|.zip|FOLDER)...")
@output_option("A folder for a report of each student (Markdown) and for the class (class.csv, class.html).")
@click.option("--decimal-comma", is_flag=True, help="Read 1,5 as one and a half.")
@click.option("--reveal", is_flag=True, help="Say the right answers in the reports.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    exercise: str, answers: tuple[str, ...], output: str | None, decimal_comma: bool, reveal: bool
) -> int | None:
    """Mark ANSWERS to the exercise in the file EXERCISE, or in a folder of one for each student.

    ANSWERS are tables, files that pages saved, forms that were filled in, notebooks, folders of them, or what a
    platform exports: an archive of Moodle's or Canvas's submissions, nbgrader's folder 'submitted'.

    One student's report goes to standard output; with several it is the table of the class. In a folder the exercise
    is the one that the answers name, the one of the student's name, or the one with the seed that stands with them.

    \b
    Example:
      graphviz-ad mark neuron.json answers.csv -o reports/
      graphviz-ad mark sheets/keys/week-1 submissions.zip -o reports/
    """
    from graphviz_ad.exercises.marking.collecting import collect
    from graphviz_ad.exercises.marking.exercise_files import SEED, ExerciseFiles
    from graphviz_ad.exercises.marking.marking import mark
    from graphviz_ad.exercises.marking.reports import class_table, student_report

    exercises = ExerciseFiles(exercise)
    collected = collect(expanded(answers), _note)
    failed: list[ExerciseError] = [problem for _, problem in collected.refused]
    if not collected.answers:
        raise failed[0] if failed else Misuse("there are no answers", "give a file with the answers of each student")
    marked: list[tuple[Answers, MarkedSheet]] = []
    remarks, strange = list(collected.remarks), dict[str, list[str]]()
    for submission in with_progress(collected.answers, "marked"):
        try:
            sheet = exercises.of(submission)
        except ExerciseError as problem:
            failed.append(problem)
            continue
        other = exercises.owner_of(submission)
        if other:
            remarks.append(f"{_whose(submission)}: these are answers to the sheet of '{other}', and marked as that")
        if not submission.is_as_saved:
            remarks.append(f"{_whose(submission)}: the file was changed after the page had saved it")
        names = [field.name for field in sheet.fields]
        fields = submission.fields
        strange |= {name: names for name in fields if name not in names and name != SEED and name not in strange}
        comma = decimal_comma or submission.decimal_comma
        marked.append((submission, mark(sheet, fields, decimal_comma=comma, reveal=reveal)))
    if not marked:
        raise failed[0]
    for name, names in list(strange.items())[:_MAX_LISTED]:
        report("warning", f"the exercise has no field '{name}'; its fields are {', '.join(names)}")
    remarks += [line for submission, sheet in marked for line in _unreadable(submission, sheet)]
    _listed("warning", remarks, "more to look at")
    if output is None or output == "-":
        only = collected.answers[0] if len(collected.answers) == 1 else None
        emit(student_report(only.student, marked[0][1], only) if only else class_table(*_tabled(marked)))
    else:
        _write(output, marked, collected)
    _listed("error", [str(trouble) for trouble in failed], "more were not marked")
    return WRONG if failed else None


def expanded(paths: Iterable[str]) -> list[str]:
    """Paths → the same, with the files of a pattern as answers/*.json in its place, which Windows hands on as it is."""
    expanded_paths: list[str] = []
    for path in paths:
        files = sorted(glob(path)) if "*" in path and not os.path.exists(path) else []
        expanded_paths += files or [path]
    return expanded_paths


def _tabled(marked: list[tuple[Answers, MarkedSheet]]) -> tuple[list[tuple[str, MarkedSheet]], list[int] | None]:
    """Marked sheets → students with their sheets, and the number of each attempt where someone has several."""
    attempts = [answers.attempt for answers, _ in marked]
    return [(answers.student, sheet) for answers, sheet in marked], attempts if max(attempts) > 1 else None


def _listed(kind: str, lines: list[str], rest: str) -> None:
    """Lines → the first of them, and how many more there are."""
    for line in lines[:_MAX_LISTED]:
        report(kind, line)
    if len(lines) > _MAX_LISTED:
        report(kind, f"and {len(lines) - _MAX_LISTED} {rest}")


def _whose(answers: Answers) -> str:
    """Answers → the student, and the file where there is one of its own."""
    return f"{answers.source}: {answers.student}"


def _unreadable(answers: Answers, sheet: MarkedSheet) -> Iterator[str]:
    """A marked sheet → a line for each answer that is no number, with what can be written."""
    from graphviz_ad.explain.phrase import plain

    for mark in sheet.marks:
        if mark.verdict == "unreadable":
            shown = " ".join(mark.answer.split())[:_MAX_ANSWER_CHARACTERS]
            yield f"{_whose(answers)}, {mark.field.name}: '{shown}': {plain(mark.feedback)}"


def _note(text: str) -> None:
    report("note", text)


def _write(folder: str, marked: list[tuple[Answers, MarkedSheet]], collected: Collected) -> None:
    """Marked sheets → a report of each student and of the class, and with several files what came in which of them."""
    from graphviz_ad.exercises.marking.class_page import page
    from graphviz_ad.exercises.marking.collecting import received_table
    from graphviz_ad.exercises.marking.reports import class_table, student_report
    from graphviz_ad.export.file_names import file_name
    from graphviz_ad.export.files import write_atomic

    make_folder(folder)
    names = {"class", "received"}
    for answers, sheet in marked:
        path = os.path.join(folder, f"{file_name(answers.student, names)}.md")
        write_atomic(path, student_report(answers.student, sheet, answers).encode())
    write_atomic(os.path.join(folder, "class.csv"), class_table(*_tabled(marked)).encode("utf-8-sig"))
    lang = marked[0][1].exercise.lang
    write_atomic(os.path.join(folder, "class.html"), page(_tabled(marked)[0], lang).encode())
    also = ""
    if len({answers.source for answers in collected.answers}) + len(collected.refused) > 1:
        write_atomic(os.path.join(folder, "received.csv"), received_table(collected).encode("utf-8-sig"))
        also = ", received.csv"
    report("note", f"wrote {len(marked)} report{'s' * (len(marked) != 1)}, class.csv{also} and class.html to {folder}")
