"""Operations that only texts of derivatives call → how a person writes them in a library."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.fitting import reshaped, shape_code
from graphviz_ad.code.losses import classes
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.shaped import index_code, size_of
from graphviz_ad.code.trees import attribute, call, number, parsed, product, python, quotient
from graphviz_ad.code.writer import Writer, compute
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.table import BY_NAME

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Arguments = Sequence[Any]
"""Operands, and behind them what a text says of a place or an axis, as it is stored."""
Internal = Callable[[Writer, Mapping[str, object], Arguments], Operand]
"""Writes such an operation of its options and operands."""


def _spread(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    """What was reduced, so that it broadcasts against what it was reduced from: numpy repeats it where it is used."""
    g, like = args
    shape, axis = like.shape, options["axis"]
    if axis is None or not shape or options["keepdims"]:
        whole: Operand = reshaped(writer, g, ()) if g.shape and prod(g.shape) == 1 and not shape else g
        return whole
    axes = axis if isinstance(axis, tuple) else (int(axis),)
    gone = sorted(dim % len(shape) for dim in axes)
    if gone == list(range(len(gone))):
        first: Operand = g
        return first
    kept = tuple(1 if dim in gone else length for dim, length in enumerate(shape))
    value = np.reshape(g.value, kept)
    if len(gone) == 1:
        function = "torch.unsqueeze" if writer.dialect.name == "torch" else f"{writer.dialect.np}.expand_dims"
        at = number(-1.0 if gone[0] == len(shape) - 1 else float(gone[0]))
        return Operand(call(function, g.code, at), value)
    return Operand(writer.np("np.reshape(x, shape)", x=g, shape=shape_code(kept)), value)


def _count(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    """How many entries are reduced to one: the size of an array by name, else the number."""
    (x,), axis = args, options["axis"]
    value = float(compute(BY_NAME["count"], options, args))  # type: ignore[arg-type]
    if value == 1 or axis is not None:
        return Operand(number(value), value, constant=True)
    named = [x.code] if isinstance(x.code, ast.Name) else []
    code = size_of(writer, x) if named else number(value)
    return Operand(code, value, constant=True)


def _batch(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    (x,) = args
    value = float(compute(BY_NAME["batch"], {}, args))  # type: ignore[arg-type]
    if value != 1 and isinstance(x.code, ast.Name):
        return Operand(call("len", x.code), value, constant=True)
    return Operand(number(value), value, constant=True)


def _one_hot(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    """A class → the row with a 1 at it."""
    y: Operand = args[0]
    like: Operand = args[1]
    if y.ndim == like.ndim or like.shape is None:
        return y
    value = compute(BY_NAME["one_hot"], {}, args)
    count = ast.Constant(like.shape[-1])
    index = classes(writer, y)
    if writer.dialect.name == "numpy":
        return Operand(ast.Subscript(call("np.eye", count), index, ast.Load()), value)
    if writer.dialect.name == "jax":
        return Operand(call("jax.nn.one_hot", index, count), value)
    if isinstance(index, ast.Constant):
        index = call("torch.tensor", index)
    return Operand(call("F.one_hot", index, count), value)


def _shaped(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    return reshaped(writer, args[0], args[1].shape)


def _outers(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    code = writer.np("x[..., :, None] * y[..., None, :]", x=args[0], y=args[1])
    return Operand(code, compute(BY_NAME["outers"], {}, args))


def _rows(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    shape = (prod(args[0].shape[:-1]), args[0].shape[-1])
    return reshaped(writer, args[0], shape)


def _flat(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    return reshaped(writer, args[0], (prod(args[0].shape),))


def _placed(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    """Zeros with the gradient at the index it was taken from."""
    g, like = args
    value = compute(BY_NAME["placed"], options, args)
    index = index_code(writer, options["at"])
    if writer.dialect.name == "jax":
        at = ast.Subscript(attribute(call("jnp.zeros_like", like.code), "at"), index, ast.Load())
        return Operand(ast.Call(attribute(at, "add"), [g.code], []), value)
    return Operand(call("placed", g.code, like.code, _index_argument(options["at"], index)), value)


def _index_argument(at: Any, index: ast.expr) -> ast.expr:
    """An index as an argument of a function: slices by name."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    codes: list[ast.expr] = []
    for part, code in zip(at, parts, strict=True):
        if isinstance(part, tuple) and part[0] == "slice":
            ends = [ast.Constant(end) for end in part[1:]]
            codes.append(call("slice", *(ends if part[3] is not None else ends[:2])))
        else:
            codes.append(code)
    return codes[0] if len(codes) == 1 else ast.Tuple(codes, ast.Load())


def _part(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    """The part of a gradient that belongs to one argument of a concatenation."""
    g, xs, k = args
    axis, slot = int(options["axis"]), int(k.value)
    lengths = [x.shape[axis] for x in xs]
    start = sum(lengths[:slot])
    between = ast.Slice(ast.Constant(start) if start else None, ast.Constant(start + lengths[slot]))
    axis %= g.ndim
    every: list[ast.expr] = [*[ast.Slice() for _ in range(axis)], between]
    value = np.take(g.value, range(start, start + lengths[slot]), axis=axis)
    index: ast.expr = every[0] if len(every) == 1 else ast.Tuple(every, ast.Load())
    return Operand(ast.Subscript(g.code, index, ast.Load()), value)


def _entry(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    g, k = args
    axis, slot = int(options["axis"]) % g.ndim, int(k.value)
    every: list[ast.expr] = [*[ast.Slice() for _ in range(axis)], ast.Constant(slot)]
    index: ast.expr = every[0] if len(every) == 1 else ast.Tuple(every, ast.Load())
    return Operand(ast.Subscript(g.code, index, ast.Load()), np.take(g.value, slot, axis=axis))


def _tied(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    """How many are as large as the largest: mostly one."""
    out, xs = args
    value = sum(np.multiply(np.equal(x.value, out.value), 1.0) for x in xs)
    if writer.at_values and np.all(np.equal(value, 1)):
        return Operand(ast.Constant(1), value, constant=True)
    code: ast.expr | None = None
    for x in xs:
        tied = product(ast.Constant(1.0), ast.Compare(x.code, [ast.Eq()], [out.code]))
        tied = ast.BinOp(ast.Constant(1.0), ast.Mult(), tied)
        code = tied if code is None else ast.BinOp(code, ast.Add(), tied)
    assert code is not None, "there is something to compare"
    return Operand(code, value)


def _others(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    """The product of all others: the whole over the entry where none is 0."""
    (x,), axis = args, options["axis"]
    value = compute(BY_NAME["others"], options, args)
    if x.shape == ():
        return Operand(ast.Constant(1), 1.0, constant=True)
    if not isinstance(axis, tuple) and (not writer.at_values or np.any(np.equal(x.value, 0))):
        return Operand(call("others", x.code, axis=None if axis is None else python(int(axis))), value)
    kept = True if axis is not None else None
    axis = int(axis) if isinstance(axis, float) else axis
    whole: ast.expr
    if writer.dialect.name == "torch" and isinstance(axis, tuple):
        whole = x.code
        for dim in axis:
            whole = call("torch.prod", whole, dim=python(dim), keepdim=ast.Constant(True))
    else:
        whole = writer.np("np.prod(x, axis=axis, keepdims=kept)", x=x, axis=python(axis), kept=python(kept))
    return Operand(quotient(whole, x.code), value)


def _eye(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    rows, columns = args[0].shape
    sizes = [ast.Constant(rows)] if rows == columns else [ast.Constant(rows), ast.Constant(columns)]
    kind = parsed("torch.float64") if writer.dialect.name == "torch" else None
    return Operand(call(f"{writer.dialect.np}.eye", *sizes, dtype=kind), np.eye(rows, columns))


def _on_diagonal(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    g, like = args
    value = compute(BY_NAME["on_diagonal"], {}, args)
    rows, columns = like.shape
    if rows == columns:
        return Operand(writer.np("np.diag(x)", x=g), value)
    eye = _eye(writer, {}, [like])
    column = "np.reshape(g, (-1, 1))" if rows < columns else "g"
    return Operand(writer.np(f"eye * {column}", eye=eye, g=g), value)


def _later(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    """For every entry the sum of it and all behind it."""
    g: Operand = args[0]
    axis = options["axis"]
    value = compute(BY_NAME["later"], options, args)
    if g.shape == ():
        return g
    if writer.dialect.name == "torch":
        dim = python(0 if axis is None else int(axis))
        dims = ast.Tuple([dim], ast.Load())
        inner = call("torch.flip", g.code, dims)
        return Operand(call("torch.flip", call("torch.cumsum", inner, dim=dim), dims), value)
    at = python(None if axis is None else int(axis))
    text = "np.flip(np.cumsum(np.flip(g, axis=at), axis=at), axis=at)"
    return Operand(writer.np(text, g=g, at=at), value)


def _permuted_back(writer: Writer, options: Mapping[str, Any], args: Arguments) -> Operand:
    (g,), axes = args, options["axes"]
    order = tuple(range(g.ndim))[::-1] if axes is None else tuple(int(axis) % g.ndim for axis in axes)
    back = tuple(order.index(axis) for axis in range(len(order)))
    return writer.operation(BY_NAME["permute"], {"axes": back}, [g])


def _cofactors(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    """The derivative of a determinant: det(X) X⁻ᵀ of a matrix that can be inverted."""
    (x,) = args
    value = compute(BY_NAME["cofactors"], {}, args)
    if abs(np.linalg.det(x.value)) > 1e-9 * max(1.0, float(np.max(np.abs(x.value)))):
        return Operand(writer.np("np.linalg.det(x) * np.linalg.inv(x).T", x=x), value)
    return Operand(call("cofactors", x.code), value)


def _solve_transposed(writer: Writer, options: Mapping[str, object], args: Arguments) -> Operand:
    x, y = args
    return Operand(writer.np("np.linalg.solve(x.T, y)", x=x, y=y), compute(BY_NAME["solve_transposed"], {}, args))


INTERNAL: dict[str, Internal] = {
    "spread": _spread, "count": _count, "batch": _batch, "one_hot": _one_hot, "shaped": _shaped, "outers": _outers,
    "rows": _rows, "flat": _flat, "placed": _placed, "part": _part, "entry": _entry, "tied": _tied, "others": _others,
    "eye": _eye, "on_diagonal": _on_diagonal, "later": _later, "permuted_back": _permuted_back,
    "cofactors": _cofactors, "solve_transposed": _solve_transposed,
}  # fmt: skip
"""These operations by name."""
