"""dot's routes → single curves, wherever one is free of every box."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.layout import Direction, Point

Rect = tuple[float, float, float, float]

_SAMPLES = 24
_BENDS = (0.5, 0.3, 0.7, 0.12, 0.88)
"""Where along its way a curve may bend, in the order of preference."""
_CLEAR = 3.0
"""Points kept free between a curve and a box."""


def smoothed(
    routes: Sequence[tuple[Point, ...]], ends: Sequence[tuple[int, int]], boxes: Sequence[Rect], direction: Direction
) -> list[tuple[Point, ...]]:
    """Routes, the boxes they join and all boxes → routes, each one S-shaped curve where nothing stands in its way.

    dot leads an edge through corridors, with bends that are tighter than the room needs.
    """
    upright = direction == "TB"
    if upright:
        boxes = [(y0, x0, y1, x1) for x0, y0, x1, y1 in boxes]
    found = []
    for route, own in zip(routes, ends, strict=True):
        a, b = route[0], route[-1]
        start, stop = (_flip(a), _flip(b)) if upright else (a, b)
        curves = (_curve(start, stop, bend) for bend in _BENDS)
        curve = next((curve for curve in curves if _free(curve, boxes, own)), None)
        if curve is None:
            found.append(route)
        else:
            found.append(tuple(map(_flip, curve)) if upright else curve)
    return found


def _flip(point: Point) -> Point:
    return point[1], point[0]


def _curve(a: Point, b: Point, bend: float) -> tuple[Point, Point, Point, Point]:
    """Two ends → the curve that leaves and arrives along the direction of the graph, and bends there."""
    middle = a[0] + bend * (b[0] - a[0])
    return a, (middle, a[1]), (middle, b[1]), b


def _free(curve: tuple[Point, Point, Point, Point], boxes: Sequence[Rect], own: tuple[int, int]) -> bool:
    """Whether the curve keeps clear of every box but the two it joins."""
    (ax, ay), (cx, _), (dx, _), (bx, by) = curve
    low, high = min(ay, by) - _CLEAR, max(ay, by) + _CLEAR
    near = [
        box
        for number, box in enumerate(boxes)
        if number not in own and box[0] < bx + _CLEAR and box[2] > ax - _CLEAR and box[1] < high and box[3] > low
    ]
    if not near:
        return True
    for n in range(_SAMPLES + 1):
        t = n / _SAMPLES
        s = 1 - t
        x = s * s * s * ax + 3 * s * s * t * cx + 3 * s * t * t * dx + t * t * t * bx
        y = s * s * (s + 3 * t) * ay + t * t * (t + 3 * s) * by
        for x0, y0, x1, y1 in near:
            if x0 - _CLEAR < x < x1 + _CLEAR and y0 - _CLEAR < y < y1 + _CLEAR:
                return False
    return True
