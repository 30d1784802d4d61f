"""The Gamma function, its logarithm and the derivative of that, digamma: numpy has none of them.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions: the recurrences 6.1.15 and 6.3.5, by which an
argument becomes at least 10, the asymptotic series 6.1.41 and 6.3.18 there, and the reflections 6.1.17 and 6.3.7.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import per_entry
from graphviz_ad.values import Array, ComplexArray

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_ASYMPTOTIC_FROM = 10
"""Argument from which on the asymptotic series with these Bernoulli numbers has all digits of a double."""
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
"""B₂, B₄, …, B₁₆."""


def lgamma_of_float(x: float) -> float:
    """log |Γ(x)|, infinite where Python raises."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):  # a pole, or more than a float holds
        return math.inf


def lgamma(x: Array) -> Array:
    """log |Γ(x)|, entry by entry."""
    return per_entry(lgamma_of_float, x)


def gamma_of_float(x: float) -> float:
    """Γ(x); at the poles and beyond what a float holds it is infinite."""
    if x == -math.inf:
        return math.inf
    try:
        return math.gamma(x)
    except (ValueError, OverflowError):
        return math.inf


def gamma(x: Array) -> Array:
    """Γ(x), entry by entry."""
    return per_entry(gamma_of_float, x)


def digamma_of_float(x: float) -> float:
    """The derivative of log |Γ|; infinite at 0, nan at the poles below."""
    if x == 0 or x == math.inf:
        return x if x else math.copysign(math.inf, -x)
    if x < 0:
        return math.nan if x.is_integer() else digamma_of_float(1.0 - x) - math.pi / math.tan(math.pi * (x % 1.0))
    total = 0.0
    while x < _ASYMPTOTIC_FROM:
        total -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = sum(number * square**n / (2 * n) for n, number in enumerate(_BERNOULLI, start=1))
    return total + math.log(x) - 0.5 / x - series


def digamma(x: Array) -> Array:
    """ψ(x), entry by entry."""
    return per_entry(digamma_of_float, x)


def trigamma_of_float(x: float) -> float:
    """The derivative of digamma; infinite at the poles. The recurrence 6.4.6 and the series 6.4.12 there."""
    if x <= 0:
        if float(x).is_integer():
            return math.inf
        return (math.pi / math.sin(math.pi * (x % 1.0))) ** 2 - trigamma_of_float(1.0 - x)
    total = 0.0
    while x < _ASYMPTOTIC_FROM:
        total += 1.0 / (x * x)
        x += 1.0
    return total + 1.0 / x + 0.5 / (x * x) + sum(number / x ** (2 * n + 1) for n, number in enumerate(_BERNOULLI, 1))


def trigamma(x: Array) -> Array:
    """ψ′(x), entry by entry."""
    return per_entry(trigamma_of_float, x)


def complex_lgamma(z: ComplexArray) -> ComplexArray:
    """log |Γ| near the real axis."""
    left = np.real(z) < 0.5
    log_gamma = _stirling(np.where(left, 1.0 - z, z) + 0j)
    sine = np.sin(math.pi * z) + 0j
    return np.where(left, np.log(math.pi / np.where(np.real(sine) < 0, -sine, sine)) - log_gamma, log_gamma)


def complex_gamma(z: ComplexArray) -> ComplexArray:
    """Γ near the real axis."""
    below = np.floor(np.real(z))
    turned = (np.real(z) < 0) & (below != np.real(z)) & (below % 2 != 0)
    return np.exp(complex_lgamma(z)) * np.where(turned, -1.0, 1.0)


def _stirling(z: ComplexArray) -> ComplexArray:
    """log Γ(z) where the real part is 0.5 or more."""
    near, steps = np.real(z) < _ASYMPTOTIC_FROM, np.ones(np.shape(z)) + 0j
    for n in range(_ASYMPTOTIC_FROM):
        steps = steps * np.where(near, z + n, 1.0)
    far = np.where(near, z + _ASYMPTOTIC_FROM, z)
    series = sum(number / (2 * n * (2 * n - 1)) / far ** (2 * n - 1) for n, number in enumerate(_BERNOULLI, start=1))
    result: ComplexArray = (far - 0.5) * np.log(far) - far + 0.5 * math.log(2 * math.pi) + series - np.log(steps)
    return result
