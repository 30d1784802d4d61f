"""Edge → the Jacobian of its operation, row by row from vector-Jacobian products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_ENTRIES = 4096
"""Entries of a Jacobian that is worked out unless more are allowed."""


def jacobian(trace: Trace, node: int, slot: int, max_entries: int = MAX_ENTRIES) -> Array | None:
    """Edge → ∂node/∂argument as an array of shape node.shape + argument.shape; None where it has too many entries.

    Row by row: entry i of the node is given the gradient 1, the others 0, and what the operation sends back
    to its argument is ∂node[i]/∂argument. Where the argument stands twice in the operation it is that of
    this slot alone.

    >>> from graphviz_ad import parse
    >>> trace = parse("s = x*y; L = sum(s)").run(x=[1, 2], y=[3, 4])
    >>> jacobian(trace, trace.graph.find("s"), 0).tolist()
    [[3.0, 0.0], [0.0, 4.0]]
    """
    graph, values = trace.graph, trace.values
    out, into = trace.shape(node), trace.shape(graph.args[node][slot])
    rows = int(np.prod(out, dtype=int))
    if rows * int(np.prod(into, dtype=int)) > max_entries:
        return None
    if out == ():
        return np.asarray(pull(graph, node, slot, values, 1.0)[1])
    jacobian_rows = []
    for row in range(rows):
        unit = np.zeros(rows)
        unit[row] = 1.0
        jacobian_rows.append(pull(graph, node, slot, values, unit.reshape(out))[1])
    return np.reshape(np.asarray(jacobian_rows), out + into)
