"""Computed numbers and arrays → plain text, LaTeX or Typst: what stands for a VALUE in each dialect."""

from __future__ import annotations

from typing import Any

from graphviz_ad.language import numbers


def display(value: Any, digits: int) -> str:
    """Number or array → plain text in an equation, where a shape behind an elided array would read as a factor."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return numbers.number(value, digits)
    if value.ndim > 2:
        return f"[{numbers.shape_text(value.shape)}]"
    return numbers.text(value, digits).split(" (")[0]


def latex(value: Any, digits: int) -> str:
    """Number or array → LaTeX mathematics."""
    return _mathematics(value, digits, r" \cdot ", r"10^{%d}", r"\infty", r"\mathrm{nan}", r"\cdots",
                       r"\begin{pmatrix} %s \end{pmatrix}", " & ", r" \\ ")  # fmt: skip


def typst(value: Any, digits: int) -> str:
    """Number or array → Typst mathematics."""
    return _mathematics(value, digits, " dot ", "10^(%d)", "infinity", '"nan"', "dots.c", "mat(%s)", ", ", "; ")


def _mathematics(
    value: Any, digits: int, times: str, power: str, infinity: str, nan: str, dots: str, matrix: str, column: str,
    row: str,
) -> str:  # fmt: skip
    """Number or array → mathematics: a vector as a column; an array of more than two dimensions by its shape."""

    def one(cell: float | str) -> str:
        if isinstance(cell, str):
            return dots if cell == numbers.ELIDED else cell
        mantissa, exponent = numbers.parts(cell, digits)
        mantissa = mantissa.replace("inf", infinity).replace("nan", nan)
        if exponent is None:
            return mantissa
        factor = mantissa + times if mantissa not in ("1", "-1") else mantissa[:-1]
        return factor + power % exponent

    if isinstance(value, (float, str)):
        return one(value)
    rows = numbers.grid(value.reshape(-1, 1) if value.ndim == 1 else value)
    if rows is None:
        return "[" + numbers.shape_text(value.shape).replace("×", r" \times " if "\\" in dots else " times ") + "]"
    return matrix % row.join(column.join(map(one, cells)) for cells in rows)
