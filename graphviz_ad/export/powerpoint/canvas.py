"""Parts of a picture → shapes on a slide: where they stand on it, which numbers they have, how their text is set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.diagram.typeset import union
from graphviz_ad.export.powerpoint.drawing import FIRST_SHAPE_NUMBER, Content, Formula, ShapeIdentity, TextStyle, shape
from graphviz_ad.export.powerpoint.geometry import geometry
from graphviz_ad.export.powerpoint.math_runs import as_text, runs

_RISE_PER_SIZE = 0.34
"""From the baseline to the middle of a line of text, in sizes of its type: half the height of a capital."""
_MAX_LINE_SHARE = 0.85
"""Of the width: a text above or below the graph that is wider has several lines, or may need them in other type."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture stands on a slide: its left upper corner in points, and points a unit of the picture."""

    x: float
    y: float
    scale: float


@dataclass
class Canvas:
    """Places the parts of a frame on a slide.

    Canvases that share `shape_numbers` and `label_shapes` make each label once.
    """

    deck: Deck
    placement: Placement
    shape_numbers: dict[str, int] = field(default_factory=dict)
    label_shapes: dict[tuple[object, ...], str] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Name of a shape → its number on the slide."""
        return self.shape_numbers.setdefault(name, FIRST_SHAPE_NUMBER + len(self.shape_numbers))

    def at(self, point: Point, *, graph: bool = True) -> Point:
        """Point of the picture, or with `graph` of the graph in it → the one on the slide, in points."""
        deck, (x, y) = self.deck, point
        if graph:
            x, y = x + deck.scene_x, y + deck.graph_top
        return self.placement.x + self.placement.scale * x, self.placement.y + self.placement.scale * y

    def rect(self, rect: Rect, *, graph: bool = True) -> Rect:
        """Rectangle of the picture, or with `graph` of the graph in it → the one on the slide."""
        (x0, y0), (x1, y1) = self.at(rect[:2], graph=graph), self.at(rect[2:], graph=graph)
        return x0, y0, x1, y1

    def stroke(self, stroke: Stroke) -> Stroke:
        """Stroke of the picture → the one on the slide, as wide beside the rest."""
        return replace(stroke, width=stroke.width * self.placement.scale)

    def label(
        self, name: str, placed: Placed, written: str, size: float, colour: str, *,
        bold: bool = False, graph: bool = True, lines: Sequence[str] = ()) -> Iterator[str]:  # fmt: skip
        """A text of the picture → a text box: on its baseline where it is one line, about its middle otherwise.

        `lines` are those of a formula that has several.
        """
        if not written or not placed.label.runs:
            return
        key = (name, written, placed.x, placed.y, size, colour, bold)
        if key in self.label_shapes:
            yield self.label_shapes[key]
            return
        content: Content = runs(written) or self.formula(lines or (written,), written, (placed,), graph=graph)
        x0, y0, x1, y1 = placed.rect
        wrap = not graph and (x1 - x0 > _MAX_LINE_SHARE * self.deck.width)
        if wrap:
            spare = 0.0 if isinstance(content, list) else 0.9 * self.deck.left  # Office's mathematics may be wider
            x0, x1 = self.deck.left - spare, self.deck.left + self.deck.width + spare
        elif not isinstance(content, Formula):
            middle = placed.y - _RISE_PER_SIZE * size
            y0, y1 = middle - 0.6 * size, middle + 0.6 * size
        style = self.text_style(size, colour, bold=bold)
        self.label_shapes[key] = self.text(name, (x0, y0, x1, y1), content, style, graph=graph, wrap=wrap)
        yield self.label_shapes[key]

    def formula(
        self, lines: Sequence[str], written: str, placed: Sequence[Placed], *, graph: bool = True
    ) -> Formula:  # fmt: skip
        """Lines of MathML, all of it, and its outlines in their places → a formula."""
        x0, y0, x1, y1 = rect = union([part.rect for part in placed])
        paths = tuple((run.path, part.x - x0, part.y - y0) for part in placed for run in part.label.runs)
        drawn = geometry(paths, x1 - x0, y1 - y0)
        return Formula(tuple(lines), as_text(written), drawn, self.rect(rect, graph=graph))

    def text(
        self, name: str, rect: Rect, content: Content, style: TextStyle, *, graph: bool = True,
        wrap: bool = False, side: str = "ctr") -> str:  # fmt: skip
        """Content → a text box; what is wider in another font grows from its `side`."""
        identity = ShapeIdentity(self.number(name), name, is_text=True)
        return shape(identity, self.rect(rect, graph=graph), content=content, style=style, wrap=wrap, side=side)

    def text_style(self, size: float, colour: str, *, bold: bool = False, words: bool = False) -> TextStyle:
        """Size in the picture, and colour → the style of a text on the slide."""
        return TextStyle(self.placement.scale * size, colour, bold, words, self.deck.style.lang)
