"""Of several layouts of the same boxes and links, the one in which the fewest links cross."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from graphviz_ad.diagram.layout import Placement, Point

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
    lines = [pieces(route) for route in routes]
    boxes = [_extent(route) for route in routes]
    return sum(
        _cross(piece, other)
        for (first, a), (second, b) in combinations(zip(lines, boxes, strict=True), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for piece in first
        for other in second
    )


def pieces(route: Sequence[Point]) -> list[Segment]:
    """Bézier line → straight pieces."""
    points = [route[0]]
    for at in range(0, len(route) - 3, 3):
        a, b, c, d = route[at : at + 4]
        for n in range(1, _SAMPLES + 1):
            t = n / _SAMPLES
            p, q, r, u = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            points.append((p * a[0] + q * b[0] + r * c[0] + u * d[0], p * a[1] + q * b[1] + r * c[1] + u * d[1]))
    return list(pairwise(points))


def _extent(route: Sequence[Point]) -> tuple[float, float, float, float]:
    """Points → left, top, right and bottom of them."""
    xs, ys = [x for x, _ in route], [y for _, y in route]
    return min(xs), min(ys), max(xs), max(ys)


def _cross(first: Segment, second: Segment) -> bool:
    """Whether two straight pieces cross, each between the ends of the other."""
    (a, b), (c, d) = first, second
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    """On which side of the line from a to b a point lies: positive, negative, or 0 on it."""
    x, y = b[0] - a[0], b[1] - a[1]
    side = x * (c[1] - a[1]) - y * (c[0] - a[0])
    return side if side * side > _ON_LINE_PT * _ON_LINE_PT * (x * x + y * y) else 0.0
