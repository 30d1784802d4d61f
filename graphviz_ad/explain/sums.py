"""The contributions to a node → their sum: as terms of a tree, and what the printed numbers add up to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.expression import ELLIPSIS, printed
from graphviz_ad.explain.leaves import derivative, place_of
from graphviz_ad.explain.signs import Outcome, in_a_row, sign_between
from graphviz_ad.language.printer import DISPLAY, Dialect, write
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.ops.table import NOTATIONS
from graphviz_ad.values import Value

_MAX_TERMS = 6
"""Contributions to one node that are written out, as many as fit on a line; of more, the first two and the last."""

_MAX_TERMS_AT_NODE = 5
"""And as many as stand side by side at a node of a picture."""
MAX_CHARACTERS_AT_NODE = 42
"""Characters of the sum at a node: longer, it pushes apart what stands beside it, and the terms stand at edges."""

_MAX_LOCAL_PARTS = 12
"""Parts of a local derivative that is put into a sum of contributions."""


def added(contributions: Sequence[Value | None], digits: int) -> Outcome:
    """Contributions → the sum of what is printed of them; nothing where one is left out, or too large to be printed."""
    terms: list[Value] = []
    for contribution in contributions:
        rounded = None if contribution is None else printed(contribution, digits)
        if rounded is None:
            return Outcome()
        terms.append(rounded)
    return in_a_row("+", terms, digits)


def shown_edges(
    trace: Trace, node: int, count: int, through: tuple[int, int] | None = None, limit: int = _MAX_TERMS
) -> list[tuple[int, int] | None]:
    """Node → the first `count` edges its gradient comes over, None standing for those left out where they are more
    than `limit`.

    They stand in the order of the formula, in which the picture has them too, and not as the backward pass comes over
    them. `through` is the last of them, where known.
    """
    edges = (edge for edge in trace.graph.consumers[node] if trace.grads[edge[0]] is not None)
    if count <= limit:
        return [*sorted(islice(edges, count))]
    if through is None:
        backwards = reversed(trace.graph.consumers[node])
        through = next(edge for edge in backwards if trace.grads[edge[0]] is not None)
    return [through, None, *sorted(islice(edges, 2))]


def added_up(tree: Tree, terms: Sequence[int | None]) -> int:
    """Terms → their sum, in which those with a minus before them are taken off; None is "…"."""
    total, *further = [tree.add(VALUE, ELLIPSIS) if term is None else term for term in terms]
    for term in further:
        opposite = _without_minus(tree, term)
        total = tree.add(OPERATOR, *(("+", (total, term)) if opposite is None else ("-", (total, opposite))))
    return total


def _without_minus(tree: Tree, node: int) -> int | None:
    """Term → the same without the minus before it or before its first factor, None where there is none."""
    if tree.kind[node] != OPERATOR or tree.head[node] not in ("neg", "*"):
        return None
    first, *rest = tree.args[node]
    if not rest:
        return first
    opposite = _without_minus(tree, first)
    return None if opposite is None else tree.add(OPERATOR, "*", (opposite, *rest))


def sum_at_node(trace: Trace, node: int, digits: int, dialect: Dialect, count: int | None = None) -> tuple[str, str]:
    """Fan-out → the numbers that its gradient is the sum of, of all contributions or of the first `count`, and the
    sign between them and the gradient: = or ≈. Both are empty where there is one number only, or where they are arrays.
    """
    contributions = terms_at_node(trace, node, count)
    if not contributions:
        return "", ""
    tree = Tree()
    root = with_minus(tree, contributions)
    if len(contributions) > 2 and len(write(tree, root, DISPLAY.using(NOTATIONS, digits))) > MAX_CHARACTERS_AT_NODE:
        root = with_minus(tree, [contributions[0], None, contributions[-1]])
    sign = "≈" if trace.is_dust("gradient", node) else sign_of_sum(trace, node, digits)
    return write(tree, root, dialect.using(NOTATIONS, digits)), sign


def terms_at_node(trace: Trace, node: int, count: int | None = None) -> list[Value | None]:
    """Fan-out → the numbers that are shown as what its gradient is the sum of, None standing for those left out.

    These are all contributions, or the first `count`; none where there is only one, or where they are arrays.
    """
    of = trace.contributions_to[node]
    arrived = of if count is None else count
    if of < 2 or not isinstance(trace.grads[node], float):
        return []
    edges = shown_edges(trace, node, arrived, _last_of(trace, node, arrived), _MAX_TERMS_AT_NODE)
    return [None if edge is None else trace.edge_gradient(*edge).contribution for edge in edges]


def sign_of_sum(trace: Trace, node: int, digits: int) -> str:
    """Fan-out → = where what is printed of its contributions adds up to what is printed of its gradient, else ≈."""
    return sign_between(added(terms_at_node(trace, node), digits), trace.grads[node], digits)


def with_minus(tree: Tree, contributions: Sequence[Value | None]) -> int:
    """Numbers → their sum, in which those below 0 after the first are taken off; None is "…"."""
    total = -1
    for value in contributions:
        if total >= 0 and isinstance(value, float) and value < 0:
            total = tree.add(OPERATOR, "-", (total, tree.add(VALUE, -value)))
            continue
        term = tree.add(VALUE, ELLIPSIS if value is None else value)
        total = term if total < 0 else tree.add(OPERATOR, "+", (total, term))
    return total


def _last_of(trace: Trace, node: int, count: int) -> tuple[int, int]:
    """Node → the edge over which the contribution number `count` comes."""
    edges = (edge for edge in trace.graph.consumers[node] if trace.grads[edge[0]] is not None)
    return next(islice(edges, count - 1, None))


def spelled_out(trace: Trace, node: int, slot: int, tree: Tree, of: int) -> int | None:
    """Edge between numbers, one of `of` into its argument → its term of the sum with the local derivative written out.

    That is where the derivative's name has two meanings: ∂L/∂h is the whole gradient too, ∂m/∂x that of both factors of
    x·x. None elsewhere, and where it is long.
    """
    graph, local = trace.graph, trace.edge_gradient(node, slot).local
    if place_of(graph, node, slot, of) is None or trace.shape(node) or not isinstance(local, float):
        return None
    before = len(tree)
    partial = partial_tree(trace, node, slot, tree)
    if len(tree) - before > _MAX_LOCAL_PARTS:
        return None
    if node == graph.output and trace.starts_with_one:
        return partial
    return tree.add(OPERATOR, "*", (derivative(graph, node, tree), partial))
