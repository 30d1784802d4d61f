"""A run as CSV: a row for each update that is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphviz_ad.language.numbers import exact
from graphviz_ad.lazy import lazy
from graphviz_ad.training.run import Run

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def content(run: Run) -> Iterator[bytes]:
    """Run → lines of CSV: the number of the update, the epoch after it, examples seen, seconds, loss before it on its
    batch, and the parameters after it, entry by entry; the row of update 0 has their start values.

    No name or number in it begins with a sign that makes a spreadsheet compute.
    """
    entries = [name for parameter in run.names for name in _entries(parameter, np.shape(run.model.start[parameter]))]
    yield line(["update", "epoch", "examples", "seconds", "loss", *entries])
    yield line(["0", "0", "0", "0", "", *_numbers(run.states[0][: len(run.names)])])
    for update, epoch, examples, seconds, loss, parameters in run.records():
        row = [str(update), exact(epoch), str(examples), f"{seconds:.6f}", exact(loss)]
        yield line([*row, *_numbers(parameters)])


def _entries(name: str, shape: tuple[int, ...]) -> list[str]:
    """Parameter and its shape → the names of its entries."""
    if not shape:
        return [name]
    return [f"{name}[{', '.join(map(str, place))}]" for place in np.ndindex(*shape)]


def _numbers(values: tuple[object, ...]) -> list[str]:
    return [exact(float(entry)) for value in values for entry in np.ravel(value)]  # type: ignore[call-overload]


def line(cells: list[str]) -> bytes:
    """Cells → a line of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
