"""`graphviz-ad course make`: the exercise sheets of a term for every student of a roster."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .options import jobs_option
from .output import WRONG, Misuse, emit, report
from .progress import progress_bar

if TYPE_CHECKING:
    from graphviz_ad.course.versions import Change

EXAMPLE = """\
# A course: graphviz-ad course course.toml
title = "Deep learning I"
roster = "students.csv"      # a heading with 'id' and 'name' (or 'student' alone), then a row for each
seed = 2026                  # the same seed gives everyone the same sheets again
out = "sheets"               # blank sheets in sheets/NAME/, answers in sheets/keys/NAME/
lang = "en"                  # or "ja", "zh"

# What counts, all of it optional: graphviz-ad course mark course.toml week-1 answers.csv
timezone = "UTC"             # of the due dates
attempts = "best"            # or "last", "first"
drop_lowest = 0              # sheets of each student that do not count

[points]                     # of a question of a kind
contributions = 2

[rubric]
carried = 100                # percent for a number that follows from one's own wrong one

[late]                       # percent of a sheet's points, for each day begun after its due date
per_day = 10
grace = "15 minutes"

[hints]
each = 2                     # percent of a sheet's points, for each hint that was looked at

[[sheet]]
name = "week-1"
level = 2                    # of the built-in course; graphviz-ad exercise --kinds lists them
formats = ["html"]
fade = 2                     # the last two steps are asked for, those before are worked
mix = false                  # from level 3 on: true gives half of the students an earlier level
points = 20                  # in the gradebook; without it those of its questions
due = 2026-11-03 23:59:00

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
_MAX_NAMED = 3
"""Students who are named in a line."""


@click.command("make")
@click.argument("course", required=False, metavar="COURSE.toml")
@jobs_option
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler that does the work, as tcp://10.0.0.1:8786.")
@click.option("--replace", is_flag=True, help="Make new versions of sheets that students hold; the old keys are kept.")
@click.option("--example", is_flag=True, help="Print a course file to begin with.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(course: str | None, jobs: int, scheduler: str | None, replace: bool, example: bool) -> int | None:
    """Make all sheets of the course in the file COURSE.toml for all its students.

    What is there already is not made again; a run that was stopped goes on where it was. Sheets that students hold stay
    as they are where the course says otherwise by now; --replace makes new versions, and the old keys mark on.

    \b
    Example:
      graphviz-ad course --example > course.toml
      graphviz-ad course course.toml --jobs 4
    """
    if example:
        emit(EXAMPLE)
        return None
    if course is None:
        raise Misuse("there is no course", "give its file, or print one to begin with: graphviz-ad course --example")
    from graphviz_ad.course.making import make
    from graphviz_ad.course.plan import KEYS, read_course
    from graphviz_ad.course.versions import EARLIER
    from graphviz_ad.workers import cluster, processes

    planned = read_course(course, note)
    try:
        with progress_bar("sheets") as progress:
            if scheduler:
                with cluster(scheduler) as executor:
                    outcome = make(planned, executor, progress, replace=replace)
            else:
                outcome = make(planned, processes(jobs), progress, replace=replace)
    except KeyboardInterrupt:
        report("note", "what was made is kept; the same command goes on from there")
        raise
    kept = f", {outcome.kept} were there" if outcome.kept else ""
    students, sheets = len(planned.students), len(planned.sheets)
    counted = f"{students} student{'s' * (students != 1)}, {sheets} sheet{'s' * (sheets != 1)}"
    report("note", f"{counted}: {outcome.sheets_made} made{kept}")
    for sheet in planned.sheets:
        changes = [change for change in outcome.changed if change.task.sheet.name == sheet.name]
        if changes:
            _tell_changes(sheet.name, changes, os.path.join(planned.out, KEYS, sheet.name, EARLIER), replaced=replace)
    for key, problem in outcome.failed[:_MAX_LISTED]:
        report("error", f"{key}: {problem}")
    if len(outcome.failed) > _MAX_LISTED:
        report("error", f"and {len(outcome.failed) - _MAX_LISTED} more failed")
    return WRONG if outcome.failed or (outcome.changed and not replace) else None


def note(text: str) -> None:
    """What someone should know → stderr."""
    report("note", text)


def _tell_changes(sheet: str, changes: Sequence[Change], earlier: str, *, replaced: bool) -> None:
    """Name of a sheet and what is another in it for whom → a line about it."""
    parts = dict.fromkeys(part for change in changes for part in change.parts)
    whom = listed([f"{change.task.student.title} {change.before} → {change.after}" for change in changes], _MAX_NAMED)
    count = f"{len(changes)} student{'s' * (len(changes) != 1)}"
    what = f"{sheet}: other {' and '.join(parts)} for {count} who hold{'s' * (len(changes) == 1)} a sheet: {whom}"
    if replaced:
        report("note", f"{what}; answers to those still count: their keys are kept in '{earlier}'")
    else:
        report(
            "error", f"{what}\nhint: their sheets are as they were; --replace makes new versions and keeps the old keys"
        )


def listed(names: Sequence[str], limit: int) -> str:
    """Names → a line with as many of them, and how many more there are."""
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")
