"""Frame of a deck → shapes that can be edited: nodes, connectors glued to them, texts and formulas.

Everything stands where it stands in the picture of the frame, scaled into the room on the slide. What is the same
thing in every step has the same name, so that Morph moves from state to state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.autodiff.steps import Evaluate
from graphviz_ad.diagram.fitting import MARGIN
from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState
from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.label_texts import OFFICE, edge_text, node_text
from graphviz_ad.diagram.labels import entrywise_products
from graphviz_ad.diagram.nodes import Node, corner
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke, outline
from graphviz_ad.diagram.typeset import typeset, union
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.powerpoint.canvas import Room, Sheet
from graphviz_ad.export.powerpoint.connectors import Lines
from graphviz_ad.export.powerpoint.drawing import Content, Named, shape
from graphviz_ad.export.powerpoint.math_runs import Run, runs
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML, mathml_name
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import say

_SPACE = 0.25
"""Between pieces of an equation, in sizes of its type: what a space takes."""


class Native:
    """Makes the shapes of a deck's frames; what does not depend on the step is made once."""

    def __init__(self, deck: Deck, room: Room, *, panel: bool) -> None:
        self.deck, self.room, self.panel = deck, room, panel
        trace, digits = deck.trace, deck.style.digits
        entrywise = entrywise_products(trace)
        self.node_text = [node_text(trace, node, digits, node in entrywise, OFFICE) for node in range(len(trace.graph))]
        self.edge_text = {(n, slot): edge_text(trace, n, slot, digits, OFFICE) for n, slot, _ in trace.backward_edges()}
        teller = Teller(trace, deck.style.lang, digits)
        self.kinds = [teller.kind(node) for node in range(len(trace.graph))]
        self.lines = Lines(deck)
        self.names: dict[str, int] = {}
        self.labels: dict[tuple[object, ...], str] = {}
        pieces = list(dict.fromkeys(piece for n in deck.numbers for piece in deck.captions[n].pieces))
        set_alone = typeset(pieces, deck.style.lang, deck.style.theme.fonts)
        self.widths = {piece: label.width for piece, label in zip(pieces, set_alone, strict=True)}
        self.groups = [group.name for group in trace.graph.groups if len(set(group.members)) > 1]

    def shapes(self, slide: Slide) -> str:
        """Words of a frame → its shapes."""
        frame = self.deck.frames[slide.number]
        sheet = Sheet(self.deck, self.room, self.names, self.labels)
        made = [*self._around(sheet, frame), *self._framed(sheet)]
        for number in range(len(frame.nodes)):  # their numbers are known before the lines that are glued to them
            sheet.number(f"!!n{number}")
        above: list[str] = []
        for number, edge in enumerate(frame.edges):
            active = edge.look in (Look.FORWARD, Look.BACKWARD)
            (above if active else made).extend(self.lines.line(sheet, number, edge))
        made += above
        for number, node in enumerate(frame.nodes):
            made += self._node(sheet, number, node)
        for number, edge in enumerate(frame.edges):
            made += self._labels(sheet, number, edge)
        return "".join((*made, *self._words(sheet, slide)))

    def _around(self, sheet: Sheet, frame: Frame) -> Iterator[str]:
        """Paper, the mark in the formula, the bar."""
        deck, theme = self.deck, self.deck.style.theme

        def flat(name: str, rect: Rect, colour: str, corner: float = 0.0) -> str:
            form = "roundRect" if corner else "rect"
            named = Named(sheet.number(name), name)
            stroke = Stroke("none", 0, False, colour)
            return shape(named, sheet.rect(rect, graph=False), form, stroke, corner=sheet.room.scale * corner)

        if self.panel:
            yield flat("!!paper", (0, 0, deck.full_width, deck.height), theme.paper)
        forward = isinstance(frame.step, Evaluate) or frame.k == 0
        mark = deck.header.mark(frame.at) if frame.at is not None else None
        if mark:
            x0, y0, x1, y1 = mark
            x, y = deck.left, MARGIN
            tint = theme.forward_tint if forward else theme.backward_tint
            yield flat("!!mark", (x + x0 - 3, y + y0 - 3, x + x1 + 3, y + y1 + 3), tint, 3)
        top, done = deck.bar_top, deck.width * frame.k / max(1, len(deck.trace.steps))
        yield flat("!!bar", (deck.left, top, deck.left + deck.width, top + 4), theme.bar, 2)
        if done:
            colour = theme.forward if forward else theme.backward
            yield flat("!!done", (deck.left, top, deck.left + done, top + 4), colour, 2)

    def _framed(self, sheet: Sheet) -> Iterator[str]:
        """Frames of calls."""
        theme = self.deck.style.theme
        for number, (rect, title) in enumerate(self.deck.scene.groups):
            name = f"!!call{number}"
            stroke = sheet.stroke(Stroke(theme.pale, 1.0, True))
            named = Named(sheet.number(name), name)
            yield shape(named, sheet.rect(rect), "roundRect", stroke, corner=8 * sheet.room.scale)
            written = mathml_name(self.groups[number])
            yield from sheet.label(f"{name} name", title, written, self.deck.style.theme.sizes.group, theme.quiet)

    def _words(self, sheet: Sheet, slide: Slide) -> Iterator[str]:
        """The formula above the graph, equation and sentence below it."""
        deck, theme = self.deck, self.deck.style.theme
        header, sizes = deck.header, deck.sizes
        if header.text is not None:
            written = [MATHML.words(header.text, "text")]
        else:
            written = written_statements(deck.trace, MATHML)
        for number, (placed, statement) in enumerate(zip(header.statements, written, strict=True)):
            moved = replace(placed, x=placed.x + deck.left, y=placed.y + MARGIN)
            yield from sheet.label(f"!!formula{number}", moved, statement, sizes.header, theme.ink, graph=False)
        _, equation, said = deck.words(slide.number)
        if shown := slide.shown.write(MATHML):
            lines = self._lines(slide, shown)
            yield from sheet.label(
                "!!equation", equation.placed, shown, sizes.equation, theme.ink, graph=False, lines=lines
            )
        if slide.said:
            top, bottom = said.placed.rect[1] - 0.35 * sizes.sentence, deck.bar_top - 0.4 * sizes.sentence
            rect = (deck.left, top, deck.left + deck.width, bottom)
            type = sheet.type(sizes.sentence, theme.quiet, words=True)
            yield sheet.text("!!sentence", rect, self._sentence(slide), type, graph=False, wrap=True)

    def _lines(self, slide: Slide, shown: str) -> list[str]:
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
            left -= wide + _SPACE * self.deck.sizes.equation
        return lines

    def _sentence(self, slide: Slide) -> Content:
        """Words of a frame → its sentence, in which names look as they do in the graph."""
        step = self.deck.frames[slide.number].step
        if step is None:
            return slide.said
        found: list[Run] = []
        for _, piece in sentence(self.deck.trace, step, self.deck.style.lang, self.deck.style.digits):
            written = None if isinstance(piece, str) else runs(piece.write(MATHML))
            if written is None:
                written = [Run(piece if isinstance(piece, str) else piece.write(DISPLAY))]
            found += written
        return found

    def _node(self, sheet: Sheet, number: int, state: NodeState) -> Iterator[str]:
        deck, theme = self.deck, self.deck.style.theme
        node, text, sizes = deck.scene.nodes[number], self.node_text[number], theme.sizes
        ink = theme.quiet if state.look is Look.TODO else theme.ink
        if number in deck.trace.graph.constants:
            size = sizes.value + 1
        else:
            size = sizes.name if node.form == "box" else sizes.sign
        sign, half = runs(text.sign), (node.width / 2, node.height / 2)
        name = f"!!n{number}"
        yield shape(
            Named(sheet.number(name), name, self._told(number, state)),
            sheet.rect((node.x - half[0], node.y - half[1], node.x + half[0], node.y + half[1])),
            "ellipse" if node.form == "circle" else "roundRect", sheet.stroke(outline(theme, node.form, state.look)),
            sign or "", sheet.type(size, ink),
            corner=sheet.room.scale * corner(node.form, node.width, node.height))  # fmt: skip
        if sign is None:
            yield from sheet.label(f"{name} sign", node.sign, text.sign, size, ink)
        value = text.value if state.known else ""
        if node.name and node.value and value and runs(value) is None:
            rect, written = union((node.name.rect, node.value.rect)), f"{text.name} {value}"
            both = sheet.formula((written,), written, (node.name, node.value))
            yield sheet.text(f"{name} value", rect, both, sheet.type(sizes.value, theme.forward))
            value = ""
        elif node.name:
            colour = theme.forward if state.known else theme.quiet
            yield from sheet.label(f"{name} name", node.name, text.name, sizes.value, colour)
        if node.value:
            yield from sheet.label(f"{name} value", node.value, value, sizes.value, theme.forward)
        if state.grad is not None and node.unknown:
            yield from self._gradient(sheet, node, state.grad, name)

    def _gradient(self, sheet: Sheet, node: Node, count: int, name: str) -> Iterator[str]:
        theme, size = self.deck.style.theme, self.deck.style.theme.sizes.value
        found = node.grads.get(count)
        if found:
            written = self.node_text[node.id].grads[count]
            yield from sheet.label(f"{name} gradient", found, written, size, theme.backward, bold=True)
        elif node.unknown:
            yield from sheet.label(f"{name} gradient", node.unknown, "?", size, theme.quiet)

    def _told(self, number: int, state: NodeState) -> str:
        """Node in a state → what it is, with the numbers that are known by now."""
        trace, lang, digits = self.deck.trace, self.deck.style.lang, self.deck.style.digits
        kind = self.kinds[number]
        what = say(f"player.{kind}", lang) if kind in ("input", "constant") else kind
        told = [f"{say('player.node', lang)} {trace.graph.names[number]}: {what}"]
        if state.known:
            told.append(f"{say('player.value', lang)} {numbers.text(trace.values[number], digits)}")
        if state.grad and state.grad >= trace.contributions_to[number]:
            told.append(f"{say('player.gradient', lang)} {numbers.text(trace.grads[number], digits)}")
        return ", ".join(told)

    def _labels(self, sheet: Sheet, number: int, state: EdgeState) -> Iterator[str]:
        theme = self.deck.style.theme
        edge, sizes = self.deck.scene.edges[number], theme.sizes
        if (edge.node, edge.slot) not in self.edge_text:
            return
        text, name = self.edge_text[edge.node, edge.slot], f"!!e{edge.node}-{edge.slot}"
        strong = theme.ink if state.look in (Look.FORWARD, Look.BACKWARD) else theme.label
        if edge.local:
            yield from sheet.label(f"{name} local", edge.local, text.local, sizes.local, strong)
        if edge.number and state.known:
            yield from sheet.label(f"{name} number", edge.number, text.number, sizes.local, strong)
        if edge.shape:
            yield from sheet.label(f"{name} shape", edge.shape, text.shape, sizes.shape, theme.quiet)
        if edge.sent and state.sent:
            size = sizes.contribution
            yield from sheet.label(f"{name} sent", edge.sent, text.sent, size, theme.backward, bold=True)
