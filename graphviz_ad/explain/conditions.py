"""Gradient of an input → the comparisons on its way that decided it: x > 0 where a ReLU lets it pass."""

from __future__ import annotations

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.comparisons import Condition
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.slopes import POWERS
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.tree import NUMBER, Tree

_MAX_CONDITIONS = 2
"""Comparisons that are read beside an equation."""
_MAX_CHARACTERS = 30
"""Letters of each of them: as many as ReLU(w x + v y + b) > 0 has, and some."""
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""Comparisons, and the same with their sides exchanged."""


def conditions(trace: Trace, node: int, digits: int) -> tuple[Chain, ...]:
    """Input between numbers → the comparisons that decided its gradient, none where they are many or long."""
    chains: dict[str, Chain] = {}
    for reader, slot in _ahead(trace.graph, node):
        bound = trace.graph.ops[reader]
        if trace.grads[reader] is None or bound is None or not bound.row.pointwise or bound.row.name in POWERS:
            continue
        tree, because = Tree(), list[Condition]()
        partial_tree(trace, reader, slot, tree, digits=digits, because=because)
        for condition in because:
            if condition.sign in _MIRRORED:
                chain = _chain(tree, condition, digits)
                chains.setdefault(chain.write(DISPLAY), chain)
    is_short = len(chains) <= _MAX_CONDITIONS and all(len(text) <= _MAX_CHARACTERS for text in chains)
    return tuple(chains.values()) if is_short else ()


def _chain(tree: Tree, condition: Condition, digits: int) -> Chain:
    """Comparison → the same to be written, with a number on its right."""
    left, sign, right = condition.left, condition.sign, condition.right
    if tree.kind[left] == NUMBER:
        left, sign, right = right, _MIRRORED[sign], left
    return Chain((Expression(tree, left), Expression(tree, right)), (sign, sign), digits)


def _ahead(graph: Graph, node: int) -> list[tuple[int, int]]:
    """Node → the edges that lead from it on, each as what reads and the place of its argument."""
    reached, edges = {node}, []
    for reader in range(node + 1, len(graph)):
        slots = [slot for slot, arg in enumerate(graph.args[reader]) if arg in reached]
        edges += [(reader, slot) for slot in slots]
        if slots:
            reached.add(reader)
    return edges
