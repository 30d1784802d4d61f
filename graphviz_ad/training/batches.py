"""A seed and an epoch → its batches: which examples, in which order. Nothing is stored, for it can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Index = NDArray[np.integer[Any]]
else:
    np = lazy("numpy")
    Index = object


@dataclass(frozen=True, slots=True)
class Batches:
    """How examples are dealt out: `examples` of them, `size` a batch, shuffled anew every epoch unless all are in one.

    With `drop_last` the rest that is smaller than a batch is left out. Raises InputError for a size that cannot be.
    """

    examples: int
    size: int
    seed: int = 0
    drop_last: bool = False
    shuffle: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.size <= self.examples:
            raise _no_size(self.size, self.examples)

    @property
    def an_epoch(self) -> int:
        """How many batches an epoch has."""
        full, rest = divmod(self.examples, self.size)
        return full + (rest > 0 and not self.drop_last)

    def order(self, epoch: int) -> Index:
        """Epoch, counted from 0 → the numbers of the examples in the order in which they are dealt out."""
        if self.size == self.examples or not self.shuffle:
            return np.arange(self.examples)
        return np.random.default_rng([self.seed, epoch]).permutation(self.examples)

    def slices(self) -> Iterator[slice]:
        """→ where in that order each batch stands."""
        for number in range(self.an_epoch):
            yield slice(number * self.size, min((number + 1) * self.size, self.examples))

    def batch(self, update: int) -> Index:
        """Number of an update, counted from 1 → the numbers of its examples."""
        epoch, number = divmod(update - 1, self.an_epoch)
        return self.order(epoch)[number * self.size : (number + 1) * self.size]


def batch_size(batch: int | str | None, examples: int) -> int:
    """What a batch is to hold, None or "all" for all examples, and how many there are → the size of a batch.

    Raises InputError for what is no whole number.

    >>> batch_size("all", 256), batch_size(8, 256)
    (256, 8)
    """
    if batch is None or batch == "all":
        return examples
    if not isinstance(batch, (int, np.integer)):
        raise _no_size(batch, examples)
    return int(batch)


def _no_size(size: object, examples: int) -> InputError:
    hint = f"give a whole number from 1 to {examples}, or all"
    return InputError(f"there are {examples} examples; a batch cannot have {size}", hint=hint)
