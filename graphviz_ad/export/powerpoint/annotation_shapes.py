"""What a lecturer says about a picture → shapes: grounds of marked parts, notes, title, caption, legend."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.diagram.highlight import BAND_PT, CORNER_PT, RIM_PT
from graphviz_ad.diagram.legend import Entry
from graphviz_ad.diagram.nodes import note_frame
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.rich_text import RichText, rich_text
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.export.powerpoint.canvas import Canvas
from graphviz_ad.export.powerpoint.drawing import ShapeIdentity, curve, shape
from graphviz_ad.export.powerpoint.math_runs import Run, runs
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.messages.catalogue import say

_LINE_HEIGHT = 1.6
"""Of type: what is higher has several lines, and may be broken anew in another font."""


def grounds(canvas: Canvas, deck: Deck) -> Iterator[str]:
    """Marked parts → their grounds, each part first as wide as its rim, then as its ground."""
    theme, scale = deck.style.theme, canvas.placement.scale
    for number, part in enumerate(deck.scene.parts):
        for layer, (colour, more) in enumerate(((theme.quiet, RIM_PT), (theme.highlight, 0.0))):
            for n, points in enumerate(part.lines):
                name = f"!!part{number}-{layer} line{n}"
                stroke = canvas.stroke(Stroke(colour, BAND_PT + 2 * more, False))
                yield curve(ShapeIdentity(canvas.number(name), name), tuple(map(canvas.at, points)), stroke)
            for n, (x0, y0, x1, y1) in enumerate(part.areas):
                name = f"!!part{number}-{layer} area{n}"
                rect = canvas.rect((x0 - more, y0 - more, x1 + more, y1 + more))
                identity, stroke = ShapeIdentity(canvas.number(name), name), Stroke("none", 0, False, colour)
                yield shape(identity, rect, "roundRect", stroke, corner=(CORNER_PT + more) * scale)


def notes(canvas: Canvas, deck: Deck) -> Iterator[str]:
    """Notes → a frame and the text in it for each."""
    theme, size = deck.style.theme, deck.style.theme.sizes.value
    written = {deck.trace.graph.find(node): text for node, text in deck.style.annotations.notes}
    for node in deck.scene.nodes:
        if not node.note:
            continue
        name = f"!!note{node.id}"
        stroke = canvas.stroke(Stroke(theme.quiet, 1.0, False, theme.box))
        identity = ShapeIdentity(canvas.number(name), name)
        frame = note_frame(node.note)
        yield shape(identity, canvas.rect(frame), "roundRect", stroke, corner=3 * canvas.placement.scale)
        text = rich_text(written[node.id], f"note at '{deck.trace.graph.names[node.id]}'")
        yield _text(canvas, f"{name} text", text, (frame[0] + 1, node.note.rect[1] - 2, frame[2] - 1, frame[3]), size)


def around(canvas: Canvas, deck: Deck) -> Iterator[str]:
    """Title, caption and legend → their shapes."""
    annotations, size = deck.style.annotations, deck.around
    title, caption = (words.placed for words in deck.titles)
    for name, placed, text, points in (
        ("!!title", title, annotations.title, size.title_size), ("!!caption", caption, annotations.caption, size.size),
    ):  # fmt: skip
        if not placed.label.runs:
            continue
        x0, y0, x1, y1 = placed.rect
        whole = (deck.left, y0 - 2, deck.left + deck.width, y1 + 4)
        is_title = name == "!!title"
        rect = (x0, y0, x1, y1) if is_title and y1 - y0 < _LINE_HEIGHT * points else whole
        yield _text(canvas, name, rich_text(text, name), rect, points, graph=False, bold=is_title)
    for number, entry in enumerate(deck.legend):
        yield from _legend(canvas, deck, entry, f"!!legend{number}")


def _text(
    canvas: Canvas, name: str, text: RichText, rect: Rect, size: float, *, graph: bool = True, bold: bool = False
) -> str:  # fmt: skip
    """Text with mathematics → a text box, on lines of its own where it is higher than one."""
    style = canvas.text_style(size, canvas.deck.style.theme.ink, bold=bold, words=True)
    wraps = rect[3] - rect[1] > _LINE_HEIGHT * size
    return canvas.text(name, rect, _runs(text), style, graph=graph, wrap=wraps)


def _runs(text: RichText) -> list[Run]:
    """Text with mathematics → runs; what does not stand on one line as plain text."""
    content: list[Run] = []
    for piece in text.pieces:
        if isinstance(piece, str):
            content.append(Run(piece))
        else:
            content += runs(piece.write(MATHML)) or [Run(piece.write(DISPLAY))]
    return content


def _legend(canvas: Canvas, deck: Deck, entry: Entry, name: str) -> Iterator[str]:
    """A kind of number → its sign, the bar for a number, its word."""
    theme, size = deck.style.theme, deck.around.legend_size
    colour = getattr(theme, entry.kind.colour)
    line = canvas.stroke(Stroke(theme.quiet, 0.1 * size, False))
    identity = ShapeIdentity(canvas.number(f"{name} sign"), f"{name} sign")
    x0, y0, x1, y1 = entry.sign
    if entry.kind.at == "node":
        yield shape(identity, canvas.rect(entry.sign, graph=False), "ellipse", line)
    else:
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        start, stop = ((x, y0), (x, y1)) if deck.upright else ((x0, y), (x1, y))
        points = tuple(canvas.at(point, graph=False) for point in (start, start, stop, stop))
        yield curve(identity, points, line, "stop")
    bar = ShapeIdentity(canvas.number(f"{name} bar"), f"{name} bar")
    yield shape(bar, canvas.rect(entry.bar, graph=False), "rect", Stroke("none", 0, False, colour))
    style = canvas.text_style(size, colour, bold=entry.kind.bold, words=True)
    word = say(f"player.{entry.kind.word}", deck.style.lang)
    yield canvas.text(f"{name} word", entry.word.rect, word, style, graph=False, side="l")
