"""`graphviz-ad mark`: answers to an exercise → points, and what went wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .options import output_option
from .output import Misuse, emit, report
from .progress import bar

if TYPE_CHECKING:
    from graphviz_ad.exercises.marking import Marked

_MOST = 64_000_000


@click.command("mark")
@click.argument("exercise")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWERS(.json|.csv|.ipynb)...")
@output_option("A folder for a report of each student (Markdown) and for the class (class.csv, class.html).")
@click.option("--decimal-comma", is_flag=True, help="Read 1,5 as one and a half.")
@click.option("--reveal", is_flag=True, help="Say the right answers in the reports.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(exercise: str, answers: tuple[str, ...], output: str | None, decimal_comma: bool, reveal: bool) -> None:
    """Mark ANSWERS to the exercise in the file EXERCISE.json.

    One student's report goes to standard output; with several it is the table of the class.

    \b
    Example:
      graphviz-ad mark neuron.json answers.csv -o reports/
    """
    from graphviz_ad.exercises.marking import mark
    from graphviz_ad.exercises.record import loads
    from graphviz_ad.exercises.sheets import read_answers
    from graphviz_ad.exercises.standing import class_table, student_report

    sheet = loads(_read(exercise).decode("utf-8", "replace"))
    given = [one for path in answers for one in read_answers(_read(path), path)]
    if not given:
        raise Misuse("there are no answers", "give a file with a row or an object for each student")
    known = {field.name for field in sheet.fields}
    strangers = sorted({name for one in given for name in one.fields} - known)
    if strangers:
        report("warning", f"the exercise has no field '{strangers[0]}'; its fields are {', '.join(sorted(known))}")
    marked: list[tuple[str, Marked]] = []
    for one in bar(given, "marked"):
        marked.append((one.student, mark(sheet, one.fields, decimal_comma=decimal_comma, reveal=reveal)))
    if output is None or output == "-":
        emit(student_report(*marked[0]) if len(marked) == 1 else class_table(marked))
        return
    _write(output, marked, sheet.lang)


def _write(folder: str, marked: list[tuple[str, Marked]], lang: str) -> None:
    """Marked sheets → a report of each student and of the class."""
    from graphviz_ad.exercises.classroom import page
    from graphviz_ad.exercises.standing import class_table, student_report
    from graphviz_ad.export.files import file_name, write_atomic

    os.makedirs(folder, exist_ok=True)
    taken = {"class"}
    for student, one in marked:
        path = os.path.join(folder, f"{file_name(student, taken)}.md")
        write_atomic(path, student_report(student, one).encode())
    write_atomic(os.path.join(folder, "class.csv"), class_table(marked).encode("utf-8-sig"))
    write_atomic(os.path.join(folder, "class.html"), page(marked, lang).encode())
    report("note", f"wrote {len(marked)} report{'s' * (len(marked) != 1)}, class.csv and class.html to {folder}")


def _read(path: str) -> bytes:
    from graphviz_ad.errors import InputError

    try:
        with open(path, "rb") as file:
            data = file.read(_MOST + 1)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise InputError(f"'{path}' cannot be read: {why}", hint="check the name and the folder you are in") from None
    if len(data) > _MOST:
        raise InputError(f"'{path}' is too large", hint=f"up to {_MOST // 1_000_000} MB are read")
    return data
