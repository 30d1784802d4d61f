"""Normalisations, products and angles of vectors: as each library has them, else a function above."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import call, python
from graphviz_ad.code.writer import SPECIAL, Options, Writer
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_EPS = 1e-5
"""What normalisations add to the variance unless told otherwise."""


def _normalised(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """A normalisation: torch has it for the last axis, and by columns for a matrix; else it is written out."""
    (x,), chosen = args, dict[str, object](options)
    axis, shape = chosen["axis"], x.shape
    eps = None if chosen["eps"] == _EPS else python(chosen["eps"])
    if writer.dialect.name == "torch" and shape:
        last = ast.Tuple([ast.Constant(shape[-1])], ast.Load())
        if row.name == "batch_norm" and axis == 0 and len(shape) == 2:
            nothing = ast.Constant(None)
            return call("F.batch_norm", x.code, nothing, nothing, training=ast.Constant(True), eps=eps)
        if row.name == "layer_norm" and axis in (-1, len(shape) - 1):
            return call("F.layer_norm", x.code, last, eps=eps)
        if row.name == "rms_norm" and axis in (-1, len(shape) - 1):
            return call("F.rms_norm", x.code, last, eps=python(chosen["eps"]))
    usual = 0 if row.name == "batch_norm" else -1
    if shape == ():
        if row.name != "rms_norm":  # a number is its own mean
            return writer.np("0 * x", x=x)
        return writer.np("x / np.sqrt(x ** 2 + eps)", x=x, eps=python(chosen["eps"]))
    return call(row.name, x.code, axis=None if axis == usual else python(axis), eps=eps)


def _cross(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """torch takes vectors of one shape."""
    x, y = args
    if writer.dialect.name != "torch" or x.shape == y.shape or x.value is None or y.value is None:
        return None
    shape = tuple(np.broadcast_shapes(np.shape(x.value), np.shape(y.value)))
    parts = [a.code if a.shape == shape else call("torch.broadcast_to", a.code, python(shape)) for a in (x, y)]
    return call("torch.linalg.cross", *parts)


def _cosine(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """The angle between vectors; torch's own has another derivative where a length is below eps."""
    chosen: dict[str, Any] = dict(options)
    short = any(
        x.value is None or np.any(np.linalg.norm(x.value, axis=chosen["axis"]) < chosen["eps"])
        for x in args
    )  # fmt: skip
    axis = None if chosen["axis"] == -1 else python(chosen["axis"])
    eps = None if chosen["eps"] == 1e-8 else python(chosen["eps"])
    if writer.dialect.name == "torch" and not short:
        return call("F.cosine_similarity", *(x.code for x in args), dim=python(chosen["axis"]), eps=eps)
    return call("cosine_similarity", *(x.code for x in args), axis=axis, eps=eps)


SPECIAL |= {
    "layer_norm": _normalised, "batch_norm": _normalised, "rms_norm": _normalised, "cross": _cross,
    "cosine_similarity": _cosine,
}  # fmt: skip
