"""Model and parameters → the curvature of the loss over all examples, the limit of the rate, the lowest point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import Rows
from graphviz_ad.training.landscape import MAX_WHOLE, Landscape, condition
from graphviz_ad.training.model import Model
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_NEWTON, _MAX_PRODUCTS = 60, 3000
"""Steps of Newton's method, and products with the Hessian in all of them: one for each parameter and step."""


def all_rows(model: Model) -> Rows:
    """Model → all examples."""
    return model.table.rows(slice(None))


def units(model: Model, vector: Array, places: Sequence[int]) -> Array:
    """Model, a point, places of some entries → how far each may go until the loss has grown as much as by the others.

    The loss grows by half the second derivative times the square of the way; where it does not curve upwards, 1.
    """
    land = Landscape(model, all_rows(model))
    lengths = []
    for place in places:
        second = float(land.along(vector, np.eye(len(vector))[place])[place])
        lengths.append(1 / math.sqrt(second) if second > 0 and math.isfinite(second) else math.nan)
    result = np.array(lengths)
    return result if np.all(np.isfinite(result)) else np.ones(len(lengths))


def limit_of_rate(model: Model, vector: Array) -> tuple[float, float]:
    """Model and parameters → 2/λmax, above which descent on all examples grows there, and the condition number.

    Raises InputError where there are too many parameters, the loss does not curve upwards, or is no number there.
    """
    if len(vector) > MAX_WHOLE:
        raise InputError(
            f"the curvature of {len(vector)} parameters is not computed; the limit is {MAX_WHOLE}",
            hint="take a model with fewer parameters",
        )
    curvatures = Landscape(model, all_rows(model)).curvatures(vector)
    if not np.all(np.isfinite(curvatures)):
        raise InputError("the curvature of the loss is no number there", hint="take a point before the run diverges")
    if not curvatures[-1] > 0:
        raise InputError("the loss does not curve upwards there", hint="take a point nearer to a lowest one")
    return 2 / float(curvatures[-1]), condition(curvatures)


def lowest(model: Model, vector: Array) -> tuple[float, Array]:
    """Model and parameters → the least loss that Newton's method finds from there, and where it is.

    Steps are damped so that each lowers the loss (Levenberg 1944, Marquardt 1963); with many parameters none are made.
    """
    land = Landscape(model, all_rows(model))
    loss, damping = land.loss(vector), 1e-9
    if len(vector) > MAX_WHOLE or not math.isfinite(loss):
        return loss, vector
    for _ in range(min(_MAX_NEWTON, _MAX_PRODUCTS // len(vector))):
        gradient, matrix = land.gradient(vector), land.hessian(vector)
        if not (np.all(np.isfinite(gradient)) and np.all(np.isfinite(matrix))):
            break
        scale = max(float(np.max(np.abs(matrix))), 1e-300)
        while damping < 1e6:
            step = np.linalg.lstsq(matrix + damping * scale * np.eye(len(vector)), gradient, rcond=None)[0]
            lower = land.loss(vector - step)
            if lower < loss:
                break
            damping *= 10
        else:
            break
        gained, loss, vector, damping = loss - lower, lower, vector - step, max(damping / 30, 1e-12)
        if gained <= 1e-15 * abs(loss):
            break
    return loss, vector
