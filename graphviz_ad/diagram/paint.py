"""Scene, state and theme → SVG, each part painted once for each state it is ever in.

Only plain shapes and presentation attributes are written (`g path polygon rect ellipse title desc`), so that
browsers, office programs and converters agree on them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState
from graphviz_ad.diagram.gaps import WIDTH_PT, Gap, gaps, painting_order
from graphviz_ad.diagram.glyphs import XLINK, Glyphs
from graphviz_ad.diagram.highlight import BAND_PT, CORNER_PT, RIM_PT, MarkedPart, stronger
from graphviz_ad.diagram.layers import LAYERS
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node, Placed, corner, note_frame, stem
from graphviz_ad.diagram.painted import Painted, Part, part
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect, halves
from graphviz_ad.diagram.theme import AT_WORK, OF_UPDATES, Stroke, Theme, line, outline, stem_line
from graphviz_ad.diagram.typeset import short

_ARROW_PT = 8.0
"""Length of an arrowhead: three times the line of an edge at work, which is 2.6 wide, so that it shows on it."""
LAYER_CLASSES = {layer: f"y{number}" for number, layer in enumerate(LAYERS)}
"""Classes of labels in a page, by layer: short, since a page has thousands."""


class Painter:
    """Paints the parts of one scene in one theme, and remembers what it painted.

    With `layered` each label is in a group whose class says its layer (`LAYER_CLASSES`), so that a page can hide it.
    """

    def __init__(self, theme: Theme, names: list[str], scene: Scene, *, layered: bool = False) -> None:
        self.theme, self.names, self.scene, self.layered = theme, names, scene, layered
        self._marked_nodes = frozenset(node for marked in scene.parts for node in marked.nodes)
        self._marked_edges = frozenset(edge for marked in scene.parts for edge in marked.edges)
        self._groups = [part(self._ground(marked)) for marked in scene.parts]
        self._groups += [part(self._group(frame, title)) for frame, title in scene.groups]
        self._groups += [part(self._note(node.note)) for node in scene.nodes if node.note]
        self._nodes: list[Painted[NodeState]] = [Painted() for _ in scene.nodes]
        self._edges: list[Painted[EdgeState]] = [Painted() for _ in scene.edges]
        self._shifted: dict[tuple[str, bytes], str] = {}
        self._order = painting_order(scene.edges)
        self._gaps, self._stem_gaps = gaps(scene.edges, scene.nodes)

    def of(self, scene: Scene, theme: Theme, *, layered: bool) -> Painter:
        """A scene of the same kind, and a theme → its painter."""
        return Painter(theme, self.names, scene, layered=layered)

    def in_layers(self, frame: Frame) -> Iterator[tuple[int, str]]:
        """Frame → its parts, each with its layer: edges at rest, edges at work above them, nodes above both."""
        for number in self._order:
            edge = frame.edges[number]
            yield int(edge.look in AT_WORK), self.edge(number, edge)[0]
        for number, node in enumerate(frame.nodes):
            yield 2, self.node(number, node)[0]

    def parts(self, frame: Frame) -> Iterator[Part]:
        """Frame → groups, edges, the one at work last, then its nodes, since these stand before them."""
        yield from self._groups
        above = []
        for number in self._order:
            at = frame.edges[number]
            if at.look in AT_WORK:
                above.append(self.edge(number, at))
            else:
                yield self.edge(number, at)
        yield from above
        for number, state in enumerate(frame.nodes):
            yield self.node(number, state)

    def shifted(self, frame: Frame, shift: str) -> Iterator[Part]:
        """Frame, and the beginning of a group that is shifted → the same parts, each shifted alone."""
        for svg, digest in self.parts(frame):
            known = self._shifted.get((shift, digest))
            if known is None:
                known = self._shifted[shift, digest] = f"{shift}{svg}</g>"
            yield known, digest

    @property
    def groups(self) -> list[Part]:
        """Grounds of marked parts, frames of calls and notes, which look the same in every step."""
        return self._groups

    def node(self, number: int, state: NodeState) -> Part:
        """Number of a node in the scene, and its state → its part, painted once."""
        return self._nodes[number].in_state(state, lambda: self._node(self.scene.nodes[number], state))

    def edge(self, number: int, state: EdgeState) -> Part:
        """Number of an edge in the scene, and its state → its part, painted once."""
        return self._edges[number].in_state(state, lambda: self._edge(number, state))

    def _group(self, frame: Rect, title: Placed) -> str:
        """A frame and its title → its group; it looks the same in every step."""
        x0, y0, x1, y1 = frame
        stroke = f'rx="8" fill="none" stroke="{self.theme.pale}" stroke-width="1" stroke-dasharray="2 3"'
        return f'<g class="group">{rect(x0, y0, x1 - x0, y1 - y0, stroke)}{ink(title, self.theme.quiet)}</g>'

    def _ground(self, marked: MarkedPart) -> str:
        """A marked part → its ground: first all of it as wide as the rim, then on it the ground itself."""
        painted = []
        for colour, more in ((self.theme.quiet, RIM_PT), (self.theme.highlight, 0.0)):
            for points in marked.lines:
                stroke = f'stroke="{colour}" stroke-width="{short(BAND_PT + 2 * more)}" stroke-linejoin="round"'
                painted.append(f'<path d="{_curve(points)}" fill="none" {stroke}/>')
            for x0, y0, x1, y1 in marked.areas:
                look = f'rx="{short(CORNER_PT + more)}" fill="{colour}"'
                painted.append(rect(x0 - more, y0 - more, x1 - x0 + 2 * more, y1 - y0 + 2 * more, look))
        return f'<g class="highlight">{"".join(painted)}</g>'

    def _note(self, note: Placed) -> str:
        """A note → its group: a frame with the text in it."""
        x0, y0, x1, y1 = note_frame(note)
        frame = rect(x0, y0, x1 - x0, y1 - y0, f'rx="3" fill="{self.theme.box}" stroke="{self.theme.quiet}"')
        return f'<g class="note">{frame}{ink(note, self.theme.ink)}</g>'

    def _node(self, node: Node, state: NodeState) -> str:
        """A node in a state → its group."""
        theme, look = self.theme, state.look
        stroke = outline(theme, node.form, look)
        shape = _shape(node, stroked(stronger(stroke) if node.id in self._marked_nodes else stroke))
        parts = [shape, ink(node.sign, theme.quiet if look is Look.TODO else theme.ink)]
        computed = theme.update if look in OF_UPDATES else theme.forward
        if node.name:
            parts.append(self._label("names", node.name, computed if state.known else theme.quiet))
        if node.value and state.known:
            parts.append(self._label("values", node.value, computed))
        if state.grad is not None and node.unknown:
            gradient = node.grads.get(state.grad)
            shown, colour = (gradient, theme.backward) if gradient else (node.unknown, theme.quiet)
            parts.append(self._label("gradients", shown, colour))
            if node.terms and state.grad == node.last:
                parts.append(self._label("sums", node.terms, theme.contribution))
        if node.dot:
            parts.append(self._left_out(self._stem_gaps.get(node.id, ())))
            parts.append(_fan_out(node, node.dot, stem_line(theme, look)))
        name = '"' + escape(self.names[node.id]).replace('"', "&quot;") + '"'
        return f'<g class="node" data-name={name} data-id="{node.id}">{"".join(parts)}</g>'

    def _label(self, layer: str, placed: Placed, colour: str) -> str:
        """A label of a layer → its outlines."""
        outlines = ink(placed, colour)
        return f'<g class="{LAYER_CLASSES[layer]}">{outlines}</g>' if self.layered and outlines else outlines

    def _edge(self, number: int, state: EdgeState) -> str:
        """Number of an edge, and its state → its group: gaps of what is below, band, line, arrowhead, labels."""
        edge, theme, look = self.scene.edges[number], self.theme, state.look
        stroke = line(theme, look)
        if (edge.node, edge.slot) in self._marked_edges:
            stroke = stronger(stroke)
        parts = []
        back = look is Look.BACKWARD
        path, tip = arrow_shapes(edge.points[::-1] if back else edge.points)
        if (edge.node, edge.slot) not in self._marked_edges:
            parts.append(self._left_out(self._gaps.get(number, ())))
        if look in AT_WORK:
            tint = theme.at_work(AT_WORK[look])[1]
            parts.append(f'<path d="{path}" fill="none" stroke="{tint}" stroke-width="8" stroke-linecap="round"/>')
        parts.append(f'<path d="{path}" {stroked(stroke)}/>')
        parts.append(f'<polygon points="{tip}" fill="{stroke.colour}"/>')
        strong = theme.ink if look in AT_WORK else theme.label
        if edge.local:
            parts.append(self._label("derivatives", edge.local, strong))
        if edge.number and state.known:
            parts.append(self._label("derivative-numbers", edge.number, strong))
        if edge.shape:
            parts.append(self._label("shapes", edge.shape, theme.quiet))
        if edge.contribution and state.contributed:
            parts.append(self._label("contributions", edge.contribution, theme.contribution))
        return f'<g class="edge" data-edge="{edge.arg}-{edge.node}-{edge.slot}">{"".join(parts)}</g>'

    def _left_out(self, pieces: Iterable[Gap]) -> str:
        """Pieces of a line where it crosses others → what hides these there."""
        path = ""
        for (x, y), (u, v) in pieces:  # a tenth of a point is enough for what nobody sees
            path += f"M{_point((round(x, 1), round(y, 1)))}l{_point((round(u - x, 1), round(v - y, 1)))}"
        return f'<path d="{path}" stroke="{self.theme.paper}" stroke-width="{short(WIDTH_PT)}"/>' if path else ""


def _fan_out(node: Node, dot: Point, stroke: Stroke) -> str:
    """A node whose value fans out, and a stroke → the line to its dot, and the dot."""
    (x1, y1), (x2, y2) = stem(node, dot), dot
    path = f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}"
    radius = short(DOT_RADIUS_PT)
    return (
        f'<path d="{path}" {stroked(Stroke(stroke.colour, stroke.width, stroke.dashed))}/>'
        f'<ellipse cx="{short(x2)}" cy="{short(y2)}" rx="{radius}" ry="{radius}" fill="{stroke.fill}"/>'
    )


def stroked(stroke: Stroke) -> str:
    """A stroke as presentation attributes."""
    dash = ' stroke-dasharray="5 4"' if stroke.dashed else ""
    return f'fill="{stroke.fill}" stroke="{stroke.colour}" stroke-width="{short(stroke.width)}"{dash}'


def ink(placed: Placed, colour: str) -> str:
    """A set text in its place → its outlines in the colour."""
    if not placed.label.runs:
        return ""
    path = "".join(run.path for run in placed.label.runs)
    return f'<path transform="translate({short(placed.x)} {short(placed.y)})" fill="{colour}" d="{path}"/>'


def _shape(node: Node, attributes: str) -> str:
    """The outline of a node."""
    if node.form == "circle":
        radius = short(node.width / 2)
        return f'<ellipse cx="{short(node.x)}" cy="{short(node.y)}" rx="{radius}" ry="{radius}" {attributes}/>'
    return rect(
        node.x - node.width / 2, node.y - node.height / 2, node.width, node.height,
        f'rx="{short(corner(node.form, node.width, node.height))}" {attributes}',
    )  # fmt: skip


def rect(x: float, y: float, width: float, height: float, attributes: str) -> str:
    """A rectangle."""
    return f'<rect x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}" {attributes}/>'


@lru_cache(maxsize=1024)
def arrow_shapes(points: tuple[Point, ...], length: float = _ARROW_PT) -> tuple[str, str]:
    """Bézier points, length of the head → the path of the line, stopping short of its tip, and the head's corners."""
    tip = points[-1]
    line = _cut(list(points), 0.8 * length)
    (x1, y1), (x2, y2) = line[-1], tip
    distance = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / distance, (y2 - y1) / distance
    back = (x2 - length * ux, y2 - length * uy)
    side = 0.42 * length
    corners = ((x2, y2), (back[0] - side * uy, back[1] + side * ux), (back[0] + side * uy, back[1] - side * ux))
    return _curve(line), " ".join(f"{short(x)},{short(y)}" for x, y in corners)


def _curve(points: Sequence[Point]) -> str:
    """Bézier points → a path."""
    return f"M{_point(points[0])}C{' '.join(map(_point, points[1:]))}"


def _cut(line: list[Point], distance: float) -> list[Point]:
    """Bézier points → the same line up to where it is that far from its end, by de Casteljau's construction."""
    tip = line[-1]
    while len(line) > 4 and math.dist(line[-4], tip) <= distance:
        line = line[:-3]
    a, b, c, d = line[-4:]
    low, high = 0.0, 1.0
    for _ in range(12):
        t = (low + high) / 2
        piece, _ = halves((a, b, c, d), t)
        low, high = (t, high) if math.dist(piece[-1], tip) > distance else (low, t)
    return [*line[:-4], *halves((a, b, c, d), low)[0]]


def _point(point: Point) -> str:
    return f"{short(point[0])} {short(point[1])}"


def document(
    body: Iterable[str], width: float, height: float, *,
    title: str, description: str, shown: tuple[float, float], key: str, glyphs: Glyphs = "plain",
) -> str:  # fmt: skip
    """Parts of the body → a whole SVG; `shown` is its size in pixels, `key` makes its ids its own."""
    namespace = XLINK if glyphs == "shared" else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg"{namespace} width="{short(shown[0])}" height="{short(shown[1])}" '
        f'viewBox="0 0 {short(width)} {short(height)}" role="img" aria-labelledby="t{key} d{key}">'
        f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
    )
    return "".join((head, *body, "</svg>\n"))


def escape(text: str) -> str:
    """Text → the same in XML. Python's `xml.sax.saxutils` does it too, but imports all of `urllib`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """Words of a frame in their place, and their colour."""

    placed: Placed
    colour: str

    @property
    def ink(self) -> str:
        """→ outlines."""
        return ink(self.placed, self.colour)
