"""Trace → the pass of a student who rounds every intermediate number to a few decimals and computes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Place
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import Mistake, Mutant, mutate_all
from graphviz_ad.ops.broadcasting import plain

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def rounded_on_the_way(trace: Trace, decimals: int) -> Mutant:
    """Trace and number of decimals → the pass of a student who keeps no more of them."""
    value = Mistake("rounded", "", value=lambda operation, slot: np.round(operation.out, decimals))
    passed_on = Mistake("rounded", "", contribution=lambda edge: plain(np.round(edge.contribution, decimals)))
    computed: list[Place] = [(node, None) for node, bound in enumerate(trace.graph.ops) if bound is not None]
    return mutate_all(
        trace, [(value, computed), (passed_on, [(node, slot) for node, slot, _ in trace.backward_edges()])]
    )
