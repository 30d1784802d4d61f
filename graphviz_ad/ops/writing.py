"""Sign or name of an operation → how a call of it is written."""

from __future__ import annotations

from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import POWER, PRODUCT


def applied(latex: str, typst: str, arity: int = 1, below: str | tuple[str, str] = "") -> Notation:
    """A sign for a function in both notations → the sign with its options below it and its arguments in brackets.

    `below` is what stands below it, in both notations alike or in each, before the options that have no place there.

    >>> applied(r"\\sin", "sin").typst
    'sin#{_}(#0)'
    """
    slots = ", ".join(f"#{slot}" for slot in range(arity))
    if not below:
        return Notation(rf"{latex}#{{_}}\left({slots}\right)", f"{typst}#{{_}}({slots})")
    in_latex, in_typst = (below, below) if isinstance(below, str) else below
    return Notation(rf"{latex}_{{{in_latex}#{{,}}}}\left({slots}\right)", f"{typst}_({in_typst}#{{,}})({slots})")


def word(name: str, arity: int = 1, below: str | tuple[str, str] = "") -> Notation:
    """Name of a function → the name, upright, with its options below it and its arguments in brackets."""
    return applied(rf"\operatorname{{{escaped(name)}}}", f'op("{name}")', arity, below)


def joined(name: str) -> Notation:
    """Name of a function of any number of values → the same for it."""
    latex = rf"\operatorname{{{escaped(name)}}}#{{_}}\left(#*\right)"
    return Notation(latex, f'op("{name}")#{{_}}(#*)')


def escaped(name: str) -> str:
    """Name → as it stands in LaTeX."""
    return name.replace("_", r"\_")


def raised(latex: str, typst: str) -> Notation:
    """Templates of a power → a notation that binds as a power does."""
    return Notation(latex, typst, POWER)


def led(latex: str, typst: str) -> Notation:
    """Templates that begin with a big sign, as a sum does → a notation that binds as a product does."""
    return Notation(latex, typst, PRODUCT)
