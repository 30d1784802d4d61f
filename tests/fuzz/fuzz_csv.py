"""Bytes by coverage against the reader of CSV: every outcome is a table or one of our errors, and quick is careful.

    python -m tests.fuzz.fuzz_csv -max_total_time=20

Options are those of libFuzzer. Needs atheris (pip install atheris), which has wheels for Linux.
"""

from __future__ import annotations

import io
import sys

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

with atheris.instrument_imports(include=["graphviz_ad"]):
    from graphviz_ad.data import csv_file
    from graphviz_ad.data.table import Table
    from graphviz_ad.errors import GraphvizADError

_PLAIN_NUMBERS = csv_file._plain_numbers


def outcome(data: bytes) -> Table | str:
    """Bytes → the table they hold, or what is said in its place."""
    try:
        return csv_file.read_stream(io.BytesIO(data), "a.csv")
    except GraphvizADError as problem:
        if not problem.hint:
            raise AssertionError(problem.message) from problem
        return str(problem)


def columns(table: Table) -> list[list[float]]:
    """Table → its numbers."""
    return [column.tolist() for column in table.columns.values()]


def check(data: bytes) -> None:
    """Bytes → nothing, or an exception that is a finding."""
    table = outcome(data)
    csv_file._plain_numbers = lambda texts: None
    careful = outcome(data)
    csv_file._plain_numbers = _PLAIN_NUMBERS
    if isinstance(table, str) or isinstance(careful, str):
        assert table == careful, (table, careful)
        return
    assert repr(columns(table)) == repr(columns(careful)), (columns(table), columns(careful))
    assert table.notes == careful.notes
    again = outcome(csv_file.write_csv(table).encode())
    assert isinstance(again, Table), again
    assert list(again.columns) == list(table.columns)
    assert repr(columns(again)) == repr(columns(table))


def main() -> None:
    """Run until the time given is over, or something is found."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
