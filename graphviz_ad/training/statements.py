"""Statements as text, and numbers for their names → the numbers of what they compute."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.tree import NAME
from graphviz_ad.values import Value


@lru_cache(maxsize=256)  # the same rule is run for every parameter, every example and every student
def _read(text: str) -> Graph:
    return parse(text)


def computed(text: str, known: Mapping[str, Value]) -> dict[str, Value]:
    """Statements, and the values of their names by name → these, and the values of the names they compute.

    Raises KeyError for a name without a value, and ShapeError.

    >>> computed("v' = μ*v + g; w' = w - η*v'", {"w": 2.0, "g": 5.0, "v": 0.0, "μ": 0.5, "η": 0.5})["w'"]
    -0.5
    """
    graph = _read(text)
    values = forward(graph, {node: known[name] for name, node in graph.inputs.items()})
    values_by_name = {
        **known,
        **{name: values[node] for node, name in enumerate(graph.names) if node not in graph.constants},
    }
    tree = graph.program.tree
    for statement in graph.program.statements:  # w' = g is no node of its own
        if statement.name not in values_by_name and tree.kind[statement.root] == NAME:
            values_by_name[str(statement.name)] = values_by_name[str(tree.head[statement.root])]
    return values_by_name
