"""Normalisations of networks: entries brought to mean 0 and variance 1, or to a root mean square of 1.

They have no parameters of their own: weight and bias are written as they are, w*layer_norm(x) + b.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.reductions import axes
from graphviz_ad.ops.writing import function, word
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def _mean(x: Array, axis: float) -> Array:
    mean: Array = np.mean(x, axis=axes(axis, x), keepdims=True)
    return mean


def _standard(x: Array, eps: float, axis: float) -> Array:
    apart = x - _mean(x, axis)
    standard: Array = np.divide(apart, np.sqrt(_mean(apart * apart, axis) + eps))
    return standard


def _root_mean_square(x: Array, eps: float, axis: float) -> Array:
    quotient: Array = np.divide(x, np.sqrt(_mean(x * x, axis) + eps))
    return quotient


_KEPT = "axis=axis, keepdims=1"
"""The axis, kept with length 1, so that what is reduced broadcasts against x."""
_DEFINED = f"(x - mean(x, {_KEPT}))/sqrt(var(x, {_KEPT}, correction=0) + eps)"
"""Mean 0 and variance 1, in the language."""
_BACK = f"(g - mean(g, {_KEPT}) - out*mean(g*out, {_KEPT}))/sqrt(var(x, {_KEPT}, correction=0) + eps)"
"""The pullback: the gradient less its mean and less what of it is along the result."""


def _normalised(name: str, sign: str, axis: int, torch: str) -> Operation:
    """Mean 0 and variance 1 along an axis."""
    return Operation(
        name, ("x",), _standard, pullbacks=(_BACK,), symmetric_jacobian=True,
        options={"eps": 1e-5, "axis": axis}, sign=function(sign),
        notation=word(sign), definition=_DEFINED, torch=torch, shapes=(((4,),), ((4, 3),)),
    )  # fmt: skip


ROWS = (
    _normalised(
        "layer_norm", "LayerNorm", -1,
        "F.layer_norm(x.movedim(axis, -1), (x.shape[axis],), eps=eps).movedim(-1, axis)",
    ),
    _normalised(
        "batch_norm", "BatchNorm", 0,
        "F.batch_norm(x.movedim(axis, 0).reshape(x.shape[axis], -1), None, None, training=True, eps=eps)"
        ".reshape(x.movedim(axis, 0).shape).movedim(0, axis)",
    ),
    Operation("rms_norm", ("x",), _root_mean_square, options={"eps": 1e-5, "axis": -1}, sign=function("RMSNorm"),
        pullbacks=(f"(g - out*mean(g*out, {_KEPT}))/sqrt(mean(x^2, {_KEPT}) + eps)",), symmetric_jacobian=True,
        notation=word("RMSNorm"),
        definition=f"x/sqrt(mean(x^2, {_KEPT}) + eps)",
        torch="F.rms_norm(x.movedim(axis, -1), (x.shape[axis],), eps=eps).movedim(-1, axis)",
        shapes=(((4,),), ((4, 3),))),
)  # fmt: skip
"""All normalisations, in the order of the documentation."""
