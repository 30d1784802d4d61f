"""Labels of edges → level with an end of their edge where that is free, and near it, so that it bends once, gently.

dot puts a label anywhere between the ends of its edge, which then bends before it and after it, as stairs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from graphviz_ad.diagram.crossings import pieces_crossed, sampled
from graphviz_ad.diagram.layout import Direction, Placement, Point
from graphviz_ad.diagram.smooth import CURVES, Obstacles, Rect, bus, flipped, flipped_box, is_free, straight

APART_PT = 5.0
"""From a label that is moved to other boxes and lines, at least: nearly as much as dot leaves where there is little
room."""
_LINES_APART_PT = 11.0
"""From one line to another, at least, unless they were nearer: less than two that arrive side by side, which are 12
apart."""
_SAMPLE_PT = 5.0
"""Distance of the points of a line that are looked at: less than half of that."""
FROM_TAIL_PT, FROM_HEAD_PT = 6.0, 14.0
"""From the end of an edge to a label that is level with it, at least: before a node there is an arrowhead, 8 long."""
FROM_DOT_PT = 24.0
"""From a dot to a label, at least: twice the corner in which an edge leaves it."""
_MAX_ALONG_PT = 60.0
"""How far a label is moved along its edge, at most: as long as a bend that looks calm."""
_PARTS = (1.0, 0.5, 0.0)
"""Of that way along the edge, in the order in which they are tried."""
_LEVEL_PT = 0.1
"""Up to which two ends count as level."""
_MAX_EDGES_FANNED = 40
"""Edges of a graph up to which labels are moved towards dots: each takes some milliseconds there, and longer in larger
ones."""
MORE_ROOM_PT = 26.0
"""How far a label may reach out of the layout, which is as much higher then: less than a label is high."""
_ROUNDS = 3
"""How often all labels are tried, at most: one that is moved makes room for another."""

Curve = tuple[Point, ...]
"""Points of a Bézier line."""


def levelled(
    placement: Placement, edges: Sequence[tuple[int, int]], middles: Mapping[int, int], fanned: Mapping[int, int],
    boxes: Sequence[Rect], direction: Direction,
) -> tuple[Placement, list[Rect]]:  # fmt: skip
    """Layout, in which every edge has two links and a box between them → the layout with labels that are level, and
    its boxes.

    `edges` are the boxes from which and to which each leads, `middles` the boxes of the labels that may be moved, by
    the number of their edge, `fanned` those of edges that leave a dot with others, which are moved towards it. No label
    is moved over anything else, far out of the picture, or to where more edges would cross or come near each other.
    """
    if not middles and not fanned:
        return placement, list(boxes)
    upright = direction == "TB"
    moving = _Moving(
        [_turned(route) if upright else route for route in placement.routes],
        [flipped_box(box) if upright else box for box in boxes],
        [flipped_box(frame) if upright else frame for frame in placement.frames],
        placement.width if upright else placement.height,
    )
    waiting = list(middles.items())
    moved: dict[int, Point] = {}
    for edge, box in fanned.items() if len(edges) <= _MAX_EDGES_FANNED else ():
        if shift := moving.towards_dot(edge, (*edges[edge], box)):
            moved[box] = shift
    for _ in range(_ROUNDS):
        shifts = {box: shift for edge, box in waiting if (shift := moving.level(edge, (*edges[edge], box)))}
        if not shifts:
            break
        moved |= shifts
        waiting = [(edge, box) for edge, box in waiting if box not in moved]
    centres = list(placement.centres)
    for box, shift in moved.items():
        (x, y), (dx, dy) = centres[box], flipped(shift) if upright else shift
        centres[box] = x + dx, y + dy
    routes = tuple(_turned(line) if upright else line for line in moving.lines)
    rects = [flipped_box(box) if upright else box for box in moving.boxes]
    return with_room(replace(placement, centres=tuple(centres), routes=routes), rects, upright)


def with_room(placement: Placement, boxes: list[Rect], upright: bool) -> tuple[Placement, list[Rect]]:
    """Layout and its boxes, of which some reach out of it → the same, higher (wider from top to bottom) by as much."""
    axis = 0 if upright else 1
    before = max(0.0, -min(box[axis] for box in boxes))
    size = before + max(placement.width if upright else placement.height, *(box[axis + 2] for box in boxes))
    dx, dy = (before, 0.0) if upright else (0.0, before)

    def shifted(points: Sequence[Point]) -> Curve:
        return tuple((x + dx, y + dy) for x, y in points)

    def moved(rect: Rect) -> Rect:
        return rect[0] + dx, rect[1] + dy, rect[2] + dx, rect[3] + dy

    width, height = (size, placement.height) if upright else (placement.width, size)
    placement = replace(
        placement, centres=shifted(placement.centres), routes=tuple(map(shifted, placement.routes)),
        frames=tuple(map(moved, placement.frames)), width=width, height=height,
    )  # fmt: skip
    return placement, [moved(box) for box in boxes]


class _Moving:
    """Lines and boxes of a layout from left to right, while labels are moved in it."""

    def __init__(self, lines: list[Curve], boxes: list[Rect], frames: list[Rect], height: float) -> None:
        self.lines, self.boxes, self.frames, self.height = lines, boxes, frames, height
        self._look_again()

    def _look_again(self) -> None:
        """What is in the way, after something was moved: boxes, and pieces and points of lines with their edges."""
        self.obstacles = Obstacles(self.boxes)
        of, self.pieces = sampled(self.lines)
        self.edges = of // 2
        points = [_points(line) for line in self.lines]
        self.points = np.concatenate(points)
        self.edges_of_points = np.repeat(np.arange(len(points)) // 2, [len(line) for line in points])

    def level(self, edge: int, ends: tuple[int, int, int]) -> Point | None:
        """Number of an edge, the boxes that it joins and that of its label → how far the label is moved, None where it
        is level, or cannot be."""
        tail, head, box = ends
        first, second = self.lines[2 * edge : 2 * edge + 2]
        (start, before), (after, end) = (first[0], first[-1]), (second[0], second[-1])
        to_tail = max(min(start[0] + FROM_TAIL_PT - before[0], 0.0), -_MAX_ALONG_PT), start[1] - before[1]
        to_head = min(max(end[0] - FROM_HEAD_PT - after[0], 0.0), _MAX_ALONG_PT), end[1] - after[1]
        levels = sorted((to_tail, to_head), key=lambda shift: abs(shift[1]))
        if abs(levels[0][1]) <= _LEVEL_PT:
            return None
        crossings, distance = self._crossings(edge, (first, second)), self._nearest(edge, (first, second))
        x0, y0, x1, y1 = self.boxes[box]
        for dx, dy in dict.fromkeys((part * along, across) for along, across in levels for part in _PARTS):
            moved = x0 + dx, y0 + dy, x1 + dx, y1 + dy
            if not self._has_room(moved, box, edge):
                continue
            lines = product(
                self._free(start, (before[0] + dx, before[1] + dy), (tail, box)),
                self._free((after[0] + dx, after[1] + dy), end, (head, box)),
            )
            if any(self._takes(edge, both, box, moved, crossings, distance) for both in lines):
                return dx, dy
        return None

    def towards_dot(self, edge: int, ends: tuple[int, int, int]) -> Point | None:
        """Number of an edge that leaves a dot, the boxes that it joins and that of its label → how far the label is
        moved towards the dot, so that the edge has more room to bend behind it; None where it cannot be."""
        _, head, box = ends
        first, second = self.lines[2 * edge : 2 * edge + 2]
        (start, before), (after, end) = (first[0], first[-1]), (second[0], second[-1])
        if abs(after[1] - end[1]) <= _LEVEL_PT or first[1][0] != start[0]:  # it leaves across, in a line with others
            return None
        room = max(start[0] + FROM_DOT_PT - before[0], -_MAX_ALONG_PT)
        crossings, distance = self._crossings(edge, (first, second)), self._nearest(edge, (first, second))
        x0, y0, x1, y1 = self.boxes[box]
        for dx in (part * room for part in _PARTS[:-1] if room < -FROM_TAIL_PT):
            moved = x0 + dx, y0, x1 + dx, y1
            if not self._has_room(moved, box, edge):
                continue
            shorter = bus(start, (before[0] + dx, before[1]))
            lines = self._free((after[0] + dx, after[1]), end, (head, box))
            if any(self._takes(edge, (shorter, line), box, moved, crossings, distance) for line in lines):
                return dx, 0.0
        return None

    def _takes(
        self, edge: int, both: tuple[Curve, Curve], box: int, moved: Rect, crossings: int, distance: float
    ) -> bool:
        """Whether an edge gets two other lines, with its label elsewhere: where it crosses no more and is no nearer."""
        is_apart = self._nearest(edge, both) >= min(_LINES_APART_PT, distance)
        if not is_apart or self._crossings(edge, both) > crossings:
            return False
        self.lines[2 * edge : 2 * edge + 2] = both
        self.boxes[box] = moved
        self._look_again()
        return True

    def _crossings(self, edge: int, lines: Sequence[Curve]) -> int:
        """Number of an edge, and its two lines → how often they cross those of other edges."""
        _, own = sampled(lines)
        return pieces_crossed(own, self.pieces[self.edges != edge])

    def _nearest(self, edge: int, lines: Sequence[Curve]) -> float:
        """Number of an edge, and its two lines → how near they are to those of other edges, as far as that matters."""
        own = np.concatenate([_points(line) for line in lines])
        low, high = own.min(axis=0) - _LINES_APART_PT, own.max(axis=0) + _LINES_APART_PT
        is_near = ((self.points >= low) & (self.points <= high)).all(axis=1) & (self.edges_of_points != edge)
        others = self.points[is_near]
        if not len(others):
            return _LINES_APART_PT
        return float(np.sqrt(((own[:, None] - others) ** 2).sum(axis=2).min()))

    def _has_room(self, moved: Rect, own: int, edge: int) -> bool:
        """Whether a box in another place is in its frames, in the picture or nearly, and clear of boxes and lines."""
        before = self.boxes[own]
        if any(_is_within(before, frame) != _is_within(moved, frame) for frame in self.frames):
            return False
        x0, y0, x1, y1 = moved[0] - APART_PT, moved[1] - APART_PT, moved[2] + APART_PT, moved[3] + APART_PT
        x, y = self.points[self.edges_of_points != edge].T
        return (
            moved[1] >= -MORE_ROOM_PT
            and moved[3] <= self.height + MORE_ROOM_PT
            and not any(
                left < x1 and right > x0 and top < y1 and bottom > y0
                for number, (left, top, right, bottom) in enumerate(self.boxes)
                if number != own
            )
            and not ((x0 < x) & (x < x1) & (y0 < y) & (y < y1)).any()
        )

    def _free(self, a: Point, b: Point, joined: tuple[int, int]) -> Iterator[Curve]:
        """Two ends → the lines between them that are free: a straight one alone where they are level."""
        shapes = [straight] if abs(a[1] - b[1]) <= _LEVEL_PT else CURVES
        return (curve for shape in shapes if is_free(curve := shape(a, b), self.obstacles, joined))


def _points(line: Curve) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A line → points on it, near enough to each other to tell how near it comes to another."""
    cubics = np.array([line[at : at + 4] for at in range(0, len(line) - 3, 3)])
    counts = 1 + (np.abs(cubics[:, 3] - cubics[:, 0]).sum(axis=1) / _SAMPLE_PT).astype(int)
    of = np.repeat(np.arange(len(cubics)), counts + 1)
    first = np.repeat(np.cumsum(counts + 1) - counts - 1, counts + 1)
    t = ((np.arange(len(of)) - first) / counts[of])[:, None]
    a, b, c, d = cubics[of].swapaxes(0, 1)
    s = 1 - t
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]] = (
        s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
    )
    return points


def _is_within(box: Rect, frame: Rect) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _turned(line: Curve) -> Curve:
    return tuple(map(flipped, line))
