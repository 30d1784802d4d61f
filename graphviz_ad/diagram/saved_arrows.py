"""Boxes in their places, and which value goes where → dashed arrows that lead around all boxes, by Graphviz."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence

from graphviz_ad.diagram.budget import seconds_left
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.run_dot import in_process
from graphviz_ad.diagram.smooth import Rect, point_at, straight

_ANCHOR_PT = 1.0
"""Side of the box in which a line begins or ends: as small as Graphviz can tell from nothing."""
_CLEAR_PT = 2.0
"""Kept free between a line and a box."""
_SAMPLE_PT = 5.0
"""Distance of two points of a line that are looked at: less than any box, with what is kept free about it."""
_MAX_ATTEMPTS = 12
"""Times that a line is led around the boxes in its way: of each more of them are known."""


def led_around(
    boxes: Sequence[Rect], lines: Sequence[tuple[Point, Point]], seconds: float
) -> tuple[list[tuple[Point, ...]], str | None]:  # fmt: skip
    """Boxes, and lines by their two ends, which lie outside of them → their Bézier points (1 + 3n each).

    Graphviz gets only boxes that are in the way of a line: its time grows with the cube of their number. Behind so many
    seconds the other lines are straight, and there is a sentence that says so.
    """
    until = time.perf_counter() + min(seconds, seconds_left())
    obstacles = [(x0 - _CLEAR_PT, y0 - _CLEAR_PT, x1 + _CLEAR_PT, y1 + _CLEAR_PT) for x0, y0, x1, y1 in boxes]
    led, note = [], None
    for start, end in lines:
        if time.perf_counter() < until:
            led.append(_led(obstacles, start, end))
        else:
            led.append(straight(start, end))
            note = "there was no time to lead all dashed arrows around nodes: close parts, or raise --max-seconds"
    return led, note


def _led(boxes: Sequence[Rect], start: Point, end: Point) -> tuple[Point, ...]:
    """Boxes and two ends → a line that is straight where it can be."""
    points: tuple[Point, ...] = straight(start, end)
    known: list[Rect] = []
    for _ in range(_MAX_ATTEMPTS):
        samples = list(_samples(points))
        met = [box for box in boxes if box not in known and any(_is_in(point, box) for point in samples)]
        if not met:
            break
        known += met
        points = _routed(known, start, end)
    return points


def _samples(points: Sequence[Point]) -> Iterator[Point]:
    """Bézier points → points of the line."""
    for at in range(0, len(points) - 3, 3):
        a, b, c, d = points[at : at + 4]
        count = 1 + int((math.dist(a, b) + math.dist(b, c) + math.dist(c, d)) / _SAMPLE_PT)
        for t in (n / count for n in range(count + 1)):
            yield point_at((a, b, c, d), t)


def _is_in(point: Point, box: Rect) -> bool:
    return box[0] < point[0] < box[2] and box[1] < point[1] < box[3]


def _routed(boxes: Sequence[Rect], start: Point, end: Point) -> tuple[Point, ...]:
    """Boxes and two ends → Graphviz's line around these boxes."""
    head = (
        'graph [splines=true, esep="+1", inputscale=72]; '
        'node [shape=box, fixedsize=true, label="", penwidth=0]; edge [arrowhead=none];'
    )
    places = ((f"b{number}", box) for number, box in enumerate(boxes))
    parts = [_node(name, ((x0 + x1) / 2, (y0 + y1) / 2), x1 - x0, y1 - y0) for name, (x0, y0, x1, y1) in places]
    parts += [_node(name, point, _ANCHOR_PT, _ANCHOR_PT) for name, point in (("start", start), ("end", end))]
    answer = json.loads(in_process(f"digraph {{ {head} {' '.join(parts)} start->end; }}", placed=True))
    (moved,) = (part["pos"] for part in answer["objects"] if part["name"] == "start")  # Graphviz begins at 0
    x, y = map(float, moved.split(","))
    (edge,) = answer["edges"]
    pairs = [tuple(map(float, pair.split(","))) for pair in edge["pos"].split(" ")]
    return (start, *((start[0] + at[0] - x, start[1] - at[1] + y) for at in pairs[1:-1]), end)


def _node(name: str, at: Point, width: float, height: float) -> str:
    """Name, middle and size in points → a node of DOT, whose y grows upwards."""
    return f'{name} [pos="{at[0]:.3f},{-at[1]:.3f}", width={width / 72:.5f}, height={height / 72:.5f}];'
