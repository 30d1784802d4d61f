"""`graphviz-ad course report`: the marks of a course → what its students found hard, and what to teach again."""

from __future__ import annotations

import os

import click

from .course_making import note
from .options import output_option
from .output import Misuse, report


@click.command("report")
@click.argument("course", metavar="COURSE.toml")
@output_option("The folder of the report.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(course: str, output: str | None) -> None:
    """Write report.html, which begins with the three most common mistakes and names no student, and its tables.

    items.csv and items.json have facility and discrimination of each question (first attempts), mistakes.csv who made
    which mistake where, likeness.csv pairs of students with the same wrong answers although their numbers differ.

    \b
    Example:
      graphviz-ad course report course.toml -o report
    """
    from graphviz_ad.course import results
    from graphviz_ad.course.plan import read_course
    from graphviz_ad.course.report import files
    from graphviz_ad.course.report import report as report_of
    from graphviz_ad.errors import OutputError
    from graphviz_ad.export.files import write_atomic

    planned = read_course(course, note)
    made = report_of(planned, results.read(planned.marks))
    if not made.analyses:
        raise Misuse("there are no marks yet", f"mark a sheet first: graphviz-ad course mark {course} SHEET ANSWERS")
    folder = output or "report"
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as problem:
        why = problem.strerror
        raise OutputError(f"'{folder}' cannot be written: {why}", hint="give another folder with -o") from None
    written = files(planned, made)
    for name, data in written:
        write_atomic(os.path.join(folder, name), data)
    report("note", f"wrote {', '.join(name for name, _ in written)} to {folder}")
    for one in made.lessons:
        report("note", f"{one.sheet}: {one.students} of {one.of} students, {one.mistake}, most at {one.place}")
        if one.command:
            report("note", f"to teach it again: {one.command}")
    if made.likenesses:
        count = len(made.likenesses)
        report("note", f"{count} pair{'s' * (count != 1)} of students with the same wrong answers: see likeness.csv")
