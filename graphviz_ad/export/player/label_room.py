"""Scene → how far each label could grow to the left and to the right before it meets something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect, point_at

_STILL = ("shape", "unknown")
"""Labels that do not grow."""
_BEFORE = ("name", "local")
"""Labels that stand before a number: they move only where the number grows towards them, from top to bottom."""
_GAP_PT = 4.0
"""Kept free between a label and what is beside it: the width of a space, so that two numbers are not read as one."""
_PIECES = 12
"""Straight pieces that stand for a Bézier curve: each is shorter than a label is high, in a graph of usual size."""


def label_rooms(scene: Scene, *, upright: bool) -> dict[int, tuple[float, float]]:
    """Scene → by the identity of a label in its place, the ends of its room; two labels share what is between them."""
    boxes = dict[int, Rect]()
    if isinstance(scene, BackwardScene):
        boxes = dict(_boxes(scene))
        nodes, edges = (*scene.nodes, *scene.gradients.values()), (*scene.edges, *scene.returns.values())
        scene = replace(scene, nodes=nodes, edges=edges)
    labels = list(_labels(scene))
    fixed = [_outline(node) for node in scene.nodes]
    fixed += [rect for edge in scene.edges for rect in _line(edge)]
    fixed += boxes.values()
    fixed += [title.rect for _, title in scene.groups]
    still = _STILL if upright else _STILL + _BEFORE
    rooms = {}
    for owner, placed in labels:
        x0, y0, x1, y1 = placed.rect
        left, right = -_GAP_PT, scene.width + _GAP_PT
        others = [(other.rect, 1.0 if whose[0] in still else 2.0) for whose, other in labels if whose[1:] != owner[1:]]
        for (ox0, oy0, ox1, oy1), share in [*((rect, 1.0) for rect in fixed), *others]:
            if oy1 < y0 - 1 or oy0 > y1 + 1:
                continue
            if ox1 <= x0:
                left = max(left, x0 - (x0 - ox1 - _GAP_PT) / share)
            elif ox0 >= x1:
                right = min(right, x1 + (ox0 - x1 - _GAP_PT) / share)
        rooms[id(placed)] = (min(left, x0), max(right, x1))
    return rooms | {key: (x0 + _GAP_PT, x1 - _GAP_PT) for key, (x0, _, x1, _) in boxes.items()}


def _boxes(scene: BackwardScene) -> Iterator[tuple[int, Rect]]:
    """Backward graph → its boxes, by the identities of the labels in them."""
    for pullback in scene.pullbacks.values():
        yield id(pullback.numbers or pullback), pullback.rect
    for box in scene.grads.values():
        yield from ((id(placed), box.rect) for placed in box.texts.values())


def _labels(scene: Scene) -> Iterator[tuple[tuple[str, str], Placed]]:
    """Labels, each with what tells those that never stand side by side."""
    for node in scene.nodes:
        if node.name:
            yield ("name", f"name{node.id}"), node.name
        if node.value:
            yield ("value", f"value{node.id}"), node.value
        for placed in (*node.grads.values(), *([node.unknown] if node.unknown else [])):
            yield ("grad", f"grad{node.id}"), placed
        if node.terms:
            yield ("grad", f"terms{node.id}"), node.terms
    if isinstance(scene, BackwardScene):
        for (reader, slot), pullback in scene.pullbacks.items():
            if pullback.result:
                yield ("contribution", f"contribution{reader}-{slot}"), pullback.result
    for edge in scene.edges:
        for what in ("local", "number", "contribution", "shape"):
            placed = getattr(edge, what)
            if placed is not None and placed.label.runs:
                yield (what, f"{what}{edge.node}-{edge.slot}"), placed


def _outline(node: Node) -> Rect:
    return node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2, node.y + node.height / 2


def _line(edge: Edge) -> Iterator[Rect]:
    """Bézier curves → boxes about pieces of them."""
    points = edge.points
    for at in range(0, len(points) - 3, 3):
        before = points[at]
        for n in range(1, _PIECES + 1):
            x, y = point_at(points[at : at + 4], n / _PIECES)
            yield min(before[0], x), min(before[1], y), max(before[0], x), max(before[1], y)
            before = (x, y)
