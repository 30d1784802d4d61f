"""Central differences as the partner: (f(x + h) − f(x − h)) / 2h. A weak witness, and it says so.

With h ≈ 6e-6 the truncated term h²f‴/6 and the rounding ε·f/h are both near 1e-10, so five digits are
asked for. Near a kink or a pole, or where rounding is large, a difference says nothing. It notices by
itself: then the steps h and h/2 disagree, or the slopes to the left and to the right do, or f is not
finite, or the numbers that f is computed from are so large that the derivative drowns in their rounding. A
disagreement with ours is then inconclusive instead of a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.comparison import Comparison, NotRun
from graphviz_ad.check.perturb import Function, Method, real_part, sweep, wrong_by
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.values import Array, Mask, Numbers, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

NAME = "finite-difference"
"""What the command line calls this partner."""
STEP = 2.0**-17
"""About the cube root of the rounding unit, where both errors are least; a power of two, so that x + h is exact."""

RELATIVE_TOLERANCE = 1e-5
"""Of the larger of two numbers: the five digits that a difference has."""
_ROUNDING = 2.0**-30
"""What the rounding of f is in a difference, as a share of what went into f: ε over the smaller step, eight times."""
_ONE_SIDED = 1e-2
"""How far the slopes on the two sides may differ by curvature alone; a kink is more, and no less on a shorter way."""


def with_finite_differences(trace: Trace) -> Iterator[Comparison]:
    """Trace → every gradient and local derivative beside its central difference."""

    def operation(node: int, args: Sequence[Numbers], at: bool) -> Numbers:
        bound = trace.graph.ops[node]
        assert bound is not None
        if bound.row.name == "detach":  # a constant, as far as derivatives go
            return trace.values[node]
        try:
            return evaluate(trace.graph, node, bound, [plain(real_part(arg)) for arg in args])
        except GraphvizADError:  # the index of a class, say, which has no neighbours
            raise NotRun(f"{bound.row.name} is not defined a small step away") from None

    doubt = "a weak witness here: its own steps disagree, as near a kink or a pole, or rounding is larger"
    return sweep(trace, Method(NAME, operation, derivative, doubtful, doubt, RELATIVE_TOLERANCE, rounding=rounding))


def derivative(f: Function, x: Array) -> Array:
    """Function of a nudge → its derivative at 0, by the smaller of the two steps."""
    return _central(f, _step(x) / 2)


def rounding(size: Value, x: Array) -> Array:
    """What went into f → how far off its derivative may be by that alone."""
    return _ROUNDING * size / np.maximum(1.0, np.abs(np.where(np.isfinite(x), x, 1.0)))


def doubtful(f: Function, x: Array, ours: Array) -> Mask:
    """Where the difference cannot be held against `ours`."""
    h = _step(x)
    wide, narrow = _central(f, h), _central(f, h / 2)
    middle = f(0 * h)
    left, right = (middle - f(-h / 2)) / (h / 2), (f(h / 2) - middle) / (h / 2)
    bend, wide_bend = np.abs(right - left), np.abs(f(h) - 2 * middle + f(-h)) / h
    wrong, spread = wrong_by(ours, narrow), np.abs(wide - narrow)
    relative = RELATIVE_TOLERANCE * np.maximum(wrong, np.abs(narrow))
    unsettled = (10 * spread >= wrong) & np.isfinite(ours) | (spread > relative)
    steep = np.maximum(np.abs(left), np.abs(right))
    kinked: Mask = (bend > _ONE_SIDED * np.maximum(wrong, steep)) & (bend > 0.75 * wide_bend)
    return unsettled | kinked | ~np.isfinite(wide) | ~np.isfinite(narrow) | ~np.isfinite(middle)


def _step(x: Array) -> Array:
    """A power of two near STEP · max(1, |x|)."""
    size = np.maximum(1.0, np.abs(np.where(np.isfinite(x), x, 1.0)))
    return STEP * 2.0 ** np.floor(np.log2(size))


def _central(f: Function, h: Array) -> Array:
    return real_part((f(h) - f(-h)) / (2 * h))
