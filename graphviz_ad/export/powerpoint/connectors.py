"""Edges of a deck → lines on a slide: connectors glued to both nodes where they are straight, else freeform curves.

Programs lead a connector that is not straight anew, each in its own way, and some make spirals of it; a freeform curve
stays as it was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.highlight import stronger
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT, Node, stem
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.theme import Stroke, line, stem_line
from graphviz_ad.export.powerpoint.canvas import Canvas
from graphviz_ad.export.powerpoint.drawing import ConnectorEnd, ShapeIdentity, connector, curve, shape
from graphviz_ad.messages.catalogue import say

_STRAIGHT_PT = 0.4
"""Across the graph: a line that differs less from a straight one is straight, since nobody would see its curve."""
_OVAL_SITES = {"left": 2, "right": 6, "top": 0, "bottom": 4}
"""Connection sites of a circle, as PowerPoint counts them: from the top counter-clockwise, eight of them."""
_RECT_SITES = {"left": 1, "right": 3, "top": 0, "bottom": 2}
"""Connection sites of a rectangle, counted in the same way."""


class Connectors:
    """Makes the lines of a deck's edges."""

    def __init__(self, deck: Deck) -> None:
        self.deck, self.upright = deck, deck.style.direction == "TB"
        self.marked = frozenset(edge for part in deck.scene.parts for edge in part.edges)

    def line(self, canvas: Canvas, number: int, state: EdgeState) -> str:
        """Edge in a state → its line; the head shows which way the pass goes."""
        scene = self.deck.scene
        edge = scene.edges[number]
        stroke = line(self.deck.style.theme, state.look)
        if (edge.node, edge.slot) in self.marked:
            stroke = stronger(stroke)
        names, label = self.deck.trace.graph.names, f"!!e{edge.node}-{edge.slot} line"
        alt = f"{say('player.edge', self.deck.style.lang)} {names[edge.arg]} → {names[edge.node]}"
        identity = ShapeIdentity(canvas.number(label), label, alt)
        arrow = "start" if state.look is Look.BACKWARD else "stop"
        (leave, leaving), (arrive, arriving) = self._ends(edge)
        if not self._is_straight(edge, leave, arrive):
            return curve(identity, tuple(map(canvas.at, edge.points)), canvas.stroke(stroke), arrow)
        tail = f"!!n{edge.arg} dot" if scene.nodes[edge.arg].dot else f"!!n{edge.arg}"
        start = ConnectorEnd(canvas.at(leave), canvas.number(tail), leaving)
        stop = ConnectorEnd(canvas.at(arrive), canvas.number(f"!!n{edge.node}"), arriving)
        return connector(identity, start, stop, canvas.stroke(stroke), arrow)

    def _ends(self, edge: Edge) -> tuple[tuple[Point, int], tuple[Point, int]]:
        """Edge → the middles of the sides at which it leaves and arrives, with the numbers of the sites there.

        Where a value fans out it leaves the dot.
        """
        nodes = self.deck.scene.nodes
        tail, head = nodes[edge.arg], nodes[edge.node]
        sides = ("bottom", "top") if self.upright else ("right", "left")
        leaves = _dot_site(tail.dot, sides[0]) if tail.dot else _site(tail, sides[0])
        return leaves, _site(head, sides[1])

    def stem(self, canvas: Canvas, number: int, state: NodeState) -> Iterator[str]:
        """Node whose value fans out, in a state → the connector to its dot, and the dot."""
        node = self.deck.scene.nodes[number]
        if node.dot is None:
            return
        name, stroke = f"!!n{number}", stem_line(self.deck.style.theme, state.look)
        (x, y), radius, own = node.dot, DOT_RADIUS_PT, canvas.number(f"!!n{number} dot")
        leaving, arriving = ("bottom", "top") if self.upright else ("right", "left")
        start = ConnectorEnd(canvas.at(stem(node, node.dot)), canvas.number(name), _site(node, leaving)[1])
        end, site = _dot_site(node.dot, arriving)
        stop = ConnectorEnd(canvas.at(end), own, site)
        plain = canvas.stroke(Stroke(stroke.colour, stroke.width, stroke.dashed))
        yield connector(ShapeIdentity(canvas.number(f"{name} stem"), f"{name} stem"), start, stop, plain, "")
        rect = canvas.rect((x - radius, y - radius, x + radius, y + radius))
        yield shape(ShapeIdentity(own, f"{name} dot"), rect, "ellipse", Stroke("none", 0, False, stroke.fill))

    def _is_straight(self, edge: Edge, leave: Point, arrive: Point) -> bool:
        """Whether an edge runs straight along the graph from the middle of one node to the middle of the other."""
        across = 0 if self.upright else 1
        return all(abs(point[across] - leave[across]) < _STRAIGHT_PT for point in (*edge.points, arrive))


def _dot_site(dot: Point, side: str) -> tuple[Point, int]:
    """Dot where a value fans out, and one of its sides → the end of that side, and the connection site there."""
    x = dot[0] + {"left": -1, "right": 1}.get(side, 0) * DOT_RADIUS_PT
    y = dot[1] + {"top": -1, "bottom": 1}.get(side, 0) * DOT_RADIUS_PT
    return (x, y), _OVAL_SITES[side]


def _site(node: Node, side: str) -> tuple[Point, int]:
    """Node and one of its sides → the middle of that side, and the number of the connection site there."""
    x = node.x + {"left": -1, "right": 1}.get(side, 0) * node.width / 2
    y = node.y + {"top": -1, "bottom": 1}.get(side, 0) * node.height / 2
    return (x, y), (_OVAL_SITES if node.form == "circle" else _RECT_SITES)[side]
