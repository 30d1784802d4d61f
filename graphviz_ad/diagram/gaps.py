"""Lines that cross → where the one below is left out a little, so that nobody takes the crossing for a branch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from graphviz_ad.diagram.crossings import sampled
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Node, stem
from graphviz_ad.diagram.ways import Array

Gap = tuple[Point, Point]
"""Ends of the piece of the upper line beside which the other is left out."""
Gaps = dict[int, list[Gap]]
"""Gaps by the number of the line that is above them."""

WIDTH_PT = 6.5
"""Width of what hides a line where another crosses it: nearly as wide as an arrowhead."""
_HALF_PT = 5.0
"""From a crossing to the end of its gap."""
_STRAIGHT = 1.0
"""Area between the directions of two gaps up to which they are on one line, in points of both."""
_STRAIGHT_SHARE = 0.7
"""Of a line that is straight up to the arrowhead, where it may turn into the direction of the graph."""
_MAX_EDGES = 60
"""Edges up to which crossings are looked for: of more nobody follows one."""
_SAMPLES = 16
"""Straight pieces that stand for a Bézier curve."""
_FROM_END_PT = 9.0
"""What is nearer to an end of a line is covered by an arrowhead or a dot."""


def gaps(edges: Sequence[Edge], nodes: Iterable[Node]) -> tuple[Gaps, Gaps]:
    """Edges and nodes → by number of the edge, and by number of the node whose value fans out, the gaps below its line.

    Of two edges that over which a gradient goes is above, and else the one that leaves the later node; the line from a
    node to its dot is above all. Two straight lines have none: it is seen that neither branches.
    """
    of_edges, of_stems = Gaps(), Gaps()
    if not 0 < len(edges) <= _MAX_EDGES:
        return of_edges, of_stems
    lines = [sampled([edge.points], _SAMPLES)[1] for edge in edges]
    straight = list(map(_is_straight, lines))
    for above, edge in enumerate(edges):
        for below, other in enumerate(edges):
            if other.arg != edge.arg and _height(other) < _height(edge) and not (straight[above] and straight[below]):
                for gap in _crossed(lines[above], lines[below]):
                    of_edges.setdefault(above, []).append(gap)
    for node in nodes:
        if node.dot is not None:
            line = np.array([[stem(node, node.dot), node.dot]])
            for edge, pieces in zip(edges, lines, strict=True):
                if edge.arg != node.id:
                    of_stems.setdefault(node.id, []).extend(_crossed(line, pieces))
    for of in (of_edges, of_stems):
        of.update({number: _joined(pieces) for number, pieces in of.items()})
    return of_edges, of_stems


def _is_straight(line: Array) -> bool:
    """Whether nearly all of a line has the direction in which it begins, neither along the graph nor across it."""
    dx, dy = line[0, 1] - line[0, 0]
    lengths, (along, across) = np.hypot(*(line[:, 1] - line[:, 0]).T), (line[:, 1] - line[0, 0]).T
    is_on_it = np.abs(along * dy - across * dx) < _STRAIGHT * math.hypot(dx, dy)
    return bool(dx and dy and lengths[is_on_it].sum() > _STRAIGHT_SHARE * lengths.sum())


def _joined(pieces: Sequence[Gap]) -> list[Gap]:
    """Gaps below one line → the same, those that overlap in one direction as one: where many lines run side by side."""
    joined: list[Gap] = []
    for start, end in sorted(pieces):
        if joined:
            (x, y), (u, v) = joined[-1]
            direction = (u - x) * (end[1] - start[1]) - (v - y) * (end[0] - start[0])
            if math.dist((u, v), start) <= 2 * _HALF_PT and x <= start[0] <= u and abs(direction) < _STRAIGHT:
                joined[-1] = (x, y), max((u, v), end)
                continue
        joined.append((start, end))
    return joined


def painting_order(edges: Sequence[Edge]) -> list[int]:
    """Edges → their numbers in the order in which they are painted: at last those of later nodes, with gradients."""
    return sorted(range(len(edges)), key=lambda number: (*_height(edges[number]), number))


def _height(edge: Edge) -> tuple[bool, int]:
    """Edge → a key by which those above others are later."""
    return edge.carries, edge.arg


def _crossed(line: Array, other: Array) -> list[Gap]:
    """Pieces of a line, and of another below it → the gaps of that."""
    if not _meet(line, other):
        return []
    (a, b), (c, d) = line[:, None].transpose(2, 0, 1, 3), other[None].transpose(2, 0, 1, 3)
    along, across = b - a, d - c
    turn = along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((c - a)[..., 0] * across[..., 1] - (c - a)[..., 1] * across[..., 0]) / turn
        u = ((c - a)[..., 0] * along[..., 1] - (c - a)[..., 1] * along[..., 0]) / turn
    crossings = []
    for piece, number in np.argwhere((t >= 0) & (t < 1) & (u >= 0) & (u < 1)):
        start, end = line[piece]
        x, y = start + t[piece, number] * (end - start)
        length = math.dist(start, end)
        near = min(math.dist((x, y), point) for point in (line[0, 0], line[-1, 1], other[0, 0], other[-1, 1]))
        if near < _FROM_END_PT or not length:
            continue
        dx, dy = _HALF_PT * (end - start) / length
        crossings.append(((float(x - dx), float(y - dy)), (float(x + dx), float(y + dy))))
    return crossings


def _meet(line: Array, other: Array) -> bool:
    """Whether the boxes round two lines meet."""
    (low, high), (other_low, other_high) = ((part.min(axis=(0, 1)), part.max(axis=(0, 1))) for part in (line, other))
    return bool((low <= other_high).all() and (other_low <= high).all())
