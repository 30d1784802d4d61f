"""Formulas as flat columns: every node is an index, and children stand before their parents.

Nothing here is recursive, so depth costs nothing: a chain of a million operations copies, pickles and
prints like any list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphviz_ad.source import Source, Span

NUMBER, NAME, OPERATOR, CALL, LIST, INDEX, SLICE, KEYWORD, DERIVATIVE, VALUE, TOTAL = range(11)
"""Kinds of node, and what `head` holds for each: NUMBER the float as typed, NAME the name, OPERATOR the key
of `operators.OPERATORS`, CALL the function's name, LIST and INDEX nothing, SLICE which of its bounds are
there (letters of "abs": start, stop, step; and how many colons), KEYWORD the option's name, DERIVATIVE the
pair (of, with respect to), VALUE a computed float or array, TOTAL a `Limits`. The parser makes no DERIVATIVE and
no VALUE: they stand in the equations of explanations; and a TOTAL, a sum over a letter, stands in no Program:
`indices` writes it as operations on arrays."""

Head = Any
"""What a node holds beside its children: its kind says which type that is, so there is no one type for all."""


@dataclass(slots=True)
class Tree:
    """Holds the columns of an expression; a node is an index into them."""

    kind: list[int] = field(default_factory=list)
    head: list[Head] = field(default_factory=list)
    args: list[tuple[int, ...]] = field(default_factory=list)

    def add(self, kind: int, head: Head = None, args: tuple[int, ...] = ()) -> int:
        """Append a node whose children are already there → its index."""
        self.kind.append(kind)
        self.head.append(head)
        self.args.append(args)
        return len(self.kind) - 1

    def __len__(self) -> int:
        return len(self.kind)


OTHERWISE = -1
"""In place of a condition's node: the statement holds where no other does."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Says what stands at a sum sign: the operation over entries, its letters, the texts of its bounds ("" for none).

    `condition` says which terms are added up: a letter, a sign and a letter, as in j ≠ i. Without letters `lower` are
    options of the operation, as axis1.
    """

    operation: str
    letters: tuple[str, ...] = ()
    lower: str = ""
    upper: str = ""
    condition: tuple[str, str, str] | None = None


class Form(NamedTuple):
    """Marks one side of a chain of equalities; its nodes are `first … root` of the tree."""

    first: int
    root: int
    span: Span


class Statement(NamedTuple):
    """Holds one `name = …`, `name(params) = …` or bare expression; its nodes are `first … root` of the tree.

    `forms` are all sides of a chain of equalities that are more than a name, in the order of the text; the statement
    itself is one of them. `letters` are the index letters of its left side, as j in σ(z)_j. `condition` is the node
    of a comparison under which the statement holds, OTHERWISE where it holds if no other does.
    """

    name: str | None
    params: tuple[str, ...] | None
    first: int
    root: int
    span: Span
    forms: tuple[Form, ...] = ()
    letters: str = ""
    condition: int | None = None


def relocated(statements: Sequence[Statement], span: Callable[[Span], Span]) -> tuple[Statement, ...]:
    """Statements → the same, each and its forms where `span` says for where they stand."""
    return tuple([
        Statement(
            name, params, first, root, span(where),
            tuple([Form(first, root, span(where)) for first, root, where in forms]), letters, condition,
        )
        for name, params, first, root, where, forms, letters, condition in statements
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """Holds a parsed formula: one tree for all statements, and where in the source each node stands.

    `starts[i]:stops[i]` is what node i covers; `marks[i]` is where its own sign or name stands. `notes` are sentences
    on how something was read that could be read otherwise. `defaults` are the names that are read as something else
    unless a value is given for them (e in e^x), `consulted` those that are read otherwise since one is given.
    `lengths` are names or numbers that are the length of an axis, with the array and the axis; `entries` are names that
    stand for entries of an array, with the array and the index. `reductions` are nodes that were a sum over a letter,
    `rowwise` products of an array without a letter and one with, and bars round entries, `ranks` is how many letters
    the name of an array carries, `aliases` are names that were written otherwise, with the name each has now. `shown`
    is the program as its author wrote it, where sums were written as operations on arrays. `ignored` are names that
    stand on a left side only, `powers` powers of names that are quantities of their own. `doubtful` are names with
    a number in brackets behind them, as u(1), which is an entry where the value is an array, `ranges` the first and the
    last number of letters behind the formula: k = 0, …, N-1.
    """

    source: Source
    tree: Tree
    statements: tuple[Statement, ...]
    starts: Sequence[int]
    stops: Sequence[int]
    marks: Sequence[int]
    notes: tuple[str, ...] = ()
    defaults: frozenset[str] = frozenset()
    consulted: frozenset[str] = frozenset()
    lengths: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    entries: Mapping[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    reductions: frozenset[int] = frozenset()
    rowwise: frozenset[int] = frozenset()
    ranks: Mapping[str, int] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    shown: Program | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    powers: Mapping[tuple[str, float], str] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def computed(self) -> list[Statement]:
        """The statements that compute something: all but definitions of functions."""
        return [statement for statement in self.statements if statement.params is None]

    def span(self, node: int) -> Span:
        """Node → the part of the text it covers."""
        return self.starts[node], self.stops[node]


Leaf = Callable[[Tree], int]
"""Puts something into a tree and returns its index, or NOTHING to leave out the option it is the value of."""

NOTHING = -1
"""In place of a node's index: there is no node, since the option that would hold it is left out."""


def graft(into: Tree, tree: Tree, root: int, leaves: Mapping[str, Leaf]) -> int:
    """Copy the expression at `root` into another tree, names replaced by what `leaves` says → its index.

    Options of a call (KEYWORD) are expressions too and are replaced alike.
    """
    copies: dict[int, int] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        if node in copies:
            stack.pop()
            continue
        waiting = [child for child in tree.args[node] if child not in copies]
        if waiting:
            stack.extend(reversed(waiting))
            continue
        stack.pop()
        head = tree.head[node]
        if tree.kind[node] == NAME and isinstance(head, str) and head in leaves:
            copies[node] = leaves[head](into)
        else:
            args = tuple(copies[child] for child in tree.args[node] if copies[child] != NOTHING)
            left_out = tree.kind[node] == KEYWORD and not args
            copies[node] = NOTHING if left_out else into.add(tree.kind[node], head, args)
    return copies[root]
