"""Nodes of a picture: their outlines, the room they take, and the places of their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphviz_ad.diagram.labels import GraphLabels, NodeLabels
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.graph.graph import Graph

RADIUS_PT = 17.0
"""Of the circle of an operation, which is twice as wide as the type of its sign, 17 points, is high."""
SPACE_PT = 4.5
"""Between a name and "= value": the space that Typst sets before a relation in type of 16 points."""
_LABEL_GAP_PT = 4.5
"""Between an outline and what stands above or below it: nearer than any other label can come."""
_BAND_PT = 5.0
"""Round the labels of a node, so that the band of an edge, of which half is 4, just passes them."""
NOTE_PADDING_PT = 5.0
"""Between a note and the frame round it: less than half of its type, as in a table."""
_NOTE_GAP_PT = 6.0
"""Between that frame and the name or value by it: more than between the value and its node, to which it belongs."""
_MIN_PORT_GAP_PT = 9.0
"""Between two edges that come in side by side: an arrowhead is 6.7 wide (`paint`), and two must not touch."""
_MAX_PORT_GAP_PT = 11.0
"""And where there is room, a little more; farther apart they would not come in at the middle of the node."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the point at which its baseline begins."""

    label: Label
    x: float
    y: float

    @property
    def rect(self) -> Rect:
        """Its ink in the picture."""
        x0, y0, x1, y1 = self.label.box
        return self.x + x0, self.y + y0, self.x + x1, self.y + y1


@dataclass(frozen=True, slots=True)
class Node:
    """A node in the picture: its outline, what is written in it, above it and below it.

    `form` is "circle", "pill", "box" or "constant"; `grads[k]` stands below after k contributions. `note` is what a
    lecturer says about it.
    """

    id: int
    form: str
    x: float
    y: float
    width: float
    height: float
    sign: Placed
    name: Placed | None
    value: Placed | None
    unknown: Placed | None
    grads: Mapping[int, Placed]
    note: Placed | None = None


Outline = tuple[str, float, float]
"""Form, width and height of a node."""


def outline(graph: Graph, node: int, labels: NodeLabels, upright: bool) -> Outline:
    """Node → its form and size; the side at which edges come in has room for all of them."""
    sign = labels.sign
    if graph.plans[node] is None:
        form, least = ("constant", 28.0) if node in graph.constants else ("box", 34.0)
        return form, max(least, sign.ink_width + 16), max(least - 2, sign.height + 14)
    side = _MIN_PORT_GAP_PT * (len(graph.args[node]) - 1) / 0.72
    if max(sign.ink_width, sign.height) <= 1.45 * RADIUS_PT and side <= 2 * RADIUS_PT:
        return "circle", 2 * RADIUS_PT, 2 * RADIUS_PT
    wide, high = max(2 * RADIUS_PT, sign.ink_width + 18), max(2 * RADIUS_PT, sign.height + 14)
    return ("pill", max(wide, side), high) if upright else ("pill", wide, max(high, side))


def corner(form: str, width: float, height: float) -> float:
    """Form and size of a node → the radius of its corners."""
    return {"circle": width / 2, "pill": min(height, width) / 2.4, "box": 6.0}.get(form, 3.0)


def _above_width(labels: NodeLabels) -> float:
    """Width of name and value together."""
    both = labels.name.runs and labels.value.runs
    return labels.name.width + (SPACE_PT if both else 0.0) + labels.value.ink_width


def cell(outline: Outline, labels: NodeLabels, unknown: Label, upright: bool) -> tuple[float, float]:
    """Width and height of everything that will ever stand at the node, its outline in the middle."""
    _, width, height = outline
    below = [*labels.grads.values(), unknown] if labels.grads else []
    wide = max([_above_width(labels), *(label.ink_width for label in below)])
    high = max([labels.name.height, labels.value.height, *(label.height for label in below)])
    if labels.note.runs:
        note_width, note_height = labels.note.ink_width + 2 * NOTE_PADDING_PT, labels.note.height + 2 * NOTE_PADDING_PT
        if upright:
            wide = max(wide, _above_width(labels) + _NOTE_GAP_PT + note_width)
            return width + 2 * (wide + _LABEL_GAP_PT + _BAND_PT), max(height, high, note_height) + 2 * _BAND_PT
        wide, high = max(wide, note_width), high + (_NOTE_GAP_PT if high else 0.0) + note_height
    if upright:  # value to the left, gradient to the right
        return width + 2 * (wide + _LABEL_GAP_PT + _BAND_PT), max(height, high) + 2 * _BAND_PT
    return max(width, wide) + 2 * _BAND_PT, height + (2 * (high + _LABEL_GAP_PT + _BAND_PT) if high else 0)


def place_node(node: int, outline: Outline, centre: Point, labels: GraphLabels, upright: bool) -> Node:
    """Node in its place, with its labels about it."""
    form, width, height = outline
    x, y = centre
    texts = labels.nodes[node]
    sign = Placed(texts.sign, x - middle(texts.sign)[0], y - middle(texts.sign)[1])
    name = value = None
    if texts.value.runs or texts.name.runs:
        wide = _above_width(texts)
        low = max(texts.name.box[3], texts.value.box[3], 0.0)
        left, baseline = x - wide / 2, y - height / 2 - _LABEL_GAP_PT - low
        if upright:
            left, baseline = x - width / 2 - _LABEL_GAP_PT - wide, y + 4
        name = Placed(texts.name, left, baseline) if texts.name.runs else None
        first = left + (texts.name.width + SPACE_PT if name else 0.0)
        value = Placed(texts.value, first - texts.value.box[0], baseline) if texts.value.runs else None
    grads = {count: _below(label, x, y, outline, upright) for count, label in texts.grads.items()}
    unknown = _below(labels.unknown, x, y, outline, upright) if grads else None
    note = _note(texts.note, [p for p in (name, value) if p], centre, outline, upright) if texts.note.runs else None
    return Node(node, form, x, y, width, height, sign, name, value, unknown, grads, note)


def _note(label: Label, beside: list[Placed], centre: Point, outline: Outline, upright: bool) -> Placed:
    """A note in its place above name and value, or to the left of them."""
    (x, y), (_, width, height) = centre, outline
    x0, y0, x1, y1 = label.box
    if upright:
        right = min([p.rect[0] - _NOTE_GAP_PT for p in beside] or [x - width / 2 - _LABEL_GAP_PT]) - NOTE_PADDING_PT
        return Placed(label, right - x1, y - (y0 + y1) / 2)
    bottom = min([p.rect[1] - _NOTE_GAP_PT for p in beside] or [y - height / 2 - _LABEL_GAP_PT]) - NOTE_PADDING_PT
    return Placed(label, x - (x0 + x1) / 2, bottom - y1)


def note_frame(note: Placed) -> Rect:
    """A note in its place → the frame round it."""
    x0, y0, x1, y1 = note.rect
    return x0 - NOTE_PADDING_PT, y0 - NOTE_PADDING_PT, x1 + NOTE_PADDING_PT, y1 + NOTE_PADDING_PT


def _below(label: Label, x: float, y: float, outline: Outline, upright: bool) -> Placed:
    """A gradient in its place below the outline, or to the right of it."""
    _, width, height = outline
    if upright:
        return Placed(label, x + width / 2 + _LABEL_GAP_PT - label.box[0], y + 4)
    return Placed(label, x - middle(label)[0], y + height / 2 + _LABEL_GAP_PT - label.box[1])


def middle(label: Label) -> Point:
    """The centre of a label's ink."""
    x0, y0, x1, y1 = label.box
    return (x0 + x1) / 2, (y0 + y1) / 2


def free_ports(middles: tuple[float, float], centre: float) -> tuple[int, int]:
    """Where two edges come from across the direction, and the node's centre → where they come in, from its middle.

    For operations whose arguments can change places: the straighter comes in at the middle, the other on its side.
    """
    first, second = (at - centre for at in middles)
    above = -1 if first <= second else 1
    if min(abs(first), abs(second)) > _MAX_PORT_GAP_PT:
        half = round(_MAX_PORT_GAP_PT / 2 + 1)
        return above * half, -above * half
    apart = round(_MAX_PORT_GAP_PT)
    return (0, -above * apart) if abs(first) <= abs(second) else (above * apart, 0)


def ports(depths: list[int], side: float) -> tuple[int, ...]:
    """Depths of the arguments of a node, length of its side → where their edges come in, from its middle.

    The deepest comes in straight, those before it above, those after it below; where that leaves the side,
    they are spread evenly about its middle. One alone needs no port.
    """
    last = len(depths) - 1
    if last < 1:
        return ()
    straight = float(depths.index(max(depths)))
    room = 0.36 * side
    if _MIN_PORT_GAP_PT * max(straight, last - straight) > room:
        straight = last / 2
    step = min(_MAX_PORT_GAP_PT, max(_MIN_PORT_GAP_PT, room / max(straight, last - straight)))
    return tuple(round(step * (slot - straight)) for slot in range(len(depths)))
