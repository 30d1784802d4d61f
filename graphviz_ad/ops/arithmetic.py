"""Sums, products, quotients and powers."""

from __future__ import annotations

import math
import operator
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.markup import PLACE, X_ATOM, OptionValue, Y, parenthesised, power
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import SIGN
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.writing import raised

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

ROWS = (
    Operation("add", ("x", "y"), operator.add, ("1", "1"), scalar=operator.add, aliases=("+",), sign="+",
        torch="x + y"),
    Operation("subtract", ("x", "y"), operator.sub, ("1", "-1"), scalar=operator.sub, aliases=("-",), sign="-",
        torch="x - y"),
    Operation("multiply", ("x", "y"), operator.mul, ("y", "x"), scalar=operator.mul, aliases=("*", "·", "odot"),
        sign="times",
        torch="x * y"),
    Operation("divide", ("x", "y"), lambda x, y: np.divide(x, y), ("1/y", "-out/y"), scalar=operator.truediv,
        aliases=("/",), sign="div", torch="x / y", sample=((-2, 2), (0.5, 2)),
        kinks=(("y == 0", 0),)),
    Operation("negate", ("x",), operator.neg, ("-1",), scalar=operator.neg, aliases=("neg",),
        sign=("neg", parenthesised(PLACE)),
        notation=Notation(("neg", X_ATOM), SIGN), torch="-x"),
    Operation("pow", ("x", "y"), lambda x, y: np.power(x, y),
        ("where(y == 0, 0, y*x^(y - 1))", "where(x == 0, where(y >= 0, 0, out*log(x)), out*log(x))"),
        scalar=math.pow, aliases=("^",), sign=power("x", "y"), notation=raised(X_ATOM, Y),
        torch="x ** y", sample=((0.5, 2), (-2, 2)),
        kinks=(("(x == 0)*where(k == 1, y >= 0, y == 0)", 0),)),
    Operation("power", ("x",), lambda x, n: x**n if n in (1, 2) else np.power(x, n), ("n*x^(n - 1)",),
        scalar=math.pow, options={"n": 2.0}, sign=power(parenthesised(PLACE), OptionValue("n")),
        notation=raised(X_ATOM, OptionValue("n")), torch="x ** n", sample=((0.5, 2),),
        cases={("n", 0.0): {"partials": ("0",), "mask": True}, ("n", 1.0): {"partials": ("1",)},
               ("n", 2.0): {"partials": ("2*x",)},
               ("n", 0.5): {"partials": ("1/(2*out)",), "forward": lambda x, n: np.sqrt(x),
                            "scalar": lambda x, n: math.sqrt(x)}},
        kinks=(("(x == 0)*(n < 1)", 0),)),
)  # fmt: skip
"""The operators of arithmetic, in the order of the documentation."""


def of_terms(row: Operation, count: int) -> Operation:
    """Addition or multiplication, and how many terms it has → the row of that sum or product."""
    params = tuple(f"x{number}" for number in range(1, count + 1))
    operate = row.forward
    partials = ("1",) * count
    if row.name == "multiply":
        partials = tuple("*".join(other for other in params if other != param) for param in params)

    def forward(*terms: object) -> Any:
        return reduce(operate, terms)

    return replace(
        row, params=params, forward=forward, scalar=forward, partials=partials, torch=f" {row.torch[2]} ".join(params),
        sample=((-2.0, 2.0),) * count,
    )  # fmt: skip
