"""Numbers → text, in this one place.

Four significant digits unless asked otherwise, a true zero for -0, powers of ten outside 1e-4 … 1e6, and
arrays in brackets, elided above 3 × 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from graphviz_ad.values import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_DIGITS = 4
"""Significant digits of a number unless someone asks for others: as many as are checked by hand."""
FULL = 17
"""Significant digits that say exactly which number it is."""
ELIDED = "…"
"""What stands in an array for the entries that are not written out."""
_MAX_TYPED_DIGITS = 8
"""Digits of a number up to which it is written as it was typed; more make a node too wide."""
_MAX_SHOWN_ENTRIES = 3
"""Entries of a vector, rows and columns of a matrix that are written out, so that they fit into a node."""


def parts(value: float, digits: int = DEFAULT_DIGITS) -> tuple[str, int | None]:
    """Number → its mantissa as text and its power of ten, None where none is needed.

    >>> parts(0.0066480), parts(-8.9123e-05), parts(-0.0), parts(2.0)
    (('0.006648', None), ('-8.912', -5), ('0', None), ('2', None))
    """
    if math.isnan(value):
        return "nan", None
    if math.isinf(value):
        return ("inf" if value > 0 else "-inf"), None
    text = f"{value:.{digits - 1}e}"
    mantissa, exponent = text.split("e")
    power = int(exponent)
    if value == 0 or float(text) == 0:
        return "0", None
    if -4 <= power < max(6, digits):  # an integer part is always shown whole: 12346, not 12350
        plain = f"{float(text) if power < digits else value:.{max(0, digits - 1 - power)}f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain), None
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa), power


@singledispatch
def is_known(value: object) -> bool:
    """Whether a number or an array is known; numbers that only record what is computed with them are not.

    Such numbers register here, at `number`, `rounded` and `alike_of`.
    """
    return True


@singledispatch
def number(value: float, digits: int = DEFAULT_DIGITS) -> str:
    """Number → plain text that reads back as a number.

    >>> number(0.99330714), number(1.5e-7), number(123456789.0)
    ('0.9933', '1.5e-7', '1.235e8')
    """
    mantissa, power = parts(value, digits)
    return mantissa if power is None else f"{mantissa}e{power}"


@singledispatch
def rounded(value: float, digits: int = DEFAULT_DIGITS) -> float:
    """Number → the number its text stands for."""
    return float(number(value, digits))


def alike(left: float, right: float, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether two numbers have the same text."""
    decide = alike_of.dispatch(type(right) if is_known(left) else type(left))
    return decide(left, right, digits)


@singledispatch
def alike_of(left: float, right: float, digits: int) -> bool:
    """Two numbers → `alike`, by the kind of the one that is not known, if there is such."""
    return number(left, digits) == number(right, digits)


def exact(value: float) -> str:
    """Number → the shortest text that reads back as exactly this number.

    >>> exact(2.0), exact(0.1), exact(1e-7), exact(1e22)
    ('2', '0.1', '1e-7', '1e22')
    """
    text = repr(float(value))
    if "e" in text:
        mantissa, power = text.split("e")
        return f"{mantissa}e{int(power)}"
    return text.removesuffix(".0")


def is_short(value: float, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether a number that someone typed is written as it was: it has few digits, or no more than are shown anyhow.

    >>> is_short(0.044715), is_short(1 / 3)
    (True, False)
    """
    if not math.isfinite(value):
        return False
    return len(exact(abs(value)).partition("e")[0].replace(".", "").strip("0")) <= max(_MAX_TYPED_DIGITS, digits)


def typed(value: float, digits: int = DEFAULT_DIGITS) -> str:
    """Number that someone typed → its text: as it was typed, unless that is long.

    >>> typed(0.123456), typed(1e-5), typed(1 / 3)
    ('0.123456', '1e-5', '0.3333')
    """
    return exact(value) if is_short(value, digits) else number(value, digits)


def shape_text(shape: Sequence[int]) -> str:
    """Shape → text, as (3,) → '3' and (2, 3) → '2×3'."""
    return "×".join(map(str, shape))


def grid(value: NDArray[Any]) -> list[list[float | str]] | None:
    """Vector or matrix → its rows with "…" where it is elided, None for anything of more dimensions.

    A vector is one row.
    """
    if value.ndim > 2 or value.size == 0:
        return None
    rows = value.reshape(1, -1) if value.ndim == 1 else value
    lines = [_elide(row.tolist()) for row in rows[: _MAX_SHOWN_ENTRIES - 1]]
    if len(rows) > _MAX_SHOWN_ENTRIES:
        lines.append([ELIDED] * len(lines[0]))
    return lines + [_elide(row.tolist()) for row in rows[max(_MAX_SHOWN_ENTRIES - 1, len(rows) - 1) :]]


def _elide(row: list[float]) -> list[float | str]:
    """Row → the same with "…" for what stands between its first entries and its last one, where it is long."""
    if len(row) <= _MAX_SHOWN_ENTRIES:
        return list(row)
    return [*row[: _MAX_SHOWN_ENTRIES - 1], ELIDED, row[-1]]


def text(value: Value | None, digits: int = DEFAULT_DIGITS) -> str:
    """Number or array → plain text: `[1, 2, …, 9]` with the shape behind it where it is elided."""
    if isinstance(value, float):
        return number(value, digits)
    assert value is not None, "a trace has None for what is not computed yet, which nobody writes"
    rows = grid(value)
    if rows is None:
        return f"array of {shape_text(value.shape)}"
    written = ["[" + ", ".join(_cells(row, digits)) + "]" for row in rows]
    whole = written[0] if value.ndim == 1 else "[" + ", ".join(written) + "]"
    return whole + (f" ({shape_text(value.shape)})" if is_elided(value) else "")


def is_elided(value: NDArray[Any]) -> bool:
    """Whether `grid` leaves entries of the array out."""
    return value.ndim > 2 or any(length > _MAX_SHOWN_ENTRIES for length in value.shape)


def _cells(row: Iterable[float | str], digits: int) -> Iterable[str]:
    """Entries of a row → their texts."""
    return (cell if isinstance(cell, str) else number(cell, digits) for cell in row)
