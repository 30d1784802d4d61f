"""Parts of a picture that are marked → the ground on which each stands: one area, or as many as keep off all else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Node, note_frame
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.diagram.typeset import union

PADDING_PT = 5.0
"""Round what is marked: as much as is kept free round nodes and labels (`nodes`, `edges`), so it reaches nothing."""
RIM_PT = 1.6
"""Width of the line round the ground: between an outline at rest (1.4) and one at work (2.6)."""
BAND_PT = 18.0
"""Width of the ground along an edge whose ends stand apart: more than twice the band of an edge at work, 8 wide."""
CORNER_PT = 9.0
"""Radius of the ground's corners: half of a node's, so that it is not read as one."""
STRONGER_PT = 1.2
"""By how much outlines and lines of the part are wider: nearly twice the usual 1.4, which is seen without colour."""


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """Nodes of a picture and the edges between them, on a ground of areas and lines (Bézier points)."""

    nodes: frozenset[int]
    edges: frozenset[tuple[int, int]]
    areas: tuple[Rect, ...]
    lines: tuple[tuple[Point, ...], ...]


def marked_part(nodes: Sequence[Node], edges: Sequence[Edge], marked: frozenset[int]) -> MarkedPart:
    """Nodes and edges in their places, and ids of nodes → the part they are, with its ground.

    One area where nothing else stands in it; otherwise one for each node and label, and lines along the edges.
    """
    between = [edge for edge in edges if edge.node in marked and edge.arg in marked]
    own = [node_rect(node) for node in nodes if node.id in marked]
    own += [rect for edge in between if (rect := label_rect(edge))]
    others = [node_rect(node) for node in nodes if node.id not in marked]
    others += [rect for edge in edges if edge not in between and (rect := label_rect(edge))]
    names = frozenset((edge.node, edge.slot) for edge in between)
    whole = _padded(union([*own, *(_line_rect(edge.points) for edge in between)]))
    if not any(overlap(whole, other) for other in others):
        return MarkedPart(marked, names, (whole,), ())
    return MarkedPart(marked, names, tuple(map(_padded, own)), tuple(edge.points for edge in between))


def node_rect(node: Node) -> Rect:
    """Node → the area of its outline and its labels."""
    half_width, half_height = node.width / 2, node.height / 2
    rects = [(node.x - half_width, node.y - half_height, node.x + half_width, node.y + half_height)]
    rects += [(*node.dot, *node.dot)] if node.dot else []
    placed = (node.name, node.value, *node.backward_labels)
    rects += [label.rect for label in placed if label and label.label.runs]
    return union([*rects, note_frame(node.note)] if node.note else rects)


def label_rect(edge: Edge) -> Rect | None:
    """Edge → the area of its labels, None where it has none."""
    labels = (edge.local, edge.number, edge.contribution, edge.shape)
    rects = [placed.rect for placed in labels if placed and placed.label.runs]
    return union(rects) if rects else None


def _line_rect(points: Iterable[Point]) -> Rect:
    """Bézier points → the area they are in, which holds the line."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _padded(rect: Rect) -> Rect:
    return rect[0] - PADDING_PT, rect[1] - PADDING_PT, rect[2] + PADDING_PT, rect[3] + PADDING_PT


def overlap(first: Rect, second: Rect) -> bool:
    """Two areas → whether they have a part in common."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def stronger(stroke: Stroke) -> Stroke:
    """Line of a node or an edge → the same in a marked part."""
    return replace(stroke, width=stroke.width + STRONGER_PT)
