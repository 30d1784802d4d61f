"""Operations that give the same entries another shape or order of axes, count them, or let no gradient through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.language.markup import power
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.reductions import Axis, axes, count
from graphviz_ad.ops.writing import applied, function, word
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Order = tuple[int, ...] | None
"""Option of permute: the axes in their new order, None for reversed."""


def _unsqueeze(x: Array, axis: float = 0) -> Array:
    if not -np.ndim(x) - 1 <= axis <= np.ndim(x):
        raise ValueError(f"unsqueeze takes an axis from 0 to {np.ndim(x)}, where the new one shall be")
    return np.expand_dims(x, int(axis))


def _squeeze(x: Array, axis: Axis = None) -> Array:
    over = axes(axis, x)
    asked = () if over is None else over if isinstance(over, tuple) else (over,)
    if any(np.shape(x)[dim] != 1 for dim in asked):
        raise ValueError("squeeze takes away axes of length 1; an index picks an entry, as in x[0]")
    return np.squeeze(x, axis=over)


def _diag(x: Array) -> Array:
    if np.ndim(x) not in (1, 2):
        raise ValueError("diag makes a matrix of a vector, and takes the diagonal out of a matrix")
    return np.diagonal(x) if np.ndim(x) == 2 else on_diagonal(x, np.zeros((np.size(x), np.size(x))))


def on_diagonal(x: Array, like: Array) -> Array:
    """Zeros in the shape of a matrix, with the entries of x on its diagonal."""
    places = np.full(np.shape(like), np.size(x))  # elsewhere: the 0 behind the entries
    np.fill_diagonal(places, np.arange(np.size(x)))
    return np.take(np.concatenate([x, [0.0]]), places)


def _length(x: Array) -> float:
    if not np.ndim(x):
        raise ValueError("len takes a vector or a matrix; a number has no entries")
    return float(np.shape(x)[0])


def _order(axes: Order, x: Array) -> tuple[int, ...]:
    """The axes of x in their new order, counted from 0; the other way round unless given."""
    ndim = np.ndim(x)
    order = tuple(range(ndim))[::-1] if axes is None else tuple(axis % ndim if ndim else axis for axis in axes)
    if sorted(order) != list(range(ndim)):
        raise ValueError(f"permute names each of the {ndim} axes once" if ndim else "permute takes an array")
    return order


def permute(x: Array, axes: Order = None) -> Array:
    """The axes in another order."""
    return np.transpose(x, _order(axes, x))


def _permuted_back(g: Array, axes: Order = None) -> Array:
    order = _order(axes, g)
    return np.transpose(g, tuple(order.index(axis) for axis in range(len(order))))


_MOVES = (
    Operation("unsqueeze", ("x",), _unsqueeze, pullbacks=("shaped(g, x)",), aliases=("expand_dims",),
        options={"axis": 0},
        sign=function("unsqueeze"), notation=word("unsqueeze"), torch="torch.unsqueeze(x, axis)",
        shapes=(((),), ((3,),), ((2, 3),))),
    Operation("squeeze", ("x",), _squeeze, pullbacks=("shaped(g, x)",), options={"axis": None},
        sign=function("squeeze"),
        notation=word("squeeze"), torch="torch.squeeze(x) if axis is None else torch.squeeze(x, axis)",
        shapes=(((),), ((1, 3),), ((1, 3, 1),))),
    Operation("flatten", ("x",), lambda x: np.reshape(x, (-1,)), pullbacks=("shaped(g, x)",), aliases=("ravel",),
        sign=function("flatten"), notation=word("flatten"), torch="torch.flatten(x)",
        shapes=(((),), ((3,),), ((2, 3),))),
    Operation("permute", ("x",), permute, pullbacks=("permuted_back(g, axes=axes)",), options={"axes": None},
        sign=function("permute"), notation=word("permute"),
        torch="torch.permute(x, axes if axes is not None else tuple(range(x.ndim))[::-1])",
        shapes=(((3,),), ((2, 3),), ((2, 3, 4),))),
    Operation("diag", ("x",), _diag, pullbacks={(1,): ("diag(g)",), (2,): ("on_diagonal(g, x)",)},
        sign=function("diag"),
        notation=word("diag"), torch="torch.diag(x)", shapes=(((3,),), ((3, 3),), ((2, 3),))),
)  # fmt: skip
"""Operations that move entries about."""

_OF_NO_GRADIENT = (
    Operation("detach", ("x",), lambda x: x, ("0",), scalar=lambda x: x, aliases=("stop_gradient",),
        sign=function("detach"),
        notation=word("detach"), torch="x.detach()", mask=True, complex=lambda z: np.real(z) + 0j),
    Operation("zeros_like", ("x",), lambda x: np.zeros(np.shape(x)), ("0",), scalar=lambda x: 0.0,
        sign=function("zeros"),
        notation=word("zeros_like"), torch="torch.zeros_like(x)", mask=True, ends=True),
    Operation("ones_like", ("x",), lambda x: np.ones(np.shape(x)), ("0",), scalar=lambda x: 1.0, sign=function("ones"),
        notation=word("ones_like"), torch="torch.ones_like(x)", mask=True, ends=True),
    Operation("len", ("x",), _length, pullbacks=("0",), sign=function("len"), notation=word("len"),
        torch="torch.tensor(float(x.shape[0]), dtype=x.dtype)", shapes=(((3,),), ((2, 3),))),
    Operation("size", ("x",), count, pullbacks=("0",), aliases=("numel",), options={"axis": None},
        sign=function("size"),
        notation=word("size"), shapes=(((),), ((3,),), ((2, 3),)),
        torch="torch.sum(torch.ones_like(x), dim=tuple(range(x.ndim)) if axis is None else axis).flatten()[0]"),
)  # fmt: skip
"""Operations through which no gradient goes."""

_INTERNAL = (
    Operation("permuted_back", ("x",), _permuted_back, pullbacks=("permute(g, axes=axes)",), options={"axes": None},
        sign=power(function("permute"), ("neg", "1")), internal=True,
        notation=applied(power(function("permute"), ("neg", "1")))),
    Operation("on_diagonal", ("x", "like"), on_diagonal, pullbacks=("diag(g)", "0*like"),
        sign=function("diag"), notation=word("diag"), internal=True),
)  # fmt: skip
"""Operations that only texts and definitions of other rows call."""

ROWS = (*_MOVES, *_OF_NO_GRADIENT, *_INTERNAL)
"""All operations on shapes, in the order of the documentation."""
