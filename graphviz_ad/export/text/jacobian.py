"""Jacobian → a table as text, what each mode takes, and the same for other programs (`graphviz-ad/jacobian/1`)."""

from __future__ import annotations

from graphviz_ad.autodiff.sweeps import Jacobian
from graphviz_ad.language import numbers
from graphviz_ad.source import width

SCHEMA = "graphviz-ad/jacobian/1"
"""Name of the schema; the number changes where a program that reads it would no longer understand it."""


def table(jacobian: Jacobian, digits: int = numbers.DEFAULT_DIGITS) -> str:
    """Jacobian → its entries with the names of rows and columns, then how many sweeps each mode takes, and why which.

    >>> from graphviz_ad import parse
    >>> print(table(parse("y = [a*b, a]").jacobian({"a": 2, "b": 3})))
    ∂y/∂(a, b), 2 × 2
    <BLANKLINE>
          a  b
    y[0]  3  2
    y[1]  1  0
    <BLANKLINE>
    forward mode takes 2 sweeps, one a column; reverse mode takes 2 sweeps, one a row
    forward mode: both take equally many; forward mode keeps no values for a way back
    """
    cells = [["", *jacobian.columns]]
    for name, row in zip(jacobian.rows, jacobian.matrix.tolist(), strict=True):
        cells.append([name, *(numbers.number(entry, digits) for entry in row)])
    return f"{heading(jacobian)}\n\n{aligned(cells)}\n\n{sweeps(jacobian)}\n{jacobian.mode} mode: {jacobian.reason}"


def heading(jacobian: Jacobian) -> str:
    """Jacobian → what it is of, and its size."""
    by = ", ".join(jacobian.wrt)
    by = by if len(jacobian.wrt) == 1 else f"({by})"
    return f"∂{jacobian.of}/∂{by}, {len(jacobian.rows)} × {len(jacobian.columns)}"


def sweeps(jacobian: Jacobian) -> str:
    """Jacobian → how many sweeps each mode takes."""
    forward, reverse = (counted(jacobian.sweeps[mode]) for mode in ("forward", "reverse"))
    return f"forward mode takes {forward}, one a column; reverse mode takes {reverse}, one a row"


def counted(count: int) -> str:
    """Number → so many sweeps."""
    return f"{count} sweep{'s' * (count != 1)}"


def aligned(cells: list[list[str]]) -> str:
    """Rows of cells, the first being names → text with columns under one another, numbers to the right."""
    widths = [max(width(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = []
    for name, *rest in cells:
        padded = [" " * (size - width(cell)) + cell for cell, size in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([name + " " * (widths[0] - width(name)), *padded]).rstrip())
    return "\n".join(lines)


def record(jacobian: Jacobian, formula: str) -> dict[str, object]:
    """Jacobian and its formula → lists, objects, numbers and texts; nan and the infinities are texts."""
    from graphviz_ad.explain.record import listed

    return {
        "schema": SCHEMA, "formula": formula, "of": jacobian.of, "wrt": list(jacobian.wrt),
        "rows": list(jacobian.rows), "columns": list(jacobian.columns), "matrix": listed(jacobian.matrix),
        "mode": jacobian.mode, "sweeps": dict(jacobian.sweeps), "reason": jacobian.reason,
    }  # fmt: skip
