"""1/N ∑_i x_i where nothing says what N is → N is how many entries the sum has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import NAME, NUMBER, OPERATOR, TOTAL, Program, Statement

_COUNT = re.compile(r"[NMTBKnm]")
"""Letters for the number of examples."""

_LETTER = re.compile(r"[^\W\d_]")
"""A letter below a name."""
_PLAIN_INDEX = re.compile(r"[^\W_]+(?:,[^\W_]+)*")
"""Indices below a name of which none is counted on."""


def with_counts(program: Program, known: Given) -> Program:
    """Program → the same with N above a sum that does not say where it ends and is divided by N, where arrays are given
    and no value for N."""
    tree = program.tree
    if TOTAL not in tree.kind or not any(known.by_identity.values()):
        return program
    defined = {statement.name for statement in program.statements}
    notes = dict.fromkeys(program.notes)
    for statement in program.statements:
        for name, sums, is_moved in _divided(program, statement):
            if name in defined or identity(name) in known.by_identity:
                continue
            for node in sums:
                limits = tree.head[node]
                if not limits.upper and limits.lower in ("", "1") and len(limits.letters) < 2:
                    tree.head[node] = replace(limits, upper=name)
                    notes[f"{name} is the number of entries that the sum has"] = None
                elif not is_moved and _is_loose(program, node, name, known):
                    tree.head[node] = replace(limits, lower="1")
                    notes[f"{name} is the number of entries; a sum from 0 to {name} would have one more"] = None
    return replace(program, notes=tuple(notes)) if len(notes) > len(program.notes) else program


def _is_loose(program: Program, node: int, name: str, known: Given) -> bool:
    """Whether a sum from 0 to N that is divided by N is one of all entries: its letter is nothing but an index, and
    what has it below is given and has no entry that is counted on."""
    tree, limits = program.tree, program.tree.head[node]
    if limits.lower != "0" or limits.upper != name or len(limits.letters) != 1 or limits.condition is not None:
        return False
    letter = limits.letters[0]
    heads = {str(tree.head[n]) for n in nodes_below(tree, node) if tree.kind[n] == NAME}
    carrying = [split(head) for head in heads if letter in _LETTER.findall(split(head).below)]
    return (
        bool(carrying)
        and letter not in heads
        and all(_PLAIN_INDEX.fullmatch(parts.below) for parts in carrying)
        and any(len(known.by_identity.get(identity(array_name(head)), ())) > 0 for head in heads)
    )


def _divided(program: Program, statement: Statement) -> Iterator[tuple[str, list[int], bool]]:
    """Statement → for each quotient by a count, the name of the count, the sums that are divided by it, and whether it
    is one more or less, as n - 1."""
    tree = program.tree
    for side in statement.forms or (statement,):
        nodes = range(side.first, side.root + 1)
        above = {arg: node for node in nodes for arg in tree.args[node] if tree.kind[node] == OPERATOR}
        for node in nodes:
            if tree.kind[node] != OPERATOR or tree.head[node] != "/":
                continue
            below = [n for n in nodes_below(tree, tree.args[node][1]) if tree.kind[n] != OPERATOR]
            names = [str(tree.head[n]) for n in below if tree.kind[n] == NAME]
            if (
                len(names) != 1
                or not _COUNT.fullmatch(names[0])
                or any(tree.kind[n] not in (NAME, NUMBER) for n in below)
            ):
                continue
            top = node
            while top in above and tree.head[above[top]] in ("·", "*", "neg"):
                top = above[top]
            is_moved = any(tree.head[n] in ("+", "-") for n in nodes_below(tree, tree.args[node][1]))
            yield names[0], list(_terms(program, top)), is_moved


def _terms(program: Program, top: int) -> Iterator[int]:
    """A product with a quotient in it → the sums that are its factors, or terms of a factor in brackets."""
    tree, stack = program.tree, [top]
    while stack:
        node = stack.pop()
        if tree.kind[node] == TOTAL:
            yield node
        elif tree.kind[node] == OPERATOR and tree.head[node] == "/":
            stack.append(tree.args[node][0])
        elif tree.kind[node] == OPERATOR and tree.head[node] in ("·", "*", "neg", "+", "-"):
            stack.extend(tree.args[node])
