"""Convolutions as networks have them: a kernel slides over the last axes, and multiplies what it covers.

Arrays have the axes that torch gives them: examples (or none), channels, and one or two along which the kernel slides;
the kernel has channels out, channels in and its own size. Without channels both have the axes of the sliding alone:
a 3×3 kernel over a 5×5 image.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import WithOptions, X, Y, parenthesised, power
from graphviz_ad.language.notation import Notation
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.windows import has_room, per_axis, put_back, sliding, taken
from graphviz_ad.ops.writing import applied, function, word
from graphviz_ad.values import Array, Shape

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.ops.windows import Places
else:
    np = lazy("numpy")


class _Convolution:
    """A kernel that slides over one or two axes: the operation, and both of its adjoints."""

    def __init__(self, axes: int) -> None:
        self.name, self.axes = f"conv{axes}d", axes

    def forward(self, x: Array, w: Array, stride: Option = 1, padding: Option = 0, dilation: Option = 1) -> Array:
        """The products of the kernel with what it covers, added up, at each place."""
        counts, places = self._windows(x, w, stride, padding, dilation)
        products = np.matmul(self._kernel(w), self._columns(x, places))
        channels = () if np.ndim(w) == self.axes else np.shape(w)[:1]
        return np.reshape(products, (*np.shape(x)[: np.ndim(x) - self.axes - len(channels)], *channels, *counts))

    def to_input(
        self, g: Array, like: Array, w: Array, stride: Option = 1, padding: Option = 0, dilation: Option = 1
    ) -> Array:
        """The kernel times the gradient at each place, added up at what it covers: the transposed convolution."""
        counts, places = self._windows(like, w, stride, padding, dilation)
        columns = np.matmul(np.swapaxes(self._kernel(w), -1, -2), self._rows(g, w, counts))
        return put_back(columns, like, self.axes, places)

    def transposed(
        self, x: Array, w: Array, stride: Option = 1, padding: Option = 0, output_padding: Option = 0,
        dilation: Option = 1,
    ) -> Array:  # fmt: skip
        """What this convolution has back for x: an array of the lengths from which it would make that of x.

        With a stride several lengths would do; `output_padding` says by how much it is longer than the shortest.
        """
        axes, (sizes, kernel) = self.axes, (np.shape(x), np.shape(w))
        plain = len(sizes) == len(kernel) == axes
        of_channels = len(kernel) == axes + 2 and len(sizes) in (axes + 1, axes + 2) and sizes[-axes - 1] == kernel[0]
        if not (plain or of_channels):
            own, windows = ("L", "k") if axes == 1 else ("H×W", "h×w")
            raise ValueError(
                f"conv_transpose{axes}d takes an input ({own}) and a kernel ({windows}), or with channels "
                f"(N×C×{own}) and (C×O×{windows})"
            )
        name = f"conv_transpose{axes}d"
        step, apart = (per_axis(name, *option, axes, 1) for option in (("stride", stride), ("dilation", dilation)))
        pad, more = (
            per_axis(name, *option, axes, 0) for option in (("padding", padding), ("output_padding", output_padding))
        )
        if any(extra >= s for extra, s in zip(more, step, strict=True)):
            raise ValueError(f"{name} takes an output_padding below its stride")
        lengths = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
            for n, k, s, p, d, extra in zip(sizes[-axes:], kernel[-axes:], step, pad, apart, more, strict=True)
        )
        if min(lengths) < 1:
            raise ValueError(f"{name} takes a padding that leaves something of the result")
        lead = sizes[:-axes] if plain else (*sizes[: -axes - 1], kernel[1])
        return self.to_input(x, np.zeros((*lead, *lengths)), w, stride, padding, dilation)

    def to_kernel(
        self, g: Array, like: Array, x: Array, stride: Option = 1, padding: Option = 0, dilation: Option = 1
    ) -> Array:
        """The input where each weight met it, times the gradient there, added up: the correlation of both."""
        counts, places = self._windows(x, like, stride, padding, dilation)
        products = np.matmul(self._rows(g, like, counts), np.swapaxes(self._columns(x, places), -1, -2))
        lead = tuple(range(np.ndim(products) - 2))
        return np.reshape(np.sum(products, axis=lead) if lead else products, np.shape(like))

    def _windows(self, x: Array, w: Array, stride: Option, padding: Option, dilation: Option) -> tuple[Shape, Places]:
        """Input, kernel and options → how many places the kernel has along each axis, and what it covers there."""
        axes, (sizes, kernel) = self.axes, (np.shape(x), np.shape(w))
        plain = len(sizes) == len(kernel) == axes
        of_channels = len(kernel) == axes + 2 and len(sizes) in (axes + 1, axes + 2) and sizes[-axes - 1] == kernel[1]
        if not (plain or of_channels):
            shapes = ("(L)", "(k)") if axes == 1 else ("(H×W)", "(h×w)")
            raise ValueError(
                f"{self.name} takes an input {shapes[0]} and a kernel {shapes[1]}, or with channels "
                f"(N×C×{shapes[0][1:]} and (O×C×{shapes[1][1:]}"
            )
        step, apart = (per_axis(self.name, *option, axes, 1) for option in (("stride", stride), ("dilation", dilation)))
        pad = per_axis(self.name, "padding", padding, axes, 0)
        if not has_room(sizes[-axes:], kernel[-axes:], pad, apart):
            raise ValueError(f"{self.name} takes a kernel that is no larger than the input with its padding")
        return sliding(sizes[-axes:], kernel[-axes:], step, pad, apart)

    def _kernel(self, w: Array) -> Array:
        """The kernel as a matrix: a row for each channel out."""
        return np.reshape(w, (-1 if np.ndim(w) > self.axes else 1, prod(np.shape(w)[-self.axes - 1 :])))

    def _columns(self, x: Array, places: Places) -> Array:
        """What the kernel covers at each place, as a column."""
        columns = taken(x, self.axes, places)
        channels = np.shape(x)[-self.axes - 1 : -self.axes]
        lead = np.shape(x)[: np.ndim(x) - self.axes - len(channels)]
        return np.reshape(columns, (*lead, prod(channels) * places.shape[0], places.shape[1]))

    def _rows(self, g: Array, w: Array, counts: Shape) -> Array:
        """The gradient as a matrix: a row for each channel out, a column for each place."""
        channels = 1 if np.ndim(w) == self.axes else np.shape(w)[0]
        own = np.ndim(g) - self.axes - (np.ndim(w) > self.axes)
        return np.reshape(g, (*np.shape(g)[:own], channels, prod(counts)))


_OPTIONS = "stride=stride, padding=padding, dilation=dilation"
"""Options of a convolution, as texts hand them on."""
_DEFAULTS: dict[str, Option] = {"stride": 1, "padding": 0, "dilation": 1}
"""Options of a convolution, with what they are unless given."""
_OF_TRANSPOSED: dict[str, Option] = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
"""The same of a transposed one."""
_EXCHANGED = parenthesised((Y, ", ", X))
"""Both arguments but that which gives its shape only, the gradient behind the input."""


def _rows(axes: int) -> tuple[Operation, ...]:
    """How many axes the kernel slides over → the convolution, the transposed one, and what their derivatives call."""
    of, name = _Convolution(axes), f"conv{axes}d"
    transposed = power(function(name), "top")
    shapes: dict[int, tuple[tuple[Shape, ...], ...]] = {
        1: (((5,), (3,)), ((2, 6), (3, 2, 3)), ((2, 2, 6), (1, 2, 2))),
        2: (((4, 5), (2, 3)), ((1, 4, 4), (2, 1, 3, 3)), ((2, 2, 5, 4), (3, 2, 2, 2))),
    }
    plain, of_channels = (f"F.{name}({args}, {_OPTIONS})" for args in ("a[None], b[None, None]", "a, b"))
    turned_plain, turned = (
        f"F.conv_transpose{axes}d({args}, stride=stride, padding=padding, output_padding=output_padding, "
        "dilation=dilation)"
        for args in ("a[None], b[None, None]", "a, b")
    )
    return (
        Operation(name, ("x", "w"), of.forward, options=_DEFAULTS, sign=function(name), notation=word(name, 2),
            pullbacks=(f"{name}_transposed(g, x, w, {_OPTIONS})", f"correlation{axes}d(g, w, x, {_OPTIONS})"),
            torch=f"(lambda a, b: {plain}[0] if a.ndim == {axes} else {of_channels})(x, w)", shapes=shapes[axes],
            option_aliases={"weight": "w", "kernel": "w"}),
        Operation(f"conv_transpose{axes}d", ("x", "w"), of.transposed, options=_OF_TRANSPOSED, sign=transposed,
            notation=applied(transposed, 2),
            pullbacks=(f"{name}(g, w, {_OPTIONS})", f"correlation{axes}d(x, w, g, {_OPTIONS})"),
            torch=f"(lambda a, b: {turned_plain}[0] if a.ndim == {axes} else {turned})(x, w)",
            shapes=tuple((x, (w[1], w[0], *w[2:]) if len(w) > axes else w) for x, w in shapes[axes]),
            option_aliases={"weight": "w", "kernel": "w"}),
        Operation(f"{name}_transposed", ("x", "like", "w"), of.to_input, options=_DEFAULTS, internal=True,
            pullbacks=(f"{name}(g, w, {_OPTIONS})", "0*like", f"correlation{axes}d(x, w, g, {_OPTIONS})"),
            sign=transposed, notation=applied(transposed, 2)),
        Operation(f"correlation{axes}d", ("x", "like", "y"), of.to_kernel, options=_DEFAULTS, internal=True,
            pullbacks=(f"{name}(y, g, {_OPTIONS})", "0*like", f"{name}_transposed(x, y, g, {_OPTIONS})"),
            sign=function("corr"), notation=Notation((WithOptions(function("corr")), _EXCHANGED))),
    )  # fmt: skip


ROWS = tuple(row for axes in (1, 2) for row in _rows(axes))
"""All convolutions, in the order of the documentation."""
