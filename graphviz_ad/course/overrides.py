"""The file of points that were set by hand (CSV) → what they are, for whom, and why; a regrade leaves them."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from graphviz_ad.course.plan import Course
from graphviz_ad.course.roster import find
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.answer_files import decoded
from graphviz_ad.exercises.marking.reading import read_start

EXCUSED = "excused"
"""What stands for points where a sheet does not count for a student."""
_COLUMNS = ("sheet", "id", "points", "reason")
"""Columns the file has to have; a column `question` says that the points are those of one question."""
_MAX_BYTES = 16_000_000
"""Of the file: more than any class writes by hand, and soon read."""
_MAX_POINTS = 1_000_000
"""Points of a sheet: more is a slip of the pen."""
_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,9})?|\d{1,9}/[1-9]\d{0,8}", re.ASCII)
"""A number of points; with an exponent it might have a thousand million digits."""
_MAX_QUOTED_CHARACTERS = 40
"""Characters of a cell that are repeated in an error, which is one line."""


@dataclass(frozen=True, slots=True)
class Override:
    """Points set by hand, None where the sheet does not count; of a question, or of the whole sheet where it is ""."""

    sheet: str
    student: str
    question: str
    points: Fraction | None
    reason: str


def read_overrides(course: Course) -> tuple[list[Override], list[ExerciseError]]:
    """Course → what was set by hand, and an error for each row that cannot be used; the others count.

    Raises ExerciseError where the file as a whole cannot be read. A later row of the same goes before an earlier one.
    """
    path = course.overrides
    if not os.path.exists(path):
        return [], []
    text, _ = decoded(read_start(path, _MAX_BYTES), path)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        raise ExerciseError(f"'{path}' is no CSV: {problem}", hint="a heading: " + ",".join(_COLUMNS)) from None
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    missing = next((name for name in _COLUMNS if name not in heading), None)
    if missing:
        raise ExerciseError(f"'{path}' has no column '{missing}'", hint="a heading: " + ",".join(_COLUMNS))
    overrides: dict[tuple[str, str, str], Override] = {}
    errors = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            override = _override(dict(zip(heading, map(str.strip, row), strict=False)), course, f"{path}, row {number}")
        except ExerciseError as problem:
            errors.append(problem)
            continue
        overrides[override.sheet, override.student, override.question] = override
    return list(overrides.values()), errors


def _override(cells: dict[str, str], course: Course, place: str) -> Override:
    """Cells of a row by their headings → what is set. Raises ExerciseError, which names the field."""
    sheet, ident, text, reason = (cells.get(name, "") for name in _COLUMNS)
    if sheet not in course.rules.sheets:
        raise _wrong(place, "sheet", sheet, "is no sheet of the course", "use " + ", ".join(course.rules.sheets))
    fits = find(course.students, [ident])
    if len(fits) != 1:
        what = "may be " + ", ".join(student.title for student in fits) if fits else "is no student of the roster"
        raise _wrong(place, "id", ident, what, "write the id as in the roster")
    place = f"{place}: {fits[0].title}"
    points = None if text.casefold() == EXCUSED else _points(text, place)
    if not reason:
        raise _wrong(place, "reason", reason, "is empty", "say why in a few words, for whoever asks later")
    question = cells.get("question", "").casefold()
    if question and points is None:
        raise _wrong(place, "points", text, "excuses one question", "leave 'question' empty to excuse from the sheet")
    return Override(sheet, fits[0].id, question, points, reason)


def _points(text: str, place: str) -> Fraction:
    points = Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else Fraction(-1)
    if not 0 <= points <= _MAX_POINTS:
        raise _wrong(place, "points", text, "is no number of points", f"write 0 or more, as in 7.5, or '{EXCUSED}'")
    return points


def _wrong(place: str, field: str, text: str, what: str, hint: str) -> ExerciseError:
    return ExerciseError(f"{place}, field '{field}': '{text[:_MAX_QUOTED_CHARACTERS]}' {what}", hint=hint)


def of_student(overrides: Sequence[Override], sheet: str, student: str) -> dict[str, Override]:
    """Everything that was set by hand, a sheet and a student → what was set there, by question, "" for the sheet."""
    return {
        override.question: override for override in overrides if override.sheet == sheet and override.student == student
    }
