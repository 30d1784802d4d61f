"""Nodes of a picture: their outlines, the room they take, and the places of their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import Label
from graphviz_ad.diagram.typeset_labels import GraphLabels, NodeLabels
from graphviz_ad.graph.graph import Graph

RADIUS_PT = 15.0
"""Of the circle of an operation, which is not quite twice as wide as the type of its sign, 17 points, is high."""
SPACE_PT = 4.5
"""Between a name and "= value": the space that Typst sets before a relation in type of 16 points."""
_LABEL_GAP_PT = 4.0
"""Between an outline and what stands above or below it: nearer than any other label can come."""
_BAND_PT = 5.0
"""Round the labels of a node, so that the band of an edge, of which half is 4, just passes them."""
_MIN_STEM_PT = 16.0
"""From an outline to the dot at which a value fans out, at least: twice an arrowhead, so that the line is seen."""
_MAX_SUM_LINE_PT = 150.0
"""Width up to which a sum and its result stand on one line: about that of the labels of an edge."""
_LINE_GAP_PT = 5.0
"""Between the terms of a sum and its result below them: less than to the outline."""
DOT_RADIUS_PT = 3.0
"""Of the dot at which a value fans out: twice its line, and no wider than an arrowhead."""
NOTE_PADDING_PT = 5.0
"""Between a note and the frame round it: less than half of its type, as in a table."""
_NOTE_GAP_PT = 6.0
"""Between that frame and the name or value by it: more than between the value and its node, to which it belongs."""
_MIN_UNEVEN_PT = 6.0
"""By how much more stands on one side of a node than on the other, at least, for its cell to be uneven."""
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

    `form` is "circle", "pill", "box" or "constant"; `grads[k]` stands below after k contributions, `terms` beside the
    last of them. `dot` is where edges to several readers part, a little behind the node. `note` is what a lecturer says
    about it.
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
    terms: Placed | None = None
    dot: Point | None = None
    note: Placed | None = None

    @property
    def last(self) -> int:
        """Number of contributions with which its gradient is complete."""
        return max(self.grads, default=0)

    @property
    def backward_labels(self) -> list[Placed]:
        """All that stands below it in one step or another."""
        return [placed for placed in (self.unknown, *self.grads.values(), self.terms) if placed is not None]


Outline = tuple[str, float, float]
"""Form, width and height of a node."""


def outline(graph: Graph, node: int, labels: NodeLabels, upright: bool) -> Outline:
    """Node → its form and size; the side at which edges come in has room for all of them."""
    sign = labels.sign
    if graph.ops[node] is None:
        form, least = ("constant", 26.0) if node in graph.constants else ("box", 30.0)
        return form, max(least, sign.ink_width + 14), max(least, sign.height + 11)
    side = _MIN_PORT_GAP_PT * (len(graph.args[node]) - 1) / 0.72
    if max(sign.ink_width, sign.height) <= 1.45 * RADIUS_PT and side <= 2 * RADIUS_PT:
        return "circle", 2 * RADIUS_PT, 2 * RADIUS_PT
    wide, high = max(2 * RADIUS_PT, sign.ink_width + 14), max(2 * RADIUS_PT, sign.height + 12)
    return ("pill", max(wide, side), high) if upright else ("pill", wide, max(high, side))


def corner(form: str, width: float, height: float) -> float:
    """Form and size of a node → the radius of its corners."""
    return {"circle": width / 2, "pill": min(height, width) / 2.4, "box": 6.0}.get(form, 3.0)


def _above_width(labels: NodeLabels) -> float:
    """Width of name and value together."""
    both = labels.name.runs and labels.value.runs
    return labels.name.width + (SPACE_PT if both else 0.0) + labels.value.ink_width


class Cell(NamedTuple):
    """Width and height of everything that will ever stand at a node.

    `behind` is how far the middle of it lies behind that of the outline, along the direction of the graph, `stem` how
    much of its end has nothing in it but the line to the dot at which the value fans out, `off` how far the middle of
    the outline lies from that of the cell, across the direction.
    """

    width: float
    height: float
    behind: float
    stem: float = 0.0
    off: int = 0


def cell(
    outline: Outline, labels: NodeLabels, unknown: Label, upright: bool, fans_out: bool, stacked: bool, uneven: bool,
    ends: float,
) -> Cell:  # fmt: skip
    """Node → its cell; its outline is in the middle of it but for what is behind the node where its value fans out, and
    from left to right, with `ends` before and behind it, if it may be `uneven`, for what stands above and below it."""
    _, width, height = outline
    below = [*labels.grads.values(), unknown] if labels.grads else []
    wide = max([_above_width(labels), *(label.ink_width for label in below)])
    high, low = max(labels.name.height, labels.value.height), max((label.height for label in below), default=0.0)
    sum_width = 0.0
    if labels.terms.runs:
        sum_width, sum_height = sum_size(labels, stacked)
        low = max(low, sum_height)
        wide = max(wide, sum_width) if upright else max(_above_width(labels), unknown.ink_width)
        sum_width = max(sum_width, *(label.ink_width for label in labels.grads.values()))
    if labels.note.runs:
        note_width, note_height = labels.note.ink_width + 2 * NOTE_PADDING_PT, labels.note.height + 2 * NOTE_PADDING_PT
        if upright:
            wide, high = max(wide, _above_width(labels) + _NOTE_GAP_PT + note_width), max(high, note_height)
        else:
            wide, high = max(wide, note_width), high + (_NOTE_GAP_PT if high else 0.0) + note_height
    if upright:  # value to the left, gradient to the right
        across, along = width + 2 * (wide + _LABEL_GAP_PT + _BAND_PT), max(height, high, low) + 2 * _BAND_PT
        behind = max(0.0, height / 2 + _MIN_STEM_PT - along / 2) if fans_out else 0.0
        return Cell(across, along + behind, behind / 2, behind)
    above, under = (label + _LABEL_GAP_PT + _BAND_PT if label else 0.0 for label in (high, low))
    if not uneven or abs(above - under) < _MIN_UNEVEN_PT:
        above = under = max(above, under)
    along, across = max(width, wide) + 2 * ends, height + above + under
    filled = max(along / 2, sum_width - width / 2 + _BAND_PT) if fans_out else along / 2
    end = max(filled + _BAND_PT - ends, width / 2 + _MIN_STEM_PT) if fans_out else filled
    behind = end - along / 2
    return Cell(along + behind, across, behind / 2, end - filled, round((above - under) / 2))


def sum_size(labels: NodeLabels, stacked: bool) -> tuple[float, float]:
    """Labels of a fan-out → width and height of the sum with its result."""
    terms, whole = labels.terms, labels.grads[max(labels.grads)]
    if _is_one_line(labels, stacked):
        return terms.width + SPACE_PT + whole.ink_width, max(terms.height, whole.height)
    return max(terms.ink_width, whole.ink_width), terms.height + _LINE_GAP_PT + whole.height


def _is_one_line(labels: NodeLabels, stacked: bool) -> bool:
    """Whether a sum and its result stand side by side."""
    return not stacked and labels.terms.width + SPACE_PT + labels.grads[max(labels.grads)].ink_width <= _MAX_SUM_LINE_PT


def place_node(
    node: int, outline: Outline, centre: Point, labels: GraphLabels, upright: bool, dot: Point | None = None,
    stacked: bool = False,
) -> Node:  # fmt: skip
    """Node in its place, with its labels about it; `dot` is where its value fans out.

    With `stacked` the result of a sum is always below it.
    """
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
    placed = Node(node, form, x, y, width, height, sign, name, value, unknown, grads, None, dot, note)
    return _with_sum(placed, texts, upright, stacked) if texts.terms.runs else placed


def _with_sum(node: Node, labels: NodeLabels, upright: bool, stacked: bool) -> Node:
    """Node → the same with the terms of its gradient before it, or above it; they begin where its outline does."""
    left, top = node.x - node.width / 2, node.y + node.height / 2 + _LABEL_GAP_PT
    terms, whole = labels.terms, labels.grads[node.last]
    is_line = _is_one_line(labels, stacked)
    if upright:
        left, top = node.x + node.width / 2 + _LABEL_GAP_PT, node.y - sum_size(labels, stacked)[1] / 2
    rise = max(-terms.box[1], -whole.box[1]) if is_line else -terms.box[1]
    below = 0.0 if is_line else terms.box[3] + _LINE_GAP_PT - whole.box[1]
    behind = terms.width + SPACE_PT if is_line else 0.0
    grads = {count: replace(placed, x=left - placed.label.box[0]) for count, placed in node.grads.items()}
    grads[node.last] = Placed(whole, left + behind - whole.box[0], top + rise + below)
    return replace(node, grads=grads, terms=Placed(terms, left - terms.box[0], top + rise))


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


def stem(node: Node, dot: Point) -> Point:
    """A node and its dot → where the line to the dot leaves the outline."""
    if abs(dot[0] - node.x) < abs(dot[1] - node.y):
        return dot[0], node.y + node.height / 2
    return node.x + node.width / 2, dot[1]


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
