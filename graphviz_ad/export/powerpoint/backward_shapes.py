"""Backward half of a backward graph → shapes on a slide: gradients, lines that lead back, pullbacks, .grad."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.autodiff.grad_calls import grad_counts, retained_at
from graphviz_ad.diagram.backward_labels import Edge
from graphviz_ad.diagram.backward_paint import grad_count
from graphviz_ad.diagram.backward_parts import BackwardScene, GradBox, PullbackNode
from graphviz_ad.diagram.backward_texts import BackwardTexts, is_changed, state_of
from graphviz_ad.diagram.frames import Frame, Look, NodeState
from graphviz_ad.diagram.label_texts import OFFICE
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node, corner, stem
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect, straight
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.export.powerpoint.canvas import Canvas
from graphviz_ad.export.powerpoint.drawing import ShapeIdentity, curve, shape
from graphviz_ad.export.powerpoint.math_runs import runs
from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import say


class BackwardShapes:
    """Makes the shapes of the backward half of a deck's frames."""

    def __init__(self, deck: Deck, scene: BackwardScene) -> None:
        self.deck, self.scene, self.theme = deck, scene, deck.style.theme
        trace = self.trace = deck.trace
        self.texts = BackwardTexts(trace, deck.style.digits, deck.style.layers, OFFICE)
        self.numbers = {(edge.node, edge.slot): number for number, edge in enumerate(scene.edges)}
        self.counts, self.retained_at = list(grad_counts(trace)), retained_at(trace)

    def shapes(self, canvas: Canvas, frame: Frame) -> Iterator[str]:
        """A frame → the shapes: lines first, what stands on them behind."""
        states = {edge: state_of(frame.edges[self.numbers[edge]]) for edge in self.scene.returns}
        for edge, line in self.scene.returns.items():
            yield self._line(canvas, f"!!b{_named(edge)} line", line.points, self._stroke(states[edge]))
        for arrow in self.scene.saved:
            if frame.nodes[arrow.source].known:
                width = 2.2 if states[arrow.edge] == "work" else 1.2
                stroke = Stroke(self.theme.forward, width, True)
                yield self._line(canvas, f"!!s{arrow.source}-{_named(arrow.edge)}", arrow.points, stroke)
        for edge, box in self.scene.pullbacks.items():
            yield from self._pullback(canvas, edge, box, states[edge])
        for number, node in self.scene.gradients.items():
            yield from self._gradient(canvas, number, node, frame.nodes[number])
        for number, grad in self.scene.grads.items():
            if frame.k >= self.retained_at.get(number, 0):
                yield from self._grad(canvas, number, grad, frame)
        if self.scene.key:
            words = self.texts.key(self.scene, say("player.saved", self.deck.style.lang))
            yield from canvas.label("!!key", self.scene.key, words, self.theme.sizes.value, self.theme.quiet)

    def _stroke(self, state: str, colour: str = "", tint: str = "") -> Stroke:
        """State of a part → its outline, in the colour of gradients unless said."""
        if state == "todo":
            return Stroke(colour or self.theme.pale, 1.4, not colour, self.theme.paper)
        at_work = state == "work"
        fill = tint or (self.theme.backward_tint if at_work else self.theme.paper)
        return Stroke(colour or self.theme.backward, 2.6 if at_work else 1.4, False, fill)

    def _line(self, canvas: Canvas, name: str, points: tuple[Point, ...], stroke: Stroke, arrow: str = "stop") -> str:
        identity = ShapeIdentity(canvas.number(name), name)
        return curve(identity, tuple(map(canvas.at, points)), canvas.stroke(stroke), arrow)

    def _box(self, canvas: Canvas, name: str, rect: Rect, stroke: Stroke, radius: float) -> str:
        identity = ShapeIdentity(canvas.number(name), name)
        radius *= canvas.placement.scale
        return shape(identity, canvas.rect(rect), "roundRect", canvas.stroke(stroke), corner=radius)

    def _pullback(self, canvas: Canvas, edge: Edge, box: PullbackNode, state: str) -> Iterator[str]:
        x0, y0, x1, y1 = box.rect
        name, there, sizes = f"!!b{_named(edge)}", state != "todo", self.theme.sizes
        yield self._box(canvas, name, box.rect, self._stroke(state), min(x1 - x0, y1 - y0) / 2.4)
        text = self.texts.pullback(edge)
        if box.symbols:
            ink = self.theme.ink if there else self.theme.quiet
            yield from canvas.label(f"{name} symbols", box.symbols, text.symbols, sizes.local, ink)
        if box.numbers and there:
            yield from canvas.label(f"{name} numbers", box.numbers, text.numbers, sizes.local, self.theme.label)
        if box.result and there:
            contribution, colour = self.texts.contribution(edge), self.theme.contribution
            yield from canvas.label(f"{name} sent", box.result, contribution, sizes.contribution, colour)

    def _gradient(self, canvas: Canvas, number: int, node: Node, state: NodeState) -> Iterator[str]:
        """The gradient of a node: its outline with its name, and what it is by now."""
        name, sizes, colour = f"!!g{number}", self.theme.sizes, self.theme.backward
        look = "todo" if not state.grad else "work" if state.look is Look.BACKWARD else "done"
        written, text = self.texts.gradient(number)
        half = node.width / 2, node.height / 2
        rect = (node.x - half[0], node.y - half[1], node.x + half[0], node.y + half[1])
        ink, content = self.theme.quiet if look == "todo" else colour, runs(written)
        identity = ShapeIdentity(canvas.number(name), name, self._alt(number, state))
        yield shape(
            identity, canvas.rect(rect), "ellipse" if node.form == "circle" else "roundRect",
            canvas.stroke(self._stroke(look)), content or "", canvas.text_style(sizes.name, ink),
            corner=canvas.placement.scale * corner(node.form, node.width, node.height),
        )  # fmt: skip
        if content is None and node.sign:
            yield from canvas.label(f"{name} name", node.sign, written, sizes.name, ink)
        if node.dot:
            x, y = node.dot
            stroke = self._stroke(look)
            yield self._line(canvas, f"{name} stem", straight(stem(node, node.dot), node.dot), stroke, "")
            rect = (x - DOT_RADIUS_PT, y - DOT_RADIUS_PT, x + DOT_RADIUS_PT, y + DOT_RADIUS_PT)
            dot = ShapeIdentity(canvas.number(f"{name} dot"), f"{name} dot")
            yield shape(dot, canvas.rect(rect), "ellipse", Stroke("none", 0, False, stroke.colour))
        placed = node.grads.get(state.grad) if state.grad is not None else None
        if placed is not None and state.grad is not None:
            whole = state.grad == node.last
            yield from canvas.label(f"{name} value", placed, text.grads[state.grad], sizes.value, colour, bold=whole)
            if whole and node.terms:
                yield from canvas.label(f"{name} terms", node.terms, text.terms, sizes.value, self.theme.contribution)

    def _alt(self, number: int, state: NodeState) -> str:
        """A gradient → its alternative text."""
        lang, name = self.deck.style.lang, self.trace.graph.names[number]
        words = f"{say('player.gradient', lang)} ∂{self.trace.graph.names[self.trace.graph.output]}/∂{name}"
        if not state.grad or state.grad < self.trace.contributions_to[number]:
            return words
        return f"{words}: {numbers.text(self.trace.grads[number], self.deck.style.digits)}"

    def _grad(self, canvas: Canvas, number: int, box: GradBox, frame: Frame) -> Iterator[str]:
        """The .grad of a node."""
        name, count = f"!!grad{number}", grad_count(self.trace, self.counts, number, frame)
        state = "work" if is_changed(frame, number) else "done" if count else "todo"
        colour, tint = self.theme.at_work("grad")
        going = colour if count else self.theme.pale
        yield self._line(canvas, f"{name} line", box.arrow, Stroke(going, 1.4, not count))
        yield self._box(canvas, name, box.rect, self._stroke(state, colour, tint), 2)
        written = self.texts.grad(number, count)
        yield from canvas.label(f"{name} value", box.texts[count], written, self.theme.sizes.value, self.theme.ink)


def _named(edge: Edge) -> str:
    return f"{edge[0]}-{edge[1]}"
