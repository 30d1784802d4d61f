"""Statements as text → their equations: as they stand, or with numbers put in and what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression, values
from graphviz_ad.explain.signs import Outcome, sign_between
from graphviz_ad.graph.build import parse
from graphviz_ad.language import numbers
from graphviz_ad.language.tree import CALL, NAME, VALUE, Program, Statement, Tree
from graphviz_ad.values import Value


@lru_cache(maxsize=64)  # the same rule is written for many numbers, of which the best are taken
def _read(text: str) -> Program:
    return parse(text).program


def stated(text: str) -> tuple[Chain, ...]:
    """Statements → an equation each, in symbols."""
    program = _read(text)
    tree = _copy(program.tree)
    chains = []
    for statement in program.statements:
        parts = [Expression(tree, statement.root)]
        if (left := _left(tree, statement)) is not None:
            parts.insert(0, Expression(tree, left))
        chains.append(Chain(tuple(parts), ("", "=")[: len(parts)]))
    return tuple(chains)


def names_in(text: str) -> set[str]:
    """Statements → the names in them and on their left sides; none where they cannot be read."""
    try:
        program = _read(text)
    except GraphvizADError:
        return set()
    names = {str(head) for kind, head in zip(program.tree.kind, program.tree.head, strict=True) if kind == NAME}
    return names | {str(statement.name) for statement in program.statements if statement.name is not None}


def worked(text: str, known: Mapping[str, Value], digits: int = numbers.DEFAULT_DIGITS) -> tuple[Chain, ...]:
    """Statements, and the values of all their names → an equation each: symbols, numbers put in, result.

    >>> from graphviz_ad.language.printer import TEXT
    >>> [chain.write(TEXT) for chain in worked("u = a*b", {"a": 2.0, "b": -3.0, "u": -6.0})]
    ['u = a*b = 2*(-3) = -6']
    """
    return tuple(_worked(_read(text), known, digits))


def _worked(program: Program, known: Mapping[str, Value], digits: int) -> Iterator[Chain]:
    tree, put_in = _copy(program.tree), _copy(program.tree)
    for node, kind in enumerate(program.tree.kind):
        if kind == NAME:
            put_in.kind[node], put_in.head[node] = VALUE, known[str(put_in.head[node])]
    for statement in program.statements:
        left, result = _left(tree, statement), known[str(statement.name)]
        assert left is not None
        outcome = values(put_in, statement.root, {}, digits)[statement.root]
        sign = sign_between(Outcome(outcome), result, digits)
        right = Expression(put_in, put_in.add(VALUE, result))
        parts = (Expression(tree, left), Expression(tree, statement.root), Expression(put_in, statement.root), right)
        yield Chain(parts, ("", "=", "=", sign), digits)


def _copy(tree: Tree) -> Tree:
    return Tree(list(tree.kind), list(tree.head), list(tree.args))


def _left(tree: Tree, statement: Statement) -> int | None:
    """Statement → its left side, put into the tree; None where it has none."""
    if statement.name is None:
        return None
    if statement.params is None:
        return tree.add(NAME, statement.name)
    return tree.add(CALL, statement.name, tuple(tree.add(NAME, name) for name in statement.params))
