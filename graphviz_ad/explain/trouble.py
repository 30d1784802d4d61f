"""Why a value or a contribution is not finite: the catalogue's entry that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.steps import Accumulate, Pull
from graphviz_ad.autodiff.trace import Trace, is_finite
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_LOGARITHMS = frozenset(("log", "log2", "log10", "log1p"))
"""Operations that have no value at a negative argument, and an infinite one at 0 (log1p: at -1)."""
_DIVISIONS = frozenset(("divide", "reciprocal"))
"""Operations whose last argument is a divisor."""


def evaluate_trouble(trace: Trace, node: int) -> tuple[str, int | None] | None:
    """Node → why its value is not finite, and the argument to blame where there is one; None where it is finite."""
    graph, value = trace.graph, trace.values[node]
    if is_finite(value):
        return None
    for arg in graph.args[node]:
        if not is_finite(trace.values[arg]):
            return "carried", arg
    if not isinstance(value, float):
        return "some", None
    name = graph.op_name(node)
    undefined = value != value
    if name in _LOGARITHMS:
        return "undefined.log" if undefined else "infinite.log", None
    if name == "sqrt" and undefined:
        return "undefined.sqrt", None
    last = trace.values[graph.args[node][-1]]
    if name in _DIVISIONS and last == 0:
        return "undefined.divide" if undefined else "infinite.divide", None
    return "undefined" if undefined else "overflow", None


def pull_trouble(trace: Trace, step: Pull) -> str | None:
    """Edge → why its contribution is not finite, or why it is in spite of an infinite gradient; None otherwise."""
    bound = trace.graph.ops[step.node]
    assert bound is not None
    if is_finite(step.contribution):
        if step.node in trace.ended and not is_finite(step.local):
            return "pull.ended"
        masked = bound.row.mask and not is_finite(step.upstream)
        return "pull.masked" if masked else "pull.outside" if _undefined(trace, step.node) else None
    if not is_finite(step.upstream):
        return "pull.indeterminate" if _indeterminate(step.upstream, step.local) else "pull.carried"
    if step.local is None:
        return "some"
    if not is_finite(step.local):
        if _indeterminate(step.local, step.upstream):
            return "pull.indeterminate"
        return "pull.undefined" if np.any(np.isnan(step.local)) else "pull.infinite"
    return "overflow"


def accumulate_trouble(trace: Trace, step: Accumulate) -> str | None:
    """Sum at a fan-out → why it is not finite; said at the contribution that made it so, and at the end."""
    if is_finite(step.total):
        return None
    if not is_finite(step.contribution):
        return "accumulate.trouble"
    if step.count < step.of:
        return None
    contributions = (
        trace.edge_gradient(node, slot).contribution
        for node, slot in trace.graph.consumers[step.to]
        if trace.grads[node] is not None
    )
    return "accumulate.overflow" if all(map(is_finite, contributions)) else "accumulate.trouble"


def _undefined(trace: Trace, node: int) -> bool:
    """Whether the value is nan, in some entry, although the arguments are finite."""
    args = trace.graph.args[node]
    return bool(np.any(np.isnan(trace.values[node]))) and all(is_finite(trace.values[arg]) for arg in args)


def _indeterminate(infinite: Value, other: Value | None) -> bool:
    """Whether an infinity meets a 0."""
    return other is not None and bool(np.any(np.isinf(infinite) & np.equal(other, 0)))
