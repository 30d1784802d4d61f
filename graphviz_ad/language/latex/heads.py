"""Left sides in LaTeX that say what is computed in a way of their own, p(x) = … p …, P_k+1 = … → left out, or the name
that they have."""

from __future__ import annotations

import re
from collections.abc import Set

from graphviz_ad.errors import ParseError
from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.tokens import blank
from graphviz_ad.source import Source

_BEGIN = r"(?:(?<=\n)|(?<=[&$;])|(?<=\\\\)|^|(?<=\\begin\{align\})|(?<=\\begin\{aligned\})|(?<=\\begin\{equation\}))"
"""Where a statement begins."""
_EQUALS = r"[ \t]*&?[ \t]*:?=(?!=)"
_CALL = re.compile(rf"{_BEGIN}[ \t]*([A-Za-z])[ \t]*(?:\\left)?\(([^()=\n]*)\){_EQUALS}")
"""A left side that is a letter with brackets behind it: p(x) =."""
_NEXT = re.compile(
    rf"{_BEGIN}[ \t]*((?:\\[A-Za-z]+[ ]*\{{?[ ]*)?[A-Za-z]\}}?)_(?:\{{([a-z])\}}|([a-z]))[ ]*\+[ ]*1{_EQUALS}"
)
"""A left side that is counted without braces: P_k+1 =."""
_COUNTED = re.compile(rf"_(?:\{{[a-z]\}}|[a-z])[ ]*\+[ ]*1{_EQUALS}")
"""The end of one, which is looked for first."""
_ODD_ARGUMENTS = re.compile(
    rf"{_BEGIN}[ \t]*(\\(?:text|mathrm|operatorname|textrm|mathit)[ ]*\{{[^{{}}]*\}})[ \t]*"
    rf"(\((?=[^()=\n]*(?:\\\{{|:))[^()=\n]*\))(?={_EQUALS})"
)
"""The arguments of a word on the left side that are no list of names: cov({x}: j, k) =."""
_IMAGINARY = re.compile(
    r"(?:(?<![A-Za-z\\])e[ ]*\^|\\mathrm[ ]*\{e\}[ ]*\^|\\exp)[ ]*(?:\\left)?[ ]*[{([][^=\n]{0,60}?"
    r"(?<![A-Za-z\\_])([ij])(?![A-Za-z_])"
)
"""A power of e with the letter i or j, that may be the imaginary unit."""


def refuse_imaginary(source: Source, text: str, given: Set[Parts | str]) -> None:
    """Raise ParseError for e^{-2\\pi i k n/N}, where i is no value and no index."""
    power = _IMAGINARY.search(text)
    if power is None or not given:
        return
    letter = power[1]
    at = power.end() - 1
    is_index = re.search(rf"_(?:{letter}|\{{[^{{}}]*(?<![A-Za-z\\]){letter})", text) is not None
    if identity(letter) not in given and not is_index:
        raise ParseError(
            "complex numbers are not computed here", source=source, span=(at, at + 1),
            hint=f"write cos(…) and sin(…) for the two parts of e^({letter}…), or give {letter} a value if it has one",
        )  # fmt: skip


def without_heads(text: str, given: Set[Parts | str]) -> tuple[str, list[str]]:
    """LaTeX, and the names that are given → the same length of text without left sides that are read otherwise than
    they are meant, and the notes that say so."""
    notes: list[str] = []

    def called(head: re.Match[str]) -> str:
        letter, inside = head[1], head[2]
        calls = re.findall(rf"(?<![A-Za-z\\]){letter}[ ]*(?:\\left)?\(", text)
        beside = re.search(rf"(?<![A-Za-z\\{{]){letter}(?![A-Za-z_(]|[ ]*\(|[ ]*\\left)", text[head.end() :])
        if identity(letter) not in given or identity(f"{letter}({inside})") in given or len(calls) > 1 or not beside:
            return head[0]
        notes.append(f"{letter}({inside.strip()}) on the left is another quantity than the {letter} that is given")
        return blank(head[0])

    def counted(head: re.Match[str]) -> str:
        stem, letter = head[1], head[2] or head[3]
        behind = text[head.end() :]
        if f"{stem}_{letter}" not in behind and f"{stem}_{{{letter}}}" not in behind:
            return head[0]
        notes.append(f"{stem}_{letter}+1 on the left is {stem}_{{{letter}+1}}")
        return blank(head[0])

    def named(head: re.Match[str]) -> str:
        return head[0] if text.count(head[1]) > 1 else head[0].replace(head[2], blank(head[2]))

    if any(isinstance(name, str) and f"{name}(" in text for name in given if len(name) == 1):
        text = _CALL.sub(called, text)
    if ":" in text or "(\\{" in text:
        text = _ODD_ARGUMENTS.sub(named, text)
    if _COUNTED.search(text) is not None:
        text = _NEXT.sub(counted, text)
    return text, notes
