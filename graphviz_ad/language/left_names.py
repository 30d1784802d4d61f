"""Text of a formula → the names on the left sides of its statements."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens

_LEFT = rf"[ \t]*({tokens.NAME_PATTERN}|d\w+/d\w+)[ \t]*(?::?=(?!=)|<-|[←≔≜≝≈])"
SET_NAME = rf"(?:^|[;\n,]){_LEFT}"
"""A name on the left side of a statement."""
_SET_BEHIND = re.compile(rf"[;\n,]{_LEFT}")
"""The same behind the end of another statement, which is found faster."""
DEFINED_NAME = re.compile(r"(?:^|[;,\n])[ \t]*(\w+['′]*)[ \t]*\([^()=\n]*\)[ \t]*(?::?=(?!=)|[←≔≜≝])")
"""A name of a function on the left side of a statement."""
_DEFINES = re.compile(r"\)[ \t]*(?::?=(?!=)|[←≔≜≝])")
"""The end of it, quickly found."""


def set_names(text: str) -> frozenset[str]:
    """Text of a formula → the names that it gives values to.

    >>> sorted(set_names("a = w*x; b = a"))
    ['a', 'b']
    """
    return frozenset(_SET_BEHIND.findall(f"\n{text}"))


def defined_names(text: str) -> frozenset[str]:
    """Text of a formula → the functions that it defines.

    >>> sorted(defined_names("f(x) = x^2; f(3)"))
    ['f']
    """
    return frozenset(DEFINED_NAME.findall(text)) if _DEFINES.search(text) else frozenset()


BETWEEN_LETTERS = re.compile(r"[\[\], ]+")
"""What stands between letters in square brackets."""
_LETTERED_LEFT = re.compile(
    r"(?m)(?:^|(?<=;))[ \t]*[^\W\d]\w*((?:\[[ ]*[^\W\d_](?:[ ]*,[ ]*[^\W\d_])*[ ]*\])+)[ \t]*(?:=(?!=)|:=|←)"
)
"""A left side with letters as indices."""


def left_letters(text: str) -> frozenset[str]:
    """Formula → the letters in square brackets behind the names of left sides.

    >>> sorted(left_letters("T[t, s] = a[t]*b[s]"))
    ['s', 't']
    """
    sides = _LETTERED_LEFT.findall(text) if "]" in text else ()
    return frozenset(BETWEEN_LETTERS.sub("", "".join(sides)))
