"""Sums and products of several terms become one node: a + b + c, typed without brackets, is one addition."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.merging import Merge, merged
from graphviz_ad.ops.table import of_terms

_JOINED = ("add", "multiply")
"""Operations of which several in a row are one."""

MAX_TERMS = 16
"""Terms of a sum or product that are one node: more edges into one node are no longer told apart."""


def joined(graph: Graph) -> Graph:
    """Graph → the same with one node for each sum or product of several terms, the graph itself where there is none.

    Only what is typed in a row becomes one: in a + (b + c) the brackets say that there are two sums. What has
    more terms than `MAX_TERMS` stays as it is.
    """
    heads = _chains(graph)
    if not heads:
        return graph
    merges = {}
    for result, links in heads.items():
        first = links[-1]
        args = (*graph.args[first], *(graph.args[link][1] for link in (*reversed(links[:-1]), result)))
        bound = graph.ops[result]
        assert bound is not None
        merges[result] = Merge(of_terms(bound.row.name, len(args)), args, frozenset(links))
    graph_of_sums, _ = merged(graph, merges)
    return replace(graph_of_sums, in_pairs=graph)


def _chains(graph: Graph) -> dict[int, list[int]]:
    """Graph → by the last node of each row of equal operations the ones before it, from the last to the first."""
    ops, columns = graph.ops, graph.args
    names = {bound: bound.row.name if bound and bound.row.name in _JOINED else None for bound in graph.distinct_ops}
    links = [node for node, bound in enumerate(ops) if names[bound] and names[ops[columns[node][0]]] == names[bound]]
    if not links:
        return {}
    uses = Counter(arg for args in columns for arg in args)
    within: dict[int, list[int]] = {}
    for number, group in enumerate(graph.groups):
        for node in group.members:
            within.setdefault(node, []).append(number)
    before = {
        node: first
        for node in links
        if uses[first := columns[node][0]] == 1
        and first not in graph.given_names
        and first != graph.output
        and within.get(first) == within.get(node)
    }
    chains: dict[int, list[int]] = {}
    for head in sorted(before.keys() - before.values()):
        row, node = [], head
        while node in before:
            node = before[node]
            row.append(node)
        if len(row) + 2 <= MAX_TERMS:
            chains[head] = row
    return chains
