"""Gradient of an input → the comparisons on its way that decided it: x > 0 where a ReLU lets it pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.comparisons import Condition
from graphviz_ad.explain.expression import Expression, reading
from graphviz_ad.explain.routes import edges_from
from graphviz_ad.explain.slopes import POWERS
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.language.tree import NUMBER, Tree

_MAX_CONDITIONS = 3
"""Comparisons that are read beside an equation."""
_MAX_CHARACTERS = 30
"""Letters of each of them: as many as ReLU(w x + v y + b) > 0 has, and some."""
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""Comparisons, and the same with their sides exchanged."""
_EXTREMES = {"maximum": ">", "max": ">", "minimum": "<", "min": "<"}
"""The larger or the smaller of two values, and how it compares with the other."""
_SIDES = 2
"""Sides of a comparison, and arguments of the larger of two values."""


def conditions(trace: Trace, node: int, digits: int) -> tuple[Chain, ...]:
    """Input between numbers → the comparisons that decided its gradient, none where they are many or long."""
    chains: dict[str, Chain] = {}
    for reader, slot in sorted(edges_from(trace, node)):
        bound = trace.graph.ops[reader]
        if bound is None or not bound.row.pointwise or bound.row.name in POWERS:
            continue
        tree, because = Tree(), list[Condition]()
        partial_tree(trace, reader, slot, tree, digits=digits, because=because)
        for condition in because:
            if condition.sign in _MIRRORED:
                chain = _chain(tree, condition, digits)
                chains.setdefault(chain.write(DISPLAY), chain)
    comparisons = _between([_without_extreme(chain, chains) for chain in chains.values()])
    is_short = len(comparisons) <= _MAX_CONDITIONS and all(
        len(chain.write(DISPLAY)) <= _MAX_CHARACTERS for chain in comparisons
    )
    return tuple(comparisons) if is_short else ()


def _without_extreme(chain: Chain, known: Collection[str]) -> Chain:
    """Comparison, and the texts of all → the same with r for max(r, a) on its left, where one says r > a."""
    left, right = chain.parts
    tree, sign = left.tree, _EXTREMES.get(str(left.tree.head[left.root]))
    if sign is None or len(tree.args[left.root]) != _SIDES:
        return chain
    sides = [Expression(tree, arg) for arg in tree.args[left.root]]
    for one_side, other in (sides, sides[::-1]):
        both = ((one_side, other), sign), ((other, one_side), _MIRRORED[sign])  # as it is written, either way round
        if any(Chain(parts, (sign, s), chain.digits).write(DISPLAY) in known for parts, s in both):
            return Chain((one_side, right), chain.signs, chain.digits)
    return chain


def _between(chains: Sequence[Chain]) -> list[Chain]:
    """Comparisons → the same, r > a and r < b as one, a < r < b."""
    left: dict[str, Chain] = {}
    for chain in chains:
        text = chain.parts[0].write(reading(DISPLAY, chain.digits))
        before = left.setdefault(text, chain)
        if before is not chain and before.signs[0] == _MIRRORED[chain.signs[0]] and len(before.parts) == _SIDES:
            low, high = (before, chain) if before.signs[0] == ">" else (chain, before)
            parts = low.parts[1], low.parts[0], high.parts[1]
            left[text] = Chain(parts, (high.signs[0],) * len(parts), chain.digits)
        elif before is not chain:
            left[chain.write(DISPLAY)] = chain
    return list(left.values())


def _chain(tree: Tree, condition: Condition, digits: int) -> Chain:
    """Comparison → the same to be written, with a number on its right."""
    left, sign, right = condition.left, condition.sign, condition.right
    if tree.kind[left] == NUMBER:
        left, sign, right = right, _MIRRORED[sign], left
    return Chain((Expression(tree, left), Expression(tree, right)), (sign, sign), digits)
