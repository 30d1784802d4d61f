"""Text of a cell → its number, or what is wrong with it and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from graphviz_ad.errors import InputError
from graphviz_ad.language.assignments import MINUS, NUMBER, read_value
from graphviz_ad.language.tokens import normalise
from graphviz_ad.source import Source

_DECIMAL_COMMA = re.compile(r"\s*[+-]?(?:[0-9]+,[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
"""A number with one comma, where commas set no columns apart."""
_NUMBER = re.compile(rf"{NUMBER}(?:\s*/\s*{NUMBER})?|[+-]?[0-9]*,[0-9]+")
"""A number as a cell has it: a fraction, or with a comma for the point, too."""
_MISSING = frozenset(("", "na", "n/a", "#n/a", "null", "none", "nil", "-", "--", "?", ".", "欠損", "なし"))
"""What people and programs write where there is no value."""
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
"""What programs write for what is no finite number."""
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[.,' \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
"""A number with signs between its thousands."""
_PERCENT = re.compile(rf"({NUMBER})\s*%")
"""A number with a sign of per cent."""
_MONEY = re.compile(rf"[¥$€£]\s*(?:{NUMBER}|{_THOUSANDS.pattern})|(?:{NUMBER}|{_THOUSANDS.pattern})\s*[¥円$€£元]")
"""A number with the sign of a currency before or behind it."""
_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}(?:[ T].*)?|[0-9]{1,4}年.*|[0-9]{1,2}:[0-9]{2}(?::.*)?")
"""A day, or a time of it."""
_APART = re.compile(rf"{NUMBER}(?:\s+{NUMBER})+")
"""Numbers with nothing but spaces between them."""
_FIRST = ("no", "false", "f", "n", "いいえ", "off", "negative")
"""Words that are 0 where they are one of two labels."""
_WORD = re.compile(r"[^\W\d][\w .-]*")
"""What may be a label of a class: words, no sign."""
_MAX_LABELS = 4
"""Labels that a hint numbers; it ends with … where there may be more."""
_LABELS_SEEN = 2000
"""Rows in which they are looked for."""
_HINT = "write a number as 2, -0.5, 1e-3 or 1/3, or take the whole row out"
"""What to do about a cell that has no number."""


def read(cell: str) -> tuple[float | None, str]:
    """Text → its number as NAME=VALUE reads one; or None, and what is wrong.

    >>> read(" −１.5 "), read("1/4"), read("abc"), read("")
    ((-1.5, ''), (0.25, ''), (None, "'abc' is not a number"), (None, 'this cell is empty'))
    """
    text = normalise(cell).strip()
    if text == "":
        return None, "this cell is empty"
    if _NOT_FINITE.fullmatch(text):
        return None, f"'{text}' is not a finite number"
    try:
        value = read_value(Source(text))
    except InputError as problem:
        return None, problem.message if "too" in problem.message else f"'{_short(text)}' is not a number"
    return (value, "") if isinstance(value, float) else (None, f"'{_short(text)}' is a list, not a number")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]} …"


def has_decimal_comma(cell: str) -> bool:
    """Whether a cell is a number with a comma in place of its point.

    >>> has_decimal_comma("−1,5"), has_decimal_comma("1,234.5"), has_decimal_comma("1.5")
    (True, False, False)
    """
    return _DECIMAL_COMMA.fullmatch(normalise(cell).translate(MINUS)) is not None


def looks_like_number(cell: str) -> bool:
    """Whether a cell is a number in one of the ways people write one, so that it is no name."""
    return _NUMBER.fullmatch(normalise(cell).strip().translate(MINUS)) is not None


def remedy(cell: str, column: Iterable[str]) -> str:
    """What is no number, and the cells of its column → what to do.

    >>> remedy("yes", ["yes", "no", "no"]), remedy("50%", ["50%"])
    ('number the labels from 0: write 0 for no, 1 for yes', 'write it as a share, 0.5, or without %')
    """
    text = normalise(cell).strip()
    if text.casefold() in _MISSING or _NOT_FINITE.fullmatch(text):
        return "write the number, or take the whole row out"
    if _DATE.fullmatch(text):
        return "a date is no number: write one, as the days since the first"
    if match := _PERCENT.fullmatch(text):
        return f"write it as a share, {float(match[1]) / 100:g}, or without %"
    if match := _MONEY.fullmatch(text):
        return "write the number alone, without the sign of the currency"
    if _THOUSANDS.fullmatch(text):
        return "write it without signs between thousands, as in 1234.5"
    if has_decimal_comma(text):
        return f"write it with a decimal point: {text.replace(',', '.')}"
    if _APART.fullmatch(text):
        return "set columns apart by commas, semicolons or tabs"
    others = [normalise(other).strip() for other in islice(column, _LABELS_SEEN)]
    if not _WORD.fullmatch(text) or any(map(looks_like_number, others)):
        return _HINT
    words = dict.fromkeys(word for word in others if _WORD.fullmatch(word))
    labels = sorted(words, key=lambda word: word.casefold() not in _FIRST)
    if text not in labels[:_MAX_LABELS]:
        labels = [text]
    numbered = ", ".join(f"{number} for {_short(word)}" for number, word in enumerate(labels[:_MAX_LABELS]))
    return f"number the labels from 0: write {numbered}{', …' * (len(labels) > _MAX_LABELS or labels == [text])}"
