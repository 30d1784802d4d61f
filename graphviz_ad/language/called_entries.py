"""Entries of what a function gives: softmax(z)_i → p_i of a quantity p = softmax(z), softmax(z)_c → softmax(z)[c]."""

from __future__ import annotations

import re
from itertools import chain, count

from graphviz_ad.language.names import LOWERED, split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, INDEX, NAME, OPERATOR, Limits, Program, Statement

_BELOW = re.compile(r"_\{?([^\W\d_])\}?|([ᵢⱼₖₗₘₙₜ])")
"""A letter by itself below what stands before it."""
_CALL_WITH_LETTER = re.compile(r"\)\s*(?:_|[ᵢⱼₖₗₘₙₜ])")
"""A bracket with a subscript."""
_LETTERS = "pqsuvhrabcd"
"""Letters for what is given a name; the first that is free is taken, p2 and so on after them."""


def with_entries_of_calls(program: Program) -> Program:
    """Program → the same with a statement for each call that has the letter of a sum below it."""
    if _CALL_WITH_LETTER.search(program.source.text) is None:
        return program
    tree = program.tree
    entries = {node: below for node in range(len(tree)) if (below := _entry(program, node)) is not None}
    if not entries:
        return program
    summed = {letter for head in tree.head if isinstance(head, Limits) for letter in head.letters}
    taken = {split(str(head)).stem for kind, head in zip(tree.kind, tree.head, strict=True) if kind in (NAME, CALL)}
    taken |= {str(statement.name) for statement in program.statements}
    numbered = (f"p{number}" for number in count(2))
    free = (name for name in chain(_LETTERS, numbered) if name not in taken)
    additions, notes, named = Additions(program), dict.fromkeys(program.notes), dict[str, str]()
    statements: list[Statement] = []
    for statement in program.statements:
        for node in (inner for inner in nodes_below(tree, statement.root) if inner in entries):
            call, letter = entries[node]
            start = program.starts[call]
            span = start, program.source.text.rindex(")", start, program.stops[call]) + 1
            written = program.source.text[slice(*span)]
            if letter in summed and written not in named:
                named[written] = next(free)
                statements.append(Statement(named[written], None, call, call, span))
                notes[f"{written}_{letter} is the entry {letter} of {named[written]} = {written}"] = None
            if letter in summed:
                entry = additions.add(NAME, f"{named[written]}_{letter}", (), node)
            else:
                notes[f"{written}_{letter} is read as {written}[{letter}], entries counted from 0"] = None
                entry = additions.add(INDEX, None, (call, additions.add(NAME, letter, (), node)), node)
            before = tree.args[node][0]
            if before == call:
                tree.kind[node], tree.head[node], tree.args[node] = tree.kind[entry], tree.head[entry], tree.args[entry]
            else:
                tree.args[node] = tree.args[before][0], entry
        statements.append(statement)
    return additions.planted(statements=tuple(statements), notes=tuple(notes))


def _entry(program: Program, node: int) -> tuple[int, str] | None:
    """Node → the call and the letter right behind its bracket, where it is their product, perhaps after a factor."""
    tree = program.tree
    if tree.kind[node] != OPERATOR or tree.head[node] != "·":
        return None
    before, below = tree.args[node]
    letter = _BELOW.fullmatch(str(tree.head[below])) if tree.kind[below] == NAME else None
    call = tree.args[before][1] if tree.kind[before] == OPERATOR and tree.head[before] in ("·", "*") else before
    if letter is None or tree.kind[call] != CALL or program.stops[call] < program.starts[below]:
        return None
    return call, letter[1] or letter[2].translate(LOWERED)
