"""Lines of a layout → routes of glued connectors: past nodes and labels of others, flat under their own labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import union

_MAX_DIVISIONS = 3
"""How often a curve that runs into something is divided, each part again: into at most eight."""
_SAMPLES_PER_CURVE = 16
"""Points on a Bézier curve, for each of which is tested whether it lies in something."""
_STRAIGHT_PT = 1.5
"""Across the graph: a line that differs less from a straight one is drawn as such."""
_MIN_DETOUR_PT = 1
"""From the curve to its layout: where they are nearer, another division changes nothing that is seen."""
_MIDDLE_PT = 4
"""From the middle of a circle, across the graph: a line that arrives nearer is glued to its middle site."""
_LEAVING_MIDDLE_PT = 6
"""The same for a line that leaves."""

OVAL_SITES = {
    "left": 2,
    "up-left": 1,
    "down-left": 3,
    "right": 6,
    "top": 0,
    "bottom": 4,
    "up-right": 7,
    "down-right": 5,
}
"""Connection sites of a circle, as PowerPoint counts them: from the top counter-clockwise."""
RECT_SITES = {"left": 1, "right": 3, "top": 0, "bottom": 2}
"""Connection sites of a rectangle, counted in the same way."""


def sites(edge: Edge, tail: Node, head: Node, upright: bool) -> tuple[tuple[Point, int], tuple[Point, int]]:
    """Edge and its ends → where it leaves and where it arrives, each with the number of the connection site there.

    Where the tail has a dot it leaves that.
    """
    leaves = dot_site(tail.dot, upright) if tail.dot else _site(tail, edge.points[0], False, upright)
    return leaves, _site(head, edge.points[-1], True, upright)


def dot_site(dot: Point, upright: bool, *, arriving: bool = False) -> tuple[Point, int]:
    """Dot where a value fans out → where edges leave it, or the line from its node arrives, and the site there."""
    far = -DOT_RADIUS_PT if arriving else DOT_RADIUS_PT
    if upright:
        return (dot[0], dot[1] + far), OVAL_SITES["top" if arriving else "bottom"]
    return (dot[0] + far, dot[1]), OVAL_SITES["left" if arriving else "right"]


def stem_site(node: Node, upright: bool) -> tuple[Point, int]:
    """Node whose value fans out → where the line to its dot leaves it, and the site there."""
    return _site(node, (node.x, node.y), False, upright)


def _site(node: Node, near: Point, arriving: bool, upright: bool) -> tuple[Point, int]:
    sign = -1 if arriving else 1
    along = (0.0, sign * node.height / 2) if upright else (sign * node.width / 2, 0.0)
    across = near[0] - node.x if upright else near[1] - node.y
    name = {(False, True): "left", (False, False): "right", (True, True): "top", (True, False): "bottom"}[
        upright, arriving
    ]
    if node.form != "circle":
        return (node.x + along[0], node.y + along[1]), RECT_SITES[name]
    if abs(across) < (_MIDDLE_PT if arriving else _LEAVING_MIDDLE_PT):
        return (node.x + along[0], node.y + along[1]), OVAL_SITES[name]
    dx, dy = (across, sign * 1.0) if upright else (sign * 1.0, across)
    half = node.width / 2 * math.sqrt(0.5)
    corner = f"{'up' if dy < 0 else 'down'}-{'left' if dx < 0 else 'right'}"
    return (node.x + math.copysign(half, dx), node.y + math.copysign(half, dy)), OVAL_SITES[corner]


def sampled_curve(points: Sequence[Point]) -> list[Point]:
    """Bézier points → points on the line."""
    samples = [points[0]]
    for at in range(0, len(points) - 3, 3):
        a, b, c, d = points[at : at + 4]
        for n in range(1, _SAMPLES_PER_CURVE + 1):
            t = n / _SAMPLES_PER_CURVE
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            samples.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                )
            )
    return samples


def folded_rows(points: Sequence[Point]) -> list[tuple[Sequence[Point], list[Point]]]:
    """Bézier points → those in each row of a folded graph, and the four corners between it and the next row.

    The line between two rows is as `fold` makes it: level, a quarter of a circle, down, another one, back to the left,
    and the same again.
    """
    folded: list[tuple[Sequence[Point], list[Point]]] = []
    begin = 0
    for at in range(0, len(points) - 3, 3):
        (out, channel), (back, y) = points[at], points[at + 3]
        if back < out and y == channel:
            above, below = points[at - 9], points[at + 12]
            right, left = points[at - 3][0], points[at + 6][0]
            corners = [(right, above[1]), (right, channel), (left, channel), (left, below[1])]
            folded.append((points[begin : at - 8], corners))
            begin = at + 12
    return [*folded, (points[begin:], [])]


def connector_curve(a: Point, b: Point, upright: bool) -> list[Point]:
    """Ends → points on the curve of a connector between them, as PowerPoint draws `curvedConnector3`."""
    (x1, y1), (x2, y2) = a, b
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2
    if upright:
        first = ((x1, y1), (x1, (y1 + my) / 2), ((x1 + mx) / 2, my), (mx, my))
        return sampled_curve((*first, ((mx + x2) / 2, my), (x2, (my + y2) / 2), (x2, y2)))
    first = ((x1, y1), ((x1 + mx) / 2, y1), (mx, (y1 + my) / 2), (mx, my))
    return sampled_curve((*first, (mx, (my + y2) / 2), ((mx + x2) / 2, y2), (x2, y2)))


def label_area(edge: Edge, upright: bool) -> Rect | None:
    """Edge → the area of its labels about the flat piece of its line; None where it has none."""
    boxes = [placed.rect for placed in (edge.local, edge.number, edge.shape, edge.contribution) if placed]
    if not boxes:
        return None
    x0, y0, x1, y1 = union(boxes)
    right, down = (0.1, 1.0) if upright else (1.0, 0.1)  # of a line in several rows, the one the labels stand at
    middle = min(
        sampled_curve(edge.points), key=lambda p: right * abs(p[0] - (x0 + x1) / 2) + down * abs(p[1] - (y0 + y1) / 2)
    )
    half = max(middle[0] - x0, x1 - middle[0], 4.0), max(middle[1] - y0, y1 - middle[1], 4.0)
    return middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]


def obstacles(scene: Scene) -> dict[str, Rect]:
    """Scene → what no line may run through, by name: `n3` a node with its labels, `e3-0` those of an edge."""
    rects = {}
    for node in scene.nodes:
        w, h = node.width / 2, node.height / 2
        own = [(node.x - w, node.y - h, node.x + w, node.y + h)]
        own += [p.rect for p in (node.name, node.value, *node.backward_labels) if p and p.label.runs]
        own += [(*node.dot, *node.dot)] if node.dot else []
        rects[f"n{node.id}"] = union(own)
    for edge in scene.edges:
        boxes = [p.rect for p in (edge.local, edge.number, edge.shape, edge.contribution) if p and p.label.runs]
        if boxes:
            rects[f"e{edge.node}-{edge.slot}"] = union(boxes)
    return rects


def detours(a: Point, b: Point, route: Sequence[Point], blocked: Iterable[Rect], upright: bool) -> list[Point]:
    """Ends of a curve, and the points of its layout between them → the points it is led through so that it is free."""
    return [*_detours(a, b, list(route), list(blocked), upright, _MAX_DIVISIONS)]


def _detours(a: Point, b: Point, route: list[Point], blocked: list[Rect], upright: bool, depth: int) -> Iterator[Point]:
    drawn = connector_curve(a, b, upright)
    if depth == 0 or len(route) < 3 or not any(is_inside(p, rect) for p in drawn for rect in blocked):
        return
    axis = 1 if upright else 0

    def distance(p: Point) -> float:
        nearest = min(drawn, key=lambda q: abs(q[axis] - p[axis]))
        return abs(nearest[1 - axis] - p[1 - axis])

    at = max(range(1, len(route) - 1), key=lambda n: distance(route[n]))
    if distance(route[at]) < _MIN_DETOUR_PT:
        return
    yield from _detours(a, route[at], route[: at + 1], blocked, upright, depth - 1)
    yield route[at]
    yield from _detours(route[at], b, route[at:], blocked, upright, depth - 1)


def is_inside(point: Point, rect: Rect) -> bool:
    """Whether a point lies in a rectangle."""
    return rect[0] < point[0] < rect[2] and rect[1] < point[1] < rect[3]


def is_straight(a: Point, b: Point, route: Sequence[Point], upright: bool) -> bool:
    """Whether a line along the graph is as good as straight."""
    across = 0 if upright else 1
    return all(abs(p[across] - a[across]) < _STRAIGHT_PT for p in (*route, b))
