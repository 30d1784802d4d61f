"""An answer as written and the right number → the slip of the pen between them, if it is one."""

from __future__ import annotations

from typing import Literal

from graphviz_ad.exercises.marking.answers import LIMITS as _LIMITS

SlipOfPen = Literal["sign", "point", "digit", "exchanged"]
"""A wrong sign, a moved point, one wrong digit, two digits beside each other exchanged."""
_POWERS = (-3, -2, -1, 1, 2, 3)
"""Of ten, by which a point is moved."""
_FEWEST_DIGITS = 3
"""Digits from which one that differs says something: any number of one digit differs in one."""


def digits_of(text: str) -> int:
    """Answer as written → its significant digits; 0 where it is no plain decimal number."""
    if len(text) > _LIMITS.length or not text.lstrip("+-−").replace(".", "", 1).isdecimal():
        return 0
    return len(text.lstrip("+-−").replace(".", "").lstrip("0"))


def places_of(text: str) -> int:
    """Answer as written → its places behind the point."""
    return len(text.partition(".")[2])


def slip_of_pen(text: str, answer: float, right: float, reach: float) -> SlipOfPen | None:
    """Answer as written, its number, the right one and how far off that may be → the slip, None where it is none.

    >>> slip_of_pen("1.352", 1.352, 1.532, 0.01), slip_of_pen("-12", -12.0, 12.0, 0.1)
    ('exchanged', 'sign')
    """
    if abs(answer + right) <= reach:
        return "sign"
    if any(abs(answer * 10.0**power - right) <= reach for power in _POWERS):
        return "point"
    if digits_of(text) < _FEWEST_DIGITS or answer * right < 0:
        return None
    plain = text.lstrip("+-−")
    decimals = len(plain.partition(".")[2])
    expected = f"{abs(right):.{decimals}f}"
    if len(plain) != len(expected):
        return None
    differ = [n for n, (own, other) in enumerate(zip(plain, expected, strict=True)) if own != other]
    if len(differ) == 1:
        return "digit"
    if len(differ) == 2 and plain[differ[0]] == expected[differ[1]] and plain[differ[1]] == expected[differ[0]]:
        return "exchanged"
    return None
