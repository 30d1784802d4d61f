"""Edge → the space of the arrays that go over it, as ∈ ℝ³."""

from __future__ import annotations

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.language.markup import Infix, Markup, power
from graphviz_ad.language.printer import TYPST, Dialect, write_markup


def space_markup(trace: Trace, node: int, arg: int, dialect: Dialect = TYPST) -> str:
    """Edge → the space of what goes over it, and of what it is broadcast to: ∈ ℝ³, : ℝ → ℝ³, "" between scalars.

    A sign stands before it, since the label of the edge does: 1/p ℝ³ would read as a product.
    """
    bound = trace.graph.ops[node]
    small, large = trace.shape(arg), trace.shape(node)
    if bound is not None and bound.row.pointwise and small != large:
        return write_markup((":", " ", _space(small), Infix("->"), _space(large)), dialect)
    return write_markup(("in", " ", _space(small)), dialect) if small else ""


def _space(shape: tuple[int, ...]) -> Markup:
    """Shape → the space of arrays that have it."""
    lengths = [part for length in shape for part in (Infix("times"), str(length))]
    return power("RR", tuple(lengths[1:])) if shape else "RR"
