"""dot's routes → single curves, wherever one is free of every box."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graphviz_ad.diagram.layout import Direction, Point

Rect = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Cubic = tuple[Point, Point, Point, Point]
"""A Bézier curve of four points."""
Shape = Callable[[Point, Point], tuple[Point, ...]]
"""Two ends → a line of Bézier pieces between them."""

_MIN_SAMPLES = 24
"""Points of a piece that are looked at, at least, since a short one bends too."""
_SAMPLE_PT = 6.0
"""Distance of two points that are looked at: less than any box with its clearance, so that none fits between."""
_BENDS = (0.5, 0.3, 0.7, 0.12, 0.88)
"""Where along its way a curve may bend, as shares of it, in the order of preference: the middle looks calmest."""
_FAN = ((0.2, 0.8, 0.6), (0.05, 0.95, 0.3), (0.1, 0.6, 0.3), (0.35, 0.5, 0.7))
"""How a curve leaves a dot from which others leave too: the shares of its way along and across at which its first
control point lies, and that along of its second one. All leave at an angle, or they would run side by side at first."""
_STEEP = 3.0
"""How many times as high as wide a way is, at least, to be led across the direction of the graph and then into it."""
_MIN_FAN_DEGREES = 3.0
"""Between two edges that leave a dot to one side: nearer, they would run into each other, and have a line in common."""
BUS_EDGES = 3
"""Edges that leave a dot in one line, across the direction of the graph: two are followed without one."""
_BUS_RADIUS_PT = 12.0
"""Where an edge leaves that line: less than half the least distance of ranks, which is 28."""
CIRCLE_CONTROL = 0.4477
"""Of the radius, from a corner to the control points of the quarter of a circle in it: 1 less 4/3 (√2 - 1)."""
_STRIP_PT = 200.0
"""Width of a strip of the plane: about that of a node with its labels, so it is in one or two."""
CLEARANCE_PT = 3.0
"""Kept free between a curve and a box: boxes have room of their own, and this is for the width of the line."""


def smoothed(
    routes: Sequence[tuple[Point, ...]], ends: Sequence[tuple[int, int]], boxes: Sequence[Rect], direction: Direction,
    fans: Sequence[int | None], parallel: Sequence[Sequence[int]] = (), filled: Sequence[Rect] | None = None,
) -> list[tuple[Point, ...]]:  # fmt: skip
    """Routes, the boxes they join and all boxes → routes, each one S-shaped curve where nothing stands in its way.

    dot leads an edge through corridors, with bends that are tighter than the room needs. `fans` says which begin where
    others do, those with the same number at the same place: they leave in the direction of their ends, or one line.
    `parallel` has the numbers of those that end side by side, and bend at one place if they can. `filled` are the boxes
    without the parts that a line in common may lead across.
    """
    upright = direction == "TB"
    filled = boxes if filled is None else filled
    if upright:
        boxes, filled = (list(map(flipped_box, rects)) for rects in (boxes, filled))
    obstacles = Obstacles(boxes)
    smooth_routes = []
    flip = flipped if upright else _same
    spans = [(flip(route[0]), flip(route[-1])) for route in routes]
    together = _fanned_out(spans, ends, fans, obstacles, Obstacles(filled))
    for numbers in parallel:
        together |= _first_free(CURVES, numbers, spans, ends, obstacles)
    for number, (route, joined, (start, stop)) in enumerate(zip(routes, ends, spans, strict=True)):
        shapes = CURVES if fans[number] is None else FANS + CURVES
        curves = (shape(start, stop) for shape in shapes)
        curve = together.get(number) or next(
            (candidate for candidate in curves if is_free(candidate, obstacles, joined)), None
        )
        if curve is None:
            line = list(map(flip, route))
            eased = _eased(line)
            curve = eased if is_free(eased, obstacles, joined) else tuple(line)
        smooth_routes.append(tuple(map(flip, curve)))
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


@cache
def weights(samples: int) -> NDArray[np.float64]:
    """How many straight pieces stand for a Bézier curve → the weights of its four points where these begin and end."""
    t = np.arange(samples + 1)[:, None] / samples
    return np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])


def point_at(curve: Sequence[Point], t: float) -> Point:
    """A cubic and a parameter → the point of it there."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    p, q, r, u = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return p * ax + q * bx + r * cx + u * dx, p * ay + q * by + r * cy + u * dy


def halves(curve: Cubic, t: float) -> tuple[Cubic, Cubic]:
    """A cubic → its parts up to parameter t and from there on, by de Casteljau's construction."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    abx, aby, bcx, bcy, cdx, cdy = (
        ax + t * (bx - ax), ay + t * (by - ay), bx + t * (cx - bx), by + t * (cy - by),
        cx + t * (dx - cx), cy + t * (dy - cy),
    )  # fmt: skip
    x1, y1, x2, y2 = abx + t * (bcx - abx), aby + t * (bcy - aby), bcx + t * (cdx - bcx), bcy + t * (cdy - bcy)
    middle = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
    return (curve[0], (abx, aby), (x1, y1), middle), (middle, (x2, y2), (cdx, cdy), curve[3])


def flipped(point: Point) -> Point:
    return point[1], point[0]


def flipped_box(box: Rect) -> Rect:
    return box[1], box[0], box[3], box[2]


def _same(point: Point) -> Point:
    return point


def _curve(bend: float, a: Point, b: Point) -> tuple[Point, ...]:
    """Two ends → the curve that leaves and arrives along the direction of the graph, and bends there."""
    middle = a[0] + bend * (b[0] - a[0])
    return a, (middle, a[1]), (middle, b[1]), b


def _fanned(shares: tuple[float, float, float], a: Point, b: Point) -> tuple[Point, ...]:
    """Two ends → the curve that leaves the first one at an angle, by the shares of `_FAN`, or where that would be steep
    with a corner the line across."""
    along, across, before = shares
    dx, dy = b[0] - a[0], b[1] - a[1]
    if abs(dy) > _STEEP * abs(dx):
        return bus(a, b)
    return a, (a[0] + along * dx, a[1] + across * dy), (a[0] + before * dx, b[1]), b


def _fanned_out(
    spans: Sequence[tuple[Point, Point]], ends: Sequence[tuple[int, int]], fans: Sequence[int | None],
    obstacles: Obstacles, filled: Obstacles,
) -> dict[int, tuple[Point, ...]]:  # fmt: skip
    """Ends of edges, what they join, and where they fan out → the curves of those that leave a dot to one side.

    All of a side have the first shape in which all are free, since edges of one shape do not cross: those of which two
    would be too near each other a line in common, which also comes last, as least stands in its way. Without one
    each goes its own way.
    """
    sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for number, ((a, b), fan) in enumerate(zip(spans, fans, strict=True)):
        if fan is not None and a[1] != b[1]:
            along, across, _ = _FAN[0]
            angle = math.degrees(math.atan2(across * abs(b[1] - a[1]), along * (b[0] - a[0])))
            sides.setdefault((fan, b[1] > a[1]), []).append((angle, number))
    curves: dict[int, tuple[Point, ...]] = {}
    leaving = Counter(fans)
    for (fan, _), side in sides.items():
        are_near = any(second - first < _MIN_FAN_DEGREES for (first, _), (second, _) in pairwise(sorted(side)))
        numbers = [number for _, number in side]
        together = _first_free([bus], numbers, spans, ends, filled)
        apart = _first_free(FANS + CURVES, numbers, spans, ends, obstacles)
        if leaving[fan] >= BUS_EDGES and not (together or apart):  # as many as can leave in the line
            for number in numbers:
                together |= _first_free([bus], [number], spans, ends, filled)
        curves |= (together or apart) if are_near or leaving[fan] >= BUS_EDGES else (apart or together)
    return curves


def _first_free(
    shapes: Sequence[Shape], numbers: Sequence[int], spans: Sequence[tuple[Point, Point]],
    ends: Sequence[tuple[int, int]], obstacles: Obstacles,
) -> dict[int, tuple[Point, ...]]:  # fmt: skip
    """Numbers of edges → their curves, of the first shape in which all of them are free; none where there is none."""
    for shape in shapes:
        drawn = {number: shape(*spans[number]) for number in numbers}
        if all(is_free(curve, obstacles, ends[number]) for number, curve in drawn.items()):
            return drawn
    return {}


def bus(a: Point, b: Point) -> tuple[Point, ...]:
    """Two ends → the line that leads across the direction of the graph first, then turns into it."""
    radius = min(_BUS_RADIUS_PT, abs(b[0] - a[0]), abs(b[1] - a[1]))
    turn, near = math.copysign(radius, b[1] - a[1]), CIRCLE_CONTROL * radius
    begin, end = (a[0], b[1] - turn), (a[0] + radius, b[1])
    rounded = ((a[0], b[1] - math.copysign(near, turn)), (a[0] + near, b[1]), end)
    return (*straight(a, begin), *rounded, *straight(end, b)[1:])


FANS: list[Shape] = [partial(_fanned, shares) for shares in _FAN]
"""The shapes of edges that leave a dot at an angle."""
CURVES: list[Shape] = [partial(_curve, bend) for bend in _BENDS]
"""The shapes of edges that leave along the direction of the graph."""


def straight(a: Point, b: Point) -> Cubic:
    """A straight Bézier piece, ends included."""
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b


class Obstacles:
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
            (left - CLEARANCE_PT, top - CLEARANCE_PT, right + CLEARANCE_PT, bottom + CLEARANCE_PT)
            for left, top, right, bottom in (self.boxes[number] for number in numbers.difference(joined))
            if left < x1 and right > x0 and top < y1 and bottom > y0
        ]


def _strips(left: float, right: float) -> range:
    """From where to where something goes → the strips it is in."""
    return range(math.floor(left / _STRIP_PT), math.floor(right / _STRIP_PT) + 1)


def is_free(curve: tuple[Point, ...], obstacles: Obstacles, joined: tuple[int, int]) -> bool:
    """Whether a line of Bézier pieces keeps clear of every box but the two it joins."""
    x0, x1 = min(x for x, _ in curve) - CLEARANCE_PT, max(x for x, _ in curve) + CLEARANCE_PT
    y0, y1 = min(y for _, y in curve) - CLEARANCE_PT, max(y for _, y in curve) + CLEARANCE_PT
    near = obstacles.near(x0, y0, x1, y1, joined)
    if not near:
        return True
    for start in range(0, len(curve) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve[start : start + 4]
        low, high, top_end, low_end = min(ax, bx, cx, dx), max(ax, bx, cx, dx), min(ay, by, cy, dy), max(ay, by, cy, dy)
        met = [box for box in near if box[0] < high and box[2] > low and box[1] < low_end and box[3] > top_end]
        if not met:
            continue
        samples = max(_MIN_SAMPLES, round((abs(dx - ax) + abs(dy - ay)) / _SAMPLE_PT))
        t = np.arange(samples + 1) / samples
        s = 1 - t
        p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        x, y = p * ax + q * bx + r * cx + u * dx, p * ay + q * by + r * cy + u * dy
        if any(((left < x) & (x < right) & (top < y) & (y < bottom)).any() for left, top, right, bottom in met):
            return False
    return True
