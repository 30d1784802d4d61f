"""Files of answers (.json, .csv, .ipynb) → the answers of each student; hostile input, so all of it is bounded."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.graded.receipts import SCHEMA
from graphviz_ad.exercises.marking.received import Answers, of_graded_page, text_of
from graphviz_ad.export.files import Notify
from graphviz_ad.messages.catalogue import fact, languages, say

MAX_BYTES = 16_000_000
"""Of a file of answers: room for the largest class, with hundreds of characters of each student."""
_START_BYTES = 100
"""Of a file, in which a letter of UTF-16 has shown."""
MAX_STUDENTS = 20_000
"""Of a file: more than any course has."""
MAX_FIELDS = 2_000
"""Answers of one student: more than any sheet asks for."""
_MAX_COLUMNS = MAX_FIELDS + 100
"""Of a table: those of answers, and what platforms put beside them."""
_SPREADSHEETS = ("xlsx", "xls", "xlsm", "ods", "numbers", "tsv")
"""Suffixes of tables that are not read."""
_MAX_KEY_CHARACTERS = 40
"""Characters of a key that are repeated in an error, which is one line."""

_FIELD = re.compile(r"q\d+(\.\w+)?", re.IGNORECASE)
"""What a column of answers is called."""

_NUMBER = re.compile(r"[-+]?\d+([./]\d+)?")
"""A cell of answers, none of a heading."""
_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""The line by which a spreadsheet says how cells are separated."""
_BESIDE_LETTERS = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
"""A sign that is not ASCII beside a plain letter, as in Western words."""


Refuse = Callable[[ExerciseError], None]
"""Called with what is wrong with one row, where the others are read all the same."""


def read_answers(data: bytes, name: str, notify: Notify | None = None, refuse: Refuse | None = None) -> list[Answers]:
    """Bytes of a file and its name → the answers in it, a student each.

    JSON is `{"q1": "3", …}` of one student, `{"Ada": {"q1": "3"}, …}` of several, or a list of objects with `student`
    and `answers`; CSV has a row for each student and a column for each field; of a notebook's cells
    `answers = {"q1": "3", …}` and `answers["q1"] = "3"` are read as literals, and nothing is run. An answer that is
    neither text nor a number is kept as it is written. `notify` is called if the text is not in UTF-8, `refuse` with
    what is wrong with a row of a table, which is an error of the whole file without it.

    Raises ExerciseError where the file cannot be read, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise ExerciseError(f"'{name}' is too large for answers", hint=f"up to {MAX_BYTES // 1_000_000} MB are read")
    text, encoding = decoded(data, name)
    if notify and encoding:
        notify(f"'{name}' is not in UTF-8 and was read as {encoding}; look at the names, or save it as UTF-8")
    stem = os.path.splitext(os.path.basename(name))[0]
    suffix = name.rpartition(".")[2].lower()
    if suffix == "csv":
        students = _csv(text, name, refuse)
    elif suffix in ("json", "ipynb"):
        document = _json(text, name)
        students = _notebook(document, stem, name) if suffix == "ipynb" else _objects(document, stem, name)
    else:
        save = "save it as CSV in the program it comes from" if suffix in _SPREADSHEETS else ""
        hint = save or "give .json, .csv, .ipynb or a .pdf to fill in"
        raise ExerciseError(f"'{name}' is no file of answers", hint=hint)
    if len(students) > MAX_STUDENTS:
        raise ExerciseError(f"'{name}' holds {len(students)} students; the limit is {MAX_STUDENTS}", hint="split it")
    if any(len(student.fields) > MAX_FIELDS for student in students):
        raise ExerciseError(f"'{name}' holds more than {MAX_FIELDS} answers of one student", hint="split it")
    return students


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Bytes → text, and the name of its encoding where that is not UTF-8: what spreadsheets write on their own.

    Tables in the encodings of languages (`X-Spreadsheet`) are told from each other by a heading in the language, and
    from one in Western letters by the words: in Western ones the letters in question stand beside plain ones.
    """
    try:
        text = data.decode("utf-8-sig")
        if "\0" not in text:
            return text, ""
        start = text.index("\0")
    except UnicodeDecodeError as problem:
        start = problem.start
    readings: list[tuple[str, str]] = []
    for encoding, label, lang in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\r\n" for sign in text) or (lang and _BESIDE_LETTERS.search(text)):
            continue
        if lang and any(word in text.split("\n", 1)[0] for word in _headings(lang) if not word.isascii()):
            return text, label
        readings.append((text, label))
    if not readings:
        raise ExerciseError(f"'{name}' is not UTF-8 text (byte {start + 1})", hint="save it as UTF-8")
    return readings[0]


def _encodings(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Bytes → encodings they may be in, what each is called, and the language it is of."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16", "UTF-16", ""
        return
    if b"\0" in data[:_START_BYTES]:  # without its mark, as some exports have it
        yield ("utf-16-le" if data[1:2] == b"\0" else "utf-16-be"), "UTF-16", ""
        return
    for lang in languages():
        encoding, _, label = fact(lang, "X-Spreadsheet").partition("=")
        if encoding:
            yield encoding, label, lang
    yield "cp1252", "Windows-1252", ""


def _headings(lang: str) -> list[str]:
    """Language → what the column with the students may be called in it."""
    return say("read.students", lang).split(", ")


def _json(text: str, name: str) -> object:
    """Text of a file → what it holds; errors name the file."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as problem:
        why: object = problem
        if not isinstance(problem, json.JSONDecodeError):
            deep = isinstance(problem, RecursionError)
            why = "it is nested too deeply" if deep else "a number in it has thousands of digits"
        hint = 'ask for the file again, as it was saved; written by hand it is as in {"q1": "3", "q2": "-0.5"}'
        raise ExerciseError(f"'{name}' is no JSON: {why}", hint=hint) from None
    return document


def _objects(document: object, stem: str, name: str) -> list[Answers]:
    """JSON of a file → the answers of each student; a single one is called as the file."""
    match document:
        case dict() if isinstance(schema := document.get("schema"), str):
            if schema == SCHEMA:
                return [of_graded_page(document, name, stem)]
            what = (
                "an exercise, no answers"
                if "/exercise/" in schema
                else f"of another kind: {schema[:_MAX_KEY_CHARACTERS]}"
            )
            raise ExerciseError(f"'{name}' is {what}", hint="give the file that the student's page saved")
        case dict() if document and all(isinstance(value, dict) for value in document.values()):
            return [Answers(text_of(student), _fields(answers)) for student, answers in document.items()]
        case dict() if any(isinstance(value, dict) for value in document.values()):
            odd = next(key for key, value in document.items() if not isinstance(value, dict))
            raise ExerciseError(
                f"'{odd[:_MAX_KEY_CHARACTERS]}' in '{name}' holds no answers of a student",
                hint='as in {"Ada": {"q1": "3"}}; leave it out',
            )
        case dict():
            return [Answers(stem, _fields(document))]
        case list() if all(isinstance(entry, dict) and isinstance(entry.get("answers"), dict) for entry in document):
            return [
                Answers(text_of(entry.get("student", f"{stem} {n}")), _fields(entry["answers"]))
                for n, entry in enumerate(document, 1)
            ]
    raise ExerciseError(
        f"'{name}' holds no answers", hint='as in {"q1": "3"}, or [{"student": "Ada", "answers": {"q1": "3"}}]'
    )


def _csv(text: str, name: str, refuse: Refuse | None = None) -> list[Answers]:
    """Table with a heading → the answers of each student, a row each."""
    separator = _SEPARATOR.match(text)
    if separator:
        text = text[separator.end() :]
    head = text.split("\n", 1)[0]
    delimiter = separator[1] if separator else max(",;\t", key=head.count)
    try:
        with _long_cells():
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        raise ExerciseError(f"'{name}' is no CSV: {problem}", hint="a heading, then a row for each student") from None
    if len(rows) < 2:
        raise ExerciseError(f"'{name}' holds no answers", hint="a heading, then a row for each student")
    heading = [_named(cell.strip()) for cell in rows[0]]
    student_headings = {word for lang in languages() for word in _headings(lang)}
    column = next((n for n, cell in enumerate(heading) if cell.casefold() in student_headings), 0)
    if _FIELD.fullmatch(heading[column]):
        raise ExerciseError(
            f"'{name}' does not say whose answers its rows hold", hint="add a column with the heading 'student'"
        )
    if not any(map(_FIELD.fullmatch, heading)) and any(map(_NUMBER.fullmatch, heading)):
        raise ExerciseError(
            f"'{name}' has no heading: its first row holds numbers",
            hint="put a row with 'student' and the names of the fields above, as in student,q1.1,q1.2",
        )
    if len(heading) > _MAX_COLUMNS:
        raise ExerciseError(f"'{name}' has {len(heading)} columns; the limit is {_MAX_COLUMNS}", hint="leave some out")
    twice = next((cell for cell, count in Counter(heading).items() if cell and count > 1), None)
    if twice:
        raise ExerciseError(f"'{name}' has two columns '{twice}'", hint="leave one of them out")
    students = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(heading):
            too_long = ExerciseError(
                f"row {number} of '{name}' has {len(row)} cells, the heading {len(heading)}",
                hint="put quotes round answers with a comma in them",
            )
            if refuse is None:
                raise too_long
            refuse(too_long)
            continue
        cells = dict(zip(heading, row, strict=False))
        student = cells.pop(heading[column], "").strip() or f"row {number}"
        students.append(Answers(student, {field: _unquoted(answer) for field, answer in cells.items()}))
    return students


@contextmanager
def _long_cells() -> Iterator[None]:
    """Lets a cell be as long as a file, so that one long answer does not keep the others from being read."""
    before = csv.field_size_limit(MAX_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _named(heading: str) -> str:
    """Heading of a column → the same, that of an answer in small letters."""
    return heading.casefold() if _FIELD.fullmatch(heading) else heading


def _unquoted(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _notebook(document: object, stem: str, name: str) -> list[Answers]:
    """JSON of a notebook → the answers in its cells, of the student that the file is called by."""
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        raise ExerciseError(f"'{name}' is no notebook", hint="give the .ipynb that was handed in")
    fields: dict[str, str] = {}
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            fields |= _literal("".join(map(str, source)) if isinstance(source, list) else str(source))
    if not fields:
        raise ExerciseError(f"'{name}' holds no answers", hint='a cell with: answers = {"q1": "3"}')
    return [Answers(stem, fields)]


def _literal(source: str) -> dict[str, str]:
    """Code of a cell → the answers assigned in it as literals; anything else is not looked at."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    fields: dict[str, str] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id="answers")], value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=str() as field), ast.expr():
                            fields[field] = _written(value)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="answers"), slice=ast.Constant(value=str() as field))],
                value=value,
            ):
                fields[field] = _written(value)
    return fields


def _written(value: ast.expr) -> str:
    """A literal → the text of the answer: strings as they are, numbers and expressions as typed."""
    if isinstance(value, ast.Constant):
        return "" if value.value is None else text_of(value.value)
    return ast.unparse(value).replace("**", "^")


def _fields(answers: Mapping[object, object]) -> dict[str, str]:
    """Answers as JSON holds them → texts by the names of fields, without those that are null."""
    return {_named(text_of(field)): text_of(answer) for field, answer in answers.items() if answer is not None}
