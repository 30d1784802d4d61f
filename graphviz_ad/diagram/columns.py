"""Inputs of one column (one row from top to bottom) → their outlines under each other, also where values fan out.

The cell of a fan-out reaches far behind its node, and dot puts the middles of cells under each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, permutations

import numpy as np

from graphviz_ad.diagram.crossings import pieces
from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.nodes import Cell
from graphviz_ad.diagram.smooth import BUS_EDGES, Rect
from graphviz_ad.graph.graph import Graph

_TRUNKS_APART_PT = 16.0
"""Between the lines in which the edges of two inputs leave: as much as their corners are round."""
_MORE_BETWEEN_PT = 26.0
"""How much farther apart columns stand, at most, where there is room: then their lines bend as gently as in a picture
with room on all sides."""
_CLEARANCE_PT = 3.0
"""Between an input that is moved and what it passes: as lines keep from boxes."""


def with_room_before(graph: Graph, cells: Sequence[Cell], upright: bool) -> list[Cell]:
    """Cells of nodes → the same, those of inputs that fan out with as much room before the node as any input has.

    So every input of their column can stand where they do.
    """
    inputs = [node for node, args in enumerate(graph.args) if not args]
    room = max((_before(cells[node], upright) for node in inputs), default=0.0)
    roomy = list(cells)
    for node in inputs:
        cell = cells[node]
        if cell.behind and (more := room - _before(cell, upright)) > 0:
            wide, high = (cell.width, cell.height + more) if upright else (cell.width + more, cell.height)
            roomy[node] = cell._replace(width=wide, height=high, behind=cell.behind - more / 2)
    return roomy


def side_by_side(graph: Graph) -> set[int]:
    """Graph → the inputs whose edges leave in lines side by side: several read many of the same nodes."""
    inputs = [node for node, args in enumerate(graph.args) if not args and len(graph.consumers[node]) >= BUS_EDGES]
    readers = {node: {reader for reader, _ in graph.consumers[node]} for node in inputs}
    pairs = permutations(inputs, 2)
    return {node for node, other in pairs if len(readers[node] & readers[other]) > 1}


def with_trunks_apart(graph: Graph, cells: Sequence[Cell], upright: bool) -> list[Cell]:
    """Cells of nodes → the same, those of inputs that many of the same nodes read each reaching farther than the last.

    So the lines in which their edges leave run side by side.
    """
    apart = list(cells)
    reach = 0.0
    for node in sorted(side_by_side(graph), key=lambda node: (-_along(cells[node], upright), node)):
        reach = reach + 2 * _TRUNKS_APART_PT if reach else _along(cells[node], upright)
        more = reach - _along(cells[node], upright)
        cell = cells[node]
        wide, high = (cell.width, cell.height + more) if upright else (cell.width + more, cell.height)
        apart[node] = cell._replace(width=wide, height=high, behind=cell.behind + more / 2, stem=cell.stem + more)
    return apart


def widened(placement: Placement, boxes: Sequence[Rect], more: float) -> Placement:
    """Layout from left to right, its boxes, and how much wider it may be → the same, its columns farther apart."""
    spans = sorted((left, right) for left, _, right, _ in boxes)
    ends = accumulate((right for _, right in spans), max)
    between = [(end, begin) for end, (begin, _) in zip(ends, spans[1:]) if begin > end]
    if not between:
        return placement
    by = min(more / len(between), _MORE_BETWEEN_PT)
    before = [0.0, *(x for pair in between for x in pair), placement.width]
    after = [x + by * (number // 2) for number, x in enumerate(before)]

    def led(points: Sequence[Point]) -> tuple[Point, ...]:
        along = np.interp([x for x, _ in points], before, after).tolist()
        return tuple(zip(along, [y for _, y in points], strict=True))

    return replace(
        placement, centres=led(placement.centres), routes=tuple(map(led, placement.routes)),
        frames=tuple((*led([(x0, y0)])[0], *led([(x1, y1)])[0]) for x0, y0, x1, y1 in placement.frames),
        width=after[-1],
    )  # fmt: skip


def _along(cell: Cell, upright: bool) -> float:
    """Cell of a node → how long it is along the direction of the graph."""
    return cell.height if upright else cell.width


def _before(cell: Cell, upright: bool) -> float:
    """Cell of a node → how far it reaches from the middle of the node against the direction of the graph."""
    return (cell.height if upright else cell.width) / 2 - cell.behind


def aligned(
    graph: Graph, cells: Sequence[Cell], placement: Placement, rects: Sequence[Rect], upright: bool
) -> list[Cell]:
    """Cells of nodes, and all boxes in their places → the cells, in which inputs stand as far ahead as one of theirs.

    An input stays where it is if something else is in its way.
    """
    axis = 1 if upright else 0
    columns: dict[float, list[int]] = {}
    for node, args in enumerate(graph.args):
        if not args:
            columns.setdefault(round(placement.centres[node][axis], 1), []).append(node)
    moved = list(cells)
    for column in columns.values():
        first = min(placement.centres[node][axis] - cells[node].behind for node in column)
        for node in column:
            by = placement.centres[node][axis] - cells[node].behind - first
            if by > 0 and _is_free(_strip(rects[node], by, axis), node, placement, rects):
                moved[node] = cells[node]._replace(behind=cells[node].behind + by)
    return moved


def _strip(rect: Rect, by: float, axis: int) -> Rect:
    """Box, and how far its node is moved ahead → what it moves into."""
    low = rect[axis] - by - _CLEARANCE_PT
    if axis:
        return rect[0] - _CLEARANCE_PT, low, rect[2] + _CLEARANCE_PT, rect[1]
    return low, rect[1] - _CLEARANCE_PT, rect[0], rect[3] + _CLEARANCE_PT


def _is_free(strip: Rect, node: int, placement: Placement, rects: Sequence[Rect]) -> bool:
    """Whether no box but the node's own, and no line, is in a strip."""
    x0, y0, x1, y1 = strip
    others = [rect for number, rect in enumerate(rects) if number != node]
    others += [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for route in placement.routes
        for a, b in pieces(route)
    ]
    return not any(left < x1 and x0 < right and top < y1 and y0 < bottom for left, top, right, bottom in others)
