"""Sign or name of an operation → how a call of it is written."""

from __future__ import annotations

from graphviz_ad.language import markup
from graphviz_ad.language.markup import (
    ALL,
    Argument,
    Form,
    Infix,
    Markup,
    MoreOptions,
    OptionValue,
    WithOptions,
    Words,
    parenthesised,
)
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.operators import POWER, PRODUCT

BOUNDS: Markup = ("[", OptionValue("lo"), ", ", OptionValue("hi"), "]")
"""An interval whose ends are options."""


def applied(sign: Markup, arity: int = 1, below: Markup | None = None) -> Notation:
    """A sign for a function → the sign with its options below it and its arguments in brackets.

    `below` is what stands below it before the options that have no place there.
    """
    slots = [part for slot in range(arity) for part in (", ", Argument(slot))][1:]
    whole = WithOptions(sign) if below is None else markup.below(sign, (below, MoreOptions()))
    return Notation((whole, parenthesised(tuple(slots))))


def function(name: str) -> Words:
    """Name of a function → the name, upright."""
    return Words(name, "function")


def word(name: str, arity: int = 1, below: Markup | None = None) -> Notation:
    """Name of a function → the name, upright, with its options below it and its arguments in brackets."""
    return applied(function(name), arity, below)


def joined(name: str) -> Notation:
    """Name of a function of any number of values → the same for it."""
    return Notation((WithOptions(function(name)), parenthesised(ALL)))


def raised(base: Markup, exponent: Markup) -> Notation:
    """A power → a notation that binds as one does."""
    return Notation(markup.power(base, exponent), POWER)


def led(*parts: Markup) -> Notation:
    """What begins with a big sign, as a sum does → a notation that binds as a product does."""
    return Notation(parts, PRODUCT)


def transposed(base: Markup) -> Form:
    """A matrix → its transpose."""
    return Form("transpose", (base,))


def entry(base: Markup, index: Markup) -> Form:
    """An array and a letter → the entry at that place."""
    return Form("entry", (base, index))


def equation(option: str) -> Markup:
    """Option with the name of a letter → that it equals its value."""
    return option, Infix("=="), OptionValue(option)
