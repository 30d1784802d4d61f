"""Labels and layout → where everything stands: one geometry for all frames of a deck."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.annotations import NO_MARKS, Marks
from graphviz_ad.diagram.columns import aligned
from graphviz_ad.diagram.dot_input import DotInput, fans_out
from graphviz_ad.diagram.drafts import Draft, draft_of, titled
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.highlight import MarkedPart, marked_part
from graphviz_ad.diagram.layout import Direction, Placement, Point
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.routing import Routed, calmly_routed, routed
from graphviz_ad.diagram.row_wrap import Span, folded
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph

__all__ = ["Edge", "Node", "Placed", "Scene", "build_scene", "require_drawable"]


@dataclass(frozen=True, slots=True)
class Scene:
    """The geometry of the graph, without frame and captions; whether it is in rows, between which edges lead back."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[tuple[Rect, Placed], ...]
    width: float
    height: float
    note: str | None
    parts: tuple[MarkedPart, ...] = ()
    is_in_rows: bool = field(default=False, kw_only=True)


def require_drawable(graph: Graph) -> None:
    """Raise LimitError where the graph has more nodes than are drawn."""
    if len(graph) > graph.limits.drawn:
        raise LimitError(
            f"the graph has {len(graph)} nodes; up to {graph.limits.drawn} are drawn without asking",
            hint="close parts of it with --detail or --close NAME, or raise --max-drawn (Limits(drawn=…) in Python)",
        )


def build_scene(
    graph: Graph, labels: GraphLabels, *, direction: Direction = "LR", seconds: float = 10.0, fit: Span | None = None,
    marks: Marks = NO_MARKS, shown: GraphLabels | None = None, compact: bool = False,
) -> Scene:  # fmt: skip
    """Graph, its labels, and what is said about its nodes → the scene; Graphviz is called once.

    With `fit`, which says how wide a slide must be for a width and height, the scene is compact: nodes stand closer
    together, and from left to right a long graph is folded into rows. With `shown` these labels stand in the places
    that are made for `labels`. With `compact` nodes stand closer together, but in no rows.
    """
    draft = draft_of(graph, labels, direction=direction, seconds=seconds, marks=marks, compact=compact or bool(fit))
    lines = calmly_routed(draft, routed(draft), thorough=False)
    return scene_of(draft, lines, in_rows(draft, lines, fit), marks=marks, shown=shown)


def in_rows(draft: Draft, lines: Routed, fit: Span | None) -> Placement:
    """Draft, its lines, and for what it is to be folded → the layout in rows, where that is asked for."""
    if not fit or draft.upright:
        return lines.placement
    boxes, leaves = lines.obstacles[: len(draft.dot_input.boxes)], _leaves(draft.graph, lines.placement)
    return folded(lines.placement, boxes, fit, leaves, len(draft.graph))


def scene_of(
    draft: Draft, lines: Routed, placement: Placement, *, marks: Marks, shown: GraphLabels | None
) -> Scene:  # fmt: skip
    """Draft, its lines, and the layout, maybe in rows → the scene; the rest is as in `build_scene`."""
    graph, labels, upright, stacked = draft.graph, draft.labels, draft.upright, draft.stacked
    dot_input = draft.dot_input
    cells = aligned(graph, dot_input.cells, lines.placement, lines.obstacles, upright)
    dot_input = replace(dot_input, cells=cells)
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
            carries = (node, slot) in labels.edges
            edge = Edge(node, slot, arg, points, None, None, None, None, carries=carries)
            if carries:
                at = dot_input.line_at((node, slot), placement, upright)
                edge = edge_parts.labelled(edge, labels.edges[node, slot], at, upright, stacks.get((node, slot), False))
            drawn.append(edge)
    return Scene(
        nodes, tuple(drawn), titled(draft.titles, placement), placement.width, placement.height, placement.note,
        tuple(marked_part(nodes, drawn, part) for part in marks.parts), is_in_rows=placement is not lines.placement,
    )  # fmt: skip


def _node(
    graph: Graph, node: int, dot_input: DotInput, placement: Placement, labels: GraphLabels, upright: bool,
    stacked: bool, end: Point | None,
) -> Node:  # fmt: skip
    """A node in the middle of its cell, but for what is behind it; `end` of the cell, where edges leave, is its dot."""
    (x, y), cell = placement.centres[node], dot_input.cells[node]
    middle = (x + cell.off, y - cell.behind) if upright else (x - cell.behind, y + cell.off)
    dot = end if fans_out(graph, node) else None
    return node_parts.place_node(node, dot_input.outlines[node], middle, labels, upright, dot, stacked)


def _leaves(graph: Graph, placement: Placement) -> list[tuple[int, int]]:
    """The inputs and constants, each with the one of its readers that stands first."""
    return [
        (node, min((reader for reader, _ in graph.consumers[node]), key=lambda reader: placement.centres[reader][0]))
        for node, args in enumerate(graph.args)
        if not args and graph.consumers[node]
    ]
