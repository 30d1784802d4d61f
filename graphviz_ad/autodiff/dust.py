"""Rounding dust: numbers that are only what rounding has left of a sum that cancels, as 1.735e-18 for 0.

A number is dust where it is at most 1e-12 of the |terms| that were added to make it. Terms are those of the node's own
sum (the contributions to a gradient, the entries of a `sum`, the products in `@`), and where they cancel, what is
computed from the result is dust too: 3 times dust is. A small number that is no such sum is none, however small.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Step
from graphviz_ad.autodiff.terms import Terms
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

SHARE = 1e-12
"""How small beside its terms a number is dust: a sum of doubles errs by 1e-16 of them, and a formula has many sums."""


def is_dust(number: Any, terms: Any) -> Any:
    """A number and the sum of its |terms| → whether it is dust; for arrays entry by entry, as an array.

    A number that is exactly 0 is none: there is nothing to hide. Nor is one that is not finite.

    >>> is_dust(1.735e-18, 0.6), is_dust(1.735e-18, 1.735e-18), is_dust(0.0, 0.6)
    (True, False, False)
    """
    if isinstance(number, float) and isinstance(terms, float):
        return number != 0 and abs(number) <= SHARE * terms and isfinite(number)
    with np.errstate(all="ignore"):
        return (np.abs(number) <= SHARE * np.asarray(terms)) & np.not_equal(number, 0) & np.isfinite(number)


def without_dust(number: Any, terms: Any) -> Any:
    """A number and the sum of its |terms| → 0 where it is dust, else the number; for arrays entry by entry."""
    return plain(np.where(is_dust(number, terms), 0.0, number))


def step_is_dust(trace: Trace, step: Step) -> Any:
    """Step → whether what comes of it is dust: the value, the contribution, the sum so far; entry by entry."""
    terms = trace.terms
    match step:
        case Evaluate():
            return is_dust(step.value, terms.values[step.node])
        case Pull():
            return is_dust(step.contribution, terms.sent[step.node, step.slot])
        case Accumulate():
            return is_dust(step.total, _so_far(trace, terms, step))
        case _:
            return False


def _so_far(trace: Trace, terms: Terms, step: Accumulate) -> Any:
    """The |terms| of the sum at a node after the contribution of a step."""
    edges = [edge for edge in trace.graph.consumers[step.to] if edge in terms.sent]
    arrived = [terms.sent[edge] for edge in edges[: step.count]]
    return sum(arrived[1:], arrived[0])
