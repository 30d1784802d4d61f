"""Label of an edge → how far it may be moved, so that the edge can be led elsewhere: to levels at which it goes round
something or is level with an end, and along the edge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.levelled import APART_PT, FROM_DOT_PT, FROM_HEAD_PT, FROM_TAIL_PT, MORE_ROOM_PT
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.ways import CLEAR_PT, Array, Curve, Ends, meet

_SHIFTS_PT = (0.0, -30.0, 30.0, -60.0, 60.0, -100.0, 100.0)
"""How far a label may be moved along its edge."""
_LEVELS_APART_PT, _MAX_AT_LEVEL = 4.0, 3
"""Levels for it that are nearer to each other count as one, at which so many places are looked at."""
_MAX_PLACES = 36
"""Places of a label that are looked at."""


def label_shifts(
    own: Ends, lines: tuple[Curve, Curve], boxes: Sequence[Rect], between: Array, others: Array, height: float,
    limit: float,
) -> list[Point]:  # fmt: skip
    """An edge, its lines to its label and from it, all boxes, those between its ends, points of other lines, the height
    of the picture, and what the edge may cost → how far its label may be moved, nearest to the direct way first."""
    first, second = lines
    start, end, level = first[0], second[-1], first[-1][1]
    x0, y0, x1, y1 = boxes[own.box]
    levels = {0.0, start[1] - level, end[1] - level}
    for clear, top, bottom in ((APART_PT + 1, y0, y1), (CLEAR_PT, level, level)):
        levels |= {float(y) for y in (*(between[:, 1] - clear - bottom), *(between[:, 3] + clear - top))}
    low = start[0] + (FROM_DOT_PT if own.leaving > 1 else FROM_TAIL_PT) - first[-1][0]
    high = end[0] - FROM_HEAD_PT - second[0][0]
    along = {dx for dx in (*_SHIFTS_PT, low, high) if dx == 0 or low <= dx <= high}

    def least(shift: Point) -> float:
        y = level + shift[1]
        return abs(y - start[1]) + abs(end[1] - y) + 0.05 * abs(shift[0])

    shifts = [shift for shift in product(along, levels) if least(shift) < limit]
    if not shifts:
        return []
    places = np.array([shifted((x0, y0, x1, y1), shift) for shift in shifts])
    rects = np.array([rect for box, rect in enumerate(boxes) if box != own.box])
    near = places + np.array([-1.0, -1.0, 1.0, 1.0]) * APART_PT
    has_room = (places[:, 1] >= -MORE_ROOM_PT) & (places[:, 3] <= height + MORE_ROOM_PT)
    has_room &= ~meet(near[:, None], rects[None]).any(axis=1)
    x, y = others.T
    is_on = (near[:, 0, None] < x) & (x < near[:, 2, None]) & (near[:, 1, None] < y) & (y < near[:, 3, None])
    has_room &= ~is_on.any(axis=1)
    roomy = [shift for shift, has in zip(shifts, has_room.tolist(), strict=True) if has or not any(shift)]
    by_level: dict[int, list[Point]] = {}
    for shift in sorted(roomy, key=least):
        at_level = by_level.setdefault(round(shift[1] / _LEVELS_APART_PT), [])
        if len(at_level) < _MAX_AT_LEVEL:
            at_level.append(shift)
    return [shift for at_level in by_level.values() for shift in at_level][:_MAX_PLACES]


def moved(point: Point, shift: Point) -> Point:
    """A point moved by so much."""
    return point[0] + shift[0], point[1] + shift[1]


def shifted(box: Rect, shift: Point) -> Rect:
    """A box moved by so much."""
    return box[0] + shift[0], box[1] + shift[1], box[2] + shift[0], box[3] + shift[1]
