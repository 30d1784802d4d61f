"""Modules in a chain that are alike → one part for all of them, which is called as they are, with their number."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from graphviz_ad.capture.naming import module
from graphviz_ad.capture.records import Visit
from graphviz_ad.graph.graph import Graph, Group

_LEAST = 3
"""Modules that are worth a part of their own: two stand beside one another as well."""
_UNNAMED = "h"
"""What modules are called that have a number only, as in `naming.output`."""


class Called(NamedTuple):
    """A call of a module: within which other it was, and what of the graph it made."""

    visit: Visit
    parent: Visit
    group: Group


def with_repeats(graph: Graph, calls: Sequence[Called]) -> list[Group]:
    """Graph and the calls of its modules → a group for each, and for each chain of modules that are alike.

    Where a container has nothing else in it, it is that group. One that is new is closed by its name only.
    """
    groups = {called.visit: called.group for called in calls}
    chains = []
    for chain in _chains(graph, calls):
        container = chain[0].parent
        first = chain[0].visit.path.rpartition(".")[0]
        name = f"{module(first) if first else _UNNAMED}×{len(chain)}"
        members = tuple(node for called in chain for node in called.group.members)
        known = groups.get(container)
        if known and set(known.members) == set(members):
            groups[container] = replace(known, name=name)
            continue
        parameters = tuple(dict.fromkeys(node for called in chain for node in called.group.parameters))
        output = chain[-1].group.output
        chains.append(Group(name, members, output, is_module=True, parameters=parameters, is_repeated=True))
    return [*groups.values(), *chains]


def _chains(graph: Graph, calls: Sequence[Called]) -> list[list[Called]]:
    """Calls of modules → those in a row, numbered, of which each takes what the one before gives, and does the same."""
    siblings: dict[tuple[Visit, str], list[Called]] = {}
    for called in sorted(calls, key=lambda called: called.visit.number):
        path, _, last = called.visit.path.rpartition(".")
        if last.isdigit():
            siblings.setdefault((called.parent, path), []).append(called)
    chains = []
    for row in siblings.values():
        chain = row[:1]
        for called in row[1:]:
            if not _follows(graph, chain[-1].group, called.group):
                chains.append(chain)
                chain = []
            chain.append(called)
        chains.append(chain)
    return [chain for chain in chains if len(chain) >= _LEAST]


def _follows(graph: Graph, before: Group, after: Group) -> bool:
    """Whether a module takes what another gives, and nothing else does, and both compute alike."""
    inner = set(after.members)
    readers = {reader for node in before.members for reader, _ in graph.consumers[node]} - set(before.members)
    numbers: dict[Hashable, int] = {}
    if not (readers <= inner and _taken(graph, after) == {before.output}):
        return False
    return _work(graph, before, numbers) == _work(graph, after, numbers)


def _taken(graph: Graph, group: Group) -> set[int]:
    """Group → what it takes besides its own parameters and constants."""
    own: Collection[int] = {*group.members, *group.parameters, *graph.constants}
    return {arg for node in group.members for arg in graph.args[node]} - set(own)


def _work(graph: Graph, group: Group, numbers: dict[Hashable, int]) -> list[int]:
    """Group → a number for each of its operations, in order of size: equal where these do the same with the same,
    whatever the order in which they stand. `numbers` are those of other groups."""
    kinds: dict[int, int] = {}
    for node in group.members:
        bound = graph.ops[node]
        name = None if bound is None else (bound.row.name, tuple(bound.options.items()))
        takes = tuple(kinds.get(arg, "own" if arg in group.parameters else "given") for arg in graph.args[node])
        kinds[node] = numbers.setdefault((name, takes), len(numbers))
    return sorted(kinds.values())
