"""The contributions to a node → their sum: as terms of a tree, and what the printed numbers add up to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import ELLIPSIS, printed
from graphviz_ad.explain.signs import Outcome, either, lost
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_TERMS = 6
"""Contributions to one node that are written out, as many as fit on a line; of more, the first two and the last."""


def added(contributions: Sequence[Value | None], digits: int) -> Outcome:
    """Contributions → the sum of what is printed of them; nothing where one is left out, or too large to be printed."""
    terms: list[Value] = []
    for contribution in contributions:
        rounded = None if contribution is None else printed(contribution, digits)
        if rounded is None:
            return Outcome()
        terms.append(rounded)
    total, *further = terms
    losses = []
    with np.errstate(all="ignore"):
        for term in further:
            before, total = total, plain(total + term)
            losses.append(lost("+", [before, term], total, digits))
    return Outcome(total, either(losses))


def shown_edges(
    trace: Trace, node: int, count: int, through: tuple[int, int] | None = None
) -> list[tuple[int, int] | None]:
    """Node → the first `count` edges its gradient comes over, None standing for those left out.

    `through` is the last of them, where known.
    """
    edges = (edge for edge in trace.graph.consumers[node] if trace.grads[edge[0]] is not None)
    if count <= _MAX_TERMS:
        return list(islice(edges, count))
    if through is None:
        backwards = reversed(trace.graph.consumers[node])
        through = next(edge for edge in backwards if trace.grads[edge[0]] is not None)
    return [*islice(edges, 2), None, through]


def added_up(tree: Tree, terms: Sequence[int | None]) -> int:
    """Terms → their sum; None is "…"."""
    total, *further = [tree.add(VALUE, ELLIPSIS) if term is None else term for term in terms]
    for term in further:
        total = tree.add(OPERATOR, "+", (total, term))
    return total
