"""Field → its right answer as text."""

from __future__ import annotations

from graphviz_ad.exercises.model import Choice, Field, Formula, Number
from graphviz_ad.explain.phrase import plain
from graphviz_ad.language import numbers


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


def letter_of(option: int) -> str:
    """Number of an option, from 0 → its letter."""
    return chr(ord("A") + option)
