"""What stands below a sum or a maximum → a letter and its bounds: i = 1, …, n and 1 ≤ i ≤ n are i=1 up to n."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.pieces import Token

DOTS = frozenset(("dots", "ldots", "cdots", "dotsc", "dotsb", "…"))
"""Commands that stand for what is left out."""
_SIGNS = {"row": ",", "in": "∈"}
"""Kinds and texts of tokens, and what stands for them."""
_LISTED = re.compile(r"([^\W\d_]['′]?)=([01]),(?:…|\.\.\.)?,?(?:[0-9],)*([^\W_][\w+-]*)")
"""A letter and all that it stands for: i=1,…,n."""
_BETWEEN = re.compile(r"([01])(?:≤|<=)([^\W\d_])(?:≤|<=)([^\W_]\w*)")
"""A letter between its bounds: 1≤i≤n."""
_COMPARED = r"\(?(?:\1(≠|<=?|>=?|≤|≥)(\w+)|(\w+)(≠|<=?|>=?|≤|≥)\1)\)?"
"""A letter that stood before, beside what it is compared with."""
_CONDITIONAL = re.compile(
    rf"([^\W\d_])(?:=([01])(?:,?…,?[^\W_][\w+-]*)?|∈[^,;|]+|,(?=[^\W\d_]\W))[,;:|]?(?:(?<=,)[^\W\d_],)?{_COMPARED}"
)
"""A letter with its first number, and a condition on it: i=1,i≠k."""
_SPANNED = re.compile(r"^([01])(?:≤|<=)([^\W\d_])(?:≤|<=)\w+,")
"""A letter between numbers, before a condition: 0≤j≤n,."""
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "≤": "≥", "≥": "≤", "≠": "≠"}
_BETWEEN_BOTH = re.compile(r"[01](?:≤|<=)([^\W\d_])(<|≤|<=)([^\W\d_])(?:≤|<=)[^\W_]\w*")
"""Two letters between bounds: 1≤i<j≤n."""


def conditioned(tokens: Sequence[Token]) -> tuple[str, str, str, str]:
    """What stands below a sum sign → its letter, the first number of that, and how it compares with another letter or a
    number; "" for what is no bound with a condition.

    >>> from graphviz_ad.language.latex.pieces import token_of
    >>> conditioned([token_of(piece) for piece in ("i", "=", "1", ",", "i", "\\\\neq", "k")])
    ('i', '1', '≠', 'k')
    """
    below = _SPANNED.sub(r"\2=\1,", _spelled(tokens))
    if (pair := _BETWEEN_BOTH.fullmatch(below)) is not None:
        return pair[1], "", pair[2], pair[3]
    if (limits := _CONDITIONAL.fullmatch(below)) is None:
        return "", "", "", ""
    letter, first, sign, other, left, mirrored = limits.groups()
    return letter, first or "", sign or _MIRRORED[mirrored], other or left


def bounds(tokens: Sequence[Token]) -> str:
    """What stands below a sign → the letter with where it begins and ends, as limits; "" for anything else.

    >>> from graphviz_ad.language.latex.pieces import token_of
    >>> bounds([token_of(piece) for piece in ("i", "=", "1", ",", "…", ",", "n")])
    '_{i=1}^{n}'
    >>> bounds([token_of(piece) for piece in ("i", "=", "1")])
    ''
    """
    below = _spelled(tokens)
    if (listed := _LISTED.fullmatch(below)) is not None:
        return f"_{{{listed[1]}={listed[2]}}}^{{{listed[3]}}}"
    if (between := _BETWEEN.fullmatch(below)) is not None:
        return f"_{{{between[2]}={between[1]}}}^{{{between[3]}}}"
    return ""


def _spelled(tokens: Sequence[Token]) -> str:
    """Tokens → the text they stand for without spaces, a comma where rows of a \\substack end."""
    pieces = [
        "…" if token.text in DOTS else _SIGNS.get(token.kind) or _SIGNS.get(token.text) or flat([token])
        for token in tokens
    ]
    text = "".join(pieces).replace(" ", "").replace("−", "-").replace("!=", "≠").rstrip(",")
    return re.sub(r",,+", ",", text.removeprefix("substack"))
