"""Losses of torch with their options → what writes a call of them."""

from __future__ import annotations

import torch

from graphviz_ad.capture.pieces import Arguments, Options, Pieces, call, joined, option
from graphviz_ad.language.numbers import exact

LOSSES = {
    "mse_loss": "mse", "l1_loss": "mae", "binary_cross_entropy": "bce", "cross_entropy": "cross_entropy",
    "binary_cross_entropy_with_logits": "bce_with_logits", "nll_loss": "nll", "smooth_l1_loss": "smooth_l1",
    "huber_loss": "huber", "kl_div": "",
}  # fmt: skip
"""Losses that are means over all entries, as they are here."""
_ENTRYWISE = {
    "mse_loss": "({0} - {1})^2", "l1_loss": "abs({0} - {1})",
    "binary_cross_entropy": "-({1}*log({0}) + (1 - {1})*log(1 - {0}))",
    "binary_cross_entropy_with_logits": "(softplus({0}) - {0}*{1})",
}  # fmt: skip
"""Losses without a mean."""
_OF_CLASSES = ("cross_entropy", "nll_loss")
_MAX_TARGETS = 4096
"""Classes that are written out."""


def loss(name: str, args: Arguments, options: Options) -> Pieces | None:
    """Name and arguments of a call → its pieces; None where no text says it."""
    reduction = options.get("reduction", "mean")
    known = {
        "reduction", "size_average", "reduce", "weight", "ignore_index", "label_smoothing", "pos_weight", "delta",
        "beta", "log_target", "input", "target",
    }  # fmt: skip
    args = [*args, *(options[key] for key in ("input", "target") if key in options)]
    if set(options) - known or len(args) != 2 or options.get("reduce") is not None:
        return None
    if name in _OF_CLASSES:
        return _of_classes(name, args, options, reduction)
    if options.get("weight") is not None or options.get("size_average") is not None:
        return None
    if name == "kl_div":
        return _divergence(args, options, reduction)
    if options.get("pos_weight") is not None:
        inner = "((1 - {1})*{0} + (1 + ({2} - 1)*{1})*softplus(-{0}))"
        return joined(_reduced(inner, reduction), *args, options["pos_weight"])
    more = {key: exact(float(options[key])) for key in ("delta", "beta") if options.get(key, 1.0) != 1.0}
    count = args[0].numel()
    if reduction == "mean" or (reduction == "sum" and name not in _ENTRYWISE and args[0].shape == args[1].shape):
        mean = call(LOSSES[name], args, **more)
        return mean if reduction == "mean" else Pieces([f"{count}*", *mean])
    if name in _ENTRYWISE:
        return joined(_reduced(_ENTRYWISE[name], reduction), *args)
    return None


def _reduced(inner: str, reduction: str) -> str:
    """Loss of each entry → their sum or mean, or all of them."""
    return inner if reduction == "none" else f"{reduction}({inner})"


def _divergence(args: Arguments, options: Options, reduction: str) -> Pieces | None:
    """Of logarithms and a distribution; one that is 0 somewhere has no logarithm there."""
    logs, target = args
    if options.get("log_target"):
        inner = "(exp({1})*({1} - {0}))"
    elif bool((target > 0).all()):
        inner = "({1}*(log({1}) - {0}))"
    else:
        return None
    if reduction == "batchmean":
        return joined(f"sum({inner})/{len(logs)}", *args)
    return joined(_reduced(inner, reduction), *args)


def _of_classes(name: str, args: Arguments, options: Options, reduction: str) -> Pieces | None:
    """Of classes, or of probabilities of classes."""
    (x, y), weight = args, options.get("weight")
    smoothing, ignored = options.get("label_smoothing", 0.0), options.get("ignore_index", -100)
    plain = weight is None and not smoothing
    if y.dtype.is_floating_point:
        return call(LOSSES[name], args) if plain and reduction == "mean" and x.ndim <= 2 else None
    kept = y != ignored
    if plain and x.ndim <= 2 and bool(kept.all()) and reduction in ("mean", "sum"):
        mean = call(LOSSES[name], args)
        return mean if reduction == "mean" or x.ndim < 2 else Pieces([f"{len(y)}*", *mean])
    if x.ndim < 2 or not 0 < y.numel() <= _MAX_TARGETS or not bool(kept.any()):
        return None
    if plain and x.ndim == 2 and reduction == "mean":
        rows = kept.nonzero()[:, 0].tolist()
        return joined(f"{LOSSES[name]}({{0}}[{rows}], {{1}}[{rows}])", x, y)
    return _picked(name, x, y, kept, weight, float(smoothing), reduction)


def _picked(
    name: str, x: torch.Tensor, y: torch.Tensor, kept: torch.Tensor, weight: torch.Tensor | None, smoothing: float,
    reduction: str,
) -> Pieces | None:  # fmt: skip
    """The logarithms of the classes, picked one by one."""
    logs = "log_softmax({0}, axis=1)" if name == "cross_entropy" else "{0}"
    classes = y[kept].tolist()
    first, *others = (axis.tolist() for axis in kept.nonzero(as_tuple=True))
    picked = f"{logs}[{', '.join(map(str, (first, classes, *others)))}]"
    is_whole = bool(kept.all())
    if reduction == "none":
        if smoothing or not is_whole or y.ndim != 1:
            return None
        return joined(f"-{picked}" if weight is None else f"-{{1}}[{classes}]*{picked}", *_given(x, weight))
    if weight is not None:
        share = f"/sum({{1}}[{classes}])" if reduction == "mean" else ""
        return None if smoothing else joined(f"-sum({{1}}[{classes}]*{picked}){share}", x, weight)
    if not smoothing:
        return joined(f"-{reduction}({picked})", x)
    if not is_whole:
        return None
    even = f"{exact(smoothing)}*mean({logs})" if reduction == "mean" else (
        f"{exact(smoothing)}/{x.shape[1]}*sum({logs})")  # fmt: skip
    return joined(f"-({exact(1 - smoothing)})*{reduction}({picked}) - {even}", x)


def _given(x: torch.Tensor, weight: torch.Tensor | None) -> list[torch.Tensor]:
    return [x] if weight is None else [x, weight]


def cosine(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    """The cosine of the angle between vectors along an axis."""
    dim, eps = option(args, options, 2, "dim", default=1), option(args, options, 3, "eps", default=1e-8)
    if args[0].shape != args[1].shape:
        return None
    return call("cosine_similarity", args[:2], axis=str(int(dim)), eps=exact(float(eps)))
