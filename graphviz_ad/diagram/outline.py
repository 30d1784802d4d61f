"""A program with modules closed to one node each → its formula, in which each of these is a call: h = fc1(x)."""

from __future__ import annotations

from dataclasses import replace

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT, ClosedOperation
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.tree import CALL, NAME, Program, Statement, Tree

_NOWHERE = -1
"""Where a name stands that is not in the source."""


def outlined(graph: Graph, tree: Tree) -> Program:
    """Graph and the tree of its formula → the formula as it is to be read above its picture.

    Of code what lies within a module that is one node is left out. Other formulas stay as their authors wrote them.
    """
    program = graph.program.shown or graph.program
    closed = {
        name: bound
        for name, node in graph.ids.items()
        if isinstance(bound := graph.ops[node], ClosedOperation) and bound.row.name not in (STATEMENT, OPERATION)
    }
    if not graph.places or not closed:
        return replace(program, tree=tree)
    written = _Written(program, tree)
    for statement in program.statements:
        name = statement.name or ""
        if name in closed:
            written.call(statement, closed[name].row.name, [graph.names[arg] for arg in graph.args[graph.ids[name]]])
        elif name in graph.ids:
            written.statements.append(statement)
    return written.program()


class _Written:
    """A tree with calls of modules behind what it held."""

    def __init__(self, program: Program, tree: Tree) -> None:
        self.before = program
        self.tree = Tree(list(tree.kind), list(tree.head), list(tree.args))
        self.starts, self.stops = list(program.starts), list(program.stops)
        self.statements = list[Statement]()

    def call(self, statement: Statement, name: str, arguments: list[str]) -> None:
        """The last statement of a module, what that is called and takes → a statement that calls it."""
        start, stop = self.before.span(statement.root)
        args = tuple(self._add(NAME, argument, (), _NOWHERE, _NOWHERE) for argument in arguments)
        root = self._add(CALL, name, args, start, stop)
        self.statements.append(statement._replace(first=root - len(args), root=root))

    def _add(self, kind: int, head: str, args: tuple[int, ...], start: int, stop: int) -> int:
        self.starts.append(start)
        self.stops.append(stop)
        return self.tree.add(kind, head, args)

    def program(self) -> Program:
        """→ the formula."""
        return replace(
            self.before, tree=self.tree, statements=tuple(self.statements), starts=self.starts, stops=self.stops
        )
