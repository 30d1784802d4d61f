"""The file of a course (TOML) and its roster (CSV) → what is to be made for whom."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from graphviz_ad import __version__
from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.marking.reading import read_file
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.export.file_names import file_name, folded, windows_problem
from graphviz_ad.language.numbers import DEFAULT_DIGITS
from graphviz_ad.messages.catalogue import languages, say
from graphviz_ad.source import decoded

_COURSE_KEYS = ("title", "roster", "seed", "out", "lang", "digits", "sheet")
"""Keys that a course's file may have at its top; another one is refused, since it is likely a misspelling."""
_SHEET_KEYS = ("name", "level", "formula", "ask", "formats", "shapes", "given")
"""The same for each `[[sheet]]`."""
_MAX_BYTES = 64_000_000
"""Of a course's file and of its roster: a hundred thousand students take a few megabytes."""
_MAX_DIGITS = 17
"""As many significant digits tell all floating-point numbers of 64 bits apart (IEEE 754)."""
_TYPES: dict[type, tuple[str, str]] = {
    str: ("text", '"text"'), int: ("a whole number", "4"), list: ("a list", '["text"]'), dict: ("a table", "{ x = 2 }"),
}  # fmt: skip
"""Type of an entry → what it is called in an error, and an example of it."""
KEYS = "keys"
"""The folder of the answers, in that of the course."""

Entry = TypeVar("Entry")
"""Type of an entry of a TOML table."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a course: a level or a formula, what is asked, the formats of the hand-out."""

    name: str
    level: int | None
    formula: str | None
    asked: tuple[str, ...]
    formats: tuple[str, ...]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    given: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A course: its sheets, its students by the names of their files, and where all goes."""

    title: str
    seed: int
    out: str
    lang: str
    digits: int
    sheets: tuple[Sheet, ...]
    students: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet for one student: a value that can be sent to another process or machine."""

    sheet: Sheet
    student: str
    file: str
    seed: int
    lang: str
    digits: int

    @property
    def key(self) -> str:
        """Which task it is, in the list of what was made."""
        return f"{self.sheet.name}/{self.file}"

    @property
    def digest(self) -> str:
        """What it is made from: another version of the program, sheet or seed gives another digest."""
        return hashlib.sha256(json.dumps([__version__, asdict(self)], sort_keys=True).encode()).hexdigest()[:16]


def read_course(path: str) -> Course:
    """Path of a TOML file → the course, with the students of its roster.

    Raises ExerciseError, which names the place, for what cannot be read or is not known.
    """
    try:
        table = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as problem:
        raise ExerciseError(
            f"'{path}' is no TOML: {problem}", hint="see the example: graphviz-ad course --example"
        ) from None
    _require_known(table, _COURSE_KEYS, path)
    folder = os.path.dirname(path)
    roster = os.path.join(folder, _entry(table, "roster", str, "students.csv", path))
    lang = _entry(table, "lang", str, "en", path)
    if lang not in languages():
        raise ExerciseError(f"{path}: there is no language '{lang}'", hint="use " + " or ".join(languages()))
    sheets = tuple(
        _sheet(entry, number, path) for number, entry in enumerate(_entry(table, "sheet", list, [], path), 1)
    )
    if not sheets:
        raise ExerciseError(f"'{path}' has no sheet", hint='add one: [[sheet]] name = "week-1" level = 2')
    names = [folded(sheet.name) for sheet in sheets]
    twice = next((sheet.name for sheet in sheets if names.count(folded(sheet.name)) > 1), None)
    if twice:
        hint = "give each a name of its own; small and capital letters are one on Windows and macOS"
        raise ExerciseError(f"{path}: two sheets are called '{twice}'", hint=hint)
    digits = _entry(table, "digits", int, DEFAULT_DIGITS, path)
    if not 1 <= digits <= _MAX_DIGITS:
        raise ExerciseError(f"{path}: there cannot be {digits} digits", hint=f"use 1 to {_MAX_DIGITS}")
    return Course(
        _entry(table, "title", str, "", path), _entry(table, "seed", int, 1, path),
        os.path.join(folder, _entry(table, "out", str, "sheets", path)), lang, digits, sheets,
        _students(_text(roster), roster),
    )  # fmt: skip


def tasks(course: Course) -> Iterator[Task]:
    """Course → every sheet for every student; a student's seed depends on nothing but course, sheet and student."""
    for sheet in course.sheets:
        for student, file in course.students:
            drawn = hashlib.sha256(f"{course.seed}\n{sheet.name}\n{student}".encode()).digest()
            yield Task(sheet, student, file, int.from_bytes(drawn[:6], "big"), course.lang, course.digits)


def _sheet(table: object, number: int, path: str) -> Sheet:
    """Table of a TOML file, its number among the sheets → Sheet. Raises ExerciseError."""
    place = f"{path}, sheet {number}"
    if not isinstance(table, dict):
        raise ExerciseError(f"{place}: this is no table", hint="begin it with [[sheet]]")
    _require_known(table, _SHEET_KEYS, place)
    name = _entry(table, "name", str, f"sheet-{number}", place)
    if not re.fullmatch(r"[\w][\w .-]{0,60}", name):
        raise ExerciseError(f"{place}: '{name}' cannot name a folder", hint="use letters, digits and '-'")
    if why := windows_problem(f"{name}/"):
        raise ExerciseError(f"{place}: no folder has this name on Windows: {why}", hint="give the sheet another name")
    if name.casefold() == KEYS:
        raise ExerciseError(f"{place}: '{name}' is the folder of the answers", hint="give the sheet another name")
    level, formula = _entry(table, "level", int, None, place), _entry(table, "formula", str, None, place)
    if (level is None) == (formula is None):
        raise ExerciseError(f"{place}: it needs a level or a formula, and not both", hint="as in level = 4")
    if level is not None and level not in LEVELS:
        raise ExerciseError(f"{place}: there is no level {level}", hint=f"use {min(LEVELS)} to {max(LEVELS)}")
    excess = next((name for name in ("given", "shapes") if level is not None and name in table), None)
    if excess:
        raise ExerciseError(f"{place}: a level chooses its own values", hint=f"leave out '{excess}', or give a formula")
    formats = tuple(map(str, _entry(table, "formats", list, ["html"], place)))
    for kind in formats:
        if kind not in HANDOUTS:
            raise ExerciseError(f"{place}: there is no format '{kind}'", hint="the formats are " + ", ".join(HANDOUTS))
    shapes = tuple((key, _shape(key, value, place)) for key, value in _entry(table, "shapes", dict, {}, place).items())
    given = tuple(_entry(table, "given", dict, {}, place).items())
    asked = tuple(map(str, _entry(table, "ask", list, [], place)))
    return Sheet(name, level, formula, asked, formats, shapes, given)


def _shape(name: str, value: object, place: str) -> tuple[int, ...]:
    """Name and value of an entry of `shapes` → a shape. Raises ExerciseError."""
    if isinstance(value, list) and all(type(size) is int and size > 0 for size in value):
        return tuple(value)
    raise ExerciseError(f"{place}: this is no shape of '{name}'", hint=f"as in shapes = {{ {name} = [2, 3] }}")


def _text(path: str) -> str:
    """Path → the text of the file. Raises ExerciseError."""
    try:
        return decoded(read_file(path, _MAX_BYTES))
    except UnicodeDecodeError as problem:
        hint = "save it as UTF-8; in Excel that is 'CSV UTF-8'" if path.endswith(".csv") else "save it as UTF-8"
        raise ExerciseError(f"'{path}' is not UTF-8 text (byte {problem.start + 1})", hint=hint) from None


def _students(text: str, path: str) -> tuple[tuple[str, str], ...]:
    """Text of a CSV → each student as written, and as the name of a file that no other has."""
    try:
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as problem:
        raise ExerciseError(
            f"'{path}' is no CSV: {problem}", hint="a heading 'student', then a name in each row"
        ) from None
    heading = list(rows[0]) if rows else []
    # a first row that is no heading would be a student who gets no sheet: it is never taken for one
    headings = {word for lang in languages() for word in say("course.students", lang).split(", ")}
    column = next((name for name in heading if name and name.strip().casefold() in headings), None)
    if rows and column is None:
        raise ExerciseError(f"'{path}' has no column 'student'", hint="give its first row that heading")
    students = list(dict.fromkeys(name for row in rows if (name := (row.get(column) or "").strip()))) if column else []
    if not students:
        raise ExerciseError(
            f"'{path}' has no students", hint="it begins with a heading, as 'student', and has a name in each row"
        )
    names: set[str] = set()
    return tuple((student, file_name(student, names)) for student in students)


def _require_known(table: Mapping[str, object], keys: Sequence[str], place: str) -> None:
    """Table and the keys it may have → ExerciseError where it has another."""
    for name in table:
        if name not in keys:
            near = nearest(name, keys)
            hint = f"did you mean '{near}'?" if near else "known are " + ", ".join(keys)
            raise ExerciseError(f"{place}: '{name}' is not known", hint=hint)


def _entry(table: Mapping[str, object], name: str, kind: type[Entry], default: Entry, place: str) -> Entry:
    """Table and a key → its entry, or the default where there is none. Raises ExerciseError for one of another type."""
    if name not in table:
        return default
    value = table[name]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        description, example = _TYPES[kind]
        raise ExerciseError(f"{place}: '{name}' is not {description}", hint=f"as in {name} = {example}")
    return value
