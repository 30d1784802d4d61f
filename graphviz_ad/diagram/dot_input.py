"""Graph and labels → what Graphviz is to place: a box for each node and each edge, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.arriving import says_nothing, symmetric
from graphviz_ad.diagram.columns import with_room_before, with_trunks_apart
from graphviz_ad.diagram.layout import Box, Link, Placement, Point
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.graph.graph import Graph

_WEIGHT_MAIN, _WEIGHT_INNER, _WEIGHT_LEAF, _WEIGHT_SHARED = 9, 4, 2, 1
"""How much an edge pulls its ends together: on the main path, between operations, from an input that is used
once, and from one that is used several times, which then stands where most of its uses are. To dot only the ratios
count: each is at least twice the next."""
_ENDS_PT, _SNUG_ENDS_PT = 4.0, 2.0
"""Before and behind a node, or labels on an edge, in a graph from left to right: there is the distance of two columns
too. Where it is snug the band of an edge at work may touch the end of a label."""


@dataclass(frozen=True, slots=True)
class DotInput:
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


def dot_input_of(
    graph: Graph, labels: GraphLabels, upright: bool, stacked: bool, first: frozenset[int], straight: bool = False,
    turned: bool = False, uneven: bool = False, snug: bool = False,
) -> DotInput:  # fmt: skip
    """Graph and labels → boxes and links; edges in the order of nodes and slots. What reads one of `first` keeps their
    order instead of its own. With `straight` the main path goes on to an input, where a graph is flatter for it. With
    `turned` edges come in from the last to the first where their order says nothing, with `uneven` a node is no higher
    on either side than what stands there, with `snug` there is less room between columns."""
    outlines = [node_parts.outline(graph, node, labels.nodes[node], upright) for node in range(len(graph))]
    depth, ends = depths(graph), _SNUG_ENDS_PT if snug else _ENDS_PT
    main = _main_path(graph, depth, straight)
    ports: list[tuple[int, ...]] = []
    for node, (_, width, height) in enumerate(outlines):
        of_args = [] if symmetric(graph, node) else _straightness(graph, depth, graph.args[node])
        side = -1 if turned and says_nothing(graph, node) else 1
        ports.append(node_parts.ports(of_args[::side], width if upright else height)[::side])
    cells = [
        node_parts.cell(
            outline, labels.nodes[node], labels.unknown, upright, fans_out(graph, node), stacked, uneven, ends
        )
        for node, outline in enumerate(outlines)
    ]
    cells = with_trunks_apart(graph, with_room_before(graph, cells, upright), upright)
    boxes = [
        Box(
            cell.width, cell.height, node in main, _places(ports[node], cell.off),
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
            off, tail_off = cells[node].off, cells[arg].off
            port = ports[node][slot] + off if ports[node] else off or None
            edge_labels = labels.edges.get((node, slot))
            middle[node, slot] = len(boxes)
            wide, high, at = edge_parts.cell(edge_labels, upright, stacked, ends) if edge_labels else (1.0, 1.0, 0)
            line = at or None
            links.append(Link(arg, len(boxes), weight, port=line, tail_port=tail_off or None))
            links.append(Link(len(boxes), node, weight, port=port, tail_port=line))
            boxes.append(Box(wide, high, node in main and arg in main, (at,) if at else ()))
            lines[node, slot] = at
    return DotInput(outlines, cells, boxes, links, middle, lines)


def _places(ports: tuple[int, ...], off: int) -> tuple[int, ...]:
    """Where edges come in, from the middle of an outline, and how far that is from the middle of its cell → where edges
    come in and go out, from the middle of the cell."""
    return tuple(sorted({*(port + off for port in ports), *([off] if off else [])}))


def _straightness(graph: Graph, depth: list[int], args: tuple[int, ...]) -> list[int]:
    """Arguments of a node → how deep each is; of several inputs those that something else reads too come last."""
    return [2 * depth[arg] - (graph.ops[arg] is None and fans_out(graph, arg)) for arg in args]


def _takes_inputs(graph: Graph, node: int) -> bool:
    """Whether all arguments of a node are inputs that nothing else reads: they stand in the order of the formula."""
    args = graph.args[node]
    return len(args) > 1 and all(graph.ops[arg] is None and len(graph.consumers[arg]) == 1 for arg in args)


def _weight(graph: Graph, arg: int, main: bool) -> int:
    """Edge from `arg` → how much it pulls."""
    if main:
        return _WEIGHT_MAIN
    if graph.ops[arg] is not None:
        return _WEIGHT_INNER
    return _WEIGHT_LEAF if len(graph.consumers[arg]) == 1 else _WEIGHT_SHARED


def depths(graph: Graph) -> list[int]:
    """For every node, the length of the longest path into it."""
    depth = [0] * len(graph)
    for node, args in enumerate(graph.args):
        depth[node] = 1 + max((depth[arg] for arg in args), default=0)
    return depth


def _main_path(graph: Graph, depth: list[int], straight: bool) -> set[int]:
    """The longest path into the output, as far back as one argument is the deepest: it is kept on one line.

    What arguments of one depth lead to stands between them, unless the path goes straight on.
    """
    path, node = {graph.output}, graph.output
    while graph.args[node]:
        deepest = max(depth[arg] for arg in graph.args[node])
        before = {arg for arg in graph.args[node] if depth[arg] == deepest}
        if len(before) > 1 and not straight:
            break
        node = min(before, key=graph.args[node].index)
        path.add(node)
    return path


def fans_out(graph: Graph, node: int) -> bool:
    """Whether several edges lead from a node."""
    return len(graph.consumers[node]) > 1
