"""Objects, lists, numbers and arrays → JSON text, piece by piece, so that a large one is never there as a whole.

The text is what `json.dumps(…, ensure_ascii=False, indent=2)` makes of the same with lists in place of arrays and
iterators, and the strings "nan", "inf" and "-inf" in place of numbers that are not finite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_INDENT = "  "
_CHUNK_NUMBERS = 4096
"""Numbers of an array that are written at once: some 80 kB of text, so that neither calls nor memory count."""


def json_pieces(value: Any, margin: str = "\n") -> Iterator[str]:
    """Value → its JSON in pieces. `margin` is a line end and the indentation of the line the value begins on."""
    if isinstance(value, str | float | int) or value is None:
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Mapping):
        yield from _enclosed("{}", (_entry(key, member, margin + _INDENT) for key, member in value.items()), margin)
    elif getattr(value, "shape", None) == ():
        yield json.dumps(value.item())
    elif getattr(value, "ndim", 0) == 1:  # numpy need not be there for numbers alone
        yield from _enclosed("[]", _numbers(value, f",{margin}{_INDENT}"), margin)
    else:
        yield from _enclosed("[]", (json_pieces(item, margin + _INDENT) for item in value), margin)


def _entry(key: str, value: Any, margin: str) -> Iterator[str]:
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


def _numbers(value: Any, between: str) -> Iterator[Iterable[str]]:
    """Vector → its numbers, many in one item, with what stands between two items between them."""
    for start in range(0, len(value), _CHUNK_NUMBERS):
        part = value[start : start + _CHUNK_NUMBERS]
        write = repr if np.all(np.isfinite(part)) else _number
        yield (between.join(map(write, part.tolist())),)


def _number(value: float) -> str:
    return repr(value) if abs(value) < np.inf else f'"{value!r}"'
