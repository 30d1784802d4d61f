"""Error carried forward: what is right for one who goes on from a wrong number of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.mutants import Mistake, Place, mutate_all
from graphviz_ad.exercises.quantities import Quantity
from graphviz_ad.ops.broadcasting import shape

Whole = tuple[str, int, int | None]
"""A quantity without its entry."""


def carried(trace: Trace, wanted: Quantity, own: Mapping[Quantity, float]) -> float | None:
    """Trace, the quantity that is asked for, and wrong numbers of one's own → what follows from them.

    None where nothing is carried that could matter, or where a number carried is degenerate: 0, ±1 or not finite
    makes what comes after it trivial.
    """
    others = {quantity: number for quantity, number in own.items() if _whole(quantity) != _whole(wanted)}
    if not others or any(not math.isfinite(number) or abs(number) in (0.0, 1.0) for number in others.values()):
        return None
    wholes = _wholes(trace, others)
    before = _forward(trace, {node: value for (what, node, _), value in wholes.items() if what == "value"})
    if wanted.what == "value":
        return wanted.read(before)
    made: list[tuple[Mistake, list[Place]]] = [
        (_effect(what, value), [(node, slot)]) for (what, node, slot), value in wholes.items() if what != "value"
    ]
    found = wanted.read(mutate_all(before, made))
    return found if found is not None and math.isfinite(found) and found else None


def _whole(quantity: Quantity) -> Whole:
    return quantity.what, quantity.node, quantity.slot


def _wholes(trace: Trace, own: Mapping[Quantity, float]) -> dict[Whole, Any]:
    """Numbers of one's own → the floats and arrays they are in, other entries of which are right."""
    import numpy as np

    found: dict[Whole, Any] = {}
    for quantity, number in own.items():
        if not quantity.entry:
            found[_whole(quantity)] = number
            continue
        if _whole(quantity) not in found:
            found[_whole(quantity)] = np.array(quantity.whole(trace), dtype=float)
        found[_whole(quantity)][quantity.entry] = number
    return found


def _forward(trace: Trace, own: Mapping[int, Any]) -> Trace:
    """Trace and values of one's own → the same pass with these values, and what follows from them."""
    graph = trace.graph
    if not own:
        return trace
    values = list(trace.values)
    for node, plan in enumerate(graph.plans):
        if node in own:
            values[node] = own[node]
        elif plan is not None:
            values[node] = evaluate(graph, node, plan, [values[arg] for arg in graph.args[node]])
    assert shape(values[graph.output]) == shape(trace.values[graph.output])
    return mutate_all(Trace(graph, values, trace.grads, trace.seed, trace.active), [])


def _effect(what: str, value: Any) -> Mistake:
    """A number of one's own → a mistake that puts it in its place."""
    match what:
        case "gradient":
            return Mistake("carried", "", gradient=lambda trace, node, right: value)
        case "local":
            return Mistake("carried", "", local=lambda edge: value)
        case _:
            return Mistake("carried", "", contribution=lambda edge: value)
