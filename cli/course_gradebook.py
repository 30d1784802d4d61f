"""`graphviz-ad course gradebook`: the marks of a course → files that Canvas, Moodle and spreadsheets import."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from .course_making import note
from .options import output_option
from .output import WRONG, Misuse, make_folder, report


def now() -> datetime:
    """→ the time, by which sheets are due or not."""
    return datetime.now(UTC)


@click.command("gradebook")
@click.argument("course", metavar="COURSE.toml")
@output_option("The folder of the gradebooks.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(course: str, output: str | None) -> int | None:
    """Write gradebook.csv (all of the course), canvas-SHEET.csv (one for each sheet) and moodle.csv.

    Canvas: Grades, Import. Students without a score have no row, since an empty cell would delete what stands there.
    Moodle: Grades, Import, CSV file; say which column tells who it is (username, ID number or email address), and map
    each sheet to a grade item of as many points, made before.

    \b
    Example:
      graphviz-ad course gradebook course.toml -o gradebook
    """
    from graphviz_ad.course import results
    from graphviz_ad.course.gradebooks import gradebooks
    from graphviz_ad.course.plan import read_course
    from graphviz_ad.export.files import write_atomic

    planned = read_course(course, note)
    known = results.read(planned.marks)
    if not any(known.scores.get(sheet) for sheet in planned.rules.sheets):
        raise Misuse("there are no marks yet", f"mark a sheet first: graphviz-ad course mark {course} SHEET ANSWERS")
    books = gradebooks(planned, known, now())
    folder = output or "gradebook"
    make_folder(folder)
    for name, data in books.files:
        write_atomic(os.path.join(folder, name), data)
    report("note", f"wrote {', '.join(name for name, _ in books.files)} to {folder}")
    for text in books.notes:
        report("note", text)
    for text in books.errors:
        report("error", text)
    return WRONG if books.errors else None
