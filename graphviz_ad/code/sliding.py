"""Convolutions and poolings → calls of PyTorch, the only library that has them as they are here."""

from __future__ import annotations

import ast
from typing import Any

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import call, python
from graphviz_ad.code.writer import SPECIAL, Options, Writer
from graphviz_ad.errors import InputError
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import KINDS


def _sliding(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """Torch's function of the same name, which wants an axis of channels; it is put before arrays that have none."""
    if writer.dialect.name != "torch" or row.internal:
        raise InputError(
            f"'{row.name.replace('unpool', 'pool')}' is written for PyTorch only, and not its backward pass",
            hint="take --to torch without --backward; a picture shows both passes",
        )
    axes = int(row.name[-2])
    chosen: dict[str, Any] = {name: value for name, value in options.items() if value != row.options[name]}
    chosen.pop("size", None)
    size = [python(options["size"])] if "size" in options else []
    has_channels = args[0].ndim != axes
    codes = [arg.code if has_channels else _with_axes(arg.code, place + 1) for place, arg in enumerate(args)]
    result = call(f"F.{row.name}", *codes, *size, **{name: python(value) for name, value in chosen.items()})
    return result if has_channels else ast.Subscript(result, ast.Constant(0), ast.Load())


def _with_axes(code: ast.expr, count: int) -> ast.expr:
    """Array → the same with new axes before its own."""
    if not isinstance(code, ast.Name):  # an index behind what takes several lines is hard to see
        for _ in range(count):
            code = call("torch.unsqueeze", code, ast.Constant(0))
        return code
    new: list[ast.expr] = [ast.Constant(None)] * count
    return ast.Subscript(code, new[0] if count == 1 else ast.Tuple(new, ast.Load()), ast.Load())


SPECIAL |= {row.name: _sliding for kind in ("convolution", "pooling") for row in KINDS[kind]}
