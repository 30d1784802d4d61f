"""Second derivatives → a table as text, and the same for other programs (`graphviz-ad/hessian/1`)."""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.autodiff.sweeps import Jacobian
from graphviz_ad.export.text.jacobian import aligned, counted
from graphviz_ad.language import numbers
from graphviz_ad.values import Value

SCHEMA = "graphviz-ad/hessian/1"
"""Name of the schema; the number changes where a program that reads it would no longer understand it."""


def table(hessian: Jacobian, digits: int = numbers.DEFAULT_DIGITS) -> str:
    """Second derivatives → their entries with the names of rows and columns, and how they were computed.

    >>> from graphviz_ad import parse
    >>> print(table(parse("L = w^2*b").hessian({"w": 3, "b": 2})))
    ∂²L/∂(w, b)², 2 × 2
    <BLANKLINE>
       w  b
    w  4  6
    b  6  0
    <BLANKLINE>
    2 sweeps of forward mode over the program of the backward pass, one a column
    """
    by = ", ".join(hessian.wrt)
    by = by if len(hessian.wrt) == 1 else f"({by})"
    size = len(hessian.columns)
    cells = [["", *hessian.columns]]
    for name, row in zip(hessian.columns, hessian.matrix.tolist(), strict=True):
        cells.append([name, *(numbers.number(entry, digits) for entry in row)])
    sweeps = f"{counted(size)} of forward mode over the program of the backward pass, one a column"
    return f"∂²{hessian.second_of}/∂{by}², {size} × {size}\n\n{aligned(cells)}\n\n{sweeps}"


def record(hessian: Jacobian, formula: str) -> dict[str, object]:
    """Second derivatives and their formula → lists, objects, numbers and texts; nan and the infinities are texts."""
    from graphviz_ad.explain.record import listed

    return {
        "schema": SCHEMA, "formula": formula, "of": hessian.second_of, "wrt": list(hessian.wrt),
        "names": list(hessian.columns), "matrix": listed(hessian.matrix), "sweeps": len(hessian.columns),
    }  # fmt: skip


def product_text(product: Mapping[str, Value], digits: int) -> str:
    """The Hessian times a direction, by name → a line for each."""
    return "\n".join(f"{name}: {numbers.text(value, digits)}" for name, value in product.items())


def product_record(product: Mapping[str, Value]) -> dict[str, object]:
    """The Hessian times a direction, by name → numbers and lists."""
    from graphviz_ad.explain.record import listed

    return {"schema": SCHEMA, "hvp": {name: listed(value) for name, value in product.items()}}
