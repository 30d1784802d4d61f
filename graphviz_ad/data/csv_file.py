"""CSV, as spreadsheets and programs write it → a table, and back; every error names line and column.

The format is RFC 4180's with a header. A file is read line by line and kept as floats only, so that one that is
larger than the memory of its text is no trouble.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from graphviz_ad.data import cells, encodings
from graphviz_ad.data.header import Header, read_header
from graphviz_ad.data.named import how_to_make
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_BLOCK_ROWS = 8192
"""Rows that become an array at a time: their texts are all that is held besides the numbers."""
_MAX_LINE_CHARACTERS = 1 << 20
"""Of one line; a longer one is no row of numbers, and may be a file without an end."""


def read_csv(path: str | os.PathLike[str], encoding: str | None = None) -> Table:
    """Path of a CSV file → its columns by the names in its first line.

    It is UTF-8, with or without a byte order mark, unless an encoding is named, which is never guessed. Columns are set
    apart by commas, semicolons or tabs, as the first line has them. Raises InputError.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115  # what is wrong within it is another error
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        hint = how_to_make(path) or "check its name and the folder you are in"
        raise InputError(f"'{os.fspath(path)}' cannot be read: {why}", hint=hint) from None
    with file:
        return read_stream(file, os.path.basename(path), encoding)


def read_stream(file: IO[bytes], source: str, encoding: str | None = None) -> Table:
    """Bytes of a CSV file, and what messages call it → its table, as `read_csv` has it."""
    codec = encodings.codec_of(encoding)
    text = io.TextIOWrapper(file, encoding=codec, newline="")
    try:
        return _Reader(text, source).table()
    except UnicodeError as problem:
        raise encodings.undecodable(file, source, encoding, problem) from None
    finally:
        text.detach()


class _Lines:
    """Gives the lines of a text one by one; `strange` once some of them need to be looked at more closely."""

    def __init__(self, text: io.TextIOWrapper, source: str) -> None:
        self.text, self.source = text, source
        self.number = 0
        self.strange = False

    def __iter__(self) -> Iterator[str]:
        readline = self.text.readline
        while line := readline(_MAX_LINE_CHARACTERS):
            self.number += 1
            if len(line) == _MAX_LINE_CHARACTERS and line[-1] not in "\r\n":
                raise InputError(
                    f"line {self.number} of '{self.source}' has more than {_MAX_LINE_CHARACTERS} characters",
                    hint="write one example a line",
                )
            if not _is_usual(line):
                self.strange = True
            yield line


class _Reader:
    """Reads one file: its header, then blocks of rows, fast where they are plain, else cell by cell."""

    def __init__(self, text: io.TextIOWrapper, source: str) -> None:
        self.source = source
        self.lines = _Lines(text, source)
        self.header: Header
        self.decimal_comma: str | None = None  # the first number that was written with one
        self.refused: dict[int, InputError] = {}  # places of columns that are no numbers, with the first that is none

    def table(self) -> Table:
        """→ The table, whole."""
        lines = iter(self.lines)
        first = next(lines, None)
        if first is None:
            raise InputError(
                f"'{self.source}' is empty", hint="write the names of the columns, then a line for each example"
            )
        self.header = read_header(first, self.source)
        self.refused |= self.header.refused
        self.lines.strange = False
        blocks = list(self._blocks(csv.reader(lines, delimiter=self.header.separator, strict=True)))
        if not blocks:
            raise InputError(
                f"'{self.source}' has no rows", hint="write a line of numbers for each example below the names"
            )
        names = self.header.names
        columns = {
            name: np.concatenate([block[:, k] for block in blocks])
            for k, name in enumerate(names)
            if k not in self.refused
        }
        if not columns:
            refused = self.header.refused or self.refused
            raise refused[min(refused)]
        return Table(columns, self.source, self._notes(), {names[k]: why for k, why in sorted(self.refused.items())})

    def _notes(self) -> tuple[str, ...]:
        if self.decimal_comma is None:
            return ()
        point = self.decimal_comma.replace(",", ".")
        return (f"numbers of '{self.source}' have a decimal comma: {self.decimal_comma} is read as {point}",)

    def _blocks(self, reader: Iterator[list[str]]) -> Iterator[Array]:
        """Rows → arrays of some thousand rows each."""
        before = self.lines.number
        blank = 0  # lines without anything, which are fine where nothing follows
        while True:
            rows, ends = [], []
            try:
                for row in islice(reader, _BLOCK_ROWS):
                    rows.append(row)
                    ends.append(self.lines.number)
            except csv.Error as problem:
                raise self._no_csv(problem, (ends or [before])[-1] + 1) from None
            if not rows:
                return
            starts = [before + 1, *(end + 1 for end in ends[:-1])]
            before = ends[-1]
            filled = len(rows)
            while filled and _is_blank(rows[filled - 1]):
                filled -= 1
            if filled and blank:
                raise self._blank_line(blank)
            if filled < len(rows):
                blank = blank or starts[filled]
            if filled:
                yield self._numbers(rows[:filled], starts)

    def _numbers(self, rows: list[list[str]], starts: Sequence[int]) -> Array:
        """Rows of texts, and the lines they begin in → their numbers."""
        width = len(self.header.names)
        kept = [j for j in range(width) if j not in self.refused]
        if kept and set(map(len, rows)) == {width}:
            texts = list(chain.from_iterable(rows)) if len(kept) == width else [row[j] for row in rows for j in kept]
            is_strange = self.lines.strange and (len(kept) == width or not all(map(_is_usual, texts)))
            plain = None if is_strange else _plain_numbers(texts)
            if plain is None and not is_strange and self.header.separator != ",":
                plain = _plain_numbers([text.replace(",", ".") for text in texts])
                if plain is not None and self.decimal_comma is None:
                    self.decimal_comma = next(text.strip() for text in texts if "," in text)
            if plain is not None:
                self.lines.strange = False
                values = np.full((len(rows), width), math.nan)
                values[:, kept] = plain.reshape(-1, len(kept))
                return values
        self.lines.strange = False
        values = np.full((len(rows), width), math.nan)
        for k, (row, line) in enumerate(zip(rows, starts)):
            if _is_blank(row):
                raise self._blank_line(line)
            if len(row) != width:
                raise self._wrong_width(row, line)
            for j, cell in enumerate(row):
                if j not in self.refused:
                    values[k, j] = self._number(cell, line, j, rows)
        return values

    def _number(self, cell: str, line: int, column: int, rows: Sequence[Sequence[str]]) -> float:
        """Text of a cell → its number; nan where it has none, so that its column is refused, with its place."""
        if self.header.separator != "," and cells.has_decimal_comma(cell):
            self.decimal_comma = self.decimal_comma or cell.strip()
            cell = cell.replace(",", ".")
        number, problem = cells.read(cell)
        if number is not None:
            return number
        where = f"'{self.source}', line {line}, column '{self.header.names[column]}'"
        near = [row[column] for row in rows if len(row) > column]
        hint = cells.remedy(cell, near)
        if cell.strip() == self.header.names[column]:
            hint = "the names of the columns stand in the first line alone: take this one out"
        self.refused[column] = InputError(f"{where}: {problem}", hint=hint)
        return math.nan

    def _wrong_width(self, row: Sequence[str], line: int) -> InputError:
        """Row with more or fewer cells than there are columns → the error."""
        names = self.header.names
        count = f"{len(row)} cell{'s' * (len(row) != 1)}"
        hint = f"give one number for each of {', '.join(names)}" if len(names) <= 8 else "give one number a column"
        if "，" in "".join(row) or "；" in "".join(row):
            hint = "set columns apart by ',' or ';', not by the wide '，' and '；'"
        if len(row) > len(names):
            hint = "a number has a decimal point, not a comma; " * (self.header.separator == ",") + hint
        return InputError(f"line {line} of '{self.source}' has {count}, the first line {len(names)}", hint=hint)

    def _blank_line(self, line: int) -> InputError:
        return InputError(f"line {line} of '{self.source}' is empty", hint="take it out, or write its numbers")

    def _no_csv(self, problem: csv.Error, line: int) -> InputError:
        """What the module csv says → the error."""
        return InputError(
            f"'{self.source}' is no CSV from line {line} on: {problem}",
            hint="write numbers without quotation marks; one that is opened must be closed",
        )


def _is_usual(text: str) -> bool:
    """Whether a text has nothing that float() reads and the language does not: 1_000, ٣."""
    return text.isascii() and "_" not in text


def _is_blank(row: Sequence[str]) -> bool:
    """Whether a row has nothing in it, as those that spreadsheets leave below a table."""
    return not any(map(str.strip, row))


def _plain_numbers(texts: list[str]) -> Array | None:
    """Cells in ASCII → their numbers, None where one of them needs to be looked at.

    What `float` takes beyond the language's numbers is inf and nan; what the language refuses besides, numbers so
    small that they are read as 0.
    """
    try:
        numbers = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except ValueError:
        return None
    if not np.isfinite(numbers).all():
        return None
    zeros = {texts[k] for k in np.flatnonzero(numbers == 0)}
    return None if any(cells.read(text)[0] is None for text in zeros) else numbers


def write_csv(table: Table) -> str:
    """Table → CSV with a header, from which the very same numbers are read again; a matrix as X_1, X_2, ….

    Raises InputError where a name is none or an entry has more than one axis. Since a name begins with a letter, no
    cell but a number begins with = + - @ or a tab, which a spreadsheet would run as a formula (OWASP, "CSV
    Injection"). Such names are refused, not quoted: the quote would be a part of the name when it is read again.
    """
    flat: dict[str, Array] = {}
    for name, column in table.columns.items():
        if not can_be_given(name) or any(sign in name for sign in "\r\n"):
            raise InputError(f"'{name}' is not a name", hint="call the column by letters, digits and _, as in x_1")
        if column.ndim > 2:
            raise InputError(
                f"the entries of '{name}' are matrices, which have no place in a CSV file", hint="write an .npz file"
            )
        parts = {name: column} if column.ndim == 1 else {f"{name}_{k + 1}": part for k, part in enumerate(column.T)}
        for part, values in parts.items():
            if part in flat:
                raise InputError(f"two columns would be called '{part}'", hint=f"give the matrix '{name}' another name")
            flat[part] = values
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(flat)
    for start in range(0, len(table), _BLOCK_ROWS):
        block = [np.asarray(column[start : start + _BLOCK_ROWS], dtype=float).tolist() for column in flat.values()]
        writer.writerows(zip(*block))  # as repr has them: the shortest digits that are the same float
    return out.getvalue()
