"""Inputs from which several edges leave → level with one of these, where that makes all of them calmer.

dot puts an input in the middle of its readers, where an edge may have to go round something in one direction and back
in the other, and where its dot may lie on the line of another input.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from graphviz_ad.diagram.crossings import Points, pieces_crossed, sampled
from graphviz_ad.diagram.layout import Direction, Placement, Point
from graphviz_ad.diagram.levelled import with_room
from graphviz_ad.diagram.smooth import CURVES, FANS, Obstacles, Rect, bus, flipped, flipped_box, is_free, straight
from graphviz_ad.diagram.unlabelled import parted

_APART_PT = 9.0
"""From a dot to the line of another input, at least: three times as much as the dot is large."""
_LEVEL_PT = 0.1
"""Up to which two ends count as level."""
_ROUND_PT = 12.0
"""How far an edge goes beyond both its ends, at least, that goes round something: as far as a corner is round."""

Curve = tuple[Point, ...]
"""Points of a Bézier line."""


def level_inputs(
    placement: Placement, links: Sequence[tuple[int, int]], side_by_side: Collection[int], plain: Collection[int],
    boxes: Sequence[Rect], filled: Sequence[Rect], direction: Direction,
) -> tuple[Placement, list[Rect]]:  # fmt: skip
    """Layout, in which every edge has two links, one after the other → the same with inputs moved, and its boxes.

    `links` are the boxes from which and to which each leads, `side_by_side` the inputs whose edges leave in lines side
    by side, `plain` the numbers of edges without labels, `filled` the boxes without what only a line runs in.
    """
    upright = direction == "TB"
    moving = _Moving(
        [tuple(map(flipped, route)) if upright else tuple(route) for route in placement.routes],
        links,
        [flipped_box(box) if upright else box for box in filled],
    )
    heads = {head for _, head in links}
    leaving: dict[int, list[int]] = {}
    for number, (tail, _) in enumerate(links):
        if number % 2 == 0 and tail not in heads:
            leaving.setdefault(tail, []).append(number)
    shifts = {}
    for node, numbers in leaving.items():
        if node in side_by_side:
            shifts[node] = moving.off_lines(node, numbers)
        elif len(numbers) > 1 and not placement.frames and all(number // 2 in plain for number in numbers):
            shifts[node] = moving.without_detour(node, numbers)
    centres, rects = list(placement.centres), list(boxes)
    for node, shift in shifts.items():
        dx, dy = (shift, 0.0) if upright else (0.0, shift)
        (x, y), (x0, y0, x1, y1) = centres[node], rects[node]
        centres[node], rects[node] = (x + dx, y + dy), (x0 + dx, y0 + dy, x1 + dx, y1 + dy)
    routes = tuple(tuple(map(flipped, line)) if upright else line for line in moving.lines)
    return with_room(replace(placement, centres=tuple(centres), routes=routes), rects, upright)


class _Moving:
    """Lines, what they join, and boxes of a layout from left to right, while inputs are moved across."""

    def __init__(self, lines: list[Curve], links: Sequence[tuple[int, int]], boxes: list[Rect]) -> None:
        self.lines, self.links, self.boxes = lines, links, boxes

    def off_lines(self, node: int, leaving: Sequence[int]) -> float:
        """An input whose edges leave in a line, and their first links → how far it is moved off the lines of others."""
        start = self.lines[leaving[0]][0]
        _, others = sampled(self._others(leaving))
        if _is_clear(start, others):
            return 0.0
        for shift in sorted({self.lines[number][-1][1] - start[1] for number in leaving}, key=abs):
            end = start[0], start[1] + shift
            led = {number: _led(end, self.lines[number][-1]) for number in leaving}
            if _is_clear(end, others) and self._has_room(node, shift):
                obstacles = Obstacles(self.boxes)
                if all(is_free(line, obstacles, self.links[number]) for number, line in led.items()):
                    self._move(node, shift)
                    for number, line in led.items():
                        self.lines[number] = line
                    return shift
        return 0.0

    def without_detour(self, node: int, leaving: Sequence[int]) -> float:
        """An input, and the first links of its edges → how far it is moved to where an edge went round something."""
        whole = {number: (*self.lines[number], *self.lines[number + 1][1:]) for number in leaving}
        start = self.lines[leaving[0]][0]
        levels = [level for line in whole.values() if (level := _detour(line)) is not None]
        if not levels:
            return 0.0
        _, others = sampled(self._others(leaving))
        before = sum(pieces_crossed(sampled([line])[1], others) for line in whole.values())
        for level in levels:
            shift, end, obstacles = level - start[1], (start[0], level), Obstacles(self.boxes)
            if not self._has_room(node, shift):
                continue
            led = {}
            for number, line in whole.items():
                ends = node, self.links[number + 1][1]
                curves = [shape(end, line[-1]) for shape in (*FANS, *CURVES)] if _detour(line) is None else []
                curves += [_level_to(line, end)] if _detour(line) == level else []
                led[number] = next((curve for curve in curves if is_free(curve, obstacles, ends)), None)
            drawn = [line for line in led.values() if line is not None]
            if len(drawn) == len(led) and sum(pieces_crossed(sampled([line])[1], others) for line in drawn) <= before:
                self._move(node, shift)
                for number, line in zip(led, drawn, strict=True):
                    self.lines[number : number + 2] = parted(line)
                return shift
        return 0.0

    def _others(self, leaving: Sequence[int]) -> list[Curve]:
        """First links of some edges → the lines of all others."""
        return [line for number, line in enumerate(self.lines) if number - number % 2 not in leaving]

    def _has_room(self, node: int, shift: float) -> bool:
        """Whether the box of a node may be moved as far."""
        return not Obstacles(self.boxes).near(*_shifted(self.boxes[node], shift), (node, node))

    def _move(self, node: int, shift: float) -> None:
        self.boxes[node] = _shifted(self.boxes[node], shift)


def _detour(line: Curve) -> float | None:
    """An edge → where it is farthest beyond both its ends, None where it is not."""
    low, high = sorted((line[0][1], line[-1][1]))
    levels = [y for _, y in line[::3]]
    if low - min(levels) >= _ROUND_PT:
        return min(levels)
    return max(levels) if max(levels) - high >= _ROUND_PT else None


def _level_to(line: Curve, start: Point) -> Curve:
    """An edge, and where it is to begin, level with where it is farthest off → level up to there, then as it was."""
    last = max(at for at in range(0, len(line), 3) if line[at][1] == start[1])
    return (*straight(start, line[last]), *line[last + 1 :])


def _is_clear(dot: Point, pieces: Points) -> bool:
    """Whether a dot is clear of straight pieces of lines."""
    return all(_distance(dot, a, b) >= _APART_PT for a, b in pieces.tolist())


def _distance(point: Point, a: Point, b: Point) -> float:
    """A point, and two ends → how far it is from the piece between them."""
    (x, y), (dx, dy) = (point[0] - a[0], point[1] - a[1]), (b[0] - a[0], b[1] - a[1])
    length = dx * dx + dy * dy
    t = min(1.0, max(0.0, (x * dx + y * dy) / length)) if length else 0.0
    return float(((x - t * dx) ** 2 + (y - t * dy) ** 2) ** 0.5)


def _led(a: Point, b: Point) -> Curve:
    """A dot, and where an edge is level → the line between them."""
    return straight(a, b) if abs(a[1] - b[1]) <= _LEVEL_PT else bus(a, b)


def _shifted(box: Rect, by: float) -> Rect:
    return box[0], box[1] + by, box[2], box[3] + by
