"""Text with tensors in it: what a call of torch is, before its tensors have names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from graphviz_ad.language.numbers import exact

_MAX_ROOT = 10_000
"""Whole numbers whose roots are looked for."""


Arguments = list[Any]
"""What a call of torch was given: tensors, numbers, lists of them, as its signature has them."""
Options = dict[str, Any]
"""The same by name."""


class Pieces(list[Any]):
    """Text with tensors in it, in the order in which it is written."""


def filled(pieces: Pieces, texts: Mapping[int, str]) -> str:
    return "".join(texts[id(piece)] if isinstance(piece, torch.Tensor) else piece for piece in pieces)


def joined(template: str, *values: Any) -> Pieces:
    """Template with {0}, {1} …, and tensors or numbers → pieces."""
    pieces = Pieces()
    rest = template
    while True:
        before, brace, rest = rest.partition("{")
        pieces.append(before)
        if not brace:
            return pieces
        number, _, rest = rest.partition("}")
        pieces.append(operand(values[int(number)]))


def operand(value: Any) -> Any:
    """Tensor as it is; a number → text."""
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no operand")
    text = _number(float(value)) if math.isfinite(value) else str(float(value))
    return f"({text})" if text.startswith("-") else text


def _number(value: float) -> str:
    """Number → text; the root of a whole number, or one divided by it, as such: sqrt(2) is what the author wrote."""
    for text, square, of in (("sqrt({})", value * value, 1.0), ("(1/sqrt({}))", 1 / (value * value or 1.0), -1.0)):
        if not math.isfinite(square):
            continue
        n = round(square)
        root = math.sqrt(n) if 1 < n < _MAX_ROOT else 1.0
        if not root.is_integer() and value in (root**of, n ** (0.5 * of)):
            return text.format(n)
    return exact(value)


def call(name: str, values: Sequence[Any], **options: str) -> Pieces:
    """Name here, operands and options → the call."""
    places = ", ".join(f"{{{number}}}" for number in range(len(values)))
    more = "".join(f", {key}={value}" for key, value in options.items())
    return joined(f"{name}({places}{more})", *values)


def extra(args: Arguments, options: Options) -> bool:
    """Whether there is something beside tensors and numbers."""
    harmless = {"inplace": (False, True), "out": (None,)}
    others = {key: value for key, value in options.items() if value not in harmless.get(key, ())}
    return bool(others) or any(
        isinstance(value, bool) or not isinstance(value, torch.Tensor | int | float) for value in args
    )


def option(args: Arguments, options: Options, place: int, *names: str, default: Any = None) -> Any:
    """An option by its place or one of its names."""
    for name in names:
        if name in options:
            return options[name]
    return args[place] if len(args) > place else default


def axes(value: Any) -> str:
    """Axis or axes → text."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(str(int(axis)) for axis in value)}]"
    return str(int(value))
