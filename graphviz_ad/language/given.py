"""Given values → what is known before anything is computed, and whole numbers for names that have to be such."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TypeGuard

from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions, replanted
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    SLICE,
    Program,
    Statement,
    Tree,
)

MAX_ENTRIES = 10_000
"""Entries of a list in a formula: each becomes a node, and more would make the tree too large to compute with."""
_PROBABILITY = re.compile(r"(?:P|p|Pr|ℙ)(?:_[^()]*)?\(.*\)")
"""A probability as the name of a value: P(y_n=1|x_n)."""
_AXES = frozenset(("axis", "dim", "axes", "dims"))
"""Names of the option that says an axis: this language's own and those of libraries."""


WholeNumbers = float | list["WholeNumbers"] | tuple["WholeNumbers", ...]
"""A whole number, perhaps as a float, or nested lists of such."""


@dataclass(frozen=True)
class Given:
    """Holds the `shapes` of given values by name, () for numbers; `numbers`, those that are whole; and the `values`."""

    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def by_identity(self) -> Mapping[Parts | str, tuple[int, ...]]:
        """→ The shapes by the identity of names, which is the same for all spellings of one."""
        return {identity(name): shape for name, shape in self.shapes.items()}

    def whole(self, name: str) -> WholeNumbers | None:
        """Name → its whole number, or nested lists of such; None where it has no such value, or a large one."""
        if name in self.numbers:
            return self.numbers[name]
        shape = self.shapes.get(name)
        if not shape or prod(shape) > MAX_ENTRIES or name not in self.values:
            return None
        value = self.values[name]
        value = value.tolist() if hasattr(value, "tolist") else value
        return value if _is_whole(value) else None


def _is_whole(value: object) -> TypeGuard[WholeNumbers]:
    """Whether it is a whole number or nested lists of such."""
    stack: list[object] = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, list | tuple):
            stack.extend(top)
        elif not isinstance(top, int | float) or not float(top).is_integer():
            return False
    return True


def without_defaults(program: Program, given: Set[Parts | str]) -> Program:
    """Program with α = 0.01, though a value is given for α → the same without that statement."""
    tree = program.tree
    notes, kept = list(program.notes), []
    for statement in program.statements:
        name = statement.name or ""
        is_plain = statement.params is None and not statement.forms
        is_number = tree.kind[statement.root] == NUMBER and is_plain
        if is_number and name and identity(name) in given:
            notes.append(f"the value given for {name} is taken, not the {tree.head[statement.root]:g} of the formula")
        elif is_plain and name and _is_described(tree, statement, given):
            typed = name.rstrip("'")  # p' where p is used above
            notes = [note for note in notes if not note.endswith(f" gives a new value, which is called {name}")]
            notes.append(f"{typed} = {tree.head[statement.root]} says what the given values are")
        else:
            kept.append(statement)
    if len(kept) in (0, len(program.statements)):
        return program
    return replanted(replace(program, statements=tuple(kept), notes=tuple(notes)))


def _is_described(tree: Tree, statement: Statement, given: Set[Parts | str]) -> bool:
    """Whether a statement says that a name, whose value is given, stands for a probability, which has none."""
    value = str(tree.head[statement.root])
    if tree.kind[statement.root] != NAME or _PROBABILITY.fullmatch(value) is None or identity(value) in given:
        return False
    name = str(statement.name).rstrip("'")
    array = split(name)._replace(below="")
    return not given.isdisjoint((identity(name), array.stem if array == Parts(array.stem) else array))


def with_factors_in_brackets(program: Program, given: Given) -> Program:
    """Program → the same with products for what has the form of an entry of a number: Vmax[S], where Vmax is 2; a power
    behind it, as in k[A]^2, is that of the bracket, and x^k[A] is x^k·A."""
    tree = program.tree
    notes = list(program.notes)
    products: set[int] = set()
    additions = Additions(program)
    for node in range(len(tree)):
        args = tree.args[node]
        raised = tree.kind[node] == OPERATOR and tree.head[node] == "^"
        if raised and args[0] in products:
            factor, base = tree.args[args[0]]
            power = additions.add(OPERATOR, "^", (base, args[1]), node)
            tree.head[node], tree.args[node] = "·", (factor, power)
        elif raised and args[1] in products:
            exponent, factor = tree.args[args[1]]
            power = additions.add(OPERATOR, "^", (args[0], exponent), node)
            tree.head[node], tree.args[node] = "·", (power, factor)
        if tree.kind[node] != INDEX or len(args) != 2 or not tree.kind[args[0]] == tree.kind[args[1]] == NAME:
            continue
        names = [identity(str(tree.head[arg])) for arg in args]
        if given.by_identity.get(names[0]) == () and names[1] in given.by_identity:
            tree.kind[node], tree.head[node] = OPERATOR, "·"
            products.add(node)
            start, stop = program.span(node)
            notes.append(f"{program.source.text[start:stop]} is read as a product")
    return additions.planted(notes=tuple(notes)) if products else program


def with_whole_numbers(program: Program, given: Given) -> Program:
    """Program → the same with whole numbers, and lists of such, where only these can stand: X[2] for X[i].

    The names are then no inputs.
    """
    tree = program.tree
    places = [node for node in _places(program) if tree.kind[node] == NAME]
    values = {node: given.whole(str(tree.head[node])) for node in places}
    whole_numbers = {node: value for node, value in values.items() if value is not None}
    if not whole_numbers:
        return program
    names = frozenset(str(tree.head[node]) for node in whole_numbers)
    additions = Additions(program)
    add = additions.add

    def node_of(value: WholeNumbers, place: int) -> tuple[int, object, tuple[int, ...]]:
        """A number or a list → the kind, the head and the arguments of its node."""
        if isinstance(value, list | tuple):
            return LIST, None, tuple([add(*node_of(entry, place), place) for entry in value])
        if value >= 0:
            return NUMBER, float(value), ()
        return OPERATOR, "neg", (add(NUMBER, float(-value), (), place),)

    for node, value in whole_numbers.items():
        tree.kind[node], tree.head[node], tree.args[node] = node_of(value, node)
    return additions.planted(ignored=program.ignored | names)


def _places(program: Program) -> set[int]:
    """Program → the nodes that stand for an index, a bound of a slice or an axis."""
    tree = program.tree
    places: set[int] = set()
    for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
        if kind == INDEX:
            places.update(args[1:])
        elif kind == SLICE or (kind == KEYWORD and head in _AXES):
            places.update(args)
        elif kind == NAME and head in _AXES:
            places.add(node)
        elif kind == CALL and head == "norm":
            places.update(args[1:2])
    return places
