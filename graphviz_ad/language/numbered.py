"""Names with numbers below them → entries of the array that is given: w_1 and w_2 are the first two entries of w."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import INDEX, NAME, Program


def with_numbered_entries(program: Program, values: Set[str], known: Given) -> Program:
    """Program, names that values are given for and what is known of these → the same, its `entries` told.

    Entries are counted from 1, or from 0 where the formula has an entry of that number.
    """
    if not values:
        return program
    tree = program.tree
    heads = {str(head): identity(str(head)) for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    given = {identity(name): name for name in values}
    set_names = {identity(statement.name) for statement in program.statements if statement.name}
    taken = given.keys() | set_names
    numbered: dict[str, tuple[str, list[int]]] = {}
    for head, name in heads.items():
        if name in taken or not isinstance(name, Parts):
            continue
        base, numbers = _array(name, known.by_identity)
        if base in given and base not in heads.values() and base not in set_names and numbers:
            numbered[head] = given[base], numbers
    if not numbered:
        return program
    arrays = {base for base, _ in numbered.values()}
    first = {array: min(min(numbers) for base, numbers in numbered.values() if base == array) for array in arrays}
    entries = {
        head: (base, tuple(number - min(first[base], 1) for number in numbers))
        for head, (base, numbers) in numbered.items()
    }
    notes = [
        _note(base, {head: place for head, (of, place) in entries.items() if of == base}) for base in sorted(arrays)
    ]
    return replace(
        program, entries={**program.entries, **entries}, notes=(*program.notes, *notes),
        consulted=program.consulted | arrays,
    )  # fmt: skip


def with_given_indices(program: Program, values: Set[str], known: Given) -> Program:
    """Program, names that values are given for and what is known of these → the same with s[y_i] for s_{y_i}, where s
    is given, and y_i is a whole number."""
    if not known.numbers:
        return program
    tree, given = program.tree, {identity(name): name for name in values}
    set_names = {statement.name for statement in program.statements}
    additions = Additions(program)
    notes: dict[str, None] = {}
    for node in range(len(tree)):
        head = str(tree.head[node])
        if tree.kind[node] != NAME or "_" not in head or identity(head) in given or head in set_names:
            continue
        parts = split(head)
        index = given.get(identity(parts.below), "")
        base = identity(head.partition("_")[0])
        if index not in known.numbers or base not in given or parts.above or parts.below in "ijklmnt":
            continue
        args = tuple([additions.add(NAME, name, (), node) for name in (given[base], index)])
        tree.kind[node], tree.head[node], tree.args[node] = INDEX, None, args
        notes[f"{head} is read as {given[base]}[{index}], entries counted from 0"] = None
    return additions.planted(notes=(*program.notes, *notes)) if notes else program


def _array(name: Parts, shapes: Mapping[Parts | str, tuple[int, ...]]) -> tuple[Parts | str, list[int]]:
    """w_{12} → the identity of w, and the numbers: 1 and 2 where w is known to be a matrix, else 12."""
    above = name.above.strip("()[]")
    number, rest = (name.below, name._replace(below="")) if name.below else (above, name._replace(above=""))
    base = rest.stem if rest == Parts(rest.stem) else rest
    parts = number.split(",")
    if len(parts) == 1 and number.isdecimal() and len(shapes.get(base, ())) == len(number) > 1:
        parts = list(number)
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return base, []
    shape = shapes.get(base)
    return base, [int(part) for part in parts] if shape is None or len(parts) <= len(shape) else []


def _note(base: str, places: Mapping[str, tuple[int, ...]]) -> str:
    """Names that are entries of an array → a sentence that says how the first of them is read."""
    head, place = min(places.items(), key=lambda entry: entry[1])
    return f"{head} is read as {base}[{', '.join(map(str, place))}] of the array that is given"
