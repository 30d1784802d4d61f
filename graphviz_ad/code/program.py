"""Graph and values → the whole program: imports, inputs, both passes, what it prints, and the check at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.random_inputs import random_inputs
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.code.dialects import DIALECTS, To
from graphviz_ad.code.parts import Parts
from graphviz_ad.code.sections import assembled, function_of, in_jax, in_torch, written_out
from graphviz_ad.errors import GraphvizADError, InputError, LimitError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.ops.table import BY_NAME

if TYPE_CHECKING:
    from graphviz_ad.values import Value

_MAX_NODES = 5_000
"""Operations of a program that a person could read."""
_MAX_ENTRIES = 10_000
"""Entries of all arrays that stand in a program."""


def program_of(trace: Trace, to: str = "torch", *, backward: bool = False) -> str:
    """Trace → the program that computes its numbers and says so at its end.

    `backward` writes the backward pass by hand; numpy has no other. Raises InputError for a library that is not known
    and where nothing is differentiated, LimitError for more than a program can show.
    """
    dialect = DIALECTS[_library(to)]
    trace = (trace.passes or trace).opened or trace.passes or trace
    graph = trace.graph
    _check_size(graph, trace.values)
    _check_operations(graph)
    by_hand = backward or dialect.name == "numpy"
    parts = Parts(graph, dialect, trace, by_hand=by_hand)
    if not parts.sources:
        raise InputError(
            "there is nothing to differentiate: no gradient reaches an input",
            hint="give an input that the output depends on smoothly, as w in L = (w*x - y)^2",
        )
    if by_hand:
        return assembled(parts, written_out(parts))
    return assembled(parts, in_jax(parts) if dialect.name == "jax" else in_torch(parts))


def function_program(graph: Graph, to: str = "torch", *, backward: bool = False) -> str:
    """Graph → a function of its inputs, with `backward` one that gives the gradients too, of numbers.

    Raises InputError for a library that is not known, where nothing is differentiated, and where the backward pass is
    asked for of arrays, whose shapes decide what it is.
    """
    dialect = DIALECTS[_library(to)]
    _check_size(graph, list(graph.constants.values()))
    _check_operations(graph)
    if not graph.inputs:
        raise InputError(
            "there is nothing to differentiate: the formula has no inputs", hint="use a name, as w in L = (w*x - y)^2"
        )
    if not backward:
        return assembled(parts := Parts(graph, dialect, None, by_hand=False), function_of(parts))
    try:
        trace = run(graph, random_inputs(graph, 1))
    except GraphvizADError as problem:
        names = ", ".join(graph.inputs)
        raise InputError(
            f"the backward pass of arrays depends on their shapes, which are not known ({problem.message})",
            hint=f"give values: {names}",
        ) from None
    parts = Parts(trace.graph, dialect, trace, by_hand=True, at_values=False)
    if not parts.sources:
        raise InputError(
            "there is nothing to differentiate: no gradient reaches an input",
            hint="give an input that the output depends on smoothly, as w in L = (w*x - y)^2",
        )
    return assembled(parts, function_of(parts))


def _library(to: str) -> To:
    if to not in DIALECTS:
        raise InputError(f"there is no code for '{to}'", hint=f"the libraries are {', '.join(DIALECTS)}")
    return DIALECTS[to].name


def _check_operations(graph: Graph) -> None:
    """Refuse what has no text: an operation that torch computes itself."""
    for node, bound in enumerate(graph.ops):
        if bound is not None and bound.row.name not in BY_NAME and bound.row.definition is None:
            raise InputError(
                f"'{bound.row.name}', which makes '{graph.names[node]}', has no text of which code could be made",
                hint="write what it computes with other operations; 'graphviz-ad ops' lists them",
            )


def _check_size(graph: Graph, values: list[Value]) -> None:
    if len(graph) > _MAX_NODES:
        raise LimitError(
            f"a program of {len(graph)} operations is none that can be read; the limit is {_MAX_NODES}",
            hint="write a part of the formula as a formula of its own",
        )
    leaves: Mapping[int, Value] = {node: values[node] for node in graph.inputs.values()} if len(values) == len(
        graph) else dict(enumerate(values))  # fmt: skip
    entries = sum(1 if isinstance(value, float) else value.size for value in leaves.values())
    if entries > _MAX_ENTRIES:
        raise LimitError(
            f"the arrays have {entries} entries; the limit of what stands in a program is {_MAX_ENTRIES}",
            hint="give a few rows of the data",
        )
