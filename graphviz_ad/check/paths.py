"""The chain rule by its definition as the partner: a gradient is the sum over all paths to the output of the
product of the local derivatives on them.

The paths are found by networkx. The local derivatives are ours: this checks the backward pass, which must
give the same sum without walking a path twice, and not the rules of the operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.autodiff.endings import ends
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import comparison
from graphviz_ad.check.comparison import Comparison, NotRun, compare, not_run
from graphviz_ad.graph.views import to_networkx
from graphviz_ad.values import as_float

NAME = "paths"
"""What the command line calls this partner."""
MAX_PATHS = 10_000
"""Paths from one node to the output, up to which they are summed: their number doubles at every fan-out."""
MAX_PATH_EDGES = 100_000
"""Edges on all paths of all nodes together, about two seconds; the paths of a long chain are few, but long."""


def with_paths(trace: Trace) -> Iterator[Comparison]:
    """Trace of a scalar graph → every gradient beside the sum over its paths.

    Raises NotRun where some value is an array, or an operation is structural.
    """
    graph = trace.graph
    edges = trace.backward_edges()
    for node in range(len(graph)):
        if trace.active[node] and not isinstance(trace.values[node], float):
            raise NotRun(f"'{graph.names[node]}' is an array; paths are summed over scalars only")
    locals_: dict[tuple[int, int], float] = {}
    for node, slot, _ in edges:
        local = trace.edge_gradient(node, slot).local
        if local is None:
            raise NotRun(f"{graph.op_name(node)} states no local derivative")
        locals_[node, slot] = as_float(local)
    return _rows(trace, locals_)


def _rows(trace: Trace, locals_: dict[tuple[int, int], float]) -> Iterator[Comparison]:
    import networkx

    graph = trace.graph
    view = to_networkx(graph)
    view.remove_nodes_from([node for node in range(len(graph)) if not trace.active[node]])
    counts, lengths = count_paths(trace)
    left = MAX_PATH_EDGES
    for quantity in comparison.gradients(trace):
        node = quantity.node
        if counts[node] > MAX_PATHS:
            yield not_run(NAME, quantity, f"it has {counts[node]:.4g} paths to the output, more than {MAX_PATHS}")
            continue
        if lengths[node] > left:
            yield not_run(
                NAME, quantity, f"its paths have {lengths[node]:.4g} edges, and {left} of {MAX_PATH_EDGES} are left"
            )
            continue
        left -= lengths[node]
        paths = [[]] if node == graph.output else networkx.all_simple_edge_paths(view, node, graph.output)
        terms = [_product(trace, locals_, path) for path in paths]
        plural = "s" * (len(terms) != 1)
        # what cancels in the sum may leave the rounding of its terms
        wide = replace(quantity, scale=quantity.scale + sum(map(abs, terms)))
        yield compare(NAME, wide, float(sum(terms)), note=f"{len(terms)} path{plural}")


def _product(trace: Trace, locals_: dict[tuple[int, int], float], path: list[tuple[int, int, int]]) -> float:
    """Path → seed × local derivatives, from the output back, as a gradient comes."""
    product = as_float(trace.seed)
    for _, node, slot in reversed(path):
        if ends(trace.graph, node, slot, trace.values):
            return 0.0
        bound = trace.graph.ops[node]
        local = locals_[node, slot]
        # a row with a mask lets nothing through where its derivative is 0, not even an infinity
        product = 0.0 if local == 0 and bound is not None and bound.row.mask else product * local
    return product


def count_paths(trace: Trace) -> tuple[list[int], list[int]]:
    """For every node the number of paths to the output, and of the edges on all of them.

    Counted from the output back, without walking them: there may be exponentially many.
    """
    counts, lengths = [0] * len(trace.graph), [0] * len(trace.graph)
    counts[trace.graph.output] = 1
    for node, _, arg in trace.backward_edges():
        counts[arg] += counts[node]
        lengths[arg] += lengths[node] + counts[node]
    return counts, lengths
