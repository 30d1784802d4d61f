"""Where in the text something stands, and the line-and-caret excerpt that shows it."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

Span = tuple[int, int]
"""First character of a piece of text, and the one after its last."""

_MAX_COLUMNS = 100
"""Columns of source shown in an excerpt; a longer line is cut around the place."""

_BEFORE_QUOTED = re.compile(r"^(?:[\s$&}]|\\\\|\\begin *\{[a-z]+\*?\})+")
"""What stands before a part of LaTeX and does not belong to it."""
_BEHIND_QUOTED = re.compile(r"(?:[\s$&^_{]|\\\\|\\end *\{[a-z]+\*?\})+$")
"""What stands behind one."""
_GROWING = re.compile(r"\\(left|right)(?![A-Za-z]) *\.?")
"""What makes one of two brackets grow."""


@dataclass(frozen=True, slots=True)
class Source:
    """A formula as its author typed it, with the name to call it by in messages."""

    text: str
    name: str = "formula"

    @property
    def line(self) -> str:
        """The formula on one line."""
        return "; ".join(" ".join(line.split()) for line in self.text.splitlines() if line.strip())

    def quoted(self, span: Span) -> str:
        """Span → what stands there on one line, as a sentence can quote it: without dollar signs and half pairs of
        braces.

        >>> Source(r"$$ y = (X + Y)^{-1} = \\left(\\frac{b}{2}\\right) $$").quoted((7, 16))
        '(X + Y)'
        """
        text = " ".join(self.text[slice(*span)].split())
        text = _BEHIND_QUOTED.sub("", _BEFORE_QUOTED.sub("", text))
        sides = _GROWING.findall(text)
        if sides.count("left") != sides.count("right"):
            text = _GROWING.sub("", text).strip()
        opened = text.count("{") - text.count("}")
        while opened < 0 and text.endswith("}"):
            text, opened = text[:-1], opened + 1
        return text + "}" * opened

    def position(self, offset: int) -> tuple[int, int]:
        """Offset → line and column, both counted from 1."""
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def excerpt(self, span: Span) -> str:
        """Span → the line it starts on, with carets under it.

        >>> print(Source("y = sgimoid(x)").excerpt((4, 11)))
          1 | y = sgimoid(x)
            |     ^^^^^^^
        """
        start, stop = span
        number, column = self.position(start)
        begin = start - (column - 1)
        end = self.text.find("\n", begin)
        end = len(self.text) if end < 0 else end
        stop = max(start + 1, min(stop, end))
        if end - begin > _MAX_COLUMNS:
            left, right = max(begin, start - _MAX_COLUMNS // 2), min(end, start + _MAX_COLUMNS // 2)
            stop = min(stop, right) if right > start else stop
        else:
            left, right = begin, end
        before = ("… " if left > begin else "") + self.text[left:start]
        line = before + self.text[start:right] + (" …" if right < end else "")
        gutter = f"{number:>3} | "
        carets = "^" * max(1, width(self.text[start:stop]))
        return f"{gutter}{_visible(line)}\n    | {' ' * width(before)}{carets}"


def decoded(data: bytes) -> str:
    """Bytes of a file → its text: UTF-8, or UTF-16 where a mark says so, as PowerShell and Notepad write.

    Raises UnicodeDecodeError.

    >>> decoded("w*x".encode("utf-8-sig")), decoded("w*x".encode("utf-16"))
    ('w*x', 'w*x')
    """
    in_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if in_utf_16 else "utf-8-sig")


def _visible(line: str) -> str:
    """A line with tabs as spaces, and � for what a terminal would obey or hide, so that the caret stands right."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if c.isprintable() or unicodedata.combining(c) else " " if c.isspace() else "\ufffd" for c in line)


def width(text: str) -> int:
    """Columns a terminal gives to the text: East Asian wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
