"""Edge → the values of the forward pass that its pullback uses: what is kept for the backward pass."""

from __future__ import annotations

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.language.tree import CALL, NAME
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import VARIADIC

_SHAPE_FROM = {
    "spread": 1, "shaped": 1, "part": 1, "gathered": 1, "scattered": 1, "placed": 1, "on_diagonal": 1, "one_hot": 1,
    "count": 0, "batch": 0, "eye": 0,
}  # fmt: skip
"""Calls in the texts of derivatives, and from which argument on they look at shapes alone, which need no values."""


def saved_nodes(trace: Trace, node: int, slot: int) -> tuple[int, ...]:
    """Edge → the nodes whose values its pullback uses, constants not counted, in their order.

    Of an operation without a text they are its arguments, from which its derivative is computed anew.
    """
    graph, bound = trace.graph, trace.graph.ops[node]
    assert bound is not None
    args = graph.args[node]
    if bound.row.untold:
        used = set(args)
    else:
        ndims = tuple(len(trace.shape(arg)) for arg in args)
        text = bound.row.partials[slot] if bound.row.pointwise else bound.row.pullback_text(slot, ndims)
        nodes_of: dict[str, tuple[int, ...]] = {"out": (node,)}
        if bound.row.variadic:
            nodes_of |= {"x": (args[slot],), VARIADIC: args}
        else:
            nodes_of |= {name: (arg,) for name, arg in zip(bound.row.params, args, strict=True)}
        used = {arg for name in _names(text) for arg in nodes_of.get(name, ())}
    return tuple(sorted(used - graph.constants.keys()))


def _names(text: str) -> set[str]:
    """Text of a derivative → the names whose values it uses, not their shapes alone."""
    program = parsed(text)
    tree, waiting, names = program.tree, [program.statements[-1].root], set[str]()
    while waiting:
        at = waiting.pop()
        parts = tree.args[at]
        if tree.kind[at] == NAME:
            names.add(str(tree.head[at]))
        elif tree.kind[at] == CALL:
            parts = parts[: _SHAPE_FROM.get(str(tree.head[at]), len(parts))]
        waiting.extend(parts)
    return names
