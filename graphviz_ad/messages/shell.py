"""Words → the command line that a person types or pastes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

_PLAIN = re.compile(r"[\w%+=:./-]+")
"""A word that no shell changes."""
_EXPANDED = set('"$`\\!')
"""Signs that mean something also between double quotes, in one shell or another."""


def shell_line(words: Sequence[str]) -> str:
    """Words → a command line for the shells of Linux and macOS, for PowerShell and for cmd.exe, where that is possible.

    All of them take double quotes, cmd.exe no others; PowerShell makes several words of one with commas, and zsh looks
    for files where there are brackets.

    >>> shell_line(["draw", "L = (w*x - y)^2", "x=[1, 2]", "w=2"]), shell_line([r"\\sigma(x)"])
    ('draw "L = (w*x - y)^2" "x=[1, 2]" w=2', "'\\\\sigma(x)'")
    """
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return f'"{word}"' if not set(word) & _EXPANDED else shlex.quote(word)
