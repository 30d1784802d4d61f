"""Products in which a letter stands below two arrays, without a sum sign → sums over it, as Einstein writes them."""

from __future__ import annotations

from collections import Counter

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name, index_letters, side_nodes
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import NAME, OPERATOR, TOTAL, Limits, Program, Statement

_PRODUCTS = frozenset(("*", "·"))
"""Signs of a product that is added up; ⊙ is entry by entry."""


def with_repeated_letters(program: Program, given: Given) -> Program:
    """Program → the same with sum signs before products such as A_ik B_kj, where values are given for the arrays.

    A letter is added up that stands below two factors, of which one has another letter besides, and not on the left
    side; what is left of letters stands there, or nothing does.
    """
    if not any(len(shape) > 1 for shape in given.shapes.values()):
        return program
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for statement in program.statements:
        left = index_letters(split(statement.name)) if statement.name else ()
        own = {*statement.letters, *left}
        for node, letters in _repeated(program, statement, given, own).items():
            tree = program.tree
            body = additions.add(tree.kind[node], tree.head[node], tree.args[node], node)
            tree.kind[node], tree.head[node], tree.args[node] = TOTAL, Limits("sum", letters), (body,)
            start, stop = program.span(node)
            written = program.source.text[start:stop]
            notes[f"{written} is added up over {', '.join(letters)}, as Einstein's sums are"] = None
    return additions.planted(notes=tuple(notes)) if len(notes) > len(program.notes) else program


def _repeated(program: Program, statement: Statement, given: Given, own: set[str]) -> dict[int, tuple[str, ...]]:
    """Statement and the letters of its left side → its products that are added up, with their letters."""
    tree = program.tree
    nodes = sorted(set(side_nodes(statement)))
    if any(tree.kind[node] == TOTAL for node in nodes):
        return {}
    inside = {arg for node in nodes if _is_product(program, node) for arg in tree.args[node]}
    sums: dict[int, tuple[str, ...]] = {}
    for node in nodes:
        if not _is_product(program, node) or node in inside:
            continue
        factors = [set(_letters(program, factor, given)) for factor in _factors(program, node)]
        counts = Counter(letter for factor in factors for letter in factor)
        letters = tuple(
            letter
            for letter, count in counts.items()
            if count == 2 and letter not in own and _is_shared([factor for factor in factors if letter in factor])
        )
        free = {letter for letter in counts if letter not in letters}
        if letters and free <= own | (set() if statement.name else free):
            sums[node] = letters
    return sums


def _is_shared(factors: list[set[str]]) -> bool:
    """Whether two factors with a letter have different ones besides, so that they do not meet entry by entry."""
    return len(factors) == 2 and factors[0] != factors[1]


def _is_product(program: Program, node: int) -> bool:
    """Whether a node is a product, with a sign or without."""
    return program.tree.kind[node] == OPERATOR and program.tree.head[node] in _PRODUCTS


def _factors(program: Program, node: int) -> list[int]:
    """Product → its factors."""
    factors, stack = [], [node]
    while stack:
        top = stack.pop()
        if _is_product(program, top):
            stack.extend(reversed(program.tree.args[top]))
        else:
            factors.append(top)
    return factors


def _letters(program: Program, factor: int, given: Given) -> list[str]:
    """Factor → the letters below names of given arrays in it, where the array has an axis for each."""
    letters: list[str] = []
    for node in nodes_below(program.tree, factor):
        name = str(program.tree.head[node])
        if program.tree.kind[node] != NAME or identity(name) in given.by_identity:
            continue
        below = index_letters(split(name))
        if len(below) == len(given.by_identity.get(identity(array_name(name)), ())):
            letters += below
    return letters
