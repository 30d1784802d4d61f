"""Files of answers (.json, .csv, .ipynb) → the answers of each student; hostile input, so all of it is bounded."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphviz_ad.errors import ExerciseError
from graphviz_ad.messages.catalogue import fact, languages, say

LARGEST = 16_000_000
"""Bytes of a file of answers."""
MOST_STUDENTS = 20_000
MOST_FIELDS = 2_000

_FIELD = re.compile(r"q\d+(\.\w+)?", re.IGNORECASE)
"""What a column of answers is called."""

_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""The line by which a spreadsheet says how cells are separated."""
_BESIDE_LETTERS = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answers:
    """What one student answered: text by the name of the field."""

    student: str
    fields: dict[str, str]


def read_answers(data: bytes, name: str, note: Note | None = None) -> list[Answers]:
    """Bytes of a file and its name → the answers in it, a student each.

    JSON is `{"q1": "3", …}` of one student, `{"Ada": {"q1": "3"}, …}` of several, or a list of objects with `student`
    and `answers`; CSV has a row for each student and a column for each field; of a notebook's cells
    `answers = {"q1": "3", …}` and `answers["q1"] = "3"` are read as literals, and nothing is run. An answer that is
    neither text nor a number is kept as it is written. `note` is told if the text is not in UTF-8.

    Raises ExerciseError where the file cannot be read, or is too large.
    """
    if len(data) > LARGEST:
        raise ExerciseError(f"'{name}' is too large for answers", hint=f"up to {LARGEST // 1_000_000} MB are read")
    text, encoding = _decoded(data, name)
    if note and encoding:
        note(f"'{name}' is not in UTF-8 and was read as {encoding}; look at the names, or save it as UTF-8")
    whose = name.rpartition("/")[2].rpartition(".")[0]
    suffix = name.rpartition(".")[2].lower()
    if suffix == "csv":
        found = _csv(text, name)
    elif suffix in ("json", "ipynb"):
        read = _json(text, name)
        found = _notebook(read, whose, name) if suffix == "ipynb" else _objects(read, whose, name)
    else:
        raise ExerciseError(f"'{name}' is no file of answers", hint="give .json, .csv or .ipynb")
    if len(found) > MOST_STUDENTS:
        raise ExerciseError(f"'{name}' holds {len(found)} students; the limit is {MOST_STUDENTS}", hint="split it")
    if any(len(one.fields) > MOST_FIELDS for one in found):
        raise ExerciseError(f"'{name}' holds more than {MOST_FIELDS} answers of one student", hint="split it")
    return found


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """Bytes → text, and the name of its encoding where that is not UTF-8: what spreadsheets write on their own.

    Tables in the encodings of languages (`X-Spreadsheet`) are told from each other by a heading in the language, and
    from one in Western letters by the words: in Western ones the letters in question stand beside plain ones.
    """
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as problem:
        start = problem.start
    found: list[tuple[str, str]] = []
    for encoding, called, lang in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\r\n" for sign in text) or (lang and _BESIDE_LETTERS.search(text)):
            continue
        if lang and any(word in text.split("\n", 1)[0] for word in _headings(lang) if not word.isascii()):
            return text, called
        found.append((text, called))
    if not found:
        raise ExerciseError(f"'{name}' is not UTF-8 text (byte {start + 1})", hint="save it as UTF-8")
    return found[0]


def _encodings(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Bytes → encodings they may be in, what each is called, and the language it is of."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "utf-16", "UTF-16", ""
        return
    for lang in languages():
        encoding, _, called = fact(lang, "X-Spreadsheet").partition("=")
        if encoding:
            yield encoding, called, lang
    yield "cp1252", "Windows-1252", ""


def _headings(lang: str) -> list[str]:
    """Language → what the column with the students may be called in it."""
    return say("read.students", lang).split(", ")


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        why = "it is nested too deeply" if isinstance(problem, RecursionError) else problem
        raise ExerciseError(f"'{name}' is no JSON: {why}", hint='as in {"q1": "3", "q2": "-0.5"}') from None


def _objects(read: Any, whose: str, name: str) -> list[Answers]:
    match read:
        case dict() if read and all(isinstance(value, dict) for value in read.values()):
            return [Answers(_text(student), _fields(answers)) for student, answers in read.items()]
        case dict() if any(isinstance(value, dict) for value in read.values()):
            odd = next(key for key, value in read.items() if not isinstance(value, dict))
            raise ExerciseError(
                f"'{odd[:40]}' in '{name}' holds no answers of a student",
                hint='as in {"Ada": {"q1": "3"}}; leave it out',
            )
        case dict():
            return [Answers(whose, _fields(read))]
        case list() if all(isinstance(one, dict) and isinstance(one.get("answers"), dict) for one in read):
            return [
                Answers(_text(one.get("student", f"{whose} {n}")), _fields(one["answers"]))
                for n, one in enumerate(read, 1)
            ]
    raise ExerciseError(
        f"'{name}' holds no answers", hint='as in {"q1": "3"}, or [{"student": "Ada", "answers": {"q1": "3"}}]'
    )


def _csv(text: str, name: str) -> list[Answers]:
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
    known = {word for lang in languages() for word in _headings(lang)}
    place = next((n for n, cell in enumerate(heading) if cell.casefold() in known), 0)
    if _FIELD.fullmatch(heading[place]):
        raise ExerciseError(
            f"'{name}' does not say whose answers its rows hold", hint="add a column with the heading 'student'"
        )
    twice = next((cell for n, cell in enumerate(heading) if cell and cell in heading[:n]), None)
    if twice:
        raise ExerciseError(f"'{name}' has two columns '{twice}'", hint="leave one of them out")
    found = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(heading):
            raise ExerciseError(
                f"row {number} of '{name}' has {len(row)} cells, the heading {len(heading)}",
                hint="put quotes round answers with a comma in them",
            )
        cells = dict(zip(heading, row, strict=False))
        student = cells.pop(heading[place], "").strip() or f"row {number}"
        found.append(Answers(student, {field: _unquoted(answer) for field, answer in cells.items()}))
    return found


@contextmanager
def _long_cells() -> Iterator[None]:
    """Lets a cell be as long as a file, so that one long answer does not keep the others from being read."""
    before = csv.field_size_limit(LARGEST)
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


def _notebook(read: Any, whose: str, name: str) -> list[Answers]:
    cells = read.get("cells") if isinstance(read, dict) else None
    if not isinstance(cells, list):
        raise ExerciseError(f"'{name}' is no notebook", hint="give the .ipynb that was handed in")
    fields: dict[str, str] = {}
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            fields |= _literal("".join(map(str, source)) if isinstance(source, list) else str(source))
    if not fields:
        raise ExerciseError(f"'{name}' holds no answers", hint='a cell with: answers = {"q1": "3"}')
    return [Answers(whose, fields)]


def _literal(source: str) -> dict[str, str]:
    """Code of a cell → the answers assigned in it as literals; anything else is not looked at."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, str] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id="answers")], value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=str() as field), ast.expr():
                            found[field] = _written(value)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="answers"), slice=ast.Constant(value=str() as field))],
                value=value,
            ):
                found[field] = _written(value)
    return found


def _written(value: ast.expr) -> str:
    """A literal → the text of the answer: strings as they are, numbers and expressions as typed."""
    if isinstance(value, ast.Constant):
        return "" if value.value is None else _text(value.value)
    return ast.unparse(value).replace("**", "^")


def _fields(read: dict[Any, Any]) -> dict[str, str]:
    return {_named(_text(field)): _text(answer) for field, answer in read.items() if answer is not None}


def _text(value: Any) -> str:
    """What JSON or a literal holds → text; lone surrogates, which no file can hold, become question marks."""
    written = value if isinstance(value, str) else str(value)
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
