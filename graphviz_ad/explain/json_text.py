"""Objects, lists, numbers and arrays → JSON text, piece by piece, so that a large one is never there as a whole.

The text is what `json.dumps(…, ensure_ascii=False, indent=2)` makes of the same with lists in place of arrays and
iterators, and the strings "nan", "inf" and "-inf" in place of numbers that are not finite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeGuard

from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Json = float | str | None | list["Json"] | dict[str, "Json"]
"""What `json.dumps` writes."""

Source = float | str | None | Array | Mapping[str, "Source"] | Iterable["Source"]
"""What is written here: arrays too, and iterators whose items are made when their turn comes."""

_INDENT = "  "
"""Of what stands within brackets, as `json.dumps(indent=2)` writes it."""
_CHUNK_NUMBERS = 4096
"""Numbers of an array that are written at once: some 80 kB of text, so that neither calls nor memory count."""


def json_pieces(value: Source, margin: str = "\n") -> Iterator[str]:
    """Value → its JSON in pieces. `margin` is a line end and the indentation of the line the value begins on."""
    if isinstance(value, str | float | int) or value is None:
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Mapping):
        yield from _enclosed("{}", (_entry(key, member, margin + _INDENT) for key, member in value.items()), margin)
    elif _has_dimensions(value, 0):
        yield json.dumps(value.item())
    elif _has_dimensions(value, 1):
        yield from _enclosed("[]", _numbers(value, f",{margin}{_INDENT}"), margin)
    else:
        yield from _enclosed("[]", (json_pieces(item, margin + _INDENT) for item in value), margin)


def _has_dimensions(value: Source, ndim: int) -> TypeGuard[Array]:
    """Whether a value is an array with as many dimensions; numpy need not be there for numbers alone."""
    return getattr(value, "ndim", None) == ndim


def _entry(key: str, value: Source, margin: str) -> Iterator[str]:
    """Name and value → a member of an object."""
    yield f"{json.dumps(key, ensure_ascii=False)}: "
    yield from json_pieces(value, margin)


def _enclosed(brackets: str, items: Iterable[Iterable[str]], margin: str) -> Iterator[str]:
    """The pieces of items → in brackets, each on a line of its own."""
    empty = True
    for item in items:
        yield f"{brackets[0] if empty else ','}{margin}{_INDENT}"
        yield from item
        empty = False
    yield brackets if empty else margin + brackets[1]


def _numbers(vector: Array, separator: str) -> Iterator[Iterable[str]]:
    """Vector → its numbers, many in one item, with the separator between them."""
    for start in range(0, len(vector), _CHUNK_NUMBERS):
        part = vector[start : start + _CHUNK_NUMBERS]
        write = repr if np.all(np.isfinite(part)) else _number
        yield (separator.join(map(write, part.tolist())),)


def _number(value: float) -> str:
    """Number → JSON; what JSON has no number for is a string."""
    return repr(value) if abs(value) < np.inf else f'"{value!r}"'
