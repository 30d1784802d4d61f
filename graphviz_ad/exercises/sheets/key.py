"""Field → its right answer as text and as mathematics."""

from __future__ import annotations

from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Field, Formula, Number
from graphviz_ad.language import numbers
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import NAME, VALUE, Tree


def right_text(field: Field, digits: int) -> str:
    """Field → its right answer: a number with that many digits, a formula, or the letter and words of an option."""
    match field.response:
        case Number(right):
            return numbers.number(right, digits)
        case Formula(right):
            return right
        case Choice(options, chosen):
            words = plain(options[chosen].text)
            letter = letter_of(chosen)
            return letter if words in ("", letter) else f"{letter} ({words})"


def right_math(field: Field, digits: int) -> Chain:
    """Field → its right answer as mathematics; of an option its letter."""
    tree = Tree()
    match field.response:
        case Number(right):
            root = tree.add(VALUE, right)
        case Formula(right):
            program = parse_program(right)
            tree, root = program.tree, program.statements[-1].root
        case Choice(_, chosen):
            root = tree.add(NAME, letter_of(chosen))
    return Chain((Expression(tree, root),), ("",), digits)


def letter_of(option: int) -> str:
    """Number of an option, from 0 → its letter, or after Z its number counted from 1."""
    return chr(ord("A") + option) if option < 26 else str(option + 1)
