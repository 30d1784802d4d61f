"""Model and a point → how far the gradient of a batch is from that of all examples, by the size of the batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import Rows, entries, example_gradients
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_EXAMPLES = 4096
"""Examples whose gradients are computed, one by one: about 10 µs each; more say the same of the noise."""
_MAX_DRAWN = 4_000_000
"""Numbers of all batches that are drawn for one size: 32 MB."""
_MAX_DRAWS, _MIN_DRAWS = 2000, 50


@dataclass(frozen=True)
class Noise:
    """The noise of the gradient at one point.

    `gradients` has a row for each example, `names` are those of its entries; `deviations[k]` is the root of the mean
    square distance of the gradient of a batch of `sizes[k]`, drawn with replacement, from `mean`.
    """

    names: tuple[str, ...]
    gradients: Array
    mean: Array
    sizes: tuple[int, ...]
    deviations: tuple[float, ...]

    @property
    def slope(self) -> float:
        """→ the slope of the deviations against the size, both as logarithms: -1/2 by theory."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.deviations), 1)[0])

    @property
    def sigma(self) -> float:
        """→ the deviation of a single example."""
        return float(np.sqrt(np.mean(np.sum((self.gradients - self.mean) ** 2, axis=1))))

    def cloud(self, size: int, draws: int, seed: int = 0) -> Array:
        """Size of a batch, how many → their gradients, a row for each."""
        return batches_of(self.gradients, size, draws, seed)


def sample(model: Model, seed: int = 0) -> Rows:
    """Model → all examples, or so many of them by chance that their gradients are soon computed."""
    count = len(model.table)
    if count <= _MAX_EXAMPLES:
        return model.table.rows(slice(None))
    return model.table.rows(np.sort(np.random.default_rng([seed, 2]).permutation(count)[:_MAX_EXAMPLES]))


def sizes_up_to(count: int) -> tuple[int, ...]:
    """Number of examples → 1, 4, 16, … up to it."""
    return tuple(4**power for power in range(12) if 4**power <= count)


def batches_of(gradients: Array, size: int, draws: int, seed: int = 0) -> Array:
    """Gradients of examples, size of a batch, how many → the gradients of batches drawn with replacement."""
    random = np.random.default_rng([seed, 3, size])
    chosen = random.integers(len(gradients), size=(draws, size))
    result: Array = gradients[chosen].mean(axis=1)
    return result


def noise(model: Model, vector: Array, sizes: Sequence[int] | None = None, seed: int = 0) -> Noise:
    """Model, a point, sizes of batches (1, 4, 16, … unless given) → the noise of the gradient there.

    Raises InputError where the gradient of a batch is not the mean of those of its examples.
    """
    rows = sample(model, seed)
    gradients = example_gradients(model, rows, vector)
    mean = gradients.mean(axis=0)
    sizes = tuple(sizes or sizes_up_to(size_of(rows)))
    deviations = []
    for size in sizes:
        draws = int(np.clip(_MAX_DRAWN // (size * len(vector)), _MIN_DRAWS, _MAX_DRAWS))
        apart = batches_of(gradients, size, draws, seed) - mean
        deviations.append(float(np.sqrt(np.mean(np.sum(apart**2, axis=1)))))
    return Noise(tuple(entries(model)), gradients, mean, sizes, tuple(deviations))
