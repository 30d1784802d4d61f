"""Arrays in numpy's own files (.npy, .npz) → a table; nothing in them is run, and one array stays in its file."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.language.tokens import normalise
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAGIC = b"\x93NUMPY"
"""First bytes of every .npy file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)."""
_BLOCK_ENTRIES = 1 << 20
"""Entries that are looked at at a time, so that a file larger than the memory can be."""


def read_npy(path: str | os.PathLike[str], name: str | None = None) -> Table:
    """Path of an .npy file → a table of one column, called `name` or as the file is without its suffix.

    It is mapped into memory: what is not used is not kept. Raises InputError for pickled objects, complex numbers,
    text, numbers that are not finite, and an array without axes or entries.
    """
    source = os.path.basename(path)
    called = Path(path).stem if name is None else name
    if not can_be_given(normalise(called)):
        aside = ", as the file is called," if name is None else ""
        raise InputError(f"'{called}'{aside} is not a name", hint=f"give one, as in X=@{source}")
    try:
        with open(path, "rb") as file:
            start = file.read(len(_MAGIC))
        if start != _MAGIC:  # or numpy takes it for a pickle
            raise InputError(f"'{source}' is no .npy file", hint="write it with numpy.save(…)")
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (InputError, MemoryError):
        raise
    except Exception as problem:  # damaged bytes make numpy raise almost anything
        raise _unreadable(path, problem) from None
    return Table({called: _checked(array, called, source)}, source)


def read_npz(path: str | os.PathLike[str]) -> Table:
    """Path of an .npz file → a table with its arrays as columns; these are read whole, as they may be compressed.

    Raises InputError as `read_npy` does, and where arrays differ in length.
    """
    source = os.path.basename(path)
    try:
        with open(path, "rb") as file:  # which numpy would not close where the archive is damaged
            if not zipfile.is_zipfile(file):
                raise InputError(f"'{source}' is no .npz file", hint="write it with numpy.savez('x.npz', X=X, y=y)")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                columns = {name: _column(arrays, name, source) for name in arrays.files}
    except (InputError, MemoryError):
        raise
    except Exception as problem:  # as above, besides what zipfile and zlib raise
        raise _unreadable(path, problem) from None
    return Table(columns, source)


def write_npz(table: Table) -> bytes:
    """Table → an .npz file with its columns, from which the same table is read again; the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, column in table.columns.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(column), allow_pickle=False)
    return packed.getvalue()


def _column(arrays: Mapping[str, object], name: str, source: str) -> Array:
    """Archive and the name of one of its arrays → a column."""
    if not can_be_given(normalise(name)):
        raise InputError(
            f"an array of '{source}' is called '{name}', which is no name",
            hint="name it by the keyword in numpy.savez('x.npz', X=X, y=y)",
        )
    return _checked(arrays[name], name, source)


def _unreadable(path: str | os.PathLike[str], problem: Exception) -> InputError:
    """What numpy or the system said → the error."""
    if isinstance(problem, OSError) and problem.strerror:
        hint = "check its name and the folder you are in"
        return InputError(f"'{os.fspath(path)}' cannot be read: {problem.strerror}", hint=hint)
    source = os.path.basename(path)
    if re.search("python objects in dtype|object arrays", str(problem), re.IGNORECASE):
        return InputError(
            f"'{source}' holds Python objects, which could run anything when they are read",
            hint="save numbers only: numpy.save('x.npy', array.astype(float))",
        )
    why = (str(problem).splitlines() or [type(problem).__name__])[0]
    return InputError(f"'{source}' is damaged: {why}", hint="write it again with numpy.save or numpy.savez")


def _checked(array: object, name: str, source: str) -> Array:
    """Array of a file → the same where it is a column: numbers that are finite, along at least one axis."""
    if not isinstance(array, np.ndarray):
        raise InputError(f"'{name}' of '{source}' is no array", hint="write it with numpy.save or numpy.savez")
    what = {"c": "complex numbers", "O": "Python objects", "U": "text", "S": "text", "M": "dates", "m": "times"}
    if array.dtype.kind not in "biuf":
        kind = what.get(array.dtype.kind, "records")
        raise InputError(f"'{name}' of '{source}' holds {kind}", hint="save real numbers, as by array.astype(float)")
    if array.ndim == 0:
        raise InputError(
            f"'{name}' of '{source}' is a single number, not one for each example",
            hint=f"give it as {name}={float(array):g}",
        )
    if array.size == 0:
        raise InputError(f"'{name}' of '{source}' is empty", hint="give at least one example")
    if array.dtype.kind == "f":
        _require_finite(array, name, source)
    column: Array = array
    return column


def _require_finite(array: Array, name: str, source: str) -> None:
    """Raise InputError, which says where, for nan or an infinity; float64 holds what float128 may not."""
    rows = max(1, _BLOCK_ENTRIES // max(1, array[0].size))
    for start in range(0, len(array), rows):
        block = np.asarray(array[start : start + rows])
        with np.errstate(over="ignore"):
            wrong = np.argwhere(~np.isfinite(block.astype(np.float64)))
        if len(wrong):
            place = [int(k) for k in wrong[0]]
            place[0] += start
            index = ", ".join(map(str, place))
            raise InputError(
                f"{name}[{index}] of '{source}' is {float(array[tuple(place)]):g}, counted from 0",
                hint="write the number, or take the example out",
            )
