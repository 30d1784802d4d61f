"""Scene → the same without empty bands across its direction: where nothing stands, only lines run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.highlight import marked_part
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect

Interval = tuple[float, float]
"""Where something begins and ends, across the direction of the graph."""


def squeezed(
    scene: Scene, filled: Iterable[Interval], marks: Sequence[frozenset[int]], band: float, *, upright: bool
) -> Scene:  # fmt: skip
    """Scene, where across its direction something stands, marked parts → the scene, with no wider empty band."""
    return _Squeeze(_merged(filled), band, upright).scene(scene, marks)


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals → the same in order, those that touch as one."""
    merged: list[Interval] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


class _Squeeze:
    """Moves what stands in each interval as a whole, and bends lines between them."""

    def __init__(self, filled: list[Interval], band: float, upright: bool) -> None:
        self.upright = upright
        self.knots: list[Interval] = []  # where something was, and where it comes to be
        at, before = 0.0, None
        for low, high in filled:
            at += 0.0 if before is None else min(low - before, band)
            self.knots += [(low, at), (high, at + high - low)]
            at, before = at + high - low, high
        self.size = at

    def to(self, value: float) -> float:
        """A place across the direction → where it comes to be."""
        if value <= self.knots[0][0]:
            return self.knots[0][1] + value - self.knots[0][0]
        for (low, start), (high, end) in zip(self.knots, self.knots[1:], strict=False):
            if value <= high:
                return end if high == low else start + (value - low) * (end - start) / (high - low)
        return self.knots[-1][1] + value - self.knots[-1][0]

    def point(self, point: Point) -> Point:
        """A point → where it comes to be."""
        x, y = point
        return (self.to(x), y) if self.upright else (x, self.to(y))

    def rect(self, rect: Rect) -> Rect:
        """A rectangle, which may grow or shrink → where it comes to be."""
        return *self.point(rect[:2]), *self.point(rect[2:])

    def label(self, placed: Placed | None) -> Placed | None:
        """A label, where there is one → where it comes to be."""
        return None if placed is None else self.placed(placed)

    def placed(self, placed: Placed) -> Placed:
        """A label → where it comes to be."""
        x0, y0, x1, y1 = placed.rect
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        x, y = self.point(middle)
        return replace(placed, x=placed.x + x - middle[0], y=placed.y + y - middle[1])

    def node(self, node: Node) -> Node:
        """A node → where it comes to be."""
        x, y = self.point((node.x, node.y))
        return replace(
            node, x=x, y=y, sign=self.placed(node.sign), name=self.label(node.name), value=self.label(node.value),
            note=self.label(node.note), dot=self.point(node.dot) if node.dot else None,
        )  # fmt: skip

    def edge(self, edge: Edge) -> Edge:
        """An edge → where it comes to be."""
        return replace(
            edge, points=tuple(map(self.point, edge.points)), shape=self.label(edge.shape),
            middle=self.point(edge.middle) if edge.middle else None,
        )  # fmt: skip

    def scene(self, scene: Scene, marks: Sequence[frozenset[int]]) -> Scene:
        """The scene → what becomes of it."""
        nodes, edges = tuple(map(self.node, scene.nodes)), tuple(map(self.edge, scene.edges))
        groups = tuple((self.rect(rect), self.placed(title)) for rect, title in scene.groups)
        width, height = (self.size, scene.height) if self.upright else (scene.width, self.size)
        parts = tuple(marked_part(nodes, edges, part) for part in marks)
        return replace(scene, nodes=nodes, edges=edges, groups=groups, width=width, height=height, parts=parts)
