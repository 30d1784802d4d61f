"""What stands below a bracket → a part of its value, or an entry."""

from __future__ import annotations

import re

from graphviz_ad.language.called import Called
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, INDEX, LIST, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.source import Span

PART_BELOW = re.compile(r"_?([₊₋]|(?<=_)[-+−](?![\w(.])|(?<=_)\{[-+−]\})")
"""What stands below a bracket that is the positive or the negative part of a value."""
_LOWER_LETTERS = re.compile(r"_(?:\{[\w, ]+\}|[^\W\d_]+)")
"""The letters below a bracket."""
_ENTRY_BELOW = re.compile(r"_\{?(?:[^\W\d_]|[ijklmnt](?:, ?)?[ijklmnt])\}?")
"""A letter or two below a bracket, which say which entry it is."""


class Lowered(Called):
    """Reads what stands below brackets."""

    def are_numbers(self, word: str) -> bool:
        """Whether each letter of a word is given as a number, so that the word is their product: an beside a and n."""
        return all(self.vocabulary.shapes.get(letter) == () for letter in word)

    def left_out(self, start: int, sign: str) -> None:
        """Read an index that is left out before a comma or behind one, x[,2] and x[1,] of R, as the whole axis; raise
        ParseError for any other value that is missing."""
        frame = self.stack[-1][3] if self.stack else None
        text = self.source.text
        is_behind = sign == "]" and text[:start].rstrip().endswith(",")
        is_before = sign == "," and text[:start].rstrip().endswith("[")
        if frame is None or frame.what != "index" or not (is_behind or is_before):
            self.fail_missing(start, sign)
        self.add(SLICE, "", (), (start, start), start)

    def numbers(self, bounds: tuple[int | None, ...], last: int) -> int:
        """Bounds before the last colon, and the last one → the node of the numbers between them."""
        raise NotImplementedError

    def join(self, frame: OpenBracket, span: Span) -> None:
        """Add what stands between semicolons in square brackets as one array."""
        self.add(CALL, "concat", tuple(frame.items), span, frame.mark)

    def lowered(self, start: int) -> None:
        """Read what stands below a bracket: (x)_+ is max(x, 0), (x)_- is max(-x, 0), (A)_{i,j} is A_{i,j}, and of what
        has no name, as (A x)_i, an index that says no place yet."""
        part = PART_BELOW.match(self.source.text, start)
        value = self.operands[-1]
        if part is not None:
            self.operands.pop()
            span = self.starts[value], part.end()
            if self.tree.kind[value] == LIST and len(self.tree.args[value]) == 1:
                value = self.tree.args[value][0]  # [x]_+
                self.scattered = True
            if part[1].strip("{}") not in "+₊":
                value = self.added(OPERATOR, "neg", (value,), span)
            zero = self.added(NUMBER, 0.0, (), span)
            self.add(CALL, "maximum", (value, zero), span, start)
            self.resume = part.end()
        elif below := _LOWER_LETTERS.match(self.source.text, start):
            tree, name = self.tree, value
            if tree.kind[value] == LIST and len(tree.args[value]) == 1:
                (name,) = tree.args[value]  # [A]_{ij}
                self.scattered = True
            if tree.kind[name] != NAME and _ENTRY_BELOW.fullmatch(below.group()) is not None:
                self.operands.pop()
                entry = self.added(NAME, below.group(), (), (start, below.end()))
                self.add(INDEX, None, (name, entry), (self.starts[value], below.end()), start)
                self.resume = below.end()
                return
            if tree.kind[name] != NAME:
                inside = self.source.text[self.starts[value] : self.stops[value]].strip("([{ })]")
                self.fail(
                    f"'{below.group()}' stands below what is no name", (start, below.end()),
                    f"give it a name first, as in p = {inside}; p{below.group()}",
                )  # fmt: skip
            head = f"{tree.head[name]}{below.group().replace(' ', '')}"
            tree.kind[value], tree.head[value], tree.args[value] = NAME, head, ()
            self.stops[value] = self.resume = below.end()
