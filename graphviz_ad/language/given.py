"""What is known of given values before anything is computed, and names that only a given whole number can replace."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.replanting import replanted
from graphviz_ad.language.tree import INDEX, KEYWORD, NAME, NUMBER, OPERATOR, SLICE, Program

_AXES = frozenset(("axis", "dim", "axes", "dims"))
"""Names of options that are axes, and by which people call them."""


@dataclass(frozen=True)
class Given:
    """`shapes` of given values by name, () for numbers, and `numbers`, those of them that are whole."""

    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def by_identity(self) -> Mapping[Parts | str, tuple[int, ...]]:
        """The shapes by the identity of names, which is the same for all spellings of one."""
        return {identity(name): shape for name, shape in self.shapes.items()}


def without_defaults(program: Program, given: Set[Parts | str]) -> Program:
    """α = 0.01 beside a value that is given for α: the one that is given is taken."""
    tree = program.tree
    notes, kept = list(program.notes), []
    for statement in program.statements:
        name = statement.name or ""
        is_number = tree.kind[statement.root] == NUMBER and statement.params is None and not statement.forms
        if is_number and name and identity(name) in given:
            notes.append(f"the value given for {name} is taken, not the {tree.head[statement.root]:g} of the formula")
        else:
            kept.append(statement)
    if len(kept) in (0, len(program.statements)):
        return program
    return replanted(replace(program, statements=tuple(kept), notes=tuple(notes)))


def with_whole_numbers(program: Program, numbers: Mapping[str, int]) -> Program:
    """Program and whole numbers by name → the program with these where only a number can stand: X[2] for X[i].

    The names are then no inputs.
    """
    tree = program.tree
    used = [node for node in _places(program) if tree.kind[node] == NAME and tree.head[node] in numbers]
    if not used:
        return program
    names = frozenset(str(tree.head[node]) for node in used)
    columns = [array("I", column) for column in (program.starts, program.stops, program.marks)]
    for node in used:
        number = numbers[str(tree.head[node])]
        tree.kind[node], tree.head[node] = NUMBER, float(abs(number))
        if number < 0:
            positive = tree.add(NUMBER, float(abs(number)), ())
            tree.kind[node], tree.head[node], tree.args[node] = OPERATOR, "neg", (positive,)
            for column in columns:
                column.append(column[node])
    starts, stops, marks = columns
    program = replace(program, starts=starts, stops=stops, marks=marks, ignored=program.ignored | names)
    return replanted(program)


def _places(program: Program) -> set[int]:
    """The nodes that stand for an index, a bound of a slice or an axis."""
    tree = program.tree
    places: set[int] = set()
    for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
        if kind == INDEX:
            places.update(args[1:])
        elif kind == SLICE or (kind == KEYWORD and head in _AXES):
            places.update(args)
        elif kind == NAME and head in _AXES:
            places.add(node)
    return places
