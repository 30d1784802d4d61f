"""Formula → the ways to write it that a platform can know, which only compares letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, permutations, product

from graphviz_ad.items.model import Exercise, Formula
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import NUMBER, OPERATOR, Tree

_MAX_SPELLINGS = 60
_MAX_TERM_SPELLINGS = 24
_PI = re.compile(r"(?<!\w)π(?!\w)")


def spellings(formula: str) -> list[str]:
    """Formula → texts without spaces that say the same, the plainest first, at most 60.

    Terms and factors come in every order; a factor of 1 is left out; π is pi as well, as one types it.

    >>> spellings("1*(2*x)")
    ['2*x', 'x*2', '1*(2*x)']
    """
    program = parse_program(formula)
    tree, root = program.tree, program.statements[-1].root
    terms = [list(islice(_products(tree, term), _MAX_TERM_SPELLINGS)) for term in _parts(tree, root, "+")]
    found = (_joined(tree, order, "+") for chosen in product(*terms) for order in permutations(chosen))
    texts = [_text(tree, one) for one in islice(found, _MAX_SPELLINGS - 1)]
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
    """Node → what is joined by the sign in it, from left to right; the node itself where nothing is."""
    waiting, found = [node], list[int]()
    while waiting:
        one = waiting.pop()
        if tree.kind[one] == OPERATOR and tree.head[one] == sign:
            waiting += reversed(tree.args[one])
        else:
            found.append(one)
    return found


def _products(tree: Tree, term: int) -> Iterator[int]:
    """Term → its factors in every order, as products."""
    factors = [one for one in _parts(tree, term, "*") if not (tree.kind[one] == NUMBER and tree.head[one] == 1)]
    if not factors:
        yield term
    for order in permutations(factors) if factors else ():
        yield _joined(tree, order, "*")


def _joined(tree: Tree, parts: tuple[int, ...], sign: str) -> int:
    root = parts[0]
    for part in parts[1:]:
        root = tree.add(OPERATOR, sign, (root, part))
    return root


def _text(tree: Tree, root: int) -> str:
    return write(tree, root, TEXT).replace(" ", "")
