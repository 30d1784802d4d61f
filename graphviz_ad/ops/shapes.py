"""Operations that give the same entries another shape or order of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_ad.language.notation import Notation
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.row import Row

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Axes = tuple[int, ...] | None


def _unsqueeze(x: Any, axis: float = 0) -> Any:
    if not -np.ndim(x) - 1 <= axis <= np.ndim(x):
        raise ValueError(f"unsqueeze takes an axis from 0 to {np.ndim(x)}, where the new one shall be")
    return np.expand_dims(x, int(axis))


def _order(axes: Axes, x: Any) -> tuple[int, ...]:
    """The axes of x in their new order, counted from 0; the other way round unless given."""
    ndim = np.ndim(x)
    order = tuple(range(ndim))[::-1] if axes is None else tuple(axis % ndim if ndim else axis for axis in axes)
    if sorted(order) != list(range(ndim)):
        raise ValueError(f"permute names each of the {ndim} axes once" if ndim else "permute takes an array")
    return order


def permute(x: Any, axes: Axes = None) -> Any:
    """The axes in another order."""
    return np.transpose(x, _order(axes, x))


def _permuted_back(g: Any, axes: Axes = None) -> Any:
    order = _order(axes, g)
    return np.transpose(g, tuple(order.index(axis) for axis in range(len(order))))


def _called(name: str) -> Notation:
    """Name → the name with the argument and the options in brackets."""
    return Notation(rf"\operatorname{{{name}}}\left(#*\right)", f'op("{name}")(#*)')


ROWS = (
    Row("unsqueeze", ("x",), _unsqueeze, pullbacks=("shaped(g, x)",), aliases=("expand_dims",), options={"axis": 0},
        sign='op("unsqueeze")', notation=_called("unsqueeze"), torch="torch.unsqueeze(x, axis)",
        shapes=(((),), ((3,),), ((2, 3),))),
    Row("permute", ("x",), permute, pullbacks=("permuted_back(g, axes=axes)",), options={"axes": None},
        sign='op("permute")', notation=_called("permute"),
        torch="torch.permute(x, axes if axes is not None else tuple(range(x.ndim))[::-1])",
        shapes=(((3,),), ((2, 3),), ((2, 3, 4),))),
    Row("permuted_back", ("x",), _permuted_back, pullbacks=("permute(g, axes=axes)",), options={"axes": None},
        sign='op("permute")^(-1)', internal=True,
        notation=Notation(r"\operatorname{permute}^{-1}\left(#*\right)", 'op("permute")^(-1) (#*)')),
)  # fmt: skip
