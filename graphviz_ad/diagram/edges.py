"""Edges of a picture: their lines from outline to outline, and the places of their labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import SPACE_PT, Node, Placed, corner, middle
from graphviz_ad.diagram.smooth import straight
from graphviz_ad.diagram.typeset_labels import EdgeLabels

_LABEL_GAP_PT = 6.0
"""Between a line and its labels: half of the band that marks a line at work, 8 wide (`paint`), and 2 more."""
_BAND_PT = 5.0
"""Round the labels of an edge, so that the band of another, of which half is 4, just passes them."""
_STACK_GAP_PT = 5.0
"""Between the symbol of a derivative and its number below it: less than to the line, so that they read as one."""
_MAX_LETTER_PT = 24.0
"""Width up to which a symbol has its number beside it, though others have it below: that of a letter with an index."""
_SHAPE_GAP_PT = 10.0
"""Between a derivative and the space it is of: three quarters of an em of its type, or it would read as a factor."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge in the picture: a Bézier path from argument to operation, and its labels.

    `local` stands above the line and `number` behind it, `contribution` below it; `middle` is the point between them.
    `carries` says whether a gradient goes over it, or a tangent.
    """

    node: int
    slot: int
    arg: int
    points: tuple[Point, ...]
    local: Placed | None
    number: Placed | None
    contribution: Placed | None
    shape: Placed | None
    middle: Point | None = None
    carries: bool = False


def joined(first: tuple[Point, ...], second: tuple[Point, ...]) -> tuple[Point, ...]:
    """Two halves of an edge, and the straight piece between them under its label."""
    return (*first[:-1], *straight(first[-1], second[0]), *second[1:])


def attached(points: tuple[Point, ...], tail: Node, head: Node, upright: bool) -> tuple[Point, ...]:
    """A route from cell to cell → from outline to outline: it goes straight on through the cells' edges.

    Where the tail has a dot it begins there.
    """

    def flip(point: Point) -> Point:
        return (point[1], point[0]) if upright else point

    line = [flip(point) for point in points]
    stop = straight(line[-1], _outline_at(head, line[-1], upright, -1))
    first = line[:1] if tail.dot else straight(_outline_at(tail, line[0], upright, 1), line[0])
    return tuple(map(flip, (*first, *line[1:-1], *stop)))


def _outline_at(node: Node, at: Point, upright: bool, side_of: int) -> Point:
    """Where a line along the direction of the graph, at the height of a point, meets the node's outline."""
    along, across = (node.y, node.x) if upright else (node.x, node.y)
    half, side = (node.height / 2, node.width / 2) if upright else (node.width / 2, node.height / 2)
    radius = corner(node.form, node.width, node.height)
    off = max(0.0, abs(at[1] - across) - (side - radius))  # into the round of a corner
    half -= radius - math.sqrt(max(0.0, radius * radius - off * off))
    return along + side_of * half, at[1]


class Cell(NamedTuple):
    """Width and height of the labels of an edge, and how far its line runs from the middle, across the direction."""

    width: float
    height: float
    off: int


def cell(labels: EdgeLabels, upright: bool, stacked: bool, ends: float) -> Cell:
    """Labels of an edge → their cell, with as much room on each side of the line as stands there, and with `ends`
    before and behind them from left to right."""
    high = max(label.height for label in (labels.local, labels.number, labels.shape))
    stacked = is_stacked(labels, stacked)
    if stacked:
        high = max(labels.local.height, labels.shape.height) + _STACK_GAP_PT + labels.number.height
    wide, low = _over_width(labels, stacked), labels.contribution.height
    if upright:
        before, behind = wide + 2 * _LABEL_GAP_PT, labels.contribution.ink_width + 2 * _LABEL_GAP_PT
        return Cell(before + behind, max(high, low) + 2 * _BAND_PT, round((before - behind) / 2))
    before, behind = high + _LABEL_GAP_PT + _BAND_PT, low + (_LABEL_GAP_PT if low else 0.0) + _BAND_PT
    return Cell(max(wide, labels.contribution.ink_width) + 2 * ends, before + behind, round((before - behind) / 2))


def is_stacked(labels: EdgeLabels, stacked: bool) -> bool:
    """Whether the number of a derivative stands under its symbol: where it may, and there are both, not of a letter."""
    return bool(stacked and labels.number.runs and labels.local.width > _MAX_LETTER_PT)


def _over_width(labels: EdgeLabels, stacked: bool) -> float:
    """Width of what stands above a line: the derivative as symbol and number, and the space it comes from."""
    wide = labels.local.width + (_before_shape(labels) + labels.shape.ink_width if labels.shape.runs else 0.0)
    if stacked:
        return max(wide, labels.number.ink_width)
    return wide + (_before_number(labels) + labels.number.ink_width if labels.number.runs else 0.0)


def _before_number(labels: EdgeLabels) -> float:
    """The space between the symbol of a derivative and its number, where there are both."""
    return SPACE_PT if labels.local.runs else 0.0


def _before_shape(labels: EdgeLabels) -> float:
    """The space between a derivative and the space it is of, where there are both."""
    return _SHAPE_GAP_PT if labels.local.runs or labels.number.runs else 0.0


def labelled(edge: Edge, labels: EdgeLabels, centre: Point, upright: bool, stacked: bool = False) -> Edge:
    """The edge with its labels about the middle of its line: above and below it, or left and right of it.

    With `stacked` the number of the derivative stands under its symbol, where there are both.
    """
    if stacked and labels.number.runs and labels.local.runs:
        return _stacked(edge, labels, centre)
    x, y = centre
    over = _over_width(labels, stacked=False)
    low = max(labels.local.box[3], labels.number.box[3], labels.shape.box[3], 0.0)
    left, baseline = x - over / 2, y - _LABEL_GAP_PT - low
    first, second = x - labels.contribution.ink_width / 2, y + _LABEL_GAP_PT - labels.contribution.box[1]
    if upright:
        left, baseline = x - _LABEL_GAP_PT - over, y - middle(labels.local)[1]
        first, second = x + _LABEL_GAP_PT, y - middle(labels.contribution)[1]
    local = Placed(labels.local, left, baseline) if labels.local.runs else None
    left += labels.local.width
    number = shape = contribution = None
    if labels.number.runs:
        gap = _before_number(labels)
        number = Placed(labels.number, left + gap - labels.number.box[0], baseline)
        left += gap + labels.number.ink_width
    if labels.shape.runs:
        shape = Placed(labels.shape, left + _before_shape(labels) - labels.shape.box[0], baseline)
    if labels.contribution.runs:
        contribution = Placed(labels.contribution, first - labels.contribution.box[0], second)
    return replace(edge, local=local, number=number, shape=shape, contribution=contribution, middle=centre)


def _stacked(edge: Edge, labels: EdgeLabels, centre: Point) -> Edge:
    """The edge with its labels above and below its line, the number of the derivative under its symbol."""
    x, y = centre
    bottom = y - _LABEL_GAP_PT
    number = Placed(labels.number, x - middle(labels.number)[0], bottom - labels.number.box[3])
    bottom -= labels.number.height + _STACK_GAP_PT
    wide = labels.local.width + (_SHAPE_GAP_PT + labels.shape.ink_width if labels.shape.runs else 0.0)
    baseline = bottom - max(labels.local.box[3], labels.shape.box[3], 0.0)
    local = Placed(labels.local, x - wide / 2, baseline)
    beside = x - wide / 2 + labels.local.width + _SHAPE_GAP_PT - labels.shape.box[0]
    shape = Placed(labels.shape, beside, baseline) if labels.shape.runs else None
    contribution = None
    if labels.contribution.runs:
        contribution = Placed(
            labels.contribution, x - middle(labels.contribution)[0], y + _LABEL_GAP_PT - labels.contribution.box[1]
        )
    return replace(edge, local=local, number=number, shape=shape, contribution=contribution, middle=centre)
