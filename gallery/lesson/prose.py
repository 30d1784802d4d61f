"""Text of a section → its prose, and the numbers in it that someone typed where the number of a run belongs."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^```(?:\{([\w-]+)\}[^\n]*)?\n?(.*?)^```$", re.DOTALL | re.MULTILINE)
_CAPTION = re.compile(r"^:caption: (.*)$", re.MULTILINE)
_OPTION = re.compile(r"^:[\w-]+:.*$", re.MULTILINE)
_QUIET = re.compile(r"\{\{.*?\}\}|`[^`]*`", re.DOTALL)
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
_ONLY_A_NUMBER = re.compile(r"\$+\s*(?:=|\\approx)?\s*-?\d+(?:\.\d+)?(?:\s*\\(?:times|cdot).*)?\s*\$+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\s*(?:%|×))?")
_SPOKEN = {"run-figure", "exercise"}
"""Directives whose content is prose."""
GIVEN = frozenset(
    {
        *("16", "32", "64", "256"),  # sizes of batches, and how many points there are
        *("31", "33"),  # neighbours of a power of two
        *("21", "40"),  # epochs over which the excess is the mean, and where the outlier is put
        *("10", "20", "30", "50", "100", "200"),  # round numbers that a text counts in
    }
)
"""Numbers of two digits and more that a text chooses, and no run gives."""


def prose(text: str) -> str:
    """Text of a section → what a reader reads as words: without code, formulas and names of numbers."""

    def spoken(fence: re.Match[str]) -> str:
        name, content = fence[1], fence[2]
        sentences = [content] if name in _SPOKEN else []
        return "\n".join([*_CAPTION.findall(content), *(_OPTION.sub("", words) for words in sentences)])

    words = _QUIET.sub(" ", _FENCE.sub(spoken, text))
    return _MATH.sub(lambda math: math[0] if _ONLY_A_NUMBER.fullmatch(math[0]) else " ", words)


def typed(text: str) -> list[str]:
    """Text of a section → the numbers in its prose that no run gave: decimals, per cents, and long ones.

    >>> typed("It falls to 0.25 after {{ updates }} updates of $\\\\eta = 0.1$, 256 points, $0.71$.")
    ['0.25', '0.71']
    """
    return [number for number in _NUMBER.findall(prose(text)) if len(number) > 1 and number not in GIVEN]


def names(text: str) -> set[str]:
    """Text of a section → the names of the numbers in it."""
    return set(re.findall(r"\{\{\s*(\w+)\s*\}\}", text))
