"""Scene and the size of a block → where in a corner of the scene it may stand, so that it needs no room of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from graphviz_ad.diagram.crossings import pieces
from graphviz_ad.diagram.highlight import label_rect, node_rect, overlap
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect

_APART_PT = 16.0
"""From the block to all else, at least: more than from a label to what it is a label of, which it is not."""


def free_corner(scene: Scene, width: float, height: float) -> Point | None:
    """Scene, width and height of a block → its left and top in a corner where nothing else is, None without any.

    Corners on the right come first, where a graph has fewer nodes, and those below.
    """
    taken = list(_taken(scene))
    for right, below in product((True, False), repeat=2):
        x, y = scene.width - width if right else 0.0, scene.height - height if below else 0.0
        room = x - _APART_PT, y - _APART_PT, x + width + _APART_PT, y + height + _APART_PT
        if min(x, y) >= 0 and not any(overlap(room, rect) for rect in taken):
            return x, y
    return None


def _taken(scene: Scene) -> Iterator[Rect]:
    """Scene → the areas of all that stands in it."""
    yield from (rect for rect, _ in scene.groups)
    yield from map(node_rect, scene.nodes)
    for edge in scene.edges:
        if rect := label_rect(edge):
            yield rect
        for (ax, ay), (bx, by) in pieces(edge.points):
            yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
