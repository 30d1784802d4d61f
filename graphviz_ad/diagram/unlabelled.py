"""Edges at which nothing stands → one curve each.

dot leads every edge through the column in which labels stand; without a label it need not be level there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from graphviz_ad.diagram.crossings import pieces_crossed, sampled
from graphviz_ad.diagram.layout import Direction, Point
from graphviz_ad.diagram.smooth import (
    BUS_EDGES,
    CURVES,
    FANS,
    Obstacles,
    Rect,
    bus,
    flipped,
    flipped_box,
    halves,
    is_free,
    straight,
)

_LEVEL_UNTIL = (0.5, 0.7, 0.85)
"""Shares of the way up to which an edge may be level, to turn behind a label that stands below or above it."""

_LEVEL_FROM = (1.0, 0.8, 0.6, 0.4)
"""Shares of the way to where an edge is led farthest off, from which on it may be level."""

_OFF_PT = 4.0
"""How much farther off it is then: dot leads edges close to boxes, nearer than a clear line is."""

Curve = tuple[Point, ...]
"""Points of a Bézier line."""


def freely_led(
    routes: Sequence[Curve], edges: Sequence[tuple[int, int]], middles: Mapping[int, int], boxes: Sequence[Rect],
    filled: Sequence[Rect], direction: Direction,
) -> list[Curve]:  # fmt: skip
    """Routes of links, two for each edge → the same, but each of `middles` in one curve where that crosses no more.

    `edges` are the boxes from which and to which each leads. `middles` are those without labels, with the box in the
    middle of each, which is in nobody's way. Where many leave a node they keep the line in common, which may lead
    across what is not in `filled`.
    """
    upright = direction == "TB"
    lines = [tuple(map(flipped, route)) if upright else tuple(route) for route in routes]
    empty = set(middles.values())

    def without_middles(boxes: Sequence[Rect]) -> Obstacles:
        sides = map(flipped_box, boxes) if upright else boxes
        return Obstacles([(0.0, 0.0, 0.0, 0.0) if n in empty else box for n, box in enumerate(sides)])

    alone, together = without_middles(boxes), without_middles(filled)
    leaving = Counter(tail for tail, _ in edges)
    arriving = Counter(head for tail, head in edges if leaving[tail] >= BUS_EDGES)
    for edge in middles:
        tail, fan = edges[edge][0], leaving[edges[edge][0]]
        first, second = lines[2 * edge : 2 * edge + 2]
        start, stop = first[0], second[-1]
        if arriving[edges[edge][1]] >= BUS_EDGES:  # each with each: lines in common would be side by side
            if is_free(direct := straight(start, stop), alone, edges[edge]):
                lines[2 * edge : 2 * edge + 2] = parted(direct)
                continue
        elif fan >= BUS_EDGES and is_free(bus(start, stop), together, edges[edge]):
            lines[2 * edge : 2 * edge + 2] = parted(bus(start, stop))
            continue
        curves = [shape(start, stop) for shape in (FANS if fan > 1 else []) + CURVES]
        curves += [_late(share, start, stop) for share in _LEVEL_UNTIL]
        curves += [_over((*first, *second), share, start, stop) for share in _LEVEL_FROM]
        free = [curve for curve in curves if is_free(curve, alone, edges[edge])]
        if not free:
            continue
        _, others = sampled([line for number, line in enumerate(lines) if edges[number // 2][0] != tail])
        crossings = [pieces_crossed(sampled([line])[1], others) for line in free]
        if min(crossings) <= sum(pieces_crossed(sampled([line])[1], others) for line in (first, second)):
            least = free[crossings.index(min(crossings))]
            lines[2 * edge : 2 * edge + 2] = parted(least)
    return [tuple(map(flipped, line)) if upright else line for line in lines]


def _late(share: float, a: Point, b: Point) -> Curve:
    """Two ends → the line that is level up to a share of the way, and bends from there on."""
    turn = a[0] + share * (b[0] - a[0]), a[1]
    return (*straight(a, turn), *CURVES[0](turn, b)[1:])


def _over(line: Curve, share: float, a: Point, b: Point) -> Curve:
    """An edge as it is, and its ends → the line that is level from a share of the way to where that is farthest off."""
    x, y = max(line[::3], key=lambda point: min(abs(point[1] - a[1]), abs(point[1] - b[1])))
    farthest = max(point[0] for point in line[::3] if abs(point[1] - y) < 1)
    y += math.copysign(_OFF_PT, y - a[1])
    last = farthest, y
    dx, dy = share * (x - a[0]), y - a[1]
    level = a[0] + dx, y
    rise = a, (a[0] + 0.1 * dx, a[1] + 0.8 * dy), (a[0] + 0.4 * dx, y), level
    return (*rise, *straight(level, last)[1:], *CURVES[0](last, b)[1:])


def parted(line: Curve) -> tuple[Curve, Curve]:
    """A line → two that meet in it, as every edge has two links."""
    if len(line) > 4:
        return line[:-3], line[-4:]
    return halves((line[0], line[1], line[2], line[3]), 0.5)
