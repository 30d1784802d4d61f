"""Name of a small set → its examples, the same for the same seed: what lessons and exercises learn from."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError, LimitError, UnknownNameError, nearest
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

EXAMPLES = 256
"""Examples of a set unless said: a power of two, so that batches of 1, 8, 32 and 256 divide it."""
_MAX_EXAMPLES = 10_000_000
"""More than that is a slip of the keyboard, and would fill the memory."""
_DECIMALS = 4
"""Behind the point, so that a file can be read by eye; far below the noise."""
_NOISE = 0.5
"""Standard deviation of what is added to a line."""
_OUTLIER = 40.0
"""The y of the point far off; those of the others lie between -5 and 4."""


def line(examples: int, seed: int) -> dict[str, Array]:
    """Points of y = 1.5x - 0.5 + noise, x evenly by chance in [-2, 2].

    For the first descent there is: two parameters, a loss that is a bowl with one lowest point, which least squares
    gives exactly, and a limit of the learning rate that can be computed (about 0.75 for the mean of squares).
    """
    chance, noise = np.random.default_rng(seed).spawn(2)
    x = chance.uniform(-2, 2, examples)
    return {"x": x, "y": 1.5 * x - 0.5 + _NOISE * noise.standard_normal(examples)}


def line_outlier(examples: int, seed: int) -> dict[str, Array]:
    """The points of `line`, the one in the middle of the file with y = 40.

    For what one wrong example does to an update: much where it is alone in its batch, little among many; and for
    losses such as Huber's, which bound it.
    """
    columns = line(examples, seed)
    columns["y"][examples // 2] = _OUTLIER
    return columns


def two_classes(examples: int, seed: int) -> dict[str, Array]:
    """Two clouds that touch, y = 0 and y = 1.

    For logistic regression: a straight line parts them but for a few examples, so that the parameters stay finite.
    """
    return _clouds([(-1, -1), (1, 1)], 1.0, examples, seed)


def three_classes(examples: int, seed: int) -> dict[str, Array]:
    """Three clouds around the corners of a triangle, y = 0, 1, 2.

    For softmax and the cross entropy: three straight lines part them, and no number of a single output does.
    """
    corners = [
        (2 * math.cos(angle), 2 * math.sin(angle)) for angle in (math.pi * (1 / 2 + 2 * k / 3) for k in range(3))
    ]
    return _clouds(corners, 0.8, examples, seed)


def xor(examples: int, seed: int) -> dict[str, Array]:
    """Four clouds at (±1, ±1), y = 1 for the two where the signs of x_1 and x_2 differ.

    For why features are needed: no straight line does better than guessing, the product x_1 x_2 alone decides, and
    a hidden layer finds something like it.
    """
    columns = _clouds([(-1, -1), (-1, 1), (1, 1), (1, -1)], 0.35, examples, seed)
    return {**columns, "y": columns["y"] % 2}


def moons(examples: int, seed: int) -> dict[str, Array]:
    """Two half circles that reach into one another, y = 0 and y = 1.

    For a decision boundary that has to bend, and that can be watched as it does.
    """
    chance, noise = np.random.default_rng(seed).spawn(2)
    y = (np.arange(examples) % 2).astype(float)
    angle = np.pi * chance.uniform(size=examples)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, np.newaxis] == 0, x, [1.0, 0.5] - x)
    return _columns(x + 0.15 * noise.standard_normal((examples, 2)), y)


def unscaled(examples: int, seed: int) -> dict[str, Array]:
    """The points of `line` with 1000 + 50x in place of x: the same data in another unit.

    For why inputs are scaled: the bowl becomes a ravine, the largest rate that converges falls a million times, and
    the way to the lowest point becomes as much longer.
    """
    columns = line(examples, seed)
    return {**columns, "x": 1000 + 50 * columns["x"]}


def _clouds(centres: list[tuple[float, float]], deviation: float, examples: int, seed: int) -> dict[str, Array]:
    """Centres → points around them in turns, each with the number of its centre as y."""
    y = np.arange(examples) % len(centres)
    noise = np.random.default_rng(seed).standard_normal((examples, 2))
    return _columns(np.array(centres, dtype=float)[y] + deviation * noise, y.astype(float))


def _columns(x: Array, y: Array) -> dict[str, Array]:
    """Points of the plane and their classes → columns."""
    return {"x_1": x[:, 0], "x_2": x[:, 1], "y": y}


@dataclass(frozen=True, slots=True)
class Set:
    """How a set is made, what it is in a line, and how many examples it has at least."""

    make: Callable[[int, int], dict[str, Array]]
    what: str
    least: int = 1


SETS: Mapping[str, Set] = {
    "line": Set(line, "points of y = 1.5x - 0.5 + noise: columns x, y"),
    "line-outlier": Set(line_outlier, "the same with one point far off, y = 40: columns x, y", 2),
    "two-classes": Set(two_classes, "two clouds that touch, y = 0 or 1: columns x_1, x_2, y", 2),
    "three-classes": Set(three_classes, "three clouds, y = 0, 1 or 2: columns x_1, x_2, y", 3),
    "xor": Set(xor, "four clouds, y = 1 where the signs differ: columns x_1, x_2, y", 4),
    "moons": Set(moons, "two half circles in one another, y = 0 or 1: columns x_1, x_2, y", 2),
    "unscaled": Set(unscaled, "the points of line with 1000 + 50x for x: columns x, y"),
}
"""The sets by name."""


def listed() -> str:
    """→ The sets, one line each."""
    return "\n".join(f"  {name:<14} {entry.what}" for name, entry in SETS.items())


def how_to_make(path: str | os.PathLike[str]) -> str | None:
    """Path of a file that is not there → what makes it, where it is called as a set; else None.

    >>> how_to_make("moons.csv"), how_to_make("mine.csv")
    ("'graphviz-ad data moons -o moons.csv' makes it, for @moons.csv", None)
    """
    name, suffix = os.path.splitext(os.path.basename(path))
    if name not in SETS or suffix not in ("", ".csv") or os.path.exists(path):
        return None
    return f"'graphviz-ad data {name} -o {name}.csv' makes it, for @{name}.csv"


def named(name: str, seed: int = 0, examples: int | None = None) -> Table:
    """Name of a set → its examples, 256 unless said; numbers have four digits behind the point.

    The same seed gives the same examples, and fewer of them are the first of more (but for where the outlier stands).
    Raises UnknownNameError, InputError where a class would have no example, LimitError.

    >>> table = named("xor", examples=4)
    >>> table.source, list(table.columns), table.columns["y"].tolist()
    ('xor', ['x_1', 'x_2', 'y'], [0.0, 1.0, 0.0, 1.0])
    """
    entry = SETS.get(name)
    if entry is None:
        near = nearest(name, SETS)
        meant = f"did you mean '{near}'? " if near else ""
        raise UnknownNameError(f"there is no data set '{name}'", hint=f"{meant}there are\n{listed()}")
    examples = EXAMPLES if examples is None else examples
    if examples < entry.least:
        few = f"{examples} example{'s' * (examples != 1)}"
        raise InputError(f"'{name}' cannot have {few}", hint=f"ask for {entry.least} or more")
    if examples > _MAX_EXAMPLES:
        raise LimitError(f"{examples} examples are too many", hint=f"ask for at most {_MAX_EXAMPLES}")
    if seed < 0:
        raise InputError(f"a seed is not negative, as {seed} is", hint="give 0, 1, 2, …")
    columns = entry.make(examples, seed)
    return Table({column: np.round(values, _DECIMALS) + 0.0 for column, values in columns.items()}, name)
