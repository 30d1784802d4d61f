"""A trace and what torch computed → nothing, or CaptureError where a number of ours is not torch's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.capture.places import CaptureError
from graphviz_ad.capture.records import Record, Seen
from graphviz_ad.check import scales
from graphviz_ad.check.rounding import error_of_value
from graphviz_ad.language import numbers
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.values import Value

_TOLERANCES = {torch.float64: 1e-9, torch.float32: 1e-3, torch.float16: 3e-2, torch.bfloat16: 1e-1}
"""Relative differences that are rounding, by the type of numbers of the code; ours are double."""


def require_equal(
    trace: Trace, named: Mapping[str, Record], output: Record, records: Sequence[Record], seen: Seen
) -> None:
    """Raise CaptureError where a value or a gradient is not torch's, naming the first operation."""
    graph = trace.graph
    ids = {**graph.inputs, **graph.scope}
    places = [(name, record, ids[name]) for name, record in named.items() if name in ids]
    tolerance = max(_TOLERANCES.get(record.value.dtype, 0.0) for record in records)
    tolerance = max(tolerance, *(_TOLERANCES.get(dtype, 0.0) for dtype in seen.dtypes), 0.0)
    summed: list[Value] | None = None
    for name, record, node in places:
        ours: Value | None = trace.values[node]
        expected = value_of(record)
        if not (_near(ours, expected, tolerance) or _near(ours, expected, tolerance, _terms(trace, node))):
            _fail(seen, name, record, "value", ours, expected)
    theirs = output.gradients or {}
    scale = max((float(grad.abs().max()) for grad in theirs.values() if grad is not None and grad.numel()), default=1.0)
    for name, record, node in reversed(places):
        if record not in theirs:
            continue
        grad, ours = theirs[record], trace.grads[node]
        if ours is None and grad is None:
            continue
        expected = np.zeros(tuple(record.value.shape)) if grad is None else grad.to(torch.float64).numpy()
        if _near(0.0 if ours is None else ours, expected, tolerance, scale):
            continue
        if summed is None and not any(bound is not None and bound.opaque for bound in graph.ops):
            summed = scales.of_gradients(trace)
        cancelled = float(np.max(summed[node], initial=0.0)) if summed else 0.0
        if not _near(0.0 if ours is None else ours, expected, tolerance, cancelled):
            _fail(seen, name, record, "gradient", ours, expected)


def _fail(seen: Seen, name: str, record: Record, what: str, ours: Any, theirs: Any) -> None:
    if what == "gradient" and seen.hooks:
        raise CaptureError(
            f"{seen.hooks[0]}: a hook changes gradients, and none is drawn", hint="capture the code without it"
        )
    place = f"{record.line}: " if record.line else ""
    raise CaptureError(
        f"{place}the {what} of '{name}' ({record.kind or 'a leaf'}) is not torch's: {_short(ours)} here, "
        f"{_short(theirs)} there",
        hint="nothing is drawn, since it would be wrong; report it, unless tensors are changed outside of torch",
    )


def _terms(trace: Trace, node: int) -> float:
    """Node → how large what it adds up is, which may cancel."""
    bound, args = trace.graph.ops[node], trace.graph.args[node]
    if bound is None or bound.opaque:
        return 0.0
    return float(np.max(error_of_value(bound, [trace.values[arg] for arg in args], trace.values[node]), initial=0.0))


def value_of(record: Record) -> Value:
    """Record → its numbers in double precision."""
    return plain(record.value.to(torch.float64).numpy())


def _near(ours: Any, theirs: Any, tolerance: float, scale: float = 0.0) -> bool:
    if np.shape(ours) != np.shape(theirs) and np.size(ours) != 1:
        return False
    size = max(scale, float(np.max(np.abs(theirs), initial=0.0)), 1e-300)
    if np.isfinite(size) and float(np.max(np.abs(np.subtract(ours, theirs)), initial=0.0)) <= tolerance * size:
        return True  # as ever: what follows takes ten times as long
    with np.errstate(all="ignore"):
        same = np.isclose(ours, theirs, rtol=tolerance, atol=tolerance * size, equal_nan=True)
        return bool(np.all(same | (np.asarray(ours) == np.asarray(theirs))))


def _short(value: Any) -> str:
    return numbers.text(None if value is None else plain(np.asarray(value, dtype=float)))
