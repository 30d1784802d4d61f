"""THE TABLE: every operation the language knows, found by name, alias or sign."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.ops import (
    activations,
    arithmetic,
    functions,
    linear,
    losses,
    matrices,
    normalisation,
    piecewise,
    positions,
    reductions,
    shapes,
    special,
)
from graphviz_ad.ops.compiling import Plan
from graphviz_ad.ops.names import named
from graphviz_ad.ops.row import Row

_ROWS: dict[str, tuple[Row, ...]] = {
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
    "shapes": shapes.ROWS,
    "losses": losses.ROWS,
}

KINDS: dict[str, tuple[Row, ...]] = {kind: tuple(map(named, rows)) for kind, rows in _ROWS.items()}
"""All rows, by kind, in the order of the documentation."""

TABLE: tuple[Row, ...] = tuple(row for rows in KINDS.values() for row in rows)

BY_NAME: dict[str, Row] = {name: row for row in TABLE for name in (row.name, *row.aliases)}
"""Rows by name and by alias; an operator's key is an alias."""

_WORD = re.compile(r"\\(operatorname\{|[A-Za-z]+\\left\()")
"""A notation that is a word with its arguments in brackets."""


def _written_so(row: Row) -> list[str]:
    """Row → those of its names that are written by its notation.

    Where this is a word (log, SiLU), another word (ln, swish) is written as it is; absolute(x) is |x| too.
    """
    words = row.notation is not None and _WORD.match(row.notation.latex)
    return [row.name, *(alias for alias in row.aliases if not (words and alias.isascii()))]


NOTATIONS: dict[str, Notation] = {name: row.notation for row in TABLE if row.notation for name in _written_so(row)}
"""How calls are written, for the printers."""

VOCABULARY = Vocabulary({
    name: len(row.params) == 1 and not row.variadic
    for name, row in BY_NAME.items()
    if not row.internal and name not in OPERATORS
})  # fmt: skip
"""What the parser is told of the operations."""


@cache
def plan(name: str, options: tuple[tuple[str, Any], ...] = ()) -> Plan:
    """Name of an operation and its options → the functions that compute it."""
    return Plan(BY_NAME[name], options, BY_NAME.__getitem__)
