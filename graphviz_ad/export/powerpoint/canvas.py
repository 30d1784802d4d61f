"""A slide in the making: where things of a picture stand on it, which numbers its shapes have, how text is set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.diagram.typeset import union
from graphviz_ad.export.powerpoint.drawing import Content, Formula, Named, Type, shape
from graphviz_ad.export.powerpoint.geometry import geometry
from graphviz_ad.export.powerpoint.math_runs import as_text, runs

_FIRST = 10
"""Numbers of shapes below this are left to the placeholders of the slide."""
_RISE = 0.34
"""From the baseline to the middle of a line of text, in sizes of its type."""
_FULL = 0.85
"""Part of the width above which a text below or above the graph has several lines, or may need them in other type."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a picture stands on a slide: its left upper corner in points, and points a unit of the picture."""

    x: float
    y: float
    scale: float


@dataclass
class Sheet:
    """A slide that gets the shapes of a frame; slides that share `names` and `labels` make each label once."""

    deck: Deck
    room: Room
    names: dict[str, int] = field(default_factory=dict)
    labels: dict[tuple[object, ...], str] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Name of a shape → its number on the slide."""
        return self.names.setdefault(name, _FIRST + len(self.names))

    def at(self, point: Point, *, graph: bool = True) -> Point:
        """Of the picture, or with `graph` of the graph in it → on the slide, in points."""
        deck, (x, y) = self.deck, point
        if graph:
            x, y = x + deck.left + (deck.width - deck.scene.width) / 2, y + deck.graph_top
        return self.room.x + self.room.scale * x, self.room.y + self.room.scale * y

    def rect(self, rect: Rect, *, graph: bool = True) -> Rect:
        """Of the picture, or with `graph` of the graph in it → on the slide."""
        (x0, y0), (x1, y1) = self.at(rect[:2], graph=graph), self.at(rect[2:], graph=graph)
        return x0, y0, x1, y1

    def stroke(self, stroke: Stroke) -> Stroke:
        """A line as wide as it is in the picture."""
        return replace(stroke, width=stroke.width * self.room.scale)

    def label(
        self, name: str, placed: Placed, written: str, size: float, colour: str, *,
        bold: bool = False, graph: bool = True, lines: Sequence[str] = ()) -> Iterator[str]:  # fmt: skip
        """A text of the picture → a text box: on its baseline where it is one line, about its middle otherwise.

        `lines` are those of a formula that has several.
        """
        if not written or not placed.label.runs:
            return
        key = (name, written, placed.x, placed.y, size, colour, bold)
        if key in self.labels:
            yield self.labels[key]
            return
        content: Content = runs(written) or self.formula(lines or (written,), written, (placed,), graph=graph)
        x0, y0, x1, y1 = placed.rect
        wrap = not graph and (x1 - x0 > _FULL * self.deck.width)
        if wrap:
            spare = 0.0 if isinstance(content, list) else 0.9 * self.deck.left  # Office's mathematics may be wider
            x0, x1 = self.deck.left - spare, self.deck.left + self.deck.width + spare
        elif not isinstance(content, Formula):
            middle = placed.y - _RISE * size
            y0, y1 = middle - 0.6 * size, middle + 0.6 * size
        type = self.type(size, colour, bold=bold)
        self.labels[key] = self.text(name, (x0, y0, x1, y1), content, type, graph=graph, wrap=wrap)
        yield self.labels[key]

    def formula(
        self, lines: Sequence[str], written: str, placed: Sequence[Placed], *, graph: bool = True
    ) -> Formula:  # fmt: skip
        """Lines of MathML, all of it, and its outlines in their places → a formula."""
        x0, y0, x1, y1 = rect = union([one.rect for one in placed])
        paths = tuple((run.path, one.x - x0, one.y - y0) for one in placed for run in one.label.runs)
        drawn = geometry(paths, x1 - x0, y1 - y0)
        return Formula(tuple(lines), as_text(written), drawn, self.rect(rect, graph=graph))

    def text(
        self, name: str, rect: Rect, content: Content, type: Type, *, graph: bool = True,
        wrap: bool = False) -> str:  # fmt: skip
        """Content → a text box."""
        named = Named(self.number(name), name, text=True)
        return shape(named, self.rect(rect, graph=graph), content=content, type=type, wrap=wrap)

    def type(self, size: float, colour: str, *, bold: bool = False, words: bool = False) -> Type:
        """Size in the picture, and colour → how text is set."""
        return Type(self.room.scale * size, colour, bold, words, self.deck.style.lang)
