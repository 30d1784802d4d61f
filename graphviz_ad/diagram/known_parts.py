"""Operations that are a known function together, as σ or tanh written out → a frame round them with its name."""

from __future__ import annotations

import copy
from dataclasses import replace

from graphviz_ad.autodiff.detail import OF_OPERATIONS
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.identities import identities
from graphviz_ad.graph.graph import Graph, Group

_MIN_OPERATIONS = 3
"""Operations that a frame stands round, at least: of two it is seen what they are."""


def with_known_parts(trace: Trace) -> Trace:
    """Trace → the same with a group for operations that together are σ or tanh of a node, where there are no groups.

    Nothing else reads what is between, or the derivative would not be the known one.
    """
    is_closed = trace.opened is not None and not (trace.closing and trace.closing.detail in OF_OPERATIONS)
    if trace.forward_mode is not None or is_closed or trace.graph.groups:
        return trace
    graph = trace.graph
    groups = [
        Group(identity.function, members, identity.of)
        for identity in identities(trace)
        if identity.function and identity.of is not None and (members := _between(graph, identity.node, identity.of))
    ]
    if not groups:
        return trace
    framed = copy.copy(trace)  # with what was computed for it
    framed.graph = replace(graph, groups=tuple(groups))
    return framed


def _between(graph: Graph, first: int, last: int) -> tuple[int, ...]:
    """Two nodes → what the second is computed from behind the first, with its constants; () where it is computed from
    something else, or where it is a few operations."""
    inside, waiting = {last}, [last]
    while waiting:
        for arg in graph.args[waiting.pop()]:
            if arg == first or arg in inside:
                continue
            if graph.is_input(arg):
                return ()
            inside.add(arg)
            waiting.append(arg)
    operations = sum(graph.ops[node] is not None for node in inside)
    return tuple(sorted(inside)) if operations >= _MIN_OPERATIONS else ()
