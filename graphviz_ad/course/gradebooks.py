"""Scores of a course → gradebooks: a plain table, and the files that Canvas and Moodle import.

What the importers want is read off their own code. Canvas (lib/gradebook_importer.rb) finds a student by its own
number, then by the SIS user id, the SIS login id, and the name; an empty cell over a score deletes it, so that who has
no score has no row. Moodle (grade/import/csv) is told by the teacher which column says who it is; "-" sets nothing, and
one user that it does not know, or an empty cell, stops all of it. Its reader takes a backslash before a quote, also at
the end of a cell, as part of the text: cells run into one another, and grades end up at other students. Both compare
ids letter by letter, so that none gets an apostrophe against spreadsheets: what one could compute with is left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphviz_ad.course.plan import Course
from graphviz_ad.course.results import Results
from graphviz_ad.course.roster import Student
from graphviz_ad.course.scoring import Score, Total, shown, total
from graphviz_ad.exercises.marking.reports import safe_cell
from graphviz_ad.export.file_names import file_name

NOT_DUE = "not due yet"
"""Of a sheet that a student has not handed in, and may still hand in in time."""
_NOTHING = "-"
"""Sets no grade in Moodle; alone it is no formula of a spreadsheet."""
_LONE = re.compile(r"[-+@]?\w[\w.@+-]*")
"""An id, as -12 or @ada, in which a spreadsheet has nothing to call: no brackets, no signs of files or programs."""
_MOODLE_POINTS = 100
"""Of a grade item that is made by an import, whatever the column is worth."""
_CANVAS_HEADING = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""Columns that an import of Canvas has to have, in its order."""


@dataclass(frozen=True, slots=True)
class Gradebooks:
    """Files with their names, and notes for the person who imports them."""

    files: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]
    errors: tuple[str, ...]


def gradebooks(course: Course, results: Results, now: datetime) -> Gradebooks:
    """Course, results and the time → its gradebooks, of the students of the roster."""
    notes: list[str] = []
    errors: list[str] = []
    files = [("gradebook.csv", plain(course, results, now).encode("utf-8-sig"))]
    twice = _of_one_name(course.students)
    if twice:
        names = ", ".join(student.title for student in twice)
        errors.append(
            f"canvas: {names} have one name, and no number by which Canvas tells them apart: they are left out\n"
            "hint: use the gradebook that Canvas exports as roster, or add a column 'sis user id'"
        )
    elif not any(student.canvas or student.sis or student.username for student in course.students):
        notes.append("the roster has no ids of Canvas, which will find students by their names alone")
    unfit = [student for student in course.students if not _fits_canvas(student)]
    if unfit:
        errors.append(
            f"canvas: {', '.join(student.title for student in unfit)}: every id is one with which a spreadsheet would "
            "compute, so that they are left out\nhint: enter their points by hand"
        )
    taken: set[str] = set()
    sheets = _sheets(course, results)
    for sheet, of_sheet in sheets.items():
        rows = canvas(course, sheet, of_sheet, {*twice, *unfit})
        files.append((f"canvas-{file_name(sheet, taken)}.csv", rows.encode()))
    items = {sheet: _worth(of_sheet) for sheet, of_sheet in sheets.items()}
    if any(worth != _MOODLE_POINTS for worth in items.values()):
        worths = ", ".join(f"{sheet} of {shown(worth)} points" for sheet, worth in items.items())
        notes.append(
            f"make the grade items in Moodle before you import moodle.csv: {worths}; "
            f"one that the import makes is out of {_MOODLE_POINTS}"
        )
    if any(worth > _MOODLE_POINTS for worth in items.values()):
        notes.append(f"some versions of Moodle import no grade above {_MOODLE_POINTS}")
    files.append(("moodle.csv", moodle(course, results).encode()))
    if not _known_to_moodle(_graded(course, sheets)):
        notes.append(
            "moodle.csv cannot be imported: Moodle knows students by an id, a username or an email address, which the "
            "roster does not have for everyone"
        )
    return Gradebooks(tuple(files), tuple(notes), tuple(errors))


def plain(course: Course, results: Results, now: datetime) -> str:
    """Course, results and the time → a table with a row for each student: points and status of each sheet, and the
    total."""  # fmt: skip
    sheets = _sheets(course, results)
    heading = ["id", "name", "email", "section"]
    for sheet in sheets:
        heading += [sheet, f"{sheet} of", f"{sheet} status"]
    rows = []
    for student, scores, summed in totals(course, results, now):
        row: list[object] = [student.id, student.name, student.email, student.section]
        for sheet, of_sheet in sheets.items():
            score = scores[sheet]
            is_open = score is None and course.rules.is_open(sheet, student.id, now)
            state = NOT_DUE if is_open else status(score)
            row += [_number(score), shown(score.of if score else _worth(of_sheet)), state]
        percent = "" if summed.percent is None else shown(summed.percent)
        rows.append([*row, shown(summed.points), shown(summed.of), percent, "; ".join(summed.dropped)])
    everything: list[list[object]] = [[*heading, "total", "total of", "percent", "dropped"], *rows]
    return _csv(map(safe_cell, row) for row in everything)


def totals(course: Course, results: Results, now: datetime) -> Iterable[tuple[Student, dict[str, Score | None], Total]]:
    """Course, results and the time → for each student the score of each sheet that has any, and the total, in which
    sheets do not count that a student may still hand in in time."""
    sheets = _sheets(course, results)
    worth = {sheet: _worth(of_sheet) for sheet, of_sheet in sheets.items()}
    for student in course.students:
        scores = {sheet: of_sheet.get(student.id) for sheet, of_sheet in sheets.items()}
        counting = {
            sheet: points
            for sheet, points in worth.items()
            if scores[sheet] is not None or not course.rules.is_open(sheet, student.id, now)
        }
        yield student, scores, total(scores, counting, course.rules.drop_lowest)


def status(score: Score | None) -> str:
    """Score → what there is to say of it."""
    if score is None:
        return "missing"
    late = f"{score.days} day{'s' * (score.days != 1)} late" if score.days else ""
    remark = {"marked": "", "by hand": f"by hand: {score.reason}", "excused": f"excused: {score.reason}"}[score.status]
    return "; ".join(filter(None, (remark, late if score.status != "excused" else "")))


def canvas(course: Course, sheet: str, of_sheet: Mapping[str, Score], left_out: set[Student]) -> str:
    """Course, sheet, its scores by student, and who is left out → a gradebook of this assignment for Canvas."""
    number = course.rules.sheets[sheet].canvas
    title = sheet if number is None else f"{sheet} ({number})"
    rows: list[list[object]] = [
        [*_CANVAS_HEADING, safe_cell(title)],
        ["    Points Possible", "", "", "", "", shown(_worth(of_sheet))],
    ]
    for student in course.students:
        score = of_sheet.get(student.id)
        if score is not None and student not in left_out:
            points = "EX" if score.status == "excused" else shown(score.points)
            ids = (_id_or_nothing(ident) for ident in (student.canvas, student.sis, student.username))
            rows.append([safe_cell(student.name), *ids, safe_cell(student.section), points])
    return _csv(rows)


def _id_or_nothing(ident: str) -> str:
    """An id → itself, nothing where a spreadsheet would compute with it."""
    return ident if _LONE.fullmatch(ident) or safe_cell(ident) == ident else ""


def _fits_canvas(student: Student) -> bool:
    """Whether one of the ids by which Canvas finds a student can be written, or the name alone is what is known."""
    ids = [ident for ident in (student.canvas, student.sis, student.username) if ident]
    return not ids or any(map(_id_or_nothing, ids))


def moodle(course: Course, results: Results) -> str:
    """Course and results → a table for the grade import of Moodle, with all columns that say who a student is."""
    sheets = _sheets(course, results)
    students = _graded(course, sheets)
    names = [
        safe_cell(student.name.replace("\\", "")) for student in students
    ]  # for people: Moodle does not import them
    known = {**_known_to_moodle(students), "Full name": names}
    rows: list[list[object]] = [[*known, *map(safe_cell, sheets)]]
    for place, student in enumerate(students):
        scores = (of_sheet.get(student.id) for of_sheet in sheets.values())
        rows.append([*(cells[place] for cells in known.values()), *(_number(score) or _NOTHING for score in scores)])
    return _csv(rows)


def _graded(course: Course, sheets: Mapping[str, Mapping[str, Score]]) -> list[Student]:
    """Course and scores by sheet → the students who have any."""
    return [student for student in course.students if any(student.id in of_sheet for of_sheet in sheets.values())]


def _known_to_moodle(students: Sequence[Student]) -> dict[str, list[str]]:
    """Students → by heading the columns that tell Moodle who each of them is, without those that it would misread."""
    columns = {
        "Username": [student.username for student in students],
        "ID number": [student.id if student.id != student.name else "" for student in students],
        "Email address": [student.email for student in students],
    }
    return {
        heading: cells
        for heading, cells in columns.items()
        if all(map(_id_or_nothing, cells)) and "\\" not in "".join(cells)
    }


def _sheets(course: Course, results: Results) -> dict[str, Mapping[str, Score]]:
    """Course and results → scores of the sheets that have any, in the order of the course."""
    return {sheet: results.scores[sheet] for sheet in course.rules.sheets if results.scores.get(sheet)}


def _worth(of_sheet: Mapping[str, Score]) -> float:
    """Scores of a sheet → what it is worth, which most of them say."""
    return Counter(score.of for score in of_sheet.values()).most_common(1)[0][0]


def _number(score: Score | None) -> str:
    return "" if score is None or score.status == "excused" else shown(score.points)


def _of_one_name(students: Iterable[Student]) -> list[Student]:
    """Students → those of one name whom Canvas cannot tell apart by anything else."""
    everyone = list(students)
    count = Counter(student.name for student in everyone)
    return [entry for entry in everyone if count[entry.name] > 1 and not (entry.canvas or entry.sis or entry.username)]


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()
