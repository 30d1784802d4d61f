"""Edges that wind, cross others or run close beside them → calmer ones, with their labels where these lead.

dot leads an edge round boxes wherever its label stands. Here the label may stand where the edge goes round something,
and the edge is level there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import product
from operator import itemgetter

import numpy as np

from graphviz_ad.diagram.calmer_pairs import calm_pairs
from graphviz_ad.diagram.crossings import crossing_slants, sampled
from graphviz_ad.diagram.excess import BEFORE_HEAD_PT, BESIDE_COST, BESIDE_PT, CROSSING_COST, excess
from graphviz_ad.diagram.label_places import label_shifts, moved, shifted
from graphviz_ad.diagram.layout import Direction, Placement, Point
from graphviz_ad.diagram.levelled import APART_PT, FROM_TAIL_PT, with_room
from graphviz_ad.diagram.smooth import BUS_EDGES, Obstacles, Rect, flipped, flipped_box, is_free, straight
from graphviz_ad.diagram.unlabelled import parted
from graphviz_ad.diagram.ways import (
    NOWHERE,
    SAMPLE_PT,
    Curve,
    Ends,
    apart,
    efforts_of,
    lines_between,
    meet,
    spread,
)

_MAX_EDGES = 40
"""Edges of a graph up to which this is done: each takes some milliseconds, and longer in larger ones."""
_MAX_CALMED = 10
"""Edges of a graph that are looked at, the worst first."""
_OFF_BUS_COST = 20.0
"""What it costs that an edge of many from one node leaves apart from the others."""
_EXCUSED = 26.0
"""Cost beyond the direct way up to which an edge is not looked at: it turns twice, and once more a little."""
_TOUCHING_BOX_COST = 100.0
"""What it costs that an edge meets a box: more than a crossing."""
_MIN_GAIN = 10.0
"""By how much the cost falls, at least, where a line is led elsewhere: less is not seen."""
_TOUCHING_COST = 3.0
"""How much more it costs where they run into each other than a little within that distance."""
_ON_LINE_PT = 2.6
"""Nearer two lines from one dot are one line: half of that distance, and a little more."""
_BEHIND_DOT_PT = 45.0
"""Behind a dot lines may be near each other that leave there together."""
_ARROW_PT, _BESIDE_ARROW_PT = 9.0, 6.0
"""How long an arrowhead is, with a little more, and from it to lines that end elsewhere, beside what they keep from
boxes."""
_MAX_LOOKED_AT = 80
"""Lines of an edge of which it is looked at what they cross."""
_MAX_LINES = 4
"""Lines to and from each place of a label that are looked at."""


def calmed(
    placement: Placement, ends: Sequence[Ends], fixed: Collection[int], boxes: Sequence[Rect], filled: Sequence[Rect],
    direction: Direction, *, thorough: bool,
) -> tuple[Placement, list[Rect]] | None:  # fmt: skip
    """Layout, in which every edge has two links and a box between them → the layout with calmer edges, and its boxes;
    None where it stays as it is.

    Edges that are `fixed`, by their numbers, stay as they are. `filled` are the boxes without what only lines run in. A
    `thorough` search, which takes three times as long, moves labels while lines go round something, and edges in pairs.
    """
    if not 0 < len(ends) <= _MAX_EDGES or placement.frames:
        return None
    upright = direction == "TB"
    empty = {own.box for own in ends if own.is_plain}

    def seen(rects: Sequence[Rect]) -> list[Rect]:
        sides = map(flipped_box, rects) if upright else rects
        return [NOWHERE if box in empty else rect for box, rect in enumerate(sides)]

    calming = Calming(
        [tuple(map(flipped, route)) if upright else tuple(route) for route in placement.routes], ends,
        seen(boxes), seen(filled), placement.width if upright else placement.height, thorough,
    )  # fmt: skip
    if not calming.run(fixed):
        return None
    centres, rects = list(placement.centres), list(boxes)
    for box, shift in calming.moved.items():
        (x, y), (dx, dy) = centres[box], flipped(shift) if upright else shift
        centres[box], rects[box] = (x + dx, y + dy), shifted(rects[box], (dx, dy))
    routes = tuple(tuple(map(flipped, line)) if upright else line for line in calming.lines)
    return with_room(replace(placement, centres=tuple(centres), routes=routes), rects, upright)


class Calming:
    """Lines and boxes of a layout from left to right, while edges are led elsewhere in it."""

    def __init__(
        self, lines: list[Curve], ends: Sequence[Ends], boxes: list[Rect], filled: list[Rect], height: float,
        thorough: bool,
    ) -> None:  # fmt: skip
        self.lines, self.ends, self.boxes, self.filled, self.height = lines, ends, boxes, filled, height
        self.thorough = thorough
        self.moved: dict[int, Point] = {}
        self.tails, self.heads = np.array([own.tail for own in ends]), np.array([own.head for own in ends])
        self.in_bus = np.array([own.in_bus for own in ends])
        starts = [line[0][0] for line, own in zip(lines[::2], ends) if own.in_bus]
        self.bus_end = max(starts, default=0.0) + _BEHIND_DOT_PT  # up to there they run side by side

    def gather(self) -> None:
        """Pieces and points of all lines, each with the number of its edge."""
        of, self.pieces = sampled(self.lines)
        self.points, of_points = spread(self.lines)
        self.piece_edges, self.point_edges = of // 2, of_points // 2

    def run(self, fixed: Collection[int]) -> bool:
        """Numbers of edges that stay → whether any other is led elsewhere now."""
        costs = excess(self) + [self._touching(edge) for edge in range(len(self.ends))]
        worst = [edge for edge in np.argsort(-costs, kind="stable").tolist() if edge not in fixed]
        worst = [edge for edge in worst[:_MAX_CALMED] if costs[edge] > (_MIN_GAIN if self.thorough else _EXCUSED)]
        if not worst:
            return False
        self.gather()
        movable = {*range(len(self.ends))}.difference(fixed)
        for edge in sorted(movable):
            self._make_way(edge)
        is_led = sum(map(self._calm, worst)) > 0
        if self.thorough:
            is_led |= calm_pairs(self, movable)
        return is_led or bool(self.moved)

    def _make_way(self, edge: int) -> None:
        """Number of an edge → its label towards its tail, where it is level and others come to its head from above or
        below: they have more room to bend there."""
        own, (first, second) = self.ends[edge], self.lines[2 * edge : 2 * edge + 2]
        levels = {point[1] for line in (first, second) for point in line}
        others = [n for n in np.flatnonzero(self.heads == own.head).tolist() if n != edge]
        arriving = [self.lines[2 * n + 1] for n in others]
        if own.is_plain or own.leaving > 1 or len(levels) > 1 or all(a[0][1] == a[-1][1] for a in arriving):
            return
        x0, y0, _, y1 = self.boxes[own.box]
        by = first[0][0] + FROM_TAIL_PT - x0
        swept = x0 + by - APART_PT, y0, x0, y1
        boxes = np.array([rect for box, rect in enumerate(self.boxes) if box not in (own.box, own.tail)])
        x, y = self.points[self.point_edges != edge].T
        is_on = (swept[0] < x) & (x < swept[2]) & (swept[1] < y) & (y < swept[3])
        if by > -1 or is_on.any() or meet(np.array(swept), boxes).any():
            return
        before, behind = moved(first[-1], (by, 0.0)), moved(second[0], (by, 0.0))
        self.lead(edge, (by, 0.0), (straight(first[0], before), straight(behind, second[-1])))

    def look(self, edge: int, without: int | None = None) -> None:
        """Number of an edge → what is in its way: the boxes that it does not join, and the lines of others but one."""
        own = self.ends[edge]
        self.known: dict[Curve, float] = {}
        matters = np.ones(len(self.ends), bool)
        matters[[edge, edge if without is None else without]] = False
        in_common = self.in_bus & (self.tails != own.tail) & own.in_bus
        is_behind_all = ~in_common[self.piece_edges] | (self.pieces[:, :, 0].max(axis=1) > self.bus_end)
        self.other_pieces = self.pieces[matters[self.piece_edges] & is_behind_all]
        start, (end_x, end_y) = self.lines[2 * edge][0], self.lines[2 * edge + 1][-1]
        is_together = (self.tails == own.tail)[self.point_edges]
        is_behind = ((self.points - start) ** 2).sum(axis=1) > _BEHIND_DOT_PT**2
        x, y = self.points.T
        arrives = (x > end_x - BEFORE_HEAD_PT) & (np.abs(y - end_y) < BEFORE_HEAD_PT)
        is_seen = matters[self.point_edges] & ~(arrives & (self.heads == own.head)[self.point_edges])
        is_seen &= ~in_common[self.point_edges] | (x > self.bus_end)
        self.near, self.along = self.points[is_seen & ~is_together], self.points[is_seen & is_together & is_behind]

    def trouble(self, line: Curve) -> float:
        """A line of the edge that is looked at → what crossings and lines beside it cost."""
        if line not in self.known:
            _, own = sampled([line])
            points, _ = spread([line])
            near, along = apart(points, self.near, BESIDE_PT), apart(points, self.along, BESIDE_PT)
            nearest = np.minimum(near, np.where(along > _ON_LINE_PT, along, np.inf))
            beside = float(np.maximum(0.0, _TOUCHING_COST * (1 - nearest / BESIDE_PT)).sum())
            crossings = (1 + crossing_slants(own, self.other_pieces)).sum()
            self.known[line] = CROSSING_COST * float(crossings) + BESIDE_COST * SAMPLE_PT * beside
        return self.known[line]

    def _calm(self, edge: int) -> bool:
        """Number of an edge → whether it is led elsewhere now."""
        self.look(edge)
        cheaper = self.cheapest(edge, self.cost(edge) - _MIN_GAIN, 1)
        for _, shift, both in cheaper:
            self.lead(edge, shift, both)
        return bool(cheaper)

    def cost(self, edge: int) -> float:
        """Number of the edge that is looked at → what it costs now."""
        first, second = self.lines[2 * edge : 2 * edge + 2]
        effort = float(efforts_of([(*first, *second[1:])])[0])
        effort += self._off_bus(edge, first) + self._touching(edge)
        return effort + self.trouble(first) + self.trouble(second)

    def cheapest(self, edge: int, limit: float, count: int) -> list[tuple[float, Point, tuple[Curve, Curve]]]:
        """Number of the edge that is looked at, and what it may cost → its cheapest ways with what they cost."""
        best: list[tuple[float, Point, tuple[Curve, Curve]]] = []
        for effort, shift, both in self._ways(edge, limit):
            bound = limit if len(best) < count else best[-1][0]
            if effort >= bound or len(self.known) > _MAX_LOOKED_AT:
                break
            cost = effort + self.trouble(both[0]) + self._off_bus(edge, both[0])
            if cost < bound:
                cost += self.trouble(both[1])
            if cost < bound and self._is_free(edge, both):
                best = sorted([*best, (cost, shift, both)], key=itemgetter(0))[:count]
        return best

    def lead(self, edge: int, shift: Point, both: tuple[Curve, Curve]) -> None:
        """Number of an edge, how far its label is moved, and its two lines → led there."""
        self.lines[2 * edge : 2 * edge + 2] = both
        self.gather()
        if any(shift):
            box = self.ends[edge].box
            self.boxes[box] = self.filled[box] = shifted(self.boxes[box], shift)
            self.moved[box] = moved(self.moved.get(box, (0.0, 0.0)), shift)

    def _off_bus(self, edge: int, line: Curve) -> float:
        """Number of an edge, and a first line of it → what it costs that it leaves apart from the line of others."""
        own = self.ends[edge]
        if own.leaving < BUS_EDGES or line[1][0] == line[0][0] or line[-1][1] == line[0][1]:
            return 0.0
        others = (self.lines[2 * n] for n, other in enumerate(self.ends) if other.tail == own.tail and n != edge)
        return _OFF_BUS_COST if any(other[-1][1] != other[0][1] for other in others) else 0.0

    def _touching(self, edge: int) -> float:
        """Number of an edge → what it costs that it meets a box, as it may where dot squeezes it through columns."""
        return 0.0 if self._is_free(edge, self.lines[2 * edge : 2 * edge + 2]) else _TOUCHING_BOX_COST

    def _is_free(self, edge: int, both: Sequence[Curve]) -> bool:
        """Number of an edge, and its two lines → whether they keep clear of all boxes but its own."""
        rects = self._others(edge)
        if self.thorough:
            tips = (line[-1] for line, head in zip(self.lines[1::2], self.heads) if head != self.ends[edge].head)
            rects += [(x - _ARROW_PT, y - _BESIDE_ARROW_PT, x, y + _BESIDE_ARROW_PT) for x, y in tips]
        obstacles = Obstacles(rects)
        return all(is_free(line, obstacles, (-1, -1)) for line in both)

    def _others(self, edge: int) -> list[Rect]:
        """Number of an edge → the boxes that it does not join: one that leaves with many others may run where only
        lines do."""
        own = self.ends[edge]
        rects = self.filled if own.leaving >= BUS_EDGES else self.boxes
        return [rect for box, rect in enumerate(rects) if box not in (own.tail, own.head, own.box)]

    def _ways(self, edge: int, limit: float) -> list[tuple[float, Point, tuple[Curve, Curve]]]:
        """Number of an edge, and what it may cost → its ways, with how far its label is moved, the best first."""
        own = self.ends[edge]
        first, second = self.lines[2 * edge : 2 * edge + 2]
        start, end = first[0], second[-1]
        rects = np.array(self._others(edge))
        between = rects[(rects[:, 0] < end[0]) & (rects[:, 2] > start[0])]
        if own.is_plain:
            lines = lines_between(start, end, own.leaving, between, round_boxes=True)
            efforts = efforts_of(lines, between)
            return sorted((effort, (0.0, 0.0), parted(line)) for effort, line in zip(efforts, lines, strict=True))
        others = self.points[self.point_edges != edge]
        shifts = label_shifts(own, (first, second), self.boxes, between, others, self.height, limit)
        lines, sizes = [], []
        for shift in shifts:
            stop, go = moved(first[-1], shift), moved(second[0], shift)
            rounds = not shift[0] and (self.thorough or not shift[1])
            for half in (
                lines_between(start, stop, own.leaving, between, round_boxes=rounds),
                lines_between(go, end, 1, between, round_boxes=rounds),
            ):
                lines += half
                sizes.append(len(half))
        if not lines:
            return []
        efforts, at = efforts_of(lines, between), 0
        ways, halves = [], []
        for size in sizes:
            order = at + np.argsort(efforts[at : at + size], kind="stable")[:_MAX_LINES]
            halves.append([(float(efforts[n]), lines[n]) for n in order if np.isfinite(efforts[n])])
            at += size
        for shift, befores, behinds in zip(shifts, halves[::2], halves[1::2], strict=True):
            ways += [(a + b, shift, (before, behind)) for (a, before), (b, behind) in product(befores, behinds)]
        return sorted(ways, key=itemgetter(0))
