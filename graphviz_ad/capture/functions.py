"""Functions of torch with arguments of their own kinds → what writes a call of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch

from graphviz_ad.capture.pieces import Pieces, axes, call, joined, option
from graphviz_ad.capture.sliding import SLIDING
from graphviz_ad.language.numbers import exact

Rule = Callable[[list[Any], dict[str, Any], torch.Tensor], Pieces | None]
"""Arguments and options of a call, and what came out → its pieces, None where no text says it."""
REDUCTIONS = {"sum": "sum", "mean": "mean", "amax": "amax", "amin": "amin", "logsumexp": "logsumexp", "prod": "prod"}
LOSSES = {
    "mse_loss": "mse", "l1_loss": "mae", "binary_cross_entropy": "bce", "cross_entropy": "cross_entropy",
    "binary_cross_entropy_with_logits": "bce_with_logits", "nll_loss": "nll", "smooth_l1_loss": "smooth_l1",
}  # fmt: skip
"""Losses that are means over all entries, as they are here."""
_ENTRYWISE = {
    "mse_loss": "({0} - {1})^2", "l1_loss": "abs({0} - {1})",
    "binary_cross_entropy": "-({1}*log({0}) + (1 - {1})*log(1 - {0}))",
}  # fmt: skip
"""Losses without a mean."""


def reduction(name: str, args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    if options.get("dtype") is not None or not isinstance(out, torch.Tensor):
        return None
    axis = option(args, options, 1, "dim", "axis")
    keep = option(args, options, 2, "keepdim", "keepdims", default=False)
    more = ({"axis": axes(axis)} if axis is not None and axis != [] else {}) | ({"keepdims": "1"} if keep else {})
    return call(REDUCTIONS[name], args[:1], **more)


def loss(name: str, args: list[Any], options: dict[str, Any]) -> Pieces | None:
    reduction = options.get("reduction", "mean")
    known = {"reduction", "size_average", "reduce", "weight", "ignore_index", "label_smoothing", "pos_weight"}
    if set(options) - known or options.get("weight") is not None or options.get("pos_weight") is not None:
        return None
    if options.get("label_smoothing", 0.0) or options.get("ignore_index", -100) != -100 or len(args) > 2:
        return None
    if reduction == "mean" and args[0].ndim <= 2:
        return call(LOSSES[name], args[:2])
    if name in _ENTRYWISE and reduction in ("sum", "none"):
        inner = _ENTRYWISE[name]
        return joined(f"sum({inner})" if reduction == "sum" else inner, *args[:2])
    return None


def _shaped(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    if tuple(out.shape) == tuple(args[0].shape):
        return joined("{0}", args[0])
    if out.ndim == 0:
        return call("sum", args[:1])
    lengths = ", ".join(map(str, out.shape))
    return joined(f"reshape({{0}}, [{lengths}])", args[0])


def _same_shape(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    return joined("{0}", args[0]) if out.shape == args[0].shape else None


def _norm(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    power, axis = option(args, options, 1, "p", default=2), option(args, options, 2, "dim")
    keep = option(args, options, 3, "keepdim", default=False)
    if power not in (2, 2.0, "fro") or options.get("dtype") is not None or (axis is not None and keep):
        return None
    return call("norm", args[:1], **({"axis": axes(axis)} if isinstance(axis, int) else {}))


def _linear(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    x, weight, bias = args[0], args[1], option(args, options, 2, "bias")
    if weight.ndim != 2:
        return None
    product = "{0} @ {1}.T" if x.ndim > 1 else "{1} @ {0}"
    return joined(product, x, weight) if bias is None else joined(f"{product} + {{2}}", x, weight, bias)


def _index(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    at = args[1] if isinstance(args[1], tuple) else (args[1],)
    if any(part is Ellipsis for part in at):
        gap = next(number for number, part in enumerate(at) if part is Ellipsis)
        count = args[0].ndim - sum(part is not None and part is not Ellipsis for part in at)
        at = (*at[:gap], *([slice(None)] * count), *at[gap + 1 :])
    return joined(f"{{0}}[{', '.join(map(place, at))}]", args[0])


def place(part: Any) -> str:
    """One place of an index → text."""
    if part is None:
        return "None"
    if isinstance(part, slice):
        ends = ["" if end is None else str(int(end)) for end in (part.start, part.stop)]
        return ":".join(ends if part.step is None else [*ends, str(int(part.step))])
    if isinstance(part, torch.Tensor):
        if part.dtype == torch.bool or part.dtype.is_floating_point or part.ndim > 1:
            raise NotImplementedError("an index of that kind has no text")
        return str(part.tolist())
    if isinstance(part, list | range):
        return str([int(entry) for entry in part])
    if isinstance(part, bool):
        raise NotImplementedError("an index of that kind has no text")
    return str(int(part))


def _embedding(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    index, weight = args[0], args[1]
    return joined(f"{{0}}[{place(index)}]", weight) if index.ndim < 2 else None


def _several(name: str) -> Rule:
    def write(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
        return call(name, list(args[0]), axis=str(int(option(args, options, 1, "dim", "axis", default=0))))

    return write


def _filled_with(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    return call("where", [args[1], option(args, options, 2, "value"), args[0]])


def _clamp(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    low, high = option(args, options, 1, "min"), option(args, options, 2, "max")
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    return call("clamp", [args[0], low, high])


def _normal(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    x, shape = args[0], option(args, options, 1, "normalized_shape")
    weight, bias = option(args, options, 2, "weight"), option(args, options, 3, "bias")
    eps = option(args, options, 4, "eps", default=1e-5)
    if len(shape) != 1:
        return None
    template = f"layer_norm({{0}}, eps={exact(float(eps))})"
    template += "" if weight is None else "*{1}"
    return joined(template + ("" if bias is None else " + {2}"), x, weight, bias)


def _variance(name: str) -> Rule:
    def write(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
        if any(isinstance(value, bool) for value in args[1:]) or not set(options) <= {
            "dim",
            "keepdim",
            "unbiased",
            "correction",
        }:
            return None
        axis = option(args, options, 1, "dim")
        correction = options.get("correction", 1 if options.get("unbiased", True) else 0)
        more = {"axis": axes(axis)} if axis is not None else {}
        more |= {"keepdims": "1"} if options.get("keepdim") else {}
        return call(name, args[:1], **more, correction=str(int(correction)))

    return write


def _with(name: str, **names: tuple[int, str, Any]) -> Rule:
    """Name here and its options: place, name and default in torch → what writes the call."""

    def write(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
        more = {}
        for own, (place, theirs, default) in names.items():
            value = option(args, options, place, theirs, default=default)
            if value != default:
                more[own] = exact(float(value))
        return call(name, args[:1], **more)

    return write


def _gelu(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    return call("gelu_tanh" if options.get("approximate", "none") == "tanh" else "gelu", args[:1])


def _einsum(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    spec, tensors = args[0], args[1:] if isinstance(args[1], torch.Tensor) else list(args[1])
    return joined(f"einsum('{spec}', {', '.join(f'{{{n}}}' for n in range(len(tensors)))})", *tensors)


def _batch_normal(args: list[Any], options: dict[str, Any], out: torch.Tensor) -> Pieces | None:
    x, training = args[0], option(args, options, 5, "training", default=False)
    weight, bias = option(args, options, 3, "weight"), option(args, options, 4, "bias")
    eps = option(args, options, 7, "eps", default=1e-5)
    if x.ndim != 2 or not training:
        return None
    template = f"batch_norm({{0}}, eps={exact(float(eps))})" + ("" if weight is None else "*{1}")
    return joined(template + ("" if bias is None else " + {2}"), x, weight, bias)


_RESHAPING = (
    "reshape", "view", "flatten", "squeeze", "unsqueeze", "view_as", "reshape_as", "unflatten", "ravel",
)  # fmt: skip
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_RESHAPING, _shaped), **SLIDING,
    "linear": _linear, "addmm": lambda a, o, out: joined("{0} + {1} @ {2}", *a[:3]) if not o else None,
    "__getitem__": _index, "embedding": _embedding, "cat": _several("concat"), "concat": _several("concat"),
    "stack": _several("stack"), "masked_fill": _filled_with, "clamp": _clamp, "clip": _clamp, "layer_norm": _normal,
    "einsum": _einsum, "batch_norm": _batch_normal,
    "var": _variance("var"), "std": _variance("std"), "gelu": _gelu,
    "leaky_relu": _with("leaky_relu", slope=(1, "negative_slope", 0.01)), "elu": _with("elu", alpha=(1, "alpha", 1.0)),
    "clamp_min": lambda a, o, out: call("clamp", [a[0], a[1], math.inf]) if not o else None,
    "clamp_max": lambda a, o, out: call("clamp", [a[0], -math.inf, a[1]]) if not o else None,
    "broadcast_to": _same_shape, "expand_as": _same_shape, "expand": _same_shape,
    "softplus": lambda a, o, out: call("softplus", a[:1]) if len(a) == 1 and not o else None,
    "norm": _norm,
    "max": lambda a, o, out: call("amax", a) if len(a) == 1 and not o else None,
    "min": lambda a, o, out: call("amin", a) if len(a) == 1 and not o else None,
}  # fmt: skip
"""Other functions of torch, and what writes a call of them."""
