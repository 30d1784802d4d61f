"""How large the terms are that the numbers of a trace are sums of: that says what is left where they cancel.

A value, a gradient or a contribution that is tiny beside these terms is the dust of rounding: in exact arithmetic it
would be 0, or at least nothing is known of its digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.rounding import CANCELLING, CARRYING, Near, sent_size, value_off
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import added, plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

SUMS = frozenset(("add", "subtract", "sum", "mean", "matmul", "dot", "var", "std"))
"""Operations whose values are sums that can cancel. In other operations nothing new cancels, but what cancelled before
goes on with the number."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The sum of the |terms| of every value and gradient, by node, and of every contribution, by edge.

    Each has the shape of what it is of, and is at least as large; None where there is no gradient. Where nothing has
    cancelled it is the absolute value, at most twice it.
    """

    values: list[Any]
    grads: list[Any]
    sent: dict[tuple[int, int], Any]


def terms_of(trace: Trace) -> Terms:
    """Trace → the terms of its numbers."""
    values, offs = _of_values(trace)
    grads, sent = _of_gradients(trace, offs)
    return Terms(values, grads, sent)


def _of_values(trace: Trace) -> tuple[list[Any], list[Any]]:
    """The |terms| of every value, and how far it is off for what is computed from it."""
    graph, sizes, offs = trace.graph, list[Any](), list[Any]()
    for node, (plan, ids, value) in enumerate(zip(graph.plans, graph.args, trace.values, strict=True)):
        off: Any = 0.0
        if plan is not None and (plan.row.name in SUMS or not all(_is_none(offs[arg]) for arg in ids)):
            args = [Near(trace.values[arg], offs[arg]) for arg in ids]
            off = value_off(plan, args, value, CANCELLING if plan.row.name in SUMS else CARRYING)
        sizes.append(_size(trace.values[node], off))
        offs.append(_worth_carrying(off, value))
    return sizes, offs


def _of_gradients(trace: Trace, offs: list[Any]) -> tuple[list[Any], dict[tuple[int, int], Any]]:
    graph = trace.graph
    sizes: list[Any] = [None] * len(graph)
    sent: dict[tuple[int, int], Any] = {}
    sizes[graph.output] = _size(trace.grads[graph.output])
    for node, slot, arg in trace.backward_edges():
        contribution = trace.edge(node, slot)[1]
        size = _size(contribution)
        if node not in trace.ended:
            size = _larger(size, _sent(trace, node, slot, sizes[node], offs))
        sent[node, slot] = size
        sizes[arg] = size if sizes[arg] is None else added(sizes[arg], size)
    return sizes, sent


def _sent(trace: Trace, node: int, slot: int, size: Any, offs: list[Any]) -> Any:
    """Edge → the |terms| of its contribution, from those of the gradient at its node and how far values are off."""
    graph, g = trace.graph, trace.grads[node]
    plan, ids = graph.plans[node], graph.args[node]
    assert plan is not None
    with np.errstate(all="ignore"):
        off = _worth_carrying(size - abs(g), g)
    plain_edge = plan.row.pointwise and not trace.edge(node, slot)[2]
    if plain_edge and _is_none(off) and _is_none(offs[node]) and all(_is_none(offs[arg]) for arg in ids):
        return 0.0
    args = [Near(trace.values[arg], offs[arg]) for arg in ids]
    return sent_size(plan, slot, Near(g, off), args, Near(trace.values[node], offs[node]), CANCELLING, CARRYING)


def _is_none(off: Any) -> bool:
    return off == 0.0 if type(off) is float else not np.any(off)


def _larger(size: Any, other: Any) -> Any:
    if type(size) is float and type(other) is float:
        return max(size, other)
    return plain(np.maximum(size, other))


def _size(value: Any, off: Any = 0.0) -> Any:
    """A number and how far it is off → its |terms|, in its shape."""
    if type(value) is float and type(off) is float:
        return abs(value) + off
    if value is None:
        return None
    with np.errstate(all="ignore"):
        return plain(np.abs(value) + off)


def _worth_carrying(off: Any, value: Any) -> Any:
    """How far a number is off → the same where that is more than the number itself: less than that changes little."""
    if type(value) is float and type(off) is float:
        return off if off > abs(value) else 0.0
    with np.errstate(all="ignore"):
        return plain(np.where(np.isfinite(off) & (off > np.abs(value)), off, 0.0))
