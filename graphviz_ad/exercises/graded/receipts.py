"""What a graded page saves → its receipt, by which a student and a course see that they have the same answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

SCHEMA = "graphviz-ad/answers/1"
"""Name and version of the format, in every answer file: what changes its meaning gets a new number."""

_GROUPS, _GROUP_DIGITS = 3, 4
"""Hexadecimal digits of a receipt: 48 bits, which are read aloud and which nobody hits by chance."""


def receipt_of(
    sheet: str, student: str, ident: str, saved: str, attempt: int, *, decimal_comma: bool, answers: Mapping[str, str]
) -> str:
    """What is in an answer file → its receipt, as the page's script has it.

    >>> receipt_of("1 abcdef", "Ada", "", "2026-11-27T12:00:00Z", 1, decimal_comma=False, answers={"q1": "1/2"})
    '0EFF-9F2C-F358'
    """
    lines = [f"{name}={answers[name]}" for name in sorted(answers)]
    text = "\n".join([sheet, student, ident, saved, str(attempt), str(int(decimal_comma)), *lines])
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest().upper()
    return "-".join(digits[at : at + _GROUP_DIGITS] for at in range(0, _GROUPS * _GROUP_DIGITS, _GROUP_DIGITS))
