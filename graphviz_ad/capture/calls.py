"""A call of torch → whether it is made of others, and the function of its tensors that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import CellType, FunctionType
from typing import Any

import torch

from graphviz_ad.capture.writing import base_name, is_fixed, operands, writer

STEERING = ("__bool__", "item", "__float__", "__int__", "tolist", "__index__", "numpy", "__array__")
"""Functions by which numbers leave the graph and steer the program."""
COMPARISONS = ("gt", "lt", "ge", "le", "eq", "ne")
WHOLE = frozenset((torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64))
"""Types without gradients."""
ATTRIBUTES = frozenset((
    ".shape", ".ndim", ".dtype", ".device", ".requires_grad", ".is_leaf", ".grad_fn", ".layout", ".is_cuda",
    ".is_sparse", ".is_quantized", ".is_nested", ".itemsize", ".nbytes", ".names", ".output_nr", ".retains_grad",
    "size", "dim", "numel", "nelement", "stride", "__len__", "is_floating_point", "is_complex", "is_contiguous",
    "data_ptr", "__hash__", "element_size", "storage_offset", "untyped_storage", "ndimension", "get_device",
    "__repr__", "__format__", "is_tensor",
))  # fmt: skip
"""What is asked of a tensor without its numbers."""
MAKING = frozenset((
    "rand_like", "randn_like", "randint_like", "zeros_like", "ones_like", "full_like", "empty_like", "new_zeros",
    "new_ones", "new_full", "new_empty", "new_tensor", "bernoulli", "multinomial", "normal", "poisson", ".grad",
    "binomial", "unique", "unique_consecutive", "backward", "grad",
))  # fmt: skip
"""Calls whose results no gradient goes through: these are leaves where they are used."""
_IN_PYTHON = ("torch.nn.functional", "torch.functional")
"""Modules whose functions are written in Python of others."""
RANDOM = ("dropout", "feature_dropout", "alpha_dropout")
"""Functions whose result is drawn by chance."""


def is_composite(func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Whether a function is written in Python of other functions of torch, and no text says it as a whole."""
    if not isinstance(func, FunctionType) or base_name(func) in RANDOM:
        return False
    if not func.__module__.startswith((*_IN_PYTHON, "torch._jit_internal")):
        return False
    first = next((value for value in args if isinstance(value, torch.Tensor)), torch.zeros(1))
    return writer(func, args, options, first) is None


def may_write(func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Whether a call may write to a tensor that gets a gradient: its name says so, as in add_, += or x[0] = 1, it is
    asked to by an option, or little is known of it."""
    name = getattr(func, "__name__", "")
    if name.startswith("__i") or (name.endswith("_") and not name.endswith("__")):
        return True
    takes = getattr(getattr(func, "__code__", None), "co_varnames", ())
    in_place = "inplace" in takes and any(value is True for value in (*args, *options.values()))
    return in_place or options.get("out") is not None or not is_fixed(base_name(func))


@cache
def opened(func: FunctionType) -> FunctionType:
    """Function of torch in Python → the same that does not ask first whether someone listens: what it calls does."""
    deaf = dict.fromkeys(("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic"), _nobody)
    cells = tuple(CellType(_opened_too(cell.cell_contents)) for cell in func.__closure__ or ()) or None
    copy = FunctionType(func.__code__, {**func.__globals__, **deaf}, func.__name__, func.__defaults__, cells)
    copy.__kwdefaults__ = func.__kwdefaults__
    return copy


def _opened_too(value: Any) -> Any:
    """What a function of torch encloses → the same, a function of torch opened."""
    is_torch = isinstance(value, FunctionType) and value.__module__.startswith(_IN_PYTHON)
    return opened(value) if is_torch else value


def _nobody(*_: Any) -> bool:
    return False


def pure(
    func: Any, args: Sequence[Any], options: Mapping[str, Any], part: int | None, *, writes: bool = False
) -> Callable[..., torch.Tensor]:
    """A call, which of its results is meant, and whether it writes to its first tensor → the function of its tensors
    alone."""
    tensors = operands(args, options)
    ids = list(map(id, tensors))
    return partial(_again, func, template(tuple(args), ids), template(options, ids), part, writes)


def seeded(function: Callable[..., torch.Tensor], state: torch.Tensor | None) -> Callable[..., torch.Tensor]:
    """Function, and where its random numbers began → one that draws the same each time; itself where it draws none."""
    return function if state is None else partial(_from, state, function)


def _from(state: torch.Tensor, function: Callable[..., torch.Tensor], *tensors: torch.Tensor) -> torch.Tensor:
    with torch.random.fork_rng(devices=[]):
        torch.set_rng_state(state)
        return function(*tensors)


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


def _again(func: Any, args: Any, options: Any, part: int | None, writes: bool, *tensors: torch.Tensor) -> torch.Tensor:
    """A call once more, with other tensors."""
    given = list(tensors)
    if writes:
        given[0] = given[0].clone()
    out = func(*put(args, given), **put(options, given))
    result: torch.Tensor = given[0] if writes else out if part is None else out[part]
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
