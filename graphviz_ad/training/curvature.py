"""Model and parameters → the curvature of the loss over all examples, the limit of the rate, the lowest point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import Functions, Rows, functions
from graphviz_ad.training.model import Model
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_ENTRIES = 200
"""Entries of all parameters up to which the matrix of second derivatives is computed: two gradients for each."""
_STEP = 1e-5
"""Of a central difference of gradients: near the cube root of the rounding error, as is best for it."""
_MAX_NEWTON = 60


def all_rows(model: Model) -> Rows:
    """Model → all examples."""
    return model.table.rows(slice(None))


def hessian(made: Functions, rows: Rows, vector: Array) -> Array:
    """Functions, examples and parameters → the matrix of second derivatives, by differences of exact gradients.

    Raises InputError where there are too many parameters.
    """
    if len(vector) > MAX_ENTRIES:
        raise InputError(
            f"the curvature of {len(vector)} parameters is not computed; the limit is {MAX_ENTRIES}",
            hint="take a model with fewer parameters",
        )
    columns = []
    for place, value in enumerate(vector):
        step = np.zeros_like(vector)
        step[place] = _STEP * max(1.0, abs(value))
        up, down = made.gradient(rows, vector + step), made.gradient(rows, vector - step)
        columns.append((up - down) / (2 * step[place]))
    matrix = np.array(columns)
    symmetric: Array = (matrix + matrix.T) / 2
    return symmetric


def units(model: Model, vector: Array, places: Sequence[int]) -> Array:
    """Model, a point, places of some entries → how far each may go until the loss has grown as much as by the others.

    The loss grows by half the second derivative times the square of the way; where it does not curve upwards, 1.
    """
    rows = all_rows(model)
    gradient = functions(model, rows).gradient
    found = []
    for place in places:
        step = np.zeros_like(vector)
        step[place] = _STEP * max(1.0, abs(float(vector[place])))
        second = (gradient(rows, vector + step) - gradient(rows, vector - step))[place] / (2 * step[place])
        found.append(1 / math.sqrt(second) if second > 0 and math.isfinite(second) else math.nan)
    result = np.array(found)
    return result if np.all(np.isfinite(result)) else np.ones(len(found))


def limit_of_rate(model: Model, vector: Array) -> tuple[float, float]:
    """Model and parameters → 2/λmax, above which descent on all examples grows there, and the condition number.

    Raises InputError where the loss does not curve upwards, or is no number there.
    """
    rows = all_rows(model)
    matrix = hessian(functions(model, rows), rows, vector)
    if not np.all(np.isfinite(matrix)):
        raise InputError("the curvature of the loss is no number there", hint="take a point before the run diverges")
    sizes = np.linalg.eigvalsh(matrix)
    if not sizes[-1] > 0:
        raise InputError("the loss does not curve upwards there", hint="take a point nearer to a lowest one")
    least = float(np.min(np.abs(sizes)))
    return 2 / float(sizes[-1]), float(sizes[-1]) / least if least > 0 else math.inf


def lowest(model: Model, vector: Array) -> tuple[float, Array]:
    """Model and parameters → the least loss that Newton's method finds from there, and where it is.

    Steps are damped so that each lowers the loss (Levenberg 1944, Marquardt 1963); with many parameters none are made.
    """
    rows = all_rows(model)
    made = functions(model, rows)
    loss, damping = made.loss(rows, vector), 1e-9
    if len(vector) > MAX_ENTRIES or not math.isfinite(loss):
        return loss, vector
    for _ in range(_MAX_NEWTON):
        gradient, matrix = made.gradient(rows, vector), hessian(made, rows, vector)
        if not (np.all(np.isfinite(gradient)) and np.all(np.isfinite(matrix))):
            break
        scale = max(float(np.max(np.abs(matrix))), 1e-300)
        while damping < 1e6:
            step = np.linalg.lstsq(matrix + damping * scale * np.eye(len(vector)), gradient, rcond=None)[0]
            lower = made.loss(rows, vector - step)
            if lower < loss:
                break
            damping *= 10
        else:
            break
        gained, loss, vector, damping = loss - lower, lower, vector - step, max(damping / 30, 1e-12)
        if gained <= 1e-15 * abs(loss):
            break
    return loss, vector
