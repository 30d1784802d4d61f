"""What people write who know another language: how a formula says it instead."""

from __future__ import annotations

import re

_CHOICE = "for a choice write where(x > 0, x, 0)"
_LOOP = "there are no loops; write the steps out: h1 = f(h0); h2 = f(h1)"

HABITS = {
    "if": _CHOICE, "then": _CHOICE, "else": _CHOICE, "elif": _CHOICE,
    "and": "write a product: (a > 0)*(b > 0)", "or": "write maximum(a > 0, b > 0)", "not": "write 1 - (a > 0)",
    "for": _LOOP, "while": _LOOP,
    "return": "the last line is the result; write it without 'return'",
    "def": "a function is defined as in f(t) = t^2", "lambda": "a function is defined as in f(t) = t^2",
    "import": "there is nothing to import; operations are called by their names, as in exp(x)",
}  # fmt: skip
"""Words of other languages, and what to write."""

_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(HABITS)})(?!\w)")
_MODULES = frozenset(("np", "numpy", "jnp", "jax", "torch", "tf", "math", "nn", "F", "K"))
_DOTTED = re.compile(r"(?<!\w)(\w++)((?:\.\w++)++)(\(?)")
_COMMA = re.compile(r"(?<![0-9])[0-9]++,[0-9]++")


def foreign_word(text: str) -> str | None:
    """Formula → the first word in it of another language, None where there is none."""
    found = _WORD.search(re.sub("#.*", "", text))
    return found.group() if found else None


def dotted(text: str, dot: int) -> str | None:
    """Formula and where a dot stands in it → how to write `np.exp(x)` or `x.sum()`, None where it is neither.

    >>> dotted("np.exp(x)", 2), dotted("x.sum()", 1), dotted("math.pi", 4)
    ('write exp(…)', 'write sum(x)', 'write pi')
    """
    for match in _DOTTED.finditer(text):
        if match.start() < dot < match.end() and match[1].isidentifier():
            name = match[2].rpartition(".")[2]
            call = f"({'…' if match[1] in _MODULES else match[1]})" if match[3] else ""
            return f"write {name}{call}"
    return None


def decimal_comma(text: str, comma: int) -> str | None:
    """Formula and where a comma stands in it → the number meant, None where the comma is between no digits.

    >>> decimal_comma("L = 1,5*x", 5)
    '1.5'
    """
    for match in _COMMA.finditer(text):
        if match.start() < comma < match.end():
            return match.group().replace(",", ".")
    return None
