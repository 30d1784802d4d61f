"""Shapes an operation cannot take → what is wrong and what to do, in words rather than numpy's."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from graphviz_ad.language.numbers import shape_text
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.compiling import Plan

_ENTRYWISE = "axes must be equal or 1, counted from the last; reshape or index one of them"


def misfit(plan: Plan, names: Sequence[str], args: Sequence[Any], problem: Exception) -> tuple[str, str]:
    """Operation, the names and values of its arguments, and what numpy said → message and hint."""
    first = shape(args[0])
    if plan.row.name == "index":
        found = _index(names[0], first, plan.options["at"])
    else:
        found = _axis(names[0], first, plan.options.get("axis")) if len(args) == 1 else None
    if found is not None:
        return found
    said = ", ".join(_described(name, value) for name, value in zip(names, args, strict=True))
    return f"the shapes do not fit for '{plan.row.name}': {said}", _hint(plan, args, problem)


def _described(name: str, value: Any) -> str:
    """Name and value → `W has shape (2×2)`, `x is a number`."""
    return _sized(name, shape(value))


def _index(name: str, size: tuple[int, ...], at: Sequence[Any]) -> tuple[str, str] | None:
    """An index that names more axes than there are, or an entry that is not there."""
    if not size:
        return f"'{name}' is a number and has no entries to pick", f"write {name} without [ ], or give it as a list"
    if len(at) > len(size):
        many = f"{len(size)} {'axis' if len(size) == 1 else 'axes'}"
        return f"'{name}' has {many}, the index names {len(at)}", f"write {name}[{', '.join('0' * len(size))}]"
    for axis, (one, length) in enumerate(zip(at, size, strict=False)):
        if isinstance(one, int) and not -length <= one < length:
            along = f" along axis {axis}" if len(size) > 1 else ""
            entries = f"{length} entr{'y' if length == 1 else 'ies'}"
            counted = f"entries are counted from 0: the last is {length - 1}, or -1"
            return f"'{name}' has {entries}{along}, and none at {one}", counted
    return None


def _axis(name: str, size: tuple[int, ...], axis: Any) -> tuple[str, str] | None:
    """An axis that is not there."""
    asked = axis if isinstance(axis, tuple) else () if axis is None else (int(axis),)
    gone = [one for one in asked if not -len(size) <= one < len(size)]
    if not gone:
        return None
    last = len(size) - 1
    known = "there is only axis 0" if last == 0 else f"axes are counted from 0: the last is {last}, or -1"
    return f"there is no axis {gone[0]}: {_sized(name, size)}", known if size else "leave the axis out"


def _sized(name: str, size: tuple[int, ...]) -> str:
    return f"{name} has shape ({shape_text(size)})" if size else f"{name} is a number"


def _hint(plan: Plan, args: Sequence[Any], problem: Exception) -> str:
    """What to do about shapes that do not go together."""
    if str(problem).startswith(f"{plan.row.name} "):  # said by the row itself
        return str(problem)
    sizes = [shape(arg) for arg in args]
    match plan.row.name:
        case "matmul" if not all(sizes):
            return "'@' is for vectors and matrices, as in [1, 2] and [[1, 2], [3, 4]]; with a number write '*'"
        case "matmul":
            return "in A @ B the last axis of A must be as long as the first of B; A.T turns a matrix"
        case "multiply" if max(map(len, sizes)) > 1 and all(sizes):
            return "'*' is entry by entry; for the matrix product write '@'"
        case "reshape":
            return f"the new shape must hold as many entries as there are: {prod(sizes[0])}"
        case "concat" | "stack":
            return "what is put together must have the same shape" + (
                " but for the axis it is joined along" if plan.row.name == "concat" else ""
            )
    if plan.row.pointwise:
        return _ENTRYWISE
    return f"'graphviz-ad ops {plan.row.name}' shows what it takes ({' '.join(str(problem).split())})"
