"""A run → what its page needs to show any update: examples, batches, parameters, and where each stands on the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.export.run.figures.boundary import curves
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.boundary import data_of, moments
from graphviz_ad.training.curves import AXES
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

__all__ = ["PageNumbers", "Rest", "by_size", "inputs", "page_numbers"]

_MAX_NUMBERS = 40_000
"""Numbers of a page, of some 12 letters each: with 1,000 updates it has less than a megabyte."""
_MAX_CLASSES = 4
"""Between which a boundary is computed: each two of them have one, at every moment."""
_MOMENTS, _MAX_POINTS = 16, 60
"""Updates after which the boundary is known to the page, and points of each of its lines."""
_DIGITS = 9
"""Significant digits of numbers on the page, of which four are read."""

Input = tuple[int, str, int, int]
"""Where the page finds an input: its node; "column" with the place of the example in the batch (-1: all of it), or
"state" with the place of its first entry; how many entries it has, 0 for a number."""


class Curves(TypedDict):
    """After how many updates, and lines in the plane of the plot: x and y of each point in turn."""

    after: int
    lines: list[list[float]]


class Rest(TypedDict):
    """The page of an update with the smaller batch at the end of an epoch, and its inputs."""

    inputs: list[Input]
    page: str


class PageNumbers(TypedDict):
    """What `run.js` reads.

    `updates` are the numbers of the updates that can be chosen; for each of these `batches` has the places of its
    examples in `columns`, `states` the parameters before it and what is remembered, `at` its place on each axis, `loss`
    that of its batch. `point` are the places in a state of the two parameters of the path, `boundary` what the model
    answers after some updates, where there is a plot of it, `rest` the page of smaller batches.
    """

    updates: list[int]
    of: int
    epoch: int
    inputs: list[Input]
    names: list[str]
    columns: dict[str, list[object]]
    batches: list[list[int]]
    states: list[list[float]]
    at: dict[str, list[float]]
    loss: list[float]
    loss_name: str
    point: list[int] | None
    boundary: list[Curves] | None
    rest: Rest | None


def by_size(run: Run) -> tuple[list[int], list[int]]:
    """Run → the updates that can be chosen: those with a whole batch, and those with the rest at the end of an epoch.

    Of very many there are some of both.
    """
    batches, size = run.settings.batches, run.settings.batches.size
    is_whole = [(number % batches.an_epoch or batches.an_epoch) * size <= batches.examples
                for number in range(1, run.updates + 1)]  # fmt: skip
    whole = [number for number, full in enumerate(is_whole, 1) if full]
    rest = [number for number, full in enumerate(is_whole, 1) if not full]
    per_update = size + len(_state(run, 1))
    step = max(1, -(-run.updates * per_update // _MAX_NUMBERS))
    return whole[::step], rest[::step]


def page_numbers(run: Run, trace: Trace, rest: Rest | None = None) -> PageNumbers:
    """Run and the trace of an update with a whole batch, the page of one with a smaller → the numbers of all that can
    be chosen."""
    chosen = sorted(number for numbers in by_size(run) for number in numbers)
    rows, places = _rows(run, chosen)
    at = _places(run, chosen)
    first = run.names[:2]
    scalars = all(shape(run.model.start[name]) == () for name in first)
    return {
        "updates": chosen, "of": run.updates, "epoch": run.settings.batches.an_epoch, "inputs": inputs(run, trace),
        "names": [trace.graph.names[node] for node in trace.graph.inputs.values()],
        "columns": rows, "batches": places, "states": [_state(run, number) for number in chosen], "at": at,
        "loss": short(run.loss[[number - 1 for number in chosen]]),
        "loss_name": run.model.graph.names[run.model.graph.output],
        "point": [0, 1] if len(first) == 2 and len(run.names) == 2 and scalars else None,
        "boundary": boundary(run), "rest": rest,
    }  # fmt: skip


def boundary(run: Run) -> list[Curves] | None:
    """Run → the boundary between its classes, or the line through its points, after some updates, closer at the start.

    None where there is no plot of it: a line through points is left out where the path of two parameters is shown.
    """
    try:
        data = data_of(run.model)
        if (not data.classes and len(run.names) == 2) or len(data.classes) > _MAX_CLASSES:
            return None
        at = moments(run, _MOMENTS)
        return [{"after": n, "lines": [_points(line) for line in curves(run, data, n)]} for n in at]
    except GraphvizADError:  # as where examples cannot be looked at alone
        return None


def _points(line: Array) -> list[float]:
    """Points of a line → some of them, x and y in turn, as the page has them."""
    some = np.unique(np.linspace(0, len(line) - 1, _MAX_POINTS).round().astype(int))
    return [float(f"{value:.4g}") for value in line[some].ravel().tolist()]


def _rows(run: Run, chosen: Sequence[int]) -> tuple[dict[str, list[object]], list[list[int]]]:
    """Run and updates → the examples they need, by column, and for each update the places of its own in these."""
    indices = [run.settings.batches.batch(number) for number in chosen]
    needed = np.unique(np.concatenate(indices))
    columns = run.model.table.rows(needed)
    place = {int(index): number for number, index in enumerate(needed)}
    used = {column: short(columns[column]) for column in run.model.columns.values()}
    return used, [[place[int(index)] for index in batch] for batch in indices]


def _state(run: Run, number: int) -> list[float]:
    """Number of an update → the parameters before it, what is remembered, and what changes from update to update."""
    parameters, memory = run.after(number - 1)
    values = [*parameters.values(), *memory.values(), float(number), float(run.settings.rates[number - 1])]
    return short(np.concatenate([np.ravel(value) for value in values]))


def inputs(run: Run, trace: Trace) -> list[Input]:
    """Run and trace → where each input of its graph stands."""
    parameters, memory = run.after(0)
    starts: dict[str, int] = {}
    place = 0
    for name, value in (*parameters.items(), *memory.items()):
        starts[name] = place
        place += max(1, int(np.size(value)))
    starts |= {run.rules.number: place, run.rules.rate: place + 1}
    located: list[Input] = []
    for name, node in trace.graph.inputs.items():
        size = int(np.size(trace.values[node])) if shape(trace.values[node]) else 0
        if name in starts:
            located.append((node, "state", starts[name], size))
            continue
        for column_name in run.model.columns:
            place_in_batch = _example(name, column_name)
            if place_in_batch is not None:
                located.append((node, f"column:{run.model.columns[column_name]}", place_in_batch, size))
    return located


def _example(name: str, column: str) -> int | None:
    """Name of an input and of a column → which example of the batch it is, -1 for all of them, None for no match."""
    from graphviz_ad.training.examples import numbered_name

    if name == column:
        return -1
    number = name.rpartition("(")[2].rstrip(")}")
    return int(number) - 1 if number.isdigit() and numbered_name(column, int(number)) == name else None


def _places(run: Run, chosen: Sequence[int]) -> dict[str, list[float]]:
    """Run and updates → where each stands on the axes: what was spent before it."""
    batches = run.settings.batches
    done = np.array(chosen, dtype=float) - 1
    an_epoch = batches.an_epoch
    examples = (
        np.floor(done / an_epoch) * min(batches.examples, an_epoch * batches.size) + done % an_epoch * batches.size
    )
    seconds = run.seconds[[number - 1 for number in chosen]]
    by_axis = {"epochs": done / an_epoch, "updates": done, "examples": examples, "seconds": seconds}
    return {axis: short(by_axis[axis]) for axis in AXES}


def short(values: Any) -> list[Any]:
    """Numbers → the same with as many digits as a page needs."""
    if np.ndim(values) > 1:
        return [short(row) for row in values]
    return [float(f"{value:.{_DIGITS}g}") for value in np.asarray(values).tolist()]
