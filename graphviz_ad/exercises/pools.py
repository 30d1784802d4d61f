"""Numbers that are easy to compute with → inputs drawn from them by chance."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from graphviz_ad.values import Shape

Nested: TypeAlias = "float | list[Nested]"
"""A number, or an array as lists in one another: an input as it is chosen."""

POOLS: tuple[tuple[float, ...], ...] = (
    (-5, -4, -3, -2, 2, 3, 4, 5),
    (-4, -3, -2, -1.5, -0.5, 0.5, 1.5, 2, 2.5, 3, 4),
    (-2.5, -2, -1.5, -1.2, -0.8, -0.5, -0.4, 0.2, 0.4, 0.5, 0.6, 0.8, 1.2, 1.5, 2, 2.5),
)
"""Where inputs are taken from, the easiest first. 0 and ±1 would hide mistakes."""

_MAX_SIZES = len({abs(number) for number in POOLS[-1]})
"""Sizes of the largest pool."""
_FEW_INPUTS = 4
"""Numbers that chance draws apart from one another often enough; of more each is drawn after the others."""


def drawn_all(
    generator: random.Random, pool: Sequence[float], names: Collection[str], given: Mapping[str, object],
    shapes: Mapping[str, Shape],
) -> dict[str, object]:  # fmt: skip
    """Names of inputs, values that are fixed and shapes of arrays → a value for each input.

    Of more than four numbers none has the size of another one, as long as the pool lasts.
    """
    scalars = [name for name in names if name not in given and not shapes.get(name, ())]
    many = iter(_of_different_sizes(generator, pool)) if len(scalars) > _FEW_INPUTS else iter(())
    inputs: dict[str, object] = {}
    for name in names:
        if name in given:
            inputs[name] = given[name]
        elif (number := next(many, None) if name in scalars else None) is not None:
            inputs[name] = number
        else:
            inputs[name] = drawn(generator, pool, shapes.get(name, ()))
    return inputs


def drawn(generator: random.Random, pool: Sequence[float], shape: Shape) -> Nested:
    """Shape → a number, or an array whose entries differ in size as long as the pool lasts.

    In an array that repeats or mirrors its entries, a row looks like a column and an order like the other one.
    """
    if not shape:
        return float(generator.choice(pool))
    entries: list[float] = []
    while len(entries) < math.prod(shape):
        entries += _of_different_sizes(generator, pool)
    return _shaped(iter(entries), shape)


def apart(inputs: Mapping[str, object], given: Collection[str] = ()) -> bool:
    """Whether no number that is drawn has the size of another one; of more numbers than there are sizes, any may.

    Two that are given as 0 are not apart: they leave nothing to compute.
    """
    sizes = {name: abs(value) for name, value in inputs.items() if isinstance(value, int | float)}
    fixed = [sizes[name] for name in given if name in sizes]
    if fixed.count(0) > 1:
        return False
    free = [size for name, size in sizes.items() if name not in given]
    return len(sizes) > _MAX_SIZES or (len(set(free)) == len(free) and set(fixed).isdisjoint(free))


def _of_different_sizes(generator: random.Random, pool: Sequence[float]) -> list[float]:
    """Pool → its sizes in an order of chance, each with one of its signs."""
    sizes = {abs(number): float(number) for number in generator.sample(pool, len(pool))}
    return generator.sample(list(sizes.values()), len(sizes))


def _shaped(entries: Iterator[float], shape: Shape) -> Nested:
    """Entries row by row, and a shape → nested lists."""
    return [_shaped(entries, shape[1:]) for _ in range(shape[0])] if shape else next(entries)
