"""`graphviz-ad course report`: the marks of a course → what its students found hard, and what to teach again."""

from __future__ import annotations

import os

import click

from .course_making import note
from .options import output_option
from .output import Misuse, make_folder, report


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
    from graphviz_ad.export.files import write_atomic

    planned = read_course(course, note)
    summary = report_of(planned, results.read(planned.marks))
    if not summary.analyses:
        raise Misuse("there are no marks yet", f"mark a sheet first: graphviz-ad course mark {course} SHEET ANSWERS")
    folder = output or "report"
    make_folder(folder)
    written = files(planned, summary)
    for name, data in written:
        write_atomic(os.path.join(folder, name), data)
    report("note", f"wrote {', '.join(name for name, _ in written)} to {folder}")
    for lesson in summary.lessons:
        report(
            "note",
            f"{lesson.sheet}: {lesson.students} of {lesson.of} students, {lesson.mistake}, most at {lesson.place}",
        )
        if lesson.command:
            report("note", f"to teach it again: {lesson.command}")
    if summary.likenesses:
        count = len(summary.likenesses)
        report("note", f"{count} pair{'s' * (count != 1)} of students with the same wrong answers: see likeness.csv")
