"""N(d_1) of prices of options → the distribution function of the standard normal distribution, N'(d_1) its density."""

from __future__ import annotations

import re

_OPERATIONS = {"N": "normal_cdf", "𝒩": "normal_cdf", "N'": "normal_cdf'", "n": "normal_pdf"}
"""Names before such a bracket → the operations."""
_ARGUMENT = r"\([ \t]*[-−]?[ \t]*d(?:[12₁₂+₊₋±-]|_(?:[12+-]|\{[12+-]\}))?[ \t]*\)"
"""The argument in brackets: (d_1), (-d2)."""
_CALLS = {
    name: (re.compile(rf"(?<![\w.]){name}[ \t]*\("), re.compile(rf"(?<![\w.]){name}[ \t]*{_ARGUMENT}"))
    for name in _OPERATIONS
}
"""Names → their calls, and those with such an argument."""


def distribution(name: str, text: str) -> str | None:
    """Name that has no value, and the formula → the operation that it is where each of its brackets has such an
    argument; None for others.

    >>> distribution("N", "S N(d_1) - K N(d_2)"), distribution("N", "N(x)")
    ('normal_cdf', None)
    """
    if name not in _OPERATIONS or "d" not in text:
        return None
    called, of_prices = _CALLS[name]
    count = len(called.findall(text))
    return _OPERATIONS[name] if 0 < count == len(of_prices.findall(text)) else None
