"""Draft of a layout → its lines, which bend no more than they have to, with labels where these lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphviz_ad.diagram.arriving import sorted_ends
from graphviz_ad.diagram.calmer import Calming, calmed
from graphviz_ad.diagram.columns import side_by_side
from graphviz_ad.diagram.dot_input import fans_out
from graphviz_ad.diagram.drafts import Draft, titled
from graphviz_ad.diagram.input_levels import level_inputs
from graphviz_ad.diagram.layout import Placement
from graphviz_ad.diagram.levelled import levelled
from graphviz_ad.diagram.nodes import Cell
from graphviz_ad.diagram.smooth import Rect, smoothed
from graphviz_ad.diagram.typeset_labels import GraphLabels
from graphviz_ad.diagram.unlabelled import freely_led
from graphviz_ad.diagram.ways import NOWHERE, Ends


@dataclass(frozen=True, slots=True)
class Routed:
    """A layout with its lines, and its boxes and titles in their places."""

    placement: Placement
    obstacles: list[Rect]


def routed(draft: Draft) -> Routed:
    """Draft → its lines as dot led them, but with fewer bends."""
    graph, dot_input, placement = draft.graph, draft.dot_input, draft.placement
    parallel, direction, upright = draft.parallel, draft.direction, draft.upright
    obstacles = draft.rects + [title.rect for _, title in titled(draft.titles, placement)]
    ends = [(link.tail, link.head) for link in dot_input.links]
    fans = [link.tail if link.tail < len(graph) and fans_out(graph, link.tail) else None for link in dot_input.links]
    edges = [(arg, node) for node, args in enumerate(graph.args) for arg in args]
    plain = _plain(draft)
    second_links = [[2 * edge + 1 for edge in together] for together in parallel]
    centres = [placement.centres[node][0 if upright else 1] for node in range(len(graph))]
    levels = [centre + cell.off for centre, cell in zip(centres, dot_input.cells, strict=True)]
    sorted_routes = sorted_ends(graph, dot_input.middle, placement, levels, upright, plain)
    filled = _filled(obstacles, dot_input.cells, upright)
    routes = smoothed(sorted_routes, ends, obstacles, direction, fans, second_links, filled)
    together = {edge for numbers in parallel for edge in numbers}
    fixed = {*plain, *together}
    movable = {n: box for n, box in enumerate(dot_input.middle.values()) if n not in fixed and fans[2 * n] is None}
    fanned = {n: box for n, box in enumerate(dot_input.middle.values()) if n not in plain and fans[2 * n] is not None}
    placement = replace(placement, routes=tuple(routes))
    placement, obstacles = levelled(placement, edges, movable, fanned, obstacles, direction)
    filled = _filled(obstacles, dot_input.cells, upright)
    routes = freely_led(placement.routes, edges, plain, obstacles, filled, direction)
    placement, empty = replace(placement, routes=tuple(routes)), set(plain.values())
    filled = [NOWHERE if number in empty else box for number, box in enumerate(filled)]
    placement, obstacles = level_inputs(placement, ends, side_by_side(graph), plain, obstacles, filled, direction)
    return Routed(placement, obstacles)


def calmly_routed(draft: Draft, lines: Routed, *, thorough: bool) -> Routed:
    """Draft and its lines → those that wind, cross others or run close beside them led elsewhere (`calmer.calmed`)."""
    fixed = {edge for numbers in draft.parallel for edge in numbers}
    filled = _filled(lines.obstacles, draft.dot_input.cells, draft.upright)
    calm = calmed(lines.placement, _ends(draft), fixed, lines.obstacles, filled, draft.direction, thorough=thorough)
    return Routed(*calm) if calm else lines


def trouble(draft: Draft, lines: Routed) -> float:
    """Draft from left to right and its lines → what crossings, and lines beside others, cost a reader."""
    routes, height = list(lines.placement.routes), lines.placement.height
    filled = _filled(lines.obstacles, draft.dot_input.cells, draft.upright)
    calming, cost = Calming(routes, _ends(draft), lines.obstacles, filled, height, thorough=True), 0.0
    calming.gather()
    for edge in range(len(calming.ends)):
        calming.look(edge)
        cost += sum(map(calming.trouble, routes[2 * edge : 2 * edge + 2]))
    return cost


def _ends(draft: Draft) -> list[Ends]:
    """Draft → what each of its edges joins."""
    graph, plain, lines_in_common = draft.graph, _plain(draft), side_by_side(draft.graph)
    return [
        Ends(arg, box, node, number in plain, len(graph.consumers[arg]), arg in lines_in_common)
        for number, ((node, slot), box) in enumerate(draft.dot_input.middle.items())
        for arg in (graph.args[node][slot],)
    ]


def _plain(draft: Draft) -> dict[int, int]:
    """Draft → the numbers of edges at which nothing stands, each with its box."""
    middle = draft.dot_input.middle
    return {n: box for n, (edge, box) in enumerate(middle.items()) if not _is_labelled(draft.labels, edge)}


def _is_labelled(labels: GraphLabels, edge: tuple[int, int]) -> bool:
    """Whether something stands at an edge."""
    if edge not in labels.edges:
        return False
    texts = labels.edges[edge]
    return any(label.runs for label in (texts.local, texts.number, texts.contribution, texts.shape))


def _filled(rects: list[Rect], cells: Sequence[Cell], upright: bool) -> list[Rect]:
    """All boxes, those of nodes first, and the cells of these → the boxes without ends in which only a line runs."""
    filled = list(rects)
    for node, cell in enumerate(cells):
        x0, y0, x1, y1 = rects[node]
        filled[node] = (x0, y0, x1, y1 - cell.stem) if upright else (x0, y0, x1 - cell.stem, y1)
    return filled
