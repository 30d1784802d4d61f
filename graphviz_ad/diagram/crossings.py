"""Of several layouts of the same boxes and links, the one in which the fewest links cross."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.smooth import point_at

_MAX_PARTS_TRIED = 160
"""Boxes and links up to which other layouts are made: each takes at most 10 ms then, and a picture some 100."""
_MODULUS = 1009
"""A prime above the number of boxes: multiplied by a factor, their numbers leave different rests by it."""
_FACTORS = (706, 484, 336, 152, 262)
"""Each mixes the boxes into another order. The first three halve the crossings of the tests' formulas, and of some ten
nodes leave hardly one that another order avoids."""
_SAMPLES = 3
"""Straight pieces that stand for a Bézier curve where crossings are counted."""
_ON_LINE_PT = 0.05
"""Nearer to a line a point is on it: two edges that have a line in common do not cross for rounding."""

Segment = tuple[Point, Point]
Points = NDArray[np.float64]
"""Points, x and y in a row each."""


def least_crossed(place: Callable[[Sequence[int]], Placement], boxes: int, links: int) -> Placement:
    """How a layout is made with the boxes named in an order → that in which the fewest links cross, the first of them.

    dot begins with the order in which it reads boxes, and does not find every better one from there.
    """
    order = list(range(boxes))
    best = place(order)
    fewest = 0 if best.note or boxes + links > _MAX_PARTS_TRIED else crossings(best.routes)
    for other in _orders(order):
        if not fewest:
            break
        placement = place(other)
        count = crossings(placement.routes)
        if count < fewest:
            best, fewest = placement, count
    return best


def _orders(order: list[int]) -> Iterator[list[int]]:
    """Boxes in their order → other orders, the same in every run: backwards, then mixed by multiplying."""
    yield order[::-1]
    for factor in _FACTORS:
        yield sorted(order, key=lambda box: (box + 1) * factor % _MODULUS)


def crossings(routes: Sequence[Sequence[Point]]) -> int:
    """Bézier lines → how often they cross; where they touch at an end they do not."""
    if not routes:
        return 0
    lines = [pieces(route) for route in routes]
    of = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    ends = np.array([segment for line in lines for segment in line])
    low, high = ends.min(axis=1), ends.max(axis=1)
    first, second = np.nonzero(
        (of[:, None] < of) & (low[:, None] < high).all(axis=2) & (low < high[:, None]).all(axis=2)
    )
    (a, b), (c, d) = ends[first].swapaxes(0, 1), ends[second].swapaxes(0, 1)
    return int(((_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)).sum())


def pieces(route: Sequence[Point]) -> list[Segment]:
    """Bézier line → straight pieces."""
    points = [route[0]]
    for at in range(0, len(route) - 3, 3):
        curve = route[at : at + 4]
        for n in range(1, _SAMPLES + 1):
            t = n / _SAMPLES
            points.append(point_at(curve, t))
    return list(pairwise(points))


def _side(a: Points, b: Points, c: Points) -> NDArray[np.float64]:
    """On which side of each line from a to b each point of c lies: positive, negative, or 0 on it."""
    (x, y), (u, v) = (b - a).T, (c - a).T
    side: NDArray[np.float64] = x * v - y * u
    return np.where(side * side > _ON_LINE_PT * _ON_LINE_PT * (x * x + y * y), side, 0.0)
