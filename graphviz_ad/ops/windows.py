"""Windows that slide over the last axes of an array: where their entries are, how they are taken and put back."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Option
from graphviz_ad.values import Array, Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int_]
    """Places of entries in a row, one column a window; the length of the row where a window reaches beyond it."""
else:
    np = lazy("numpy")


def per_axis(name: str, option: str, value: Option, axes: int, least: int) -> Shape:
    """Value of an option → one whole number for each of the axes; ValueError where it is none."""
    values = value if isinstance(value, tuple) else (value,) * axes
    whole = tuple(int(entry) for entry in values if entry is not None)
    if len(whole) != axes or min(whole) < least:
        each = "a number" if axes == 1 else f"a number, or {axes} of them"
        raise ValueError(f"{name} takes {each} from {least} on for {option}")
    return whole


def has_room(sizes: Shape, window: Shape, padding: Shape, dilation: Shape) -> bool:
    """Lengths of the axes with their padding, and of the window with its gaps → whether it has a place along each."""
    spans = [apart * (k - 1) + 1 for k, apart in zip(window, dilation, strict=True)]
    return all(n + 2 * pad >= span for n, pad, span in zip(sizes, padding, spans, strict=True))


@lru_cache(maxsize=256)
def sliding(sizes: Shape, window: Shape, stride: Shape, padding: Shape, dilation: Shape) -> tuple[Shape, Places]:
    """Lengths of the axes and of the window, and how it moves → how many windows along each axis, their places."""
    counts: list[int] = []
    flat, inside = np.zeros((1, 1), dtype=int), np.ones((1, 1), dtype=bool)
    for n, k, step, pad, apart in zip(sizes, window, stride, padding, dilation, strict=True):
        counts.append((n + 2 * pad - apart * (k - 1) - 1) // step + 1)
        at = np.arange(k)[:, None] * apart + np.arange(counts[-1]) * step - pad
        flat = _both(flat * n, at, np.add)
        inside = _both(inside, (at >= 0) & (at < n), np.logical_and)
    return tuple(counts), np.where(inside, flat, prod(sizes))


def _both(rows: NDArray[np.generic], more: NDArray[np.generic], join: np.ufunc) -> NDArray[np.generic]:
    """Windows over some axes, and over one more → joined, windows over all of them."""
    every: NDArray[np.generic] = join(rows[:, None, :, None], more[None, :, None, :])
    return every.reshape(rows.shape[0] * more.shape[0], rows.shape[1] * more.shape[1])


@lru_cache(maxsize=256)
def adaptive(sizes: Shape, counts: Shape) -> Places:
    """Lengths of the axes, and how many windows there shall be along each → the places of windows that share them out.

    Window i begins at floor(i n / count) and ends before ceil((i + 1) n / count), as in torch.
    """
    flat, inside = np.zeros((1, 1), dtype=int), np.ones((1, 1), dtype=bool)
    for n, count in zip(sizes, counts, strict=True):
        start = np.arange(count) * n // count
        lengths = -(-(np.arange(count) + 1) * n // count) - start
        offsets = np.arange(lengths.max())[:, None]
        flat = _both(flat * n, start + offsets, np.add)
        inside = _both(inside, offsets < lengths, np.logical_and)
    return np.where(inside, flat, prod(sizes))


@lru_cache(maxsize=256)
def _users(key: bytes, length: int) -> Places:
    """Places as bytes, and the length of the row they are in → for each entry where it was taken, padded."""
    places = np.frombuffer(key, dtype=int)
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    order, ordered = order[ordered < length], ordered[ordered < length]
    rank = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
    users = np.full((length, int(rank.max(initial=0)) + 1), len(places))
    users[ordered, rank] = order
    return users


def taken(x: Array, axes: int, places: Places) -> Array:
    """The entries at places along the last axes, seen as a row: an axis of a window's entries and one of windows.

    Beyond the row there are zeros.
    """
    lead, length = np.shape(x)[:-axes], prod(np.shape(x)[-axes:])
    rows = np.reshape(x, (*lead, length))
    if places.max(initial=0) == length:
        rows = np.concatenate([rows, np.zeros((*lead, 1))], axis=-1)
    return np.take(rows, places, axis=-1)


def put_back(windows: Array, like: Array, axes: int, places: Places) -> Array:
    """What is there for each entry of each window → its sums where these were taken from, in the shape of `like`."""
    lead, length = np.shape(like)[:-axes], prod(np.shape(like)[-axes:])
    users = _users(places.tobytes(), length)
    flat = np.concatenate([np.reshape(windows, (*lead, places.size)), np.zeros((*lead, 1))], axis=-1)
    return np.reshape(np.sum(np.take(flat, users, axis=-1), axis=-1), np.shape(like))
