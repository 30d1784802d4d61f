"""A program whose statements share nodes, or leave some out → the same with each statement's nodes one behind the
other."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

from graphviz_ad.language.tree import NUMBER, OPERATOR, OTHERWISE, Form, Program, Tree

PRODUCTS = ("*", "·")
"""Signs of products, of which a product of vectors is none."""


class Additions:
    """Adds nodes to the tree of a program, each at the place of one that is there."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.starts, self.stops, self.marks = (
            array("I", column) for column in (program.starts, program.stops, program.marks)
        )

    def add(self, kind: int, head: object, args: tuple[int, ...], place: int) -> int:
        """Add a node at the place of another → its index."""
        for column in (self.starts, self.stops, self.marks):
            column.append(column[place])
        return self.program.tree.add(kind, head, args)

    def number(self, value: float, place: int) -> int:
        """Add a number, perhaps with a minus, at the place of another node → its index."""
        node = self.add(NUMBER, abs(value), (), place)
        return node if value >= 0 else self.add(OPERATOR, "neg", (node,), place)

    def planted(self, **changes: Any) -> Program:
        """→ the program with the nodes that were added, and with other changes of its fields."""
        return replanted(replace(self.program, starts=self.starts, stops=self.stops, marks=self.marks, **changes))


def replanted(program: Program) -> Program:
    """Copy what each statement reads into a tree of its own order; nodes that none reads are gone."""
    old, tree = program.tree, Tree()
    origins: list[int] = []
    reductions, rowwise = set(), set()

    def copy(root: int) -> tuple[int, int]:
        """The nodes below a root → where their copies begin, and the copy of the root."""
        first, new = len(tree), dict[int, int]()
        for node in nodes_below(old, root):
            new[node] = tree.add(old.kind[node], old.head[node], tuple(new[arg] for arg in old.args[node]))
            origins.append(node)
            if node in program.reductions:
                reductions.add(new[node])
            if node in program.rowwise:
                rowwise.add(new[node])
        return first, new[root]

    statements = []
    for statement in program.statements:
        forms = tuple(Form(*copy(form.root), form.span) for form in statement.forms)
        chosen = next(
            (new for new, form in zip(forms, statement.forms, strict=True) if form.root == statement.root), None
        )
        first, root = (chosen.first, chosen.root) if chosen else copy(statement.root)
        condition = statement.condition
        if condition is not None and condition != OTHERWISE:
            _, condition = copy(condition)
        statements.append(statement._replace(first=first, root=root, forms=forms, condition=condition))
    starts, stops, marks = (
        array("I", [column[n] for n in origins]) for column in (program.starts, program.stops, program.marks)
    )
    return replace(
        program, tree=tree, statements=tuple(statements), starts=starts, stops=stops, marks=marks,
        reductions=frozenset(reductions), rowwise=frozenset(rowwise),
    )  # fmt: skip


def factors_of(tree: Tree, node: int) -> list[int]:
    """Product → its factors, in order; the product of vectors is one factor."""
    factors, stack = [], [node]
    while stack:
        top = stack.pop()
        if tree.kind[top] == OPERATOR and tree.head[top] in PRODUCTS:
            stack.extend(reversed(tree.args[top]))
        else:
            factors.append(top)
    return factors


def nodes_below(tree: Tree, root: int) -> list[int]:
    """Node → the same and all it is made of: children before their parents, each once."""
    visited: dict[int, None] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = [arg for arg in tree.args[node] if arg not in visited] if node not in visited else []
        if waiting:
            stack.extend(reversed(waiting))
            continue
        visited[stack.pop()] = None
    return list(visited)
