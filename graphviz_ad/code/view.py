"""A graph, or the body of a function in it → what is written: operations, names, values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphviz_ad.graph.graph import Graph, Group
from graphviz_ad.language.tree import Program, Statement
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.values import Value

Defined = Mapping[str, tuple[Program, Statement]]
"""Functions of the author by name."""


@dataclass(frozen=True)
class View:
    """Operations in topological order with their arguments.

    `names` are the author's of nodes, those of inputs too; `values` are None where none are known. `constant_name` is
    the name by which a constant was typed, π say.
    """

    ops: Sequence[BoundOperation | None]
    args: Sequence[tuple[int, ...]]
    constants: Mapping[int, Value]
    names: Mapping[int, str]
    groups: tuple[Group, ...]
    output: int
    values: Sequence[Value] | None
    constant_name: Callable[[int], str | None]

    def __len__(self) -> int:
        return len(self.ops)


def view_of(graph: Graph, values: Sequence[Value] | None) -> View:
    """Graph and the values of its nodes → what is written of it."""
    return View(
        graph.ops, graph.args, graph.constants, graph.given_names, graph.groups, graph.output, values,
        graph.constant_name,
    )  # fmt: skip


def defined_in(program: Program) -> dict[str, tuple[Program, Statement]]:
    """Program → the functions its author defines."""
    return {str(s.name): (program, s) for s in program.statements if s.params is not None}
