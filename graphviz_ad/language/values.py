"""Computed numbers and arrays → what stands for a VALUE in each dialect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphviz_ad.language import numbers
from graphviz_ad.language.pieces import Tall


def display(value: Any, digits: int) -> str:
    """Number or array → plain text in an equation, where a shape behind an elided array would read as a factor."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return numbers.number(value, digits)
    if value.ndim > 2:
        return f"[{numbers.shape_text(value.shape)}]"
    return numbers.text(value, digits).split(" (")[0]


@dataclass(frozen=True, slots=True)
class Numerals:
    """What one notation writes for numbers and arrays: a vector as a column.

    `number` writes digits, `power` a power of ten by its exponent. `matrix` are the texts before its rows, between
    cells, between rows and behind them; `shape` those about and between the lengths of an array that is not shown.
    `whole` holds together what is several signs.
    """

    number: Callable[[str], str]
    power: Callable[[int], str]
    minus: str
    times: str
    infinity: str
    nan: str
    dots: str
    matrix: tuple[str, str, str, str]
    shape: tuple[str, str, str]
    whole: Callable[[str], str] = str

    def write(self, value: Any, digits: int) -> str:
        """Number or array → mathematics; an array of more than two dimensions by its shape."""
        if isinstance(value, (float, str)):
            return self._cell(value, digits)
        rows = numbers.grid(value.reshape(-1, 1) if value.ndim == 1 else value)
        if rows is None:
            before, between, behind = self.shape
            return self.whole(before + between.join(self.number(str(length)) for length in value.shape) + behind)
        before, column, row, behind = self.matrix
        lines = (column.join(self._cell(cell, digits) for cell in cells) for cells in rows)
        return Tall(before + row.join(lines) + behind)

    def _cell(self, cell: float | str, digits: int) -> str:
        """Number, or what stands for one → mathematics."""
        if isinstance(cell, str):
            return self.dots if cell == numbers.ELIDED else cell
        mantissa, exponent = numbers.parts(cell, digits)
        size = mantissa.removeprefix("-")
        sign = self.minus if size != mantissa else ""
        written = {"inf": self.infinity, "nan": self.nan}.get(size) or self.number(size)
        if exponent is None:
            return self.whole(sign + written) if sign else written
        power = self.power(exponent)
        if size == "1":
            return self.whole(sign + power) if sign else power
        return self.whole(sign + written + self.times + power)


LATEX = Numerals(
    str, r"10^{{{}}}".format, "-", r" \cdot ", r"\infty", r"\mathrm{nan}", r"\cdots",
    (r"\begin{pmatrix} ", " & ", r" \\ ", r" \end{pmatrix}"), ("[", r" \times ", "]"),
)  # fmt: skip
"""What LaTeX writes for numbers and arrays."""
TYPST = Numerals(
    str, "10^({})".format, "-", " dot ", "infinity", '"nan"', "dots.c", ("mat(", ", ", "; ", ")"), ("[", " times ", "]")
)
"""What Typst writes for them."""
