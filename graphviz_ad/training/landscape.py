"""Model and some examples → the loss as a function of one vector of all parameters: gradient, Hessian, curvature."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.gradients import backward
from graphviz_ad.training.model import Model
from graphviz_ad.training.straight_line import Lines, forward
from graphviz_ad.values import Array, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_WHOLE = 200
"""Entries of all parameters up to which the whole Hessian is computed: two gradients for each."""
_ROUNDS = 30
"""Products with the Hessian by which the largest curvature is found where it is not computed whole."""
_STEP = 1e-3
"""Length of the step of a central difference where the curvature is 1: the error is then about 1e-6 of it, or
rounding alone where the loss is a square."""


@dataclass(frozen=True)
class Landscape:
    """The loss over `rows`, whose inputs but the parameters stay.

    A point is a vector of the entries of all parameters, one behind the other. `decay` is what weight decay adds to
    the curvature.
    """

    model: Model
    rows: Mapping[str, Array]
    decay: float = 0.0

    @cached_property
    def sizes(self) -> dict[str, Shape]:
        """The shape of each parameter."""
        return {name: shape(value) for name, value in self.model.start.items()}

    def point(self, parameters: Mapping[str, Value]) -> Array:
        """Values of the parameters → the point."""
        return np.concatenate([np.ravel(parameters[name]) for name in self.sizes]).astype(float)

    def parts(self, point: Array) -> dict[str, Array]:
        """Point → the entries of each parameter in its shape."""
        ends = np.cumsum([math.prod(size) for size in self.sizes.values()])
        return {
            name: part.reshape(size)
            for (name, size), part in zip(self.sizes.items(), np.split(point, ends[:-1]), strict=True)
        }

    @cached_property
    def _compiled(self) -> Callable[..., tuple[Any, ...]]:
        """→ the function from the parameters to the loss and its gradient with respect to each."""
        graph, lines = self.model.sized(self.rows), Lines()
        inputs = self.model.inputs(self.rows, self.model.start)
        shapes = [shape(value) for value in self.model.values(self.rows, self.model.start)]
        parameters = {name: f"w{number}" for number, name in enumerate(self.sizes)}
        given = {
            graph.inputs[name]: parameters.get(name) or lines.known(ieee(value), "c") for name, value in inputs.items()
        }
        names = forward(lines, graph, given, shapes)
        wanted = {name: graph.inputs[name] for name in self.sizes}
        grads = backward(lines, graph, names, shapes, wanted.values())
        return lines.function([*parameters.values()], [names[graph.output], *(grads[node] for node in wanted.values())])

    def at(self, point: Array) -> tuple[float, Array]:
        """Point → the loss there and its gradient."""
        with np.errstate(all="ignore"):
            loss, *grads = self._compiled(*(part if part.ndim else part[()] for part in self.parts(point).values()))
            gradient = np.concatenate([np.ravel(grad) for grad in grads]).astype(float)
        return float(loss), gradient + self.decay * point

    def gradient(self, point: Array) -> Array:
        """Point → the gradient of the loss there, with what weight decay adds."""
        return self.at(point)[1]

    def along(self, point: Array, direction: Array) -> Array:
        """Point and a direction → the Hessian times that direction, by central differences of the gradient.

        The step is chosen so that the loss bends as much over it as one of curvature 1 does over `_STEP`.
        """
        length = float(np.linalg.norm(direction))
        if length == 0:
            return np.zeros_like(point)
        unit = direction / length
        step = _STEP
        for _ in range(2):
            product = (self.gradient(point + step * unit) - self.gradient(point - step * unit)) / (2 * step)
            bend = float(np.linalg.norm(product))
            if not 1e-6 < bend < math.inf:
                break
            step = _STEP / math.sqrt(bend)
        return product * length

    def hessian(self, point: Array) -> Array:
        """Point → the matrix of second derivatives there."""
        columns = [self.along(point, direction) for direction in np.eye(len(point))]
        whole: Array = np.array(columns)
        return (whole + whole.T) / 2

    def curvatures(self, point: Array) -> Array:
        """Point → the eigenvalues of the Hessian, the smallest first; nan where the loss is not finite there."""
        hessian = self.hessian(point)
        return np.linalg.eigvalsh(hessian) if np.all(np.isfinite(hessian)) else np.full(len(point), math.nan)

    def largest_curvature(self, point: Array) -> float:
        """Point → the largest eigenvalue of the Hessian.

        Of many parameters it is found by the method of Lanczos (1950), with products alone.
        """
        if len(point) <= MAX_WHOLE:
            return float(self.curvatures(point)[-1])
        basis = [_unit(np.random.default_rng(0).normal(size=len(point)))]
        products: list[Array] = []
        for _ in range(_ROUNDS):
            products.append(self.along(point, basis[-1]))
            if not np.all(np.isfinite(products[-1])):
                return math.nan
            rest = products[-1]
            for _ in range(2):  # once leaves what rounding made
                rest = rest - sum(float(rest @ known) * known for known in basis)
            if np.linalg.norm(rest) <= 1e-10 * np.linalg.norm(products[-1]):
                break
            basis.append(_unit(rest))
        small = np.array([[known @ product for product in products] for known in basis[: len(products)]])
        return float(np.linalg.eigvalsh((small + small.T) / 2)[-1])

    def gain(self, point: Array) -> float:
        """Point → how much lower the loss could be after one step against the gradient, the best if it were a parabola.

        It is inf where the loss does not bend upwards along the gradient.
        """
        gradient = self.gradient(point)
        square = float(gradient @ gradient)
        if square == 0:
            return 0.0
        bend = float(gradient @ self.along(point, gradient))
        return square * square / (2 * bend) if bend > 0 else math.inf


def ieee(value: Value) -> Any:
    """A number → numpy's, which divides by 0 as IEEE arithmetic does."""
    return np.float64(value) if isinstance(value, float) else value


def _unit(vector: Array) -> Array:
    return vector / np.linalg.norm(vector)


def condition(curvatures: Array) -> float:
    """Eigenvalues of a Hessian → its condition number: the largest size over the smallest that is not rounding."""
    sizes = np.abs(curvatures)
    counted = sizes[sizes > 1e-11 * sizes.max()]
    return float(counted.max() / counted.min()) if counted.size else 1.0
