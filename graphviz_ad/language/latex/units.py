"""Units of measurement behind numbers, as eV and m/s^2: which texts are one."""

from __future__ import annotations

import re

_PREFIX = r"(?:da|[GMkhdcmnpfT]|µ|μ|\\mu )?"
_UNIT = (
    rf"(?:{_PREFIX}(?:eV|Hz|kg|mol|Pa|rad|bar|cal|Wh|g|m|s|J|N|W|V|A|K|C|T|F|H|L|l|Ω|\\Omega)|dB|min|h|°C|°|%|bit|bits)"
)
_RAISED = r"(?:\^?(?:\{?[-−]?\d\}?|²|³))?"
_UNITS = re.compile(rf"{_UNIT}{_RAISED}(?:(?:[/·. ]|\\cdot|\\[,;: ]|~)*{_UNIT}{_RAISED})*")
"""Units, their powers and products: m/s^2, kg\\,m^{-3}."""


def is_unit(text: str) -> bool:
    """Whether what stands in \\text{…} behind a number is a unit.

    >>> is_unit("eV"), is_unit(" m/s^2"), is_unit("kg\\\\,m^{-3}"), is_unit("loss")
    (True, True, True, False)
    """
    return _UNITS.fullmatch(text.strip(" ()[]")) is not None
