"""Trace → the pairs of mistakes that lead to the same results, so that results alone do not tell which was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Number, Slip, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.diagnose import writable
from graphviz_ad.misconceptions.predictions import Predictions

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Pair = frozenset[Slip]
"""Two mistakes, each at one place."""

_ALIKE = 0.01
"""By what share of the larger one two numbers may differ that look alike: that to which answers are right."""


def results(trace: Trace) -> list[Number]:
    """Trace → the gradients of its inputs, as numbers that are asked for."""
    graph = trace.graph
    asked = []
    for node in graph.inputs.values():
        if trace.grads[node] is None or node == graph.output:
            continue
        for quantity in entries(Quantity("gradient", node), trace):
            right = quantity.read(trace) or 0.0
            asked.append(Number(right, tolerance(right, numbers.DEFAULT_DIGITS), quantity))
    return asked


def lookalikes(predictions: Predictions) -> frozenset[Pair]:
    """What each mistake makes of numbers → the pairs that make the same of all of them, and something wrong."""
    rows = predictions.numbers
    shown = _shown(predictions)
    kept = rows[shown]
    alike = np.ones((len(kept), len(kept)), dtype=bool)
    for column in kept.T:
        size = np.abs(column)
        alike &= np.abs(column[:, None] - column) <= _ALIKE * np.maximum(size[:, None], size)
    slips = [predictions.diagnoses[n][0] for n in shown]
    pairs = (frozenset((slips[one], slips[two])) for one, two in np.argwhere(np.triu(alike, 1)).tolist())
    return frozenset(pair for pair in pairs if len(pair) == 2)


def always_alike(traces: Iterable[Trace]) -> frozenset[Pair]:
    """Passes of one formula at inputs without any pattern → the pairs that look alike wherever both can be made."""
    found: list[tuple[set[Slip], frozenset[Pair]]] = []
    for trace in traces:
        predictions = Predictions(trace, results(trace))
        made = {predictions.diagnoses[n][0] for n in _shown(predictions)}
        found.append((made, lookalikes(predictions)))
    pairs = {pair for _, alike in found for pair in alike}
    return frozenset(pair for pair in pairs if all(pair in alike or not pair <= made for made, alike in found))


def _shown(predictions: Predictions) -> list[int]:
    """→ the rows of mistakes at one place that change a number, and to numbers that somebody would hand in."""
    rows = zip(predictions.diagnoses, predictions.numbers.tolist(), predictions.unchanged.tolist(), strict=True)
    return [
        n
        for n, ((slip,), row, unchanged) in enumerate(rows)
        if len(slip.places) == 1 and not all(unchanged) and all(map(writable, row))
    ]
