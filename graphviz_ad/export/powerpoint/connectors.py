"""Edges of a deck → connectors that are glued to the nodes, and to the places of labels between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import DOT_RADIUS_PT
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke, line, stem_line
from graphviz_ad.export.powerpoint import connector_routing as routing
from graphviz_ad.export.powerpoint.canvas import Canvas
from graphviz_ad.export.powerpoint.drawing import ConnectorEnd, ShapeIdentity, connector, shape
from graphviz_ad.messages.catalogue import say

Waypoint = tuple[Point, Rect | None]
"""Point that a line is led through, and the area of its labels about it where it has some."""


_MIN_SEEN_PT = 1.5
"""Of the picture: a connector within one shape that is shorter lies in a waypoint without labels."""


class Connectors:
    """Makes the connectors of a deck's edges; the waypoints of each are computed once."""

    def __init__(self, deck: Deck) -> None:
        self.deck, self.upright = deck, deck.style.direction == "TB"
        self._obstacles = routing.obstacles(deck.scene)
        self.waypoints = [self._waypoints(edge) for edge in deck.scene.edges]

    def chain(self, canvas: Canvas, number: int, state: EdgeState) -> Iterator[str]:
        """Edge in a state → its connectors, and the shapes between them that they are glued to."""
        scene, upright = self.deck.scene, self.upright
        edge = scene.edges[number]
        name = f"!!e{edge.node}-{edge.slot}"
        stroke = canvas.stroke(line(self.deck.style.theme, state.look))
        (a, leaves), (b, arrives) = routing.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        tail = f"!!n{edge.arg} dot" if scene.nodes[edge.arg].dot else f"!!n{edge.arg}"
        ends = [ConnectorEnd(canvas.at(a), canvas.number(tail), leaves)]
        for part, (point, area) in enumerate(self.waypoints[number]):
            label = f"{name} place{part}"
            own = canvas.number(label)
            x, y = point
            rect = area or (x - 0.5, y - 0.5, x + 0.5, y + 0.5)
            yield shape(ShapeIdentity(own, label), canvas.rect(rect), "rect" if area else "ellipse")
            sites = routing.RECT_SITES if area else routing.OVAL_SITES
            enter, leave = ("top", "bottom") if upright else ("left", "right")
            entry, exit = ((x, rect[1]), (x, rect[3])) if upright else ((rect[0], y), (rect[2], y))
            ends.append(ConnectorEnd(canvas.at(entry), own, sites[enter]))
            ends.append(ConnectorEnd(canvas.at(exit), own, sites[leave]))
        ends.append(ConnectorEnd(canvas.at(b), canvas.number(f"!!n{edge.node}"), arrives))
        graph_names = self.deck.trace.graph.names
        alt = f"{say('player.edge', self.deck.style.lang)} {graph_names[edge.arg]} → {graph_names[edge.node]}"
        scale = canvas.placement.scale
        pairs = [pair for pair in pairwise(ends) if pair[0].number != pair[1].number or _is_seen(pair, scale)]
        is_backward = state.look is Look.BACKWARD
        for part, (start, stop) in enumerate(pairs):
            is_head = part == (0 if is_backward else len(pairs) - 1)
            arrow = ("start" if is_backward else "stop") if is_head else ""
            label = f"{name} line{part}"
            identity = ShapeIdentity(canvas.number(label), label, None if part else alt)
            yield connector(identity, start, stop, stroke, arrow, upright=upright)

    def stem(self, canvas: Canvas, number: int, state: NodeState) -> Iterator[str]:
        """Node whose value fans out, in a state → the dot where it does, and the connector between the two."""
        node = self.deck.scene.nodes[number]
        if node.dot is None:
            return
        name, stroke = f"!!n{number}", stem_line(self.deck.style.theme, state.look)
        (x, y), radius = node.dot, DOT_RADIUS_PT
        own = canvas.number(f"{name} dot")
        a, leaves = routing.stem_site(node, self.upright)
        b, arrives = routing.dot_site((x, y), self.upright, arriving=True)
        ends = ConnectorEnd(canvas.at(a), canvas.number(name), leaves), ConnectorEnd(canvas.at(b), own, arrives)
        plain = canvas.stroke(Stroke(stroke.colour, stroke.width, stroke.dashed))
        identity = ShapeIdentity(canvas.number(f"{name} stem"), f"{name} stem")
        yield connector(identity, *ends, plain, "", upright=self.upright)
        rect = canvas.rect((x - radius, y - radius, x + radius, y + radius))
        yield shape(ShapeIdentity(own, f"{name} dot"), rect, "ellipse", Stroke("none", 0, False, stroke.fill))

    def _waypoints(self, edge: Edge) -> list[Waypoint]:
        """Edge → the waypoints of its line."""
        scene, upright = self.deck.scene, self.upright
        (a, _), (b, _) = routing.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        ends = {f"n{edge.arg}", f"n{edge.node}", f"e{edge.node}-{edge.slot}"}
        blocked = [rect for name, rect in self._obstacles.items() if name not in ends]
        own = routing.label_area(edge, upright)
        waypoints: list[Waypoint] = []
        for points, corners in [(edge.points, [])] if upright else routing.folded_rows(edge.points):
            route = routing.sampled_curve(points)
            within = own if own and any(routing.is_inside(point, own) for point in route) else None
            waypoints += self._row(a, corners[0] if corners else b, route, within, blocked)
            waypoints += [(corner, None) for corner in corners]
            a = corners[-1] if corners else b
        return waypoints

    def _row(self, a: Point, b: Point, route: list[Point], own: Rect | None, blocked: list[Rect]) -> list[Waypoint]:
        """Ends and route of a line along the graph, and the area of labels on it → its waypoints between them."""
        upright = self.upright
        if own is None and routing.is_straight(a, b, route, upright):
            return []
        if own is None:
            return [(p, None) for p in routing.detours(a, b, route, blocked, upright)]
        x0, y0, x1, y1 = own
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        first, last = ((mx, y0), (mx, y1)) if upright else ((x0, my), (x1, my))
        axis = 1 if upright else 0
        before = [p for p in route if p[axis] < first[axis]]
        after = [p for p in route if p[axis] > last[axis]]
        return [
            *((p, None) for p in routing.detours(a, first, before, blocked, upright)),
            ((mx, my), own),
            *((p, None) for p in routing.detours(last, b, after, blocked, upright)),
        ]


def _is_seen(pair: tuple[ConnectorEnd, ConnectorEnd], scale: float) -> bool:
    """Whether a line within one shape is seen: under labels it is, in a point it is not."""
    (x1, y1), (x2, y2) = pair[0].at, pair[1].at
    return abs(x2 - x1) + abs(y2 - y1) > _MIN_SEEN_PT * scale
