"""A roster (CSV of any platform) → the students, told apart by their ids, and the names of their files."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.marking.answer_files import decoded
from graphviz_ad.exercises.marking.reports import safe_cell
from graphviz_ad.export.file_names import file_name
from graphviz_ad.export.files import Notify
from graphviz_ad.messages.catalogue import languages, say

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "student id", "student number", "student no", "sid", "matriculation number", "matrikelnummer",
           "id number", "idnumber", "uid", "userid", "user id", "sis user id", "学籍番号", "学号"),
    "name": ("student", "name", "full name", "student name", "氏名", "学生", "姓名"),
    "first": ("first name", "firstname", "given name", "given names", "vorname", "prénom", "nombre", "nome"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "nom", "apellidos", "cognome"),
    "email": ("email", "email address", "e-mail", "mail"),
    "username": ("username", "user name", "login", "login id", "sis login id"),
    "sis": ("sis user id",),
    "section": ("section", "group", "tutorial"),
}  # fmt: skip
"""What a student is known by → the headings of its column, in small letters, the likeliest first."""
NAMES = _COLUMNS["name"]
"""Headings of columns with names."""
IDENTIFIERS = tuple(dict.fromkeys((*_COLUMNS["id"], *_COLUMNS["email"], *_COLUMNS["username"])))
"""Headings of columns by which a student is told from others, the likeliest first."""
_BETWEEN_PARTS = re.compile(r"\s*[,;/+&]\s*|\s+(?:and|und|et|y)\s+")
"""Between the parts of a heading of whole names: Surname, First name."""
_BETWEEN_WORDS = re.compile(r"[\s,;._/'’-]+")
"""What stands between the words of a name, in one program this, in another that."""
_ROWS_TO_LOOK_AT = 50
"""Rows by which it is seen what stands between cells."""
_POINTS_ROW = re.compile(r"\s*points possible\b", re.IGNORECASE)
"""The second row of a gradebook of Canvas, which is no student."""
_OF_CANVAS = {"id", "sis login id", "section"}
"""Headings that every gradebook of Canvas has; a roster of one's own may have ids and SIS ids as well."""
_NO_STUDENT = ("", "muted", "manual posting")
"""Cells of a row of Canvas that is about its columns."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student: the id that tells them from all others, the name, the name of their files, and what platforms ask."""

    id: str
    name: str
    file: str
    email: str = ""
    username: str = ""
    canvas: str = ""
    sis: str = ""
    section: str = ""

    @property
    def title(self) -> str:
        """The name, with the id where that is another text."""
        return self.name if self.id == self.name else f"{self.name} ({self.id})"


def read_roster(
    data: bytes, path: str, column: str = "", files: Mapping[str, str] | None = None, notify: Notify | None = None
) -> tuple[Student, ...]:
    """Bytes of a CSV, the heading of the column of ids if it is told, and names of files by id that were given before →
    the students.

    Without a column of ids a student is known by the name. Raises ExerciseError where two students are one.
    """  # fmt: skip
    heading, rows = _table(data, path, notify)
    columns = _columns(heading, path, column)
    if notify and not {"name", "first", "last"} & set(columns):
        notify(f"'{path}' has no column of names, so students are called by their ids; give one the heading 'name'")
    named: dict[str, tuple[int, str]] = {}
    students: list[dict[str, str]] = []
    for number, row in rows:
        known = {what: normal(row[place]) for what, place in columns.items() if place < len(row)}
        whole = " ".join(filter(None, (known.get("first", ""), known.get("last", ""))))
        name = known.get("name", "") or whole or known.get("id", "")
        if _POINTS_ROW.match(name) or all(cell.strip().casefold() in _NO_STUDENT for cell in row):
            continue
        if len(row) > len(heading):
            raise ExerciseError(
                f"row {number} of '{path}' has {len(row)} cells, the heading {len(heading)}",
                hint=f'put quotes round what has a comma in it, as in "{name}, …"',
            )
        ident = known.get("id", "") if "id" in columns else name
        if not ident:
            raise ExerciseError(
                f"row {number} of '{path}' has no {'id' if 'id' in columns else 'name'}",
                hint=f"write one for '{name}', or take the row out" if name else "write one, or take the row out",
            )
        before = named.setdefault(ident.casefold(), (number, name))
        if before[0] != number:
            raise _twice(path, (before[0], before[1]), (number, name), ident, "id" in columns)
        students.append({**known, "id": ident, "name": name})
    if not students:
        raise ExerciseError(
            f"'{path}' has no students", hint="it begins with a heading, as 'student', and has a name in each row"
        )
    return tuple(_with_files(students, files or {}))


def find(students: Iterable[Student], texts: Iterable[str]) -> list[Student]:
    """Students, and what a file says of one, the likeliest first → those that it may mean; ids come before names.

    Letters count as they are first, then whether they are small or capital does not, at last neither does the order of
    first and last name, nor what stands between them: `Lovelace, Ada` and `ada-lovelace` are Ada Lovelace.
    """
    everyone = list(students)
    given = list(filter(None, map(normal, texts)))
    given += [text[1:] for text in given if safe_cell(text[1:]) == text]  # copied from a table that we wrote
    for text in given:
        for same in (str, str.casefold):
            for part in ("id", "file", "email", "username", "canvas", "sis", "name"):
                fits = [student for student in everyone if same(getattr(student, part)) == same(text)]
                if fits:
                    return fits
    for text in given:
        fits = [student for student in everyone if _words(student.name) == _words(text) != []]
        if fits:
            return fits
    return []


def _words(name: str) -> list[str]:
    """Name → its words in small letters, in the order of the alphabet."""
    return sorted(filter(None, _BETWEEN_WORDS.split(name.casefold())))


def normal(text: str) -> str:
    """Text of a cell → the same in one spelling (NFC), without spaces around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _table(data: bytes, path: str, notify: Notify | None) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Bytes of a CSV → its heading, and its other rows with their numbers."""
    text, encoding = decoded(data, path)
    if encoding and notify:
        notify(f"'{path}' is not in UTF-8 and was read as {encoding}; look at the names, or save it as UTF-8")
    delimiter = max(",;\t", key=lambda sign: _as_table(text, sign))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))  # no quote left open
    except csv.Error as problem:
        raise ExerciseError(
            f"'{path}' is no CSV: {problem}", hint="a heading 'student', then a name in each row"
        ) from None
    return (list(map(normal, rows[0])) if rows else []), ((number, row) for number, row in enumerate(rows[1:], 2))


def _as_table(text: str, delimiter: str) -> tuple[int, int, int]:
    """Text and what may stand between its cells → how well it is a table then: how many of its headings are known, how
    many of its first rows have as many cells as these, and how many these are."""
    try:
        rows = list(csv.reader(text.splitlines()[:_ROWS_TO_LOOK_AT], delimiter=delimiter))
    except csv.Error:  # as is told when it is read
        return 0, 0, 0
    heading = [normal(cell).casefold() for cell in rows[0]] if rows else []
    if len(heading) < 2:
        return 0, 0, 0
    known = sum(_is_of_whole_names(cell) or any(cell in words for words in _COLUMNS.values()) for cell in heading)
    return known, sum(len(row) == len(heading) for row in rows), len(heading)


def _is_of_whole_names(cell: str) -> bool:
    """Whether a heading says what whole names are made of: Surname, First name."""
    return {*_COLUMNS["first"], *_COLUMNS["last"], *NAMES}.issuperset(_BETWEEN_PARTS.split(cell))


def _columns(heading: list[str], path: str, column: str) -> dict[str, int]:
    """Heading of a roster → the columns of what is known of a student. Raises ExerciseError where none has names."""
    small = [cell.casefold() for cell in heading]
    columns = {
        what: small.index(word)
        for what, words in _COLUMNS.items()
        if (word := next((word for word in words if word in small), None)) is not None
    }
    whole = next((n for n, cell in enumerate(small) if _is_of_whole_names(cell)), None)
    if whole is not None and not {"name", "first", "last"} & set(columns):
        columns["name"] = whole
    if _OF_CANVAS.issubset(small):
        columns["canvas"] = small.index("id")  # its own number of a user: taken for another's, marks change places
    if column:
        if normal(column).casefold() not in small:
            near = nearest(column, heading)
            hint = f"did you mean '{near}'?" if near else "its columns are " + ", ".join(heading)
            raise ExerciseError(f"'{path}' has no column '{column}'", hint=hint)
        columns["id"] = small.index(normal(column).casefold())
    students = {word for lang in languages() for word in say("course.students", lang).split(", ")}
    if not {"id", "name", "last"} & set(columns):
        other = next((place for place, cell in enumerate(small) if cell in students), None)
        # a first row that is no heading would be a student who gets no sheet: it is never taken for one
        if other is None and heading:
            raise ExerciseError(f"'{path}' has no column 'student'", hint="give its first row that heading")
        columns["name"] = other or 0
    return columns


def _twice(path: str, first: tuple[int, str], second: tuple[int, str], ident: str, by_id: bool) -> ExerciseError:
    """Two rows with one id → the error that names both."""
    rows = f"rows {first[0]} and {second[0]} of '{path}'"
    if by_id:
        return ExerciseError(
            f"{rows}, {first[1]} and {second[1]}, have the same id '{ident}'",
            hint="give each an id of their own, or take a row out",
        )
    apart = "" if first[1] == second[1] else ", but for small and capital letters"
    return ExerciseError(
        f"{rows} have the same name{apart}: '{first[1]}' and '{second[1]}'",
        hint="add a column 'id' with what tells them apart, or take a row out if it is one student",
    )


def _with_files(students: Iterable[dict[str, str]], files: Mapping[str, str]) -> Iterator[Student]:
    """What is known of each student, and names of files that were given before → students with names for their files.

    A name that was given stays, in whatever order the roster is, and is given to nobody else.
    """
    taken = {name.casefold() for name in files.values()}
    for known in students:
        file = files.get(known["id"]) or file_name(known["id"], taken)
        yield Student(
            known["id"], known["name"], file, known.get("email", ""), known.get("username", ""),
            known.get("canvas", ""), known.get("sis", ""), known.get("section", ""),
        )  # fmt: skip
