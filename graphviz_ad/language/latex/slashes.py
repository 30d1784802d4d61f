"""Quotients with a slash in LaTeX: what stands right behind it, E/kT and x/2\\sigma → plain notation."""

from __future__ import annotations

import re

from graphviz_ad.language.latex.labels import Task
from graphviz_ad.language.latex.moments import Moments
from graphviz_ad.language.names import identity

BELOW_SLASH = re.compile(
    r"[0-9][mMnN](?![A-Za-z_^'(\[])(?=[\s})]*(?:\\(?:right|times|cdot|,|;|!|quad))*[\s})*·]*(?:\\left)?\\(?:sum|\||l?Vert|norm))"
    r"|(?<![ (=+-]1/)[0-9]\\sigma *(?=\^ *(?:2|\{ *2 *\}))"
)
"""Below a slash, a digit and what it multiplies: the 2m of 1/2m \\sum, the 2\\sigma^2 of (x - \\mu)^2/2\\sigma^2."""


class Slashes(Moments):
    """Reads what stands below a slash."""

    def quotient(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A slash → where to go on, and its tasks; names beside each other behind it are one value, as in plain text:
        E/kT is E/(k T)."""
        place, first = self.starts[at], self.skip_blanks(at + 1)
        end, names = first, 0
        if (count := BELOW_SLASH.match(self.source.text, self.starts[first] if first < stop else place)) is not None:
            end, names = self.script_ranges(first + 2, stop)[2], 2
        while (
            count is None
            and (names == 0 or self.is_beside(end, stop))
            and (after := self.name_end(end, stop)) is not None
        ):
            end, names = after, names + 1
        if names > 1:
            below = self.source.text[self.starts[first] : self.stops[end - 1]]
            self.notes[f"/{below} is read as /({below})"] = None
            return end, [("/{", place), (first, end, ""), ("}", self.starts[end - 1])]
        if names == 0:
            self.note_product(first, stop)
        return at + 1, [("/", place)]

    def is_beside(self, at: int, stop: int) -> bool:
        """Whether a token stands right behind the one before it."""
        return at < stop and self.starts[at] == self.stops[at - 1]

    def name_end(self, at: int, stop: int) -> int | None:
        """Where a name with its scripts ends; None where there is none, or what begins a call, d w or a power of e."""
        if not self.is_letter(at, stop):
            return None
        word, end = self.word(at, stop) if self.tokens[at].kind == "letter" else self.symbol(at, stop)
        if (word in ("d", "e") and identity(word) not in self.given) or (self.is_function(word) and len(word) > 1):
            return None
        end = self.script_ranges(end, stop)[2]
        return None if end < stop and self.opens(end) else end

    def note_product(self, first: int, stop: int) -> None:
        """Note how 1/2\\sigma and 1/\\sqrt{2}\\sigma are read, where a value stands right behind the number or root."""
        token = self.tokens[first] if first < stop else None
        if token is None or (token.kind != "number" and token.text != "sqrt"):
            return
        end = first + 1 if token.kind == "number" else self.argument(first + 1, first)[2]
        end = self.script_ranges(end, stop)[2]
        if self.is_beside(end, stop) and (self.is_letter(end, stop) or self.tokens[end].text == "sqrt"):
            text = self.source.text
            below, beside = text[self.starts[first] : self.stops[end - 1]], text[self.starts[end] : self.stops[end]]
            self.notes[
                f"/{below}{beside}… is read as (…/{below}){beside}…; write /({below}{beside}…) for the other reading"
            ] = None
