"""Operations along an axis: where the largest entry is, and sums that run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.language.markup import X_ATOM, Infix, MoreOptions, X, below, parenthesised
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.reductions import Axis, axes
from graphviz_ad.ops.writing import entry, function, led, word
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def _place(name: str, x: Array, axis: Axis, keepdims: float) -> Array:
    if isinstance(axis, tuple):
        raise ValueError(f"{name} takes one axis, as in {name}(x, axis=0), or none for the place among all entries")
    if not np.ndim(x):
        return 0.0 * np.real(x)
    position = getattr(np, name)(np.real(x), axis=axes(axis, x), keepdims=bool(keepdims))
    floats: Array = np.multiply(position, 1.0)
    return floats


def _along(name: str, x: Array, axis: float | None) -> int:
    """The axis along which sums run: the only one, unless it is given."""
    if axis is None and np.ndim(x) > 1:
        raise ValueError(f"{name} of a matrix needs its axis: {name}(x, axis=0) runs down the rows, axis=1 along them")
    return -1 if axis is None else int(axis)


def _running(x: Array, axis: int) -> Array:
    return np.moveaxis(np.cumsum(np.moveaxis(x, axis, -1), axis=-1), -1, axis)


def _cumsum(x: Array, axis: float | None = None) -> Array:
    return _running(x, _along("cumsum", x, axis)) if np.ndim(x) else x


def later(x: Array, axis: float | None = None) -> Array:
    """For every entry the sum of it and all that come after it."""
    if not np.ndim(x):
        return x
    along = _along("cumsum", x, axis)
    backwards = range(np.shape(x)[along])[::-1]
    return np.take(_running(np.take(x, backwards, axis=along), along), backwards, axis=along)


_UP_TO = below("sum", ("j", Infix("<="), "i", MoreOptions()))
"""A sum over the entries up to the i-th, with the axis behind it where one is given."""
_FROM = below("sum", ("j", Infix(">="), "i", MoreOptions()))
"""A sum over the entries from the i-th on, written in the same way."""
_AXIS: dict[str, Option] = {"axis": None}
"""The only option, None for the entries in a row."""


def _where(name: str) -> Operation:
    """The place of the largest or of the smallest entry."""
    return Operation(
        name, ("x",), lambda x, axis=None, keepdims=0: _place(name, x, axis, keepdims), pullbacks=("0",),
        options={**_AXIS, "keepdims": 0.0}, sign=function(name), notation=word(name),
        torch=f"torch.{name}(x, dim=axis, keepdim=bool(keepdims)).double()", shapes=(((),), ((4,),), ((2, 3),)),
        complex=lambda z, axis=None, keepdims=0: _place(name, z, axis, keepdims) + 0j,
        kinks=((f"sum(x == {name[3:]}(x, axis=axis, keepdims=1), axis=axis) > 1", 0),
               (f"sum(x == {name[3:]}(x, axis=axis, keepdims=1), axis=axis) > 1", 1)),
    )  # fmt: skip


ROWS = (
    _where("argmax"),
    _where("argmin"),
    Operation("cumsum", ("x",), _cumsum, pullbacks=("later(g, axis=axis)",), options=_AXIS, sign=_UP_TO,
        notation=led(_UP_TO, " ", entry(X_ATOM, "j")),
        torch="torch.cumsum(x, dim=0 if axis is None else axis)", shapes=(((),), ((4,),), ((2, 3),))),
    Operation("later", ("x",), later, pullbacks=("cumsum(g, axis=axis)",), options=_AXIS, sign=_FROM, internal=True,
        notation=led(_FROM, " ", entry(parenthesised(X), "j"))),
)  # fmt: skip
"""All operations on places along an axis, in the order of the documentation."""
