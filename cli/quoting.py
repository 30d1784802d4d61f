"""A command line of which a shell made something else than was meant → what went wrong, and what to type."""

from __future__ import annotations

from collections.abc import Sequence

_QUOTES = {"'": "'", "‘": "’", "“": "”", "„": "“", "`": "`"}
"""Quotes that some shell hands on as characters: ' in Windows' cmd.exe, curly ones of a text processor everywhere."""


def unquoted(argument: str) -> str:
    """Argument → the same without the single or double quotes round it, which cmd.exe or PowerShell hand on.

    >>> unquoted("'@line.csv'"), unquoted('"@line.csv"'), unquoted("x'")
    ('@line.csv', '@line.csv', "x'")
    """
    if len(argument) > 2 and argument[0] == argument[-1] and argument[0] in "'\"":
        return argument[1:-1]
    return argument


def file_of(argument: str) -> str | None:
    """@FILE or file:FILE, perhaps in quotes → FILE; None for any other argument.

    >>> file_of("@line.csv"), file_of("file:line.csv"), file_of("'@line.csv'"), file_of("x=1")
    ('line.csv', 'line.csv', 'line.csv', None)
    """
    bare = unquoted(argument)
    for sign in ("@", "file:"):
        if bare.startswith(sign):
            return bare.removeprefix(sign)
    return None


def torn(arguments: Sequence[str]) -> tuple[str, str] | None:
    """Arguments that were not understood → what the shell did to them, and the command to type; None if nothing.

    >>> torn(["draw", "'a", "=", "w*x'", "w=2"])[1]
    'use double quotes: graphviz-ad draw "a = w*x" w=2'
    """
    for start, argument in enumerate(arguments):
        end = _QUOTES.get(argument[:1])
        last = next((k for k in range(start, len(arguments)) if end and _ends(arguments[k], end, k == start)), None)
        is_value = start > 0 and arguments[start - 1].startswith("-") and arguments[start - 1] != "--"
        if end is None or last is None or is_value:  # an option's value, as a title, may well begin with a quote
            continue
        inside = " ".join(arguments[start : last + 1])[1:-1]
        kind = "single" if argument[0] == "'" else "curly" if argument[0] != "`" else "slanted"
        others = [f'"{word}"' if " " in word else word for word in (*arguments[:start], *arguments[last + 1 :])]
        command = " ".join(["graphviz-ad", *others[:start], f'"{inside}"', *others[start:]])
        where = ", as they do in Windows' cmd.exe" if kind == "single" else ""
        return (
            f"the {kind} quotes round '{inside}' came here as letters{where}",
            f"use double quotes: {command}",
        )
    return None


def _ends(argument: str, quote: str, same: bool) -> bool:
    """Whether an argument ends in the quote; one that also begins with it has a second."""
    return argument.endswith(quote) and (not same or len(argument) > 2)
