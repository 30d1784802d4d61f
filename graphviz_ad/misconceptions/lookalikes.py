"""Trace → the pairs of mistakes that lead to the same results, so that results alone do not tell which was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Number, Slip, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.diagnose import writable
from graphviz_ad.misconceptions.predictions import Predictions, Truths
from graphviz_ad.values import Array

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
    shown = _shown(predictions, len(predictions.asked))
    slips = [predictions.diagnoses[n][0] for n in shown]
    alike = np.argwhere(np.triu(_are_alike(predictions.numbers[shown]), 1)).tolist()
    pairs = (frozenset((slips[first], slips[second])) for first, second in alike)
    return frozenset(pair for pair in pairs if len(pair) == 2)


def most_telling(trace: Trace, candidates: Sequence[Number]) -> Number:
    """Trace, and numbers that may be asked for beside the results → the first of those that tell most pairs of mistakes
    apart that have the same results."""
    asked = results(trace)
    predictions = Predictions(trace, [*asked, *candidates])
    rows = predictions.numbers[_shown(predictions, len(asked))]
    alike = np.triu(_are_alike(rows[:, : len(asked)]), 1)
    parted = [int(np.sum(alike & ~_are_alike(rows[:, [n]]))) for n in range(len(asked), rows.shape[1])]
    return candidates[parted.index(max(parted))]


def _are_alike(rows: Array) -> Truths:
    """A row of numbers for each mistake → for each two of them whether they look alike."""
    alike: Truths = np.ones((len(rows), len(rows)), dtype=bool)
    for column in rows.T:
        size = np.abs(column)
        with np.errstate(invalid="ignore"):
            alike &= np.abs(column[:, None] - column) <= _ALIKE * np.maximum(size[:, None], size)
    return alike


def always_alike(traces: Iterable[Trace]) -> frozenset[Pair]:
    """Passes of one formula at inputs without any pattern → the pairs that look alike wherever both can be made."""
    by_trace: list[tuple[set[Slip], frozenset[Pair]]] = []
    for trace in traces:
        predictions = Predictions(trace, results(trace))
        possible = {predictions.diagnoses[n][0] for n in _shown(predictions, len(predictions.asked))}
        by_trace.append((possible, lookalikes(predictions)))
    pairs = {pair for _, alike in by_trace for pair in alike}
    return frozenset(
        pair for pair in pairs if all(pair in alike or not pair <= possible for possible, alike in by_trace)
    )


def _shown(predictions: Predictions, count: int) -> list[int]:
    """→ the rows of mistakes at one place that change some of the first numbers, so many, to what one would hand in."""
    numbers, unchanged = predictions.numbers[:, :count].tolist(), predictions.unchanged[:, :count].tolist()
    return [
        n
        for n, ((slip,), row, right) in enumerate(zip(predictions.diagnoses, numbers, unchanged, strict=True))
        if len(slip.places) == 1 and not all(right) and all(map(writable, row))
    ]
