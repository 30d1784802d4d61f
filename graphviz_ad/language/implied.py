"""Given values → what follows from them: ȳ is the mean of y, and of the sides of a chain one can be computed."""

from __future__ import annotations

from collections.abc import Set

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import CALL, NAME, Program

_CONSTANTS = frozenset(("pi", "π", "inf", "∞", "nan"))
"""Names that have a value in every formula."""


def with_means(program: Program, given: Given) -> Program:
    """Program → the same with mean(y) for a ȳ that has no value, beside a y that is given as an array."""
    tree, arrays = program.tree, {name for name, shape in given.by_identity.items() if shape}
    if not arrays:
        return program
    known = {*given.by_identity, *(identity(statement.name) for statement in program.statements if statement.name)}
    means: dict[int, str] = {}
    for node, (kind, head) in enumerate(zip(tree.kind, tree.head, strict=True)):
        if kind == NAME and not str(head).isascii() and identity(str(head)) not in known:
            parts = split(str(head))
            if parts.accent == "bar" and identity(parts.stem) in arrays and parts == Parts(parts.stem, "bar"):
                means[node] = parts.stem
    if not means:
        return program
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for node, stem in means.items():
        notes[f"{tree.head[node]} is the mean of {stem}"] = None
        value = additions.add(NAME, stem, (), node)
        tree.kind[node], tree.head[node], tree.args[node] = CALL, "mean", (value,)
    return additions.planted(notes=tuple(notes))


def computable_side(program: Program, given: Set[Parts | str], functions: Set[str]) -> int | None:
    """Program, the names with values and those of operations → the number of the first side of its last chain that
    can be computed, counted from 1; None where that is the first one, or there is none."""
    chains = [statement for statement in program.statements if statement.forms]
    if not chains or not given:
        return None
    tree = program.tree
    callable_names = {*functions, *(statement.name for statement in program.statements if statement.params is not None)}
    known = {
        *given,
        *(identity(statement.name) for statement in program.statements if statement.name),
        *program.lengths,
    }
    for number, side in enumerate(chains[-1].forms, 1):
        names = {str(tree.head[node]) for node in range(side.first, side.root + 1) if tree.kind[node] == NAME}
        calls = {str(tree.head[node]) for node in range(side.first, side.root + 1) if tree.kind[node] == CALL}
        if not calls <= callable_names:
            continue
        if all(identity(name) in known or name in _CONSTANTS for name in names):
            return number if number > 1 else None
    return None
