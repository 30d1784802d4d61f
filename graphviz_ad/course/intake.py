"""Answers in a file → an attempt of a student of the roster; what does not fit is an error of that student alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from graphviz_ad.course.plan import Course
from graphviz_ad.course.roster import IDENTIFIERS, NAMES, find
from graphviz_ad.course.rules import in_utc
from graphviz_ad.course.submissions import Submission
from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.marking.received import Answers

_TIMES = ("submitted", "submitted at", "submission time", "timestamp", "time", "saved", "提出日時", "提交时间")
"""Headings of the column that says when something was handed in."""
_HINTS = re.compile(r"(q\d+[. ])?hints?")
"""Heading of the column that says how many hints were opened, of a sheet or of a question."""
_VERSIONS = ("version", "code")
"""Headings of the column with the code of the sheet."""
_CODE = re.compile(r"[0-9a-f]{6}")
"""The code of a sheet, as `exercises.identity` makes it."""
_MAX_HINTS = 10_000
"""Hints a student can have opened: more is a slip of the pen."""
_MAX_QUOTED_CHARACTERS = 40
"""Characters of a cell that are repeated in an error, which is one line."""


def submission(
    answers: Answers, course: Course, sheet: str, path: str, *, submitted: datetime | None = None, comma: bool = False
) -> Submission:
    """Answers of a student in a file, and the sheet they are to → the attempt.

    A time in the file goes before the one that is told for all of it. Raises ExerciseError, which names the student
    and the field.
    """  # fmt: skip
    # what a page saved says more than its answers
    ident, saved, code, own_comma = (
        getattr(answers, part, "") for part in ("ident", "saved", "sheet", "decimal_comma")
    )
    cells = {_heading(name): cell.strip() for name, cell in answers.fields.items()}
    by_id = ["" if answers.is_ident_of_upload else str(ident), *(cells.get(name, "") for name in IDENTIFIERS)]
    who = [*by_id, answers.student, *(cells.get(name, "") for name in NAMES)]
    fits = find(course.students, who)
    called = next((text for text in (*who[len(by_id) + 1 :], answers.student) if text), "")[:_MAX_QUOTED_CHARACTERS]
    if not fits:
        raise _nobody(path, called, course)
    if len(fits) > 1:
        names = ", ".join(student.title for student in fits)
        raise ExerciseError(
            f"{path}: '{called}' may be {names}", hint="add a column 'id' to the answers, and say which"
        )
    student = fits[0]
    place = f"{path}: {student.title}"
    time = _time(next((cells[name] for name in _TIMES if cells.get(name)), ""), course, place) or submitted
    time = time or _time(str(saved), course, place)  # which is what the student's clock said
    version = next((cells[name] for name in _VERSIONS if cells.get(name)), str(code)).lower().split(" ")[-1]
    hints = sum(_hints(name, cell, place) for name, cell in cells.items() if _HINTS.fullmatch(name) and cell)
    known = {*IDENTIFIERS, *_TIMES, *_VERSIONS}
    fields = {
        name: cell
        for name, cell in answers.fields.items()
        if _heading(name) not in known and not _HINTS.fullmatch(_heading(name))
    }
    if version and not _CODE.fullmatch(version):
        raise ExerciseError(
            f"{place}, field 'version': '{version[:_MAX_QUOTED_CHARACTERS]}' is no code of a sheet",
            hint="write the six signs behind the seed on the sheet, or leave it empty",
        )
    return Submission(
        sheet, student.id, fields, in_utc(time, course.rules.zone).isoformat() if time else "", hints,
        comma or own_comma is True, version, path,
    )  # fmt: skip


def _nobody(path: str, called: str, course: Course) -> ExerciseError:
    """File, and whom its answers are said to be of → the error that the roster has no such student."""
    if not called:
        hint = "add a column 'id' with the student's, or call the file as the student"
        return ExerciseError(f"{path}: it does not say whose answers these are", hint=hint)
    known = [text for student in course.students for text in (student.id, student.name)]
    near = nearest(called, known)
    hint = f"did you mean '{near}'? " if near else ""
    return ExerciseError(
        f"{path}: no student of the roster is '{called}'", hint=f"{hint}write the id or the name as in the roster"
    )


def _heading(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _time(text: str, course: Course, place: str) -> datetime | None:
    """Text of a cell → the time it says, None where it is empty. Raises ExerciseError where it says none."""
    if not text:
        return None
    try:
        return in_utc(datetime.fromisoformat(text), course.rules.zone)
    except (ValueError, OverflowError):
        raise ExerciseError(
            f"{place}, field 'submitted': '{text[:_MAX_QUOTED_CHARACTERS]}' is no time",
            hint="write it as 2026-11-03 23:59, or as 2026-11-03T23:59+01:00",
        ) from None


def _hints(name: str, cell: str, place: str) -> int:
    """Heading and text of a cell → how many hints were looked at. Raises ExerciseError where it is no number."""
    count = cell.removesuffix(".0")
    if not (count.isascii() and count.isdecimal() and len(count) < 6 and int(count) <= _MAX_HINTS):
        raise ExerciseError(
            f"{place}, field '{name}': '{cell[:_MAX_QUOTED_CHARACTERS]}' is no number of hints", hint="write 0, 1, 2 …"
        )
    return int(count)


def unknown_fields(submission: Submission, names: Mapping[str, object]) -> list[str]:
    """Attempt and the fields of its sheet → the names of others that it has."""
    return [name for name in submission.answers if name and name not in names and _heading(name) not in _BESIDE]


_BESIDE = ("seed", *NAMES, "section", "group", "first name", "last name")
"""Columns that tables have beside answers, which nobody needs to be told of."""
