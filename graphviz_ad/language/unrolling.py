"""A sum over a letter → its terms, each with nodes of its own: ∑_i w_i x_i is w_1 x_1 + w_2 x_2 + ….

Entries of arrays become names of their own, x_1, x_2, …, whose values are taken from the array that is given. A left
side with the letter becomes one statement for each entry, and a list of them.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import Given
from graphviz_ad.language.letter_search import find_letters
from graphviz_ad.language.letters import Letters, array_name, totals
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import nodes_below, replanted
from graphviz_ad.language.tree import CALL, LIST, NAME, NUMBER, OPERATOR, TOTAL, Limits, Program, Statement, Tree

MAX_TERMS = 8
"""Terms that are written out unless someone asks for more: as many as a picture still shows side by side."""

_AXES_OF_MATRICES = 3
"""Axes of an array whose entries are matrices."""
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
"""Conditions at a sum sign as functions of two numbers."""


def unrolled(program: Program, term_counts: Mapping[str, int | None], given: Given) -> Program:
    """Program, letters with how many terms each has (None for as many as its arrays have entries), what is known of the
    values → the program written out.

    Raises ParseError where a letter runs over nothing, or over more terms than are written out unasked.
    """
    matrices = _letters_of_matrices(program, given)
    notes = (
        f"the sum over {letter} is written out, since {array}_{letter} are matrices"
        for letter, array in matrices.items()
    )
    program = replace(program, notes=(*program.notes, *notes))
    term_counts = {**dict.fromkeys(matrices), **term_counts}
    if not term_counts:
        return program
    letters = find_letters(program, given.by_identity.keys(), given)
    known = {letter for statement_letters in letters.of.values() for letter in statement_letters}
    for letter in term_counts:
        if letter not in known:
            _fail(
                program, 0, f"there is no sum over '{letter}'", f"the letters are {', '.join(sorted(known)) or 'none'}"
            )
    return _Unroller(program, letters, term_counts).run()


def _letters_of_matrices(program: Program, given: Given) -> dict[str, str]:
    """Program and what is known of the values → the letters of sums over entries that are matrices, as Σ_k, each with
    an array that has them; these sums are written out."""
    tree, letters = program.tree, dict[str, str]()
    if not any(len(shape) > 2 for shape in given.shapes.values()):
        return letters
    summed = {head.letters[0] for head in tree.head if isinstance(head, Limits) and len(head.letters) == 1}
    for kind, head in zip(tree.kind, tree.head, strict=True):
        parts = split(str(head)) if kind == NAME else None
        if parts is not None and parts.below in summed:
            base = array_name(str(head))
            if len(given.by_identity.get(identity(base), ())) == _AXES_OF_MATRICES:
                letters[parts.below] = base
    return letters


def _fail(program: Program, node: int, message: str, hint: str) -> NoReturn:
    """Raise ParseError at the sign of a node."""
    raise ParseError(message, source=program.source, span=(program.marks[node], program.marks[node] + 1), hint=hint)


@dataclass
class _Unroller:
    """Walks once over the statements, and writes the terms into a new tree."""

    program: Program
    letters: Letters
    term_counts: dict[str, int | None]
    tree: Tree = field(default_factory=Tree)
    origins: list[int] = field(default_factory=list)
    entries: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    statement: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def run(self) -> Program:
        """All statements → the program."""
        statements: list[Statement] = []
        for number, statement in enumerate(self.program.statements):
            self.statement = number
            for node, limits in totals(self.program, statement):
                if (
                    limits.upper
                    and not limits.upper.isdecimal()
                    and limits.letters
                    and limits.letters[0] in self.term_counts
                ):
                    self.counts[limits.upper] = self.length(limits.letters[0], node)
            left = [letter for letter in self.letters.left.get(number, "") if self.runs_out(letter, statement)]
            if len(left) != 1:
                statements.append(statement._replace(root=self.copy(statement.root, {}), forms=()))
                continue
            letter = left[0]
            base = array_name(str(statement.name))
            names = []
            for index in range(self.length(letter, statement.root)):
                names.append(f"{base}_{index + 1}")
                statements.append(
                    statement._replace(
                        name=names[-1], root=self.copy(statement.root, {letter: index}), forms=(), letters=""
                    )
                )
            if statement is self.program.statements[-1]:
                entries = [self.add(NAME, name, (), statement.root) for name in names]
                listed = self.add(LIST, None, tuple(entries), statement.root)
                statements.append(Statement(base, None, listed, listed, statement.span))
        old = self.program
        starts, stops, marks = (
            array("I", [column[n] for n in self.origins]) for column in (old.starts, old.stops, old.marks)
        )
        program = replace(
            old, ignored=old.ignored | self.letters.spans.used, tree=self.tree, statements=tuple(statements),
            entries={**old.entries, **self.entries}, starts=starts, stops=stops, marks=marks,
        )  # fmt: skip
        return replanted(program)

    def runs_out(self, letter: str, statement: Statement) -> bool:
        """Whether a letter of a left side is to be written out: it is asked for, or shares an array with one that
        is."""
        if letter in self.term_counts:
            return True
        names = [
            split(str(self.program.tree.head[node])) for node in nodes_below(self.program.tree, statement.root)
            if self.program.tree.kind[node] == NAME
        ]  # fmt: skip
        stems = {parts.stem for parts in names if parts.below in self.term_counts}
        return any(parts.below == letter and parts.stem in stems for parts in names)

    def add(self, kind: int, head: object, args: tuple[int, ...], origin: int) -> int:
        """Kind, head and arguments → a node of the new tree, at the place of an old one."""
        self.origins.append(origin)
        return self.tree.add(kind, head, args)

    def copy(self, root: int, at: Mapping[str, int]) -> int:
        """An expression, its letters standing for places → the copy.

        Sums are written out from the inside; one stack holds the nodes that wait for their parts.
        """
        old, copies = self.program.tree, dict[tuple[int, tuple[tuple[str, int], ...]], int]()
        stack: list[tuple[int, Mapping[str, int]]] = [(root, at)]
        while stack:
            node, places = stack[-1]
            key = (node, tuple(sorted(places.items())))
            if key in copies:
                stack.pop()
                continue
            parts = self.parts(node, places)
            waiting = [part for part in parts if (part[0], tuple(sorted(part[1].items()))) not in copies]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            args = [copies[part[0], tuple(sorted(part[1].items()))] for part in parts]
            copies[key] = self.written(node, old.head[node], args, places)
        return copies[root, tuple(sorted(at.items()))]

    def parts(self, node: int, places: Mapping[str, int]) -> list[tuple[int, Mapping[str, int]]]:
        """Node → what it is made of: a sum over a letter that is written out, of a copy of its terms for each place."""
        old = self.program.tree
        limits = old.head[node]
        if old.kind[node] == TOTAL and len(limits.letters) == 1 and limits.letters[0] in self.term_counts:
            letter = limits.letters[0]
            terms: list[Mapping[str, int]] = [{**places, letter: index} for index in range(self.length(letter, node))]
            if limits.condition is not None:
                terms = [term for term in terms if self.holds(limits.condition, term, node)]
            return [(old.args[node][0], term) for term in terms]
        return [(arg, places) for arg in old.args[node]]

    def holds(self, condition: tuple[str, str, str], places: Mapping[str, int], node: int) -> bool:
        """Whether a condition at a sum sign, as j ≠ i, holds for the places that the letters stand for."""
        left, sign, right = condition
        if right.isdecimal() and left in places:
            return _COMPARISONS[sign](places[left] + self.letters.first(left, self.statement), int(right))
        if left not in places or right not in places:
            _fail(self.program, node, f"only one of {left} and {right} is written out",
                  f"write out both, as in --unroll {left} --unroll {right}")  # fmt: skip
        left_number, right_number = (
            places[letter] + self.letters.first(letter, self.statement) for letter in (left, right)
        )
        return _COMPARISONS[sign](left_number, right_number)

    def written(self, node: int, head: object, args: list[int], places: Mapping[str, int]) -> int:
        """A node and its parts → the new node."""
        old = self.program.tree
        if isinstance(head, Limits) and len(head.letters) == 1 and head.letters[0] in self.term_counts:
            return self.joined(head.operation, args, node)
        if old.kind[node] == NAME and head in self.counts:
            return self.add(NUMBER, float(self.counts[str(head)]), (), node)
        if old.kind[node] == NAME and head in places:
            number = places[str(head)] + self.letters.first(str(head), self.statement)
            return self.add(NUMBER, float(number), (), node)
        if old.kind[node] == NAME:
            return self.add(NAME, self.entry(str(head), places, node), (), node)
        return self.add(old.kind[node], head, tuple(args), node)

    def joined(self, operation: str, terms: list[int], node: int) -> int:
        """Terms → the node of their sum, product, mean or extreme."""
        if operation in ("max", "min"):
            return self.add(CALL, operation, tuple(terms), node)
        first = terms[0]
        for term in terms[1:]:
            first = self.add(OPERATOR, "*" if operation == "prod" else "+", (first, term), node)
        if operation == "mean":
            count = self.add(NUMBER, float(len(terms)), (), node)
            first = self.add(OPERATOR, "/", (first, count), node)
        return first

    def entry(self, name: str, places: Mapping[str, int], node: int) -> str:
        """x_i at a place → the name x_1 of that entry."""
        axes = self.letters.indices(name, self.statement)
        fixed = [letter for letter in axes if letter in places]
        if not fixed:
            return name
        if len(axes) != len(fixed) or len(fixed) > 1:
            _fail(
                self.program,
                node,
                f"'{name}' has a letter that is not written out",
                "write out all letters of a sum, or none",
            )
        part = self.letters.part(name, self.statement)
        base, start = (array_name(name), 0) if part is None else (part.array, part.start)
        place = places[fixed[0]] + start
        new = f"{base}_{place + 1}"
        if not any(
            s.name and array_name(s.name) == base and self.letters.left.get(n)
            for n, s in enumerate(self.program.statements)
        ):
            self.entries[new] = base, (place,)
        return new

    def length(self, letter: str, node: int) -> int:
        """Letter → how many terms it runs over: as many as are asked for, as stand above the sum, or as an array has
        entries."""
        count = self.term_counts.get(letter)
        if count is not None:
            return count
        count = self.letters.length(letter, self.statement)
        if count is None:
            count = self.other_length(letter, node)
        if count is None:
            _fail(self.program, node, f"how many terms the sum over {letter} has is not known",
                  f"give the arrays, or the number, as in --unroll {letter}=3")  # fmt: skip
        if count > MAX_TERMS:
            _fail(self.program, node, f"the sum over {letter} has {count} terms; {MAX_TERMS} are written out unasked",
                  f"to write out all say --unroll {letter}={count}")  # fmt: skip
        return count

    def other_length(self, letter: str, node: int) -> int | None:
        """Letter whose length is not known → that of another letter that is written out, None where there is none."""
        for _, limits in totals(self.program, self.program.statements[self.statement]):
            if limits.letters and limits.letters[0] != letter and limits.letters[0] in self.term_counts:
                return self.letters.length(limits.letters[0], self.statement)
        return None
