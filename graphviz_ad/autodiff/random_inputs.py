"""Graph and seed → inputs at which there is something to see: no gate is saturated, and every gradient arrives."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.inputs import require_meant
from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError, InputError, ShapeError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_DRAWS = 60
"""Draws of inputs, each of which takes a pass: the gates of an LSTM are alive in one of five."""
_MAX_COMPUTED_NODES = 50_000
"""Nodes that are computed in all draws together: a second."""
_LARGEST_TENTHS = (20, 10, 5)
"""Tenths up to which inputs are drawn, a third of the draws each: smaller numbers leave more gates alive."""
_MANY = 3
"""Entries along each axis of an array in whose place one with any number of them is drawn."""
_LEAST_SLOPE = 0.05
"""Slope of a gate below which it is saturated: that of σ is below where its argument is above 2.9."""
_LEAST_GRADIENT, _LARGEST_NUMBER = 5e-4, 1e4
"""Numbers between them are shown with some digits, and without a power of ten."""


def random_inputs(graph: Graph, seed: int, given: Mapping[str, object] | None = None) -> dict[str, float]:
    """Graph, seed and values that are given → a value for each other input: one decimal, between −2 and 2, never 0.

    Of up to 60 draws it is the first at which all is alive, else the one at which most is. Names that only fit arrays
    (the operand of `@`, say) are for the caller to give.
    """
    require_meant(graph)
    given = given or {}
    generator = random.Random(seed)  # noqa: S311
    best: dict[str, float] = {}
    fewest: int | None = None
    draws = max(1, min(_MAX_DRAWS, _MAX_COMPUTED_NODES // max(1, len(graph))))
    for draw in range(draws):
        largest = _LARGEST_TENTHS[draw * len(_LARGEST_TENTHS) // draws]
        tenths = [n for n in range(-largest, largest + 1) if n]
        inputs = {name: generator.choice(tenths) / 10 for name in graph.inputs}
        chosen = {name: value for name, value in inputs.items() if name not in given}
        try:
            count = _dead(run(graph, {**chosen, **given}))
        except GraphvizADError:  # which no other numbers would mend; who asked for them is told in the pass to come
            return best or chosen
        if fewest is None or count < fewest:
            best, fewest = chosen, count
        if not count or not chosen:
            break
    return best


def in_symbols(graph: Graph, wrt: Sequence[str] | None = None) -> Trace:
    """Graph → a trace of numbers that nothing shows, for what is drawn without values; x_i is one of three.

    Raises InputError where it takes arrays of which no index says so.
    """
    generator = np.random.default_rng(0)
    lists = {
        name: generator.integers(1, 20, [_MANY] * rank) / 10
        for name, rank in graph.program.ranks.items()
        if rank and name in graph.inputs
    }
    try:
        return replace(run(graph, {**random_inputs(graph, 0, lists), **lists}, wrt=wrt), in_symbols=True)
    except ShapeError as problem:
        raise InputError(
            f"this picture of arrays needs values: {problem.message}", source=problem.source, span=problem.span,
            hint="give them, as in W=[[1,2],[3,4]]",
        ) from problem  # fmt: skip


def _dead(trace: Trace) -> int:
    """Trace → how much of it shows nothing: saturated gates, gradients of inputs that are all but 0, huge numbers."""
    graph = trace.graph
    gates = (_slopes(trace, node) for node, args in enumerate(graph.args) if len(args) == 1)
    saturated = sum(bool(slopes) and max(slopes) < _LEAST_SLOPE for slopes in gates)
    gradients = [trace.grads[node] for node in graph.inputs.values()]
    vanished = sum(grad is not None and float(np.max(np.abs(grad))) < _LEAST_GRADIENT for grad in gradients)
    large = sum(not float(np.max(np.abs(value))) < _LARGEST_NUMBER for value in trace.values)
    return saturated + vanished + large + len(trace.not_finite)


def _slopes(trace: Trace, node: int) -> Sequence[float]:
    """Node with one argument → the sizes of its local derivatives, entry by entry; none of a structural operation."""
    bound = trace.graph.ops[node]
    if bound is None or not bound.row.pointwise or not trace.active[node]:
        return ()
    local = trace.edge_gradient(node, 0).local
    sizes: list[float] = [] if local is None else np.abs(np.ravel(local)).tolist()
    return sizes
