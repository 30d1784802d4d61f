"""Two edges that cross, or run beside each other → both led elsewhere, where neither alone can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from graphviz_ad.diagram.crossings import crossing_pairs, sampled

if TYPE_CHECKING:
    from graphviz_ad.diagram.calmer import Calming
    from graphviz_ad.diagram.layout import Point
    from graphviz_ad.diagram.smooth import Rect
    from graphviz_ad.diagram.ways import Curve

_MAX_PAIRS = 3
"""Pairs of a graph that are looked at, those that cross most often first: each takes some ten milliseconds."""
_WAYS = 3
"""Ways of the one edge for each of which a way of the other is looked for."""
_MIN_GAIN = 20.0
"""By how much the cost of both falls, at least, where they are led elsewhere."""


def calm_pairs(calming: Calming, movable: AbstractSet[int]) -> bool:
    """Lines of a layout, and the numbers of edges that may be led elsewhere → whether any two are now."""
    of, pieces = sampled(calming.lines)
    crossed = Counter(
        (min(pair), max(pair)) for pair in zip(*(numbers.tolist() for numbers in crossing_pairs(of // 2, pieces)))
    )
    pairs = [pair for pair, _ in crossed.most_common() if movable >= {*pair} and not calming.in_bus[list(pair)].all()]
    return sum(_calm(calming, *pair) or _calm(calming, *reversed(pair)) for pair in pairs[:_MAX_PAIRS]) > 0


def _calm(calming: Calming, edge: int, other: int) -> bool:
    """Numbers of two edges → whether both are led elsewhere now: the first without the second in its way."""
    before, start = _cost(calming, edge, other), _state(calming)
    best, chosen = before - _MIN_GAIN, None
    calming.look(edge, without=other)
    for _, shift, both in calming.cheapest(edge, before, _WAYS):
        calming.lead(edge, shift, both)
        calming.look(other)
        for _, other_shift, other_both in calming.cheapest(other, before, 1):
            calming.lead(other, other_shift, other_both)
        if (cost := _cost(calming, edge, other)) < best:
            best, chosen = cost, _state(calming)
        _restore(calming, start)
        calming.look(edge, without=other)
    if chosen is not None:
        _restore(calming, chosen)
    return chosen is not None


def _cost(calming: Calming, edge: int, other: int) -> float:
    """Numbers of two edges → what both cost now."""
    cost = 0.0
    for number in (edge, other):
        calming.look(number)
        cost += calming.cost(number)
    return cost


def _state(calming: Calming) -> tuple[list[Curve], list[Rect], list[Rect], dict[int, Point]]:
    """Lines, boxes and how far labels were moved, as they are now."""
    return [*calming.lines], [*calming.boxes], [*calming.filled], {**calming.moved}


def _restore(calming: Calming, state: tuple[list[Curve], list[Rect], list[Rect], dict[int, Point]]) -> None:
    """Everything as it was."""
    lines, boxes, filled, moved = state
    calming.lines, calming.boxes, calming.filled, calming.moved = [*lines], [*boxes], [*filled], {**moved}
    calming.gather()
