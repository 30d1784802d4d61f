"""Names of the author → identifiers of Python: w₁ is w1, y' is y_prime, W^{(1)} is W1, lambda is lambda_."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable

from graphviz_ad.language.names import split

_WORDS = {"-": "_minus_", "−": "_minus_", "+": "_plus_", "'": "_prime", "′": "_prime", "*": "_star", "∇": "grad_",
          "∂": "d_", "∞": "inf"}  # fmt: skip
"""Signs in names that have a word."""
_COMMON = ("np", "math", "print", "len", "slice", "int")
"""Names that programs use for something else: one of the author's gets an underscore."""


def identifier(name: str) -> str:
    """Name → an identifier that is like it.

    >>> [identifier(name) for name in ("w₁", "y'", "W^{(1)}", "W^{(1)}_{ij}", "h_{t-1}", "lambda", "ŷ", "w_1")]
    ['w1', 'y_prime', 'W1', 'W1_ij', 'h_t_minus_1', 'lambda_', 'ŷ', 'w_1']
    """
    plain = unicodedata.normalize("NFKC", name)
    if not plain.isidentifier() or plain != unicodedata.normalize("NFC", name):
        parts = split(name)
        stem = _word(unicodedata.normalize("NFKC", parts.stem)) + (f"_{parts.accent}" if parts.accent else "")
        above, below = _word(parts.above), _word(parts.below)
        raised = above if above.isdigit() or not above else f"_{above}"
        lowered = below if (below.isdigit() and not raised) or not below else f"_{below}"
        plain = stem + raised + lowered + "_prime" * len(parts.primes)
    if not plain.isidentifier():
        plain = f"x_{plain}" if f"x_{plain}".isidentifier() else "x"
    return f"{plain}_" if keyword.iskeyword(plain) or (keyword.issoftkeyword(plain) and plain != "_") else plain


def _word(text: str) -> str:
    """Part of a name → the letters, digits and underscores of it, with words for signs."""
    spelled = "".join(_WORDS.get(sign, sign if f"x{sign}".isidentifier() else "_") for sign in text)
    return "_".join(part for part in spelled.split("_") if part)


class Names:
    """Identifiers in use: each is given out once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = {*taken, *_COMMON}

    def free(self, *names: str) -> str:
        """Names in the order of preference → the first that is not in use, from here on in use."""
        return self.new(next((name for name in names if name not in self.taken), names[-1]))

    def new(self, name: str) -> str:
        """Name → an identifier that is like it and not in use, from here on in use; numbered where need be."""
        preferred = identifier(name)
        if preferred in self.taken and preferred in _RESERVED:
            preferred += "_"
        unused, count = preferred, 2
        while unused in self.taken:
            unused, count = f"{preferred}_{count}", count + 1
        self.taken.add(unused)
        return unused


MODULES = ("np", "math", "torch", "F", "jax", "jnp")
"""Names under which programs import."""
_RESERVED = frozenset({*_COMMON, *MODULES})
"""Names that a quantity does not get, so that a program stays readable."""
