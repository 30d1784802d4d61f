"""A layout too long for a slide → the same in rows, one under the other, as lines of text are broken.

Each row is moved as a whole, so that nothing in it changes; an edge from one row into the next is led round the end of
the row, between the two, to the beginning of the next, in a lane of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nsmallest
from itertools import accumulate, pairwise, product

from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.smooth import Rect, halves

_PLACES_TRIED = {1: 60, 2: 12, 3: 6, 4: 4, 5: 3}
"""By the number of cuts: how many places are tried for each, those nearest to where rows would be equally long.

These are at most 256 choices for each number of cuts (60, 12² = 144, 6³ = 216, 4⁴ = 256, 3⁵ = 243).
"""
_MAX_CROSSING_EDGES = 3
"""As many edges may go from one row into the next: a reader has to follow each of them round the end of a row."""
_MAX_SPAN_SHARE = 0.85
"""A graph is folded only where its span becomes so much of what it was, or less: type a sixth larger, which is seen."""
_MIN_ROW_SHARE = 0.5
"""The shortest row is at least so much of the longest: a node or two on a row of their own are torn off, not folded."""
_MIN_ROW_NODES = 3
"""Nodes of a row, at least: fewer are stranded."""
_EDGE_COST = 0.04
"""What each further edge into the next row costs, as a part of the span: a third of a torn input."""
_TORN_COST = 0.12
"""What it costs where an input stands in one row and all that reads it in the next, as a part of the span."""
_LANE_PT = 12.0
"""From one lane to the next, and from boxes to the first: the band of an edge at work, 8 wide, and half as much."""
_CIRCLE_CONTROL = 0.5523
"""Of the radius, from the end of a quarter of a circle to its control point: 4/3 (√2 - 1), as is usual for Béziers."""

Route = tuple[Point, ...]
"""Points of an edge: a Bézier line."""
Span = Callable[[float, float], float]
"""Width and height of a graph → how wide the slide must be on which it fits."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place between two ranks: where it is, the links that run through it, from top to bottom, and how many inputs
    it tears from all that reads them."""

    x: float
    links: tuple[int, ...]
    torn: int

    @property
    def effort(self) -> float:
        """What a reader has to follow here beyond one line, as a part of the span."""
        return _EDGE_COST * (len(self.links) - 1) + _TORN_COST * self.torn


@dataclass(frozen=True, slots=True)
class _Row:
    """The part of a layout between two cuts, and by how much it is moved."""

    left: float
    right: float
    top: float
    bottom: float
    move: Point = (0.0, 0.0)


def folded(
    placement: Placement, boxes: Sequence[Rect], span: Span, leaves: Sequence[tuple[int, int]] = (),
    nodes: int | None = None,
) -> Placement:  # fmt: skip
    """Layout from left to right, its boxes in their places, and what a slide costs → the layout in rows.

    `leaves` are the boxes of inputs, each with that of the first node that reads it: the two belong together. The first
    of the boxes, `nodes` of them, are those of nodes, of which a row has several.
    It stays as it is where no way of folding it makes type clearly larger. No row ends within a frame.
    """
    cuts = _cuts(placement, boxes, leaves)

    def cost(chosen: Sequence[_Cut]) -> tuple[float, int, float]:
        width, height = _size(_rows(placement, boxes, chosen), chosen)
        return span(width, height) * (1 + sum(cut.effort for cut in chosen)), len(chosen), width

    balanced = filter(partial(_is_balanced, placement, placement.centres[:nodes]), _choices(cuts, placement.width))
    chosen = min(balanced, key=cost, default=())
    if not chosen:
        return placement
    rows = _stacked(_rows(placement, boxes, chosen), chosen)
    width, height = _size(rows, chosen)
    if span(width, height) > _MAX_SPAN_SHARE * span(placement.width, placement.height):
        return placement

    def at(point: Point) -> Point:
        x, y = next(row for row in rows if point[0] < row.right).move
        return point[0] + x, point[1] + y

    return replace(
        placement,
        centres=tuple(map(at, placement.centres)),
        routes=tuple(_led(number, route, rows, chosen) for number, route in enumerate(placement.routes)),
        frames=tuple((*at((x0, y0)), *at((x1, y1))) for x0, y0, x1, y1 in placement.frames),
        width=width,
        height=height,
    )


def _cuts(placement: Placement, boxes: Sequence[Rect], leaves: Sequence[tuple[int, int]]) -> list[_Cut]:
    """The places between ranks that few links run through."""
    cuts = []
    spans = sorted((rect[0], rect[2]) for rect in (*boxes, *placement.frames))
    ends = accumulate((right for _, right in spans), max)
    for end, (begin, _) in zip(ends, spans[1:]):
        if begin <= end:
            continue
        x = (begin + end) / 2
        links = [n for n, route in enumerate(placement.routes) if route[0][0] < x < route[-1][0]]
        if 0 < len(links) <= _MAX_CROSSING_EDGES:
            torn = sum(placement.centres[leaf][0] < x < placement.centres[reader][0] for leaf, reader in leaves)
            cuts.append(_Cut(x, tuple(sorted(links, key=lambda n: _split(placement.routes[n], x)[0][-1][1])), torn))
    return cuts


def _choices(cuts: Sequence[_Cut], width: float) -> Iterator[tuple[_Cut, ...]]:
    """Cuts, and the width of it all → choices of cuts from left to right."""
    for count, places in _PLACES_TRIED.items():
        equal = [width * (n + 1) / (count + 1) for n in range(count)]
        near = [nsmallest(places, cuts, key=lambda cut, x=x: abs(cut.x - x)) for x in equal]  # type: ignore[misc]
        yield from (chosen for chosen in product(*near) if all(a.x < b.x for a, b in pairwise(chosen)))


def _is_balanced(placement: Placement, nodes: Sequence[Point], cuts: Sequence[_Cut]) -> bool:
    """Whether the rows that are cut have about the same length, and none only one or two nodes."""
    rows = list(pairwise((0.0, *(cut.x for cut in cuts), placement.width)))
    lengths = [right - left for left, right in rows]
    fewest = min(sum(left <= x < right for x, _ in nodes) for left, right in rows)
    return min(lengths) >= _MIN_ROW_SHARE * max(lengths) and fewest >= _MIN_ROW_NODES


def _rows(placement: Placement, boxes: Sequence[Rect], cuts: Sequence[_Cut]) -> list[_Row]:
    """Cuts → rows as high as what is in them, where they were."""
    rows = []
    for left, right in pairwise((0.0, *(cut.x for cut in cuts), placement.width + 1)):
        rects = [rect for rect in (*boxes, *placement.frames) if left <= (rect[0] + rect[2]) / 2 < right]
        ys = [y for rect in rects for y in (rect[1], rect[3])]
        ys += [y for route in placement.routes for x, y in route if left <= x < right]
        rows.append(_Row(left, right, min(ys), max(ys)))
    return rows


def _margin(cuts: Sequence[_Cut]) -> float:
    """Room that lanes take on each side."""
    return _LANE_PT * (1 + max(len(cut.links) for cut in cuts))


def _size(rows: Sequence[_Row], cuts: Sequence[_Cut]) -> tuple[float, float]:
    """Rows and the cuts between them → width and height of it all."""
    channels = sum(_LANE_PT * (1 + len(cut.links)) for cut in cuts)
    wide = max(row.right - row.left for row in rows)
    return wide + 2 * _margin(cuts), sum(row.bottom - row.top for row in rows) + channels


def _stacked(rows: Sequence[_Row], cuts: Sequence[_Cut]) -> list[_Row]:
    """Rows → the same, each under the one before it, and the channel of their links between them."""
    stacked, y = [], 0.0
    for number, row in enumerate(rows):
        if number:
            y += _LANE_PT * (1 + len(cuts[number - 1].links))
        stacked.append(replace(row, move=(_margin(cuts) - row.left, y - row.top)))
        y += row.bottom - row.top
    return stacked


def _led(number: int, route: Route, rows: Sequence[_Row], cuts: Sequence[_Cut]) -> Route:
    """A link's route → through the rows; where it goes into the next one, round its end and back to the beginning."""
    points: list[Point] = []
    for above, below, cut in zip(rows, rows[1:], cuts, strict=False):
        if number not in cut.links:
            continue
        before, route = _split(route, cut.x)
        points += _shifted(before, above.move)[1 if points else 0 :]
        points += _turn(points[-1], _shifted(route[:1], below.move)[0], below, cut.links.index(number), len(cut.links))
    row = next(row for row in rows if route[-1][0] < row.right)
    return (*points, *_shifted(route, row.move)[1 if points else 0 :])


def _turn(start: Point, stop: Point, below: _Row, place: int, count: int) -> Iterator[Point]:
    """End in one row, beginning in the next → the points after `start` of the way between them.

    Of several links the uppermost takes the outer lane at the right, the lowest in the channel and the inner one at
    the left, so that none crosses another.
    """
    right = start[0] + _LANE_PT * (count - place)
    left = stop[0] - _LANE_PT * (1 + place)
    channel = below.top + below.move[1] - _LANE_PT * (1 + place)
    corners = [start, (right, start[1]), (right, channel), (left, channel), (left, stop[1]), stop]
    at = start
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(_LANE_PT, _apart(before, corner) / 2, _apart(corner, after) / 2)
        begin, end = _towards(corner, before, radius), _towards(corner, after, radius)
        yield from _straight(at, begin)
        yield _towards(corner, begin, radius * (1 - _CIRCLE_CONTROL))
        yield _towards(corner, end, radius * (1 - _CIRCLE_CONTROL))
        yield end
        at = end
    yield from _straight(at, stop)


def _straight(a: Point, b: Point) -> Iterator[Point]:
    """Ends → the points after the first of a straight piece."""
    yield a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3
    yield b[0] - (b[0] - a[0]) / 3, b[1] - (b[1] - a[1]) / 3
    yield b


def _apart(a: Point, b: Point) -> float:
    """Distance of two points on a line along an axis."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, length: float) -> Point:
    """The point so far from `a` on the way to `b`."""
    distance = _apart(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * length / distance, a[1] + (b[1] - a[1]) * length / distance


def _shifted(route: Route, move: Point) -> Route:
    return tuple((x + move[0], y + move[1]) for x, y in route)


def _split(route: Route, x: float) -> tuple[Route, Route]:
    """A route that runs to the right → the parts of it before and behind x, both level where they meet."""
    at = next(n for n in range(0, len(route) - 1, 3) if route[n + 3][0] >= x)
    a, b, c, d = route[at : at + 4]
    low, high = 0.0, 1.0
    for _ in range(40):
        t = (low + high) / 2
        first, second = halves((a, b, c, d), t)
        low, high = (t, high) if first[-1][0] < x else (low, t)
    level = first[-1][1]
    first = (*first[:2], (first[2][0], level), first[3])
    second = (second[0], (second[1][0], level), *second[2:])
    return (*route[:at], *first), (*second, *route[at + 4 :])
