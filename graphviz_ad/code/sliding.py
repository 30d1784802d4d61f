"""Convolutions and poolings → calls of PyTorch, where it has them, else of functions that stand above the program."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.fitting import repeated, shape_code
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import attribute, call, number, python, quotient
from graphviz_ad.code.writer import SPECIAL, Options, Writer, compute
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import KINDS

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_DEFAULTS = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
"""Options that a convolution has unless said."""


def _convolution(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """A convolution: torch's own function, or the one above."""
    axes = _axes(row)
    bare = args[0].ndim == axes
    codes = [_with_axes(writer, arg.code, place + 1 if bare else 0) for place, arg in enumerate(args)]
    chosen = _chosen(options, axes, every=writer.dialect.name != "torch")
    name = f"F.conv{axes}d" if writer.dialect.name == "torch" else f"conv{axes}d"
    return _without(call(name, *codes, **chosen), bare)


def _transposed(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """A transposed convolution: torch's own function, or the gradient of what an ordinary one slid over."""
    (x, w), axes = args, _axes(row)
    bare = x.ndim == axes
    if writer.dialect.name == "torch":
        codes = [_with_axes(writer, arg.code, place + 1 if bare else 0) for place, arg in enumerate(args)]
        return _without(call(f"F.conv_transpose{axes}d", *codes, **_chosen(options, axes, every=False)), bare)
    shape = np.shape(compute(row, options, args))  # type: ignore[arg-type]
    codes = [
        _with_axes(writer, x.code, bare), writer.np("np.zeros(shape)", shape=shape_code((*[1] * bare, *shape))),
        _with_axes(writer, w.code, 2 * bare),
    ]  # fmt: skip
    others = {name: value for name, value in options.items() if name != "output_padding"}
    return _without(call(f"conv{axes}d_input", *codes, **_chosen(others, axes, every=True)), bare)


def _of_input(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """The gradient of what a kernel slid over."""
    g, x, w = args
    axes = _axes(row)
    bare = w.ndim == axes
    chosen = _chosen(options, axes, every=writer.dialect.name != "torch")
    if writer.dialect.name != "torch":
        codes = [_with_axes(writer, arg.code, more if bare else 0) for arg, more in ((g, 1), (x, 1), (w, 2))]
        return _without(call(f"conv{axes}d_input", *codes, **chosen), bare)
    missing = axes + 2 - (x.ndim or 0)
    shape, kernel = _shape(x, missing), _with_axes(writer, w.code, 2 if bare else 0)
    whole = call(f"torch.nn.grad.conv{axes}d_input", shape, kernel, _with_axes(writer, g.code, missing), **chosen)
    return _without(whole, missing)


def _of_kernel(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """The gradient of a kernel."""
    g, w, x = args
    axes = _axes(row)
    bare = 2 if w.ndim == axes else 0
    chosen = _chosen(options, axes, every=writer.dialect.name != "torch")
    if writer.dialect.name != "torch":
        codes = [_with_axes(writer, arg.code, more if bare else 0) for arg, more in ((g, 1), (w, 2), (x, 1))]
        return _without(call(f"conv{axes}d_weight", *codes, **chosen), bare)
    missing = axes + 2 - (x.ndim or 0)
    codes = [_with_axes(writer, x.code, missing), _shape(w, bare), _with_axes(writer, g.code, missing)]
    return _without(call(f"torch.nn.grad.conv{axes}d_weight", *codes, **chosen), bare)


def _pool(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """The largest entry or the mean of each window, or the gradient put back where it was."""
    axes, back = _axes(row), row.internal
    kind = row.name[:3]
    if writer.dialect.name != "torch":
        every = _window(options, axes)
        return call(f"{kind}_{'un' if back else ''}pool", *(arg.code for arg in args), *every.values())
    bare = args[0].ndim == axes
    codes = [_with_axes(writer, arg.code, 1 if bare else 0) for arg in args]
    if back:
        return _without(call(f"{kind}_unpool{axes}d", *codes, *_window(options, axes).values()), bare)
    chosen = {name: python(value) for name, value in options.items() if value != row.options[name]}
    chosen.pop("size", None)
    return _without(call(f"F.{row.name}", *codes, python(options["size"]), **chosen), bare)


def _adaptive(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> Operand | ast.expr:
    """Means of windows that share out each axis: the matrix of their shares along each, or what it is turned."""
    axes, back = _axes(row), row.internal
    x, shape = args[0], args[-1].shape
    assert shape is not None, "the lengths say what the windows are"
    counts = [int(count) for count in _per_axis(options["size"], axes)]
    if writer.dialect.name == "torch" and not back:
        bare = x.ndim == axes
        return _without(call(f"F.{row.name}", _with_axes(writer, x.code, int(bare)), python(options["size"])), bare)
    if set(counts) == {1}:
        over = tuple(range(-axes, 0))
        if not back:
            axis = python(over if axes > 1 else -1)
            return writer.np("np.mean(x, axis=axis, keepdims=yes)", x=x, axis=axis, yes=ast.Constant(True))
        each = Operand(quotient(x.code, number(float(prod(shape[-axes:])))), x.value)
        return Operand(repeated(writer, each, shape).code, compute(row, options, args))
    codes = [call("shares", ast.Constant(n), ast.Constant(count)) for n, count in zip(shape[-axes:], counts)]
    right = codes[-1] if back else attribute(codes[-1], "T")
    whole = ast.BinOp(x.code, ast.MatMult(), right)
    if axes == 2:
        left = attribute(codes[0], "T") if back else codes[0]
        whole = ast.BinOp(ast.BinOp(left, ast.MatMult(), x.code), ast.MatMult(), right)
    return whole


def _axes(row: Operation) -> int:
    """Operation → over how many axes it slides."""
    return 1 if "1d" in row.name else 2


def _per_axis(value: object, axes: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,) * axes


def _chosen(options: Options, axes: int, *, every: bool) -> dict[str, ast.expr]:
    """Options of a convolution → those that say something, with `every` one number for each axis."""
    chosen = {name: value for name, value in options.items() if _per_axis(value, 1) != (_DEFAULTS[name],) * (
        len(value) if isinstance(value, tuple) else 1)}  # fmt: skip
    return {name: _sizes(value, axes) if every else python(_whole(value)) for name, value in chosen.items()}


def _window(options: Options, axes: int) -> dict[str, ast.expr]:
    """Options of a pooling → all of them, one number for each axis."""
    stride = options["size"] if options["stride"] is None else options["stride"]
    return {name: _sizes(value, axes) for name, value in {**options, "stride": stride}.items()}


def _sizes(value: object, axes: int) -> ast.expr:
    return shape_code(tuple(int(entry) for entry in _per_axis(value, axes)))


def _whole(value: Any) -> object:
    return tuple(map(int, value)) if isinstance(value, tuple) else int(value)


def _shape(x: Operand, missing: int) -> ast.expr:
    """Array → its shape, with axes of length 1 before its own."""
    if not missing and isinstance(x.code, ast.Name):
        return attribute(x.code, "shape")
    return shape_code((*[1] * missing, *(x.shape or ())))


def _with_axes(writer: Writer, code: ast.expr, count: int) -> ast.expr:
    """Array → the same with new axes before its own."""
    if not count:
        return code
    if not isinstance(code, ast.Name):  # an index behind what takes several lines is hard to see
        for _ in range(count):
            code = writer.np("np.unsqueeze(x, 0)" if writer.dialect.name == "torch" else "np.expand_dims(x, 0)", x=code)
        return code
    new: Sequence[ast.expr] = [ast.Constant(None)] * count
    return ast.Subscript(code, new[0] if count == 1 else ast.Tuple(list(new), ast.Load()), ast.Load())


def _without(code: ast.expr, axes: int) -> ast.expr:
    """Array → the same without its first axes, of length 1."""
    if not axes:
        return code
    first: ast.expr = ast.Constant(0)
    return ast.Subscript(code, first if axes == 1 else ast.Tuple([first] * axes, ast.Load()), ast.Load())


def _writer_of(name: str) -> Any:
    if name.startswith("conv_transpose"):
        return _transposed
    if name.startswith("correlation"):
        return _of_kernel
    if name.startswith("conv"):
        return _of_input if name.endswith("_transposed") else _convolution
    return _adaptive if name.startswith("adaptive") else _pool


SPECIAL |= {
    row.name: _writer_of(row.name)
    for kind in ("convolution", "pooling")
    for row in KINDS[kind]
    if not row.name.startswith(("max_taken", "tied_windows"))
}
