"""Graph and labels → a draft: where dot puts what stands in the picture, before its lines are led."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphviz_ad.diagram.annotations import Marks
from graphviz_ad.diagram.columns import side_by_side
from graphviz_ad.diagram.crossings import crossings, least_crossed
from graphviz_ad.diagram.dot_input import DotInput, depths, dot_input_of
from graphviz_ad.diagram.layout import Box, Direction, GroupFrame, Placement, Rank, place
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.siblings import in_order
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.smooth import straight as straight_line
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.graph.graph import Graph

_NUMBERED = re.compile(r"(.+\^\{.*)\(\d+\)\}")
"""A name with the number of an example above: z^{(1)}, a^{[2](1)}."""
_COMPACT_GAPS_PT, _SNUG_GAPS_PT = {"gap": 6.0, "rank_gap": 9.0}, {"gap": 6.0, "rank_gap": 8.0}
"""Distances of boxes where there is little room: less than half of the usual 16 and 28 (`layout.place`); arrowheads are
8 long."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What Graphviz was to place, and where it did: `titles` of frames, `parallel` edges, whether numbers are
    `stacked`."""

    graph: Graph
    labels: GraphLabels
    dot_input: DotInput
    placement: Placement
    titles: list[Label]
    parallel: list[list[int]]
    direction: Direction
    stacked: bool

    @property
    def upright(self) -> bool:
        """Whether the graph goes from top to bottom."""
        return self.direction == "TB"

    @property
    def rects(self) -> list[Rect]:
        """The boxes in their places."""
        return _rects(self.dot_input.boxes, self.placement)


def draft_of(
    graph: Graph, labels: GraphLabels, *, direction: Direction, seconds: float, marks: Marks, compact: bool = False,
    stacked: bool = False, straight: bool = False, turned: bool = False, uneven: bool = False,
    snug: bool = False,
) -> Draft:  # fmt: skip
    """Graph, its labels, and what is said about its nodes → the draft; the rest is as in `scene.build_scene`."""
    upright = direction == "TB"
    stacked = stacked and not upright
    dot_input = dot_input_of(graph, labels, upright, stacked, frozenset(marks.first), straight, turned, uneven, snug)
    numbers, frames = _frames(graph, labels, dot_input.middle)
    gaps = _SNUG_GAPS_PT if compact and snug else _COMPACT_GAPS_PT if compact else {}
    ranks = [Rank(rank, marks.first, True) if {*marks.first} & {*rank} else Rank(rank) for rank in marks.ranks]
    ranks += [Rank(nodes, nodes) for nodes in numbered(graph) if not marks.ranks]
    middles, parallel = list(dot_input.middle.values()), _parallel(graph)
    beside = [] if frames else [Rank(tuple(middles[edge] for edge in together)) for together in parallel]

    lines = side_by_side(graph)
    buses = [arg in lines and is_first for args in graph.args for arg in args for is_first in (True, False)]

    alike = [key for node, args in enumerate(graph.args) for arg in args for key in (arg, (arg, node))]

    def crossed(placement: Placement) -> int:
        """How often lines cross, as dot leads them or straight ones: they are led anew, and then as either."""
        at = placement.centres
        lines = [straight_line(at[link.tail], at[link.head]) for link in dot_input.links]
        return min(crossings(lines, buses), crossings(placement.routes, buses, alike))

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
    return Draft(graph, labels, dot_input, placement, titles, parallel, direction, stacked)


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


def titled(titles: list[Label], placement: Placement) -> tuple[tuple[Rect, Placed], ...]:
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
