"""Exponentials, logarithms, roots, trigonometric and hyperbolic functions, rounding, and the error function."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.markup import (
    PLACE,
    X_ATOM,
    X_TERM,
    Fenced,
    Form,
    Infix,
    X,
    fraction,
    parenthesised,
    power,
    root,
)
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import PRODUCT, SUM
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.writing import applied, function, raised, word
from graphviz_ad.values import Array, ArrayFunction, ComplexArray

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def ufunc(name: str) -> ArrayFunction:
    """Name of a numpy function → a function that calls it, so that numpy is imported at the first call only."""
    return lambda *args: getattr(np, name)(*args)


def magnitude(x: Array | ComplexArray) -> Array:
    """|x|; for a complex number x or -x, by the sign of its real part."""
    return np.where(np.real(x) < 0, -x, x) if np.iscomplexobj(x) else np.abs(x)


def by_real_part(name: str) -> ArrayFunction:
    """Name of a numpy function that is constant between its jumps → the same over complex numbers."""
    return lambda x: getattr(np, name)(np.real(x)) + 0j


def sign(x: Array | ComplexArray) -> Array:
    """-1, 0 or 1; 0 for nan, as torch has it."""
    real = np.real(x)
    return np.multiply(real > 0, 1.0) - np.multiply(real < 0, 1.0)


def erf(x: Array) -> Array:
    """The error function of floats: numpy has none."""
    return per_entry(math.erf, x)


def per_entry(function: Callable[[float], float], x: Array) -> Array:
    """Function of a float, array → what it gives of each entry."""
    ufunc: Callable[..., Any] = np.frompyfunc(function, 1, 1)
    with np.errstate(invalid="ignore"):  # of nan, which is as good an answer here as elsewhere
        entries: Array = ufunc(x)
    return entries.astype(float) if isinstance(entries, np.ndarray) else entries  # objects, as they come


def complex_erf(z: ComplexArray) -> ComplexArray:
    """The error function near the real axis: 2/√π e^(-z²) Σ 2ⁿ z^(2n+1)/(2n+1)!!, all terms of one sign.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6. Beyond |x| = 6 it is ±1.
    """
    inner = np.where(np.abs(np.real(z)) < 6, z, 0.0)
    term = total = inner + 0j
    for n in range(1, 180):
        term = term * (2 * inner * inner / (2 * n + 1))
        total = total + term
    return np.where(np.abs(np.real(z)) < 6, 2 / math.sqrt(math.pi) * np.exp(-inner * inner) * total, sign(z))


def _cube_root(z: ComplexArray) -> ComplexArray:
    return np.where(np.real(z) < 0, -((-z + 0j) ** (1 / 3)), (z + 0j) ** (1 / 3))


_POSITIVE = ((0.2, 3.0),)
"""Sample range of an argument that must be positive."""
_INSIDE = ((-0.9, 0.9),)
"""Sample range within (-1, 1), where inverse functions are defined."""

_EXPONENTIALS = (
    Operation("exp", ("x",), ufunc("exp"), ("out",), scalar=math.exp, sign="exp", notation=raised("e", X),
        torch="torch.exp(x)"),
    Operation("log", ("x",), ufunc("log"), ("1/x",), scalar=math.log, aliases=("ln",), sign="log",
        notation=applied("log"), torch="torch.log(x)", sample=_POSITIVE,
        kinks=(("x <= 0", 1),)),
    Operation("log2", ("x",), ufunc("log2"), ("1/(x*log(2))",), scalar=math.log2, sign="log 2",
        notation=applied("log 2"), definition="log(x)/log(2)", torch="torch.log2(x)", sample=_POSITIVE,
        kinks=(("x <= 0", 0),)),
    Operation("log10", ("x",), ufunc("log10"), ("1/(x*log(10))",), scalar=math.log10, sign="log 10",
        notation=applied("log 10"), definition="log(x)/log(10)", torch="torch.log10(x)",
        sample=_POSITIVE,
        kinks=(("x <= 0", 0),)),
    Operation("log1p", ("x",), ufunc("log1p"), ("1/(1 + x)",), scalar=math.log1p, sign=function("log1p"),
        notation=Notation(("log", parenthesised(("1", Infix("+"), X_TERM)))), definition="log(1 + x)",
        torch="torch.log1p(x)", sample=((-0.8, 3.0),),
        kinks=(("x <= -1", 0),)),
    Operation("expm1", ("x",), ufunc("expm1"), ("out + 1",), scalar=math.expm1, sign=function("expm1"),
        notation=Notation((power("e", X), Infix("-"), "1"), SUM), definition="exp(x) - 1", torch="torch.expm1(x)"),
    Operation("sqrt", ("x",), ufunc("sqrt"), ("1/(2*out)",), scalar=math.sqrt, sign=root(PLACE),
        notation=Notation(root(X)), torch="torch.sqrt(x)", sample=_POSITIVE,
        kinks=(("x <= 0", 0),)),
    Operation("cbrt", ("x",), ufunc("cbrt"), ("1/(3*out^2)",), scalar=math.cbrt, sign=Form("cube root", (PLACE,)),
        notation=Notation(Form("cube root", (X,))),
        torch="torch.where(x < 0, -torch.where(x < 0, -x, 1.0) ** (1 / 3), torch.where(x < 0, 1.0, x) ** (1 / 3))",
        complex=_cube_root, sample=((0.2, 3.0),),
        kinks=(("x == 0", 0),)),
    Operation("square", ("x",), ufunc("square"), ("2*x",), scalar=lambda x: x * x,
        sign=power(parenthesised(PLACE), "2"),
        notation=raised(X_ATOM, "2"), definition="x*x", torch="torch.square(x)"),
    Operation("reciprocal", ("x",), lambda x: np.divide(1.0, x), ("-out^2",), scalar=lambda x: 1.0 / x,
        sign=fraction("1", PLACE), notation=Notation(fraction("1", X), PRODUCT), definition="1/x",
        torch="torch.reciprocal(x)", sample=_POSITIVE,
        kinks=(("x == 0", 0),)),
)  # fmt: skip
"""Exponentials, logarithms, powers and roots."""

_ROUNDING = (
    Operation("abs", ("x",), ufunc("abs"), ("sign(x)",), scalar=abs, sign=Fenced("|", PLACE),
        notation=Notation(Fenced("|", X)), torch="torch.abs(x)", complex=magnitude,
        kinks=(("x == 0", 0),)),
    Operation("sign", ("x",), sign, ("0",), scalar=lambda x: 1.0 if x > 0 else -1.0 if x < 0 else 0.0,
        sign=function("sgn"),
        notation=word("sgn"), torch="torch.sign(x)", mask=True,
        kinks=(("x == 0", 0),)),
    Operation("floor", ("x",), ufunc("floor"), ("0",), scalar=lambda x: math.copysign(math.floor(x), x),
        sign=Fenced("⌊", PLACE),
        notation=Notation(Fenced("⌊", X)), torch="torch.floor(x)",
        complex=by_real_part("floor"), mask=True,
        kinks=(("x == floor(x)", 0),)),
    Operation("ceil", ("x",), ufunc("ceil"), ("0",), scalar=lambda x: math.copysign(math.ceil(x), x),
        sign=Fenced("⌈", PLACE),
        notation=Notation(Fenced("⌈", X)), torch="torch.ceil(x)",
        complex=by_real_part("ceil"), mask=True,
        kinks=(("x == floor(x)", 0),)),
    Operation("round", ("x",), ufunc("round"), ("0",), scalar=lambda x: math.copysign(round(x), x),
        sign=Fenced("⌊⌉", PLACE),
        notation=Notation(Fenced("⌊⌉", X)), torch="torch.round(x)",
        complex=by_real_part("round"), mask=True,
        kinks=(("x - floor(x) == 1/2", 0),)),
)  # fmt: skip
"""Absolute value, sign and rounding."""

_TRIGONOMETRIC = (
    Operation("sin", ("x",), ufunc("sin"), ("cos(x)",), scalar=math.sin, sign="sin", notation=applied("sin"),
        torch="torch.sin(x)"),
    Operation("cos", ("x",), ufunc("cos"), ("-sin(x)",), scalar=math.cos, sign="cos", notation=applied("cos"),
        torch="torch.cos(x)"),
    Operation("tan", ("x",), ufunc("tan"), ("1 + out^2",), scalar=math.tan, sign="tan", notation=applied("tan"),
        definition="sin(x)/cos(x)", torch="torch.tan(x)", sample=((-1.3, 1.3),)),
    Operation("asin", ("x",), ufunc("arcsin"), ("1/sqrt(1 - x^2)",), scalar=math.asin, aliases=("arcsin",),
        sign="arcsin",
        notation=applied("arcsin"), torch="torch.asin(x)", sample=_INSIDE,
        kinks=(("abs(x) >= 1", 0),)),
    Operation("acos", ("x",), ufunc("arccos"), ("-1/sqrt(1 - x^2)",), scalar=math.acos, aliases=("arccos",),
        sign="arccos",
        notation=applied("arccos"), torch="torch.acos(x)", sample=_INSIDE,
        kinks=(("abs(x) >= 1", 0),)),
    Operation("atan", ("x",), ufunc("arctan"), ("1/(1 + x^2)",), scalar=math.atan, aliases=("arctan",), sign="arctan",
        notation=applied("arctan"), torch="torch.atan(x)"),
)  # fmt: skip
"""Functions of angles and their inverses."""

_HYPERBOLIC = (
    Operation("sinh", ("x",), ufunc("sinh"), ("cosh(x)",), scalar=math.sinh, sign="sinh", notation=applied("sinh"),
        definition="(exp(x) - exp(-x))/2", torch="torch.sinh(x)"),
    Operation("cosh", ("x",), ufunc("cosh"), ("sinh(x)",), scalar=math.cosh, sign="cosh", notation=applied("cosh"),
        definition="(exp(x) + exp(-x))/2", torch="torch.cosh(x)"),
    Operation("tanh", ("x",), ufunc("tanh"), ("1 - out^2",), scalar=math.tanh, sign="tanh",
        notation=applied("tanh"),
        definition="a = exp(x); b = exp(-x); (a - b)/(a + b)", torch="torch.tanh(x)"),
    Operation("asinh", ("x",), ufunc("arcsinh"), ("1/sqrt(x^2 + 1)",), scalar=math.asinh, aliases=("arcsinh", "arsinh"),
        sign=function("arsinh"), notation=word("arsinh"), torch="torch.asinh(x)"),
    Operation("acosh", ("x",), ufunc("arccosh"), ("1/sqrt(x^2 - 1)",), scalar=math.acosh, aliases=("arccosh", "arcosh"),
        sign=function("arcosh"), notation=word("arcosh"), torch="torch.acosh(x)", sample=((1.2, 4.0),),
        kinks=(("x <= 1", 0),)),
    Operation("atanh", ("x",), ufunc("arctanh"), ("1/(1 - x^2)",), scalar=math.atanh, aliases=("arctanh", "artanh"),
        sign=function("artanh"), notation=word("artanh"), torch="torch.atanh(x)", sample=_INSIDE,
        kinks=(("abs(x) >= 1", 0),)),
    Operation("erf", ("x",), erf, ("2/sqrt(pi)*exp(-x^2)",), scalar=math.erf,
        sign=function("erf"), notation=word("erf"),
        torch="torch.erf(x)", complex=complex_erf),
)  # fmt: skip
"""Hyperbolic functions, their inverses, and erf."""

ROWS = (*_EXPONENTIALS, *_ROUNDING, *_TRIGONOMETRIC, *_HYPERBOLIC)
"""All functions of one number, in the order of the documentation."""
