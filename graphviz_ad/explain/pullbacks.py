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
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.printer import DISPLAY, TYPST, Dialect, write
from graphviz_ad.language.tree import NAME, OPERATOR, VALUE, Tree

_ARRIVING = "arrivinggradient"
"""What stands for the gradient that arrives until all is written: no formula has this name."""
_STEM = re.compile(r"(.+?)([_^][({].*)?")
"""A name in Typst or LaTeX, what stands before its subscript and the rest."""
_MATHML_STEM = re.compile(r"(<ms\w+>)?(<(mi|mover)\b.*?</\3>)(.*)")
"""The same in MathML."""


_PLAIN_STEM = re.compile(r"((?:[^\W\d_][\u0300-\u036f]*)*)(.*)")
"""And in plain text: letters, with their accents."""


class Pullback(NamedTuple):
    """What stands in the node of a pullback, as mathematics: with names, and with numbers ("" for arrays, and
    where it hands on what arrives)."""

    symbols: str
    numbers: str


def barred(name: str, dialect: Dialect = TYPST) -> str:
    """Name of a node → its gradient as mathematics, the name with a bar; in plain text over each of its letters.

    >>> barred("z_1"), barred("z", DISPLAY)
    ('overline(z)_(1)', 'z̅')
    """
    written = dialect.write_name(name)
    if dialect.write_name is MATHML.write_name:
        opens, stem, _, rest = _MATHML_STEM.fullmatch(written).groups("")  # type: ignore[union-attr]  # it always matches
        return f'{opens}<mover>{stem}<mo stretchy="true">¯</mo></mover>{rest}'
    if dialect.write_name is DISPLAY.write_name:
        stem, script = _PLAIN_STEM.fullmatch(written).groups("")  # type: ignore[union-attr]  # this too
        return "".join(f"{letter}\u0305" for letter in stem) + script
    stem, script = _STEM.fullmatch(written).groups("")  # type: ignore[union-attr]  # this too
    return f"overline({stem}){script}" if dialect.write_name is TYPST.write_name else f"\\overline{{{stem}}}{script}"


def pullback(
    trace: Trace, node: int, slot: int, digits: int, *, valued: bool = True, spelling: Dialect = TYPST
) -> Pullback:
    """Edge a gradient goes over → its pullback, which makes of the gradient of its node what goes to the argument.

    Unless it is `valued` it holds for all values: of a `where` every branch is shown.
    """
    graph, tree, dialect = trace.graph, Tree(), reading(spelling, digits)
    bound, arg = graph.ops[node], graph.args[node][slot]
    assert bound is not None
    local, _, axes = trace.edge_gradient(node, slot)
    g = trace.reached_gradient(node)
    if bound.row.pointwise:
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
    symbols = write(tree, root, dialect).replace(dialect.write_name(_ARRIVING), barred(graph.names[node], dialect))
    is_product = isinstance(g, float) and isinstance(local, float) and tree.kind[root] != NAME
    if not is_product or trace.shape(arg):
        return Pullback(symbols, "")
    numbers = tree.add(OPERATOR, "*", (tree.add(VALUE, g), tree.add(VALUE, local)))
    return Pullback(symbols, write(tree, numbers, dialect))
