"""Model and some examples → the loss as a function of one vector of all parameters: gradient, Hessian, curvature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import Functions, folded, functions
from graphviz_ad.training.model import Model
from graphviz_ad.values import Array

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
    def _functions(self) -> Functions:
        return functions(self.model, self.rows)

    def parts(self, point: Array) -> dict[str, Any]:
        """Point → the entries of each parameter in its shape."""
        return folded(point, self._functions.sizes)

    def at(self, point: Array) -> tuple[float, Array]:
        """Point → the loss there and its gradient."""
        loss, gradient = self._functions.both(self.rows, point)
        return loss, gradient + self.decay * point

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

    def loss(self, point: Array) -> float:
        """Point → the loss there."""
        return self._functions.loss(self.rows, point)

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


def _unit(vector: Array) -> Array:
    return vector / np.linalg.norm(vector)


def condition(curvatures: Array) -> float:
    """Eigenvalues of a Hessian → its condition number: the largest size over the smallest that is not rounding."""
    sizes = np.abs(curvatures)
    counted = sizes[sizes > 1e-11 * sizes.max()]
    return float(counted.max() / counted.min()) if counted.size else 1.0
