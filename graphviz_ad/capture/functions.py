"""Functions of torch with arguments of their own kinds → what writes a call of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch

from graphviz_ad.capture.losses import cosine
from graphviz_ad.capture.moving import MOVING, is_small, taken
from graphviz_ad.capture.pieces import Arguments, Options, Pieces, axes, call, joined, operand, option
from graphviz_ad.capture.sliding import SLIDING
from graphviz_ad.language.numbers import exact

Rule = Callable[[Arguments, Options, torch.Tensor], Pieces | None]
"""Arguments and options of a call, and what came out → its pieces, None where no text says it."""
REDUCTIONS = {"sum": "sum", "mean": "mean", "amax": "amax", "amin": "amin", "logsumexp": "logsumexp", "prod": "prod"}


def reduction(name: str, args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    if options.get("dtype") is not None or not isinstance(out, torch.Tensor):
        return None
    axis = option(args, options, 1, "dim", "axis")
    keep = option(args, options, 2, "keepdim", "keepdims", default=False)
    more = ({"axis": axes(axis)} if axis is not None and axis != [] else {}) | ({"keepdims": "1"} if keep else {})
    return call(REDUCTIONS[name], args[:1], **more)


def _shaped(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    if tuple(out.shape) == tuple(args[0].shape):
        return joined("{0}", args[0])
    if out.ndim == 0:
        return call("sum", args[:1])
    lengths = ", ".join(map(str, out.shape))
    return joined(f"reshape({{0}}, [{lengths}])", args[0])


def _norm(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    power, axis = option(args, options, 1, "p", "ord", default=2), option(args, options, 2, "dim")
    keep = option(args, options, 3, "keepdim", default=False)
    power = 2 if power in ("fro", None) else power
    if power not in (1, 2, math.inf) or options.get("dtype") is not None or isinstance(axis, list | tuple):
        return None
    more = ({} if axis is None else {"axis": axes(axis)}) | ({"keepdims": "1"} if keep else {})
    return call("norm", args[:1], **more, **({} if power == 2 else {"p": operand(power)}))


def _norm_of_matrix(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    power = option(args, options, 1, "ord")
    is_of_vector = args[0].ndim < 2 or isinstance(option(args, options, 2, "dim"), int) or power in (None, "fro")
    return _norm(args, options, out) if is_of_vector else None


def _linear(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    x, weight, bias = args[0], args[1], option(args, options, 2, "bias")
    if weight.ndim != 2:
        return None
    product = "{0} @ {1}.T" if x.ndim > 1 else "{1} @ {0}"
    return joined(product, x, weight) if bias is None else joined(f"{product} + {{2}}", x, weight, bias)


def _index(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    at = args[1] if isinstance(args[1], tuple) else (args[1],)
    if any(part is Ellipsis for part in at):
        gap = next(number for number, part in enumerate(at) if part is Ellipsis)
        count = args[0].ndim - sum(part is not None and part is not Ellipsis for part in at)
        at = (*at[:gap], *([slice(None)] * count), *at[gap + 1 :])
    try:
        return joined(f"{{0}}[{', '.join(map(place, at))}]", args[0])
    except NotImplementedError:  # a mask, or a matrix of places
        return taken(args[0], lambda places: places[args[1]])


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


def _embedding(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    index, weight = args[0], args[1]
    padding = option(args, options, 2, "padding_idx")
    is_padded = padding is not None and bool((index == padding % len(weight)).any())  # which gets no gradient
    if is_padded or option(args, options, 3, "max_norm") is not None or not is_small(index):
        return None
    return joined(f"{{0}}[{index.tolist()}]", weight)


def _several(name: str) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        return call(name, list(args[0]), axis=str(int(option(args, options, 1, "dim", "axis", default=0))))

    return write


def _filled_with(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    return call("where", [args[1], option(args, options, 2, "value"), args[0]])


def _clamp(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    low, high = option(args, options, 1, "min"), option(args, options, 2, "max")
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    return call("clamp", [args[0], low, high])


def _normal(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    x, shape = args[0], option(args, options, 1, "normalized_shape")
    weight, bias = option(args, options, 2, "weight"), option(args, options, 3, "bias")
    eps = option(args, options, 4, "eps", default=1e-5)
    over = "" if len(shape) == 1 else f", axis={list(range(-len(shape), 0))}"
    template = f"layer_norm({{0}}, eps={exact(float(eps))}{over})"
    template += "" if weight is None else "*{1}"
    return joined(template + ("" if bias is None else " + {2}"), x, weight, bias)


def _variance(name: str) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
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

    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        more = {}
        for own, (place, theirs, default) in names.items():
            value = option(args, options, place, theirs, default=default)
            if value != default:
                more[own] = exact(float(value))
        return call(name, args[:1], **more)

    return write


def _gelu(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    return call("gelu_tanh" if options.get("approximate", "none") == "tanh" else "gelu", args[:1])


def _einsum(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    spec, tensors = args[0], args[1:] if isinstance(args[1], torch.Tensor) else list(args[1])
    return joined(f"einsum('{spec}', {', '.join(f'{{{n}}}' for n in range(len(tensors)))})", *tensors)


def _batch_normal(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    x, training = args[0], option(args, options, 5, "training", default=False)
    mean, variance = option(args, options, 1, "running_mean"), option(args, options, 2, "running_var")
    eps = exact(float(option(args, options, 7, "eps", default=1e-5)))
    scaled = _scaled(x, option(args, options, 3, "weight"), option(args, options, 4, "bias"))
    if training:
        over = "" if x.ndim == 2 else f", axis={[0, *range(2, x.ndim)]}"
        return scaled(Pieces(["batch_norm(", x, f", eps={eps}{over})"]))
    return scaled(Pieces(["(", x, " - ", *_per_channel(x, mean), ")/sqrt(", *_per_channel(x, variance), f" + {eps})"]))


def _per_channel(x: torch.Tensor, values: torch.Tensor) -> Pieces:
    """A number for each channel → the same in a shape that fits x, whose axis 1 the channels are."""
    return joined("{0}" if x.ndim == 2 else f"reshape({{0}}, [{len(values)}{', 1' * (x.ndim - 2)}])", values)


def _scaled(x: torch.Tensor, weight: torch.Tensor | None, bias: torch.Tensor | None) -> Callable[[Pieces], Pieces]:
    """Array, and numbers for its channels → what writes something of its shape times the first plus the second."""

    def write(text: Pieces) -> Pieces:
        factor = [] if weight is None else ["*", *_per_channel(x, weight)]
        return Pieces([*text, *factor, *([] if bias is None else [" + ", *_per_channel(x, bias)])])

    return write


def _instance_normal(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    x, eps = args[0], exact(float(option(args, options, 7, "eps", default=1e-5)))
    if x.ndim < 3 or not option(args, options, 5, "use_input_stats", default=True):
        return None
    scaled = _scaled(x, option(args, options, 3, "weight"), option(args, options, 4, "bias"))
    return scaled(Pieces(["layer_norm(", x, f", eps={eps}, axis={list(range(2, x.ndim))})"]))


def _group_normal(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    x, groups = args[0], option(args, options, 1, "num_groups")
    eps = exact(float(option(args, options, 4, "eps", default=1e-5)))
    scaled = _scaled(x, option(args, options, 2, "weight"), option(args, options, 3, "bias"))
    rows = f"layer_norm(reshape({{0}}, [{len(x)}, {groups}, {x[0].numel() // groups}]), eps={eps})"
    return scaled(joined(f"reshape({rows}, {list(x.shape)})", x))


def _root_mean_square(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    shape, weight, eps = (option(args, options, place, name) for place, name in _OF_RMS)
    eps = torch.finfo(args[0].dtype).eps if eps is None else float(eps)
    over = "" if len(shape) == 1 else f", axis={list(range(-len(shape), 0))}"
    return joined(f"rms_norm({{0}}, eps={exact(eps)}{over})" + ("" if weight is None else "*{1}"), args[0], weight)


def _cumulated(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    return call("cumsum", args[:1], axis=str(int(option(args, options, 1, "dim"))))


def _between(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    return joined("{0} + {2}*({1} - {0})", args[0], args[1], option(args, options, 2, "weight"))


def _added(sign: str) -> Rule:
    """addcmul, addcdiv: a sum with a product or a quotient, times a number."""

    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        scale = options.get("value", 1)
        return joined(f"{{0}} + {'' if scale == 1 else '{3}*'}{{1}}{sign}{{2}}", *args[:3], scale)

    return write


def _added_product(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    beta, alpha = (options.get(name, 1) for name in ("beta", "alpha"))
    first, second = ("" if scale == 1 else f"{{{at}}}*" for at, scale in ((3, beta), (4, alpha)))
    return joined(f"{first}{{0}} + {second}({{1}} @ {{2}})", *args[:3], beta, alpha)


def _gated(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    axis = int(option(args, options, 1, "dim", default=-1)) % out.ndim
    before, half = ":, " * axis, out.shape[axis]
    return joined(f"{{0}}[{before}0:{half}]*sigmoid({{0}}[{before}{half}:{2 * half}])", args[0])


_OF_RMS = ((1, "normalized_shape"), (2, "weight"), (3, "eps"))
_RESHAPING = (
    "reshape", "view", "flatten", "squeeze", "unsqueeze", "view_as", "reshape_as", "unflatten", "ravel",
)  # fmt: skip
RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_RESHAPING, _shaped), **SLIDING, **MOVING,
    "linear": _linear, **dict.fromkeys(("addmm", "baddbmm", "addmv"), _added_product), "lerp": _between,
    "addcmul": _added("*"), "addcdiv": _added("/"), "glu": _gated, "cumsum": _cumulated,
    "instance_norm": _instance_normal, "group_norm": _group_normal, "rms_norm": _root_mean_square,
    "cosine_similarity": cosine, "linalg_vector_norm": _norm, "linalg_norm": _norm_of_matrix,
    "__getitem__": _index, "embedding": _embedding, "cat": _several("concat"), "concat": _several("concat"),
    "stack": _several("stack"), "masked_fill": _filled_with, "clamp": _clamp, "clip": _clamp, "layer_norm": _normal,
    "einsum": _einsum, "batch_norm": _batch_normal,
    "var": _variance("var"), "std": _variance("std"), "gelu": _gelu,
    "leaky_relu": _with("leaky_relu", slope=(1, "negative_slope", 0.01)), "elu": _with("elu", alpha=(1, "alpha", 1.0)),
    "clamp_min": lambda a, o, out: call("clamp", [a[0], a[1], math.inf]) if not o else None,
    "clamp_max": lambda a, o, out: call("clamp", [a[0], -math.inf, a[1]]) if not o else None,
    "softplus": lambda a, o, out: call("softplus", a[:1]) if len(a) == 1 and not o else None,
    "norm": _norm,
    "max": lambda a, o, out: call(("amax", "maximum")[len(a) - 1], a) if not o else None,
    "min": lambda a, o, out: call(("amin", "minimum")[len(a) - 1], a) if not o else None,
}  # fmt: skip
"""Other functions of torch, and what writes a call of them."""
