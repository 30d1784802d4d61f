"""Further functions of numbers: of probability, of the Gamma function, remainders, and quotients of sine and cosine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import PLACE, X_ATOM, Y_ATOM, Fenced, Infix, X, Y, fraction, parenthesised, power, root
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import POSTFIX, PRODUCT
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import complex_erf, per_entry, ufunc
from graphviz_ad.ops.gamma import (
    complex_gamma,
    complex_lgamma,
    digamma,
    digamma_of_float,
    gamma,
    lgamma,
    trigamma,
)
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.writing import applied, function, raised, word
from graphviz_ad.values import Array, ComplexArray

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_ROOT_HALF = math.sqrt(0.5)
"""√½, by which erf becomes the distribution function of a normal variable."""
_DENSITY = 1.0 / math.sqrt(2 * math.pi)
"""1/√(2π), the normal density at 0."""
_UNIT = ((0.05, 0.95),)
"""Sample range of a probability."""
_POSITIVE = ((0.2, 3.0),)
"""Sample range of an argument that must be positive."""
_GAMMA = (
    "torch.exp(torch.lgamma({0})) * "
    "torch.where(({0} < 0) & (torch.floor({0}) % 2 != 0) & (torch.floor({0}) != {0}), -1.0, 1.0)"
)
"""torch has the logarithm of its size; between the poles left of 0 the sign changes."""
_HALF_TURN = ((0.3, 2.8),)
"""Sample range of an angle between two poles of the cotangent."""


def erfc(x: Array) -> Array:
    """1 - erf, without the loss of digits where erf is near 1: numpy has none."""
    return per_entry(math.erfc, x)


def _remainder_complex(x: ComplexArray, y: ComplexArray) -> ComplexArray:
    return x - y * np.floor_divide(np.real(x), np.real(y))


def _logaddexp_complex(x: ComplexArray, y: ComplexArray) -> ComplexArray:
    swap = np.real(x) < np.real(y)
    return np.where(swap, y, x) + np.log1p(np.exp(np.where(swap, x - y, y - x)))


def _logaddexp_scalar(x: float, y: float) -> float:
    return x + math.log(2.0) if x == y else max(x, y) + math.log1p(math.exp(-abs(x - y)))


_OF_PROBABILITY = (
    Operation("erfc", ("x",), erfc, ("-2/sqrt(pi)*exp(-x^2)",), scalar=math.erfc, sign=function("erfc"),
        notation=word("erfc"),
        definition="1 - erf(x)", torch="torch.erfc(x)", complex=lambda z: 1.0 - complex_erf(z)),
    Operation("normal_cdf", ("x",), lambda x: erfc(-x * _ROOT_HALF) * 0.5, ("exp(-x^2/2)/sqrt(2*pi)",),
        scalar=lambda x: math.erfc(-x * _ROOT_HALF) * 0.5, aliases=("norm_cdf", "ndtr", "Φ"), sign="Phi",
        notation=applied("Phi"), definition="(1 + erf(x/sqrt(2)))/2", torch="torch.erfc(-x/2**0.5)/2",
        complex=lambda z: 0.5 * (1.0 + complex_erf(z * _ROOT_HALF))),
    Operation("normal_pdf", ("x",), lambda x: np.exp(-x * x / 2.0) * _DENSITY, ("-x*out",),
        scalar=lambda x: math.exp(-x * x / 2.0) * _DENSITY, aliases=("norm_pdf",), sign="varphi",
        notation=applied("varphi"), definition="exp(-x^2/2)/sqrt(2*pi)",
        torch="torch.exp(-x * x / 2) / (2 * torch.pi) ** 0.5"),
    Operation("logit", ("x",), lambda x: np.log(np.divide(x, 1.0 - x)), ("1/(x*(1 - x))",),
        scalar=lambda x: math.log(x / (1.0 - x)), sign=function("logit"), notation=word("logit"),
        definition="log(x/(1 - x))", torch="torch.logit(x)", sample=_UNIT,
        kinks=(("(x <= 0) + (x >= 1)", 0),)),
    Operation("lgamma", ("x",), lgamma, ("digamma(x)",), scalar=math.lgamma, aliases=("gammaln", "loggamma"),
        sign=("log", " ", "Gamma"), notation=applied(("log", "behind", "Gamma")), torch="torch.lgamma(x)",
        sample=_POSITIVE, complex=complex_lgamma,
        kinks=(("(x <= 0)*(x == floor(x))", 1),)),
    Operation("gamma", ("x",), gamma, ("out*digamma(x)",), scalar=math.gamma, aliases=("Γ", "tgamma"), sign="Gamma",
        notation=applied("Gamma"), torch=_GAMMA.format("x"), sample=_POSITIVE, complex=complex_gamma,
        kinks=(("(x <= 0)*(x == floor(x))", 1),)),
    Operation("factorial", ("x",), lambda x: gamma(x + 1.0), ("out*digamma(x + 1)",),
        scalar=lambda x: math.gamma(x + 1.0),
        aliases=("FACT",), sign=("x", "!"), notation=Notation((X_ATOM, "!"), POSTFIX), definition="gamma(x + 1)",
        torch=_GAMMA.format("(x + 1)"), sample=_POSITIVE, complex=lambda z: complex_gamma(z + 1.0),
        kinks=(("(x < 0)*(x == floor(x))", 1),)),
    Operation("digamma", ("x",), digamma, ("trigamma(x)",), scalar=digamma_of_float, sign="psi",
        notation=applied("psi"), internal=True),
    Operation("trigamma", ("x",), trigamma, sign=("psi", parenthesised("1")),
        notation=applied(power("psi", parenthesised("1"))), internal=True),
)  # fmt: skip
"""Distribution functions, the logit, and the Gamma function."""

_EXPONENTIALS = (
    Operation("exp2", ("x",), ufunc("exp2"), ("out*log(2)",), scalar=math.exp2, sign=power("2", "x"),
        notation=raised("2", X), definition="2^x", torch="torch.exp2(x)"),
    Operation("logaddexp", ("x", "y"), ufunc("logaddexp"), ("sigmoid(x - y)", "sigmoid(y - x)"),
        scalar=_logaddexp_scalar,
        sign=function("logaddexp"), notation=word("logaddexp", 2), definition="log(exp(x) + exp(y))",
        torch="torch.logaddexp(x, y)", complex=_logaddexp_complex),
    Operation("rsqrt", ("x",), lambda x: np.divide(1.0, np.sqrt(x)), ("-out/(2*x)",),
        scalar=lambda x: 1.0 / math.sqrt(x),
        sign=fraction("1", root(PLACE)), notation=Notation(fraction("1", root(X)), PRODUCT),
        definition="1/sqrt(x)", torch="torch.rsqrt(x)", sample=_POSITIVE,
        kinks=(("x <= 0", 0),)),
)  # fmt: skip
"""Exponentials, their sums, and the reciprocal root."""

_OF_WHOLE_PARTS = (
    Operation("mod", ("x", "y"), ufunc("remainder"), ("1", "-floor_divide(x, y)"), scalar=lambda x, y: x % y,
        aliases=("remainder",), sign="mod", notation=Notation((X_ATOM, Infix("mod"), Y_ATOM), PRODUCT),
        torch="torch.remainder(x, y)", complex=_remainder_complex, sample=((-2, 2), (0.5, 2)),
        kinks=(("(out == 0)*(k == 0)", 1),)),
    Operation("floor_divide", ("x", "y"), ufunc("floor_divide"), ("0", "0"), scalar=lambda x, y: x // y,
        sign=Fenced("⌊", (PLACE, Infix("div"), PLACE)),
        notation=Notation(Fenced("⌊", fraction(X, Y))),
        torch='torch.div(x, y, rounding_mode="floor")', sample=((-2, 2), (0.5, 2)), mask=True,
        complex=lambda x, y: np.floor_divide(np.real(x), np.real(y)) + 0j,
        kinks=(("mod(x, y) == 0", 0),)),
)  # fmt: skip
"""Remainders and whole quotients."""

_QUOTIENTS = (
    Operation("sec", ("x",), lambda x: np.divide(1.0, np.cos(x)), ("out*tan(x)",), scalar=lambda x: 1.0 / math.cos(x),
        sign="sec", notation=applied("sec"), definition="1/cos(x)", torch="1 / torch.cos(x)",
        sample=((-1.3, 1.3),)),
    Operation("csc", ("x",), lambda x: np.divide(1.0, np.sin(x)), ("-out/tan(x)",), scalar=lambda x: 1.0 / math.sin(x),
        aliases=("cosec",), sign="csc", notation=applied("csc"), definition="1/sin(x)",
        torch="1 / torch.sin(x)", sample=_HALF_TURN,
        kinks=(("x == 0", 0),)),
    Operation("cot", ("x",), lambda x: np.divide(1.0, np.tan(x)), ("-1 - out^2",), scalar=lambda x: 1.0 / math.tan(x),
        aliases=("cotan",), sign="cot", notation=applied("cot"), definition="cos(x)/sin(x)",
        torch="1 / torch.tan(x)", sample=_HALF_TURN,
        kinks=(("x == 0", 0),)),
)  # fmt: skip
"""Reciprocals of functions of angles: sec, csc, cot."""

ROWS = (*_EXPONENTIALS, *_OF_PROBABILITY, *_OF_WHOLE_PARTS, *_QUOTIENTS)
"""All further functions, in the order of the documentation."""
