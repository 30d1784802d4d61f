"""Indices that are computed from given values → the numbers that they are: z[edge[0]], y[p == 1], x[:int(0.8*n)]."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import identity
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, INDEX, LIST, NAME, NUMBER, OPERATOR, SLICE, Program

Entries = float | bool | list["Entries"]
"""A number, whether something holds, or nested lists of such."""

_MAX_ENTRIES = 10_000
"""Entries of an array from which an index is computed."""


def _divided(x: float, y: float) -> float:
    """Quotient, nan where there is none, which is no index."""
    return x / y if y else math.nan


_OF_TWO: Mapping[str, Callable[[float, float], float | bool]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "·": operator.mul, "/": _divided,
    "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
"""Operators of an index."""
_OF_ONE: Mapping[str, Callable[[float], float]] = {
    "neg": operator.neg, "floor": math.floor, "ceil": math.ceil, "abs": abs, "sign": lambda x: (x > 0) - (x < 0),
}  # fmt: skip
"""Operators and functions of one argument in an index."""

_IN_A_ROW = frozenset(("flatten", "ravel"))
"""Functions that give all entries of an array in a row."""


def with_computed_indices(program: Program, given: Given) -> Program:
    """Program → the same with numbers for indices and bounds that are computed from given values.

    A condition picks the places where it holds. The names are then no inputs.
    """
    tree = program.tree
    if not given.values or INDEX not in tree.kind:
        return program
    places: list[int] = []
    for kind, args in zip(tree.kind, tree.args, strict=True):
        places += args[1:] if kind == INDEX else args if kind == SLICE else ()
    additions, used = Additions(program), set[str]()
    changed = False
    for place in places:
        if tree.kind[place] not in (INDEX, CALL, OPERATOR):
            continue
        below = nodes_below(tree, place)
        names = {str(tree.head[node]) for node in below if tree.kind[node] == NAME}
        value = _computed(program, below, given) if names else None
        if value is None or not _is_index(value):
            continue
        changed = True
        used |= names
        tree.kind[place], tree.head[place], tree.args[place] = _node(additions, value, place)
    return additions.planted(ignored=program.ignored | used) if changed else program


def _node(additions: Additions, value: Entries, place: int) -> tuple[int, object, tuple[int, ...]]:
    """Numbers → the kind, the head and the arguments of the node that says them."""
    if isinstance(value, list):
        return LIST, None, tuple([additions.add(*_node(additions, entry, place), place) for entry in value])
    if value >= 0:
        return NUMBER, float(value), ()
    return OPERATOR, "neg", (additions.add(NUMBER, float(-value), (), place),)


def _computed(program: Program, nodes: list[int], given: Given) -> Entries | None:
    """Nodes of an index, children first → its value, with the places where it holds for a condition; None where that is
    not known."""
    tree, values = program.tree, dict[int, Entries]()
    for node in nodes:
        head, args = str(tree.head[node]), [values[arg] for arg in tree.args[node] if arg in values]
        value: Entries | None = None
        if len(args) < len(tree.args[node]):
            return None
        if tree.kind[node] == NUMBER:
            value = tree.head[node]
        elif tree.kind[node] == NAME:
            value = _given(head, given)
        elif tree.kind[node] == INDEX and len(args) == 2:
            value = _entry(args[0], args[1])
        elif tree.kind[node] == CALL and head in ("len", "size") and len(args) == 1 and isinstance(args[0], list):
            value = float(len(args[0]))
        elif tree.kind[node] == CALL and head in _IN_A_ROW and len(args) == 1 and isinstance(args[0], list):
            value = _in_a_row(args[0])
        elif head in _OF_ONE and len(args) == 1:
            value = _each(lambda x, _, f=_OF_ONE[head]: f(x), args[0], 0.0)  # type: ignore[misc]
        elif tree.kind[node] == OPERATOR and head in _OF_TWO and len(args) == 2:
            value = _each(_OF_TWO[head], *args)
        if value is None:
            return None
        values[node] = value
    result = values[nodes[-1]]
    if isinstance(result, list) and result and all(isinstance(entry, bool) for entry in result):
        return [float(place) for place, holds in enumerate(result) if holds] or None
    return result


def _in_a_row(entries: list[Entries]) -> list[Entries]:
    """Nested lists → their numbers in a row."""
    return [number for entry in entries for number in (_in_a_row(entry) if isinstance(entry, list) else [entry])]


def _given(name: str, given: Given) -> Entries | None:
    """Name → the value that is given for it, as nested lists; None for none, or for a large one."""
    spelled = next((known for known in given.values if identity(known) == identity(name)), None)
    if spelled is None or math.prod(given.shapes.get(spelled, ())) > _MAX_ENTRIES:
        return None
    value = given.values[spelled]
    value = value.tolist() if hasattr(value, "tolist") else value
    return value if isinstance(value, int | float | list) else None


def _entry(value: Entries, index: Entries) -> Entries | None:
    """Array and an index → the entry, or the entries; None where there is none."""
    if not isinstance(value, list) or not _is_index(index):
        return None
    indices = index if isinstance(index, list) else [index]
    if any(isinstance(i, list) or not -len(value) <= i < len(value) for i in indices):
        return None
    entries = [value[int(i)] for i in indices if not isinstance(i, list)]
    return entries if isinstance(index, list) else entries[0]


def _each(function: Callable[[float, float], float | bool], x: Entries, y: Entries) -> Entries | None:
    """Function of two numbers → what it gives for all entries, a number with each of a list; None where lists differ in
    length."""
    if isinstance(x, list) and isinstance(y, list) and len(x) != len(y):
        return None
    if isinstance(x, list) or isinstance(y, list):
        count = len(x) if isinstance(x, list) else len(y) if isinstance(y, list) else 0
        xs, ys = (z if isinstance(z, list) else [z] * count for z in (x, y))
        entries = [_each(function, a, b) for a, b in zip(xs, ys, strict=True)]
        return [entry for entry in entries if entry is not None] if None not in entries else None
    return function(x, y)


def _is_index(value: Entries) -> bool:
    """Whether a value is a whole number, or nested lists of such."""
    if isinstance(value, list):
        return bool(value) and all(_is_index(entry) for entry in value)
    return not isinstance(value, bool) and float(value).is_integer()
