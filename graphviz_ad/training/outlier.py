"""Model and a point → how far one update jumps there when the example with the largest gradient is in the batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import example_gradients
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.noise import sample
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_DRAWS = 400
"""Batches of each size, whose mean is taken."""


@dataclass(frozen=True)
class Jump:
    """`example` has the largest gradient, `ratio` times the median of all; `index` counts it from 0.

    `jumps[k]` is how far an update without memory goes with it in a batch of `sizes[k]`, `usual[k]` without it: the
    rate times the norm of the gradient, the mean over batches.
    """

    index: int
    ratio: float
    sizes: tuple[int, ...]
    jumps: tuple[float, ...]
    usual: tuple[float, ...]


def jump(
    model: Model, vector: Array, rate: float, sizes: Sequence[int] | None = None, index: int | None = None,
    seed: int = 0,
) -> Jump:  # fmt: skip
    """Model, a point, the learning rate, sizes of batches → the jumps; `index` names another example.

    Raises InputError where the gradient of a batch is not the mean of those of its examples.
    """
    rows = sample(model, seed)
    gradients, count = example_gradients(model, rows, vector), size_of(rows)
    norms = np.linalg.norm(gradients, axis=1)
    index = int(np.argmax(norms)) if index is None else index
    sizes = tuple(sizes or (1, 8, 32, 256))
    sizes = tuple(size for size in sizes if size <= count)
    others = np.delete(np.arange(count), index)
    random, jumps, usual = np.random.default_rng([seed, 4]), [], []
    for size in sizes:
        with_it, without = [], []
        for _ in range(_DRAWS):
            drawn = random.permutation(others)[:size]
            without.append(np.linalg.norm(gradients[drawn].mean(axis=0)))
            batch = np.append(drawn[: size - 1], index)
            with_it.append(np.linalg.norm(gradients[batch].mean(axis=0)))
        jumps.append(rate * float(np.mean(with_it)))
        usual.append(rate * float(np.mean(without)))
    median = float(np.median(norms))
    return Jump(index, float(norms[index]) / median if median else float("inf"), sizes, tuple(jumps), tuple(usual))
