"""1/N ∑_i x_i where nothing says what N is → N is how many entries the sum has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import identity
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import NAME, NUMBER, OPERATOR, TOTAL, Program, Statement

_COUNT = re.compile(r"[NMTBKnm]")
"""Letters for the number of examples."""


def with_counts(program: Program, known: Given) -> Program:
    """Program → the same with N above a sum that does not say where it ends and is divided by N, where arrays are given
    and no value for N."""
    tree = program.tree
    if TOTAL not in tree.kind or not any(known.by_identity.values()):
        return program
    defined = {statement.name for statement in program.statements}
    notes = dict.fromkeys(program.notes)
    for statement in program.statements:
        for name, sums in _divided(program, statement):
            if name in defined or identity(name) in known.by_identity:
                continue
            for node in sums:
                limits = tree.head[node]
                if not limits.upper and limits.lower in ("", "1") and len(limits.letters) < 2:
                    tree.head[node] = replace(limits, upper=name)
                    notes[f"{name} is the number of entries that the sum has"] = None
    return replace(program, notes=tuple(notes)) if len(notes) > len(program.notes) else program


def _divided(program: Program, statement: Statement) -> Iterator[tuple[str, list[int]]]:
    """Statement → for each quotient by a count, the name of the count and the sums that are divided by it."""
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
            yield names[0], list(_terms(program, top))


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
