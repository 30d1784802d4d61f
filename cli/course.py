"""`graphviz-ad course`: the exercise sheets of a term for every student of a roster."""

from __future__ import annotations

import click

from .output import WRONG, Misuse, emit, report
from .progress import progress_bar

EXAMPLE = """\
# A course: graphviz-ad course course.toml
title = "Deep learning I"
roster = "students.csv"      # a heading with 'student' (or 'id', 'name'), then a row for each
seed = 2026                  # the same seed gives everyone the same sheets again
out = "sheets"               # blank sheets in sheets/NAME/, answers in sheets/keys/NAME/
lang = "en"                  # or "ja", "zh"

[[sheet]]
name = "week-1"
level = 2                    # of the built-in course; graphviz-ad exercise --kinds lists them
formats = ["html"]

[[sheet]]
name = "week-2"
formula = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
given = { y = 1 }
ask = ["values", "contributions", "inputs"]
formats = ["html"]
"""
"""The file of a course that `--example` prints, to begin with."""

_MAX_LISTED = 10
"""Failures that are written one by one: they mostly have one cause, and what came last must stay on the screen."""


@click.command("course")
@click.argument("course", required=False)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes; 0 is one for each core.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler that does the work, as tcp://10.0.0.1:8786.")
@click.option("--example", is_flag=True, help="Print a course file to begin with.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(course: str | None, jobs: int, scheduler: str | None, example: bool) -> int | None:
    """Make all sheets of the course in the file COURSE.toml for all its students.

    What is there already is not made again; a run that was stopped goes on where it was.

    \b
    Example:
      graphviz-ad course --example > course.toml
      graphviz-ad course course.toml --jobs 4
    """  # fmt: skip
    if example:
        emit(EXAMPLE)
        return None
    if course is None:
        raise Misuse("there is no course", "give its file, or print one to begin with: graphviz-ad course --example")
    from graphviz_ad.course.making import make
    from graphviz_ad.course.plan import read_course
    from graphviz_ad.workers import cluster, processes

    planned = read_course(course)
    try:
        with progress_bar("sheets") as progress:
            if scheduler:
                with cluster(scheduler) as executor:
                    outcome = make(planned, executor, progress)
            else:
                outcome = make(planned, processes(jobs), progress)
    except KeyboardInterrupt:
        report("note", "what was made is kept; the same command goes on from there")
        raise
    kept = f", {outcome.kept} were there" if outcome.kept else ""
    students, sheets = len(planned.students), len(planned.sheets)
    counted = f"{students} student{'s' * (students != 1)}, {sheets} sheet{'s' * (sheets != 1)}"
    report("note", f"{counted}: {outcome.made} made{kept}")
    for key, problem in outcome.failed[:_MAX_LISTED]:
        report("error", f"{key}: {problem}")
    if len(outcome.failed) > _MAX_LISTED:
        report("error", f"and {len(outcome.failed) - _MAX_LISTED} more failed")
    return WRONG if outcome.failed else None
