"""Dots from which many edges leave in a line → clear of the lines of other inputs that run beside theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from graphviz_ad.diagram.crossings import Points, sampled
from graphviz_ad.diagram.layout import Direction, Placement, Point
from graphviz_ad.diagram.smooth import Obstacles, Rect, bus, flipped, flipped_box, is_free, straight

_APART_PT = 9.0
"""From a dot to the line of another input, at least: three times as much as the dot is large."""
_LEVEL_PT = 0.1
"""Up to which two ends count as level."""

Curve = tuple[Point, ...]
"""Points of a Bézier line."""


def dots_apart(
    placement: Placement, links: Sequence[tuple[int, int]], inputs: Collection[int], boxes: Sequence[Rect],
    filled: Sequence[Rect], direction: Direction,
) -> tuple[Placement, list[Rect]]:  # fmt: skip
    """Layout → the same and its boxes, with inputs level with a reader where their dot was on the line of another.

    Every edge has two links, one after the other. `links` are the boxes from which and to which each leads, `inputs`
    those whose edges leave in lines side by side, `filled` the boxes without what only a line runs in. An input stays
    where none of its levels is free.
    """
    upright = direction == "TB"
    lines = [tuple(map(flipped, route)) if upright else tuple(route) for route in placement.routes]
    own_boxes = [flipped_box(box) if upright else box for box in boxes]
    solid = [flipped_box(box) if upright else box for box in filled]
    centres = list(placement.centres)
    for node in inputs:
        leaving = [number for number, (tail, _) in enumerate(links) if tail == node]
        start = lines[leaving[0]][0]
        _, others = sampled([line for number, line in enumerate(lines) if number - number % 2 not in leaving])
        if _is_clear(start, others):
            continue
        for shift in sorted({lines[number][-1][1] - start[1] for number in leaving}, key=abs):
            end, box = (start[0], start[1] + shift), _shifted(solid[node], shift)
            led = {number: _led(end, lines[number][-1]) for number in leaving}
            obstacles = Obstacles(solid)
            if (
                _is_clear(end, others)
                and not obstacles.near(*box, (node, node))
                and all(is_free(line, obstacles, links[number]) for number, line in led.items())
            ):
                for number, line in led.items():
                    lines[number] = line
                own_boxes[node], solid[node] = _shifted(own_boxes[node], shift), box
                x, y = centres[node]
                centres[node] = (x + shift, y) if upright else (x, y + shift)
                break
    routes = tuple(tuple(map(flipped, line)) if upright else line for line in lines)
    rects = [flipped_box(box) if upright else box for box in own_boxes]
    return replace(placement, centres=tuple(centres), routes=routes), rects


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
