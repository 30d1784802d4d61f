"""Error carried forward: what is right for one who goes on from a wrong number of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.mutants import Made, Mistake, mutate_all
from graphviz_ad.exercises.quantities import Quantity

Whole = tuple[str, int, int | None]
"""A quantity without its entry."""


def carried(trace: Trace, wanted: Quantity, own: Mapping[Quantity, float]) -> float | None:
    """Trace, the quantity that is asked for, and wrong numbers of one's own → what follows from them.

    None where nothing is carried that could matter, or where a number that matters is degenerate: 0 or ±1 makes what
    comes after it trivial; or where what follows is no finite number, or a gradient of 0.
    """
    found = _following(trace, wanted, own)
    telling = {quantity: number for quantity, number in own.items() if abs(number) not in (0.0, 1.0)}
    if len(telling) < len(own) and _following(trace, wanted, telling) != found:
        return None
    return found


def _following(trace: Trace, wanted: Quantity, own: Mapping[Quantity, float]) -> float | None:
    made = going_on(trace, wanted, own)
    found = wanted.read(mutate_all(trace, made)) if made else None
    return found if found is not None and math.isfinite(found) and (found or wanted.what == "value") else None


def going_on(trace: Trace, wanted: Quantity, own: Mapping[Quantity, float]) -> Made:
    """The same → one's own numbers, but for the one that is asked for, as mistakes that put them in their places."""
    others = {quantity: number for quantity, number in own.items() if _whole(quantity) != _whole(wanted)}
    return [(_effect(what, value), [(node, slot)]) for (what, node, slot), value in _wholes(trace, others).items()]


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


def _effect(what: str, value: Any) -> Mistake:
    """A number of one's own → a mistake that puts it in its place."""
    match what:
        case "value":
            return Mistake("carried", "", value=lambda operation, slot: value)
        case "gradient":
            return Mistake("carried", "", gradient=lambda trace, node, right: value)
        case "local":
            return Mistake("carried", "", local=lambda edge: value)
        case _:
            return Mistake("carried", "", contribution=lambda edge: value)
