r"""What a lecturer says about a picture → lines of its TikZ picture: grounds, notes, title, caption, legend.

They look the same on every slide, so that they stand in no `\only`.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.diagram.highlight import BAND_PT, CORNER_PT, RIM_PT
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.legend import Entry
from graphviz_ad.diagram.nodes import Placed, note_frame
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.rich_text import rich_text
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import short
from graphviz_ad.export.latex.text import plain_text
from graphviz_ad.messages.catalogue import say

_SLACK = 1.12
"""How much wider or higher, as a factor, LaTeX may set words than Typst measured them before they are made smaller."""
_LINE_HEIGHT = 1.6
"""Of type: what is higher has several lines."""


def grounds(deck: Deck) -> Iterator[str]:
    """Marked parts → their grounds, each first as wide as its rim, then as the ground itself."""
    for part in deck.scene.parts:
        for colour, more in (("ad-quiet", RIM_PT), ("ad-highlight", 0.0)):
            for points in part.lines:
                width = short(BAND_PT + 2 * more)
                yield rf"  \draw[{colour}, line width={width}pt, line join=round] {_curve(points)};"
            for x0, y0, x1, y1 in part.areas:
                corners = f"{_at((x0 - more, y0 - more))} rectangle {_at((x1 + more, y1 + more))}"
                yield rf"  \fill[{colour}, rounded corners={short(CORNER_PT + more)}pt] {corners};"


def notes(deck: Deck) -> Iterator[str]:
    """Notes → a frame and the text in it for each."""
    texts = {deck.trace.graph.find(node): text for node, text in deck.style.annotations.notes}
    for node in deck.scene.nodes:
        if node.note:
            yield rf"  \filldraw[draw=ad-quiet, fill=ad-box, rounded corners=3pt] {_rectangle(note_frame(node.note))};"
            text = rich_text(texts[node.id], f"note at '{deck.trace.graph.names[node.id]}'")
            yield "  " + _words(node.note, text.latex(), deck.style.theme.sizes.value)


def around(deck: Deck) -> Iterator[str]:
    """Deck → its title, caption and legend."""
    annotations, size = deck.style.annotations, deck.around
    title, caption = (words.placed for words in deck.titles)
    if title.label.runs:
        yield "  " + _words(
            title, rich_text(annotations.title, "title").latex(), size.title_size, deck.width, is_title=True
        )
    if caption.label.runs:
        yield "  " + _words(caption, rich_text(annotations.caption, "caption").latex(), size.size, deck.width)
    for entry in deck.legend:
        yield from _legend(deck, entry)


def _words(placed: Placed, text: str, size: float, width: float = 0.0, *, is_title: bool = False) -> str:
    """Words in their place → a node: on their baseline where they are one line, else in the width they have."""
    x0, y0, x1, y1 = placed.rect
    scale, bold = short(size / 10), r", font=\bfseries\boldmath" if is_title else ""
    if y1 - y0 <= _LINE_HEIGHT * size:
        label = f"{{{scale}}}{{{short(_SLACK * (x1 - x0) + 2)}}}"
        return rf"\node[ad label={label}{bold}] at {_at((x0, placed.y))} {{{text}}};"
    room = f"{{{scale}}}{{{short(width or x1 - x0 + 9)}}}{{{short(_SLACK * (y1 - y0))}}}"
    if is_title:
        return rf"\node[ad paragraph={room}{bold}] at {_at((x0, placed.y))} {{{text}}};"
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    return rf"\node[ad lines={room}, anchor=center] at {_at(middle)} {{{text}}};"


def _legend(deck: Deck, entry: Entry) -> Iterator[str]:
    """A kind of number → its sign, the bar for a number, its word."""
    size = deck.around.legend_size
    x0, y0, x1, y1 = entry.sign
    x, y, colour = (x0 + x1) / 2, (y0 + y1) / 2, f"ad-{entry.kind.colour}"
    width = f"draw=ad-quiet, line width={short(0.1 * size)}pt"
    if entry.kind.at == "node":
        yield rf"  \draw[{width}] {_at((x, y))} circle[radius={short((x1 - x0) / 2)}];"
    else:
        start, stop = ((x, y0), (x, y1)) if deck.upright else ((x0, y), (x1, y))
        yield rf"  \draw[{width}, -{{Triangle[length=4pt, width=4pt]}}] {_at(start)} -- {_at(stop)};"
    yield rf"  \fill[{colour}] {_rectangle(entry.bar)};"
    word = plain_text(say(f"player.{entry.kind.word}", deck.style.lang))
    word = rf"\textbf{{{word}}}" if entry.kind.bold else word
    room = short(_SLACK * entry.word.label.ink_width + 4)
    where = _at((entry.word.rect[0], entry.word.y))
    yield rf"  \node[ad label={{{short(size / 10)}}}{{{room}}}, text={colour}] at {where} {{{word}}};"


def _curve(points: tuple[Point, ...]) -> str:
    """Bézier points → a path."""
    pieces = (points[at : at + 3] for at in range(1, len(points), 3))
    return _at(points[0]) + "".join(f" .. controls {_at(a)} and {_at(b)} .. {_at(c)}" for a, b, c in pieces)


def _rectangle(rect: Rect) -> str:
    return f"{_at(rect[:2])} rectangle {_at(rect[2:])}"


def _at(point: Point) -> str:
    return f"({short(point[0])},{short(point[1])})"
