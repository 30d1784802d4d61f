"""Numbers → text, in this one place.

Four significant digits unless asked otherwise, a true zero for -0, powers of ten outside 1e-4 … 1e6, and
arrays in brackets, elided above 3 × 3. A `NumberFormat` asks otherwise; a plain number of digits is one too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.number_format import DEFAULT_DIGITS as DEFAULT_DIGITS
from graphviz_ad.language.number_format import DEFAULT_ENTRIES, NO_ENTRIES, entries_of, style_of
from graphviz_ad.language.number_format import FULL as FULL
from graphviz_ad.values import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

ELIDED, ELIDED_ROWS, ELIDED_BOTH = "…", "⋮", "⋱"
"""What stands in an array for entries of a row, for whole rows, and where both meet, that are not written out."""
_PLAIN_DOTS = {ELIDED_ROWS: ELIDED, ELIDED_BOTH: ELIDED}
"""These as a line of text has them."""
_MAX_TYPED_DIGITS = 8
"""Digits of a number up to which it is written as it was typed; more make a node too wide."""
_SMALL_DENOMINATOR = 20
"""Denominator up to which a number is a fraction even where its decimals end: 0.05 is 1/20."""
_MAX_DENOMINATOR = 100
"""Denominator up to which it is one where its decimals do not end within the digits: 1/36. Above, it is as long."""
_MAX_NUMERATOR = 999
"""Numerator above which a fraction says less of a number's size than its decimals."""
_FRACTION_ERROR = 1e-12
"""How far a number may be off its fraction, relative to it: what a few hundred operations round, and no more."""


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
    plain_range = range(1) if style_of(digits) == "power" else range(-4, max(6, digits))
    if power in plain_range:  # an integer part is always shown whole: 12346, not 12350
        plain = f"{float(text) if power < digits else value:.{max(0, digits - 1 - power)}f}"
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain), None
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa), power


def fraction(value: float, digits: int = DEFAULT_DIGITS) -> tuple[int, int] | None:
    """Number → its numerator and its denominator where it is written as a fraction, None elsewhere.

    >>> from graphviz_ad.language.number_format import NumberFormat
    >>> thirds = NumberFormat(4, "fraction")
    >>> fraction(-2 / 3, thirds), fraction(0.05, thirds), fraction(0.62, thirds), fraction(2.0, thirds)
    ((-2, 3), (1, 20), None, None)
    """
    if style_of(digits) != "fraction" or not math.isfinite(value) or value == int(value):
        return None
    ends = float(f"{value:.{digits - 1}e}") == value
    for denominator in range(2, (_SMALL_DENOMINATOR if ends else _MAX_DENOMINATOR) + 1):
        numerator = round(value * denominator)
        if abs(numerator / denominator - value) <= _FRACTION_ERROR * abs(value):
            return (numerator, denominator) if abs(numerator) <= _MAX_NUMERATOR else None
    return None


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
    if ratio := fraction(value, digits):
        return f"{ratio[0]}/{ratio[1]}"
    mantissa, power = parts(value, digits)
    return mantissa if power is None else f"{mantissa}e{power}"


@singledispatch
def rounded(value: float, digits: int = DEFAULT_DIGITS) -> float:
    """Number → the number its text stands for."""
    if ratio := fraction(value, digits):
        return ratio[0] / ratio[1]
    return float(number(value, digits))


def alike(left: float, right: float, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether a number, known or not, gives the text of another (`gives`)."""
    decide = alike_of.dispatch(type(right) if is_known(left) else type(left))
    return decide(left, right, digits)


@singledispatch
def alike_of(left: float, right: float, digits: int) -> bool:
    """Two numbers → `alike`, by the kind of the one that is not known, if there is such."""
    return gives(left, right, digits)


_MAX_COLUMNS = 8
"""Columns of the matrices of a stack together, beside one another in one label, where three entries are written out."""
_MAX_STACKED = 16
"""Entries of a stack for each that is written out of a vector: of more the few that are shown say little."""


def gives(left: float, right: float, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether who computes the first number may write the second: both have its digits, or are its fraction.

    >>> from graphviz_ad.language.number_format import NumberFormat
    >>> thirds = NumberFormat(4, "fraction")
    >>> gives(1 / 15, 0.06667, thirds), gives(0.3333, 1 / 3, thirds), gives(2 / 6, 1 / 3, thirds)
    (True, False, True)
    """
    if style_of(digits) == "fraction":
        ratio = fraction(right, digits)
        if ratio is not None:
            return fraction(left, digits) == ratio
        digits = int(digits)
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


class Vulgar(float):
    """A fraction that was typed as one character, as ½: a number that is written as it was typed."""

    parts: tuple[int, int]

    def __new__(cls, above: int, below: int) -> Vulgar:
        """Make it of its two parts."""
        number = super().__new__(cls, above / below)
        number.parts = above, below
        return number

    def __getnewargs__(self) -> tuple[int, int]:  # type: ignore[override]  # those of `__new__`
        return self.parts

    def __abs__(self) -> Vulgar:
        return self


def is_short(value: float, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether a number that someone typed is written as it was: it has few digits, or no more than are shown anyhow.

    >>> is_short(0.044715), is_short(1 / 3)
    (True, False)
    """
    if isinstance(value, Vulgar):
        return True
    if not math.isfinite(value):
        return False
    return len(exact(abs(value)).partition("e")[0].replace(".", "").strip("0")) <= max(_MAX_TYPED_DIGITS, digits)


def is_whole_in(value: float, digits: int) -> bool:
    """Whether so many significant digits are all that a number has, but for rounding on the way.

    >>> is_whole_in(0.0625, 3), is_whole_in(-15.7625, 3), is_whole_in(0.1 + 0.2, 3)
    (True, False, True)
    """
    return math.isclose(value, float(f"{value:.{digits - 1}e}"), rel_tol=1e-9)


def typed(value: float, digits: int = DEFAULT_DIGITS) -> str:
    """Number that someone typed → its text: as it was typed, unless that is long.

    >>> typed(0.123456), typed(1e-5), typed(1 / 3)
    ('0.123456', '1e-5', '0.3333')
    """
    return exact(value) if is_short(value, digits) else number(value, digits)


def shape_text(shape: Sequence[int]) -> str:
    """Shape → text, as (3,) → '3' and (2, 3) → '2×3'."""
    return "×".join(map(str, shape))


def grid(value: NDArray[Any], digits: int = DEFAULT_DIGITS) -> list[list[float | str]] | None:
    """Vector or matrix → its rows with …, ⋮ and ⋱ where it is elided, None for what is written by its shape.

    A vector is one row.
    """
    if value.ndim > 2 or value.size == 0 or is_shape_only(value, digits):
        return None
    rows = value.reshape(1, -1) if value.ndim == 1 else value
    entries = entries_of(digits)
    lines = [_elide(row.tolist(), entries) for row in rows[: entries - 1]]
    if len(rows) > entries:
        elided = [isinstance(cell, str) and cell == ELIDED for cell in lines[0]]  # a text may stand for a number
        lines.append([ELIDED_BOTH if both else ELIDED_ROWS for both in elided])
    return lines + [_elide(row.tolist(), entries) for row in rows[max(entries - 1, len(rows) - 1) :]]


def is_shape_only(value: NDArray[Any], digits: int = DEFAULT_DIGITS) -> bool:
    """Whether an array of several entries is written by its shape alone, since the format has no room for entries."""
    return entries_of(digits) == NO_ENTRIES and value.size > 1


def is_shape_in_label(value: Value | None, digits: int = DEFAULT_DIGITS) -> bool:
    """Whether a label shows no entry of an array."""
    if value is None or isinstance(value, float):
        return False
    return grid(value, digits) is None and stack(value, digits) is None


def stack(value: NDArray[Any], digits: int = DEFAULT_DIGITS) -> list[list[list[float | str]] | None] | None:
    """Array of three axes or more → its matrices in a row, each as `grid` has it, None for those that are left out.

    Left out are those between the first and the last where there would be too many columns; None for an array that is
    too large to be shown by a few of its entries, or has fewer axes.
    """
    if value.ndim < 3 or value.size == 0 or is_shape_only(value, digits):
        return None
    matrices = value.reshape(-1, *value.shape[-2:])
    entries = entries_of(digits)
    if value.size > _MAX_STACKED * max(entries, DEFAULT_ENTRIES):
        return None
    width = min(matrices.shape[-1], entries + 1)
    room = max(1, _MAX_COLUMNS * max(entries, DEFAULT_ENTRIES) // DEFAULT_ENTRIES // width)
    if len(matrices) <= room:
        return [grid(matrix, digits) for matrix in matrices]
    if room < 2:
        return None
    return [*(grid(matrix, digits) for matrix in matrices[: room - 1]), None, grid(matrices[-1], digits)]


def _elide(row: list[float], entries: int) -> list[float | str]:
    """Row → the same with "…" for what stands between its first entries and its last one, where it is long."""
    return list(row) if len(row) <= entries else [*row[: entries - 1], ELIDED, row[-1]]


def text(value: Value | None, digits: int = DEFAULT_DIGITS) -> str:
    """Number or array → plain text: `[1, 2, …, 9]` with the shape behind it where it is elided."""
    if isinstance(value, float):
        return number(value, digits)
    assert value is not None, "a trace has None for what is not computed yet, which nobody writes"
    rows = grid(value, digits)
    if rows is None:
        return f"array of {shape_text(value.shape)}"
    written = ["[" + ", ".join(_cells(row, digits)) + "]" for row in rows]
    whole = written[0] if value.ndim == 1 else "[" + ", ".join(written) + "]"
    return whole + (f" ({shape_text(value.shape)})" if is_elided(value, digits) else "")


def is_elided(value: NDArray[Any], digits: int = DEFAULT_DIGITS) -> bool:
    """Whether `grid` leaves entries of the array out."""
    return value.ndim > 2 or any(length > entries_of(digits) for length in value.shape)


def _cells(row: Iterable[float | str], digits: int) -> Iterable[str]:
    """Entries of a row → their texts."""
    return (_PLAIN_DOTS.get(cell, cell) if isinstance(cell, str) else number(cell, digits) for cell in row)
