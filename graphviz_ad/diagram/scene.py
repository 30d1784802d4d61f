"""Labels and layout → where everything stands: one geometry for all frames of a deck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.annotations import NO_MARKS, Marks
from graphviz_ad.diagram.arriving import sorted_ends, symmetric
from graphviz_ad.diagram.columns import aligned, with_room_before
from graphviz_ad.diagram.crossings import least_crossed
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.highlight import MarkedPart, marked_part
from graphviz_ad.diagram.layout import Box, Direction, GroupFrame, Link, Placement, Point, Rank, place
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.row_wrap import Span, folded
from graphviz_ad.diagram.siblings import in_order
from graphviz_ad.diagram.smooth import Rect, smoothed
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph

__all__ = ["Edge", "Node", "Placed", "Scene", "build_scene", "require_drawable"]

_WEIGHT_MAIN, _WEIGHT_INNER, _WEIGHT_LEAF, _WEIGHT_SHARED = 9, 4, 2, 1
"""How much an edge pulls its ends together: on the main path, between operations, from an input that is used
once, and from one that is used several times, which then stands where most of its uses are. To dot only the ratios
count: each is at least twice the next."""
_NUMBERED = re.compile(r"(.+\^\{.*)\(\d+\)\}")
"""A name with the number of an example above: z^{(1)}, a^{[2](1)}."""
_COMPACT_GAPS_PT = {"gap": 6.0, "rank_gap": 10.0}
"""Distances of boxes where there is little room: less than half of the usual 16 and 28 (`layout.place`); arrowheads are
8 long."""


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
            hint="close parts of it with --detail or --close NAME, or raise --max-drawn (Limits(drawn=…) in Python)",
        )


def build_scene(
    graph: Graph, labels: GraphLabels, *, direction: Direction = "LR", seconds: float = 10.0, fit: Span | None = None,
    stacked: bool = False, marks: Marks = NO_MARKS, shown: GraphLabels | None = None, compact: bool = False,
) -> Scene:  # fmt: skip
    """Graph, its labels, and what is said about its nodes → the scene; Graphviz is called once.

    With `fit`, which says how wide a slide must be for a width and height, the scene is compact: nodes stand closer
    together, and from left to right a long graph is folded into rows; with `stacked` the number of a derivative stands
    under its symbol. With `shown` these labels stand in the places that are made for `labels`. With `compact` nodes
    stand closer together, but in no rows.
    """
    upright = direction == "TB"
    stacked = stacked and not upright
    plan = _plan(graph, labels, upright, stacked, frozenset(marks.first))
    numbers, frames = _frames(graph, labels, plan.middle)
    gaps = _COMPACT_GAPS_PT if fit or compact else {}
    ranks = [Rank(rank, marks.first, True) if {*marks.first} & {*rank} else Rank(rank) for rank in marks.ranks]
    ranks += [Rank(nodes, nodes) for nodes in numbered(graph) if not marks.ranks]

    def placed(more: Sequence[Rank]) -> Placement:
        def with_order(order: Sequence[int]) -> Placement:
            return place(
                plan.boxes, plan.links, frames, ranks=[*ranks, *more], direction=direction, seconds=seconds,
                order=order, **gaps,
            )  # fmt: skip

        return least_crossed(with_order, len(plan.boxes), len(plan.links))

    placement = placed([]) if ranks else in_order(graph, placed)
    boxes = _rects(plan.boxes, placement)
    titles = [labels.groups[number] for number in numbers]
    obstacles = boxes + [title.rect for _, title in _titled(titles, placement)]
    ends = [(link.tail, link.head) for link in plan.links]
    fans = [link.tail if link.tail < len(graph) and fans_out(graph, link.tail) else None for link in plan.links]
    sorted_routes = sorted_ends(graph, plan.middle, placement, upright)
    routes = smoothed(sorted_routes, ends, obstacles, direction, fans, _parallel(graph))
    placement = replace(placement, routes=tuple(routes))
    plan = replace(plan, cells=aligned(graph, plan.cells, placement, obstacles, upright))
    if fit and not upright:
        placement = folded(placement, boxes, fit, _leaves(graph, placement))
    labels = shown or labels
    dots = {link.tail: route[0] for link, route in zip(plan.links, placement.routes, strict=True)}
    nodes = tuple(
        _node(graph, node, plan, placement, labels, upright, stacked, dots.get(node)) for node in range(len(graph))
    )
    links = iter(placement.routes)
    drawn = []
    for node, args in enumerate(graph.args):
        for slot, arg in enumerate(args):
            points = edge_parts.joined(next(links), next(links))
            points = edge_parts.attached(points, nodes[arg], nodes[node], upright)
            edge = Edge(node, slot, arg, points, None, None, None, None)
            if (node, slot) in labels.edges:
                at = plan.line_at((node, slot), placement, upright)
                edge = edge_parts.labelled(edge, labels.edges[node, slot], at, upright, stacked)
            drawn.append(edge)
    return Scene(
        nodes, tuple(drawn), _titled(titles, placement), placement.width, placement.height, placement.note,
        tuple(marked_part(nodes, drawn, part) for part in marks.parts),
    )  # fmt: skip


def _parallel(graph: Graph) -> list[list[int]]:
    """Graph → the second links of edges that lead from one node to another together with others, by these nodes.

    Every edge has two links, one to its label and one from there.
    """
    links: dict[tuple[int, int], list[int]] = {}
    edges = ((arg, node) for node, args in enumerate(graph.args) for arg in args)
    for number, edge in enumerate(edges):
        links.setdefault(edge, []).append(2 * number + 1)
    return [numbers for numbers in links.values() if len(numbers) > 1]


def numbered(graph: Graph) -> Iterator[tuple[int, ...]]:
    """Graph → the results of one depth that differ in the number of their example alone, as z⁽¹⁾ and z⁽²⁾, in order."""
    depth, series = _depths(graph), dict[tuple[object, int], list[int]]()
    for node, name in graph.given_names.items():
        match = _NUMBERED.fullmatch(name)
        if match and graph.ops[node] is not None:
            series.setdefault((match[1], depth[node]), []).append(node)
    yield from (tuple(nodes) for nodes in series.values() if len(nodes) > 1)


def fans_out(graph: Graph, node: int) -> bool:
    """Whether several edges lead from a node."""
    return len(graph.consumers[node]) > 1


def _node(
    graph: Graph, node: int, plan: _Plan, placement: Placement, labels: GraphLabels, upright: bool, stacked: bool,
    end: Point | None,
) -> Node:  # fmt: skip
    """A node in the middle of its cell, but for what is behind it; `end` of the cell, where edges leave, is its dot."""
    (x, y), behind = placement.centres[node], plan.cells[node].behind
    middle = (x, y - behind) if upright else (x - behind, y)
    dot = end if fans_out(graph, node) else None
    return node_parts.place_node(node, plan.outlines[node], middle, labels, upright, dot, stacked)


def _titled(titles: list[Label], placement: Placement) -> tuple[tuple[Rect, Placed], ...]:
    """Titles of the frames → the frames, each with its title in its place."""
    return tuple(
        (rect, Placed(title, rect[0] + 8, rect[1] + 8 - title.box[1]))
        for rect, title in zip(placement.frames, titles, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What Graphviz is to place: a box for each node, then one in the middle of each edge for its labels.

    An edge without labels has one too, so that ranks and order do not depend on which gradients are asked for. `lines`
    is how far the line of an edge runs from the middle of its box.
    """

    outlines: list[node_parts.Outline]
    cells: list[node_parts.Cell]
    boxes: list[Box]
    links: list[Link]
    middle: dict[tuple[int, int], int]
    lines: dict[tuple[int, int], int]

    def line_at(self, edge: tuple[int, int], placement: Placement, upright: bool) -> Point:
        """Edge → the point on its line between whose two sides its labels stand."""
        (x, y), off = placement.centres[self.middle[edge]], self.lines[edge]
        return (x + off, y) if upright else (x, y + off)


def _plan(graph: Graph, labels: GraphLabels, upright: bool, stacked: bool, first: frozenset[int]) -> _Plan:
    """Graph and labels → boxes and links; edges in the order of nodes and slots. What reads one of `first` keeps their
    order instead of its own."""
    outlines = [node_parts.outline(graph, node, labels.nodes[node], upright) for node in range(len(graph))]
    depth = _depths(graph)
    main = _main_path(graph, depth)
    ports: list[tuple[int, ...]] = []
    for node, (_, width, height) in enumerate(outlines):
        depths = [] if symmetric(graph, node) else [depth[arg] for arg in graph.args[node]]
        ports.append(node_parts.ports(depths, width if upright else height))
    cells = [
        node_parts.cell(outline, labels.nodes[node], labels.unknown, upright, fans_out(graph, node), stacked)
        for node, outline in enumerate(outlines)
    ]
    cells = with_room_before(graph, cells, upright)
    boxes = [
        Box(
            cell.width, cell.height, node in main, tuple(sorted(ports[node])),
            _takes_inputs(graph, node) and first.isdisjoint(graph.args[node]),
        )
        for node, cell in enumerate(cells)
    ]  # fmt: skip
    links: list[Link] = []
    middle: dict[tuple[int, int], int] = {}
    lines: dict[tuple[int, int], int] = {}
    for node, args in enumerate(graph.args):
        for slot, arg in enumerate(args):
            weight = _weight(graph, arg, node in main and arg in main)
            port = ports[node][slot] if ports[node] else None
            edge_labels = labels.edges.get((node, slot))
            middle[node, slot] = len(boxes)
            wide, high, off = edge_parts.cell(edge_labels, upright, stacked) if edge_labels else (1.0, 1.0, 0)
            line = off or None
            links.append(Link(arg, len(boxes), weight, port=line))
            links.append(Link(len(boxes), node, weight, port=port, tail_port=line))
            boxes.append(Box(wide, high, node in main and arg in main, (off,) if off else ()))
            lines[node, slot] = off
    return _Plan(outlines, cells, boxes, links, middle, lines)


def _takes_inputs(graph: Graph, node: int) -> bool:
    """Whether all arguments of a node are inputs that nothing else reads: they stand in the order of the formula."""
    args = graph.args[node]
    return len(args) > 1 and all(graph.ops[arg] is None and len(graph.consumers[arg]) == 1 for arg in args)


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
    if graph.ops[arg] is not None:
        return _WEIGHT_INNER
    return _WEIGHT_LEAF if len(graph.consumers[arg]) == 1 else _WEIGHT_SHARED


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
