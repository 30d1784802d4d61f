"""Operations whose writing depends on shapes and options: reductions, moves of entries, choices, normalisations."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import attribute, call, filled, negative, number, python
from graphviz_ad.code.writer import SPECIAL, Options, Writer, compute
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def _where(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """A choice, by the comparison itself where the condition is one."""
    condition, yes, no = args
    code = condition.code if condition.boolean else ast.Compare(condition.code, [ast.NotEq()], [ast.Constant(0)])
    if writer.dialect.name == "torch":
        if condition.constant:
            code = call("torch.tensor", code)
        if yes.constant and no.constant:
            yes = writer.tensor(yes)
    return writer.np("np.where(c, x, y)", c=code, x=yes, y=no)


def _transpose(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    (x,) = args
    if x.ndim is not None and x.ndim < 2:
        return x.code
    return attribute(x.code, "T" if x.ndim in (2, None) else "mT")


def _reduction(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """Sums and their like: without options that say what holds anyway."""
    chosen: dict[str, Any] = dict(options)
    torch = writer.dialect.name == "torch"
    if row.name in ("var", "std") and chosen["correction"] == (1 if torch else 0):
        chosen["correction"] = None
    if row.name == "norm":
        chosen["p"] = None if chosen["p"] == 2 else chosen["p"]
    if row.name == "logsumexp" and torch and chosen["axis"] is None:
        ndim = args[0].ndim
        chosen["axis"] = 0 if ndim is None or ndim < 2 else tuple(range(ndim))
    if torch and chosen["keepdims"] and chosen["axis"] is None and row.name != "prod":
        chosen["axis"] = tuple(range(args[0].ndim or 1))
    if row.name == "prod" and torch and (isinstance(chosen["axis"], tuple) or chosen["keepdims"]):
        return _torch_product(args[0], chosen)
    if row.name in ("argmax", "argmin") and args[0].shape == ():
        return ast.Constant(0.0)
    return writer.from_template(row, chosen, args)


def _torch_product(x: Operand, options: dict[str, object]) -> ast.expr:
    """A product over several axes, which torch takes one at a time."""
    ndim = x.ndim or 1
    axis = options["axis"]
    over = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    code = x.code
    for dim in sorted((dim % ndim for dim in over), reverse=True):
        kept = ast.Constant(True) if options["keepdims"] else None
        code = call("torch.prod", code, dim=ast.Constant(dim), keepdim=kept)
    return code


def _softmax(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    (x,), axis = args, options["axis"]
    if writer.dialect.name == "jax" and x.shape == ():
        return writer.np("np.zeros_like(x)" if row.name == "log_softmax" else "np.ones_like(x)", x=x)
    if writer.dialect.name != "torch":
        return writer.from_template(row, {"axis": None}, args) if axis == -1 else None
    if axis is None:
        return writer.from_template(row, {"axis": 0}, args)
    if not isinstance(axis, tuple):
        return None
    code = negative(x.code) if row.name == "softmin" else x.code
    logs = writer.np("x - torch.logsumexp(x, axis=axis, keepdims=yes)", x=code, axis=python(axis), yes=python(True))
    return logs if row.name == "log_softmax" else call("torch.exp", logs)


def _cumsum(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    (x,), axis = args, options["axis"]
    if x.shape == ():
        return x.code
    if axis is None and writer.dialect.name == "torch":
        axis = 0
    return writer.np("np.cumsum(x, axis=axis)", x=x, axis=python(axis))


def _joined(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """Arrays joined, or numbers made a list: all written as floats."""
    axis = options["axis"] or None
    parts = ast.List([arg.as_decimal().code for arg in args], ast.Load())
    template = writer.dialect.template(row.name)
    assert template is not None
    if row.name == "stack" and axis is None and writer.dialect.name != "torch" and all(a.shape == () for a in args):
        return writer.dialect.array(parts)
    return filled(template, {"xs": parts, "axis": python(axis)})


def _of_several(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """The largest or smallest of several, entry by entry: brought to one shape where they differ."""
    parts: ast.expr = ast.List([arg.as_decimal().code for arg in args], ast.Load())
    if len({arg.shape for arg in args}) > 1:
        name = "torch.broadcast_tensors" if writer.dialect.name == "torch" else f"{writer.dialect.np}.broadcast_arrays"
        parts = call(name, *(arg.as_decimal().code for arg in args))
    template = writer.dialect.template(row.name)
    assert template is not None
    return filled(template, {"xs": parts})


def _extreme(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """The larger or smaller of two; torch compares tensors only, and clamps at a number."""
    if writer.dialect.name != "torch":
        return None
    x, y = args
    if x.constant == y.constant:
        return writer.from_template(row, options, [writer.tensor(x), writer.tensor(y)])
    tensor, bound = (y, x) if x.constant else (x, y)
    tied = tensor.value is not None and np.any(np.equal(tensor.value, bound.value or 0.0))
    if tied:
        return writer.from_template(row, options, [writer.tensor(x), writer.tensor(y)])
    least = bound.code
    return call("torch.clamp", tensor.code, **{"min" if row.name == "maximum" else "max": least})


def _clamp(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    """Between two bounds, of which one may be missing."""
    (x,) = args
    lo, hi = (float(options[name]) for name in ("lo", "hi"))  # type: ignore[arg-type]
    low, high = (None if math.isinf(bound) else number(bound) for bound in (lo, hi))
    if writer.dialect.name != "numpy":
        function = "torch.clamp" if writer.dialect.name == "torch" else "jnp.clip"
        if low is not None and high is not None:
            return call(function, x.code, low, high)
        return call(function, x.code, min=low, max=high) if low or high else x.code
    if low is not None and high is not None:
        return call("np.clip", x.code, low, high)
    if low is None and high is None:
        return x.code
    return call("np.minimum" if low is None else "np.maximum", x.code, high if low is None else low)  # type: ignore[arg-type]


def index_code(writer: Writer, at: Any) -> ast.expr:
    """An index as it is stored → what stands between the brackets."""
    parts = [_index_part(writer, part) for part in at]
    return parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())


def _index_part(writer: Writer, part: Any) -> ast.expr:
    if part is None or isinstance(part, int):
        return ast.Constant(part)
    if part[0] == "slice":
        return ast.Slice(*(None if end is None else ast.Constant(end) for end in part[1:]))
    entries: ast.expr = python_list(part[1])
    if writer.dialect.name == "numpy":
        return entries
    return call("torch.tensor" if writer.dialect.name == "torch" else "jnp.array", entries)


def python_list(value: Any) -> ast.expr:
    """Nested tuples of whole numbers → lists."""
    if isinstance(value, tuple | list):
        return ast.List([python_list(part) for part in value], ast.Load())
    return ast.Constant(int(value))


def _index(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    return ast.Subscript(args[0].code, index_code(writer, options["at"]), ast.Load())


def _permute(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    (x,), axes = args, options["axes"]
    if x.shape == ():
        return x.code
    if axes is None and writer.dialect.name == "torch":
        axes = tuple(range(x.ndim or 2))[::-1]
    if axes is None:
        return writer.np("np.transpose(x)", x=x)
    return writer.from_template(row, {"axes": tuple(map(int, axes))}, args)  # type: ignore[arg-type]


def _squeeze(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    axis = None if args[0].shape == () else options["axis"]
    return writer.np("np.squeeze(x, axis=axis)", x=args[0], axis=python(axis))


def _len(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> Operand | ast.expr:
    return Operand(call("len", args[0].code), _first(args[0]), constant=True)


def _first(x: Operand) -> float | None:
    return float(x.shape[0]) if x.shape else None


def size_of(writer: Writer, x: Operand) -> ast.expr:
    """Array by name → how many entries it has."""
    if writer.dialect.name == "torch":
        return ast.Call(attribute(x.code, "numel"), [], [])
    return attribute(x.code, "size")


def _size(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> Operand | ast.expr:
    (x,) = args
    value = compute(row, options, args)
    if options["axis"] is None and isinstance(x.code, ast.Name) and x.shape != ():
        return Operand(size_of(writer, x), value, constant=True)
    return Operand(number(float(value)) if value is not None else size_of(writer, x), value, constant=True)


def _softplus(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    """Torch takes softplus(x) for x above a threshold, unless it is told another."""
    (x,) = args
    if writer.dialect.name == "torch" and x.value is not None and np.any(np.greater(x.value, 20)):
        return call("F.softplus", x.code, threshold=ast.Constant(700.0))
    return None


def _detach(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    return args[0].code if args[0].constant else None


def _default(name: str, value: float) -> Any:
    """Option and its default in the library → what leaves it out there."""

    def write(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
        is_keyword = f"={name}" in (writer.dialect.template(row.name) or "")
        chosen = {**options, name: None if is_keyword and options[name] == value else options[name]}
        return writer.from_template(row, chosen, args)

    return write


def _hardtanh(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr | None:
    if writer.dialect.name == "torch" and (options["lo"], options["hi"]) == (-1.0, 1.0):
        return call("F.hardtanh", args[0].code)
    return None


_REDUCED = ("sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp", "argmax", "argmin")
"""Operations that take an axis."""

SPECIAL |= {
    "where": _where, "transpose": _transpose, "softmax": _softmax, "softmin": _softmax, "log_softmax": _softmax,
    "cumsum": _cumsum,
    "concat": _joined, "stack": _joined, "max_of": _of_several, "min_of": _of_several, "maximum": _extreme,
    "minimum": _extreme, "clamp": _clamp, "index": _index, "permute": _permute, "squeeze": _squeeze, "len": _len,
    "size": _size, "softplus": _softplus, "detach": _detach, "hardtanh": _hardtanh,
    "leaky_relu": _default("slope", 0.01), "elu": _default("alpha", 1.0), "celu": _default("alpha", 1.0),
    **dict.fromkeys(_REDUCED, _reduction),
}  # fmt: skip
