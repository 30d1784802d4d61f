"""The data of a run → how a program reads them: in its text, from the file they came from, or from one beside it."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.errors import OutputError
from graphviz_ad.lazy import lazy
from graphviz_ad.training.model import Model
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_ROWS = 64
"""Examples up to which they stand in the program itself."""
_MAX_ENTRIES = 5_000_000
"""Numbers of a file that is written beside: a hundred megabytes."""


@dataclass(frozen=True)
class Data:
    """Columns that a run has used; `file` is the CSV file to read, None where they stand in the program.

    `headers` are the columns of that file of which each is made: one, or several for a matrix. `content` is what is in
    the file where it has to be written.
    """

    columns: Mapping[str, Array]
    file: str | None = None
    headers: Mapping[str, tuple[str, ...]] | None = None
    content: bytes | None = None


def data_of(model: Model, path: str) -> Data:
    """Model and the path of the program → how it reads the data.

    The file they came from is read where it lies in this folder and says the same to Python's own reader of CSV. Raises
    OutputError where they would not fit into a file of text.
    """
    table = model.table
    names = list(dict.fromkeys(model.columns.values()))
    entries = sum(math.prod(np.shape(table.columns[name])) for name in names)
    if len(table) > MAX_ROWS and entries > _MAX_ENTRIES:
        raise OutputError(
            f"the data have {entries} numbers, too many for a file of text beside '{os.path.basename(path)}'",
            hint="save the run as csv or json, which are without the data",
        )
    columns = {name: np.asarray(table.columns[name], dtype=float) for name in names}
    for name, column in columns.items():
        if column.ndim > 2:
            raise OutputError(f"the entries of '{name}' are matrices, for which there is no column of a file")
    if len(table) <= MAX_ROWS:
        return Data(columns)
    headers = _headers_of(table.source, columns)
    if headers is not None:
        return Data(columns, table.source, headers)
    name = f"{os.path.splitext(os.path.basename(path))[0]}.data.csv"
    return _written(columns, name)


def _headers_of(source: str, columns: Mapping[str, Array]) -> dict[str, tuple[str, ...]] | None:
    """Name of a file and columns → the headers under which it has them; None where it is not there, or has not."""
    if not source.lower().endswith(".csv") or not os.path.isfile(source):
        return None
    try:
        with open(source, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        there = {header: np.array([float(row[header]) for row in rows]) for header in rows[0]}
    except (OSError, ValueError, TypeError, KeyError, IndexError, csv.Error):
        return None
    headers_by_name: dict[str, tuple[str, ...]] = {}
    for name, column in columns.items():
        parts = [column] if column.ndim == 1 else list(column.T)
        equal = [[header for header, other in there.items() if np.array_equal(part, other)] for part in parts]
        if not all(equal) or (column.ndim == 1 and name not in equal[0]):
            return None
        headers_by_name[name] = tuple(name if name in headers else headers[0] for headers in equal)
    return headers_by_name


def _written(columns: Mapping[str, Array], file: str) -> Data:
    """Columns → a file of them, those of a matrix with numbers, and what they are called there."""
    used = set(columns)
    headers: dict[str, tuple[str, ...]] = {}
    for name, column in columns.items():
        if column.ndim == 1:
            headers[name] = (name,)
            continue
        stem = name
        while any(f"{stem}_{number}" in used for number in range(column.shape[1])):
            stem += "_"
        headers[name] = tuple(f"{stem}_{number}" for number in range(column.shape[1]))
        used |= set(headers[name])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([header for names in headers.values() for header in names])
    for row in np.column_stack(list(columns.values())).tolist():
        writer.writerow(map(repr, row))
    return Data(columns, file, headers, text.getvalue().encode())
