"""Where a trace stands at points without a derivative: there a library may take another one than ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.code.dialects import To
from graphviz_ad.explain.kinks import kinks
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

OTHER: dict[To, frozenset[str]] = {
    "jax": frozenset({"abs", "leaky_relu", "hardtanh", "clamp", "atan2", "pow", "norm", "std", "rmse", "mae", "hinge",
                      "cosine_similarity", "hypot"}),
    "torch": frozenset({"det", "cosine_similarity", "rmse"}),
    "numpy": frozenset(),
}  # fmt: skip
"""Operations at whose kinks the library's own backward pass has another convention."""
_LARGE = 1e100
"""Numbers whose square, or the square of that, Python's floats refuse."""


def at_kink(trace: Trace, node: int) -> bool:
    """Whether an operation is computed at a point where its derivative is a convention."""
    bound, args = trace.graph.ops[node], trace.graph.args[node]
    assert bound is not None
    values = [trace.values[arg] for arg in args]
    match bound.row.name:
        case "det":
            return bool(np.linalg.matrix_rank(values[0]) < len(values[0]))  # type: ignore[arg-type]
        case "cosine_similarity":
            axis, eps = int(bound.options["axis"]), bound.options["eps"]
            return any(bool(np.any(np.linalg.norm(value, axis=axis) <= eps)) for value in values)
        case "norm" if bound.options["p"] in (1, np.inf):
            return bool(np.any(np.equal(values[0], 0)))
    return any(kinks(trace, node, slot) for slot in range(len(args)))


def beyond(trace: Trace, to: To) -> dict[int, str]:
    """Trace → the inputs whose gradient comes through a kink where the library does otherwise, with the operation."""
    kinks: dict[int, str] = {}
    graph = trace.graph
    for node in range(graph.output, -1, -1):
        bound = graph.ops[node]
        if bound is None or not trace.active[node]:
            continue
        name = kinks.get(node)
        if name is None and bound.row.name in OTHER[to] and at_kink(trace, node):
            name = bound.row.name
        if name is not None:
            for arg in graph.args[node]:
                kinks.setdefault(arg, name)
    return kinks


def needs_ieee(trace: Trace, corners: frozenset[str]) -> bool:
    """Whether Python's own floats would raise errors where numpy's go on: at poles, and with very large numbers."""
    if trace.not_finite or any(np.any(np.abs(value) > _LARGE) for value in trace.values):
        return True
    return any(
        bound is not None and bound.row.kinks and bound.row.name not in corners and at_kink(trace, node)
        for node, bound in enumerate(trace.graph.ops)
    )
