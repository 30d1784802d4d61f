"""A call of torch → whether it is made of others, and the function of its tensors that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import CellType, FunctionType
from typing import Any

import torch

from graphviz_ad.capture.writing import base_name, is_in_place, operands, writer

RANDOM = ("dropout", "feature_dropout", "alpha_dropout")
"""Functions whose result is drawn by chance."""


def is_composite(func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Whether a function is written in Python of other functions of torch, and no text says it as a whole."""
    if not isinstance(func, FunctionType) or base_name(func) in RANDOM:
        return False
    if not func.__module__.startswith(("torch.nn.functional", "torch.functional", "torch._jit_internal")):
        return False
    first = next((value for value in args if isinstance(value, torch.Tensor)), torch.zeros(1))
    return writer(func, args, options, first) is None


@cache
def opened(func: FunctionType) -> FunctionType:
    """Function of torch in Python → the same that does not ask first whether someone listens: what it calls does."""
    deaf = dict.fromkeys(("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic"), _nobody)
    cells = tuple(CellType(_opened_too(cell.cell_contents)) for cell in func.__closure__ or ()) or None
    found = FunctionType(func.__code__, {**func.__globals__, **deaf}, func.__name__, func.__defaults__, cells)
    found.__kwdefaults__ = func.__kwdefaults__
    return found


def _opened_too(value: Any) -> Any:
    """What a function of torch encloses → the same, a function of torch opened."""
    is_torch = isinstance(value, FunctionType) and value.__module__.startswith("torch.nn.functional")
    return opened(value) if is_torch else value


def _nobody(*_: Any) -> bool:
    return False


def pure(func: Any, args: Sequence[Any], options: Mapping[str, Any], part: int | None) -> Callable[..., torch.Tensor]:
    """A call, and which of its results → the function of its tensors alone."""
    tensors = operands(args, options)
    copied = is_in_place(func)
    ids = list(map(id, tensors))
    return partial(_again, func, template(args, ids), template(options, ids), part, copied)


def template(value: Any, ids: list[int]) -> Any:
    """Arguments → the same with places in place of tensors."""
    if isinstance(value, torch.Tensor):
        return _Place(ids.index(id(value)))
    if isinstance(value, list | tuple):
        parts = [template(part, ids) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    if isinstance(value, Mapping):
        return {key: template(part, ids) for key, part in value.items()}
    return value


class _Place(int):
    """The place of a tensor among those that are given."""


def _again(func: Any, args: Any, options: Any, part: int | None, copied: bool, *tensors: torch.Tensor) -> torch.Tensor:
    """A call once more, with other tensors."""
    given = [tensor.clone() if copied else tensor for tensor in tensors]
    out = func(*put(args, given), **put(options, given))
    result: torch.Tensor = out if part is None else out[part]
    return result


def put(value: Any, tensors: Sequence[torch.Tensor]) -> Any:
    if isinstance(value, _Place):
        return tensors[value]
    if isinstance(value, list):
        return [put(part, tensors) for part in value]
    if isinstance(value, tuple):
        return tuple(put(part, tensors) for part in value)
    if isinstance(value, dict):
        return {key: put(part, tensors) for key, part in value.items()}
    return value
