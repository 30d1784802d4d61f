"""The one table of operators: the parser reads it, and so does every printer.

Because both read the same precedences and sides, printing a tree and parsing the text again gives the
tree back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "none"]


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign, how many operands it has, how tightly it binds, and which side groups first.

    `key` is what the tree holds and what the table of operations lists as an alias.
    """

    key: str
    sign: str
    arity: int
    precedence: int
    side: Side


COMPARE, SUM, PRODUCT, SIGN, POWER, POSTFIX, ATOM = 1, 2, 3, 4, 5, 6, 9
"""Levels of precedence, loosest first. SIGN (unary minus) is looser than POWER: -x^2 is -(x^2)."""

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
        Operator("/", "/", 2, PRODUCT, "left"),
        Operator("@", "@", 2, PRODUCT, "left"),
        Operator("odot", "⊙", 2, PRODUCT, "left"),  # elementwise; only explanations write it
        Operator("neg", "-", 1, SIGN, "right"),
        Operator("^", "^", 2, POWER, "right"),
        Operator("root", "√", 1, POSTFIX, "right"),
        Operator("T", ".T", 1, ATOM, "left"),
    )
}

SPELLINGS: dict[str, str] = {
    "**": "^", "·": "*", "⋅": "*", "×": "*", "∗": "*", "−": "-", "–": "-", "÷": "/", "∕": "/",
    "≤": "<=", "≥": ">=", "≠": "!=", "ᵀ": ".T", "⊤": ".T",
}  # fmt: skip
"""Other ways to write a sign."""

BINARY: dict[str, Operator] = {o.sign: o for o in OPERATORS.values() if o.arity == 2 and o.key != "odot"}
BINARY |= {other: BINARY[sign] for other, sign in SPELLINGS.items() if sign in BINARY}
