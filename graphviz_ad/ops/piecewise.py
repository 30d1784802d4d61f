"""Comparisons, choices between values, and the angle and length of a vector in the plane."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, TypeVar

from graphviz_ad.language.markup import ALL, X_ATOM, Y_ATOM, Argument, Form, Infix, below, parenthesised
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import COMPARE
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import ufunc
from graphviz_ad.ops.operation import VARIADIC, Operation
from graphviz_ad.ops.writing import BOUNDS, applied, function, word
from graphviz_ad.values import Array, ArrayFunction, ComplexArray, ComplexFunction

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Kind = TypeVar("Kind")
"""Real or complex values."""


def _comparison(name: str, key: str, holds: Callable[..., bool], sign: str) -> Operation:
    """A comparison: 1 where it holds, 0 where not."""
    return Operation(
        name, ("x", "y"), lambda x, y: np.multiply(holds(np.real(x), np.real(y)), 1.0), ("0", "0"),
        scalar=lambda x, y: 1.0 if holds(x, y) else 0.0, aliases=(key,), sign=sign,
        notation=Notation((X_ATOM, Infix(key), Y_ATOM), COMPARE), torch=f"(x {key} y).double()", mask=True,
        ends=True, kinks=(("x == y", 0),),
    )  # fmt: skip


COMPARISONS = (
    _comparison("less", "<", operator.lt, "<"),
    _comparison("less_equal", "<=", operator.le, "≤"),
    _comparison("greater", ">", operator.gt, ">"),
    _comparison("greater_equal", ">=", operator.ge, "≥"),
    _comparison("equal", "==", operator.eq, "="),
    _comparison("not_equal", "!=", operator.ne, "≠"),
)
"""Comparisons, which are 1 where they hold and 0 elsewhere."""


def _extreme(takes_first: Callable[..., bool]) -> ComplexFunction:
    """Comparison → the larger or the smaller of two complex numbers, by the real parts."""

    def extreme(x: ComplexArray, y: ComplexArray) -> ComplexArray:
        return np.where(takes_first(np.real(x), np.real(y)), x, y)

    return extreme


def _where(c: Array, x: Array, y: Array) -> Array:
    return np.where(np.not_equal(np.real(c), 0), x, y)


def _clamp_complex(z: ComplexArray, lo: float, hi: float) -> Array:
    return np.where(np.real(z) > hi, hi, np.where(np.real(z) < lo, min(lo, hi), z))


def _angle_complex(y: ComplexArray, x: ComplexArray) -> ComplexArray:
    """The angle by arctan of the smaller ratio, which keeps a tiny imaginary part where a logarithm would not."""
    real_x, real_y = np.real(x), np.real(y)
    flat = np.abs(real_x) >= np.abs(real_y)
    ratio = np.where(flat, y, -x + 0j) / np.where(flat, x, y)
    turned = np.where(flat, (real_x < 0) * math.pi, math.pi / 2)
    return np.arctan(ratio) + np.copysign(turned, real_y)


def _of_several(of_two: Callable[..., Kind]) -> Callable[..., Kind]:
    """The larger or the smaller of two → the largest or the smallest of any number, entry by entry."""
    return lambda *xs: reduce(of_two, xs)


def tied(out: Array, xs: tuple[Array, ...]) -> Array:
    """How many of the arguments are as large as the result, entry by entry."""
    return reduce(operator.add, [np.multiply(np.equal(x, out), 1.0) for x in xs])


def _extreme_of(short: str, of_two: ArrayFunction, over_complex: ComplexFunction) -> Operation:
    """The largest or the smallest of several values."""
    return Operation(
        f"{short}_of", (VARIADIC,), _of_several(of_two), pullbacks=("where(x == out, g, 0)/tied(out, xs)",),
        symmetric_jacobian=True,
        sign=short, notation=Notation((short, parenthesised(ALL))),
        torch=f"torch.a{short}(torch.stack(torch.broadcast_tensors(*xs)), dim=0)", complex=_of_several(over_complex),
        shapes=(((), (), ()), ((2,), (2,)), ((2, 3), (), (3,))),
        kinks=(("(x == out)*(tied(out, xs) > 1)", 0),),
    )  # fmt: skip


ROWS = (
    *COMPARISONS,
    Operation("where", ("c", "x", "y"), _where,
        ("0", "c != 0", "c == 0"), scalar=lambda c, x, y: x if c != 0 else y, sign=function("where"),
        notation=Notation(Form("cases", (Argument(1), Argument(0, "condition"), Argument(2)))),
        torch="torch.where(c != 0, x, y)", mask=True, ends=True, sample=((-1.0, 1.0), (-2.0, 2.0), (-2.0, 2.0))),
    Operation("clamp", ("x",), lambda x, lo, hi: np.clip(x, lo, hi), ("(x >= lo)*(x <= hi)",),
        scalar=lambda x, lo, hi: min(max(x, lo), hi), aliases=("clip",), options={"lo": -math.inf, "hi": math.inf},
        sign=below(function("clamp"), BOUNDS), notation=word("clamp", below=BOUNDS),
        definition="where(x < lo, lo, where(x > hi, hi, x))",
        torch="torch.clamp(x, lo, hi)", mask=True, complex=_clamp_complex,
        kinks=(("(x == lo) + (x == hi)", 0),)),
    Operation("maximum", ("x", "y"), ufunc("maximum"), ("(x > y) + (x == y)/2", "(x < y) + (x == y)/2"),
        scalar=lambda x, y: x if x > y or x != x else y, sign="max", notation=applied("max", 2),
        torch="torch.maximum(x, y)", mask=True, complex=_extreme(operator.ge),
        kinks=(("x == y", 0),)),
    Operation("minimum", ("x", "y"), ufunc("minimum"), ("(x < y) + (x == y)/2", "(x > y) + (x == y)/2"),
        scalar=lambda x, y: x if x < y or x != x else y, sign="min", notation=applied("min", 2),
        torch="torch.minimum(x, y)", mask=True, complex=_extreme(operator.le),
        kinks=(("x == y", 0),)),
    _extreme_of("max", ufunc("maximum"), _extreme(operator.ge)),
    _extreme_of("min", ufunc("minimum"), _extreme(operator.le)),
    Operation("atan2", ("y", "x"), ufunc("arctan2"),
        ("where(x^2 + y^2 == 0, 0, x/(x^2 + y^2))", "where(x^2 + y^2 == 0, 0, -y/(x^2 + y^2))"), scalar=math.atan2,
        aliases=("arctan2",), sign=function("atan2"), notation=word("atan2", 2), torch="torch.atan2(y, x)",
        complex=_angle_complex,
        kinks=(("(x == 0)*(y == 0)", 0), ("(x < 0)*(y == 0)", 1))),
    Operation("hypot", ("x", "y"), ufunc("hypot"), ("x/out", "y/out"), scalar=math.hypot, sign=function("hypot"),
        notation=word("hypot", 2), definition="sqrt(x^2 + y^2)", torch="torch.hypot(x, y)",
        complex=lambda x, y: np.sqrt(x * x + y * y),
        kinks=(("out == 0", 0),)),
    Operation("tied", ("x", "y"), tied, sign=below("n", "="), notation=Notation(below("n", "=")), internal=True),
)  # fmt: skip
"""All operations that choose, in the order of the documentation."""
