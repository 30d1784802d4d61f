"""Computed numbers and arrays → what stands for a VALUE in each dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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

    `number` writes digits, `power` a power of ten by its exponent, and `times` stands before it, close to both, so that
    the three read as one number; `fraction` writes one number over another, and `slash` stands between them where
    there is no room for that, in an array. `matrix` are the texts before its rows, between cells, between rows and
    behind them; `dots` stand for what is elided (`numbers.ELIDED`), and `sized` puts the lengths of such an array below
    its closing bracket. `shape` are the texts about and between the lengths of an array that is not shown.
    `whole` holds together what is several signs where one is asked for, `held` always.
    """

    number: Callable[[str], str]
    power: Callable[[int], str]
    minus: str
    times: str
    fraction: Callable[[str, str], str]
    slash: str
    infinity: str
    nan: str
    dots: Mapping[str, str]
    sized: Callable[[str, str], str]
    matrix: tuple[str, str, str, str]
    shape: tuple[str, str, str]
    whole: Callable[[str], str] = str
    held: Callable[[str], str] = str

    @property
    def on_a_line(self) -> Numerals:
        """The same with fractions no higher than a line, in which digits are as large as others."""
        return replace(self, fraction=lambda above, below: above + self.slash + below)

    def write(self, value: Any, digits: int) -> str:
        """Number or array → mathematics; an array of more than two dimensions by its shape."""
        if isinstance(value, float) and (ratio := numbers.fraction(value, digits)):
            above, sign = self.number(str(abs(ratio[0]))), self.minus if ratio[0] < 0 else ""
            written = sign + self.fraction(above, self.number(str(ratio[1])))
            return Tall(self.held(written) if sign else written)
        if isinstance(value, (float, str)):
            return self._cell(value, digits)
        rows = numbers.grid(value.reshape(-1, 1) if value.ndim == 1 else value, digits)
        if rows is None:
            before, between, behind = self.shape
            return self.whole(before + between.join(self.number(str(length)) for length in value.shape) + behind)
        before, column, row, behind = self.matrix
        lines = (column.join(self._cell(cell, digits) for cell in cells) for cells in rows)
        written = Tall(before + row.join(lines) + behind)
        if not numbers.is_elided(value, digits):
            return written
        return Tall(self.sized(written, self.shape[1].join(self.number(str(length)) for length in value.shape)))

    def _cell(self, cell: float | str, digits: int) -> str:
        """Number, or what stands for one → mathematics."""
        if isinstance(cell, str):
            return self.dots.get(cell, cell)
        if ratio := numbers.fraction(cell, digits):
            sign = self.minus if ratio[0] < 0 else ""
            return self.whole(sign + self.slash.join(self.number(str(abs(part))) for part in ratio))
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
    str, r"10^{{{}}}".format, "-", r"{\times}", r"\frac{{{}}}{{{}}}".format, "/", r"\infty", r"\mathrm{nan}",
    {"…": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots"}, "{}_{{{}}}".format,
    (r"\begin{pmatrix} ", " & ", r" \\ ", r" \end{pmatrix}"), ("[", r" \times ", "]"),
)  # fmt: skip
"""What LaTeX writes for numbers and arrays."""
TYPST = Numerals(
    str, "10^({})".format, "-", ' class("normal", times) ', "frac({}, {})".format, r"\/", "infinity", '"nan"',
    {"…": "dots.c", "⋮": "dots.v", "⋱": "dots.down"}, "{}_({})".format,
    ("mat(", ", ", "; ", ")"), ("[", " times ", "]"),
)  # fmt: skip
"""What Typst writes for them."""
