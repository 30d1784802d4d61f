"""Frame of a deck → shapes that can be edited: nodes, lines between them, texts and formulas.

Everything stands where it stands in the picture of the frame, scaled into its place on the slide. What is the same
thing in every step has the same name, so that Morph moves from state to state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.autodiff.product_signs import entrywise_products
from graphviz_ad.diagram.backward_paint import of_forward_pass
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState
from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.highlight import stronger
from graphviz_ad.diagram.label_texts import OFFICE
from graphviz_ad.diagram.nodes import Node, corner
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.tangent_texts import edge_text, labelled_edges, layers_at, node_text
from graphviz_ad.diagram.theme import AT_WORK, OF_UPDATES, Stroke, outline
from graphviz_ad.diagram.typeset import typeset, union
from graphviz_ad.explain.moments import prose
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.powerpoint.annotation_shapes import around, grounds, notes
from graphviz_ad.export.powerpoint.backward_shapes import BackwardShapes
from graphviz_ad.export.powerpoint.canvas import Canvas, Placement
from graphviz_ad.export.powerpoint.connectors import Connectors
from graphviz_ad.export.powerpoint.drawing import Content, ShapeIdentity, shape
from graphviz_ad.export.powerpoint.math_runs import Run, runs
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML, mathml_name
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import say

_SPACE_PER_SIZE = 0.25
"""Between pieces of an equation: the width of a space, in sizes of the type."""


class NativeShapes:
    """Makes the shapes of a deck's frames; what does not depend on the step is computed once."""

    def __init__(self, deck: Deck, placement: Placement, *, panel: bool) -> None:
        self.deck, self.placement, self.panel = deck, placement, panel
        trace, digits, layers = deck.trace, deck.style.digits, deck.style.layers
        entrywise = entrywise_products(trace)
        self.node_texts = [
            node_text(trace, node, digits, node in entrywise, OFFICE, layers) for node in range(len(trace.graph))
        ]
        symbols = {(edge.node, edge.slot) for edge in deck.scene.edges if edge.local is not None}
        self.edge_texts = {
            (n, slot): edge_text(trace, n, slot, digits, OFFICE, layers_at(trace, (n, slot) in symbols, layers))
            for n, slot in labelled_edges(trace)
        }
        teller = Teller(trace, deck.style.lang, digits)
        self.kinds = [teller.kind(node) for node in range(len(trace.graph))]
        self.connectors = Connectors(deck)
        self.backward = BackwardShapes(deck, deck.scene) if isinstance(deck.scene, BackwardScene) else None
        self.shape_numbers: dict[str, int] = {}
        self.label_shapes: dict[tuple[object, ...], str] = {}
        pieces = list(dict.fromkeys(piece for n in deck.numbers for piece in deck.captions[n].pieces))
        typeset_alone = typeset(pieces, deck.style.lang, deck.style.theme.fonts)
        self.widths = {piece: label.width for piece, label in zip(pieces, typeset_alone, strict=True)}
        self.call_names = [group.name for group in trace.graph.groups if len(set(group.members)) > 1]

    def xml(self, slide: Slide) -> str:
        """Words of a frame → XML of its shapes."""
        frame = self.deck.frames[slide.number]
        canvas = Canvas(self.deck, self.placement, self.shape_numbers, self.label_shapes)
        shapes = [*self._background(canvas, frame), *grounds(canvas, self.deck), *self._calls(canvas)]
        back = [] if self.backward is None else list(self.backward.shapes(canvas, frame))
        frame = frame if self.backward is None else of_forward_pass(frame)
        for number in range(len(frame.nodes)):  # their numbers are known before the connectors that are glued to them
            canvas.number(f"!!n{number}")
        on_top: list[str] = []
        for number, edge in enumerate(frame.edges):
            is_active = edge.look in AT_WORK
            (on_top if is_active else shapes).append(self.connectors.line(canvas, number, edge))
        shapes += on_top
        for number, node in enumerate(frame.nodes):
            shapes += self.connectors.stem(canvas, number, node)
            shapes += self._node(canvas, number, node)
        for number, edge in enumerate(frame.edges):
            shapes += self._labels(canvas, number, edge)
        shapes += [*back, *notes(canvas, self.deck), *around(canvas, self.deck)]
        return "".join((*shapes, *self._words(canvas, slide)))

    def _background(self, canvas: Canvas, frame: Frame) -> Iterator[str]:
        """Frame → shapes of the paper, the mark in the formula, and the bar."""
        deck, theme = self.deck, self.deck.style.theme

        def flat(name: str, rect: Rect, colour: str, corner: float = 0.0) -> str:
            preset = "roundRect" if corner else "rect"
            identity = ShapeIdentity(canvas.number(name), name)
            stroke = Stroke("none", 0, False, colour)
            radius = canvas.placement.scale * corner
            return shape(identity, canvas.rect(rect, graph=False), preset, stroke, corner=radius)

        if self.panel:
            yield flat("!!paper", (0, 0, deck.full_width, deck.height), theme.paper)
        colour, tint = theme.at_work(frame.phase)
        mark = deck.header.mark(frame.at) if frame.at is not None else None
        if mark:
            x0, y0, x1, y1 = mark
            x, y = deck.left, deck.header_top
            yield flat("!!mark", (x + x0 - 3, y + y0 - 3, x + x1 + 3, y + y1 + 3), tint, 3)
        top, done = deck.bar_top, deck.width * frame.k / max(1, len(deck.trace.steps))
        yield flat("!!bar", (deck.left, top, deck.left + deck.width, top + 4), theme.bar, 2)
        if done:
            yield flat("!!done", (deck.left, top, deck.left + done, top + 4), colour, 2)

    def _calls(self, canvas: Canvas) -> Iterator[str]:
        """Canvas → frames of the calls in the graph, with the names of the functions."""
        theme = self.deck.style.theme
        for number, (rect, title) in enumerate(self.deck.scene.groups):
            name = f"!!call{number}"
            stroke = canvas.stroke(Stroke(theme.pale, 1.0, True))
            identity = ShapeIdentity(canvas.number(name), name)
            yield shape(identity, canvas.rect(rect), "roundRect", stroke, corner=8 * canvas.placement.scale)
            name_markup = mathml_name(self.call_names[number])
            yield from canvas.label(f"{name} name", title, name_markup, self.deck.style.theme.sizes.group, theme.quiet)

    def _words(self, canvas: Canvas, slide: Slide) -> Iterator[str]:
        """Words of a frame → text boxes: the formula above the graph, the equation and the sentence below it."""
        deck, theme = self.deck, self.deck.style.theme
        header, sizes = deck.header, deck.sizes
        if header.text is not None:
            statements = [MATHML.words(header.text, "text")]
        else:
            written = written_statements(deck.trace, MATHML)
            statements = ["<mo>⋯</mo>" if at is None else written[at] for at in header.shown]
        for number, (placed, statement) in enumerate(zip(header.statements, statements, strict=True)):
            moved = replace(placed, x=placed.x + deck.left, y=placed.y + deck.header_top)
            yield from canvas.label(f"!!formula{number}", moved, statement, sizes.header, theme.ink, graph=False)
        counter, equation, sentence_words = deck.words(slide.number)
        style = canvas.text_style(sizes.counter, counter.colour, words=True)
        yield canvas.text("!!counter", counter.placed.rect, slide.heading, style, graph=False, side="r")
        if shown := slide.shown.write(MATHML):
            lines = self._equation_lines(slide, shown)
            yield from canvas.label(
                "!!equation", equation.placed, shown, deck.captions[slide.number].equation_size, theme.ink, graph=False,
                lines=lines,
            )  # fmt: skip
        if slide.sentence:
            top, bottom = sentence_words.placed.rect[1] - 0.35 * sizes.sentence, self._sentence_bottom()
            rect = (deck.left, top, deck.left + deck.width, bottom)
            style = canvas.text_style(sizes.sentence, theme.quiet, words=True)
            yield canvas.text("!!sentence", rect, self._sentence(slide), style, graph=False, wrap=True)

    def _sentence_bottom(self) -> float:
        """→ how far down a sentence may reach: to the caption or the legend, or to the bar."""
        deck = self.deck
        following = deck.bar_top - 1.3 * deck.sizes.sentence > deck.caption_top + 0.1
        return deck.caption_top + 0.4 * deck.sizes.sentence if following else deck.bar_top - 0.4 * deck.sizes.sentence

    def _equation_lines(self, slide: Slide, shown: str) -> list[str]:
        """Words of a frame → the lines of its equation, broken before relation signs where those of the picture are."""
        pieces = self.deck.captions[slide.number].pieces
        written_pieces = slide.pieces(MATHML)
        if len(pieces) != len(written_pieces):  # two parts that are the same in MathML, where they stand there once
            return [shown]
        lines: list[str] = []
        left = 0.0
        for written, piece in zip(written_pieces, pieces, strict=True):
            wide = self.widths[piece]
            if lines and wide <= left:
                lines[-1] += written
            else:
                lines.append(written)
                left = self.deck.width
            left -= wide + _SPACE_PER_SIZE * self.deck.captions[slide.number].equation_size
        return lines

    def _sentence(self, slide: Slide) -> Content:
        """Words of a frame → its sentence, in which names look as they do in the graph."""
        deck, frame = self.deck, self.deck.frames[slide.number]
        if frame.step is None:
            return slide.sentence
        content: list[Run] = []
        for _, piece in prose(deck.trace, frame.moment, deck.style.lang, deck.style.digits):
            written = None if isinstance(piece, str) else runs(piece.write(MATHML))
            if written is None:
                written = [Run(piece if isinstance(piece, str) else piece.write(DISPLAY))]
            content += written
        return content

    def _node(self, canvas: Canvas, number: int, state: NodeState) -> Iterator[str]:
        deck, theme = self.deck, self.deck.style.theme
        node, text, sizes = deck.scene.nodes[number], self.node_texts[number], theme.sizes
        ink = theme.quiet if state.look is Look.TODO else theme.ink
        if number in deck.trace.graph.constants:
            size = sizes.value + 1
        else:
            size = sizes.name if node.form == "box" else sizes.sign
        sign, half_width, half_height = runs(text.sign), node.width / 2, node.height / 2
        name, stroke = f"!!n{number}", outline(theme, node.form, state.look)
        if any(number in part.nodes for part in deck.scene.parts):
            stroke = stronger(stroke)
        yield shape(
            ShapeIdentity(canvas.number(name), name, self._alt(number, state)),
            canvas.rect((node.x - half_width, node.y - half_height, node.x + half_width, node.y + half_height)),
            "ellipse" if node.form == "circle" else "roundRect", canvas.stroke(stroke),
            sign or "", canvas.text_style(size, ink),
            corner=canvas.placement.scale * corner(node.form, node.width, node.height))  # fmt: skip
        if sign is None:
            yield from canvas.label(f"{name} sign", node.sign, text.sign, size, ink)
        computed = theme.update if state.look in OF_UPDATES else theme.forward
        value = text.value if state.known else ""
        if node.name and node.value and value and runs(value) is None:
            rect, written = union((node.name.rect, node.value.rect)), f"{text.name} {value}"
            both = canvas.formula((written,), written, (node.name, node.value))
            yield canvas.text(f"{name} value", rect, both, canvas.text_style(sizes.value, computed))
            value = ""
        elif node.name:
            colour = computed if state.known else theme.quiet
            yield from canvas.label(f"{name} name", node.name, text.name, sizes.value, colour)
        if node.value:
            yield from canvas.label(f"{name} value", node.value, value, sizes.value, computed)
        if state.grad is not None and node.unknown:
            yield from self._gradient(canvas, node, state.grad, name)

    def _gradient(self, canvas: Canvas, node: Node, count: int, name: str) -> Iterator[str]:
        theme, size = self.deck.style.theme, self.deck.style.theme.sizes.value
        placed = node.grads.get(count)
        if placed:
            gradient = self.node_texts[node.id].grads[count]
            is_whole = count == node.last
            yield from canvas.label(f"{name} gradient", placed, gradient, size, theme.backward, bold=is_whole)
            if is_whole and node.terms:
                terms = self.node_texts[node.id].terms
                yield from canvas.label(f"{name} terms", node.terms, terms, size, theme.contribution)
        elif node.unknown:
            unknown = MATHML.words("?", "text")
            yield from canvas.label(f"{name} gradient", node.unknown, unknown, size, theme.quiet)

    def _alt(self, number: int, state: NodeState) -> str:
        """Node in a state → its alternative text: what it is, with the numbers that are known by now."""
        trace, lang, digits = self.deck.trace, self.deck.style.lang, self.deck.style.digits
        kind = self.kinds[number]
        description = say(f"player.{kind}", lang) if kind in ("input", "constant") else kind
        parts = [f"{say('player.node', lang)} {trace.graph.names[number]}: {description}"]
        if state.known:
            parts.append(f"{say('player.value', lang)} {numbers.text(trace.values[number], digits)}")
        if state.grad and trace.forward_mode is not None:
            tangent = numbers.text(trace.forward_mode.tangent(number), digits)
            parts.append(f"{say('player.tangent', lang)} {tangent}")
        elif state.grad and state.grad >= trace.contributions_to[number]:
            parts.append(f"{say('player.gradient', lang)} {numbers.text(trace.grads[number], digits)}")
        return ", ".join(parts)

    def _labels(self, canvas: Canvas, number: int, state: EdgeState) -> Iterator[str]:
        theme = self.deck.style.theme
        edge, sizes = self.deck.scene.edges[number], theme.sizes
        if (edge.node, edge.slot) not in self.edge_texts:
            return
        text, name = self.edge_texts[edge.node, edge.slot], f"!!e{edge.node}-{edge.slot}"
        strong = theme.ink if state.look in AT_WORK else theme.label
        if edge.local:
            yield from canvas.label(f"{name} local", edge.local, text.local, sizes.local, strong)
        if edge.number and state.known:
            yield from canvas.label(f"{name} number", edge.number, text.number, sizes.local, strong)
        if edge.shape:
            yield from canvas.label(f"{name} shape", edge.shape, text.shape, sizes.shape, theme.quiet)
        if edge.contribution and state.contributed:
            size = sizes.contribution
            yield from canvas.label(f"{name} sent", edge.contribution, text.contribution, size, theme.contribution)
