"""What the author called a tensor: a variable of the code, or the path of a parameter in its module."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import torch

from graphviz_ad.capture.records import Record
from graphviz_ad.capture.writing import operands
from graphviz_ad.errors import InputError, nearest
from graphviz_ad.ops.table import BY_NAME

_LETTERS = {"weight": "W", "bias": "b"}
"""Parameters of modules that books call by a letter."""
_PARAMETER = re.compile(
    r"(?:in_(?P<of>proj)_)?(?P<kind>weight|bias)(?:_(?P<part>ih|hh)(?:_l(?P<layer>[0-9]+))?(?P<back>_reverse)?)?"
)
"""What torch calls a parameter: weight, in_proj_bias, weight_ih, weight_hh_l1_reverse."""
_NAME = re.compile(r"[^\W\d_]\w*")
_OPERATOR = re.compile(r"\d|sum|prod|mean|max|min|einsum|norm|std|var")
"""Beginnings of words that mean an operation here, also with an index."""
_ENTRY = re.compile(r"(?P<array>\w*[^\W_])_+(?P<index>[a-z]{1,2})")
"""Names that mean an entry where their beginning is an array, as x_t beside x: with a dot they are names."""
_WRITTEN = re.compile(r"[^\W\d_]\w*(_\{[\w.,]+\})?")
"""Names as formulas have them, as W_{fc1}."""


def variable(tensor: object, frame: FrameType | None) -> str:
    """Tensor or module, and where the author's code was → the variable it is bound to there, "" where to none."""
    if frame is None:
        return ""
    return _named(tensor, frame.f_locals) or _named(tensor, frame.f_globals) or _named(tensor, _attributes(frame))


def _attributes(frame: FrameType) -> Mapping[str, Any]:
    """Frame of a method → what its object has."""
    return getattr(frame.f_locals.get("self"), "__dict__", {})


def _named(target: object, known: Mapping[str, Any]) -> str:
    return next((name for name, value in known.items() if value is target and _NAME.fullmatch(name)), "")


def variables(records: Sequence[Record]) -> list[str]:
    """Results of calls → the variables they are bound to by now where the author's code was, "" where to none."""
    wanted = {id(record.tensor) for record in records}
    known: dict[tuple[int, int], str] = {}
    for frame in {id(record.frame): record.frame for record in records if record.frame is not None}.values():
        for scope in (_attributes(frame), frame.f_locals):
            for name, value in scope.items():
                if id(value) in wanted and _NAME.fullmatch(name):
                    known.setdefault((id(frame), id(value)), name)
    return [known.get((id(record.frame), id(record.tensor)), "") for record in records]


def chosen(names: Mapping[Any, str], roots: Sequence[torch.nn.Module]) -> dict[int, str]:
    """Names by tensors, or by paths of parameters and modules → the same by ids.

    Raises InputError where there is no such path, or where a name is none or means something else in the language.
    """
    parts: dict[str, int] = {}
    for root in roots:
        parts |= {
            path: id(part) for path, part in (*root.named_modules(), *root.named_buffers(), *root.named_parameters())
        }
    by_id: dict[int, str] = {}
    for key, name in names.items():
        if (
            not isinstance(name, str)
            or not _WRITTEN.fullmatch(name)
            or Names().fresh(name) != name
            or name in by_id.values()
        ):
            raise InputError(
                f"'{name}' can be no name of a tensor",
                hint="take a letter or a word that is no function and no other tensor's name, as in W_1",
            )
        if isinstance(key, str) and key not in parts:
            near = nearest(key, parts)
            known = ", ".join([path for path in parts if path][:10]) or "none, as no module was given"
            meant = f"did you mean '{near}'?" if near else f"paths are {known}"
            raise InputError(f"there is no parameter or module '{key}'", hint=meant)
        by_id[parts[key] if isinstance(key, str) else id(key)] = name
    return by_id


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
    ('W_{fc1}', 'W', 'b_0', 'W_{attn.in}')
    >>> parameter("cell.weight_ih"), parameter("rnn.bias_hh_l0"), parameter("rnn.weight_hh_l1_reverse")
    ('W_{cell.ih}', 'b_{rnn.hh}', 'W_{rnn.hh1.back}')
    """
    *modules, last = path.split(".")
    stem = last
    if (known := _PARAMETER.fullmatch(last)) is not None:
        stem, layer = _LETTERS[known["kind"]], known["layer"] or "0"
        part = "in" if known["of"] else f"{known['part'] or ''}{layer if layer != '0' else ''}"
        modules += [name for name in (part, "back" if known["back"] else "") if name]
    below = ".".join(modules)
    if below.startswith(f"{stem}_") and _NAME.fullmatch(below):
        return below  # what the author calls by the letter already: W_out.weight
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

    def fresh(self, preferred: str) -> str:
        """Name as wished → one that is free: the same, or with a number behind it."""
        if keyword.iskeyword(preferred) or preferred in ("pi", "e", "inf", "nan", "T", "I"):
            preferred = f"{preferred}_0"
        if (entry := _ENTRY.fullmatch(preferred)) and entry["array"] in self.taken:
            preferred = f"{entry['array']}_{{{entry['index']}.}}"
        name, number = preferred, 1
        while name in self.taken:
            number += 1
            name = f"{preferred}_{number}" if not preferred.endswith("}") else f"{preferred[:-1]},{number}}}"
        self.taken.add(name)
        return name

    def function(self, kind: str) -> str:
        """What torch calls a function → a name for it that no other has, in the language neither."""
        return self.fresh(self.sign(kind))

    @staticmethod
    def sign(kind: str) -> str:
        """What torch calls a function → what a picture calls it, not as an operation here is called."""
        name = kind.strip("_.") or "call"
        return f"torch_{name}" if name in BY_NAME or _OPERATOR.match(name) else name


def output(path: str) -> str:
    """Path of a module → what its output is called.

    >>> output("fc1"), output("layers.0"), output("2")
    ('fc1', 'layers_0', 'h_2')
    """
    name = path.replace(".", "_")
    return name if _NAME.fullmatch(name) else f"h_{name}"


def module(path: str, kind: str = "") -> str:
    """Path of a module, and its class → what its part of the graph is called: its last name, with that before a number.

    >>> module("blocks.0"), module("blocks.0.mlp"), module("fc"), module("2", "Linear")
    ('blocks_0', 'mlp', 'fc', 'Linear_2')
    """
    last = path.rsplit(".", 1)[-1]
    if path.isdigit() and _NAME.fullmatch(kind):
        return f"{kind}_{path}"
    return output(".".join(path.split(".")[-2:]) if last.isdigit() else last)
