"""dot's routes → single curves, wherever one is free of every box."""

from __future__ import annotations

import math
from collections.abc import Sequence

from graphviz_ad.diagram.layout import Direction, Point

Rect = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Cubic = tuple[Point, Point, Point, Point]
"""A Bézier curve of four points."""

_MIN_SAMPLES = 24
"""Points of a piece that are looked at, at least, since a short one bends too."""
_SAMPLE_PT = 6.0
"""Distance of two points that are looked at: less than any box with its clearance, so that none fits between."""
_BENDS = (0.5, 0.3, 0.7, 0.12, 0.88)
"""Where along its way a curve may bend, as shares of it, in the order of preference: the middle looks calmest."""
_STRIP_PT = 200.0
"""Width of a strip of the plane: about that of a node with its labels, so it is in one or two."""
_CLEARANCE_PT = 3.0
"""Kept free between a curve and a box: boxes have room of their own, and this is for the width of the line."""


def smoothed(
    routes: Sequence[tuple[Point, ...]], ends: Sequence[tuple[int, int]], boxes: Sequence[Rect], direction: Direction
) -> list[tuple[Point, ...]]:
    """Routes, the boxes they join and all boxes → routes, each one S-shaped curve where nothing stands in its way.

    dot leads an edge through corridors, with bends that are tighter than the room needs.
    """
    upright = direction == "TB"
    if upright:
        boxes = [(y0, x0, y1, x1) for x0, y0, x1, y1 in boxes]
    obstacles = _Obstacles(boxes)
    smooth_routes = []
    for route, joined in zip(routes, ends, strict=True):
        a, b = route[0], route[-1]
        start, stop = (_flip(a), _flip(b)) if upright else (a, b)
        curves = (_curve(start, stop, bend) for bend in _BENDS)
        curve = next((curve for curve in curves if _free(curve, obstacles, joined)), None)
        if curve is None:
            line = [_flip(point) for point in route] if upright else list(route)
            eased = _eased(line)
            curve = eased if _free(eased, obstacles, joined) else tuple(line)
        smooth_routes.append(tuple(map(_flip, curve)) if upright else curve)
    return smooth_routes


def _eased(line: list[Point]) -> tuple[Point, ...]:
    """dot's pieces, which may meet at an angle → the same pieces with a common direction where they meet."""
    eased = list(line)
    for at in range(3, len(line) - 1, 3):
        (ax, ay), (px, py), (bx, by) = line[at - 1 : at + 2]
        length = math.hypot(bx - ax, by - ay)
        if length == 0:
            continue
        ux, uy = (bx - ax) / length, (by - ay) / length
        before, after = math.hypot(px - ax, py - ay), math.hypot(bx - px, by - py)
        eased[at - 1] = (px - ux * before, py - uy * before)
        eased[at + 1] = (px + ux * after, py + uy * after)
    return tuple(eased)


def halves(curve: Cubic, t: float) -> tuple[Cubic, Cubic]:
    """A cubic → its parts up to parameter t and from there on, by de Casteljau's construction."""

    def between(p: Point, q: Point) -> Point:
        return p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])

    a, b, c, d = curve
    ab, bc, cd = between(a, b), between(b, c), between(c, d)
    abc, bcd = between(ab, bc), between(bc, cd)
    middle = between(abc, bcd)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def _flip(point: Point) -> Point:
    return point[1], point[0]


def _curve(a: Point, b: Point, bend: float) -> tuple[Point, ...]:
    """Two ends → the curve that leaves and arrives along the direction of the graph, and bends there."""
    middle = a[0] + bend * (b[0] - a[0])
    return a, (middle, a[1]), (middle, b[1]), b


class _Obstacles:
    """Boxes, by the strips of the plane, across the direction of the graph, in which they lie."""

    def __init__(self, boxes: Sequence[Rect]) -> None:
        self.boxes = boxes
        self.strips: dict[int, list[int]] = {}
        for number, (left, _, right, _) in enumerate(boxes):
            for strip in _strips(left, right):
                self.strips.setdefault(strip, []).append(number)

    def near(self, x0: float, y0: float, x1: float, y1: float, joined: tuple[int, int]) -> list[Rect]:
        """The boxes that overlap a rectangle, each with the room that is kept free about it, without two of them."""
        numbers = {number for strip in _strips(x0, x1) for number in self.strips.get(strip, ())}
        return [
            (left - _CLEARANCE_PT, top - _CLEARANCE_PT, right + _CLEARANCE_PT, bottom + _CLEARANCE_PT)
            for left, top, right, bottom in (self.boxes[number] for number in numbers.difference(joined))
            if left < x1 and right > x0 and top < y1 and bottom > y0
        ]


def _strips(left: float, right: float) -> range:
    """From where to where something goes → the strips it is in."""
    return range(math.floor(left / _STRIP_PT), math.floor(right / _STRIP_PT) + 1)


def _free(curve: tuple[Point, ...], obstacles: _Obstacles, joined: tuple[int, int]) -> bool:
    """Whether a line of Bézier pieces keeps clear of every box but the two it joins."""
    x0, x1 = min(x for x, _ in curve) - _CLEARANCE_PT, max(x for x, _ in curve) + _CLEARANCE_PT
    y0, y1 = min(y for _, y in curve) - _CLEARANCE_PT, max(y for _, y in curve) + _CLEARANCE_PT
    near = obstacles.near(x0, y0, x1, y1, joined)
    if not near:
        return True
    for start in range(0, len(curve) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve[start : start + 4]
        samples = max(_MIN_SAMPLES, round((abs(dx - ax) + abs(dy - ay)) / _SAMPLE_PT))
        for n in range(samples + 1):
            t = n / samples
            s = 1 - t
            p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            x, y = p * ax + q * bx + r * cx + u * dx, p * ay + q * by + r * cy + u * dy
            if any(left < x < right and top < y < bottom for left, top, right, bottom in near):
                return False
    return True
