"""Arguments → the formula's text and the values of its inputs; nothing is evaluated as Python."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.inputs import named_as_in
from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.language.assignments import Value, read_assignment, read_object, require_joined
from graphviz_ad.source import decoded

from .output import Misuse, report
from .quoting import file_of

if TYPE_CHECKING:
    from graphviz_ad.data.table import Table
    from graphviz_ad.graph.graph import Graph

_MAX_DOCUMENT_CHARACTERS = 4 * 1024 * 1024
"""Of a document from which a formula is taken: longer than a book, which must not fill the memory."""


def read_formula(argument: str, limit: int) -> str:
    """Text, `@file` or `-` → the text of the formula, of at most `limit` characters.

    Of a document, `@notes.md#3` is the third formula in it. Raises InputError for what cannot be read, LimitError for
    what is longer.
    """
    if argument == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input to read the formula from", hint="give it as text, or as @FILE")
        try:
            data = sys.stdin.buffer.read(4 * limit + 4)
        except (OSError, ValueError) as problem:  # a directory, or closed
            why = getattr(problem, "strerror", None) or str(problem)
            raise InputError(
                f"standard input cannot be read: {why}", hint="give the formula as text or @FILE"
            ) from None
        return _decoded(data, "standard input", limit)
    if (path := file_of(argument)) is not None:
        return _from_file(path, limit)
    if any("\ud800" <= character <= "\udfff" for character in argument):
        raise InputError("the formula is not UTF-8 text", hint="set the terminal to UTF-8, or give it as @FILE")
    return argument


def _from_file(argument: str, limit: int) -> str:
    """What stands behind "@" → the formula in that file."""
    from graphviz_ad.language.latex.documents import DOCUMENTS, formula_of

    path, _, number = argument.rpartition("#")
    if not path or not path.endswith(DOCUMENTS):
        path, number = argument, ""
    if not path.endswith(DOCUMENTS):
        return _file(path, limit)
    formula = formula_of(_file(path, max(limit, _MAX_DOCUMENT_CHARACTERS)), path, number or None)
    if len(formula) > limit:
        raise LimitError(
            f"the formula has {len(formula)} characters; the limit is {limit}", hint="raise it with --max-length"
        )
    return formula


def _file(path: str, limit: int) -> str:
    """Path → the text of the file."""
    if not path:
        raise InputError("'@' needs the name of a file", hint="as in @formula.txt")
    try:
        with open(path, "rb") as file:
            return _decoded(file.read(4 * limit + 4), f"'{path}'", limit)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        from graphviz_ad.data.named import how_to_make

        hint = how_to_make(path) or "check the name behind '@' and the folder you are in"
        raise InputError(f"'{path}' cannot be read: {why}", hint=hint) from None


def _decoded(data: bytes, source: str, limit: int) -> str:
    """Bytes, and what they were read from → text. Raises LimitError, InputError."""
    if len(data) > 4 * limit:  # no character has more than four bytes
        raise LimitError(f"{source} has more than {limit} characters", hint="raise the limit with --max-length")
    try:
        return decoded(data)
    except UnicodeDecodeError as problem:
        raise InputError(f"{source} is not UTF-8 text (byte {problem.start + 1})", hint="save it as UTF-8") from None


def read_tables(
    arguments: Iterable[str],
    encoding: str | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    max_array: int = 1_000_000,
) -> tuple[Table | None, dict[str, Value]]:
    """NAME=VALUE and @FILE arguments → the examples in tables (.csv, .npy, .npz), and all other values by name.

    Tables stand side by side in one; `encoding` is that of CSV files, `groups` are the columns of each matrix that is
    made of some. What was read in a way that may not have been meant is told. Raises InputError, which points into
    the argument; Misuse where there is no table for an option.
    """
    tables: list[Table] = []
    values: dict[str, Value] = {}
    arguments = list(map(_with_at, arguments))
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        require_joined(argument, following)
        table = _table(argument, encoding)
        if table is not None:
            tables.append(table)
            continue
        if argument.startswith("@"):
            entries = _json_values(argument[1:], max_array)
        else:
            name, value = read_assignment(argument)
            entries = {name: value}
        for name, value in entries.items():
            if name in values:
                raise InputError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
            values[name] = value
    if encoding is not None and not any(_suffix(argument) in _CSV for argument in arguments):
        raise Misuse("--encoding is that of a CSV file, and there is none", "give one, as in @data.csv")
    if not tables:
        if groups:
            raise Misuse("--columns makes a matrix of a table, and there is none", "give one, as in @data.csv")
        return None, values
    return _joined(tables, groups or {}, values), values


def _with_at(argument: str) -> str:
    """file:FILE, NAME=file:FILE or "@FILE" in quotes that arrived → the same as @FILE or NAME=@FILE."""
    path = file_of(argument)
    return f"@{path}" if path is not None else re.sub(r"^([^=\s]+)=file:", r"\1=@", argument)


def _joined(tables: Sequence[Table], groups: Mapping[str, Sequence[str]], values: Mapping[str, Value]) -> Table:
    """Tables → one, with its matrices; raises InputError for a column that has a value besides."""
    from graphviz_ad.data.table import beside, spelling

    table = beside(tables).joined(groups)
    columns = {spelling(name): name for name in table.columns}
    for name in values:
        column = columns.get(spelling(name))
        if column is not None:
            raise InputError(
                f"'{column}' is a column of '{table.source}' and has a value besides",
                hint=f"leave out the value of '{name}', or give the column another name",
            )
    for note in table.notes:
        report("note", note)
    return table


_CSV = (".csv", ".tsv")
"""What the names of CSV files end in."""


def _suffix(argument: str) -> str:
    """Argument → what the name of a file in it ends in, in small letters."""
    return os.path.splitext(argument)[1].lower() if "@" in argument else ""


def _table(argument: str, encoding: str | None) -> Table | None:
    """@FILE.csv, @FILE.npz, @FILE.npy or NAME=@FILE.npy → its table; None for any other argument."""
    name, sign, path = argument.rpartition("=@") if not argument.startswith("@") else ("", "", argument[1:])
    suffix = _suffix(argument)
    if sign and suffix != ".npy":
        raise InputError(
            f"'{argument}': only an array in an .npy file is given a name so",
            hint=f"write @{path}, which has names of its own" if suffix else f"write numbers, as in {name}=[1, 2]",
        )
    if not sign and not argument.startswith("@"):
        return None
    if suffix in _CSV:
        from graphviz_ad.data.csv_file import read_csv

        return read_csv(path, encoding)
    if suffix in (".npy", ".npz"):
        from graphviz_ad.data.npy_file import read_npy, read_npz

        return read_npz(path) if suffix == ".npz" else read_npy(path, name or None)
    return None


def with_columns(table: Table | None, values: Mapping[str, Value]) -> dict[str, object]:
    """A table and other values → all that is given, by name, to read a formula with."""
    return {**(table.columns if table is not None else {}), **values}


def used_values(graph: Graph, table: Table | None, values: Mapping[str, Value]) -> dict[str, object]:
    """Graph, a table and other values → the latter and, as arrays, the columns that are inputs, named as there.

    A column that the formula computes is left out with a note, any other without. Raises InputError where all are.
    """
    if table is None:
        return dict(values)

    from graphviz_ad.autodiff.columns import computed_columns, used_columns

    used = used_columns(graph, table.columns)
    table.require_read(name for name in graph.inputs if name not in values)
    if not used:
        raise InputError(
            f"no column of '{table.source}' is an input of the formula",
            hint=f"its columns are: {', '.join(table.columns)}; the inputs are: {', '.join(graph.inputs) or 'none'}"
            f"{table.nameless}",
        )
    for name in computed_columns(graph, table.columns):
        report("note", f"column '{name}' of '{table.source}' is left out: the formula computes it")
    chosen = replace(table, columns={name: table.columns[name] for name in used})
    return {**named_as_in(graph, chosen.rows(slice(None))), **values}


def _json_values(path: str, max_array: int) -> dict[str, Value]:
    """JSON file that holds an object → its values by name."""
    return read_object(_file(path, max(1 << 20, 32 * max_array)), path)
