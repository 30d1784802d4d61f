"""Edge → its pullback as a node of the backward graph: how it makes a contribution of the gradient that arrives."""

from __future__ import annotations

import re
from typing import NamedTuple

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import MAX_EDGE_PARTS, between_numbers, partial_tree, pullback_tree
from graphviz_ad.explain.annotate import transposed_jacobian as product_with_jacobian
from graphviz_ad.explain.contribution import number_first, summed, times, without_one
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.leaves import local_name, place_of
from graphviz_ad.language.printer import TYPST, write
from graphviz_ad.language.tree import NAME, OPERATOR, VALUE, Tree

_ARRIVING = "arrivinggradient"
"""What stands for the gradient that arrives until all is written: no formula has this name."""
_STEM = re.compile(r"(.+?)([_^]\(.*)?")
"""A name in Typst, what stands before its subscript and the rest."""


class Pullback(NamedTuple):
    """What stands in the node of a pullback, as Typst mathematics: with names, and with numbers ("" for arrays, and
    where it hands on what arrives)."""

    symbols: str
    numbers: str


def barred(name: str) -> str:
    """Name of a node → its gradient as Typst mathematics, the name with a bar."""
    stem, script = _STEM.fullmatch(TYPST.write_name(name)).groups("")  # type: ignore[union-attr]  # it always matches
    return f"overline({stem}){script}"


def pullback(trace: Trace, node: int, slot: int, digits: int, *, valued: bool = True) -> Pullback:
    """Edge a gradient goes over → its pullback, which makes of the gradient of its node what goes to the argument.

    Unless it is `valued` it holds for all values: of a `where` every branch is shown.
    """
    graph, tree, dialect = trace.graph, Tree(), reading(TYPST, digits)
    plan, arg = graph.ops[node], graph.args[node][slot]
    assert plan is not None
    local, _, axes = trace.edge_gradient(node, slot)
    g = trace.reached_gradient(node)
    if plan.row.pointwise:
        arriving = tree.add(NAME, _ARRIVING)
        before = len(tree)
        partial = partial_tree(trace if valued else graph, node, slot, tree, digits=digits)
        if len(tree) - before > MAX_EDGE_PARTS:
            partial = local_name(graph, node, arg, tree, place_of(graph, node, slot))
        root = without_one(tree, arriving, partial)
        if root is None:
            factors = (arriving, partial) if isinstance(g, float) else number_first(tree, arriving, partial)
            root = times(tree, *factors, g, local)
        root = summed(tree, root, axes)
    else:
        root = pullback_tree(trace, node, slot, tree, digits=digits, upstream=lambda into: into.add(NAME, _ARRIVING))
        if len(tree) > MAX_EDGE_PARTS:
            root = product_with_jacobian(graph, node, slot, tree, lambda into: into.add(NAME, _ARRIVING))
        local = between_numbers(trace, node, slot)
    symbols = write(tree, root, dialect).replace(TYPST.write_name(_ARRIVING), barred(graph.names[node]))
    is_product = isinstance(g, float) and isinstance(local, float) and tree.kind[root] != NAME
    if not is_product or trace.shape(arg):
        return Pullback(symbols, "")
    numbers = tree.add(OPERATOR, "*", (tree.add(VALUE, g), tree.add(VALUE, local)))
    return Pullback(symbols, write(tree, numbers, dialect))
