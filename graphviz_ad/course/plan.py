"""The file of a course (TOML) and its roster (CSV) → what is to be made for whom."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from graphviz_ad import __version__
from graphviz_ad.course.entries import Table, read_toml
from graphviz_ad.course.roster import Student, read_roster
from graphviz_ad.course.rules import RULE_KEYS, SHEET_RULE_KEYS, Rules, read_rules
from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.levels import LEVELS, MIXED_FROM
from graphviz_ad.exercises.marking.answer_files import decoded
from graphviz_ad.exercises.marking.reading import read_file
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.export.file_names import folded, windows_problem
from graphviz_ad.export.files import Notify
from graphviz_ad.language.numbers import DEFAULT_DIGITS
from graphviz_ad.messages.catalogue import languages

_COURSE_KEYS = ("title", "roster", "id", "seed", "out", "lang", "digits", "sheet", *RULE_KEYS)
"""Keys that a course's file may have at its top; another one is refused, since it is likely a misspelling."""
_SHEET_KEYS = ("name", "level", "formula", "ask", "formats", "shapes", "given", "fade", "mix", *SHEET_RULE_KEYS)
"""The same for each `[[sheet]]`."""
_MAX_BYTES = 64_000_000
"""Of a course's file and of its roster: a hundred thousand students take a few megabytes."""
_MAX_DIGITS = 17
"""As many significant digits tell all floating-point numbers of 64 bits apart (IEEE 754)."""
KEYS = "keys"
"""The folder of the answers, in that of the course."""
STUDENTS = ".students.jsonl"
"""In the folder of the course: how each student's files are called, so that they are called so ever after."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a course: a level or a formula, what is asked, the formats of the hand-out.

    With `mix` each student gets it in one of two cases from an earlier level.
    """

    name: str
    level: int | None
    formula: str | None
    asked: tuple[str, ...]
    formats: tuple[str, ...]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    given: tuple[tuple[str, object], ...]
    fade: int = 0
    mix: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its sheets, its students, where the sheets and the marks go, and what counts."""

    title: str
    seed: int
    out: str
    lang: str
    digits: int
    sheets: tuple[Sheet, ...]
    students: tuple[Student, ...]
    marks: str
    overrides: str
    rules: Rules


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet for one student: a value that can be sent to another process or machine."""

    sheet: Sheet
    student: Student
    seed: int
    lang: str
    digits: int

    @property
    def key(self) -> str:
        """Which task it is, in the list of what was made."""
        return f"{self.sheet.name}/{self.student.file}"

    @property
    def owned(self) -> str:
        """The path of its key in the folder of the course."""
        return f"{KEYS}/{self.sheet.name}/{self.student.file}.json"

    @property
    def digest(self) -> str:
        """What it is made from: another version of the program, sheet or seed gives another digest."""
        made_from = {**asdict(self), "student": [self.student.id, self.student.name, self.student.file]}
        for later in ("fade", "mix"):  # as it was before there was fading or mixing
            if not made_from["sheet"][later]:
                del made_from["sheet"][later]
        return hashlib.sha256(json.dumps([__version__, made_from], sort_keys=True).encode()).hexdigest()[:16]


def read_course(path: str, notify: Notify | None = None) -> Course:
    """Path of a TOML file → the course, with the students of its roster.

    Raises ExerciseError, which names the line, for what cannot be read or is not known.
    """
    text, encoding = decoded(read_file(path, _MAX_BYTES), path)
    if encoding and notify:
        notify(f"'{path}' is not in UTF-8 and was read as {encoding}")
    table = read_toml(text, path)
    table.require_known(_COURSE_KEYS)
    folder = os.path.dirname(path)
    lang = table.get("lang", str, "en")
    if lang not in languages():
        raise table.error("lang", f"there is no language '{lang}'", "use " + " or ".join(languages()))
    entries = list(table.tables("sheet"))
    sheets = [(_sheet(entry), entry) for entry in entries]
    if not sheets:
        raise ExerciseError(f"'{path}' has no sheet", hint='add one: [[sheet]] name = "week-1" level = 2')
    names = [folded(sheet.name) for sheet, _ in sheets]
    hint = "give each a name of its own; small and capital letters are one on Windows and macOS"
    for (sheet, entry), name in zip(sheets, names, strict=True):
        if names.count(name) > 1:
            raise entry.error("name", f"two sheets are called '{sheet.name}'", hint)
    digits = table.get("digits", int, DEFAULT_DIGITS)
    if not 1 <= digits <= _MAX_DIGITS:
        raise table.error("digits", f"there cannot be {digits} digits", f"use 1 to {_MAX_DIGITS}")
    rules = read_rules(table, [(sheet.name, entry) for sheet, entry in sheets])
    out = os.path.join(folder, table.get("out", str, "sheets"))
    roster = os.path.join(folder, table.get("roster", str, "students.csv"))
    students = read_roster(
        read_file(roster, _MAX_BYTES), roster, table.get("id", str, ""), given_files(out), notify
    )  # fmt: skip
    _require_students(students, table, entries, roster)
    return Course(
        table.get("title", str, ""), table.get("seed", int, 1), out, lang, digits, tuple(sheet for sheet, _ in sheets),
        students, os.path.join(folder, table.get("marks", str, "marks")),
        os.path.join(folder, table.get("overrides", str, "overrides.csv")), rules,
    )  # fmt: skip


def given_files(out: str) -> dict[str, str]:
    """Folder of a course → the names of the files of each student who had some, by id."""
    try:
        with open(os.path.join(out, STUDENTS), encoding="utf-8") as file:
            return dict(json.loads(line) for line in file)
    except (OSError, ValueError, TypeError):
        return {}


def _require_students(students: Sequence[Student], table: Table, sheets: Sequence[Table], roster: str) -> None:
    """Students with extra time → ExerciseError where one is not in the roster."""
    ids = [student.id for student in students]
    for place in (table, *sheets):
        extra = place.table("extra_time")
        for student in extra.entries:
            if student not in ids:
                near = nearest(student, ids)
                hint = f"did you mean '{near}'?" if near else f"write the id of a student, as in '{roster}'"
                raise extra.error(student, f"no student has the id '{student}'", hint)


def tasks(course: Course) -> Iterator[Task]:
    """Course → every sheet for every student; a student's seed depends on nothing but course, sheet and student."""
    for sheet in course.sheets:
        for student in course.students:
            drawn = hashlib.sha256(f"{course.seed}\n{sheet.name}\n{student.id}".encode()).digest()
            yield Task(sheet, student, int.from_bytes(drawn[:6], "big"), course.lang, course.digits)


def _sheet(table: Table) -> Sheet:
    """Table of a sheet → Sheet. Raises ExerciseError."""
    table.require_known(_SHEET_KEYS)
    name = table.get("name", str, f"sheet-{table.number}")
    if not re.fullmatch(r"[\w][\w .-]{0,60}", name):
        raise table.error("name", f"'{name}' cannot name a folder", "use letters, digits and '-'")
    if why := windows_problem(f"{name}/"):
        raise table.error("name", f"no folder has this name on Windows: {why}", "give the sheet another name")
    if name.casefold() == KEYS:
        raise table.error("name", f"'{name}' is the folder of the answers", "give the sheet another name")
    level, formula = table.get("level", int, None), table.get("formula", str, None)
    if (level is None) == (formula is None):
        raise table.error("formula", "it needs a level or a formula, and not both", "as in level = 4")
    if level is not None and level not in LEVELS:
        raise table.error("level", f"there is no level {level}", f"use {min(LEVELS)} to {max(LEVELS)}")
    excess = next((name for name in ("given", "shapes") if level is not None and name in table.entries), None)
    if excess:
        raise table.error(excess, "a level chooses its own values", f"leave out '{excess}', or give a formula")
    formats = tuple(map(str, table.get("formats", list, ["html"])))
    for kind in formats:
        if kind not in HANDOUTS:
            raise table.error("formats", f"there is no format '{kind}'", "the formats are " + ", ".join(HANDOUTS))
    shapes = tuple((key, _shape(key, value, table)) for key, value in table.get("shapes", dict, {}).items())
    given = tuple(table.get("given", dict, {}).items())
    asked = tuple(map(str, table.get("ask", list, [])))
    fade = table.get("fade", int, 0)
    if fade < 0:
        raise table.error("fade", f"there cannot be {fade} steps to do", "use 1 or more, or leave it out")
    mix = table.get("mix", bool, False)
    if mix and (level or 0) < MIXED_FROM:
        raise table.error(
            "mix", "there are too few earlier levels to mix with", f"as in level = {MIXED_FROM}, or later"
        )
    return Sheet(name, level, formula, asked, formats, shapes, given, fade, mix)


def _shape(name: str, value: object, table: Table) -> tuple[int, ...]:
    """Name and value of an entry of `shapes` → a shape. Raises ExerciseError."""
    if isinstance(value, list) and all(type(size) is int and size > 0 for size in value):
        return tuple(value)
    raise table.error("shapes", f"this is no shape of '{name}'", f"as in shapes = {{ {name} = [2, 3] }}")
