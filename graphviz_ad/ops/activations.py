"""Activation functions of neural networks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import OptionValue, below
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import complex_erf, erf, magnitude
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.writing import BOUNDS, applied, equation, function, word
from graphviz_ad.values import Array, ComplexArray

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772
"""Constants of SELU: Klambauer et al., Self-Normalizing Neural Networks, 2017."""

_WIDE = ((-4.0, 4.0),)
"""Sample range of an argument, wide enough for both tails of a smooth step."""
_ROOT_HALF = math.sqrt(0.5)
"""√½, by which erf becomes the distribution function of a normal variable."""
_GELU = math.sqrt(2 / math.pi)
"""√(2/π) of the approximation of GELU by tanh."""


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def _sigmoid_scalar(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def _positive(z: ComplexArray) -> Array:
    """max(x, 0) that branches on the real part."""
    return np.where(np.real(z) > 0, z, 0.0)


def _softplus(x: Array) -> Array:
    return np.logaddexp(0.0, x)


def _softplus_complex(z: ComplexArray) -> Array:
    return np.log1p(np.exp(-magnitude(z))) + _positive(z)


def _softplus_scalar(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _elu(x: Array, alpha: float) -> Array:
    return np.where(np.real(x) > 0, x, alpha * np.expm1(x))


def _clip(z: ComplexArray, lo: float, hi: float) -> Array:
    """Clamp by the real part."""
    return np.where(np.real(z) < lo, lo, np.where(np.real(z) > hi, hi, z))


def _gelu_tanh(x: Array) -> Array:
    return 0.5 * x * (1.0 + np.tanh(_GELU * (x + 0.044715 * x * x * x)))


_RECTIFIERS = (
    Operation("relu", ("x",), lambda x: np.maximum(x, 0.0), ("x > 0",), scalar=lambda x: 0.0 if x <= 0 else x,
        aliases=("ReLU",), sign=function("ReLU"), notation=word("ReLU"), definition="where(x > 0, x, 0)",
        torch="F.relu(x)", mask=True, complex=_positive,
        kinks=(("x == 0", 0),)),
    Operation("leaky_relu", ("x",), lambda x, slope: np.where(np.real(x) > 0, x, slope * x),
        ("where(x > 0, 1, slope)",),
        scalar=lambda x, slope: x if x > 0 else slope * x, options={"slope": 0.01},
        sign=below(function("LReLU"), OptionValue("slope")),
        notation=word("LeakyReLU", below=OptionValue("slope")), definition="where(x > 0, x, slope*x)",
        torch="F.leaky_relu(x, negative_slope=slope)",
        kinks=(("x == 0", 0),)),
    Operation("elu", ("x",), _elu, ("where(x > 0, 1, alpha*exp(x))",),
        scalar=lambda x, alpha: x if x > 0 else alpha * math.expm1(x), options={"alpha": 1.0},
        sign=below(function("ELU"), equation("alpha")),
        notation=word("ELU", below=equation("alpha")),
        definition="where(x > 0, x, alpha*(exp(x) - 1))", torch="F.elu(x, alpha=alpha)",
        kinks=(("x == 0", 0),)),
    Operation("selu", ("x",), lambda x: _SCALE * _elu(x, _ALPHA),
        (f"where(x > 0, {_SCALE}, {_SCALE * _ALPHA}*exp(x))",),
        scalar=lambda x: _SCALE * (x if x > 0 else _ALPHA * math.expm1(x)), sign=function("SELU"),
        notation=word("SELU"),
        definition=f"{_SCALE}*where(x > 0, x, {_ALPHA}*(exp(x) - 1))", torch="F.selu(x)",
        kinks=(("x == 0", 0),)),
    Operation("celu", ("x",), lambda x, alpha: np.where(np.real(x) > 0, x, alpha * np.expm1(x / alpha)),
        ("where(x > 0, 1, exp(x/alpha))",), scalar=lambda x, alpha: x if x > 0 else alpha * math.expm1(x / alpha),
        options={"alpha": 1.0}, sign=function("CELU"),
        notation=word("CELU", below=equation("alpha")),
        definition="where(x > 0, x, alpha*(exp(x/alpha) - 1))", torch="F.celu(x, alpha=alpha)"),
    Operation("prelu", ("x", "a"), lambda x, a: np.where(np.real(x) > 0, x, a * x),
        ("where(x > 0, 1, a)", "where(x > 0, 0, x)"), scalar=lambda x, a: x if x > 0 else a * x,
        sign=function("PReLU"), notation=word("PReLU", 2),
        definition="where(x > 0, x, a*x)", torch="torch.where(x > 0, x, torch.where(x > 0, 0.0, a) * x)", mask=True,
        kinks=(("(x == 0)*(k == 0)", 0),)),
)  # fmt: skip
"""Units that pass what is positive."""

_SMOOTH = (
    Operation("sigmoid", ("x",), _sigmoid, ("out*(1 - out)",), scalar=_sigmoid_scalar, aliases=("σ",), sign="sigma",
        notation=applied("sigma"), definition="1/(1 + exp(-x))", torch="torch.sigmoid(x)", sample=_WIDE),
    Operation("softplus", ("x",), _softplus, ("sigmoid(x)",), scalar=_softplus_scalar, sign=function("softplus"),
        notation=word("softplus"), definition="log(1 + exp(x))", torch="F.softplus(x, threshold=700.0)",
        complex=_softplus_complex, sample=_WIDE),
    Operation("logsigmoid", ("x",), lambda x: -_softplus(-x), ("sigmoid(-x)",), scalar=lambda x: -_softplus_scalar(-x),
        sign=("log", " ", "sigma"), notation=applied(("log", "behind", "sigma")), definition="-log(1 + exp(-x))",
        torch="F.logsigmoid(x)", complex=lambda z: -_softplus_complex(-z), sample=_WIDE),
    Operation("silu", ("x",), lambda x: x * _sigmoid(x), ("sigmoid(x)*(1 + x*(1 - sigmoid(x)))",),
        scalar=lambda x: x * _sigmoid_scalar(x), aliases=("swish",), sign=function("SiLU"), notation=word("SiLU"),
        definition="x*sigmoid(x)", torch="F.silu(x)", sample=_WIDE),
    Operation("gelu", ("x",), lambda x: x * 0.5 * (1.0 + erf(x * _ROOT_HALF)),
        ("(1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi)",),
        scalar=lambda x: x * 0.5 * (1.0 + math.erf(x * _ROOT_HALF)), sign=function("GELU"), notation=word("GELU"),
        definition="x*(1 + erf(x/sqrt(2)))/2", torch="F.gelu(x)", sample=_WIDE,
        complex=lambda z: z * 0.5 * (1.0 + complex_erf(z * _ROOT_HALF))),
    Operation("gelu_tanh", ("x",), _gelu_tanh,
        ("(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))/2"
         " + x*(1 - tanh(sqrt(2/pi)*(x + 0.044715*x^3))^2)/2*sqrt(2/pi)*(1 + 0.134145*x^2)",),
        scalar=lambda x: 0.5 * x * (1.0 + math.tanh(_GELU * (x + 0.044715 * x * x * x))), sign=function("GELU"),
        notation=applied(below(function("GELU"), "tanh")),
        definition="x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))/2", torch='F.gelu(x, approximate="tanh")',
        sample=_WIDE),
    Operation("mish", ("x",), lambda x: x * np.tanh(_softplus(x)),
        ("tanh(softplus(x)) + x*(1 - tanh(softplus(x))^2)*sigmoid(x)",),
        scalar=lambda x: x * math.tanh(_softplus_scalar(x)), sign=function("Mish"), notation=word("Mish"),
        definition="x*tanh(softplus(x))", torch="F.mish(x)", sample=_WIDE,
        complex=lambda z: z * np.tanh(_softplus_complex(z))),
    Operation("softsign", ("x",), lambda x: x / (1.0 + magnitude(x)), ("1/(1 + abs(x))^2",),
        scalar=lambda x: x / (1.0 + abs(x)), sign=function("softsign"), notation=word("softsign"),
        definition="x/(1 + abs(x))", torch="F.softsign(x)"),
    Operation("tanhshrink", ("x",), lambda x: x - np.tanh(x), ("tanh(x)^2",), scalar=lambda x: x - math.tanh(x),
        sign=function("tanhshrink"), notation=word("tanhshrink"), definition="x - tanh(x)", torch="F.tanhshrink(x)"),
)  # fmt: skip
"""Units with a derivative everywhere."""

_PIECEWISE_LINEAR = (
    Operation("relu6", ("x",), lambda x: np.clip(x, 0.0, 6.0), ("(x > 0)*(x < 6)",),
        scalar=lambda x: min(max(x, 0.0), 6.0), sign=function("ReLU6"), notation=word("ReLU6"),
        definition="hardtanh(x, 0, 6)", torch="F.relu6(x)", mask=True, sample=((-4.0, 8.0),),
        complex=lambda z: _clip(z, 0.0, 6.0),
        kinks=(("(x == 0) + (x == 6)", 0),)),
    Operation("hardtanh", ("x",), lambda x, lo, hi: np.clip(x, lo, hi), ("(x > lo)*(x < hi)",),
        scalar=lambda x, lo, hi: min(max(x, lo), hi), options={"lo": -1.0, "hi": 1.0},
        sign=below(function("hardtanh"), BOUNDS),
        notation=word("hardtanh", below=BOUNDS),
        definition="where(x > lo, where(x < hi, x, hi), lo)",
        torch="F.hardtanh(x, lo, hi)", mask=True, complex=_clip,
        kinks=(("(x == lo) + (x == hi)", 0),)),
    Operation("hardsigmoid", ("x",), lambda x: np.clip(x + 3.0, 0.0, 6.0) / 6.0, ("((x > -3)*(x < 3))/6",),
        scalar=lambda x: min(max(x + 3.0, 0.0), 6.0) / 6.0, sign=function("hardσ"), notation=word("hardsigmoid"),
        definition="hardtanh(x/6 + 1/2, 0, 1)", torch="F.relu6(x + 3) / 6", mask=True, sample=_WIDE,
        complex=lambda z: _clip(z + 3.0, 0.0, 6.0) / 6.0,
        kinks=(("abs(x) == 3", 0),)),
    Operation("hardswish", ("x",), lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0,
        ("where(x <= -3, 0, where(x < 3, x/3 + 1/2, 1))",),
        scalar=lambda x: x * min(max(x + 3.0, 0.0), 6.0) / 6.0, sign=function("hardswish"), notation=word("hardswish"),
        definition="x*hardsigmoid(x)", torch="F.hardswish(x)", mask=True, sample=_WIDE,
        complex=lambda z: z * _clip(z + 3.0, 0.0, 6.0) / 6.0,
        kinks=(("abs(x) == 3", 0),)),
)  # fmt: skip
"""Sigmoids and rectifiers put together from straight lines."""

ROWS = (*_RECTIFIERS, *_SMOOTH, *_PIECEWISE_LINEAR)
"""All activation functions, in the order of the documentation."""
