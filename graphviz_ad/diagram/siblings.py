"""Results that are computed from the same, as the units of a layer or the gates of a cell → one column, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graphviz_ad.diagram.layout import Placement, Rank
from graphviz_ad.graph.graph import Graph

_MIN_SIBLINGS = 3
"""Results that stand in a column in their order: two are not seen to be out of it."""
_MORE_CROSSINGS, _FREE_CROSSINGS = 1.5, 1
"""How many times as many crossings that order is worth, and how many besides."""
_MORE_ROOM = 1.15
"""How much larger the picture may be for it."""


def siblings(graph: Graph, *, same_readers: bool = False) -> Iterator[tuple[int, ...]]:
    """Graph → results with a name that read the same nodes, and with `same_readers` are read by the same, in order."""
    alike: dict[tuple[frozenset[int], ...], list[int]] = {}
    for node in graph.given_names:
        if graph.args[node] and (readers := frozenset(reader for reader, _ in graph.consumers[node])):
            key = (frozenset(graph.args[node]), readers) if same_readers else (frozenset(graph.args[node]),)
            alike.setdefault(key, []).append(node)
    yield from (tuple(sorted(nodes)) for nodes in alike.values() if len(nodes) >= _MIN_SIBLINGS)


def in_order(
    graph: Graph, place: Callable[[Sequence[Rank]], Placement], crossings: Callable[[Placement], int]
) -> Placement:
    """Graph, how a layout is made with more ranks, and how often its links cross → it, siblings in order.

    If they are not read by the same, they do where that is as good, or in one column, or those that are: it may cost
    crossings.
    """
    every, alike = list(siblings(graph)), list(siblings(graph, same_readers=True))
    if not every:
        return place([])
    ordered = place([Rank(nodes, nodes) for nodes in every])
    if every == alike:
        return ordered
    plain = place([])
    layouts = [ordered, place([Rank(nodes) for nodes in every])]
    layouts += [place([Rank(nodes, nodes) for nodes in alike])] if alike else []
    best = min(layouts, key=crossings)
    is_small = max(best.width / plain.width, best.height / plain.height) <= _MORE_ROOM
    allowed = _MORE_CROSSINGS * crossings(plain) + _FREE_CROSSINGS
    return best if is_small and crossings(best) <= allowed else plain
