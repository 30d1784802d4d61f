"""Convolutions and poolings of torch → what writes a call of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from graphviz_ad.capture.pieces import Arguments, Options, Pieces, call, joined, option

Rule = Callable[[Arguments, Options, torch.Tensor], Pieces | None]
"""As in `functions`."""


_MAX_GROUPS = 8
"""Groups of channels that are written out."""
_OF_TRANSPOSED = ((3, "stride", 1), (4, "padding", 0), (5, "output_padding", 0), (7, "dilation", 1))


def _convolution(axes: int) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        x, weight, bias = args[0], args[1], option(args, options, 2, "bias")
        padding, groups = option(args, options, 4, "padding", default=0), option(args, options, 6, "groups", default=1)
        dilation = option(args, options, 5, "dilation", default=1)
        if isinstance(padding, str):
            padding = _padding(padding, weight.shape[-axes:], dilation)
        if padding is None or groups > _MAX_GROUPS:
            return None
        stride = option(args, options, 3, "stride", default=1)
        sizes = _sizes(stride=(stride, 1), padding=(padding, 0), dilation=(dilation, 1))
        product = f"conv{axes}d({{0}}, {{1}}{sizes})"
        if groups > 1:
            product = _in_groups(f"conv{axes}d", x.ndim - axes - 1, groups, weight, sizes)
        if bias is None:
            return joined(product, x, weight)
        ones = ", 1" * axes
        return joined(f"{product} + reshape({{2}}, [{len(bias)}{ones}])", x, weight, bias)

    return write


def _in_groups(name: str, axis: int, groups: int, weight: torch.Tensor, sizes: str) -> str:
    """A convolution that treats groups of channels apart → these behind one another."""
    (outputs, inputs), before = (len(weight) // groups, weight.shape[1]), ":, " * axis
    parts = (
        f"{name}({{0}}[{before}{g * inputs}:{(g + 1) * inputs}], {{1}}[{g * outputs}:{(g + 1) * outputs}]{sizes})"
        for g in range(groups)
    )
    return f"concat({', '.join(parts)}, axis={axis})"


def _transposed(axes: int) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        x, weight, bias = args[0], args[1], option(args, options, 2, "bias")
        if option(args, options, 6, "groups", default=1) != 1:
            return None
        given = {name: (option(args, options, at, name, default=least), least) for at, name, least in _OF_TRANSPOSED}
        product = f"conv_transpose{axes}d({{0}}, {{1}}{_sizes(**given)})"
        if bias is None:
            return joined(product, x, weight)
        return joined(f"{product} + reshape({{2}}, [{len(bias)}{', 1' * axes}])", x, weight, bias)

    return write


def _padding(word: str, kernel: Sequence[int], dilation: Any) -> list[int] | None:
    """What torch calls a padding → how many zeros there are on either side; None where these are not as many."""
    apart = list(dilation) if isinstance(dilation, list | tuple) else [dilation] * len(kernel)
    both = [0 if word == "valid" else reach * (k - 1) for k, reach in zip(kernel, apart, strict=True)]
    return [more // 2 for more in both] if not any(more % 2 for more in both) else None


def _pool(kind: str, axes: int) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        x, size = args[0], option(args, options, 1, "kernel_size")
        stride, padding = option(args, options, 2, "stride"), option(args, options, 3, "padding", default=0)
        dilation = option(args, options, 4, "dilation", default=1) if kind == "max" else 1
        ceil = option(args, options, 5 if kind == "max" else 4, "ceil_mode", default=False)
        counts_zeros = kind == "max" or option(args, options, 5, "count_include_pad", default=True) or not padding
        if ceil or not counts_zeros or options.get("return_indices") or options.get("divisor_override") is not None:
            return None
        stride = None if stride is None or stride == [] or _whole(stride) == _whole(size) else stride
        sizes = _sizes(stride=(stride, None), padding=(padding, 0), dilation=(dilation, 1))
        return joined(f"{kind}_pool{axes}d({{0}}, size={_whole(size)}{sizes})", x)

    return write


def _adaptive(axes: int) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        size = list(out.shape[-axes:])
        return call(f"adaptive_avg_pool{axes}d", args[:1], size=_whole(size))

    return write


def _sizes(**given: tuple[Any, Any]) -> str:
    """Options with what they are unless said → those that differ, as they are written behind the arguments."""
    texts = {name: _whole(value) for name, (value, default) in given.items() if value is not None}
    return "".join(f", {name}={text}" for name, text in texts.items() if text != _whole(given[name][1]))


def _whole(value: Any) -> str:
    """A number or one for each axis → text; one number where they are alike."""
    values = [int(entry) for entry in value] if isinstance(value, list | tuple) else [int(value or 0)]
    return str(values[0]) if len(set(values)) == 1 else str(values)


SLIDING: Mapping[str, Rule] = {
    name: rule
    for axes in (1, 2)
    for name, rule in (
        (f"conv{axes}d", _convolution(axes)), (f"max_pool{axes}d", _pool("max", axes)),
        (f"conv_transpose{axes}d", _transposed(axes)),
        (f"_max_pool{axes}d", _pool("max", axes)), (f"avg_pool{axes}d", _pool("avg", axes)),
        (f"adaptive_avg_pool{axes}d", _adaptive(axes)),
    )
}  # fmt: skip
"""These functions by name."""
