"""MATLAB's and Julia's A\\b between operands → the same length of text with a sign of its own, so that it is no
LaTeX."""

from __future__ import annotations

import re

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.names import identity
from graphviz_ad.language.ranges import RANGES
from graphviz_ad.language.stack import SOLVE
from graphviz_ad.language.vocabulary import Vocabulary

_BETWEEN = re.compile(r"(?<=[\w)\]'])[ \t]*\\[ \t]*(?:(\w+)|(?=[(\[]))")
"""A backslash between a value and a name or a bracket."""
_COMMANDS = frozenset(("frac", "sqrt", "sum", "prod", "left", "right", "begin", "end", "partial", "nabla")).union(
    symbols.LETTERS, symbols.SIGNS, symbols.FUNCTIONS, symbols.ACCENTS, symbols.WORDS, symbols.FONTS, symbols.BLANKS,
    symbols.DROPPED, symbols.REFUSED,
)  # fmt: skip
"""Commands of LaTeX."""
_LATEX_SIGNS = ("{", "$", "\\)", "\\]", "\\\\", "\\,", "\\;", "_\\", "^\\")
"""Signs of LaTeX, beside which a backslash begins a command."""


def with_solves(text: str, vocabulary: Vocabulary) -> str:
    """Formula → the same with `stack.SOLVE` for each backslash, where each stands between two operands, the second of
    which is no command of LaTeX."""
    if any(sign in text for sign in _LATEX_SIGNS):
        return text
    given = frozenset(map(identity, vocabulary.values))
    places = list(_BETWEEN.finditer(text))
    if len(places) < text.count("\\"):
        return text
    for place in places:
        before, numbers = text[place.start() - 1], (place[1] or "").isdecimal()
        if not (vocabulary.shapes or numbers or before in ")]'" or before.isupper()):
            return text  # x\y
        word = place[1] or ""
        is_apart = place[0].rstrip(word)[-1:] != "\\" or place[0][0] != "\\"  # A \ b
        is_call = text.startswith("(", place.end()) and (word in RANGES or vocabulary.operation(word) is not None)
        known = not word or word.isdecimal() or (is_call and word not in _COMMANDS)
        known = known or (identity(word) in given and (word not in _COMMANDS or is_apart))
        if not (known or (not given and word not in _COMMANDS)):
            return text
    return text.replace("\\", SOLVE)
