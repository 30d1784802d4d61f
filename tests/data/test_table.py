"""Tables: rows, matrices of columns, tables side by side, and what is wrong with them."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from graphviz_ad.data.npy_file import read_npy
from graphviz_ad.data.table import Table, beside
from graphviz_ad.errors import InputError
from graphviz_ad.values import Array


def table(source: str = "t.csv", **columns: object) -> Table:
    return Table({name: np.asarray(values, dtype=float) for name, values in columns.items()}, source)


FOUR = table(x_1=[1, 2, 3, 4], x_2=[5, 6, 7, 8], y=[0, 1, 0, 1])


def test_rows_by_slice_and_by_number() -> None:
    assert len(FOUR) == 4
    assert {name: column.tolist() for name, column in FOUR.rows(slice(1, 3)).items()} == {
        "x_1": [2, 3], "x_2": [6, 7], "y": [1, 0],
    }  # fmt: skip
    assert FOUR.rows(np.array([3, 0, 0]))["x_1"].tolist() == [4, 1, 1]
    assert FOUR.rows([2])["y"].tolist() == [0]


def test_a_matrix_in_the_place_and_the_order_asked_for() -> None:
    joined = FOUR.joined({"X": ["x_2", "x₁"]})
    assert {name: column.shape for name, column in joined.columns.items()} == {"X": (4, 2), "y": (4,)}
    assert joined.columns["X"].tolist() == [[5, 1], [6, 2], [7, 3], [8, 4]]
    again = joined.joined({"Z": ["X", "y"]})
    assert again.columns["Z"].tolist()[1] == [6, 2, 1]
    both = FOUR.joined({"A": ["x_1", "y"], "B": ["x_2", "y"]})
    assert list(both.columns) == ["A", "B"]
    assert FOUR.joined({}).columns == FOUR.columns
    assert FOUR.joined({"y": ["x_1", "y"]}).columns["y"].tolist()[3] == [4, 1], "a column may be a part of its namesake"


WRONG = {
    "no columns": (lambda: Table({}, "t"), "'t' has no columns\nhint: give at least one, as in x"),
    "no examples": (lambda: table(x=[]), "'t.csv' has no examples\nhint: give at least one row of numbers"),
    "lengths": (
        lambda: table(x=[1, 2], y=[1, 2, 3]),
        "'x' has 2 examples, 'y' has 3 ('t.csv')\nhint: give every column one entry, or one row, for each example",
    ),
    "one name twice": (
        lambda: Table({"θ_0": np.ones(1), "theta0": np.ones(1)}, "t"),
        "columns 1 and 2 of 't' are one name: 'θ_0', 'theta0'\n"
        "hint: call one of them something else, or take it out",
    ),
    "no such column": (
        lambda: FOUR.joined({"X": ["x_1", "x_4"]}),
        "'t.csv' has no column 'x_4'\nhint: did you mean 'x_2'? its columns are: x_1, x_2, y",
    ),
    "nothing near": (
        lambda: FOUR.joined({"X": ["weight"]}),
        "'t.csv' has no column 'weight'\nhint: its columns are: x_1, x_2, y",
    ),
    "a name that is taken": (
        lambda: FOUR.joined({"y": ["x_1", "x_2"]}),
        "'t.csv' has a column 'y' already\nhint: give the matrix another name, or make 'y' a part of it",
    ),
    "two matrices of one name": (
        lambda: FOUR.joined({"X": ["x_1"], "X'": ["x_2"]}).joined({"A": ["X"], "X'": ["y"]}),
        "'t.csv' has a column 'X'' already\nhint: give the matrix another name, or make 'X'' a part of it",
    ),
    "entries that are matrices": (
        lambda: table(x=[[[1, 2], [3, 4]]], y=[1]).joined({"X": ["x", "y"]}),
        "the entries of 'x' are matrices, which cannot stand side by side in one\n"
        "hint: leave it out, or reshape it to one row for each example",
    ),
    "one column in two tables": (
        lambda: beside([table("a.csv", x=[1], y=[2]), table("b.csv", y=[3])]),
        "'a.csv' and 'b.csv' both have a column 'y'\nhint: leave one of them out",
    ),
    "tables of two lengths": (
        lambda: beside([table("a.csv", x=[1]), table("b.csv", y=[3, 4])]),
        "'x' has 1 example, 'y' has 2 ('a.csv, b.csv')\n"
        "hint: give every column one entry, or one row, for each example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said(what: str) -> None:
    make, message = WRONG[what]
    with pytest.raises(InputError) as problem:
        make()
    assert str(problem.value) == message


def test_tables_side_by_side() -> None:
    first = Table({"x": np.ones(2)}, "a.csv", ("a note",))
    both = beside([first, table("b.csv", y=[3, 4])])
    assert (list(both.columns), both.source, both.notes) == (["x", "y"], "a.csv, b.csv", ("a note",))
    assert beside([first]) is first


class _Greedy(Table):
    """A planted mistake: all of a column is read for some of its rows."""

    def rows(self, index: object) -> dict[str, Array]:
        return {name: np.asarray(column, dtype=float)[index] for name, column in self.columns.items()}  # type: ignore[index]


@pytest.mark.parametrize(("kind", "is_small"), [(Table, True), (_Greedy, False)])
def test_of_a_column_in_a_file_only_the_rows_asked_for_are_read(
    tmp_path: Path, kind: type[Table], is_small: bool
) -> None:
    np.save(tmp_path / "x.npy", np.arange(10**6, dtype=np.int32))
    read = read_npy(tmp_path / "x.npy")
    assert isinstance(read.columns["x"], np.memmap)
    mapped = kind(read.columns, "x.npy")
    tracemalloc.start()
    rows = mapped.rows([5, 999_999])["x"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (rows.tolist(), rows.dtype, type(rows)) == ([5, 999_999], np.float64, np.ndarray)
    assert (peak < 100_000) is is_small
