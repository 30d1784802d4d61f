"""JavaScript → the same without comments, indentation and spaces that mean nothing; lines end where blocks do."""

from __future__ import annotations

import re
from functools import cache

_SKIPPED = re.compile(r"[ \t]+|//[^\n]*|/\*.*?\*/", re.DOTALL)
"""Spaces and comments."""
_STRING = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"")
"""A string in quotes, on one line."""
_PATTERN = re.compile(r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
"""A regular expression."""
_TEMPLATE_TEXT = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*", re.DOTALL)
"""What stands in a template literal up to its end or its next `${`."""
_WORD = re.compile(r"[\w$]+")
"""A name, a keyword or a number."""
_BEFORE_PATTERN = frozenset("(,=:[!&|?{};\n+-*>") | {"", "return", "typeof", "case", "in", "of"}
"""What a regular expression stands behind, where a slash divides behind anything else."""
_JOINED = re.compile(r"[\w$] [\w$]|\+ \+|- -|/ /|\d \.")
"""Where a space tells two signs apart."""


@cache
def minified(script: str) -> str:
    """Script → the shorter one.

    >>> minified('const x = 1 + +y; // why\\nf(`${a ? `b = ${c}` : ""} d`, "e  f");\\n\\n  return /a b/.test(x) / 2;')
    'const x=1+ +y;f(`${a?`b = ${c}`:""} d`,"e  f");return/a b/.test(x)/2;'
    """
    pieces = _pieces(script)
    out: list[str] = []
    is_spaced = False
    for piece in pieces:
        if piece == " ":
            is_spaced = True
            continue
        if piece == "\n" and (not out or out[-1] in "\n{," or (out[-2:] != ["}", ";"] and out[-1] == ";")):
            is_spaced = False
            continue
        if is_spaced and out and _JOINED.fullmatch(f"{out[-1][-1]} {piece[0]}"):
            out.append(" ")
        out.append(piece)
        is_spaced = False
    return "".join(out)


def _pieces(script: str) -> list[str]:
    """Script → words, strings, regular expressions, other signs one by one, `\\n`, and " " for what is skipped."""
    pieces: list[str] = []
    at, last, depths = 0, "", list[int]()  # of braces within each `${` that is open
    while at < len(script):
        if match := _SKIPPED.match(script, at):
            pieces.append(" ")
            at = match.end()
            continue
        sign = script[at]
        match = _STRING.match(script, at) or _WORD.match(script, at)
        if not match and sign == "/" and last in _BEFORE_PATTERN:
            match = _PATTERN.match(script, at)
        if sign == "`" or (sign == "}" and depths and depths[-1] == 0):
            depths[-1:] = [] if sign == "}" else depths[-1:]
            end = _text_end(script, at + 1)
            depths += [0] if script[end] == "$" else []
            piece = script[at : end + (2 if script[end] == "$" else 1)]
        else:
            piece = match[0] if match else sign
            if depths and piece in "{}":
                depths[-1] += 1 if piece == "{" else -1
        pieces.append(piece)
        at, last = at + len(piece), piece if len(piece) == 1 or piece.isalnum() else piece[-1]
    return pieces


def _text_end(script: str, at: int) -> int:
    """Script and a place in a template literal → where its text ends, at ` or $."""
    match = _TEMPLATE_TEXT.match(script, at)
    assert match is not None
    return match.end()
