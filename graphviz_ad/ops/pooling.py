"""Pooling: of each window that slides over the last axes the largest entry, or the mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.markup import MoreOptions, OptionValue, below, power
from graphviz_ad.language.notation import Notation
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.windows import adaptive, has_room, per_axis, put_back, sliding, taken
from graphviz_ad.ops.writing import applied, function
from graphviz_ad.values import Array, Result, Shape

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.language.markup import Markup
    from graphviz_ad.ops.windows import Places
else:
    np = lazy("numpy")


def _windows(
    name: str, x: Array, axes: int, size: Option = 2, stride: Option = None, padding: Option = 0, dilation: Option = 1
) -> tuple[Shape, Places]:
    """Array and options → the shape of the result, and the places of the windows; ValueError where there is none."""
    shape = np.shape(x)
    _require_axes(name, x, axes)
    window = per_axis(name, "size", size, axes, 1)
    step = window if stride is None else per_axis(name, "stride", stride, axes, 1)
    pad, apart = per_axis(name, "padding", padding, axes, 0), per_axis(name, "dilation", dilation, axes, 1)
    if any(2 * more > k for more, k in zip(pad, window, strict=True)):
        raise ValueError(f"{name} takes a padding of at most half of its window")
    if not has_room(shape[-axes:], window, pad, apart):
        raise ValueError(f"{name} takes a window that is no larger than the input, and this one is {_sized(window)}")
    counts, places = sliding(shape[-axes:], window, step, pad, apart)
    return (*shape[:-axes], *counts), places


def _require_axes(name: str, x: Array, axes: int) -> None:
    if np.ndim(x) < axes:
        raise ValueError(f"{name} takes {'a vector' if axes == 1 else 'a matrix'}, or a stack of such")


def _sized(window: Shape) -> str:
    return "×".join(map(str, window))


class _MaxPool:
    """The largest entry of each window."""

    def __init__(self, axes: int) -> None:
        self.name, self.axes = f"max_pool{axes}d", axes

    def forward(self, x: Array, **options: Option) -> Array:
        """The largest entry of each window."""
        shape, places, _ = self._windows(x, **options)
        return np.reshape(np.max(taken(x, self.axes, places), axis=-2), shape)

    def of_real_parts(self, z: Array, **options: Option) -> Array:
        """Of complex numbers that with the largest real part."""
        return self.taken(z, z, **options)

    def taken(self, t: Array, x: Array, **options: Option) -> Array:
        """The entries of another array at the places where x has the largest of each window."""
        shape, places, _ = self._windows(x, **options)
        return np.reshape(np.sum(np.where(self._chosen(x, places), taken(t, self.axes, places), 0.0), axis=-2), shape)

    def put_back(self, g: Array, x: Array, **options: Option) -> Array:
        """The gradient of each window at its largest entry."""
        _, places, _ = self._windows(x, **options)
        rows = np.reshape(g, (*np.shape(x)[: np.ndim(x) - self.axes], 1, places.shape[1]))
        return put_back(np.where(self._chosen(x, places), rows, 0.0), x, self.axes, places)

    def tied(self, x: Array, **options: Option) -> Result:
        """How many windows have their largest entry more than once."""
        _, places, inside = self._windows(x, **options)
        windows = taken(np.real(x), self.axes, places)
        largest = np.where(inside, np.equal(windows, np.max(windows, axis=-2, keepdims=True)), 0.0)
        count: Result = np.sum(np.where(np.sum(largest, axis=-2) > 1, 1.0, 0.0))
        return count

    def _windows(self, x: Array, **options: Option) -> tuple[Shape, Places, Any]:
        """Array and options → the shape of the result, the places of the windows, and which of these are in the array.

        What lies beyond it is the first entry of the window within it, once more.
        """
        shape, places = _windows(self.name, x, self.axes, **options)
        inside = places < np.prod(np.shape(x)[-self.axes :])
        first = np.take_along_axis(places, np.argmax(inside, axis=0)[None], axis=0)
        return shape, np.where(inside, places, first), inside

    def _chosen(self, x: Array, places: Places) -> Array:
        """Which entry of each window is the largest: the first where there are several."""
        first = np.argmax(taken(np.real(x), self.axes, places), axis=-2, keepdims=True)
        chosen: Array = np.equal(first, np.arange(places.shape[0])[:, None])
        return chosen


class _AveragePool:
    """The mean of each window; beyond the array there are zeros, which count."""

    def __init__(self, axes: int) -> None:
        self.name, self.axes = f"avg_pool{axes}d", axes

    def forward(self, x: Array, **options: Option) -> Array:
        """The mean of each window."""
        shape, places = _windows(self.name, x, self.axes, **options)
        return np.reshape(np.sum(taken(x, self.axes, places), axis=-2) / places.shape[0], shape)

    def put_back(self, g: Array, like: Array, **options: Option) -> Array:
        """The gradient of each window, divided among its entries."""
        _, places = _windows(self.name, like, self.axes, **options)
        return _divided(g, like, self.axes, places, places.shape[0])


class _AdaptivePool:
    """The mean of windows that share out each axis, as many as are asked for."""

    def __init__(self, axes: int) -> None:
        self.name, self.axes = f"adaptive_avg_pool{axes}d", axes

    def forward(self, x: Array, size: Option = 1) -> Array:
        """The mean of each window."""
        counts, places, lengths = self._windows(x, size)
        means = np.sum(taken(x, self.axes, places), axis=-2) / lengths
        return np.reshape(means, (*np.shape(x)[: -self.axes], *counts))

    def put_back(self, g: Array, like: Array, size: Option = 1) -> Array:
        """The gradient of each window, divided among its entries."""
        _, places, lengths = self._windows(like, size)
        return _divided(g, like, self.axes, places, lengths)

    def _windows(self, x: Array, size: Option) -> tuple[Shape, Places, Array]:
        """How many windows there are along each axis, their places, and how many entries each has."""
        _require_axes(self.name, x, self.axes)
        counts, sizes = per_axis(self.name, "size", size, self.axes, 1), np.shape(x)[-self.axes :]
        places = adaptive(sizes, counts)
        return counts, places, np.sum(places < np.prod(sizes), axis=0) * 1.0


def _divided(g: Array, like: Array, axes: int, places: Places, lengths: Array | int) -> Array:
    """The gradient of each window divided by how many entries it has, at each of these."""
    lead = np.shape(like)[: np.ndim(like) - axes]
    rows = np.reshape(g, (*lead, 1, places.shape[1])) / lengths
    return put_back(np.broadcast_to(rows, (*lead, *places.shape)), like, axes, places)


_SLIDING: dict[str, Option] = {"size": 2, "stride": None, "padding": 0}
"""Options of windows: their size, how far each is from the next (as far as it is long), zeros on either side."""
_SHAPES: dict[int, tuple[tuple[Shape, ...], ...]] = {
    1: (((6,),), ((2, 5),), ((2, 1, 4),)),
    2: (((4, 4),), ((5, 3),), ((2, 3, 4),), ((1, 2, 4, 2),)),
}
"""Number of axes → shapes that tests and examples take, with channels and without."""


def _written(sign: Markup, arity: int = 1) -> tuple[Markup, Notation]:
    """Name of a pooling → what stands in its node, and how a call is written: with the size of the window below."""
    return below(sign, (OptionValue("size"), MoreOptions())), applied(sign, arity, OptionValue("size"))


def _in_torch(name: str, axes: int, options: str) -> str:
    """Name, axes and options of a pooling → torch's, which wants an axis before those; x is named once."""
    return f"(lambda a: F.{name}(a[None], {options})[0] if a.ndim == {axes} else F.{name}(a, {options}))(x)"


def _pool(of: _MaxPool | _AveragePool, kind: str) -> Operation:
    """A pooling with windows of one size → its operation."""
    name, axes = of.name, of.axes
    extra: dict[str, Option] = {"dilation": 1} if kind == "max" else {}
    options = ", ".join(f"{option}={option}" for option in (*_SLIDING, *extra))
    sign, notation = _written(function(f"{kind}pool"))
    return Operation(name, ("x",), of.forward, pullbacks=(f"{kind}_unpool{axes}d(g, x, {options})",),
        options=_SLIDING | extra, option_aliases={"kernel_size": "size"}, sign=sign, notation=notation,
        torch=_in_torch(name, axes, options.partition("=")[2]), shapes=_SHAPES[axes])  # fmt: skip


def _rows(axes: int) -> tuple[Operation, ...]:
    """Over how many axes → all poolings, and what their derivatives call."""
    largest, mean, adaptive_mean = _MaxPool(axes), _AveragePool(axes), _AdaptivePool(axes)
    options = "size=size, stride=stride, padding=padding"
    name, of_max = adaptive_mean.name, f"{options}, dilation=dilation"
    sign, notation = _written(function("avgpool"))
    to_max, to_max_notation = _written(power(function("maxpool"), "top"), 2)
    to_mean, to_mean_notation = _written(power(function("avgpool"), "top"))
    dilated = _SLIDING | {"dilation": 1}
    return (
        replace(_pool(largest, "max"), jvps=(f"max_taken{axes}d(t, x, {of_max})",), complex=largest.of_real_parts,
            kinks=((f"tied_windows{axes}d(x, {of_max}) > 0", 0),)),
        _pool(mean, "avg"),
        Operation(name, ("x",), adaptive_mean.forward, pullbacks=(f"adaptive_avg_unpool{axes}d(g, x, size=size)",),
            options={"size": 1}, option_aliases={"output_size": "size"}, sign=sign, notation=notation,
            torch=_in_torch(name, axes, "size"),
            shapes=_SHAPES[axes]),
        Operation(f"max_unpool{axes}d", ("x", "y"), largest.put_back, internal=True, options=dilated,
            pullbacks=(f"max_taken{axes}d(g, y, {of_max})", "0*y"), sign=to_max, notation=to_max_notation),
        Operation(f"max_taken{axes}d", ("x", "y"), largest.taken, internal=True, options=dilated,
            pullbacks=(f"max_unpool{axes}d(g, y, {of_max})", "0*y"), sign=sign, notation=notation),
        Operation(f"tied_windows{axes}d", ("x",), largest.tied, internal=True, options=dilated,
            sign=function("tied")),
        Operation(f"avg_unpool{axes}d", ("x", "like"), mean.put_back, internal=True, options=_SLIDING,
            pullbacks=(f"avg_pool{axes}d(g, {options})", "0*like"), sign=to_mean, notation=to_mean_notation),
        Operation(f"adaptive_avg_unpool{axes}d", ("x", "like"), adaptive_mean.put_back, internal=True,
            options={"size": 1}, pullbacks=(f"{name}(g, size=size)", "0*like"),
            sign=to_mean, notation=to_mean_notation),
    )  # fmt: skip


ROWS = tuple(row for axes in (1, 2) for row in _rows(axes))
"""All poolings, in the order of the documentation."""
