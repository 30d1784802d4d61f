"""Mathematics as data: what is set, from which each dialect makes its own spelling.

A `str` is a sign by its name: a letter, a digit, `"sigma"`, `"+"`, `"·"`; a tuple is several things side by side. The
rest are the classes below. Operations say so how they are written and what stands in their nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Form:
    """A construct with its parts, by its name among those of a `Dialect`: ("fraction", above, below)."""

    name: str
    parts: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Fenced:
    """What is in brackets, which grow with it; `fence` is one of a `Dialect`: "(", "[", "|", "‖", "⌊", "⌈", "⌊⌉"."""

    fence: str
    inside: Markup


@dataclass(frozen=True, slots=True)
class Words:
    """Upright words: the name of a function, a label at a sign, or text."""

    text: str
    kind: Literal["function", "label", "text"] = "text"


@dataclass(frozen=True, slots=True)
class Infix:
    """A sign between two things, with its spaces, by its key among `Dialect.binary`."""

    key: str


@dataclass(frozen=True, slots=True)
class Argument:
    """Place of an argument of a call: as it is, a condition, or in brackets.

    An atom is in brackets where it is more than a single sign, a factor where it is a product or a sum, a term where it
    is a sum.
    """

    slot: int
    kind: Literal["whole", "atom", "factor", "term", "condition"] = "whole"


@dataclass(frozen=True, slots=True)
class Arguments:
    """Place of all arguments, with commas between them."""


@dataclass(frozen=True, slots=True)
class OptionValue:
    """Place of an option's value, given or not; `less` puts a minus before it, and nothing where it is 0."""

    name: str
    less: bool = False


@dataclass(frozen=True, slots=True)
class MoreOptions:
    """Behind what stands below a sign: a comma, and the options that were given and have no place of their own."""


@dataclass(frozen=True, slots=True)
class WithOptions:
    """A sign, and below it the options that were given and have no place of their own; nothing where there are none.

    Those that `first` names come first, and without their name.
    """

    base: Markup
    first: tuple[str, ...] = ()


Markup: TypeAlias = (
    "str | tuple[Markup, ...] | Form | Fenced | Words | Infix | Argument | Arguments | OptionValue | MoreOptions"
    " | WithOptions"
)

X, Y = Argument(0), Argument(1)
X_ATOM, Y_ATOM = Argument(0, "atom"), Argument(1, "atom")
X_FACTOR, Y_FACTOR = Argument(0, "factor"), Argument(1, "factor")
X_TERM = Argument(0, "term")
ALL = Arguments()
"""All arguments of an operation, as in max(x, y, z)."""
PLACE = "·"
"""What stands in a node's sign for the argument."""


def fraction(above: Markup, below: Markup) -> Form:
    """One thing over another."""
    return Form("fraction", (above, below))


def power(base: Markup, exponent: Markup) -> Form:
    """A power, or anything else that is raised."""
    return Form("power", (base, exponent))


def below(base: Markup, index: Markup) -> Form:
    """A sign with what stands below it."""
    return Form("below", (base, index))


def root(inside: Markup) -> Form:
    """A square root."""
    return Form("root", (inside,))


def parenthesised(inside: Markup) -> Fenced:
    """Something in round brackets."""
    return Fenced("(", inside)


def parts_of(markup: Markup) -> Iterator[Markup]:
    """Markup → what it consists of, itself first."""
    yield markup
    match markup:
        case tuple():
            inside = markup
        case Form(parts=parts):
            inside = parts
        case Fenced(inside=content) | WithOptions(base=content):
            inside = (content,)
        case _:
            inside = ()
    for part in inside:
        yield from parts_of(part)


def renamed(markup: Markup, name: str) -> Markup | None:
    """Markup that begins with the name of a function → the same with another; None for one that begins otherwise."""
    match markup:
        case Words(kind="function"):
            return Words(name, "function")
        case (first, *rest) if not isinstance(markup, str):
            changed = renamed(first, name)
            return None if changed is None else (changed, *rest)
        case Form(name="below" | "power", parts=(first, *rest)):
            changed = renamed(first, name)
            return None if changed is None else replace(markup, parts=(changed, *rest))
        case WithOptions(base=first):
            changed = renamed(first, name)
            return None if changed is None else replace(markup, base=changed)
    return None
