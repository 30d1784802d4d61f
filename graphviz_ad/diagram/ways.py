"""Two ends of a line, and boxes between them → the lines that may be led there, and what each asks of a reader."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import BUS_EDGES, CIRCLE_CONTROL, CLEARANCE_PT, CURVES, FANS, bus, straight, weights

TURN_COST = 8.0
"""What a turn by a radian costs, in points of way across the direction of the graph."""
_SHARP_COST, _SHARP = 0.4, 0.45
"""What a corner costs besides, in radians, and by how many a line turns there from one sample to the next."""
_BACK_COST = 3.0
"""What a point of way back costs, against the direction of the graph."""
_BENDS_PT, _BENDS = (16.0, 28.0, 50.0), (0.3, 0.5, 0.7)
"""How long a bend may be, in points and as a share of the way."""
_MIN_BEND_PT = 14.0
"""And how long at least: in less it would be a corner."""
_STEEP, _RADIUS_PT = 2.0, 10.0
"""How many times as high as wide a bend is, at least, to be a line across, and how round its corners are."""
CLEAR_PT = 8.0
"""From a box to a line that goes round it."""
_NO_LENGTH_PT = 1e-6
"""Length up to which a piece is a point."""
_LANES_APART_PT, _MAX_LANES = 4.0, 16
"""Levels at which a line may go round something: nearer to each other they count as one."""
NOWHERE = (-1000.0, -1000.0, -1000.0, -1000.0)
"""The box of what is in nobody's way: far from all others."""
SAMPLE_PT = 5.0
"""How far apart the points of a line are at which it is looked at what is beside it."""
_SAMPLES = 12
"""Straight pieces that stand for a curve where many are compared."""

Curve = tuple[Point, ...]
"""Points of a Bézier line."""
Array = NDArray[np.float64]
"""Points, x and y in a row each, or the sides of boxes."""

_WEIGHTS = weights(_SAMPLES)
"""Of the four points of a curve in each of its samples."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The boxes of an edge: of tail, labels and head; whether nothing stands at it; how many leave where it does,
    and whether in one of the lines that run side by side."""

    tail: int
    box: int
    head: int
    is_plain: bool
    leaving: int
    in_bus: bool


def lines_between(a: Point, b: Point, leaving: int, boxes: Array, *, round_boxes: bool) -> list[Curve]:
    """Two ends, how many edges leave the first, boxes between → lines that may be led: also round these."""
    length, is_level = b[0] - a[0], abs(b[1] - a[1]) < 0.1
    if is_level:
        lines: list[Curve] = [straight(a, b)]
    else:
        lines = [curve for shape in CURVES if _is_round(curve := shape(a, b))] or [_across(a, b)]
        if leaving > 1:
            lines.append(bus(a, b))
        if 1 < leaving < BUS_EDGES:  # more leave in one line
            lines += [shape(a, b) for shape in FANS]
        for bend in _bends(length):
            on, off = (a[0] + bend, b[1]), (b[0] - bend, a[1])
            lines += [(*_bent(a, on), *straight(on, b)[1:]), (*straight(a, off), *_bent(off, b)[1:])]
    if not round_boxes or not len(boxes):
        return lines
    met = boxes[(boxes[:, 0] < b[0]) & (boxes[:, 2] > a[0])]
    middle, bends = (a[1] + b[1]) / 2, list(_bends(length))[1:-1]  # with two, neither need be very short or long
    lanes = {round(float(y) / _LANES_APART_PT): float(y) for y in (*(met[:, 1] - CLEAR_PT), *(met[:, 3] + CLEAR_PT))}
    for y in sorted(lanes.values(), key=lambda y: abs(y - middle))[:_MAX_LANES]:
        for before, behind in product(bends, repeat=2):
            on, off = (a[0] + before, y), (b[0] - behind, y)
            if off[0] - on[0] < 1 or min(abs(y - a[1]), abs(y - b[1])) < 1:
                continue
            arriving = [_bent(off, b)]
            if behind == bends[0] and arriving[0] != (steep := _across(off, b)):
                arriving.append(steep)
            for last in arriving:
                rest = (*straight(on, off)[1:], *last[1:])
                lines.append((*_bent(a, on), *rest))
                if leaving > 1:
                    lines.append((*bus(a, on), *rest))
    return lines


def _bent(a: Point, b: Point) -> Curve:
    """Two ends → the curve that bends between them, or where that would be steep, the line across."""
    return curve if _is_round(curve := CURVES[0](a, b)) else _across(a, b)


def _is_round(curve: Curve) -> bool:
    """Whether a curve that leaves and arrives along the direction of the graph is not so steep that it has corners."""
    a, first, second, b = curve
    return abs(b[1] - a[1]) < 2 * _STEEP * min(first[0] - a[0], b[0] - second[0])


def _across(a: Point, b: Point) -> Curve:
    """Two ends → the line that goes half of the way, then across, then the rest, with round corners."""
    middle, radius = (a[0] + b[0]) / 2, min(_RADIUS_PT, (b[0] - a[0]) / 2)
    turn, near = math.copysign(radius, b[1] - a[1]), math.copysign(CIRCLE_CONTROL * radius, b[1] - a[1])
    begin, on, off, end = (middle - radius, a[1]), (middle, a[1] + turn), (middle, b[1] - turn), (middle + radius, b[1])
    first = ((middle - abs(near), a[1]), (middle, a[1] + near), on)
    second = ((middle, b[1] - near), (middle + abs(near), b[1]), end)
    before = straight(a, begin) if begin[0] - a[0] > 1 else (a,)
    behind = straight(end, b)[1:] if b[0] - end[0] > 1 else ()
    return (*before, *first, *straight(on, off)[1:], *second, *behind)


def _bends(length: float) -> Iterator[float]:
    """How long a way is → how long a bend in it may be."""
    bends = (*_BENDS_PT, *(share * length for share in _BENDS))
    yield from (bend for bend in bends if _MIN_BEND_PT <= bend < length - 1)


def efforts_of(lines: Sequence[Curve], boxes: Array | None = None) -> Array:
    """Lines → how far each goes across, with its turns; infinite where it meets one of the boxes."""
    cubics = np.array([line[at : at + 4] for line in lines for at in range(0, len(line) - 3, 3)])
    of = np.repeat(np.arange(len(lines)), [(len(line) - 1) // 3 for line in lines])
    is_long = np.abs(cubics[:, 3] - cubics[:, 0]).sum(axis=1) > _NO_LENGTH_PT  # a point has no direction
    cubics, of = cubics[is_long], of[is_long]
    points = np.einsum("tk,nkx->ntx", _WEIGHTS, cubics)
    steps = np.diff(points, axis=1)
    angles = np.arctan2(steps[:, :, 1], steps[:, :, 0])
    bends = np.abs(np.diff(angles, axis=1))
    turns = bends.sum(axis=1) + _SHARP_COST * (bends > _SHARP).sum(axis=1)
    turns[1:] += np.abs(angles[1:, 0] - angles[:-1, -1]) * (of[1:] == of[:-1])
    effort = np.abs(steps[:, :, 1]).sum(axis=1) + TURN_COST * turns
    effort -= _BACK_COST * np.minimum(steps[:, :, 0], 0.0).sum(axis=1)
    efforts: Array = np.bincount(of, effort, len(lines)).astype(float)
    if boxes is not None and len(boxes):
        x, y = points[:, :, 0, None], points[:, :, 1, None]
        left, top, right, bottom = (boxes + CLEARANCE_PT * np.array([-1.0, -1.0, 1.0, 1.0])).T
        is_in = ((left < x) & (x < right) & (top < y) & (y < bottom)).any(axis=(1, 2))
        efforts[of[is_in]] = np.inf
    return efforts


def spread(lines: Sequence[Curve]) -> tuple[Array, NDArray[np.int64]]:
    """Lines → points on them, near enough to each other to tell what is beside them, each with its line's number."""
    cubics = np.array([line[at : at + 4] for line in lines for at in range(0, len(line) - 3, 3)])
    corners = np.einsum("tk,nkx->ntx", _WEIGHTS, cubics)
    before, steps = corners[:, :-1].reshape(-1, 2), np.diff(corners, axis=1).reshape(-1, 2)
    counts = 1 + (np.abs(steps).sum(axis=1) / SAMPLE_PT).astype(int)
    of = np.repeat(np.arange(len(steps)), counts)
    shares = (np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[of]
    numbers = np.repeat(np.arange(len(lines)), [_SAMPLES * ((len(line) - 1) // 3) for line in lines])
    return before[of] + steps[of] * shares[:, None], numbers[of]


def apart(points: Array, others: Array, within: float) -> Array:
    """Points and others → how far each is from the nearest of these, infinite where all are farther than asked for."""
    low, high = points.min(axis=0) - within, points.max(axis=0) + within
    others = others[((others >= low) & (others <= high)).all(axis=1)]
    if not len(others):
        return np.full(len(points), np.inf)
    x, y = points[:, :1] - others[:, 0], points[:, 1:] - others[:, 1]
    distances: Array = np.sqrt((x * x + y * y).min(axis=1))
    return distances


def meet(first: Array, second: Array) -> NDArray[np.bool_]:
    """Two arrays of boxes → which of them meet."""
    is_met: NDArray[np.bool_] = (
        (first[..., 0] < second[..., 2]) & (first[..., 2] > second[..., 0])
        & (first[..., 1] < second[..., 3]) & (first[..., 3] > second[..., 1])
    )  # fmt: skip
    return is_met
