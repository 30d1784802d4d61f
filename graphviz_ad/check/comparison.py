"""Trace → its numbers one by one; two numbers → whether they agree.

Two numbers agree where they differ by at most 1e-8 of the larger, or by 1e-13 of what went into them (`scales`): of
the terms, where terms of a sum cancel. Rounding explains no more, and a wrong rule errs by far more. Nothing is too
small to be compared: 1e-13 and 2e-13 differ unless they are what is left of numbers near 1. Infinities agree where
their signs do, nan agrees with nan, and neither with a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import scales
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Array, Mask, Shape, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy("numpy")

Kind = Literal["value", "gradient", "local"]
"""What a number is: the value or the gradient of a node, or what stands on an edge."""
Verdict = Literal["ok", "differs", "inconclusive", "not run"]
"""What came of comparing two numbers."""

RELATIVE_TOLERANCE = 1e-8
"""Of the larger of two numbers. An operation on doubles errs by about 1e-16 of its result, but torch keeps a constant
of `bce` in single precision."""
ROUNDING_SHARE = 1e-13
"""Of what went into them: a few hundred times what one rounding is, for the many there are in a sum."""


class NotRun(Exception):
    """A partner cannot be asked; the message says why. `check` turns it into a line of the report."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number or array of a trace: which, what it is called, and how large the numbers are that went into it."""

    kind: Kind
    node: int
    slot: int | None
    what: str
    ours: Value | None
    scale: Value = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of the table: a number of ours, the partner's, and whether they agree.

    `kind` "local" is the edge (node, slot): its local derivative, or the contribution it carries where the
    operation is structural. `difference` is the largest over the entries, None where there is none.
    """

    partner: str
    what: str
    kind: Kind
    node: int
    slot: int | None
    ours: Value | None
    theirs: Value | None
    difference: float | None
    verdict: Verdict
    note: str = ""


def values(trace: Trace) -> Iterator[Quantity]:
    """Trace → the value of every node that is computed."""
    for node, scale in scales.of_values(trace).items():
        yield Quantity("value", node, None, trace.graph.names[node], trace.values[node], scale)


def gradients(trace: Trace) -> Iterator[Quantity]:
    """Trace → the gradient of every node that gets one."""
    graph = trace.graph
    went_in = scales.of_gradients(trace)
    output = graph.names[graph.output]
    if not (isinstance(trace.seed, float) and trace.seed == 1):  # then it is no derivative of the output alone
        output = f"(upstream·{output})"
    for node in range(graph.output, -1, -1):
        if trace.active[node]:
            what = f"∂{output}/∂{graph.names[node]}"
            yield Quantity("gradient", node, None, what, trace.grads[node], went_in[node])


def local_derivatives(trace: Trace) -> Iterator[Quantity]:
    """Trace → what stands on every edge a gradient goes over."""
    graph = trace.graph
    for node, slot, arg in trace.backward_edges():
        bound = graph.ops[node]
        assert bound is not None
        again = f" (argument {slot + 1})" if graph.args[node].count(arg) > 1 else ""
        if bound.row.pointwise:
            what, ours = f"∂{graph.names[node]}/∂{graph.names[arg]}", trace.edge_gradient(node, slot).local
        else:
            what, ours = f"{graph.names[node]} → {graph.names[arg]}", trace.edge_gradient(node, slot).contribution
        yield Quantity("local", node, slot, what + again, ours, scales.of_edge(trace, node, slot))


def difference(ours: Value, theirs: Value) -> tuple[Array, Array]:
    """Two arrays of one shape → |ours − theirs| and the larger absolute value, for every entry.

    Where both are nan or the same infinity the difference is 0; where only one is finite it is infinite.
    """
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    finite = np.isfinite(ours) & np.isfinite(theirs)
    with np.errstate(all="ignore"):
        apart = np.where(same, 0.0, np.where(finite, np.abs(ours - theirs), np.inf))
        return apart, np.where(finite, np.maximum(np.abs(ours), np.abs(theirs)), 0.0)


def agree(
    ours: Value,
    theirs: Value,
    scale: Value = 0.0,
    relative: float = RELATIVE_TOLERANCE,
    share: float = ROUNDING_SHARE,
) -> bool:
    """Whether two arrays of one shape agree in every entry, in the sense of this module."""
    return bool(np.all(alike(ours, theirs, scale, relative, share)))


def alike(
    ours: Value,
    theirs: Value,
    scale: Value = 0.0,
    relative: float = RELATIVE_TOLERANCE,
    share: float = ROUNDING_SHARE,
) -> NDArray[np.bool]:
    """Two arrays of one shape → the entries that agree."""
    apart, larger = difference(ours, theirs)
    return (apart <= relative * larger + share * np.where(np.isfinite(scale), scale, 0.0)) & np.isfinite(apart)


def compare(
    partner: str,
    quantity: Quantity,
    theirs: Value,
    *,
    relative: float = RELATIVE_TOLERANCE,
    share: float = ROUNDING_SHARE,
    note: str = "",
    doubtful: Mask = False,
    doubt: str = "",
) -> Comparison:
    """A number of ours and the partner's → the row that says whether they agree.

    A local derivative may be one number for a whole array, or one row for a matrix. `doubtful` marks entries
    where the partner is no witness, for the reason in `doubt`: where all that disagrees is doubtful, the row
    is inconclusive.
    """
    ours = quantity.ours
    if quantity.kind == "local" and ours is not None and broadcasts(shape(ours), shape(theirs)):
        ours = ours if shape(ours) == shape(theirs) else np.broadcast_to(ours, shape(theirs))
        quantity = replace(quantity, ours=ours)
    if ours is None or shape(ours) != shape(theirs):
        have = "no gradient" if ours is None else f"shape ({shape_text(shape(ours))})"
        note = f"ours has {have}, theirs shape ({shape_text(shape(theirs))})"
        return _row(partner, quantity, theirs, None, "differs", note)
    wrong = ~alike(ours, theirs, quantity.scale, relative, share)
    verdict: Verdict = "differs" if np.any(wrong & ~np.asarray(doubtful)) else "inconclusive" if np.any(wrong) else "ok"
    notes = [note]
    if verdict == "ok" and not np.all(np.isfinite(ours)):
        notes.append("not finite, and the same")
    if verdict == "inconclusive":
        notes.append(doubt)
    apart = float(difference(ours, theirs)[0].max(initial=0.0))
    return _row(partner, quantity, theirs, apart, verdict, "; ".join(filter(None, notes)))


def broadcasts(small: Shape, large: Shape) -> bool:
    """Whether an array of the one shape can be repeated to the other."""
    return len(small) <= len(large) and all(a in (1, b) for a, b in zip(small[::-1], large[::-1], strict=False))


def not_run(partner: str, quantity: Quantity, reason: str) -> Comparison:
    """A number the partner was not asked about → its row, which says why."""
    return _row(partner, quantity, None, None, "not run", reason)


def _row(
    partner: str, quantity: Quantity, theirs: Value | None, apart: float | None, verdict: Verdict, note: str
) -> Comparison:
    q = quantity
    return Comparison(partner, q.what, q.kind, q.node, q.slot, q.ours, theirs, apart, verdict, note)
