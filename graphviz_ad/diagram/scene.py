"""Labels and layout → where everything stands: one geometry for all frames of a deck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.annotations import NO_MARKS, Marks
from graphviz_ad.diagram.arriving import sorted_ends
from graphviz_ad.diagram.columns import aligned, side_by_side
from graphviz_ad.diagram.crossings import crossings, least_crossed
from graphviz_ad.diagram.dot_input import DotInput, depths, dot_input_of, fans_out
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.highlight import MarkedPart, marked_part
from graphviz_ad.diagram.input_levels import level_inputs
from graphviz_ad.diagram.layout import Box, Direction, GroupFrame, Placement, Point, Rank, place
from graphviz_ad.diagram.levelled import levelled
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.row_wrap import Span, folded
from graphviz_ad.diagram.siblings import in_order
from graphviz_ad.diagram.smooth import Rect, smoothed
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.diagram.unlabelled import freely_led
from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph

__all__ = ["Edge", "Node", "Placed", "Scene", "build_scene", "require_drawable"]

_NUMBERED = re.compile(r"(.+\^\{.*)\(\d+\)\}")
"""A name with the number of an example above: z^{(1)}, a^{[2](1)}."""
_COMPACT_GAPS_PT = {"gap": 6.0, "rank_gap": 10.0}
"""Distances of boxes where there is little room: less than half of the usual 16 and 28 (`layout.place`); arrowheads are
8 long."""


_NOWHERE = (-1000.0, -1000.0, -1000.0, -1000.0)
"""The box of what is in nobody's way: far from all others."""


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
    straight: bool = False, turned: bool = False,
) -> Scene:  # fmt: skip
    """Graph, its labels, and what is said about its nodes → the scene; Graphviz is called once.

    With `fit`, which says how wide a slide must be for a width and height, the scene is compact: nodes stand closer
    together, and from left to right a long graph is folded into rows; with `stacked` the number of a derivative stands
    under its symbol. With `shown` these labels stand in the places that are made for `labels`. With `compact` nodes
    stand closer together, but in no rows. With `straight` the main path goes on to an input, with `turned` edges
    come in from the last to the first where their order says nothing.
    """
    upright = direction == "TB"
    stacked = stacked and not upright
    dot_input = dot_input_of(graph, labels, upright, stacked, frozenset(marks.first), straight, turned)
    numbers, frames = _frames(graph, labels, dot_input.middle)
    gaps = _COMPACT_GAPS_PT if fit or compact else {}
    ranks = [Rank(rank, marks.first, True) if {*marks.first} & {*rank} else Rank(rank) for rank in marks.ranks]
    ranks += [Rank(nodes, nodes) for nodes in numbered(graph) if not marks.ranks]
    middles, parallel = list(dot_input.middle.values()), _parallel(graph)
    beside = [] if frames else [Rank(tuple(middles[edge] for edge in together)) for together in parallel]

    lines = side_by_side(graph)
    buses = [arg in lines for args in graph.args for arg in args for _ in "ab"]
    alike = [key for node, args in enumerate(graph.args) for arg in args for key in (arg, (arg, node))]

    def crossed(placement: Placement) -> int:
        return crossings(placement.routes, buses, alike)

    def cost(placement: Placement) -> tuple[int, int]:
        return crossed(placement), _disorder(graph, dot_input.middle, placement, 0 if upright else 1)

    def placed(more: Sequence[Rank]) -> Placement:
        def with_order(order: Sequence[int]) -> Placement:
            return place(
                dot_input.boxes, dot_input.links, frames,
                ranks=[*ranks, *more, *beside], direction=direction, seconds=seconds,
                order=order, **gaps,
            )  # fmt: skip

        return least_crossed(with_order, len(dot_input.boxes), len(dot_input.links), cost)

    placement = placed([]) if ranks else in_order(graph, placed, crossed)
    titles = [labels.groups[number] for number in numbers]
    obstacles = _rects(dot_input.boxes, placement) + [title.rect for _, title in _titled(titles, placement)]
    placement, obstacles = _routed(graph, labels, dot_input, placement, obstacles, parallel, direction)
    dot_input = replace(dot_input, cells=aligned(graph, dot_input.cells, placement, obstacles, upright))
    if fit and not upright:
        boxes = obstacles[: len(dot_input.boxes)]
        placement = folded(placement, boxes, fit, _leaves(graph, placement), len(graph))
    stacks = {edge: edge_parts.is_stacked(texts, stacked) for edge, texts in labels.edges.items()}
    labels = shown or labels
    dots = {link.tail: route[0] for link, route in zip(dot_input.links, placement.routes, strict=True)}
    nodes = tuple(
        _node(graph, node, dot_input, placement, labels, upright, stacked, dots.get(node)) for node in range(len(graph))
    )
    links = iter(placement.routes)
    drawn = []
    for node, args in enumerate(graph.args):
        for slot, arg in enumerate(args):
            points = edge_parts.joined(next(links), next(links))
            points = edge_parts.attached(points, nodes[arg], nodes[node], upright)
            edge = Edge(node, slot, arg, points, None, None, None, None)
            if (node, slot) in labels.edges:
                at = dot_input.line_at((node, slot), placement, upright)
                edge = edge_parts.labelled(edge, labels.edges[node, slot], at, upright, stacks.get((node, slot), False))
            drawn.append(edge)
    return Scene(
        nodes, tuple(drawn), _titled(titles, placement), placement.width, placement.height, placement.note,
        tuple(marked_part(nodes, drawn, part) for part in marks.parts),
    )  # fmt: skip


def _routed(
    graph: Graph, labels: GraphLabels, dot_input: DotInput, placement: Placement, obstacles: list[Rect],
    parallel: Sequence[Sequence[int]], direction: Direction,
) -> tuple[Placement, list[Rect]]:  # fmt: skip
    """Layout as dot made it, its boxes, and the edges that are `parallel` → the same with lines that bend no more than
    they have to, and with labels where these lead."""
    upright = direction == "TB"
    ends = [(link.tail, link.head) for link in dot_input.links]
    fans = [link.tail if link.tail < len(graph) and fans_out(graph, link.tail) else None for link in dot_input.links]
    edges = [(arg, node) for node, args in enumerate(graph.args) for arg in args]
    plain = {n: box for n, (edge, box) in enumerate(dot_input.middle.items()) if not _is_labelled(labels, edge)}
    second_links = [[2 * edge + 1 for edge in together] for together in parallel]
    sorted_routes = sorted_ends(graph, dot_input.middle, placement, upright, plain)
    filled = _filled(obstacles, dot_input.cells, upright)
    routes = smoothed(sorted_routes, ends, obstacles, direction, fans, second_links, filled)
    fixed = {*plain, *(edge for together in parallel for edge in together)}
    movable = {n: box for n, box in enumerate(dot_input.middle.values()) if n not in fixed and fans[2 * n] is None}
    fanned = {n: box for n, box in enumerate(dot_input.middle.values()) if n not in plain and fans[2 * n] is not None}
    placement = replace(placement, routes=tuple(routes))
    placement, obstacles = levelled(placement, edges, movable, fanned, obstacles, direction)
    filled = _filled(obstacles, dot_input.cells, upright)
    routes = freely_led(placement.routes, edges, plain, obstacles, filled, direction)
    placement, empty = replace(placement, routes=tuple(routes)), set(plain.values())
    filled = [_NOWHERE if number in empty else box for number, box in enumerate(filled)]
    return level_inputs(placement, ends, side_by_side(graph), plain, obstacles, filled, direction)


def _is_labelled(labels: GraphLabels, edge: tuple[int, int]) -> bool:
    """Whether something stands at an edge."""
    if edge not in labels.edges:
        return False
    texts = labels.edges[edge]
    return any(label.runs for label in (texts.local, texts.number, texts.contribution, texts.shape))


def _parallel(graph: Graph) -> list[list[int]]:
    """Graph → the numbers of edges that lead from one node to another together with others, by these nodes."""
    together: dict[tuple[int, int], list[int]] = {}
    edges = ((arg, node) for node, args in enumerate(graph.args) for arg in args)
    for number, edge in enumerate(edges):
        together.setdefault(edge, []).append(number)
    return [numbers for numbers in together.values() if len(numbers) > 1]


def numbered(graph: Graph) -> Iterator[tuple[int, ...]]:
    """Graph → the results of one depth that differ in the number of their example alone, as z⁽¹⁾ and z⁽²⁾, in order."""
    depth, series = depths(graph), dict[tuple[object, int], list[int]]()
    for node, name in graph.given_names.items():
        match = _NUMBERED.fullmatch(name)
        if match and graph.ops[node] is not None:
            series.setdefault((match[1], depth[node]), []).append(node)
    yield from (tuple(nodes) for nodes in series.values() if len(nodes) > 1)


def _node(
    graph: Graph, node: int, dot_input: DotInput, placement: Placement, labels: GraphLabels, upright: bool,
    stacked: bool, end: Point | None,
) -> Node:  # fmt: skip
    """A node in the middle of its cell, but for what is behind it; `end` of the cell, where edges leave, is its dot."""
    (x, y), behind = placement.centres[node], dot_input.cells[node].behind
    middle = (x, y - behind) if upright else (x - behind, y)
    dot = end if fans_out(graph, node) else None
    return node_parts.place_node(node, dot_input.outlines[node], middle, labels, upright, dot, stacked)


def _titled(titles: list[Label], placement: Placement) -> tuple[tuple[Rect, Placed], ...]:
    """Titles of the frames → the frames, each with its title in its place."""
    return tuple(
        (rect, Placed(title, rect[0] + 8, rect[1] + 8 - title.box[1]))
        for rect, title in zip(placement.frames, titles, strict=True)
    )


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


def _disorder(graph: Graph, middle: dict[tuple[int, int], int], placement: Placement, axis: int) -> int:
    """Layout → how far edges side by side are from the order of the formula: 2 for two of results that have changed
    places, 1 for others, nothing for a constant."""
    return sum(
        1 + (graph.ops[args[slot]] is not None and graph.ops[args[slot + 1]] is not None)
        for node, args in enumerate(graph.args)
        for slot in range(len(args) - 1)
        if args[slot] != args[slot + 1] and graph.constants.keys().isdisjoint(args[slot : slot + 2])
        if placement.centres[middle[node, slot]][axis] > placement.centres[middle[node, slot + 1]][axis]
    )


def _filled(rects: list[Rect], cells: Sequence[node_parts.Cell], upright: bool) -> list[Rect]:
    """All boxes, those of nodes first, and the cells of these → the boxes without ends in which only a line runs."""
    filled = list(rects)
    for node, cell in enumerate(cells):
        x0, y0, x1, y1 = rects[node]
        filled[node] = (x0, y0, x1, y1 - cell.stem) if upright else (x0, y0, x1 - cell.stem, y1)
    return filled
