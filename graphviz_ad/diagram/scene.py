"""Labels and layout → where everything stands: one geometry for all frames of a deck."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.annotations import NO_MARKS, Marks
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.highlight import MarkedPart, marked_part
from graphviz_ad.diagram.labels import GraphLabels
from graphviz_ad.diagram.layout import Box, Direction, GroupFrame, Link, Placement, Point, Rank, place
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.row_wrap import Span, folded
from graphviz_ad.diagram.smooth import Rect, smoothed
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph

__all__ = ["Edge", "Node", "Placed", "Scene", "build_scene", "require_drawable"]

_WEIGHT_MAIN, _WEIGHT_INNER, _WEIGHT_LEAF, _WEIGHT_SHARED = 9, 4, 2, 1
"""How much an edge pulls its ends together: on the main path, between operations, from an input that is used
once, and from one that is used several times, which then stands where most of its uses are. To dot only the ratios
count: each is at least twice the next."""
_COMPACT_GAPS_PT = {"gap": 10.0, "rank_gap": 16.0}
"""Distances of boxes where there is little room: less than two thirds of the usual 16 and 28 (`layout.place`)."""
_BEFORE_NODE_PT = 30
"""Before a node, where it is looked on which side of another an edge arrives: nearer, routes to one port have met."""
_PARALLEL_PT = 8
"""From the middle, where two edges between the same nodes leave: 16 apart, so that their bands, 8 wide, stay apart."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The geometry of the graph, without frame and captions."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[tuple[Rect, Placed], ...]
    width: float
    height: float
    note: str | None
    parts: tuple[MarkedPart, ...] = ()


def require_drawable(graph: Graph) -> None:
    """Raise LimitError where the graph has more nodes than are drawn."""
    if len(graph) > graph.limits.drawn:
        raise LimitError(
            f"the graph has {len(graph)} nodes; up to {graph.limits.drawn} are drawn without asking",
            hint="collapse a part with --collapse NAME, or raise --max-drawn (Limits(drawn=…) in Python)",
        )


def build_scene(
    graph: Graph, labels: GraphLabels, *, direction: Direction = "LR", seconds: float = 10.0, fit: Span | None = None,
    marks: Marks = NO_MARKS,
) -> Scene:  # fmt: skip
    """Graph, its labels, and what is said about its nodes → the scene; Graphviz is called once.

    With `fit`, which says how wide a slide must be for a width and height, the scene is compact: nodes stand closer
    together, and from left to right the number of a derivative under its symbol, and a long graph is folded into rows.
    """
    upright = direction == "TB"
    stacked = fit is not None and not upright
    plan = _plan(graph, labels, upright, stacked, frozenset(marks.first))
    numbers, frames = _frames(graph, labels, plan.middle)
    gaps = _COMPACT_GAPS_PT if fit else {}
    ranks = [Rank(rank, marks.first if marks.first and marks.first[0] in rank else ()) for rank in marks.ranks]
    placement = place(plan.boxes, plan.links, frames, ranks=ranks, direction=direction, seconds=seconds, **gaps)
    boxes = _rects(plan.boxes, placement)
    titles = [labels.groups[number] for number in numbers]
    obstacles = boxes + [title.rect for _, title in _titled(titles, placement)]
    ends = [(link.tail, link.head) for link in plan.links]
    routes = smoothed(_sorted_ends(graph, plan, placement, upright), ends, obstacles, direction)
    placement = replace(placement, routes=tuple(routes))
    if fit and not upright:
        placement = folded(placement, boxes, fit, _leaves(graph, placement))
    nodes = tuple(
        node_parts.place_node(node, outline, placement.centres[node], labels, upright)
        for node, outline in enumerate(plan.outlines)
    )
    links = iter(placement.routes)
    drawn = []
    for node, args in enumerate(graph.args):
        for slot, arg in enumerate(args):
            points = edge_parts.joined(next(links), next(links))
            points = edge_parts.attached(points, nodes[arg], nodes[node], upright)
            edge = Edge(node, slot, arg, points, None, None, None, None)
            if (node, slot) in labels.edges:
                centre = placement.centres[plan.middle[node, slot]]
                edge = edge_parts.labelled(edge, labels.edges[node, slot], centre, upright, stacked)
            drawn.append(edge)
    return Scene(
        nodes, tuple(drawn), _titled(titles, placement), placement.width, placement.height, placement.note,
        tuple(marked_part(nodes, drawn, part) for part in marks.parts),
    )  # fmt: skip


def _titled(titles: list[Label], placement: Placement) -> tuple[tuple[Rect, Placed], ...]:
    """Titles of the frames → the frames, each with its title in its place."""
    return tuple(
        (rect, Placed(title, rect[0] + 8, rect[1] + 8 - title.box[1]))
        for rect, title in zip(placement.frames, titles, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What Graphviz is to place: a box for each node, then one in the middle of each edge for its labels.

    An edge without labels has one too, so that ranks and order do not depend on which gradients are asked for.
    """

    outlines: list[node_parts.Outline]
    boxes: list[Box]
    links: list[Link]
    middle: dict[tuple[int, int], int]


def _plan(graph: Graph, labels: GraphLabels, upright: bool, stacked: bool, first: frozenset[int]) -> _Plan:
    """Graph and labels → boxes and links; edges in the order of nodes and slots. What reads one of `first` keeps their
    order instead of its own."""
    outlines = [node_parts.outline(graph, node, labels.nodes[node], upright) for node in range(len(graph))]
    depth = _depths(graph)
    main = _main_path(graph, depth)
    ports: list[tuple[int, ...]] = []
    for node, (_, width, height) in enumerate(outlines):
        depths = [] if _symmetric(graph, node) else [depth[arg] for arg in graph.args[node]]
        ports.append(node_parts.ports(depths, width if upright else height))
    leaving = [_leaving(args) for args in graph.args]
    tails: dict[int, set[int]] = {}
    for node, args in enumerate(graph.args):
        for arg, port in zip(args, leaving[node], strict=True):
            if port is not None:
                tails.setdefault(arg, set()).add(port)
    boxes = [
        Box(
            *node_parts.cell(outline, labels.nodes[node], labels.unknown, upright),
            node in main,
            tuple(sorted({*ports[node], *tails.get(node, ())})),
            _takes_inputs(graph, node) and first.isdisjoint(graph.args[node]),
        )
        for node, outline in enumerate(outlines)
    ]
    links: list[Link] = []
    middle: dict[tuple[int, int], int] = {}
    for node, args in enumerate(graph.args):
        for slot, arg in enumerate(args):
            weight = _weight(graph, arg, node in main and arg in main)
            port = ports[node][slot] if ports[node] else None
            edge_labels = labels.edges.get((node, slot))
            middle[node, slot] = len(boxes)
            links.append(Link(arg, len(boxes), weight, tail_port=leaving[node][slot]))
            links.append(Link(len(boxes), node, weight, port=port))
            size = edge_parts.cell(edge_labels, upright, stacked) if edge_labels else (1.0, 1.0)
            boxes.append(Box(*size, node in main and arg in main))
    return _Plan(outlines, boxes, links, middle)


def _takes_inputs(graph: Graph, node: int) -> bool:
    """Whether all arguments of a node are inputs that nothing else reads: they stand in the order of the formula."""
    args = graph.args[node]
    return len(args) > 1 and all(graph.plans[arg] is None and len(graph.consumers[arg]) == 1 for arg in args)


def _symmetric(graph: Graph, node: int) -> bool:
    """Whether the order in which edges come in at the node says nothing."""
    plan = graph.plans[node]
    return plan is not None and plan.row.symmetric and len(set(graph.args[node])) == 2


def _sorted_ends(graph: Graph, plan: _Plan, placement: Placement, upright: bool) -> list[tuple[Point, ...]]:
    """Routes as they are, but at operations whose arguments can change places each edge ends on its own side."""
    routes = list(placement.routes)
    axis = 0 if upright else 1
    first = {edge: 2 * number for number, edge in enumerate(plan.middle)}  # every edge has two links, in this order
    for node in range(len(graph)):
        if not _symmetric(graph, node):
            continue
        arriving = [_arriving(routes[first[node, slot] + 1], axis) for slot in (0, 1)]
        middles = [placement.centres[plan.middle[node, slot]][axis] for slot in (0, 1)]
        if (middles[0] - middles[1]) * (arriving[0] - arriving[1]) < 0:  # one is led round to the other's side
            middles = arriving
        offsets = node_parts.free_ports((middles[0], middles[1]), placement.centres[node][axis])
        for slot, offset in enumerate(offsets):
            link = first[node, slot] + 1
            *before, control, end = routes[link]
            shifted = [(x + offset, y) if upright else (x, y + offset) for x, y in (control, end)]
            routes[link] = (*before, *shifted)
    return routes


def _arriving(route: tuple[Point, ...], axis: int) -> float:
    """Route into a node → where it runs, across the direction, shortly before."""
    along, end = 1 - axis, route[-1]
    before = end[along] - min(_BEFORE_NODE_PT, (end[along] - route[0][along]) / 2)
    return min(route, key=lambda point: abs(point[along] - before))[axis]


def _frames(
    graph: Graph, labels: GraphLabels, middle: dict[tuple[int, int], int]
) -> tuple[list[int], list[GroupFrame]]:
    """Groups of more than one node → their numbers, and the frames round their boxes."""
    numbers, frames = [], []
    for number, group in enumerate(graph.groups):
        members = set(group.members)
        if len(members) < 2:
            continue
        inner = {middle[node, slot] for node in members for slot, arg in enumerate(graph.args[node]) if arg in members}
        title = labels.groups[number]
        numbers.append(number)
        frames.append(GroupFrame(frozenset(members | inner), title.ink_width + 8, title.height + 4))
    return numbers, frames


def _weight(graph: Graph, arg: int, main: bool) -> int:
    """Edge from `arg` → how much it pulls."""
    if main:
        return _WEIGHT_MAIN
    if graph.plans[arg] is not None:
        return _WEIGHT_INNER
    return _WEIGHT_LEAF if len(graph.consumers[arg]) == 1 else _WEIGHT_SHARED


def _leaving(args: tuple[int, ...]) -> list[int | None]:
    """Arguments of a node → where each edge leaves: apart from the middle where two come from one node."""
    counts, passed = Counter(args), Counter[int]()
    offsets: list[int | None] = []
    for arg in args:
        if counts[arg] == 1:
            offsets.append(None)
            continue
        offsets.append(round(_PARALLEL_PT * (2 * passed[arg] / (counts[arg] - 1) - 1)))
        passed[arg] += 1
    return offsets


def _leaves(graph: Graph, placement: Placement) -> list[tuple[int, int]]:
    """The inputs and constants, each with the one of its readers that stands first."""
    return [
        (node, min((reader for reader, _ in graph.consumers[node]), key=lambda reader: placement.centres[reader][0]))
        for node, args in enumerate(graph.args)
        if not args and graph.consumers[node]
    ]


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
