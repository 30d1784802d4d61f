"""Two entries of the parameters, others held → the loss over their plane, and the way of a run in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError, nearest
from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import entries, flat, functions
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.noise import sample
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_POINTS = 61
"""On each side of the grid: contours between them are smooth to the eye."""


@dataclass(frozen=True)
class Plane:
    """Two entries by name and place; the loss at `x[j]`, `y[i]` is `loss[i, j]`."""

    names: tuple[str, str]
    places: tuple[int, int]
    x: Array
    y: Array
    loss: Array


def chosen(model: Model, names: Sequence[str] | None = None) -> tuple[int, int]:
    """Model, and names of two entries (the first two unless given) → their places. Raises InputError."""
    known = entries(model)
    if names is None:
        return 0, 1
    if len(names) != 2 or names[0] == names[1]:
        raise InputError("a contour has two parameters", hint=f"name two of {', '.join(known[:8])}")
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else f"its parameters are {', '.join(known[:8])}"
            raise InputError(f"the model has no parameter '{name}'", hint=hint)
    return known.index(names[0]), known.index(names[1])


def path(run: Run, points: int = 2000) -> tuple[Array, Array]:
    """Run → the numbers of updates, and the parameters after them, a row for each."""
    updates = run.marks(points)
    return np.array(updates), np.array([flat(run.after(update)[0]) for update in updates])


def plane(
    model: Model, centre: Array, places: tuple[int, int], x: tuple[float, float], y: tuple[float, float]
) -> Plane:
    """Model, a point, places of two entries and the ranges of these → the loss over the plane through the point."""
    rows = sample(model)
    loss = functions(model, rows).loss
    across, up = np.linspace(*x, _POINTS), np.linspace(*y, _POINTS)
    grid = np.empty((_POINTS, _POINTS))
    point = centre.copy()
    for i, second in enumerate(up):
        for j, first in enumerate(across):
            point[places[0]], point[places[1]] = first, second
            grid[i, j] = loss(rows, point)
    names = entries(model)
    return Plane((names[places[0]], names[places[1]]), places, across, up, grid)


def norms(run: Run, points: int = 200) -> tuple[Array, dict[str, Array]]:
    """Run → the numbers of updates, and the norm of the gradient of each parameter before them, on their batches."""
    updates = [mark for mark in run.marks(points) if mark >= 1]
    by_size = {}
    sizes = {name: np.size(value) for name, value in run.model.start.items()}
    rows_of_norms: list[list[float]] = []
    for update in updates:
        rows = run.rows(update)
        count = size_of(rows)
        if count not in by_size:
            by_size[count] = functions(run.model, rows)
        gradient = by_size[count].gradient(rows, flat(run.after(update - 1)[0]))
        parts = np.split(gradient, np.cumsum(list(sizes.values()))[:-1])
        rows_of_norms.append([float(np.linalg.norm(part)) for part in parts])
    columns = np.array(rows_of_norms).T
    return np.array(updates), dict(zip(sizes, columns, strict=True))
