"""Sums whose middle is left out: w_1 x_1 + w_2 x_2 + … + w_n x_n is the sum over all entries."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import nodes_below, replanted
from graphviz_ad.language.tree import NAME, OPERATOR, TOTAL, Limits, Program

DOTS = "…"
"""The name that stands for what is left out."""
_INDEX = "i"


def without_dots(program: Program) -> Program:
    """Program → the same with sums over a letter for those with dots.

    Raises ParseError where the terms beside the dots do not say what goes on.
    """
    if DOTS not in program.tree.head:
        return program
    return _Continuation(program).run()


class _Continuation:
    """One walk over the sums of a program."""

    def __init__(self, program: Program) -> None:
        self.program, self.tree = program, program.tree
        self.columns = [array("I", column) for column in (program.starts, program.stops, program.marks)]

    def run(self) -> Program:
        """All statements → the program."""
        tree, program = self.tree, self.program
        for node in range(len(tree)):
            if tree.kind[node] != OPERATOR or tree.head[node] != "+":
                continue
            left, last = tree.args[node]
            if tree.kind[left] == OPERATOR and tree.head[left] == "+" and tree.head[tree.args[left][1]] == DOTS:
                self.continued(node, tree.args[left][0], last)
        starts, stops, marks = self.columns
        moved = replanted(replace(program, starts=starts, stops=stops, marks=marks))
        if DOTS in moved.tree.head:
            at = moved.tree.head.index(DOTS)
            raise ParseError("these dots do not say what goes on", source=program.source, span=moved.span(at),
                             hint="end with a letter, as in w_1 x_1 + … + w_n x_n, or write all terms")  # fmt: skip
        return moved

    def continued(self, node: int, before: int, last: int) -> None:
        """`before + … + last` at a node → what stands before the first term of the row, and the sum over its letter."""
        tree = self.tree
        letter = self.letter(last)
        if letter is None:
            return
        rest: int | None = before
        count = 0
        while rest is not None:
            is_sum = tree.kind[rest] == OPERATOR and tree.head[rest] == "+"
            term = tree.args[rest][1] if is_sum else rest
            if not self.matches(term, last, letter):
                break
            count += 1
            rest = tree.args[rest][0] if is_sum else None
        if not count:
            return
        body = self.copied(last, lambda name: self.with_index(name, letter))
        total = self.add(TOTAL, Limits("sum", (_INDEX,), "1", letter), (body,), node)
        tree.args[node] = (rest, total) if rest is not None else (total,)
        if rest is None:
            tree.kind[node], tree.head[node], tree.args[node] = TOTAL, Limits("sum", (_INDEX,), "1", letter), (body,)

    def add(self, kind: int, head: object, args: tuple[int, ...], place: int) -> int:
        """A node at the place of another."""
        for column in self.columns:
            column.append(column[place])
        return self.tree.add(kind, head, args)

    def letter(self, last: int) -> str | None:
        """The letter below the names of the last term; None where there is not one alone."""
        found = {
            split(str(self.tree.head[node])).below
            for node in nodes_below(self.tree, last)
            if self.tree.kind[node] == NAME
        }
        letters = {below for below in found if len(below) == 1 and below.isalpha()}
        return letters.pop() if len(letters) == 1 else None

    def matches(self, term: int, last: int, letter: str) -> bool:
        """Whether a term is the last one with a number in place of the letter."""
        one, other = nodes_below(self.tree, term), nodes_below(self.tree, last)
        if len(one) != len(other):
            return False
        numbers = set()
        for a, b in zip(one, other, strict=True):
            if self.tree.kind[a] != self.tree.kind[b]:
                return False
            if self.tree.kind[a] != NAME or split(str(self.tree.head[b])).below != letter:
                if self.tree.head[a] != self.tree.head[b]:
                    return False
                continue
            parts = split(str(self.tree.head[a]))
            if array_name(str(self.tree.head[a])) != array_name(str(self.tree.head[b])) or not parts.below.isdecimal():
                return False
            numbers.add(parts.below)
        return len(numbers) == 1

    def copied(self, root: int, renamed: Callable[[str], str]) -> int:
        """An expression with other names → the copy."""
        new: dict[int, int] = {}
        for node in nodes_below(self.tree, root):
            head = self.tree.head[node]
            name = renamed(str(head)) if self.tree.kind[node] == NAME else head
            new[node] = self.add(self.tree.kind[node], name, tuple(new[arg] for arg in self.tree.args[node]), node)
        return new[root]

    def with_index(self, name: str, letter: str) -> str:
        """x_n → x_i."""
        return f"{array_name(name)}_{_INDEX}" if split(name).below == letter else name
