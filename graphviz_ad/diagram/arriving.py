"""Routes of edges → the same, but where two of a node may change places each ends on the side it comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.diagram.crossings import pieces
from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.nodes import free_ports
from graphviz_ad.graph.graph import Graph


def symmetric(graph: Graph, node: int) -> bool:
    """Whether the order in which two edges come in at the node says nothing."""
    bound, args = graph.ops[node], graph.args[node]
    return bound is not None and len(args) == 2 and (bound.row.symmetric or args[0] == args[1])


def sorted_ends(
    graph: Graph, middle: Mapping[tuple[int, int], int], placement: Placement, levels: Sequence[float], upright: bool,
    plain: Collection[int],
) -> list[tuple[Point, ...]]:  # fmt: skip
    """Routes as they are, but at operations whose arguments can change places each edge ends on its own side.

    `levels` are where the middles of the nodes' outlines are, across the direction. Edges that are `plain`, by their
    numbers, are led from where they begin: nothing stands at them.
    """
    routes = list(placement.routes)
    axis = 0 if upright else 1
    first = {edge: 2 * number for number, edge in enumerate(middle)}  # every edge has two links, in this order
    for node in range(len(graph)):
        if not symmetric(graph, node):
            _sort_several(graph, node, routes, first, axis, plain)
            continue
        arriving = _arriving([routes[first[node, slot] + 1] for slot in (0, 1)], axis)
        middles = [placement.centres[middle[node, slot]][axis] for slot in (0, 1)]
        if (middles[0] - middles[1]) * (arriving[0] - arriving[1]) < 0:  # one is led round to the other's side
            middles = arriving
        offsets = free_ports((middles[0], middles[1]), levels[node])
        for slot, offset in enumerate(offsets):
            link = first[node, slot] + 1
            *before, control, end = routes[link]
            shifted = [(x + offset, y) if upright else (x, y + offset) for x, y in (control, end)]
            routes[link] = (*before, *shifted)
    return routes


def says_nothing(graph: Graph, node: int) -> bool:
    """Whether the order of all edges into a node says nothing: those of a sum, a product, or a closed part."""
    bound = graph.ops[node]
    return isinstance(bound, ClosedOperation) or (bound is not None and bound.row.name in ("add", "multiply"))


def _sort_several(
    graph: Graph, node: int, routes: list[tuple[Point, ...]], first: dict[tuple[int, int], int], axis: int,
    plain: Collection[int],
) -> None:  # fmt: skip
    """Routes of the edges, and the number of the first of each → those whose order says nothing end as they come.

    These are all, or those from one node.
    """
    is_free = says_nothing(graph, node)
    slots: dict[int, list[int]] = {}
    for slot, arg in enumerate(graph.args[node]):
        slots.setdefault(0 if is_free else arg, []).append(first[node, slot] + 1)
    for links in slots.values():
        ends = sorted((routes[link][-2:] for link in links), key=lambda end: end[-1][axis])
        if all(link // 2 in plain for link in links) and all(
            len(graph.consumers[arg]) == 1 for arg in graph.args[node]
        ):
            arriving = [routes[link - 1][0][axis] for link in links]
        else:
            arriving = _arriving([routes[link] for link in links], axis)
        for (_, link), end in zip(sorted(zip(arriving, links, strict=True)), ends, strict=True):
            routes[link] = (*routes[link][:-2], *end)


def _arriving(routes: list[tuple[Point, ...]], axis: int) -> list[float]:
    """Routes into a node → where each runs, across the direction, there where all of them are on their way to it.

    Nearer to the node they have met, since to dot they end at one place.
    """
    along = 1 - axis
    begin = max(route[0][along] for route in routes)
    return [next((a for a, b in pieces(route) if b[along] > begin), route[-1])[axis] for route in routes]
