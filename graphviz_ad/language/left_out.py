"""Brackets that everyone leaves out: 1/2m Σ is 1/(2m) Σ, (x - μ)²/2σ² is (x - μ)²/(2σ²), √2π is √(2π)."""

from __future__ import annotations

import re

_VALUE_END = r"[A-Za-z\u0370-\u03ff)\]}|‖²³'′ᵀ₀-₉]"
"""What a value ends with that is no number."""
_GLUED = r"[0-9]+[^\W\d_][^\W_]*(?:_[^\W_]+|_\{[^{}]*\})?(?![\w'′(\[{])"
"""A number and a name behind it without a space."""
BELOW_SLASH = re.compile(
    r"/([0-9]+[mMnN])(?![\w'′(\[^{²³])(?=[ \t]*[)}]?[ \t]*[*·×⋅∗]?[ \t]*(?:[Σ∑‖]|\|\||(?:\w+\.)?(?:sum|Sum|SUM)\b))"
    r"|(?<![ (=+-]1)/([0-9]+(?:σ|sigma))(?=²|\^\{?2\}?(?!\w))"
    r"|/([0-9]+σ)(?=(?:²|\^2)[ \t]*[*·]?[ \t]*[Σ∑‖|])"
    r"|/[ \t]*(\w!(?:[ \t]*(?:\w|\([^()\n]*\))!)+)"
    rf"|(?:(?<={_VALUE_END})|(?<={_VALUE_END} )|(?<=\^[0-9])|(?<=\^[0-9] )"
    rf"|(?<=\(1)(?=/[ \t]*{_GLUED}\))|(?<=\(1 )(?=/[ \t]*{_GLUED}\)))"
    rf"/[ \t]*({_GLUED})(?=\^|[²³]|[ \t]*(?:[)\]}},;+\-−–=|‖·×⋅*\n]|$))"
)
"""Below a slash, a number and what it multiplies: the 2m of 1/2m Σ, the 2σ² of (x - μ)²/2σ², k! (n - k)!, the 2c of
(x - b)^2 / 2c^2 and of (1 / 2c); 1/2c alone is a half of c."""
NORMAL_ROOT = re.compile(r"√2π(?:σ(?=²|\^2))?")
"""The root of 2π in the normal density, whose bracket is left out."""
OTHER_BASE = re.compile(r"(?<![\w.])0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)(?!\w)")
"""A number of another base than ten, as programs write it."""


_STARS = frozenset("*·×⊙")
"""Signs of a product that end the argument of a function which is glued to it: cosθ*t."""
_WORD = re.compile(
    r"(?:(sinh?|cosh?|tanh?)(\^[0-9]|[²³])?([0-9]?(?![πωΩνkwfnm])[^\W\d_]\w*)|(log|ln|exp|sqrt)(\^[0-9]|[²³])?([^\W\d_]\w*))"
)
"""A function with its argument, that of a wave without a letter for how often, which a time is multiplied with."""


def glued(written: str, sign: str) -> str:
    """Function with its argument, and the sign behind → how they are read before a star where they are one word, else
    nothing.

    >>> glued("cosθ", "*"), glued("sin²θ", "*"), glued("cosθ", "/"), glued("cos θ", "*"), glued("sinω", "*")
    ('cos(θ)', 'sin²(θ)', '', '', '')
    """
    parts = _WORD.fullmatch(written) if sign in _STARS else None
    return f"{parts[1] or parts[4]}{parts[2] or parts[5] or ''}({parts[3] or parts[6]})" if parts else ""


def below_slash(text: str, slash: int) -> str:
    """Place of a slash → the product below it that has no brackets, "" where there is none."""
    below = BELOW_SLASH.match(text, slash)
    return "" if below is None else below[1] or below[4] or below[5] or f"{below[2] or below[3]}²"


def normal_root(text: str, mark: int) -> str:
    """Place of a factor → the root of 2π or 2πσ² that it stands in without a bracket, "" where it does not."""
    start = text.rfind("√", 0, mark)
    root = NORMAL_ROOT.match(text, start) if 0 <= start >= mark - 3 else None
    return root.group() if root is not None and mark < root.end() else ""


def is_before_root(text: str, stop: int) -> bool:
    """Whether a root stands behind a place."""
    return text[stop : stop + 9].lstrip(" \t").startswith(("√", "sqrt"))
