"""The one table of operators: the parser reads it, and so does every printer.

Because both read the same precedences and sides, printing a tree and parsing the text again gives the
tree back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "none"]
"""The side of a chain of equal operators that is computed first; "none" where the chain is refused or means more."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Says of a sign how many operands it has, how tightly it binds, and which side groups first.

    `key` is what the tree holds and what the table of operations lists as an alias.
    """

    key: str
    sign: str
    arity: int
    precedence: int
    side: Side


CHOICE, OR, AND, NOT, COMPARE, SUM, BIG, PRODUCT, SIGN, APPLIED, JUXTAPOSED, POWER, POSTFIX, ATOM = (*range(1, 14), 15)
"""Levels of precedence, loosest first.

SIGN (unary minus) is looser than POWER: -x^2 is -(x^2). BIG is a sum sign before its terms, which reach to the next
plus or minus. APPLIED is a function before its argument without brackets, and JUXTAPOSED the product inside that
argument: sin 2x is sin(2x).
"""

OPERATORS: dict[str, Operator] = {
    o.key: o
    for o in (
        Operator("<", "<", 2, COMPARE, "none"),
        Operator("<=", "<=", 2, COMPARE, "none"),
        Operator(">", ">", 2, COMPARE, "none"),
        Operator(">=", ">=", 2, COMPARE, "none"),
        Operator("==", "==", 2, COMPARE, "none"),
        Operator("!=", "!=", 2, COMPARE, "none"),
        Operator("+", "+", 2, SUM, "left"),
        Operator("-", "-", 2, SUM, "left"),
        Operator("*", "*", 2, PRODUCT, "left"),
        Operator("·", "·", 2, PRODUCT, "left"),  # also the product without a sign: what it means, the shapes decide
        Operator("/", "/", 2, PRODUCT, "left"),
        Operator("@", "@", 2, PRODUCT, "left"),
        Operator("odot", "⊙", 2, PRODUCT, "left"),
        Operator("neg", "-", 1, SIGN, "right"),
        Operator("^", "^", 2, POWER, "right"),
        Operator("root", "√", 1, POWER, "right"),  # √x² is √(x²)
        Operator("T", ".T", 1, ATOM, "left"),
    )
}
"""All operators by key."""

COMPARISONS = frozenset(key for key, operator in OPERATORS.items() if operator.precedence == COMPARE)
"""Keys of comparisons."""

SPELLINGS: dict[str, str] = {
    "**": "^", ".*": "*", "./": "/", ".^": "^", "%*%": "@", "⋅": "·", "•": "·", "∙": "·", "・": "·", "×": "·",
    "✕": "·", "⨯": "·", "∗": "*", "∘": "⊙", "⨀": "⊙", "⊗": "⊙",
    "−": "-", "–": "-", "—": "-", "÷": "/", "∕": "/", "⁄": "/", "≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=",
    "≧": ">=", "≠": "!=", "ᵀ": ".T", "⊤": ".T", "⊺": ".T",
}  # fmt: skip
"""Other ways to write a sign."""

BINARY: dict[str, Operator] = {o.sign: o for o in OPERATORS.values() if o.arity == 2}
"""Operators between two operands, by all signs they are written with."""
BINARY |= {other: BINARY[sign] for other, sign in SPELLINGS.items() if sign in BINARY}

BINDING = {sign: (o.precedence, o.precedence + (o.side == "right"), o.key) for sign, o in BINARY.items()}
"""Binary sign → its level, the least level of what binds tighter before it, and its key."""

CROSS = frozenset("×✕⨯")
"""Signs of a product that between two vectors may mean the cross product."""
