"""Short ways to say how a call is written."""

from __future__ import annotations

from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import POWER, PRODUCT


def applied(latex: str, typst: str, arity: int = 1) -> Notation:
    """A sign for a function in both notations → the sign with its arguments in brackets.

    >>> applied(r"\\sin", "sin").typst
    'sin(#0)'
    """
    slots = ", ".join(f"#{slot}" for slot in range(arity))
    return Notation(rf"{latex}\left({slots}\right)", f"{typst}({slots})")


def word(name: str, arity: int = 1) -> Notation:
    """Name of a function → the name, upright, with its arguments in brackets."""
    return applied(rf"\operatorname{{{name}}}", f'op("{name}")', arity)


def raised(latex: str, typst: str) -> Notation:
    """Templates of a power → a notation that binds as a power does."""
    return Notation(latex, typst, POWER)


def led(latex: str, typst: str) -> Notation:
    """Templates that begin with a big sign, as a sum does → a notation that binds as a product does."""
    return Notation(latex, typst, PRODUCT)
