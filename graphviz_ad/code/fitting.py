"""An operand in another shape: the same entries, repeated, or summed where an argument was broadcast."""

from __future__ import annotations

import ast
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import call, parsed, python
from graphviz_ad.code.writer import Writer
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import broadcast_axes
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def shape_code(shape: Shape) -> ast.expr:
    """Shape → a tuple."""
    return ast.Tuple([ast.Constant(length) for length in shape], ast.Load())


def reshaped(writer: Writer, x: Operand, shape: Shape) -> Operand:
    """Operand in another shape."""
    if x.shape == shape:
        return x
    return Operand(writer.np("np.reshape(x, shape)", x=x, shape=shape_code(shape)), np.reshape(x.value, shape))  # type: ignore[arg-type]


def repeated(writer: Writer, x: Operand, shape: Shape) -> Operand:
    """Operand that broadcasts to a shape → in that shape."""
    if x.shape == shape:
        return x
    value = np.broadcast_to(x.value, shape)  # type: ignore[arg-type]
    if writer.dialect.name == "torch":
        if x.constant:
            code: ast.expr = call("torch.full", shape_code(shape), x.as_decimal().code, dtype=parsed("torch.float64"))
        else:
            code = call("torch.broadcast_to", x.code, shape_code(shape))
    elif x.shape == ():
        code = writer.np("np.full(shape, x)", shape=shape_code(shape), x=x.as_decimal())
    else:
        code = writer.np("np.broadcast_to(x, shape)", shape=shape_code(shape), x=x)
    return Operand(code, value)


def summed(writer: Writer, x: Operand, axes: tuple[int, ...], keepdims: bool) -> Operand:
    """Sum over some axes."""
    axis: object = None if len(axes) == x.ndim and not keepdims else axes if len(axes) > 1 else axes[0]
    value = np.sum(x.value, axis=axes, keepdims=keepdims)  # type: ignore[arg-type]
    kept = python(keepdims)
    return Operand(writer.np("np.sum(x, axis=axis, keepdims=kept)", x=x, axis=python(axis), kept=kept), value)


def fitted(writer: Writer, x: Operand, to: Shape) -> tuple[Operand, tuple[int, ...]]:
    """Contribution in the shape of the result → in that of the argument, and the axes that were summed."""
    have = x.shape
    assert have is not None
    if have == to:
        return x, ()
    if prod(to) >= prod(have) and len(to) >= len(have):
        try:
            return repeated(writer, x, to), ()
        except ValueError:
            pass
    axes = broadcast_axes(to, have) if len(have) >= len(to) else ()
    extra = tuple(axis for axis in axes if axis < len(have) - len(to))
    inner = tuple(axis - len(extra) for axis in axes if axis not in extra)
    out = summed(writer, x, extra, keepdims=False) if extra else x
    out = summed(writer, out, inner, keepdims=True) if inner else out
    if out.shape != to:
        out = reshaped(writer, out, to) if prod(out.shape or ()) == prod(to) else repeated(writer, out, to)
    return out, axes
