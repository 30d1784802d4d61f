"""Trace → the geometry of its backward graph: the forward graph, and below it, or beside it, its mirror image.

Where a node stands in the one half its gradient stands in the other, and where an edge has its labels there is the node
of a pullback; so both halves have one layout, which dot makes once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from graphviz_ad.autodiff.saved import saved_nodes
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram import nodes as node_parts
from graphviz_ad.diagram.annotations import Marks
from graphviz_ad.diagram.backward_labels import BackwardLabels, Edge, PullbackLabels, backward_labels
from graphviz_ad.diagram.backward_parts import BackwardScene, GradBox, PullbackNode, SavedArrow
from graphviz_ad.diagram.backward_room import (
    ARRIVE_PT,
    GRAD_GAP_PT,
    LEAVE_PT,
    LINE_GAP_PT,
    RESULT_GAP_PT,
    grad_size,
    pullback_size,
    room,
)
from graphviz_ad.diagram.highlight import node_rect
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Node, Placed, middle
from graphviz_ad.diagram.saved_arrows import led_around
from graphviz_ad.diagram.scene import Scene, build_scene
from graphviz_ad.diagram.smooth import Rect, straight
from graphviz_ad.diagram.squeezed import Interval, squeezed
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.surroundings import with_notes
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.errors import GraphvizADError

_BETWEEN_PT, _COMPACT_BETWEEN_PT = 34.0, 22.0
"""Between the two halves: room for dashed arrows to turn; and where there is little room."""
_BAND_PT, _COMPACT_BAND_PT = 20.0, 10.0
"""Of an empty band what remains: a little more than the least distance of boxes side by side (`layout.place`), and
where there is little room."""
_HEADS_PT = 12.0
"""Between two dashed arrows that end side by side."""
_CLEAR_PT = 3.0
"""About what stands in the picture, where an empty band ends."""
_KEY_GAP_PT = 16.0
"""Above the line that says what dashed arrows are."""
_KEY_WIDTH_PT = 560.0
"""In which it breaks, at least: the least width of captions."""


def backward_scene(trace: Trace, style: Style, marks: Marks) -> BackwardScene:
    """Trace, its look, marks at its nodes → the scene of its backward graph.

    Graphviz places one half and leads the dashed arrows around all that stands in both.

    Raises GraphvizADError where no gradient goes back.
    """
    if trace.forward_mode is not None:
        raise GraphvizADError("forward mode has no backward graph", hint="draw it in reverse mode")
    if not trace.backward_edges():
        hint = "let the output depend on an input, and leave one out of --data"
        raise GraphvizADError("no gradient goes back, so that there is no backward graph", hint=hint)
    labels = backward_labels(trace, style, _KEY_WIDTH_PT)
    labels = replace(labels, forward=with_notes(labels.forward, marks.notes, style))
    upright, compact = style.direction == "TB", style.fit != "graph"
    between, band = (_COMPACT_BETWEEN_PT, _COMPACT_BAND_PT) if compact else (_BETWEEN_PT, _BAND_PT)
    scene = build_scene(
        trace.graph, room(labels, upright), direction=style.direction, seconds=trace.graph.limits.layout_seconds,
        marks=marks, shown=labels.forward, compact=compact,
    )  # fmt: skip
    filled = _Mirror(trace, scene, labels, upright, between).filled()
    scene = squeezed(scene, filled, [part.nodes for part in scene.parts], band, upright=upright)
    return _Mirror(trace, scene, labels, upright, between).scene()


class _Mirror:
    """Puts the backward half beside the forward half, and leads dashed arrows from the one to the other."""

    def __init__(self, trace: Trace, scene: Scene, labels: BackwardLabels, upright: bool, between: float) -> None:
        self.trace, self.forward, self.labels, self.upright = trace, scene, labels, upright
        self.sum = 2 * (scene.width if upright else scene.height) + between
        reached = (node for node, grad in enumerate(trace.grads) if grad is not None)
        self.gradients = {node: self._gradient(scene.nodes[node]) for node in reached}
        self.grads = {node: self._grad_box(self.gradients[node], texts) for node, texts in labels.grads.items()}
        places = {(edge.node, edge.slot): edge.middle for edge in scene.edges if edge.middle}
        self.pullbacks = {edge: self._pullback(places[edge], texts) for edge, texts in labels.pullbacks.items()}

    def flip(self, point: Point) -> Point:
        """A point of the forward half → that of the backward half."""
        x, y = point
        return (self.sum - x, y) if self.upright else (x, self.sum - y)

    def scene(self) -> BackwardScene:
        """→ all of it."""
        scene, key = self.forward, self.labels.key
        returns = {
            (edge.node, edge.slot): edge_parts.Edge(
                edge.node, edge.slot, edge.arg, tuple(map(self.flip, reversed(edge.points))), None, None, None, None
            )
            for edge in scene.edges
            if (edge.node, edge.slot) in self.pullbacks
        }
        width, height = (self.sum, scene.height) if self.upright else (scene.width, self.sum)
        below = Placed(key, (width - key.ink_width) / 2 - key.box[0], height + _KEY_GAP_PT - key.box[1])
        saved, note = self._saved()
        return BackwardScene(
            scene.nodes, scene.edges, scene.groups, width, height + _KEY_GAP_PT + key.height, scene.note or note,
            scene.parts, self.gradients, returns, self.pullbacks, saved, self.grads, below,
        )  # fmt: skip

    def filled(self) -> Iterator[Interval]:
        """→ where something stands in one half or the other, across the direction, in places of the forward half."""
        scene, at = self.forward, 0 if self.upright else 1
        rects = [*map(node_rect, scene.nodes), *self._labels_between()]
        rects += [rim for frame, _ in scene.groups for rim in _rims(frame)]
        yield from ((rect[at] - _CLEAR_PT, rect[at + 2] + _CLEAR_PT) for rect in rects)
        for edge in scene.edges:
            across = [point[at] for point in edge.points]
            yield from ((end, end) for end in (min(across), max(across)))
        for rect in self._backward_rects():
            yield self.sum - rect[at + 2] - _CLEAR_PT, self.sum - rect[at] + _CLEAR_PT

    def _labels_between(self) -> Iterator[Rect]:
        """→ what stands at the edges of the forward half, and the titles of its groups."""
        yield from (edge.shape.rect for edge in self.forward.edges if edge.shape)
        yield from (title.rect for _, title in self.forward.groups)

    def _backward_rects(self) -> Iterator[Rect]:
        """→ all that stands in the backward half."""
        yield from map(node_rect, self.gradients.values())
        yield from (box.rect for box in self.grads.values())
        yield from (pullback.around for pullback in self.pullbacks.values())

    def _gradient(self, node: Node) -> Node:
        """A node → its gradient in the other half."""
        dot = self.flip(node.dot) if node.dot else None
        outline, centre = (node.form, node.width, node.height), self.flip((node.x, node.y))
        return node_parts.place_node(node.id, outline, centre, self.labels.backward, self.upright, dot)

    def _pullback(self, at: Point, labels: PullbackLabels) -> PullbackNode:
        """The middle of an edge, and what stands there → the node of its pullback in the other half."""
        (x, y), (wide, high) = self.flip(at), pullback_size(labels)
        lines = [label for label in (labels.symbols, labels.numbers) if label.runs]
        top = y - (sum(line.height for line in lines) + LINE_GAP_PT * (len(lines) - 1)) / 2
        placed: dict[Label, Placed] = {}
        for line in lines:
            placed[line] = Placed(line, x - line.ink_width / 2 - line.box[0], top - line.box[1])
            top += line.height + LINE_GAP_PT
        result, label = None, labels.contribution
        if label.runs and self.upright:
            result = Placed(label, x + wide / 2 + RESULT_GAP_PT - label.box[0], y - middle(label)[1])
        elif label.runs:
            result = Placed(label, x - middle(label)[0], y + high / 2 + RESULT_GAP_PT - label.box[1])
        rect = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        return PullbackNode(rect, placed.get(labels.symbols), placed.get(labels.numbers), result)

    def _grad_box(self, node: Node, texts: Mapping[int, Label]) -> GradBox:
        """A gradient, and what may stand in its .grad → the box behind it, and the arrow that leads there."""
        wide, high = grad_size(texts)
        x, y = node.x, node.y
        if self.upright:
            start = node_rect(node)[2]
            x = start + GRAD_GAP_PT + wide / 2
            arrow = straight((start + 1, y), (x - wide / 2, y))
        else:
            start = node_rect(node)[3]
            y = start + GRAD_GAP_PT + high / 2
            arrow = straight((x, start + 1), (x, y - high / 2))
        placed = {count: Placed(label, x - middle(label)[0], y - middle(label)[1]) for count, label in texts.items()}
        return GradBox((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), placed, arrow)

    def _saved(self) -> tuple[tuple[SavedArrow, ...], str | None]:
        """→ the dashed arrows, and a sentence where there was no time to lead all of them around nodes."""
        ends: list[tuple[int, Edge, Point, Point]] = []
        for edge, pullback in self.pullbacks.items():
            nodes = sorted(map(self.forward.nodes.__getitem__, saved_nodes(self.trace, *edge)), key=self._along)
            for number, node in enumerate(nodes):
                off = (number - (len(nodes) - 1) / 2) * _HEADS_PT
                ends.append((node.id, edge, self._leaves(node), self._arrives(pullback.rect, off)))
        boxes = [*map(node_rect, self.forward.nodes), *self._labels_between(), *self._backward_rects()]
        seconds = self.trace.graph.limits.layout_seconds
        lines, note = led_around(boxes, [(start, end) for _, _, start, end in ends], seconds)
        return tuple(
            SavedArrow(source, edge, self._joined(start, points, end))
            for (source, edge, start, end), points in zip(ends, lines, strict=True)
        ), note

    def _along(self, node: Node) -> float:
        """A node → where it stands across the way of the dashed arrows."""
        return node.y if self.upright else node.x

    def _leaves(self, node: Node) -> Point:
        """A node of the forward half → where dashed arrows from it are free."""
        if self.upright:
            return node.x + node.width / 2 + LEAVE_PT, node.y
        return node.x, node.y + node.height / 2 + LEAVE_PT

    def _arrives(self, rect: Rect, off: float) -> Point:
        """The node of a pullback, and how far from its middle → where a dashed arrow to it comes to its end."""
        x0, y0, x1, y1 = rect
        return (x0 - ARRIVE_PT, (y0 + y1) / 2 + off) if self.upright else ((x0 + x1) / 2 + off, y0 - ARRIVE_PT)

    def _joined(self, start: Point, points: tuple[Point, ...], end: Point) -> tuple[Point, ...]:
        """A line between two free points → the same from outline to outline; it arrives at a right angle."""
        back, on = ((LEAVE_PT, 0.0), (ARRIVE_PT, 0.0)) if self.upright else ((0.0, LEAVE_PT), (0.0, ARRIVE_PT))
        first, last = (start[0] - back[0], start[1] - back[1]), (end[0] + on[0], end[1] + on[1])
        return (first, *points[1:-1], *straight(end, last))


def _rims(frame: Rect) -> tuple[Rect, ...]:
    """A frame → its lines."""
    x0, y0, x1, y1 = frame
    return (x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)
