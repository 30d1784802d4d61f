"""What the author called a tensor: a variable of the code, or the path of a parameter in its module."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import torch

from graphviz_ad.capture.writing import operands
from graphviz_ad.ops.table import BY_NAME

_SHORT = {"weight": "W", "bias": "b"}
"""Parameters of modules that books call by a letter."""
_NAME = re.compile(r"[^\W\d_]\w*")


def variable(tensor: object, frame: FrameType | None) -> str:
    """Tensor or module, and where the author's code was → the variable it is bound to there, "" where to none."""
    if frame is None:
        return ""
    known = {**frame.f_globals, **frame.f_locals}
    names = [name for name, value in known.items() if value is tensor and _NAME.fullmatch(name)]
    attributes = [
        name
        for owner in (frame.f_locals.get("self"),)
        if owner is not None
        for name, value in vars(owner).items()
        if value is tensor and _NAME.fullmatch(name)
    ]
    return (names or attributes or [""])[0]


def arguments(function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]) -> dict[int, str]:
    """A function or module and its arguments → what it calls those that are tensors, by their ids; "" for a tensor
    within one of several values."""
    called = function.forward if isinstance(function, torch.nn.Module) else function
    names = {id(tensor): "" for tensor in operands(args, options)}
    try:
        bound = inspect.signature(called).bind(*args, **options).arguments
    except (TypeError, ValueError):  # a function of C has no signature; wrong arguments are told by the call
        return names
    return names | {id(value): name for name, value in bound.items() if id(value) in names}


def parameter(path: str) -> str:
    """Path of a parameter in its module → its name.

    >>> parameter("fc1.weight"), parameter("weight"), parameter("0.bias"), parameter("attn.in_proj_weight")
    ('W_{fc1}', 'W', 'b_0', 'in_proj_weight_{attn}')
    """
    *modules, last = path.split(".")
    stem = _SHORT.get(last, last)
    below = ".".join(modules)
    if not below:
        return stem
    return f"{stem}_{below}" if below.isdigit() else f"{stem}_{{{below}}}"


def paths(module: torch.nn.Module, prefix: str = "") -> Mapping[int, str]:
    """Module, and what the author calls it where it is one of several → the names of its parameters and buffers by
    their tensors' ids."""
    tensors = (*module.named_buffers(), *module.named_parameters())
    return {id(tensor): parameter(f"{prefix}.{path}" if prefix else path) for path, tensor in tensors}


class Names:
    """Gives each record a name that no other has, and that means nothing else in the language."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def fresh(self, wanted: str) -> str:
        """Name as wished → one that is free: the same, or with a number behind it."""
        if wanted in BY_NAME or keyword.iskeyword(wanted) or wanted in ("pi", "e", "inf", "nan", "T", "I"):
            wanted = f"{wanted}_0"
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}_{number}" if not wanted.endswith("}") else f"{wanted[:-1]},{number}}}"
        self.taken.add(name)
        return name


def output(path: str) -> str:
    """Path of a module → what its output is called.

    >>> output("fc1"), output("layers.0"), output("2")
    ('fc1', 'layers_0', 'h_2')
    """
    name = path.replace(".", "_")
    return name if _NAME.fullmatch(name) else f"h_{name}"
