"""What stands below a sum or a maximum → a letter and its bounds: i = 1, …, n and 1 ≤ i ≤ n are i=1 up to n."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.pieces import Token

DOTS = frozenset(("dots", "ldots", "cdots", "dotsc", "dotsb", "…"))
"""Commands that stand for what is left out."""
_LISTED = re.compile(r"([^\W\d_]['′]?)=([01]),(?:…|\.\.\.)?,?(?:[0-9],)*([^\W_][\w+-]*)")
"""A letter and all that it stands for: i=1,…,n."""
_BETWEEN = re.compile(r"([01])(?:≤|<=)([^\W\d_])(?:≤|<=)([^\W_]\w*)")
"""A letter between its bounds: 1≤i≤n."""


def bounds(tokens: Sequence[Token]) -> str:
    """What stands below a sign → the letter with where it begins and ends, as limits; "" for anything else.

    >>> from graphviz_ad.language.latex.pieces import token_of
    >>> bounds([token_of(piece) for piece in ("i", "=", "1", ",", "…", ",", "n")])
    '_{i=1}^{n}'
    >>> bounds([token_of(piece) for piece in ("i", "=", "1")])
    ''
    """
    pieces = ["…" if token.text in DOTS else flat([token]) for token in tokens]
    below = "".join(pieces).replace(" ", "").replace("−", "-")
    if (listed := _LISTED.fullmatch(below)) is not None:
        return f"_{{{listed[1]}={listed[2]}}}^{{{listed[3]}}}"
    if (between := _BETWEEN.fullmatch(below)) is not None:
        return f"_{{{between[2]}={between[1]}}}^{{{between[3]}}}"
    return ""
