"""Columns of a table → those that are inputs of a formula, and those that it computes itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphviz_ad.autodiff.inputs import named_as_in
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.latex.reader import plain_name
from graphviz_ad.language.letters import array_name, is_entry
from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.tokens import normalise


def used_columns(graph: Graph, columns: Mapping[str, object]) -> list[str]:
    """Columns by name → the names, as typed, of those that are inputs of the formula in one of their spellings.

    x_i is the array x, as in values that are given; x_1 is a column of its own, and not x.
    """
    return [name for name, column in columns.items() if _is_used(graph, name, column)]


def _is_used(graph: Graph, name: str, column: object) -> bool:
    known = named_as_in(graph, {name: column}).keys() & graph.inputs.keys()
    plain = plain_name(normalise(name))
    return bool(known) and (
        array_name(plain) not in known or is_entry(plain) or _spelling(name) in map(identity, known)
    )


def computed_columns(graph: Graph, columns: Iterable[str]) -> list[str]:
    """Names of columns → those that the formula has as the name of a result."""
    results = {identity(name) for name in graph.ids if name not in graph.inputs}
    return [name for name in columns if _spelling(name) in results]


def _spelling(name: str) -> Parts | str:
    """Name as typed → what is equal for all its spellings."""
    return identity(plain_name(normalise(name)))
