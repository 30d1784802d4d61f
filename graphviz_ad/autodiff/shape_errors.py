"""Shapes an operation cannot take → what is wrong and what to do, in words rather than numpy's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from math import prod
from typing import TypeAlias

from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.operation import Index, Option
from graphviz_ad.values import Shape, Value

Words = tuple[str, str]
"""A message and a hint."""

NestedInts: TypeAlias = "int | tuple[NestedInts, ...]"
"""What a list in an index holds: whole numbers, or tuples of such."""

_ENTRYWISE = "axes must be equal or 1, counted from the last; reshape or index one of them"
"""Hint at two shapes that do not broadcast."""
_PRODUCTS = ("A @ B", "A.T @ B", "A @ B.T", "B @ A")
"""Other products of two matrices, of which those that fit are suggested."""


def shape_error(bound: BoundOperation, names: Sequence[str], args: Sequence[Value], problem: Exception) -> Words:
    """Operation, the names and values of its arguments, and what it raised → message and hint."""
    name, first = bound.row.name, shape(args[0])
    alike = bool(first) and len({len(shape(arg)) for arg in args}) == 1
    words: Words | None = None
    own = str(problem).startswith(f"{name} ")  # said by the row itself
    if name == "index":
        words = _index(names[0], first, bound.options["at"])
    elif (len(args) == 1 and not own) or name == "stack" or (name == "concat" and alike):
        words = _axis(names[0], first, bound.options.get("axis"), new=name == "stack")
    elif str(problem).startswith("a class "):
        words = _class(bound, names, args, str(problem))
    if words is not None:
        return words
    return f"the shapes do not fit for '{name}': {_shapes_phrase(names, args)}", _hint(bound, args, str(problem))


def _shapes_phrase(names: Sequence[str], args: Sequence[Value]) -> str:
    """Names and values → `W has shape (2×2), x is a number`."""
    return ", ".join(_sized(name, shape(value)) for name, value in zip(names, args, strict=True))


def _sized(name: str, size: Shape) -> str:
    return f"{name} has shape ({shape_text(size)})" if size else f"{name} is a number"


def _index(name: str, size: Shape, at: Index) -> Words | None:
    """Message and hint for an index that names an axis or an entry that is not there, or no entries at all."""
    at = tuple(part for part in at if part is not None)  # new axes name none
    if not size:
        return f"'{name}' is a number and has no entries to pick", f"write {name} without [ ], or give it as a list"
    if len(at) > len(size):
        many = f"{len(size)} {'axis' if len(size) == 1 else 'axes'}"
        return f"'{name}' has {many}, the index names {len(at)}", f"write {name}[{', '.join('0' * len(size))}]"
    for axis, (part, length) in enumerate(zip(at, size, strict=False)):
        along = f" along axis {axis}" if len(size) > 1 else ""
        entries = f"'{name}' has {length} entr{'y' if length == 1 else 'ies'}{along}"
        if isinstance(part, int) and not -length <= part < length:
            return f"{entries}, and none at {part}", f"entries are counted from 0: the last is {length - 1}, or -1"
        if isinstance(part, tuple) and part[0] == "list":
            gone = next((number for number in flat(part[1]) if not -length <= number < length), None)
            if gone is not None:
                return f"{entries}, and none at {gone}", f"entries are counted from 0: the last is {length - 1}, or -1"
            continue
        if isinstance(part, tuple) and part[3] == 0:
            return f"{entries}, and a step of 0 goes nowhere", "leave the step out, or make it 1 or more, or -1 or less"
        if isinstance(part, tuple) and not range(length)[slice(*part[1:])]:
            whole = f"{name}[{':, ' * axis}0:{length}]"
            return f"{entries}, and the slice takes none of them", f"it goes up to its end, without it: all are {whole}"
    lists = [part for part in at if isinstance(part, tuple) and part[0] == "list"]
    if len(lists) > 1:
        return f"the lists that pick from '{name}' are of different lengths", "give as many places along each axis"
    return None


def flat(entries: Iterable[NestedInts]) -> Iterator[int]:
    """Nested tuples of an index → their numbers."""
    stack = list(entries)[::-1]
    while stack:
        top = stack.pop()
        if isinstance(top, int):
            yield top
        else:
            stack.extend(reversed(top))


def _axis(name: str, size: Shape, axis: Option, *, new: bool) -> Words | None:
    """Message and hint for an axis that is not there, or is named twice; `new` where it is one that a stack adds."""
    asked = axis if isinstance(axis, tuple) else () if axis is None else (int(axis),)
    count = len(size) + new
    gone = [number for number in asked if not -count <= number < count]
    if gone:
        known = f"axes are counted from 0: the last is {count - 1}, or -1" if count > 1 else "there is only axis 0"
        return f"there is no axis {gone[0]}: {_sized(name, size)}", known if count else "leave the axis out"
    twice = [number for number, times in Counter(number % count for number in asked).items() if times > 1]
    if twice:
        return f"axis {twice[0]} is named twice: {_sized(name, size)}", "name each axis once"
    return None


def _class(bound: BoundOperation, names: Sequence[str], args: Sequence[Value], rule: str) -> Words:
    """Message and hint for a target that is not the number of a class."""
    classes = shape(args[0])[-1]
    entries = [args[1]] if isinstance(args[1], float) else args[1].ravel().tolist()
    wrong = next(entry for entry in entries if entry not in range(classes))
    return f"{numbers.number(wrong)} is no class for '{bound.row.name}': {_shapes_phrase(names, args)}", rule


def _hint(bound: BoundOperation, args: Sequence[Value], problem: str) -> str:
    """What to do about shapes that do not go together."""
    if problem.startswith(f"{bound.row.name} "):  # by the row itself
        return problem
    sizes = [shape(arg) for arg in args]
    match bound.row.name:
        case "matmul":
            return _of_product(*sizes)
        case "multiply" if max(map(len, sizes)) == 2 and (fitting := _product_that_fits(*sizes)):
            instead = "write '@'" if fitting == _PRODUCTS[0] else f"write {fitting}"
            return f"'*' is entry by entry; for the matrix product {instead}"
        case "reshape" if list(bound.options["shape"]).count(-1) > 1:
            return "one axis can be -1, which stands for what is left; give the others"
        case "reshape":
            return f"the new shape must hold as many entries as there are: {prod(sizes[0])}"
        case "stack" if set(map(len, sizes)) == {1}:
            return "rows must be as long as one another; for one vector of all their entries write concat(a, b)"
        case "concat" | "stack":
            return "what is put together must have the same shape" + (
                " but for the axis it is joined along" if bound.row.name == "concat" else ""
            )
    if not _broadcast(*sizes) or "broadcast together" in problem:
        return _ENTRYWISE
    return f"'graphviz-ad ops {bound.row.name}' shows what it takes"


def _of_product(x: Shape, y: Shape) -> str:
    """Shapes for which there is no matrix product → what they would have to be."""
    if not x or not y:
        return "'@' is for vectors and matrices, as in [1, 2] and [[1, 2], [3, 4]]; with a number write '*'"
    if max(len(x), len(y)) <= 2:
        return "in A @ B the last axis of A must be as long as the first of B; A.T turns a matrix"
    if x[-1] == y[-2:][0]:
        return "in A @ B the axes before the last two must be equal or 1, counted from the last"
    return "in A @ B the last axis of A must be as long as " + ("B" if len(y) == 1 else "the last but one of B")


def _product_that_fits(x: Shape, y: Shape) -> str | None:
    """Shapes of vectors and matrices → the first matrix product of the two that there is."""
    for text, (a, b) in zip(_PRODUCTS, ((x, y), (x[::-1], y), (x, y[::-1]), (y, x)), strict=True):
        if a and b and a[-1] == b[0]:
            return text
    return None


def _broadcast(*sizes: Shape) -> bool:
    """Whether arrays of these shapes can be repeated to one shape."""
    axes = zip_longest(*(size[::-1] for size in sizes), fillvalue=1)
    return all(len(set(lengths) - {1}) <= 1 for lengths in axes)
