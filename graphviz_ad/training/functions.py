"""Model and the size of a batch → compiled functions of the parameters: the loss, and the loss with its gradients.

Parameters go in and gradients come out as one vector, entry by entry in the order of the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.gradients import backward
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.straight_line import Lines, forward
from graphviz_ad.values import Array, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Rows = Mapping[str, Array]
"""Examples by column."""


def flat(parameters: Mapping[str, Value]) -> Array:
    """Values of the parameters → one vector."""
    return np.concatenate([np.ravel(np.asarray(value, dtype=float)) for value in parameters.values()])


def folded(vector: Array, sizes: Mapping[str, Shape]) -> dict[str, Any]:
    """Vector and shapes of the parameters → their values by name."""
    values: dict[str, object] = {}
    place = 0
    for name, size in sizes.items():
        count = math.prod(size)
        part = vector[place : place + count]
        values[name] = part.reshape(size) if size else part[0]
        place += count
    return values


def entries(model: Model) -> list[str]:
    """Model → the names of the entries of its parameters, as w and W[0, 1]."""
    names = []
    for name, value in model.start.items():
        size = shape(value)
        names += [f"{name}[{', '.join(map(str, place))}]" for place in np.ndindex(*size)] if size else [name]
    return names


@dataclass(frozen=True)
class Functions:
    """The loss of a batch of one size, and the loss with its gradients; `sizes` are the shapes of the parameters."""

    model: Model
    sizes: Mapping[str, Shape]
    _loss: Callable[..., tuple[Any, ...]]
    _gradients: Callable[..., tuple[Any, ...]]

    def loss(self, rows: Rows, vector: Array) -> float:
        """Examples and parameters → the loss."""
        with np.errstate(all="ignore"):
            return float(self._loss(*self._given(rows), *folded(vector, self.sizes).values())[0])

    def both(self, rows: Rows, vector: Array) -> tuple[float, Array]:
        """Examples and parameters → the loss and its gradient."""
        with np.errstate(all="ignore"):
            loss, *gradients = self._gradients(*self._given(rows), *folded(vector, self.sizes).values())
            return float(loss), np.concatenate([np.ravel(gradient) for gradient in gradients]).astype(float)

    def gradient(self, rows: Rows, vector: Array) -> Array:
        """Examples and parameters → the gradient of the loss."""
        return self.both(rows, vector)[1]

    def _given(self, rows: Rows) -> list[Array]:
        return [rows[column] for column in self.model.columns.values()]


def functions(model: Model, rows: Rows) -> Functions:
    """Model, and rows of the table as many as a batch has → its functions for batches of that size."""
    graph = model.sized(rows)
    shapes = [shape(value) for value in model.values(rows, model.start)]
    columns = {graph.inputs[name]: f"x{number}" for number, name in enumerate(model.columns)}
    learnt = {graph.inputs[name]: f"w{number}" for number, name in enumerate(model.start)}
    fixed = {**model.fixed, **dict.fromkeys(model.counts, float(size_of(rows)))}
    arguments = [*columns.values(), *learnt.values()]
    compiled = []
    for with_gradients in (False, True):
        lines = Lines()
        known = {graph.inputs[name]: lines.known(_numpy(value), "c") for name, value in fixed.items()}
        names = forward(lines, graph, {**columns, **learnt, **known}, shapes)
        results = [names[graph.output]]
        if with_gradients:
            gradients = backward(lines, graph, names, shapes, list(learnt))
            results += [gradients[node] for node in learnt]
        compiled.append(lines.function(arguments, results))
    return Functions(model, {name: shape(value) for name, value in model.start.items()}, *compiled)


def example_gradients(model: Model, rows: Rows, vector: Array) -> Array:
    """Model, examples and parameters → the gradient of each example, a row for each.

    Raises InputError where the gradient of all is not their mean: for a sum, or where examples change one another.
    """
    count = size_of(rows)
    of_one_example = functions(model, {name: column[:1] for name, column in rows.items()})
    gradients = np.array(
        [
            of_one_example.gradient({name: column[k : k + 1] for name, column in rows.items()}, vector)
            for k in range(count)
        ]
    )
    whole = functions(model, rows).gradient(rows, vector)
    if not np.allclose(gradients.mean(axis=0), whole, rtol=1e-6, atol=1e-9 * (1 + float(np.abs(gradients).max()))):
        raise InputError(
            "the gradient of a batch is not the mean of the gradients of its examples",
            hint="make the loss a mean over the examples, in which none depends on the others",
        )
    return gradients


def _numpy(value: Value) -> object:
    return np.float64(value) if isinstance(value, float) else value
