"""Computed numbers and arrays → what stands for a VALUE in each dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphviz_ad.language import numbers
from graphviz_ad.language.number_format import is_flat
from graphviz_ad.language.pieces import Tall


def display(value: Any, digits: int) -> str:
    """Number or array → plain text in an equation, where a shape behind an elided array would read as a factor."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return numbers.number(value, digits)
    if value.ndim > 2 or numbers.is_shape_only(value, digits):
        return f"[{numbers.shape_text(value.shape)}]"
    return numbers.text(value, digits).split(" (")[0]


@dataclass(frozen=True, slots=True)
class Numerals:
    """What one notation writes for numbers and arrays: a vector as a column, or on a line.

    `number` writes digits, `power` a power of ten by its exponent, and `times` stands before it, close to both, so that
    the three read as one number; `fraction` writes one number over another, and `slash` stands between them where
    there is no room for that, in an array. `matrix` are the texts before its rows, between cells, between rows and
    behind them; `dots` stand for what is elided (`numbers.ELIDED`), and `sized` puts the lengths of such an array below
    its closing bracket. `shape` are the texts about and between the lengths of an array that is not shown.
    `stack` stands before, between and behind the matrices of an array of three axes or more, where it is written out,
    as it is in labels (`stacked`).
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
    line: tuple[str, str, str]
    whole: Callable[[str], str] = str
    held: Callable[[str], str] = str
    stack: tuple[str, str, str] = ("[", " ", "]")
    stacked: bool = False

    @property
    def of_labels(self) -> Numerals:
        """The same with fractions no higher than a line, in which digits are as large as others, and arrays of more
        than two axes written out where they are small."""
        return replace(self, fraction=lambda above, below: above + self.slash + below, stacked=True)

    def write(self, value: Any, digits: int) -> str:
        """Number or array → mathematics; an array of more than two axes by its shape, or as matrices in a row."""
        if isinstance(value, float) and (ratio := numbers.fraction(value, digits)):
            above, sign = self.number(str(abs(ratio[0]))), self.minus if ratio[0] < 0 else ""
            written = sign + self.fraction(above, self.number(str(ratio[1])))
            return Tall(self.held(written) if sign else written)
        if isinstance(value, (float, str)):
            return self._cell(value, digits)
        stack = numbers.stack(value, digits) if self.stacked else None
        if stack is not None:
            return self._stacked(stack, value.shape, digits)
        rows = numbers.grid(value.reshape(-1, 1) if value.ndim == 1 else value, digits)
        if rows is None:
            return self._shape(value.shape)
        is_line = value.ndim == 1 and len(rows) > 1 and is_flat(digits)
        written = self._line([cell for (cell,) in rows], digits) if is_line else self._matrix(rows, digits)
        return self._sized(written, value.shape) if numbers.is_elided(value, digits) else written

    def _shape(self, shape: Sequence[int]) -> str:
        before, between, behind = self.shape
        return self.whole(before + between.join(self.number(str(length)) for length in shape) + behind)

    def _matrix(self, rows: list[list[float | str]], digits: int) -> str:
        before, column, row, behind = self.matrix
        lines = (column.join(self._cell(cell, digits) for cell in cells) for cells in rows)
        return Tall(before + row.join(lines) + behind)

    def _line(self, cells: list[float | str], digits: int) -> str:
        before, between, behind = self.line
        across = (numbers.ELIDED if cell == numbers.ELIDED_ROWS else cell for cell in cells)
        return self.held(before + between.join(self._cell(cell, digits) for cell in across) + behind)

    def _stacked(self, matrices: list[list[list[float | str]] | None], shape: Sequence[int], digits: int) -> str:
        """Matrices, None for those that are left out, and the lengths of the array → all of them in a row."""
        before, between, behind = self.stack
        dots = self.dots[numbers.ELIDED]
        written = [dots if rows is None else self._matrix(rows, digits) for rows in matrices]
        return self._sized(before + between.join(written) + behind, shape)

    def _sized(self, written: str, shape: Sequence[int]) -> str:
        return Tall(self.sized(written, self.shape[1].join(self.number(str(length)) for length in shape)))

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
    (r"\begin{pmatrix} ", " & ", r" \\ ", r" \end{pmatrix}"), ("[", r" \times ", "]"), ("(", r",\, ", r")^{\top}"),
    stack=(r"\left[", r"\;", r"\right]"),
)  # fmt: skip
"""What LaTeX writes for numbers and arrays."""
TYPST = Numerals(
    str, "10^({})".format, "-", ' class("normal", times) ', "frac({}, {})".format, r"\/", "infinity", '"nan"',
    {"…": "dots.c", "⋮": "dots.v", "⋱": "dots.down"}, "{}_({})".format,
    ("mat(", ", ", "; ", ")"), ("[", " times ", "]"), ("(", ", ", ")^top"), stack=("lr([", " thin ", "])"),
)  # fmt: skip
"""What Typst writes for them."""
