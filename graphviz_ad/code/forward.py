"""Operations in order → lines of the forward pass: one for each statement, as its author typed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.code.operand import Operand
from graphviz_ad.code.texts import Texts
from graphviz_ad.code.trees import name_of
from graphviz_ad.code.view import View
from graphviz_ad.code.writer import Writer
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import BY_NAME

if TYPE_CHECKING:
    import ast

    from graphviz_ad.code.functions import Functions

_MAX_DEPTH = 12
"""Operations in one another in a line: what is deeper gets a line and a name of its own."""


@dataclass(frozen=True)
class Line:
    """`name = code`: the value of a node."""

    node: int
    name: str
    code: ast.expr


class Forward:
    """Writes the operations of a view.

    `identifiers` are the names of nodes in Python; a node that is in `own`, has a name or is used twice gets a line.
    """

    def __init__(
        self, view: View, writer: Writer, identifiers: Mapping[int, str], functions: Functions | None = None,
        own: Collection[int] = (), whole: Collection[int] = (),
    ) -> None:  # fmt: skip
        self.view, self.writer, self.identifiers, self.functions = view, writer, identifiers, functions
        self.own = own
        self.lines: list[Line] = []
        self.operands: list[Operand] = []
        self.whole = whole
        self.uses = [0] * len(view)
        self.depth = [0] * len(view)
        self.inside = self._inside()
        for node, args in enumerate(view.args):
            if node not in self.inside:
                for arg in args:
                    self.uses[arg] += 1

    def _inside(self) -> dict[int, int]:
        """Nodes of calls of the author's functions → the number of the outermost call each belongs to."""
        inside: dict[int, int] = {}
        if self.functions is not None:
            for number, group in sorted(enumerate(self.view.groups), key=lambda pair: -len(pair[1].members)):
                is_call = group.name in self.functions.defined and not any(node in inside for node in group.members)
                if is_call and self.functions.fits(self.view, group):
                    inside |= dict.fromkeys(group.members, number)
        return inside

    def run(self) -> list[Line]:
        """→ the lines, in order."""
        for node in range(len(self.view)):
            self.operands.append(self._operand(node))
        return self.lines

    def _operand(self, node: int) -> Operand:
        view = self.view
        value = None if view.values is None else view.values[node]
        bound = view.ops[node]
        if node in view.constants:
            return self._constant(node)
        if bound is None:
            return Operand(name_of(self.identifiers[node]), value, whole=node in self.whole)
        if node in self.inside:
            group = view.groups[self.inside[node]]
            if group.output != node:
                return Operand(name_of("?"), value)  # within a function: it is not read here
            assert self.functions is not None
            operand = self.functions.call(view, group, self.operands)
            reads = [arg for member in group.members for arg in view.args[member] if arg not in self.inside]
        else:
            operand = self.write(bound, [self.operands[arg] for arg in view.args[node]])
            reads = list(view.args[node])
        chained = bound.row.name in ("add", "multiply") and bool(reads) and self._continues(reads[0], bound)
        depths = [self.depth[arg] - (chained and place == 0) for place, arg in enumerate(reads)]
        self.depth[node] = 1 + max(depths, default=0)
        if node in view.names or node in self.own or self.uses[node] > 1 or self.depth[node] > _MAX_DEPTH:
            name, operand = self.identifiers[node], self.writer.as_number(operand)
            operand = self.writer.tensor(operand) if self.writer.dialect.name == "torch" else operand
            self.lines.append(Line(node, name, operand.code))
            self.depth[node] = 0
            return Operand(name_of(name), value)
        return operand

    def _continues(self, arg: int, bound: BoundOperation) -> bool:
        before = self.view.ops[arg]
        return before is not None and before.row.name == bound.row.name

    def _constant(self, node: int) -> Operand:
        value = self.view.constants[node]
        if node in self.own:
            name = self.identifiers[node]
            self.lines.append(Line(node, name, self.writer.constant(value).code))
            return Operand(name_of(name), value)
        if self.view.constant_name(node) in ("pi", "π"):
            return self.writer.pi()
        return self.writer.constant(value)

    def write(self, bound: BoundOperation, args: list[Operand]) -> Operand:
        """Operation and operands → its value; one that is not in the table by its definition."""
        row = bound.row
        if row.name in BY_NAME and BY_NAME[row.name].untold == row.untold:
            return self.writer.operation(row, bound.options, args)
        assert row.definition is not None, "a row that is not in the table was made of a definition"
        return Texts(self.writer).value(row.definition, dict(zip(row.params, args, strict=True)), bound.options)
