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
from typing import Any

from graphviz_ad import __version__
from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.marking.reading import read_file
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.export.files import file_name
from graphviz_ad.language.numbers import DEFAULT_DIGITS
from graphviz_ad.messages.catalogue import languages, say

_COURSE = ("title", "roster", "seed", "out", "lang", "digits", "sheet")
_SHEET = ("name", "level", "formula", "ask", "formats", "shapes", "given")
_MAX_BYTES = 64_000_000
_KINDS = {str: "text", int: "a whole number", list: "a list", dict: "a table"}
_AS_IN = {str: '"text"', int: "4", list: '["text"]', dict: "{ x = 2 }"}
KEYS = "keys"
"""The folder of the answers, in that of the course."""
_ROSTER = "it begins with a heading, as 'student', and has a name in each row"
_MAX_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a course: a level or a formula, what is asked, the formats of the hand-out."""

    name: str
    level: int | None
    formula: str | None
    asked: tuple[str, ...]
    formats: tuple[str, ...]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    given: tuple[tuple[str, Any], ...]


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
        found = tomllib.loads(read_file(path, _MAX_BYTES).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ExerciseError(
            f"'{path}' is no TOML: {problem}", hint="see the example: graphviz-ad course --example"
        ) from None
    _known(found, _COURSE, path)
    folder = os.path.dirname(path)
    roster = os.path.join(folder, _of(found, "roster", str, "students.csv", path))
    lang = _of(found, "lang", str, "en", path)
    if lang not in languages():
        raise ExerciseError(f"{path}: there is no language '{lang}'", hint="use " + " or ".join(languages()))
    sheets = tuple(_sheet(one, number, path) for number, one in enumerate(_of(found, "sheet", list, [], path), 1))
    if not sheets:
        raise ExerciseError(f"'{path}' has no sheet", hint='add one: [[sheet]] name = "week-1" level = 2')
    names = [sheet.name for sheet in sheets]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ExerciseError(f"{path}: two sheets are called '{twice}'", hint="give each a name of its own")
    digits = _of(found, "digits", int, DEFAULT_DIGITS, path)
    if not 1 <= digits <= _MAX_DIGITS:
        raise ExerciseError(f"{path}: there cannot be {digits} digits", hint=f"use 1 to {_MAX_DIGITS}")
    return Course(
        _of(found, "title", str, "", path), _of(found, "seed", int, 1, path),
        os.path.join(folder, _of(found, "out", str, "sheets", path)), lang, digits, sheets,
        _students(read_file(roster, _MAX_BYTES), roster),
    )  # fmt: skip


def tasks(course: Course) -> Iterator[Task]:
    """Course → every sheet for every student; a student's seed depends on nothing but course, sheet and student."""
    for sheet in course.sheets:
        for student, file in course.students:
            drawn = hashlib.sha256(f"{course.seed}\n{sheet.name}\n{student}".encode()).digest()
            yield Task(sheet, student, file, int.from_bytes(drawn[:6], "big"), course.lang, course.digits)


def _sheet(found: Any, number: int, path: str) -> Sheet:
    where = f"{path}, sheet {number}"
    if not isinstance(found, dict):
        raise ExerciseError(f"{where}: this is no table", hint="begin it with [[sheet]]")
    _known(found, _SHEET, where)
    name = _of(found, "name", str, f"sheet-{number}", where)
    if not re.fullmatch(r"[\w][\w .-]{0,60}", name):
        raise ExerciseError(f"{where}: '{name}' cannot name a folder", hint="use letters, digits and '-'")
    if name.casefold() == KEYS:
        raise ExerciseError(f"{where}: '{name}' is the folder of the answers", hint="give the sheet another name")
    level, formula = _of(found, "level", int, None, where), _of(found, "formula", str, None, where)
    if (level is None) == (formula is None):
        raise ExerciseError(f"{where}: it needs a level or a formula, and not both", hint="as in level = 4")
    if level is not None and level not in LEVELS:
        raise ExerciseError(f"{where}: there is no level {level}", hint=f"use {min(LEVELS)} to {max(LEVELS)}")
    own = next((name for name in ("given", "shapes") if level is not None and name in found), None)
    if own:
        raise ExerciseError(f"{where}: a level chooses its own values", hint=f"leave out '{own}', or give a formula")
    formats = tuple(map(str, _of(found, "formats", list, ["html"], where)))
    for kind in formats:
        if kind not in HANDOUTS:
            raise ExerciseError(f"{where}: there is no format '{kind}'", hint="the formats are " + ", ".join(HANDOUTS))
    shapes = tuple((key, _shape(key, value, where)) for key, value in _of(found, "shapes", dict, {}, where).items())
    given = tuple(_of(found, "given", dict, {}, where).items())
    asked = tuple(map(str, _of(found, "ask", list, [], where)))
    return Sheet(name, level, formula, asked, formats, shapes, given)


def _shape(name: str, value: Any, where: str) -> tuple[int, ...]:
    if isinstance(value, list) and all(type(size) is int and size > 0 for size in value):
        return tuple(value)
    raise ExerciseError(f"{where}: this is no shape of '{name}'", hint=f"as in shapes = {{ {name} = [2, 3] }}")


def _students(data: bytes, path: str) -> tuple[tuple[str, str], ...]:
    """Bytes of a CSV → each student as written, and as the name of a file that no other has."""
    try:
        text = data.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (csv.Error, UnicodeDecodeError) as problem:
        raise ExerciseError(
            f"'{path}' is no CSV: {problem}", hint="a heading 'student', then a name in each row"
        ) from None
    heading = list(rows[0]) if rows else []
    # a first row that is no heading would be a student who gets no sheet: it is never taken for one
    known = {word for lang in languages() for word in say("course.students", lang).split(", ")}
    column = next((name for name in heading if name and name.strip().casefold() in known), None)
    if rows and column is None:
        raise ExerciseError(f"'{path}' has no column 'student'", hint="give its first row that heading")
    students = list(dict.fromkeys(name for row in rows if (name := (row.get(column) or "").strip()))) if column else []
    if not students:
        raise ExerciseError(f"'{path}' has no students", hint=_ROSTER)
    taken: set[str] = set()
    return tuple((student, file_name(student, taken)) for student in students)


def _known(found: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in found:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else "known are " + ", ".join(known)
            raise ExerciseError(f"{where}: '{name}' is not known", hint=hint)


def _of(found: Mapping[str, Any], name: str, kind: type, default: Any, where: str) -> Any:
    value = found.get(name, default)
    if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise ExerciseError(f"{where}: '{name}' is not {_KINDS[kind]}", hint=f"as in {name} = {_AS_IN[kind]}")
    return value
