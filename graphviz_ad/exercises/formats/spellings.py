"""Formula → its spellings, for a platform that compares answers letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, permutations, product

from graphviz_ad.items.model import Exercise, Formula
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import NUMBER, OPERATOR, Tree

_MAX_SPELLINGS = 60
"""Of a formula: all orders of four terms or factors fit, and a question bank stays small enough to import."""
_MAX_TERM_SPELLINGS = 24
"""Of a term: all orders of four factors."""
_PI = re.compile(r"(?<!\w)π(?!\w)")
"""The letter π alone, as in 2*π, but not inside a name, as in π_old."""


def spellings(formula: str) -> list[str]:
    """Formula → texts without spaces that say the same, the plainest first, at most 60.

    Terms and factors come in every order; a factor of 1 is left out; π is pi as well, as one types it.

    >>> spellings("1*(2*x)")
    ['2*x', 'x*2', '1*(2*x)']
    """
    program = parse_program(formula)
    tree, root = program.tree, program.statements[-1].root
    terms = [list(islice(_products(tree, term), _MAX_TERM_SPELLINGS)) for term in _parts(tree, root, "+")]
    sums = (_joined(tree, order, "+") for chosen in product(*terms) for order in permutations(chosen))
    texts = [_text(tree, spelled) for spelled in islice(sums, _MAX_SPELLINGS - 1)]
    texts = [*texts, _text(tree, root)]
    typed = [_PI.sub("pi", text) for text in texts]
    return list(dict.fromkeys([*typed, *texts]))[:_MAX_SPELLINGS]


def remarks(exercises: Sequence[Exercise], platform: str) -> list[str]:
    """Exercises, and a platform that compares letters → what it cannot know of their formulas, if they ask for any."""
    asked = formulas(exercises)
    return [
        f"{platform} compares formulas letter by letter: of each of {asked} it knows up to {_MAX_SPELLINGS} spellings, "
        "and takes what is written in another way for wrong"
    ] if asked else []  # fmt: skip


def formulas(exercises: Sequence[Exercise]) -> str:
    """Exercises → the names of the fields that ask for a formula, with commas between."""
    fields = (field for exercise in exercises for field in exercise.fields)
    return ", ".join(sorted({field.name for field in fields if isinstance(field.response, Formula)}))


def _parts(tree: Tree, node: int, sign: str) -> list[int]:
    """Node and a sign → the nodes it joins there, from left to right; the node itself where it joins none."""
    waiting, parts = [node], list[int]()
    while waiting:
        part = waiting.pop()
        if tree.kind[part] == OPERATOR and tree.head[part] == sign:
            waiting += reversed(tree.args[part])
        else:
            parts.append(part)
    return parts


def _products(tree: Tree, term: int) -> Iterator[int]:
    """Term → its factors in every order, as products."""
    parts = _parts(tree, term, "*")
    factors = [part for part in parts if not (tree.kind[part] == NUMBER and tree.head[part] == 1)]
    if not factors:
        yield term
    for order in permutations(factors) if factors else ():
        yield _joined(tree, order, "*")


def _joined(tree: Tree, parts: tuple[int, ...], sign: str) -> int:
    """Nodes → a new node that joins them by the sign, from the left."""
    root = parts[0]
    for part in parts[1:]:
        root = tree.add(OPERATOR, sign, (root, part))
    return root


def _text(tree: Tree, root: int) -> str:
    return write(tree, root, TEXT).replace(" ", "")
