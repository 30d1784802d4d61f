"""What someone asks for of numbers → their format: significant digits, style, entries of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal, TypedDict, cast

from graphviz_ad.errors import GraphvizADError, nearest

DEFAULT_DIGITS = 4
"""Significant digits of a number unless someone asks for others: as many as are checked by hand."""
FULL = 17
"""Significant digits that say exactly which number it is."""
DEFAULT_ENTRIES = 3
"""Entries of a vector, rows and columns of a matrix that are written out, so that they fit into a node."""
MIN_ENTRIES, MAX_ENTRIES = 2, 50
"""Entries that can be asked for: the first and the last at least; more than fifty lines fit onto no page."""
NO_ENTRIES = 1
"""In their place where arrays are written by their shapes: there is no room for entries, and no one asked for any."""
MAX_DIGITS = FULL
"""Digits that can be asked for: as many tell all floating-point numbers of 64 bits apart (IEEE 754)."""

NumberStyle = Literal["decimal", "fraction", "power"]
"""How numbers are written."""
STYLES: Mapping[str, str] = {
    "decimal": "0.25, with a power of ten where a number is very small or large",
    "fraction": "1/4 where a number is one with a small denominator, else as decimal",
    "power": "2.5×10⁻¹",
}
"""The styles, each with what it writes."""


class NumberOptions(TypedDict, total=False):
    """How numbers are written, by name: as `number_format` has it, beside their digits."""

    numbers: NumberStyle
    entries: int


class Unasked(int):
    """Digits that no one asked for: where there is no room there may be fewer."""


class NumberFormat(int):
    """How numbers are written: their significant digits, which it is as a number, their style, the entries of arrays.

    `entries` are those of a vector, or the rows and columns of a matrix, up to which it is written out; of a longer one
    the last and one fewer of the first are. A plain int is the format of that many digits with all else as usual, and
    equal to it: who formats numbers need not know which of them there is. `is_asked` says whether someone asked for so
    many digits, `flat` whether vectors are written on a line, as (1, 2)ᵀ, where there is no height for columns.
    """

    style: NumberStyle
    entries: int
    is_asked: bool
    flat: bool

    def __new__(
        cls, digits: int = DEFAULT_DIGITS, style: NumberStyle = "decimal", entries: int = DEFAULT_ENTRIES,
        *, flat: bool = False,
    ) -> NumberFormat:  # fmt: skip
        """Digits, style and entries → the format."""
        instance = super().__new__(cls, digits)
        instance.style, instance.entries, instance.flat = style, entries, flat
        instance.is_asked = not isinstance(digits, Unasked)
        return instance

    @property
    def on_a_line(self) -> NumberFormat:
        """The same with vectors on a line."""
        return NumberFormat(self._digits, self.style, self.entries, flat=True)

    @property
    def _digits(self) -> int:
        """Its digits, of which is known whether someone asked for them."""
        return int(self) if self.is_asked else Unasked(self)

    def _key(self) -> object:
        """What two equal formats have in common: of a usual one its digits alone."""
        is_usual = self.style == "decimal" and self.entries == DEFAULT_ENTRIES and not self.flat
        return int(self) if is_usual else (int(self), self.style, self.entries, *["flat"] * self.flat)

    def __eq__(self, other: object) -> bool:
        return self._key() == (other._key() if isinstance(other, NumberFormat) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        """As a number where it is usual, else with all that it says: names of files are made from it."""
        key = self._key()
        return f"NumberFormat{key}" if isinstance(key, tuple) else str(key)

    def __reduce__(self) -> tuple[object, ...]:
        return partial(NumberFormat, flat=self.flat), (self._digits, self.style, self.entries)


def number_format(
    digits: int = DEFAULT_DIGITS, numbers: str = "decimal", entries: int = DEFAULT_ENTRIES
) -> NumberFormat:
    """What someone asks for → the format. Raises GraphvizADError for what there is not."""
    if numbers not in STYLES:
        near, listed = nearest(numbers, STYLES), f"there are {', '.join(STYLES)}"
        raise GraphvizADError(
            f"there are no numbers '{numbers}'", hint=f"did you mean '{near}'? {listed}" if near else listed
        )
    for name, count, least, largest in (
        ("digits", digits, 1, MAX_DIGITS), ("entries", entries, MIN_ENTRIES, MAX_ENTRIES)
    ):  # fmt: skip
        if not isinstance(count, int) or not least <= count <= largest:
            raise GraphvizADError(f"'{count}' is no number of {name}", hint=f"use {least} to {largest}")
    return NumberFormat(digits, cast(NumberStyle, numbers), entries)


def style_of(digits: int) -> NumberStyle:
    """Format, or a number of digits alone → the style."""
    return digits.style if isinstance(digits, NumberFormat) else "decimal"


def is_flat(digits: int) -> bool:
    """Format, or a number of digits alone → whether vectors are written on a line."""
    return isinstance(digits, NumberFormat) and digits.flat


def entries_of(digits: int) -> int:
    """Format, or a number of digits alone → up to how many entries are written out."""
    return digits.entries if isinstance(digits, NumberFormat) else DEFAULT_ENTRIES
