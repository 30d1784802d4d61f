"""A call of torch → what it is in the language of the formulas, None where there is no text for it.

Functions are known by their names, as torch.add, Tensor.add and Tensor.__add__ have one; those that change a tensor in
place are the same with an underscore behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch

from graphviz_ad.capture.functions import REDUCTIONS, RULES, reduction
from graphviz_ad.capture.losses import LOSSES, loss
from graphviz_ad.capture.moving import chosen
from graphviz_ad.capture.pieces import Arguments, Options, Pieces, call, extra, filled, joined, option

Writer = Callable[..., str]
"""Texts of the tensors among the arguments → the text of the call."""
_SIGNS = {
    "add": "+", "__add__": "+", "__iadd__": "+", "sub": "-", "subtract": "-", "__sub__": "-", "__isub__": "-",
    "mul": "*", "multiply": "*", "__mul__": "*", "__imul__": "*", "div": "/", "true_divide": "/", "divide": "/",
    "__truediv__": "/", "__itruediv__": "/", "__div__": "/", "matmul": "@", "__matmul__": "@", "mm": "@", "mv": "@",
    "bmm": "@", "dot": "@", "pow": "^", "__pow__": "^", "__ipow__": "^", "gt": ">", "__gt__": ">", "lt": "<",
    "__lt__": "<", "ge": ">=", "__ge__": ">=", "le": "<=", "__le__": "<=", "eq": "==", "__eq__": "==", "ne": "!=",
    "__ne__": "!=",
}  # fmt: skip
"""Functions of two operands, and their signs."""
_REFLECTED = {
    "__radd__": "+", "__rsub__": "-", "rsub": "-", "__rmul__": "*", "__rtruediv__": "/", "__rdiv__": "/",
    "__rpow__": "^", "__rmatmul__": "@",
}  # fmt: skip
"""The same with the operands exchanged."""
_UNARY = {
    name: name
    for name in (
        "exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "abs", "sign", "sin", "cos", "tan", "tanh", "sinh",
        "cosh", "asin", "acos", "atan", "sigmoid", "relu", "erf", "erfc", "reciprocal", "square", "floor", "ceil",
        "round", "silu", "mish", "logsigmoid", "softsign", "relu6", "hardswish", "hardsigmoid", "rsqrt", "selu",
        "exp2", "lgamma", "asinh", "acosh", "atanh", "maximum", "minimum", "where", "outer", "detach",
        "atan2", "logaddexp",
    )
} | {
    "log_sigmoid": "logsigmoid", "absolute": "abs", "special_expit": "sigmoid", "expit": "sigmoid", "sgn": "sign",
}  # fmt: skip
"""Functions whose arguments are all tensors or numbers, by the names they have here."""
_SAME = frozenset((
    "contiguous", "clone", "to", "type_as", "double", "float", "cpu", "requires_grad_", "alias", "type", "retain_grad",
))  # fmt: skip
"""Functions that give the same numbers."""
_TURNED = frozenset((
    "T", ".T", ".mT", "t", "adjoint", ".H", "transpose", "swapaxes", "permute", "movedim", "neg", "__neg__", "negative",
    "chunk", "split", "unbind", "softmax", "log_softmax", ".data",
))  # fmt: skip
"""Others that have no part in chance: they turn arrays, or are written by a rule of their own."""
_FIXED = frozenset((*_SIGNS, *_REFLECTED, *_UNARY, *_SAME, *LOSSES, *REDUCTIONS, *RULES, *_TURNED))


def base_name(function: Any) -> str:
    """Function of torch → its name, without the underscore of those that work in place."""
    name: str = getattr(function, "__name__", "") or type(function).__name__
    if name == "__get__":  # an attribute, as x.T
        return f".{function.__self__.__name__}"
    return name[:-1] if name.endswith("_") and not name.startswith("__") and name != "requires_grad_" else name


def is_fixed(name: str) -> bool:
    """Whether a function is known to give the same each time, chance having no part in it."""
    return name in _FIXED


def gives_the_same(function: Any, args: Sequence[Any], out: Any) -> bool:
    """Whether a call hands on its first argument as it is."""
    name = base_name(function)
    if name == ".data":
        return False
    return name in _SAME or (name == "dropout" and out is args[0])


def writer(function: Any, args: Sequence[Any], options: Mapping[str, Any], out: torch.Tensor) -> Writer | None:
    """A call of torch → what writes it; its tensors, in the order of `operands`, are given to that as texts."""
    name, tensors = base_name(function), operands(args, options)
    try:
        template = _written(name, list(args), dict(options), out)
    except (IndexError, KeyError, TypeError, ValueError, NotImplementedError, RuntimeError):
        return None
    return None if template is None else _with_texts(template, tensors)


def _with_texts(template: Pieces, tensors: Sequence[torch.Tensor]) -> Writer:
    """Pieces with tensors → what writes them, of the texts of these."""
    return lambda *texts: filled(template, dict(zip(map(id, tensors), texts, strict=True)))


def parts_of(
    name: str, args: Sequence[Any], options: Mapping[str, Any], out: Sequence[torch.Tensor]
) -> list[Writer | None]:
    """A call that cuts a tensor into parts, and these → what writes each, None for places; nothing for other calls."""
    if isinstance(out, tuple) and (pieces := _chosen_entries(name, args, options, out)) is not None:
        return [_with_texts(pieces, operands(args, options)), None]
    if name not in ("chunk", "split", "split_with_sizes", "tensor_split", "unbind"):
        return []
    x: torch.Tensor = args[0]
    axis = int(option(list(args), dict(options), 1 if name == "unbind" else 2, "dim", default=0)) % x.ndim
    writers, start = list[Writer | None](), 0
    for number, part in enumerate(out):
        stop = start + (1 if name == "unbind" else part.shape[axis])
        at = str(number) if name == "unbind" else f"{start}:{stop}"
        writers.append(partial(_taken, ":, " * axis + at))
        start = stop
    return writers


def _chosen_entries(
    name: str, args: Sequence[Any], options: Mapping[str, Any], out: tuple[torch.Tensor, ...]
) -> Pieces | None:
    try:
        return chosen(name, list(args), dict(options), out)
    except (IndexError, TypeError, RuntimeError):
        return None


def _taken(place: str, text: str) -> str:
    return f"{text}[{place}]"


def operands(args: Sequence[Any], options: Mapping[str, Any]) -> list[torch.Tensor]:
    """Arguments and options of a call → the tensors among them, each once, in order."""
    tensors: dict[int, torch.Tensor] = {}
    for value in (*args, *options.values()):
        if isinstance(value, torch.Tensor):
            tensors.setdefault(id(value), value)
        elif isinstance(value, list | tuple):
            tensors |= {id(tensor): tensor for tensor in operands(value, {})}
    return list(tensors.values())


def _written(name: str, args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    """Name and arguments of a call → its pieces."""
    if name in _SIGNS or name in _REFLECTED:
        return _binary(name, args, options)
    if name == ".data":
        return call("detach", args)
    if name in ("neg", "__neg__", "negative"):
        return joined("-{0}", args[0])
    if name in ("T", ".T", ".mT", "t", "adjoint", ".H") or (name in ("transpose", "swapaxes") and _is_last(args, 2)):
        return (
            joined("{0}.T" if args[0].ndim == 2 else "{0}.mT", args[0])
            if args[0].ndim == 2 or name == ".mT" or _is_last(args, 2)
            else None
        )
    if name in ("permute", "transpose", "swapaxes", "movedim"):
        return _permuted(name, args, options)
    if name in _UNARY and not extra(args, options):
        return call(_UNARY[name], args)
    if name in REDUCTIONS:
        return reduction(name, args, options, out)
    if name in ("softmax", "log_softmax"):
        axis = option(args, options, 1, "dim")
        return call(name, args[:1], axis=str(int(axis))) if options.get("dtype") is None else None
    if name in LOSSES:
        return loss(name, args, options)
    rule = RULES.get(name)
    return rule(args, options, out) if rule else None


def _binary(name: str, args: Arguments, options: Options) -> Pieces | None:
    if name in _REFLECTED:
        sign, (x, y) = _REFLECTED[name], args[:2][::-1]
    else:
        sign, (x, y) = _SIGNS[name], args[:2]
    if options.get("rounding_mode") is not None or set(options) - {"alpha", "rounding_mode"}:
        return None
    scale = options.get("alpha", 1)
    return joined(f"{{0}} {sign} {{1}}", x, y) if scale == 1 else joined(f"{{0}} {sign} {{2}}*{{1}}", x, y, scale)


def _is_last(args: Arguments, count: int) -> bool:
    """Whether a transpose exchanges the last two axes."""
    if len(args) < 3 or not isinstance(args[0], torch.Tensor):
        return False
    ndim = args[0].ndim
    return {axis % ndim for axis in args[1:3]} == {ndim - 1, ndim - 2}


def _permuted(name: str, args: Arguments, options: Options) -> Pieces | None:
    x, ndim = args[0], args[0].ndim
    if name == "permute":
        order = args[1:] if not isinstance(args[1], list | tuple) else list(args[1])
    else:
        order = list(range(ndim))
        if name == "movedim":
            return None
        first, second = (axis % ndim for axis in args[1:3])
        order[first], order[second] = order[second], order[first]
    return call("permute", [x], axes=f"[{', '.join(str(axis % ndim) for axis in order)}]")
