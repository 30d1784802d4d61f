"""Losses: torch's own where the shapes are as torch wants them; else written out, classes by their index."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import call, number, parsed, python
from graphviz_ad.code.writer import SPECIAL, Options, Writer
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_OWN = {
    "mse": "F.mse_loss", "mae": "F.l1_loss", "huber": "F.huber_loss", "smooth_l1": "F.smooth_l1_loss",
    "bce": "F.binary_cross_entropy", "bce_with_logits": "F.binary_cross_entropy_with_logits",
}  # fmt: skip
"""torch's losses of two tensors of one shape."""


def _pair(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """A loss of a prediction and a target of the same shape."""
    x, y = args
    chosen: dict[str, Any] = {name: None if value == 1 else python(value) for name, value in options.items()}
    if writer.dialect.name == "torch" and x.shape == y.shape:
        if row.name == "rmse":
            kink = x.value is None or np.any(np.equal(x.value, y.value))  # type: ignore[arg-type]
            return writer.np("np.linalg.vector_norm(x - y)", x=x, y=y) if kink and x.shape == () else None
        if row.name in _OWN:
            return call(_OWN[row.name], x.code, y.code, **chosen)
    if row.name == "bce" and x.value is not None and np.any((np.asarray(x.value) <= 0) | (np.asarray(x.value) >= 1)):
        return call("bce", x.code, y.code)
    if row.name in ("huber", "smooth_l1"):
        return call(row.name, x.code, y.code, **chosen)
    return None


def rows_of(x: Operand) -> int:
    """How many rows of classes there are, 1 for a vector."""
    return x.shape[0] if x.shape is not None and len(x.shape) > 1 else 1


def classes(writer: Writer, y: Operand) -> ast.expr:
    """A target of classes → whole numbers."""
    if isinstance(y.code, ast.Constant):
        return ast.Constant(int(y.code.value))  # type: ignore[arg-type]
    if y.whole or y.constant:
        return y.code
    if writer.dialect.name == "torch":
        return ast.Call(ast.Attribute(y.code, "long", ast.Load()), [], [])
    return call("int", y.code) if y.shape == () and writer.dialect.name == "numpy" else ast.Call(
        ast.Attribute(y.code, "astype", ast.Load()), [parsed("int")], []
    )  # fmt: skip


def _of_classes(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """cross_entropy and nll: of one class a row, or of shares."""
    x, y = args
    soft = x.ndim is not None and x.ndim == y.ndim
    torch = writer.dialect.name == "torch"
    if torch:
        target = y.code if soft else _tensor_of_classes(writer, y)
        if row.name == "cross_entropy" and (not soft or x.ndim != 1):
            return call("F.cross_entropy", x.code, target)
        if row.name == "nll":
            return call("F.nll_loss", x.code, target)
    logs = x.code if row.name == "nll" else SPECIAL_LOGS[writer.dialect.name](x)
    if soft:
        inner = "np.sum(y * logs, axis=-1)" if x.ndim != 1 else "np.sum(y * logs)"
        return writer.np(f"-np.mean({inner})" if x.ndim != 1 else f"-{inner}", y=y, logs=logs)
    index = classes(writer, y)
    if x.ndim == 1:
        return ast.UnaryOp(ast.USub(), ast.Subscript(logs, index, ast.Load()))
    every = writer.np("np.arange(n)", n=number(float(rows_of(x))))
    taken = ast.Subscript(logs, ast.Tuple([every, index], ast.Load()), ast.Load())
    return writer.np("-np.mean(taken)", taken=taken)


SPECIAL_LOGS: dict[str, Any] = {
    "torch": lambda x: call("torch.log_softmax", x.code, dim=python(-1)),
    "jax": lambda x: call("jax.nn.log_softmax", x.code),
    "numpy": lambda x: call("log_softmax", x.code),
}
"""The logarithm of softmax over the last axis, in each library."""


def _tensor_of_classes(writer: Writer, y: Operand) -> ast.expr:
    """Classes for torch: a number is a tensor of a whole number."""
    index = classes(writer, y)
    if isinstance(index, ast.Constant):
        return call("torch.tensor", index)
    match index:
        case ast.Call(func=ast.Attribute(value=ast.Call(args=[ast.List() as values]), attr="long")):
            return call("torch.tensor", whole_list(values))
    return index


def whole_list(node: ast.expr) -> ast.expr:
    """Nested lists of floats → of whole numbers."""
    if isinstance(node, ast.List):
        return ast.List([whole_list(part) for part in node.elts], ast.Load())
    return ast.Constant(int(node.value)) if isinstance(node, ast.Constant) else node  # type: ignore[arg-type]


def _kl_div(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """The divergence, summed over the classes; its mean over the rows."""
    x, y = args
    if writer.dialect.name == "torch" and x.shape == y.shape:
        how = "batchmean" if x.ndim is not None and x.ndim > 1 else "sum"
        return call("F.kl_div", x.code, y.code, reduction=ast.Constant(how))
    part = "y * (np.log(y) - x)"
    if y.value is None or np.any(np.equal(y.value, 0)):
        part = "np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0)), 0.0) - y * x"
    count = max(rows_of(x), rows_of(y)) if max(x.ndim or 0, y.ndim or 0) > 1 else 1
    return writer.np(f"np.sum({part}) / n", x=x, y=y, n=number(float(count)))


SPECIAL |= {
    **dict.fromkeys((*_OWN, "rmse"), _pair), "cross_entropy": _of_classes, "nll": _of_classes, "kl_div": _kl_div,
}  # fmt: skip
