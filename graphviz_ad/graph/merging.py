"""Parts of a graph → one node each: the nodes within a part disappear, its result stays."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_ad.graph.graph import Graph
from graphviz_ad.ops.bound import BoundOperation


@dataclass(frozen=True, slots=True)
class Merge:
    """A part of a graph that becomes one node: what this computes, from what, and the nodes that go.

    All of these are read within parts only, so that no path leaves them but through their results.
    """

    bound: BoundOperation
    args: tuple[int, ...]
    inner: frozenset[int]


def merged(graph: Graph, merges: Mapping[int, Merge]) -> tuple[Graph, list[int | None]]:
    """Graph, and by their results the parts of it that become one node → the graph; and the new id of each node."""
    gone = {node for merge in merges.values() for node in merge.inner}
    ids: list[int | None] = []
    count = 0
    for node in range(len(graph)):
        ids.append(None if node in gone else count)
        count += node not in gone
    kept = [node for node in range(len(graph)) if node not in gone]

    def new(node: int) -> int:
        new_id = ids[node]
        assert new_id is not None, "what is read outside a part is its result"
        return new_id

    ops, args = [], []
    for node in kept:
        merge = merges.get(node)
        ops.append(merge.bound if merge else graph.ops[node])
        args.append(tuple(map(new, merge.args if merge else graph.args[node])))
    groups = []
    for group in graph.groups:
        members = tuple(new(node) for node in group.members if node not in gone)
        if group.output not in gone and len(members) > 1:
            parameters = tuple(new(node) for node in group.parameters if node not in gone)
            groups.append(replace(group, members=members, output=new(group.output), parameters=parameters))
    return replace(
        graph, ops=ops, args=args, origins=array("I", [graph.origins[node] for node in kept]),
        given_names={new(node): name for node, name in graph.given_names.items() if node not in gone},
        constants={new(node): value for node, value in graph.constants.items() if node not in gone},
        inputs={name: new(node) for name, node in graph.inputs.items() if node not in gone}, output=new(graph.output),
        groups=tuple(groups), scope={name: new(node) for name, node in graph.scope.items() if node not in gone},
    ), ids  # fmt: skip
