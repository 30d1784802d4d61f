"""Calls of torch that take entries of a tensor, in any order and any number → an index in the language of formulas.

What such a call does to a tensor it does to the places of its entries as well, from which the index is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

import torch

from graphviz_ad.capture.pieces import Arguments, Options, Pieces, axes, call, joined

Rule = Callable[[Arguments, Options, torch.Tensor], Pieces | None]
"""As in `functions`."""
_MAX_PLACES = 4096
"""Places that are written out."""
_TAKING = (
    "roll", "flip", "fliplr", "flipud", "rot90", "repeat", "tile", "repeat_interleave", "index_select", "gather",
    "take_along_dim", "masked_select", "expand", "expand_as", "broadcast_to", "select", "narrow", "diagonal", "unfold",
    "take", "movedim", "moveaxis",
)  # fmt: skip
"""Functions whose result has entries of their first argument only."""
_EXTREMES = {"max": "amax", "min": "amin"}


def taken(x: torch.Tensor, move: Callable[[torch.Tensor], torch.Tensor]) -> Pieces | None:
    """Tensor, and what takes entries of one of its shape → the index that takes them; None where there are too many."""
    if not x.ndim or x.numel() > 2**24:
        return None
    places = move(torch.arange(x.numel()).reshape(x.shape))
    if places.numel() > _MAX_PLACES or not places.ndim or not places.numel():
        return None
    index = list(torch.unravel_index(places, x.shape))
    return joined("{0}" + (_along_axes(index, x.shape) or f"[{', '.join(str(at.tolist()) for at in index)}]"), x)


def _along_axes(index: list[torch.Tensor], shape: torch.Size) -> str | None:
    """Places along each axis → an index behind another, each along one axis; None where these depend on others."""
    text, ndim = "", len(shape)
    if index[0].ndim != ndim:
        return None
    for axis, at in enumerate(index):
        line = at.movedim(axis, 0).reshape(at.shape[axis], -1)
        if not bool((line == line[:, :1]).all()):
            return None
        own = line[:, 0].tolist()
        if own != list(range(shape[axis])):
            is_run = own == list(range(own[0], own[0] + len(own)))
            text += f"[{':, ' * axis}{f'{own[0]}:{own[-1] + 1}' if is_run else own}]"
    return text


def _taking(name: str) -> Rule:
    function = getattr(torch.Tensor, name, None) or getattr(torch, name)

    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        others = {key: value for key, value in options.items() if key != "input"}
        if args[0].shape == out.shape and name in ("expand", "expand_as", "broadcast_to"):
            return joined("{0}", args[0])
        return taken(args[0], lambda places: function(places, *args[1:], **others))

    return write


def _upsampled(count: int) -> Rule:
    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        sizes, lengths = out.shape[-count:], args[0].shape[-count:]

        def move(places: torch.Tensor) -> torch.Tensor:
            for axis, (size, length) in enumerate(zip(sizes, lengths, strict=True)):
                places = places.index_select(axis - count, torch.arange(size) * length // size)
            return places

        return taken(args[0], move)

    return write


def _masked(keep: Callable[..., torch.Tensor]) -> Rule:
    """Which part of a matrix stays → what writes it, as a product with zeros and ones."""

    def write(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
        if args[0].ndim != 2 or args[0].numel() > 64:
            return None
        others = {key: value for key, value in options.items() if key != "input"}
        mask = keep(torch.ones(args[0].shape, dtype=torch.int64), *args[1:], **others)
        return joined(f"{{0}}*{mask.tolist()}", args[0])

    return write


def _with_diagonal(args: Arguments, options: Options, out: torch.Tensor) -> Pieces | None:
    """A number along the diagonal of a matrix."""
    value = options.get("fill_value", args[1] if len(args) > 1 else None)
    if out.ndim != 2 or out.numel() > 64 or len(args) > 2 or options.get("wrap"):
        return None
    on_it = torch.eye(*out.shape, dtype=torch.int64).tolist()
    return joined(f"where({on_it}, {{0}}, {{1}})", value, args[0])


def chosen(name: str, args: Arguments, options: Options, out: tuple[torch.Tensor, ...]) -> Pieces | None:
    """A call that gives entries of a tensor and where they are, as max along an axis → what writes these entries."""
    if len(out) != 2 or name not in ("max", "min", "topk", "sort", "median", "kthvalue"):
        return None
    x, (values, where) = args[0], out
    dim: int = options["dim"] if "dim" in options else args[2] if name in ("topk", "kthvalue") and len(args) > 2 else -1
    if name not in ("topk", "kthvalue") and len(args) > 1 and not isinstance(args[1], bool):
        dim = args[1]
    is_kept = values.ndim == x.ndim
    if name in _EXTREMES:
        largest = values if is_kept else values.unsqueeze(dim)
        if int((x == largest).sum()) == values.numel():  # no ties, which this would share the gradient among
            return call(_EXTREMES[name], [x], axis=axes(dim), **({"keepdims": "1"} if is_kept else {}))

    def move(places: torch.Tensor) -> torch.Tensor:
        along = places.gather(dim, where if is_kept else where.unsqueeze(dim))
        return along if is_kept else along.squeeze(dim)

    return taken(x, move)


MOVING: Mapping[str, Rule] = {
    **{name: _taking(name) for name in _TAKING}, "tril": _masked(torch.tril), "triu": _masked(torch.triu),
    "fill_diagonal": _with_diagonal,
    **{f"upsample_nearest{count}d": _upsampled(count) for count in (1, 2)},
}  # fmt: skip
"""These functions by name."""


def is_small(index: torch.Tensor) -> bool:
    """Whether an index may be written out."""
    return prod(index.shape) <= _MAX_PLACES
