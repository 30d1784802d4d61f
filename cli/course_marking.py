"""`graphviz-ad course mark`: answers to a sheet, and all there were before → points by the rules of the course."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import click

from graphviz_ad.errors import nearest

from .course_making import note
from .options import jobs_option
from .output import WRONG, Misuse, report
from .progress import progress_bar

if TYPE_CHECKING:
    from graphviz_ad.course.marking import HandedIn, Outcome
    from graphviz_ad.course.plan import Course

_MAX_CHANGES, _MAX_ERRORS, _MAX_STRANGE = 20, 20, 10
"""Lines of each kind that are written one by one; all changes stand in changes.csv."""


@click.command("mark")
@click.argument("course", metavar="COURSE.toml")
@click.argument("sheet", required=False)
@click.argument("answers", nargs=-1, metavar="[ANSWERS(.json|.csv|.ipynb|.pdf|.zip|FOLDER)]...")
@click.option("--submitted", metavar="TIME", help="When the answers were handed in, where their files do not say it.")
@click.option("--decimal-comma", is_flag=True, help="Read 1,5 as one and a half.")
@jobs_option
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    course: str, sheet: str | None, answers: tuple[str, ...], submitted: str | None, decimal_comma: bool, jobs: int
) -> int | None:
    """Mark ANSWERS to the sheet called SHEET, and everything that was handed in before by the rules of now.

    Without SHEET nothing is added: after a change of the rules, of a key or of overrides.csv all marks are made anew,
    and it says what changed for whom. Who answers again has another attempt; the same file twice is one.

    \b
    Columns beside the answers: id, email (who it is), submitted (when), hints (how many were looked at), version.
    Points set by hand stand in overrides.csv, with the columns sheet, id, question (may be empty), points, reason.

    \b
    Example:
      graphviz-ad course mark course.toml week-1 answers.csv
      graphviz-ad course mark course.toml
    """  # fmt: skip
    from graphviz_ad.course.marking import mark
    from graphviz_ad.course.plan import read_course
    from graphviz_ad.workers import processes

    planned = read_course(course, note)
    files = _files(planned, sheet, answers, _time(submitted, planned), decimal_comma)
    with progress_bar("marked") as progress:
        outcome = mark(planned, files, processes(jobs), progress)
    _tell(planned, outcome, added=bool(files))
    return WRONG if outcome.errors else None


def _files(
    course: Course, sheet: str | None, paths: tuple[str, ...], submitted: datetime | None, comma: bool
) -> list[HandedIn]:
    """Sheet and paths → the answers in them."""
    from graphviz_ad.course.marking import HandedIn
    from graphviz_ad.exercises.marking.collecting import collect

    if sheet is None:
        return []
    names = [entry.name for entry in course.sheets]
    if sheet not in names:
        near = nearest(sheet, names)
        hint = f"did you mean '{near}'?" if near else "its sheets are " + ", ".join(names)
        raise Misuse(f"the course has no sheet '{sheet}'", hint)
    if not paths:
        raise Misuse(
            "there are no answers", f"give a file, as in: graphviz-ad course mark course.toml {sheet} answers.csv"
        )
    collected = collect(paths, note)
    if not collected.answers:
        raise (
            collected.refused[0][1]
            if collected.refused
            else Misuse(f"there are no answers in {', '.join(paths)}", "give a file with the answers of each student")
        )
    for text in (*collected.remarks, *(str(problem) for _, problem in collected.refused)):
        report("warning", text)
    return [HandedIn(sheet, answers.source, [answers], submitted, comma) for answers in collected.answers]


def _time(text: str | None, course: Course) -> datetime | None:
    if text is None:
        return None
    from graphviz_ad.course.rules import in_utc

    try:
        return in_utc(datetime.fromisoformat(text), course.rules.zone)
    except (ValueError, OverflowError):
        raise Misuse(f"--submitted: '{text}' is no time", "write it as 2026-11-03T23:59") from None


def _tell(course: Course, outcome: Outcome, *, added: bool) -> None:
    """What a run did → lines on standard error."""
    from graphviz_ad.course.results import CHANGES, of_earlier_marks
    from graphviz_ad.course.scoring import shown

    for name, (file, sheet, names) in list(outcome.strange.items())[:_MAX_STRANGE]:
        report("warning", f"{file}: {sheet} has no field '{name}'; its fields are {names}")
    there = f", {outcome.there} were there" if outcome.there else ""
    if added:
        report("note", f"{outcome.new} new attempt{'s' * (outcome.new != 1)}{there}")
    for kind, text in outcome.remarks:
        report(kind, text)
    report("note", f"{outcome.marked} mark{'s' * (outcome.marked != 1)} in {course.marks}")
    changes = of_earlier_marks(outcome.changes)
    for change in changes[:_MAX_CHANGES]:
        whose = change.name if change.name == change.student else f"{change.name} ({change.student})"
        report("note", f"{change.sheet}, {whose}: {shown(change.before or 0.0)} → {shown(change.after)}, {change.why}")
    if len(changes) > _MAX_CHANGES:
        path = os.path.join(course.marks, CHANGES)
        report("note", f"and {len(changes) - _MAX_CHANGES} more marks changed; all changes stand in {path}")
    for trouble in outcome.errors[:_MAX_ERRORS]:
        report("error", trouble)
    if len(outcome.errors) > _MAX_ERRORS:
        report("error", f"and {len(outcome.errors) - _MAX_ERRORS} more, of which nothing was counted")
