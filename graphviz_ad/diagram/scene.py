"""Labels and layout → where everything stands: one geometry for all frames of a deck."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.labels import EdgeLabels, GraphLabels, NodeLabels
from graphviz_ad.diagram.layout import Box, Direction, Link, Placement, Point, place
from graphviz_ad.diagram.smooth import Rect, smoothed
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.graph.graph import Graph

RADIUS = 17.0
"""Of the circle of an operation."""
_AIR = 4.5
"""Between a node's outline and what stands above or below it."""
_EDGE_AIR = 6.0
"""Between a line, with the band that marks it, and its labels."""
_SPACE = 4.5
"""Between a name and "= value"."""
_CLOSEST = 6.0
"""Least distance of two edges that come in side by side."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the point at which its baseline begins."""

    label: Label
    x: float
    y: float

    @property
    def rect(self) -> Rect:
        """Its ink in the picture."""
        x0, y0, x1, y1 = self.label.box
        return self.x + x0, self.y + y0, self.x + x1, self.y + y1


@dataclass(frozen=True, slots=True)
class Node:
    """A node in the picture: its outline, what is written in it, above it and below it.

    `form` is "circle", "pill", "box" or "constant"; `grads[k]` stands below after k contributions.
    """

    id: int
    form: str
    x: float
    y: float
    width: float
    height: float
    sign: Placed
    name: Placed | None
    value: Placed | None
    unknown: Placed | None
    grads: Mapping[int, Placed]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge in the picture: a Bézier path from argument to operation, and its labels.

    `local` stands above the line and `number` behind it, `sent` (the contribution) below it.
    """

    node: int
    slot: int
    arg: int
    points: tuple[Point, ...]
    local: Placed | None
    number: Placed | None
    sent: Placed | None
    shape: Placed | None


@dataclass(frozen=True, slots=True)
class Scene:
    """The geometry of the graph, without frame and captions."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float
    note: str | None


def build_scene(trace: Trace, labels: GraphLabels, *, direction: Direction = "LR", seconds: float = 10.0) -> Scene:
    """Trace and its labels → the scene; Graphviz is called once."""
    upright = direction == "TB"
    graph = trace.graph
    outlines = [_outline(graph, node, labels.nodes[node], upright) for node in range(len(graph))]
    depth = _depths(graph)
    main = _main_path(graph, depth)
    ports = [
        _ports([depth[arg] for arg in args], outline[1] if upright else outline[2])
        for args, outline in zip(graph.args, outlines, strict=True)
    ]
    boxes = [
        Box(*_cell(outline, labels.nodes[node], labels.unknown, upright), node in main, ports[node])
        for node, outline in enumerate(outlines)
    ]
    edges = [(node, slot, arg) for node, args in enumerate(graph.args) for slot, arg in enumerate(args)]
    links: list[Link] = []
    middle: dict[tuple[int, int], int] = {}
    for node, slot, arg in edges:
        straight = node in main and arg in main
        weight = 8 if straight else 1
        found = labels.edges.get((node, slot))
        port = ports[node][slot] if ports[node] else None
        if found is None:
            links.append(Link(arg, node, weight, 2, port))
            continue
        middle[node, slot] = len(boxes)
        links += [Link(arg, len(boxes), weight), Link(len(boxes), node, weight, port=port)]
        boxes.append(Box(*_edge_cell(found, upright), straight))
    placement = place(boxes, links, direction=direction, seconds=seconds)
    nodes = tuple(
        _node(node, outline, placement.centres[node], boxes[node], labels, upright)
        for node, outline in enumerate(outlines)
    )
    ends = [(link.tail, link.head) for link in links]
    routes = iter(smoothed(placement.routes, ends, _rects(boxes, placement), direction))
    drawn = []
    for node, slot, arg in edges:
        points = next(routes)
        if (node, slot) in middle:
            points = _joined(points, next(routes))
        points = _attached(points, nodes[arg], nodes[node], upright)
        edge = Edge(node, slot, arg, points, None, None, None, None)
        if (node, slot) in middle:
            edge = _labelled(edge, labels.edges[node, slot], placement.centres[middle[node, slot]], upright)
        drawn.append(edge)
    return Scene(nodes, tuple(drawn), placement.width, placement.height, placement.note)


def _rects(boxes: list[Box], placement: Placement) -> list[Rect]:
    """Boxes in their places → rectangles."""
    return [
        (x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)
        for box, (x, y) in zip(boxes, placement.centres, strict=True)
    ]


def _depths(graph: Graph) -> list[int]:
    """For every node, the length of the longest path into it."""
    depth = [0] * len(graph)
    for node, args in enumerate(graph.args):
        depth[node] = 1 + max((depth[arg] for arg in args), default=0)
    return depth


def _main_path(graph: Graph, depth: list[int]) -> set[int]:
    """The longest path into the output: it is kept on one line."""
    path, node = {graph.output}, graph.output
    while graph.args[node]:
        node = max(graph.args[node], key=lambda arg: depth[arg])
        path.add(node)
    return path


def _ports(depths: list[int], side: float) -> tuple[int, ...]:
    """Depths of the arguments of a node, length of its side → where their edges come in, from its middle.

    The deepest comes in straight, those before it above, those after it below; where that leaves the side,
    they are spread evenly about its middle. One alone needs no port.
    """
    last = len(depths) - 1
    if last < 1:
        return ()
    straight = float(depths.index(max(depths)))
    room = 0.36 * side
    if _CLOSEST * max(straight, last - straight) > room:
        straight = last / 2
    step = min(11.0, max(_CLOSEST, room / max(straight, last - straight)))
    return tuple(round(step * (slot - straight)) for slot in range(len(depths)))


# -- nodes -------------------------------------------------------------------------------------

Outline = tuple[str, float, float]
"""Form, width and height of a node."""


def _outline(graph: Graph, node: int, labels: NodeLabels, upright: bool) -> Outline:
    """Node → its form and size; the side at which edges come in has room for all of them."""
    sign = labels.sign
    if graph.plans[node] is None:
        form, least = ("constant", 28.0) if node in graph.constants else ("box", 34.0)
        return form, max(least, sign.ink_width + 16), max(least - 2, sign.height + 14)
    side = _CLOSEST * (len(graph.args[node]) - 1) / 0.72
    if max(sign.ink_width, sign.height) <= 1.45 * RADIUS and side <= 2 * RADIUS:
        return "circle", 2 * RADIUS, 2 * RADIUS
    wide, high = max(2 * RADIUS, sign.ink_width + 18), max(2 * RADIUS, sign.height + 14)
    return ("pill", max(wide, side), high) if upright else ("pill", wide, max(high, side))


def corner(form: str, width: float, height: float) -> float:
    """Form and size of a node → the radius of its corners."""
    return {"circle": width / 2, "pill": min(height, width) / 2.4, "box": 6.0}.get(form, 3.0)


def _above_width(labels: NodeLabels) -> float:
    """Width of name and value together."""
    return labels.name.width + (_SPACE if labels.name.runs else 0.0) + labels.value.ink_width


def _cell(outline: Outline, labels: NodeLabels, unknown: Label, upright: bool) -> tuple[float, float]:
    """Width and height of everything that will ever stand at the node, its outline in the middle."""
    _, width, height = outline
    below = [*labels.grads.values(), unknown] if labels.grads else []
    wide = max([_above_width(labels), *(label.ink_width for label in below)])
    high = max([labels.name.height, labels.value.height, *(label.height for label in below)])
    if upright:  # value to the left, gradient to the right
        return width + 2 * (wide + 2 * _AIR), max(height, high + 4)
    return max(width, wide) + 4, height + (2 * (high + 2 * _AIR) if high else 0)


def _node(node: int, outline: Outline, centre: Point, cell: Box, labels: GraphLabels, upright: bool) -> Node:
    """Node in its place, with its labels about it."""
    form, width, height = outline
    x, y = centre
    own = labels.nodes[node]
    sign = Placed(own.sign, x - _middle(own.sign)[0], y - _middle(own.sign)[1])
    name = value = None
    if own.value.runs:
        wide = _above_width(own)
        low = max(own.name.box[3], own.value.box[3], 0.0)
        left, baseline = x - wide / 2, y - height / 2 - _AIR - low
        if upright:
            left, baseline = x - width / 2 - _AIR - wide, y + 4
        name = Placed(own.name, left, baseline) if own.name.runs else None
        first = left + (own.name.width + _SPACE if name else 0.0)
        value = Placed(own.value, first - own.value.box[0], baseline)
    grads = {count: _below(label, x, y, outline, upright) for count, label in own.grads.items()}
    unknown = _below(labels.unknown, x, y, outline, upright) if grads else None
    return Node(node, form, x, y, width, height, sign, name, value, unknown, grads)


def _below(label: Label, x: float, y: float, outline: Outline, upright: bool) -> Placed:
    """A gradient in its place below the outline, or to the right of it."""
    _, width, height = outline
    if upright:
        return Placed(label, x + width / 2 + _AIR - label.box[0], y + 4)
    return Placed(label, x - _middle(label)[0], y + height / 2 + _AIR - label.box[1])


def _middle(label: Label) -> Point:
    """The centre of a label's ink."""
    x0, y0, x1, y1 = label.box
    return (x0 + x1) / 2, (y0 + y1) / 2


# -- edges -------------------------------------------------------------------------------------


def _joined(first: tuple[Point, ...], second: tuple[Point, ...]) -> tuple[Point, ...]:
    """Two halves of an edge, and the straight piece between them under its label."""
    return (*first[:-1], *_straight(first[-1], second[0]), *second[1:])


def _attached(points: tuple[Point, ...], tail: Node, head: Node, upright: bool) -> tuple[Point, ...]:
    """A route from cell to cell → from outline to outline: it goes straight on through the cells' edges."""

    def flip(point: Point) -> Point:
        return (point[1], point[0]) if upright else point

    line = [flip(point) for point in points]
    start, stop = _outline_at(tail, line[0], upright, 1), _outline_at(head, line[-1], upright, -1)
    return tuple(map(flip, (*_straight(start, line[0]), *line[1:-1], *_straight(line[-1], stop))))


def _straight(a: Point, b: Point) -> tuple[Point, ...]:
    """A straight Bézier piece, ends included."""
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b


def _outline_at(node: Node, at: Point, upright: bool, side_of: int) -> Point:
    """Where a line along the direction of the graph, at the height of a point, meets the node's outline."""
    along, across = (node.y, node.x) if upright else (node.x, node.y)
    half, side = (node.height / 2, node.width / 2) if upright else (node.width / 2, node.height / 2)
    radius = corner(node.form, node.width, node.height)
    off = max(0.0, abs(at[1] - across) - (side - radius))  # into the round of a corner
    half -= radius - math.sqrt(max(0.0, radius * radius - off * off))
    return along + side_of * half, at[1]


def _edge_cell(labels: EdgeLabels, upright: bool) -> tuple[float, float]:
    """Width and height of the labels of an edge, half of it on each side of its line."""
    high = max(label.height for label in (labels.local, labels.number, labels.sent, labels.shape))
    wide = max(_over_width(labels), _under_width(labels))
    if upright:
        return 2 * (wide + 2 * _EDGE_AIR), high + 8
    return wide + 8, 2 * (high + _EDGE_AIR) + 4


def _over_width(labels: EdgeLabels) -> float:
    return labels.local.width + (_SPACE + labels.number.ink_width if labels.number.runs else 0.0)


def _under_width(labels: EdgeLabels) -> float:
    return labels.sent.ink_width + (labels.shape.ink_width + 10.0 if labels.shape.runs else 0.0)


def _labelled(edge: Edge, labels: EdgeLabels, centre: Point, upright: bool) -> Edge:
    """The edge with its labels about the middle of its line: above and below it, or left and right of it."""
    x, y = centre
    over, under = _over_width(labels), _under_width(labels)
    low = max(labels.local.box[3], labels.number.box[3], 0.0)
    left, baseline = x - over / 2, y - _EDGE_AIR - low
    first, second = x - under / 2, y + _EDGE_AIR - min(labels.sent.box[1], labels.shape.box[1])
    if upright:
        left, baseline = x - _EDGE_AIR - over, y - _middle(labels.local)[1]
        first, second = x + _EDGE_AIR, y - _middle(labels.sent)[1]
    number = shape = None
    if labels.number.runs:
        number = Placed(labels.number, left + labels.local.width + _SPACE - labels.number.box[0], baseline)
    if labels.shape.runs:
        shape = Placed(labels.shape, first - labels.shape.box[0], second)
        first += labels.shape.ink_width + 10.0
    local = Placed(labels.local, left, baseline)
    return replace(
        edge, local=local, number=number, shape=shape, sent=Placed(labels.sent, first - labels.sent.box[0], second)
    )
