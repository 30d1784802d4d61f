"""The complex step as the partner: f′(x) = Im f(x + ih) / h, to all digits, since nothing is subtracted.

Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions",
SIAM Review 40 (1998) 110–112. With h = 6e-61 the error h²f‴/6 is far below rounding, and shows only where the
derivative is 0: what is below 1e-90 is taken as 0.

It needs each operation over complex numbers, so that a nudge along the imaginary axis goes through: what is
no analytic function as it stands (abs, max) has a form of its own in its row. At a kink there is no
derivative to be had; then the slopes a little to the left and to the right disagree, and a disagreement
with ours is inconclusive. So it is beside a pole, and where the result is not a real number.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import comparison
from graphviz_ad.check.comparison import Comparison, NotRun
from graphviz_ad.check.perturb import Function, Method, imaginary_part, real_part, sweep, wrong_by
from graphviz_ad.check.rounding import error_of_value
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array, Mask, Numbers, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

NAME = "complex-step"
"""What the command line calls this partner."""
STEP = 2.0**-200
"""A power of two, so that dividing by it is exact."""
_ERROR = 1e-90
"""What a derivative is less than that may be the error of the method alone."""
_ASIDE = 2.0**-23
"""How far to the sides the slopes are taken that tell a kink, relative to max(1, |x|)."""
_SMOOTH = 1e-3
"""How far these slopes may differ by curvature alone, beside the largest of them, or beside what ours is wrong by."""


def with_complex_step(trace: Trace) -> Iterator[Comparison]:
    """Trace → every gradient and local derivative beside its complex step."""

    def operation(node: int, args: Sequence[Numbers], at: bool) -> Numbers:
        return evaluate(trace, node, args, at)

    doubt = "no derivative to be had here: a kink, a pole or a value that is not real"
    return sweep(trace, Method(NAME, operation, derivative, doubtful, doubt, comparison.RELATIVE_TOLERANCE))


def evaluate(trace: Trace, node: int, args: Sequence[Numbers], at: bool) -> Numbers:
    """One operation on complex arguments → its value; raises NotRun where the row has no complex form.

    The real part is what the operation makes of the real parts: where the nudge is all that was changed,
    the trace's own value, so that rounding does not move the rest of the formula over a kink. Where the
    complex function is on another branch (log −1 = πi), the value is not real, and becomes nan.
    """
    bound = trace.graph.ops[node]
    assert bound is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            result = bound.complex(*[np.complex128(arg) if np.ndim(arg) == 0 else arg for arg in args])
            real = trace.values[node] if at else bound.forward(*[_real(arg) for arg in args])
    except (TypeError, np.exceptions.ComplexWarning):  # what Python and numpy say of a function only for real numbers
        raise NotRun(f"{bound.row.name} has no complex form here") from None
    except ValueError:  # the number of a class, say, which has no neighbours
        raise NotRun(f"{bound.row.name} is not defined a small step away") from None
    out = np.asarray(result, dtype=complex)
    real = np.broadcast_to(np.asarray(real, dtype=float), out.shape)
    off = ~comparison.alike(real, out.real)
    if np.any(off):  # by more than rounding, and than the nudge itself, which is felt in the second order
        off = ~comparison.alike(real, out.real, error_of_value(bound, [_real(arg) for arg in args], real))
        off &= ~(np.abs(real - out.real) <= max(float(np.max(np.abs(imaginary_part(arg)))) for arg in args))
    return (np.where(off, np.nan, real) + 1j * np.where(off, np.nan, out.imag))[()]


def _real(value: Numbers) -> Value:
    return np.float64(real_part(value)) if np.ndim(value) == 0 else real_part(value)


def derivative(f: Function, x: Array) -> Array:
    """Function of a nudge → its derivative at 0."""
    slope = imaginary_part(f(1j * STEP)) / STEP
    return np.where(np.abs(slope) < _ERROR, 0.0, slope)


def doubtful(f: Function, x: Array, ours: Array) -> Mask:
    """Where f has no derivative, or none that holds still nearby: one that only bends moves less on a shorter way."""
    aside = _ASIDE * np.maximum(1.0, np.abs(np.where(np.isfinite(x), x, 1.0)))
    slopes = np.array([imaginary_part(f(d * aside + 1j * STEP)) / STEP for d in (-1, -0.125, 0, 0.125, 1)])
    spread, inner = (estimates.max(axis=0) - estimates.min(axis=0) for estimates in (slopes, slopes[1:4]))
    still = spread <= _SMOOTH * np.maximum(wrong_by(ours, slopes[2]), np.abs(slopes).max(axis=0))
    unknown: Mask = (np.abs(slopes[2]) < _ERROR) & (np.abs(ours) < _ERROR)
    settled: Mask = still | (inner <= spread / 2)
    return unknown | ~np.asarray(settled)
