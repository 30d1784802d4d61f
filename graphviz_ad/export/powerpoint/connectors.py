"""Edges of a deck → connectors that are glued to the nodes, and to the places of labels between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import EdgeState, Look
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import line
from graphviz_ad.export.powerpoint import connector_routing as ways
from graphviz_ad.export.powerpoint.canvas import Sheet
from graphviz_ad.export.powerpoint.drawing import End, Named, connector, shape
from graphviz_ad.messages.catalogue import say

Place = tuple[Point, Rect | None]
"""Where a line is led through: a point, or the area of its labels about one."""


class Lines:
    """Draws the lines of a deck's edges; the places they are led through are found once."""

    def __init__(self, deck: Deck) -> None:
        self.deck, self.upright = deck, deck.style.direction == "TB"
        self._obstacles = ways.obstacles(deck.scene)
        self.chains = [self._chain(edge) for edge in deck.scene.edges]

    def line(self, sheet: Sheet, number: int, state: EdgeState) -> Iterator[str]:
        """Edge → connectors, and the shapes between them that they are glued to."""
        scene, upright = self.deck.scene, self.upright
        edge = scene.edges[number]
        name = f"!!e{edge.node}-{edge.slot}"
        stroke = sheet.stroke(line(self.deck.style.theme, state.look))
        (a, leaves), (b, arrives) = ways.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        ends = [End(sheet.at(a), sheet.number(f"!!n{edge.arg}"), leaves)]
        for part, (point, area) in enumerate(self.chains[number]):
            label = f"{name} place{part}"
            own = sheet.number(label)
            x, y = point
            rect = area or (x - 0.5, y - 0.5, x + 0.5, y + 0.5)
            yield shape(Named(own, label), sheet.rect(rect), "rect" if area else "ellipse")
            sites = ways.RECT_SITES if area else ways.OVAL_SITES
            enter, leave = ("top", "bottom") if upright else ("left", "right")
            entry, exit = ((x, rect[1]), (x, rect[3])) if upright else ((rect[0], y), (rect[2], y))
            ends += [End(sheet.at(entry), own, sites[enter]), End(sheet.at(exit), own, sites[leave])]
        ends.append(End(sheet.at(b), sheet.number(f"!!n{edge.node}"), arrives))
        graph_names = self.deck.trace.graph.names
        told = f"{say('player.edge', self.deck.style.lang)} {graph_names[edge.arg]} → {graph_names[edge.node]}"
        pairs = [pair for pair in pairwise(ends) if pair[0].number != pair[1].number or _long(pair, sheet.room.scale)]
        back = state.look is Look.BACKWARD
        for part, (start, stop) in enumerate(pairs):
            arrow = "start" if back and part == 0 else "stop" if not back and part == len(pairs) - 1 else ""
            label = f"{name} line{part}"
            named = Named(sheet.number(label), label, None if part else told)
            yield connector(named, start, stop, stroke, arrow, upright=upright)

    def _chain(self, edge: Edge) -> list[Place]:
        """Edge → the places its line is led through."""
        scene, upright = self.deck.scene, self.upright
        (a, _), (b, _) = ways.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        ends = {f"n{edge.arg}", f"n{edge.node}", f"e{edge.node}-{edge.slot}"}
        blocked = [rect for name, rect in self._obstacles.items() if name not in ends]
        own = ways.rail(edge, upright)
        chain: list[Place] = []
        for points, corners in [(edge.points, [])] if upright else ways.rows(edge.points):
            route = ways.sampled(points)
            within = own if own and any(ways.inside(point, own) for point in route) else None
            chain += self._row(a, corners[0] if corners else b, route, within, blocked)
            chain += [(corner, None) for corner in corners]
            a = corners[-1] if corners else b
        return chain

    def _row(self, a: Point, b: Point, route: list[Point], own: Rect | None, blocked: list[Rect]) -> list[Place]:
        """Ends and route of a line along the graph, and the area of labels on it → its places between them."""
        upright = self.upright
        if own is None and ways.is_straight(a, b, route, upright):
            return []
        if own is None:
            return [(p, None) for p in ways.detours(a, b, route, blocked, upright)]
        x0, y0, x1, y1 = own
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        first, last = ((mx, y0), (mx, y1)) if upright else ((x0, my), (x1, my))
        axis = 1 if upright else 0
        before = [p for p in route if p[axis] < first[axis]]
        after = [p for p in route if p[axis] > last[axis]]
        return [
            *((p, None) for p in ways.detours(a, first, before, blocked, upright)),
            ((mx, my), own),
            *((p, None) for p in ways.detours(last, b, after, blocked, upright)),
        ]


def _long(pair: tuple[End, End], scale: float) -> bool:
    """Whether a line within one shape is seen: under labels it is, in a point it is not."""
    (x1, y1), (x2, y2) = pair[0].at, pair[1].at
    return abs(x2 - x1) + abs(y2 - y1) > 1.5 * scale
