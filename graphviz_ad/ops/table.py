"""THE TABLE: every operation the language knows, found by name, alias or sign."""

from __future__ import annotations

import copyreg
from dataclasses import replace
from functools import cache

from graphviz_ad.language.markup import Fenced, Markup, WithOptions, renamed
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.ops import (
    activations,
    arithmetic,
    convolution,
    functions,
    linear,
    losses,
    matrices,
    normalisation,
    piecewise,
    pooling,
    positions,
    reductions,
    shapes,
    special,
)
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.names import named
from graphviz_ad.ops.operation import COMMON_ALIASES, Operation, Option
from graphviz_ad.ops.writing import joined, word

_ROWS: dict[str, tuple[Operation, ...]] = {
    "arithmetic": arithmetic.ROWS,
    "functions": functions.ROWS,
    "further functions": special.ROWS,
    "activations": activations.ROWS,
    "piecewise": piecewise.ROWS,
    "reductions": reductions.ROWS,
    "along an axis": positions.ROWS,
    "normalisation": normalisation.ROWS,
    "linear": linear.ROWS,
    "matrices": matrices.ROWS,
    "convolution": convolution.ROWS,
    "pooling": pooling.ROWS,
    "shapes": shapes.ROWS,
    "losses": losses.ROWS,
}
"""The rows as the modules state them, by kind, in the order of the documentation."""

KINDS: dict[str, tuple[Operation, ...]] = {kind: tuple(map(named, rows)) for kind, rows in _ROWS.items()}
"""All rows, by kind, in the order of the documentation."""

TABLE: tuple[Operation, ...] = tuple(row for rows in KINDS.values() for row in rows)
"""All rows."""

BY_NAME: dict[str, Operation] = {name: row for row in TABLE for name in (row.name, *row.aliases)}
"""Rows by name and by alias; an operator's key is an alias."""


def _notation(row: Operation, name: str) -> Notation:
    """Operation, and the name it is called by → how the call is written.

    Where this is a word (log, SiLU), an alias is written as the word that it is (ln, swish); absolute(x) is |x| too.
    """
    notation = row.notation
    if notation is not None and name != row.name and name.isascii() and _is_word(notation.markup):
        changed = renamed(notation.markup, name)
        notation = None if changed is None else replace(notation, markup=changed)
    if notation is None:
        notation = joined(name) if row.variadic else word(name, len(row.params))
    several = joined(row.name) if row.name in OF_SEVERAL else None
    others = {other: row.canonical(other) for other in (*row.option_aliases, *COMMON_ALIASES)}
    aliases = {other: own for other, own in others.items() if own != other}
    return replace(notation, params=row.params, options=row.options, aliases=aliases, several=several)


OF_SEVERAL = {"max": ("maximum", "max_of"), "min": ("minimum", "min_of")}
"""Operations over entries, and what they are of two values and of more."""


def _is_word(markup: Markup) -> bool:
    """Whether a notation begins with a word: an upright one, or a sign of several letters before its brackets."""
    if renamed(markup, "") is not None:
        return True
    match markup:
        case (str(sign) | WithOptions(base=str(sign)), Fenced()):
            return len(sign) > 1 and sign.isalpha()
    return False


NOTATIONS: dict[str, Notation] = {name: _notation(row, name) for name, row in BY_NAME.items()}
"""How calls are written, for the printers."""

_KNOWN = {name: row for name, row in BY_NAME.items() if not row.internal and name not in OPERATORS}
VOCABULARY = Vocabulary(
    {name: len(row.params) == 1 and not row.variadic for name, row in _KNOWN.items()},
    {name: tuple(row.options) for name, row in _KNOWN.items()},
)
"""What the parser knows of the operations."""


@cache
def bind(name: str, options: tuple[tuple[str, Option], ...] = ()) -> BoundOperation:
    """Name of an operation and its options → the functions that compute it."""
    return BoundOperation(BY_NAME[name], options, BY_NAME.__getitem__)


copyreg.pickle(BoundOperation, lambda bound: (bind, (bound.row.name, tuple(bound.options.items()))))


@cache
def of_terms(name: str, count: int) -> BoundOperation:
    """ "add" or "multiply", and how many terms → the functions that compute the sum or product."""
    return OfTerms(arithmetic.of_terms(BY_NAME[name], count), (), BY_NAME.__getitem__)


class OfTerms(BoundOperation):
    """A sum or product of more than two terms."""

    def __reduce__(self) -> tuple[object, ...]:
        return of_terms, (self.row.name, len(self.row.params))
