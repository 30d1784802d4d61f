"""numpy's own files: what is read, that nothing in them is run, and what is said of those that hold no numbers."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_ad.data.npy_file import read_npy, read_npz, write_npz
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError


@pytest.mark.parametrize("kind", ["f8", ">f8", "f4", "f2", "i8", "u1", "?", "longdouble"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_every_kind_become_floats(tmp_path: Path, kind: str, order: Any) -> None:
    array = np.asarray(np.array([[0, 1], [1, 0], [1, 1]]).astype(kind), order=order)
    np.save(tmp_path / "X.npy", array)
    np.savez(tmp_path / "a.npz", X=array, y=array[:, 0])
    for table in (read_npy(tmp_path / "X.npy"), read_npz(tmp_path / "a.npz")):
        rows = table.rows([2, 0])["X"]
        assert (rows.tolist(), rows.dtype) == ([[1, 1], [0, 1]], np.float64)
    assert isinstance(read_npy(tmp_path / "X.npy").columns["X"], np.memmap)
    assert list(read_npy(tmp_path / "X.npy", "θ").columns) == ["θ"]
    np.savez_compressed(tmp_path / "b.npz", array)
    assert list(read_npz(tmp_path / "b.npz").columns) == ["arr_0"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    table = Table({"X": np.ones((2, 3)), "file": np.array([1.0, 2.0]), "重み": np.zeros(2)}, "t")
    (tmp_path / "a.npz").write_bytes(write_npz(table))
    again = read_npz(tmp_path / "a.npz")
    assert list(again.columns) == list(table.columns)
    assert all((again.columns[name] == column).all() for name, column in table.columns.items())
    assert write_npz(again) == write_npz(table)


class _Runs:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, ("ran",)


OBJECTS = "holds Python objects, which could run anything when they are read"
REAL = "save real numbers, as by array.astype(float)"
FLOATS = "save numbers only: numpy.save('x.npy', array.astype(float))"
AGAIN = "write it again with numpy.save or numpy.savez"
WRONG: dict[str, tuple[object, str, str]] = {
    "objects": (np.array([_Runs()], dtype=object), f"'x.npy' {OBJECTS}", FLOATS),
    "complex": (np.zeros(2, complex), "'x' of 'x.npy' holds complex numbers", REAL),
    "text": (np.array(["a"]), "'x' of 'x.npy' holds text", REAL),
    "dates": (np.array(["2026-01-01"], dtype="M8[D]"), "'x' of 'x.npy' holds dates", REAL),
    "records": (np.zeros(2, dtype=[("a", float)]), "'x' of 'x.npy' holds records", REAL),
    "a number": (np.float64(2.5), "'x' of 'x.npy' is a single number, not one for each example", "give it as x=2.5"),
    "nothing": (np.zeros((0, 2)), "'x' of 'x.npy' is empty", "give at least one example"),
    "no entries": (np.zeros((2, 0)), "'x' of 'x.npy' is empty", "give at least one example"),
    "nan": (np.array([1, np.nan]), "x[1] of 'x.npy' is nan, counted from 0", "write the number, or take the example out"),
    "inf": (np.pad(-np.inf * np.ones((1, 1)), ((700_000, 0), (1, 1))), "x[700000, 1] of 'x.npy' is -inf, counted from 0", "write the number, or take the example out"),
    "beyond floats": (np.array([np.longdouble("1e400")]), "x[0] of 'x.npy' is inf, counted from 0", "write the number, or take the example out"),
    "other bytes": (b"x,y\n1,2\n", "'x.npy' is no .npy file", "write it with numpy.save(…)"),
    "no bytes": (b"", "'x.npy' is no .npy file", "write it with numpy.save(…)"),
    "a part": (b"\x93NUMPY\x01\x00v\x00{'descr'", "'x.npy' is damaged: EOF: reading array header, expected 118 bytes got 8", AGAIN),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content, message, hint = WRONG[what]
    if what == "beyond floats" and np.finfo(np.longdouble).max == np.finfo(float).max:
        pytest.skip("long doubles are doubles here")
    if isinstance(content, bytes):
        Path("x.npy").write_bytes(content)
    else:
        np.save("x.npy", content)  # type: ignore[arg-type]
    with pytest.raises(InputError) as problem:
        read_npy("x.npy")
    assert (problem.value.message, problem.value.hint) == (message, hint)
    if isinstance(content, np.ndarray) and content.ndim:
        np.savez("x.npz", x=content)
        with pytest.raises(InputError) as problem:
            read_npz("x.npz")
        assert (problem.value.message, problem.value.hint) == (message.replace(".npy", ".npz"), hint)
    assert not Path("ran").exists(), "what a file holds is never run"


def test_a_reader_that_runs_what_it_reads_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted mistake: pickles are allowed."""
    monkeypatch.chdir(tmp_path)
    np.savez("x.npz", x=np.array([_Runs()], dtype=object))
    load = np.load
    monkeypatch.setattr("numpy.load", lambda path, **options: load(path, **{**options, "allow_pickle": True}))
    with pytest.raises(InputError, match="holds Python objects"):
        read_npz("x.npz")
    assert Path("ran").exists()


def test_what_is_wrong_with_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def message() -> str:
        with pytest.raises(InputError) as problem:
            read_npz("a.npz")
        return str(problem.value)

    assert (
        message() == "'a.npz' cannot be read: No such file or directory\nhint: check its name and the folder you are in"
    )
    Path("a.npz").write_text("hello")
    assert message() == "'a.npz' is no .npz file\nhint: write it with numpy.savez('x.npz', X=X, y=y)"
    with zipfile.ZipFile("a.npz", "w") as archive:
        archive.writestr("a.txt", "hello")
    assert message() == "'a.txt' of 'a.npz' is no array\nhint: write it with numpy.save or numpy.savez"
    with zipfile.ZipFile("a.npz", "w"):
        pass
    assert message() == "'a.npz' has no columns\nhint: give at least one, as in x"
    np.savez("a.npz", **{"a b/c": np.zeros(2)})
    assert message().startswith("an array of 'a.npz' is called 'a b/c', which is no name\n")
    np.savez("a.npz", X=np.zeros((3, 2)), y=np.zeros(4))
    assert message().startswith("'X' has 3 examples, 'y' has 4 ('a.npz')\n")


def test_the_name_of_a_file_that_is_no_name(tmp_path: Path) -> None:
    np.save(tmp_path / "2a.npy", np.zeros(2))
    with pytest.raises(InputError) as problem:
        read_npy(tmp_path / "2a.npy")
    assert str(problem.value) == "'2a', as the file is called, is not a name\nhint: give one, as in X=@2a.npy"
    with pytest.raises(InputError, match="'2b' is not a name"):
        read_npy(tmp_path / "2a.npy", "2b")


@given(st.sampled_from(["npy", "npz"]), st.integers(0, 400), st.integers(0, 255), st.integers(0, 400))
def test_damaged_bytes_are_an_error_of_ours(kind: str, place: int, byte: int, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{kind}"
        if kind == "npy":
            np.save(path, np.arange(8.0))
        else:
            np.savez_compressed(path, x=np.arange(8.0))
        data = bytearray(path.read_bytes())
        data[place % len(data)] = byte
        path.write_bytes(data[: len(data) - cut % len(data)] if cut < 100 else data)
        hint: str | None = "none is needed"
        try:
            assert isinstance(read_npy(path) if kind == "npy" else read_npz(path), Table)
        except InputError as problem:
            hint = problem.hint
        assert hint
