"""Values and gradients of a network → what keeps it from learning: vanishing gradients, dead and saturated units."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import Values
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.table import BY_NAME, KINDS
from graphviz_ad.training.finding import Finding
from graphviz_ad.training.landscape import Landscape
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_RATIO = 100.0
"""Of the gradients of the last and of the first layer, entry for entry: healthy networks stay below 30."""
MAX_DEAD = 0.25
"""Share of the units of a layer that may be 0 for every example: by chance a few are."""
MAX_SATURATED = 0.9
"""Share of the values of a layer that may lie where the function is flat."""
_FLAT = 0.01
"""Derivative of a sigmoid or tanh, as a part of its largest, below which it is flat."""
_CONVERGED = 1e-4
"""Gradients below this part of the first are at the lowest point, and say nothing about layers."""
_ACTIVATIONS = frozenset(row.name for row in (*KINDS["activations"], BY_NAME["tanh"]))
"""What makes a layer of what is between two of them."""
_DEAD = frozenset(("relu", "relu6"))
"""Activations that are 0, and with them their gradient, on a whole side."""


def vanishing(graph: Graph, land: Landscape, points: Sequence[Array]) -> Finding | None:
    """Graph, landscape and points of a run, the first its start → whether the first layer gets far smaller gradients.

    What is compared is the root of the mean square of the entries, of the layer's parameter that has the largest.
    """
    depths = _depths(graph)
    layers = {name: depths[graph.inputs[name]] for name in land.model.start}
    first, last = max(layers.values()), min(layers.values())
    if first == last:
        return None
    sizes = [
        {name: float(np.sqrt(np.mean(part**2))) for name, part in land.parts(land.gradient(point)).items()}
        for point in points
    ]
    counted = [size for size in sizes if max(size.values()) > _CONVERGED * max(sizes[0].values())]
    if not counted:
        return None
    in_first = [name for name in layers if layers[name] == first]
    in_last = [name for name in layers if layers[name] == last]
    ratios = [max(size[name] for name in in_last) / max(*(size[name] for name in in_first), 1e-300) for size in counted]
    if not (ratios[0] > MAX_RATIO and statistics.median(ratios) > MAX_RATIO):
        return None
    begin = counted[0]
    near, far = max(in_first, key=begin.__getitem__), max(in_last, key=begin.__getitem__)
    numbers = {"ratio": ratios[0], "first": begin[near], "last": begin[far], "layers": first - last + 1}
    return Finding("vanishing", numbers, {"near": near, "far": far})


def _depths(graph: Graph) -> list[int]:
    """Graph → for every node, the most activations on a way from it to the output."""
    depths = [0] * len(graph)
    for node in range(len(graph) - 1, -1, -1):
        bound = graph.ops[node]
        more = bound is not None and bound.row.name in _ACTIVATIONS
        for arg in graph.args[node]:
            depths[arg] = max(depths[arg], depths[node] + more)
    return depths


def dead(graph: Graph, values: Values, examples: int) -> Finding | None:
    """Graph, values of its nodes for so many examples → the layer of ReLUs of which most give 0 for every one."""
    worst: tuple[float, int, int, int] | None = None
    for node, bound in enumerate(graph.ops):
        if bound is None or bound.row.name not in _DEAD:
            continue
        units = _units(values[node], examples)
        if units is None:
            continue
        silent = int(np.sum(np.all(units == 0, axis=0)))
        layer = (silent / units.shape[1], node, silent, units.shape[1])
        worst = max(worst or layer, layer)
    if worst is None or worst[0] < MAX_DEAD:
        return None
    share, node, silent, count = worst
    return Finding(
        "dead", {"dead": silent, "units": count, "percent": 100 * share, "n": examples}, {"node": graph.names[node]}
    )


def saturated(graph: Graph, values: Values, examples: int, nodes: Sequence[int], update: int) -> Finding | None:
    """Graph, values, some of its nodes → the layer of sigmoids or tanh of which most lie where the function is flat."""
    worst: tuple[float, int] | None = None
    for node in nodes:
        bound, units = graph.ops[node], _units(values[node], examples)
        if units is None or bound is None or not np.all(np.isfinite(units)):
            continue
        slope = 1 - units**2 if bound.row.name == "tanh" else 4 * units * (1 - units)
        layer = (float(np.mean(slope < _FLAT)), node)
        worst = max(worst or layer, layer)
    if worst is None or worst[0] < MAX_SATURATED:
        return None
    share, node = worst
    bound = graph.ops[node]
    assert bound is not None
    name = bound.row.name
    numbers = {"percent": 100 * share, "n": examples, "flat": 100 * _FLAT, "update": update}
    return Finding("saturated", numbers, {"node": graph.names[node], "function": name})


def sigmoids(graph: Graph) -> list[int]:
    """Graph → the nodes that are sigmoids or tanh."""
    return [n for n, bound in enumerate(graph.ops) if bound is not None and bound.row.name in ("sigmoid", "tanh")]


def hidden(graph: Graph, parameters: Sequence[str], node: int) -> bool:
    """Graph, names of its parameters → whether what a node gives is multiplied with a parameter, before the loss."""
    learnt = {graph.inputs[name] for name in parameters}
    behind, pure = {node}, set(learnt)
    for other in range(len(graph)):
        args, bound = graph.args[other], graph.ops[other]
        if args and all(arg in pure or arg in graph.constants for arg in args):
            pure.add(other)
        if behind.intersection(args):
            behind.add(other)
            if bound is not None and bound.row.name in ("multiply", "matmul", "dot") and pure.intersection(args):
                return True
    return False


def _units(value: object, examples: int) -> Array | None:
    """Value of a node → a row an example, a column a unit; None where it has no axis of examples."""
    array = np.asarray(value, dtype=float)
    if array.ndim == 0 or examples not in array.shape:
        return None
    units: Array = np.moveaxis(array, array.shape.index(examples), 0).reshape(examples, -1)
    return units
