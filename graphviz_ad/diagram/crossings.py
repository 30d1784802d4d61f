"""Of several layouts of the same boxes and links, the one in which the fewest links cross."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.smooth import weights

_MAX_PARTS_TRIED = 160
"""Boxes and links up to which other layouts are made: each takes at most 10 ms then, and a picture some 100."""
_MAX_PARTS_ORDERED = 60
"""And those up to which they are made for the order of the formula alone, if the first does not have it: 3 ms each."""
_MORE_ROOM = 1.03
"""How much larger a picture may be for that order: its type is smaller by as much."""
_MODULUS = 1009
"""A prime above the number of boxes: multiplied by a factor, their numbers leave different rests by it."""
_FACTORS = (796, 612, 543, 244, 865)
"""Each mixes the boxes into another order. The first three halve the crossings of the tests' formulas, and of some ten
nodes leave hardly one that another order avoids."""
_SAMPLES = 3
"""Straight pieces that stand for a Bézier curve where crossings are counted."""
_ON_LINE_PT = 0.05
"""Nearer to a line a point is on it: two edges that have a line in common do not cross for rounding."""

Segment = tuple[Point, Point]
Points = NDArray[np.float64]
"""Points, x and y in a row each."""


def least_crossed(
    place: Callable[[Sequence[int]], Placement], boxes: int, links: int, cost: Callable[[Placement], tuple[int, int]]
) -> Placement:
    """How a layout is made with the boxes named in an order → that in which the fewest links cross, the first of them.

    dot begins with the order in which it reads boxes, and does not find every better one from there. `cost` is how many
    links cross, and how far the order is from that of the formula, for which alone a larger graph has one more layout.
    """
    order = list(range(boxes))
    best = place(order)
    if best.note or boxes + links > _MAX_PARTS_TRIED:
        return best
    fewest = cost(best)
    for number, other in enumerate(_orders(order)):
        if not any(fewest) or (number and not fewest[0] and boxes + links > _MAX_PARTS_ORDERED):
            break
        placement = place(other)
        own = cost(placement)
        if own < fewest and (own[0] < fewest[0] or _extent(placement) <= _MORE_ROOM * _extent(best)):
            best, fewest = placement, own
    return best


def _extent(placement: Placement) -> float:
    """Layout → how long its sides are together."""
    return placement.width + placement.height


def _orders(order: list[int]) -> Iterator[list[int]]:
    """Boxes in their order → other orders, the same in every run: backwards, then mixed by multiplying."""
    yield order[::-1]
    for factor in _FACTORS:
        yield sorted(order, key=lambda box: (box + 1) * factor % _MODULUS)


def crossings(routes: Sequence[Sequence[Point]], buses: Sequence[bool] = (), alike: Sequence[object] = ()) -> int:
    """Bézier lines → how often they cross; where they touch at an end they do not.

    Those of `buses` may cross, and any two that are `alike`, which are led side by side.
    """
    if not routes:
        return 0
    of, ends = sampled(routes)
    first, second = _near(of, ends)
    if alike:
        numbers = {key: number for number, key in enumerate(dict.fromkeys(alike))}
        kinds = np.array([numbers[key] for key in alike])[of]
        first, second = first[kept := kinds[first] != kinds[second]], second[kept]
    if any(buses):
        led = np.array(buses)[of]
        first, second = first[kept := ~(led[first] & led[second])], second[kept]
    return int(_cross(ends[first], ends[second]).sum())


def crossing_pairs(of: NDArray[np.int64], ends: Points) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Straight pieces, with the numbers of their lines and both ends → the numbers of lines that cross, in pairs."""
    first, second = _near(of, ends)
    kept = _cross(ends[first], ends[second])
    return of[first[kept]], of[second[kept]]


def _near(of: NDArray[np.int64], ends: Points) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Straight pieces with the numbers of their lines → pairs of pieces of different lines that may cross."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    first, second = np.nonzero(
        (of[:, None] < of) & (low[:, None] < high).all(axis=2) & (low < high[:, None]).all(axis=2)
    )
    return first, second


def pieces_crossed(own: Points, ends: Points) -> int:
    """Straight pieces of a line and of others, each with both its ends → how often they cross."""
    return len(crossing_slants(own, ends))


def crossing_slants(own: Points, ends: Points) -> NDArray[np.float64]:
    """Straight pieces of a line and of others, each with both its ends → of each crossing how slanting it is.

    It is 0 at a right angle, and up to 1.
    """
    low, high = own.min(axis=(0, 1)), own.max(axis=(0, 1))
    ends = ends[((ends.min(axis=1) <= high) & (ends.max(axis=1) >= low)).all(axis=1)]
    first, second = np.meshgrid(np.arange(len(own)), np.arange(len(ends)), indexing="ij")
    pieces, others = own[first.ravel()], ends[second.ravel()]
    kept = _cross(pieces, others)
    (x, y), (u, v) = (pieces[kept, 1] - pieces[kept, 0]).T, (others[kept, 1] - others[kept, 0]).T
    slants: NDArray[np.float64] = 1 - np.abs(x * v - y * u) / (np.hypot(x, y) * np.hypot(u, v))
    return slants


def sampled(
    routes: Sequence[Sequence[Point]], samples: int = _SAMPLES
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Bézier lines → straight pieces that stand for them, each with the number of its line, and its two ends."""
    curves = [route[at : at + 4] for route in routes for at in range(0, len(route) - 3, 3)]
    of = np.repeat(np.arange(len(routes)), [samples * ((len(route) - 1) // 3) for route in routes])
    if not curves:
        return of, np.empty((0, 2, 2))
    points = np.einsum("tk,nkx->ntx", weights(samples), np.array(curves))
    return of, np.stack((points[:, :-1], points[:, 1:]), axis=2).reshape(-1, 2, 2)


def _cross(pieces: Points, others: Points) -> NDArray[np.bool_]:
    """Pieces and as many others, each with both its ends → whether each crosses the other of its place."""
    (a, b), (c, d) = pieces.swapaxes(0, 1), others.swapaxes(0, 1)
    is_crossed: NDArray[np.bool_] = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    return is_crossed


def pieces(route: Sequence[Point]) -> list[Segment]:
    """Bézier line → straight pieces."""
    return [((ax, ay), (bx, by)) for (ax, ay), (bx, by) in sampled([route])[1].tolist()]


def _side(a: Points, b: Points, c: Points) -> NDArray[np.float64]:
    """On which side of each line from a to b each point of c lies: positive, negative, or 0 on it."""
    (x, y), (u, v) = (b - a).T, (c - a).T
    side: NDArray[np.float64] = x * v - y * u
    return np.where(side * side > _ON_LINE_PT * _ON_LINE_PT * (x * x + y * y), side, 0.0)
