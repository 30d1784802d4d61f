"""The graph of a formula: flat columns, one entry a node, in topological order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

from graphviz_ad.errors import GraphvizADError, UnknownNameError, nearest
from graphviz_ad.language.numbers import Vulgar
from graphviz_ad.language.tree import CALL, NAME, Program
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.source import Source, Span
from graphviz_ad.values import Value


@dataclass(frozen=True, slots=True)
class Limits:
    """How large things may grow; each has a flag on the command line.

    `layout_seconds` is the time for one picture, its texts and its layout; `memory` the megabytes that it may take.
    """

    length: int = 64 * 1024
    nodes: int = 100_000
    array: int = 1_000_000
    drawn: int = 300
    layout_seconds: float = 10.0
    memory: int = 2_000


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that one call of a user's function, or one expanded operation, was inlined to.

    `first` … `last` are node ids; inputs the call made known may lie among them and are not of the group. A module of
    a program is a group of whole statements, and has `parameters`, inputs that are its own; several in a row that are
    alike are a group too, `is_repeated`, which no level closes of itself.
    """

    name: str
    members: tuple[int, ...]
    output: int
    is_module: bool = False
    parameters: tuple[int, ...] = ()
    is_repeated: bool = False


@dataclass(repr=False)
class Graph:
    """A computational graph; node ids are positions in topological order.

    `ops[i]` is what node i computes, None for an input or a constant; `args[i]` are the ids of its
    arguments, so that edge (i, slot) comes from `args[i][slot]`; `origins[i]` is its node in the tree.
    `asked` is what `parse` was told besides the text (`expand`, …), as far as it is not the default; `notes` are
    sentences on what could have been read otherwise. `intermediates` is the letter of the names that are invented for
    nodes without one; instead of "v" another is taken where the author has a v. `in_pairs` is the same graph with two
    terms to a sum or product, where some of this one have more. `places` says where a program computes what has a name,
    as in model.py:12. `unused` are values given for what other sides of a chain of equalities need.
    """

    program: Program
    ops: list[BoundOperation | None]
    args: list[tuple[int, ...]]
    origins: Sequence[int]
    given_names: dict[int, str]
    constants: dict[int, Value]
    inputs: dict[str, int]
    output: int
    groups: tuple[Group, ...] = ()
    scope: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = Limits()
    asked: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    intermediates: str = "v"
    in_pairs: Graph | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    unused: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        text = " ".join(self.source.text.split())
        return f"<Graph of {text[:60]!r}: {len(self)} nodes, inputs {', '.join(self.inputs) or 'none'}>"

    def __len__(self) -> int:
        return len(self.ops)

    @property
    def source(self) -> Source:
        """The formula as typed."""
        return self.program.source

    @cached_property
    def names(self) -> list[str]:
        """Name of every node: the author's, the number of a constant, or one that is set like none of the author's."""
        from graphviz_ad.language import invented, numbers

        fresh = invented.names(self._authors_names, self.intermediates)
        names: list[str] = []
        for node in range(len(self)):
            if node in self.given_names:
                names.append(self.given_names[node])
            elif node in self.constants:
                value = self.constants[node]
                text = numbers.typed(value) if isinstance(value, float) else numbers.text(value)
                names.append(self.constant_name(node) or text)
            else:
                names.append(next(fresh))
        return names

    @property
    def _authors_names(self) -> set[str]:
        """Every name in the formula, those of functions, parameters and options too."""
        statements, tree = self.program.statements, self.program.tree
        heads = {str(head) for kind, head in zip(tree.kind, tree.head, strict=True) if kind in (NAME, CALL)}
        defined = {name for statement in statements for name in (statement.name, *(statement.params or ())) if name}
        return (heads | defined | set(self.given_names.values())) - {""}  # "" is a name that the parser took away

    def constant_name(self, node: int) -> str | None:
        """The name by which a constant was typed (π), None where it was typed as a number."""
        origin, tree = self.origins[node], self.program.tree
        return str(tree.head[origin]) if tree.kind[origin] == NAME else None

    def constant_typed(self, node: int) -> Value:
        """The value of a constant, a fraction as it was typed (½)."""
        head = self.program.tree.head[self.origins[node]]
        return head if isinstance(head, Vulgar) else self.constants[node]

    @cached_property
    def ids(self) -> dict[str, int]:
        """Node ids by name: what nodes are called, and every other name the author gave them (`y` after `y = x`)."""
        return {name: node for node, name in enumerate(self.names) if node not in self.constants} | dict(self.scope)

    @cached_property
    def consumers(self) -> list[list[tuple[int, int]]]:
        """For every node, the edges (node, slot) that read it, in the order of the backward pass."""
        readers: list[list[tuple[int, int]]] = [[] for _ in self.ops]
        for node in range(len(self) - 1, -1, -1):
            for slot, arg in enumerate(self.args[node]):
                readers[arg].append((node, slot))
        return readers

    @cached_property
    def distinct_ops(self) -> frozenset[BoundOperation | None]:
        """What the nodes compute, each once."""
        return frozenset(self.ops)

    @cached_property
    def reaches(self) -> bytearray:
        """For every node, 1 where there is a path from it to the output."""
        marks = bytearray(len(self))
        marks[self.output] = 1
        node = len(self)
        for args in reversed(self.args):
            node -= 1
            if marks[node]:
                for arg in args:
                    marks[arg] = 1
        return marks

    def is_input(self, node: int) -> bool:
        """Whether the node is an input (not a constant, not computed)."""
        return self.ops[node] is None and node not in self.constants

    def op_name(self, node: int) -> str:
        """Name of the node's operation; "input" and "constant" for leaves."""
        bound = self.ops[node]
        if bound is not None:
            return bound.row.name
        return "constant" if node in self.constants else "input"

    def find(self, name: str) -> int:
        """Name → node id.

        Raises GraphvizADError, with the nearest name, where there is none.
        """
        known = self.scope.get(name, self.inputs.get(name))
        if known is not None:  # as ever, without inventing names for all others
            return known
        if name in self.ids:
            return self.ids[name]
        near = nearest(name, self.ids)
        hint = f"did you mean '{near}'?" if near else "the nodes are " + ", ".join(list(self.ids)[:20])
        raise UnknownNameError(f"there is no node '{name}' in this graph", hint=hint)

    def span(self, node: int) -> Span:
        """Node → the part of the formula it stands for."""
        return self.program.span(self.origins[node])

    def fail(self, error: type[GraphvizADError], message: str, node: int, hint: str | None = None) -> NoReturn:
        """Raise an error that points at the node's place in the formula."""
        raise error(message, source=self.source, span=self.span(node), hint=hint)
