"""Shapes → the axes along which an argument is repeated; contribution → the sum over these."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Result, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def shape(value: Value) -> Shape:
    """Float or array → its shape."""
    return () if isinstance(value, float) else value.shape


def zero(size: Shape) -> Value:
    """Shape → 0 in it: a float, or an array."""
    return np.zeros(size) if size else 0.0


def broadcast_axes(small: Shape, large: Shape) -> tuple[int, ...]:
    """Shape of an argument and of the result → the axes along which the argument was repeated.

    >>> broadcast_axes((3,), (2, 3)), broadcast_axes((2, 1), (2, 3)), broadcast_axes((), (2,))
    ((0,), (1,), (0,))
    """
    extra = len(large) - len(small)
    return tuple(range(extra)) + tuple(
        extra + axis for axis, (s, b) in enumerate(zip(small, large[extra:], strict=True)) if s == 1 and b != 1
    )


def plain(value: Result) -> Value:
    """Result of a numpy function → a float where it has no dimensions, else an array of floats."""
    if type(value) is float:
        return value
    if isinstance(value, float):  # numpy's, which gives Python's
        own: np.float64 = value  # type: ignore[assignment]
        return own.item()
    if not is_known(value):
        return value  # type: ignore[return-value]
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array


def added(total: Value | None, contribution: Value) -> Value:
    """Two contributions → their sum; the first of all has None before it. An infinity less another is nan."""
    if total is None:
        return contribution
    if isinstance(total, float) and isinstance(contribution, float):
        return total + contribution
    with np.errstate(all="ignore"):
        return total + contribution


def contribution_to(value: Value, slot: int, shapes: tuple[Shape, ...], out: Value) -> tuple[Value, tuple[int, ...]]:
    """Contribution of a structural operation, an argument, the shapes of all → in its shape, and the axes summed.

    A loss, whose result is one number, has a term for every pair of entries that broadcasting makes; where the
    contribution speaks of the other argument alone, it is the same for some of these.
    """
    to = shapes[slot]
    if len(shapes) == 2 and np.shape(value) != to and shape(out) == ():
        every = np.broadcast_shapes(*shapes) if _fit(*shapes) else ()
        if len(every) >= np.ndim(value) and _fit(np.shape(value), every):
            value = np.broadcast_to(value, every)
    return unbroadcast(value, to)


def _fit(left: Shape, right: Shape) -> bool:
    """Whether arrays of these shapes can be broadcast against each other."""
    return all(a == b or 1 in (a, b) for a, b in zip(left[::-1], right[::-1], strict=False))


def unbroadcast(value: Value, to: Shape) -> tuple[Value, tuple[int, ...]]:
    """Contribution in the shape of the result → in the shape of the argument, and the axes summed."""
    if isinstance(value, float) and to == ():
        return value, ()
    have = np.shape(value)
    if have == to:
        return value, ()
    axes = broadcast_axes(to, have) if len(have) >= len(to) else ()
    summed = np.add.reduce(value, axis=axes) if axes else value
    if np.shape(summed) == to:
        return plain(summed), axes
    return plain(np.broadcast_to(np.reshape(summed, to) if np.size(summed) == prod(to) else summed, to)), axes
