"""Formulas of spreadsheets: their order of signs, ranges of cells and functions → what formulas have for them."""

from __future__ import annotations

import re
from functools import cached_property

from graphviz_ad.language.operators import POSTFIX, SIGN
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, LIST, NAME, OPERATOR
from graphviz_ad.language.vocabulary import EMPTY, LOG_NOTE
from graphviz_ad.language.worded import Worded
from graphviz_ad.source import Span

Placed = tuple[int, Span]
"""A node and its place in the text."""

_WORD = re.compile(r"(?<![\w.])[^\W\d][\w.]*(?!\w)[ \t]*\(?")
"""A name, and the bracket of its call."""
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
"""A cell: A1."""
_RANGE_END = re.compile(r":[ \t]*([A-Z]{1,3})([0-9]+)(?!\w)")
"""What stands behind the first cell of a range: the :B3 of A1:B3."""
_MINUS_OF_POWER = re.compile(r"[-−][ \t]*(?:\w+|\([^()]*\))[ \t]*\^")
"""A minus before a power."""
_CHAIN_OF_POWERS = re.compile(r"\^[ \t]*[\w.]+[ \t]*\^")
"""A power whose exponent has a power."""
_MAX_CELLS = 64
"""Cells of a range that is written out."""
_OF_ALL = frozenset((
    "SUM", "AVERAGE", "PRODUCT", "MAX", "MIN", "VAR", "STDEV", "SUMSQ", "COUNT", "GEOMEAN", "HARMEAN", "AVEDEV",
    "DEVSQ", "STDEVP", "VARP",
))  # fmt: skip
"""Functions of all cells and numbers among their arguments."""


def _column(letters: str) -> int:
    """Letters of a column → its number, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    """Number of a column → its letters."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Sheets(Worded):
    """Reads what begins with "=" and has cells for names."""

    @cached_property
    def is_sheet(self) -> bool:
        """Whether the formula is one of a spreadsheet."""
        text = self.plain.lstrip()
        if self.vocabulary is EMPTY or text[:1] != "=":
            return False
        names = [word for word in _WORD.findall(text) if word[-1] != "("]
        self.left_powers = bool(names) and all(_CELL.fullmatch(name.strip()) for name in names)
        if self.left_powers and _CHAIN_OF_POWERS.search(text):
            self.notes["A^B^C is (A^B)^C, as spreadsheets have it"] = None
        return self.left_powers

    def minus(self, start: int) -> None:
        """Read a minus before a value, which in a spreadsheet binds tighter than a power: -A1^2 is (-A1)^2."""
        if self.is_sheet and _MINUS_OF_POWER.match(self.source.text, start):
            self.notes["-A^2 is (-A)^2, as spreadsheets have it; for -(A^2) write 0-A^2"] = None
        self.stack.append((POSTFIX if self.is_sheet else SIGN, "neg", start, None))

    def colon(self, start: int, want: bool) -> bool:
        """Read A1:B3 as the array that is given for it, or the list of its cells; any other colon ends a bound of a
        slice."""
        end = _RANGE_END.match(self.source.text, start) if self.is_sheet and not want else None
        first = _CELL.fullmatch(str(self.tree.head[self.operands[-1]])) if end and self.operands else None
        if end is None or first is None:
            return super().colon(start, want)
        node = self.operands.pop()
        span = self.starts[node], end.end()
        written = f"{first[0]}:{end[1]}{end[2]}"
        if written in self.vocabulary.values:
            self.add(NAME, written, (), span, span[0])
            self.resume, self.scattered = end.end(), True
            return False
        columns = range(_column(first[1]), _column(end[1]) + 1)
        rows = range(int(first[2]), int(end[2]) + 1)
        if not 0 < len(columns) * len(rows) <= _MAX_CELLS:
            self.fail(
                f"a range of {len(columns) * len(rows)} cells is not read", span,
                f"ranges have 1 to {_MAX_CELLS} cells; for more give an array a name, as in sum(x)",
            )  # fmt: skip
        lines = [[self.added(NAME, f"{_letters(column)}{row}", (), span) for column in columns] for row in rows]
        if len(columns) == 1:
            lines = [[cell for (cell,) in lines]]
        parts = lines[0] if len(lines) == 1 else [self.added(LIST, None, tuple(line), span) for line in lines]
        self.add(LIST, None, tuple(parts), span, span[0])
        self.resume, self.scattered = end.end(), True
        return False

    def call(self, frame: OpenBracket, span: tuple[int, int]) -> None:
        """Add a complete call as the latest operand, one of a spreadsheet's functions as what it is."""
        if frame.head in ("π", "pi") and not frame.items:  # PI(), Octave's pi()
            self.add(NAME, "π", (), span, frame.start)
            return
        if not self.is_sheet or not frame.items:
            super().call(frame, span)
            return
        items, head = frame.items, self.source.text[frame.start : frame.mark].strip()
        lists = [self.tree.kind[item] == LIST for item in items]
        arrays = [item for item in items if self.tree.kind[item] == NAME and ":" in str(self.tree.head[item])]
        if arrays and head in _OF_ALL and len(items) > 1:
            written = self.source.text[slice(*self.span(arrays[0]))]
            hint = f"write {head}(…) of each, or give values for single cells"
            self.fail(f"{written} is one array, which is not put together with others", self.span(arrays[0]), hint)
        if head in _OF_ALL and len(items) > 1 and (any(lists) or head not in ("MAX", "MIN")):
            items[:] = [self.added(LIST, None, tuple(self.cells(items)), span)]
        if head in ("SUMSQ", "SUMXMY2"):
            value = items[0] if head == "SUMSQ" else self.added(OPERATOR, "-", (items[0], items[1]), span)
            frame.head, items[:] = "sum", [self.added(CALL, "square", (value,), span)]
        elif head == "COUNT":
            frame.head = "size"
        elif head == "SUMPRODUCT" and len(items) == 1:
            frame.head = "sum"
        elif head == "LOG" and len(items) == 2:
            self.notes.pop(LOG_NOTE, None)
            self.logarithm(frame.start, span, (items[0], span), (items[1], span))
            return
        super().call(frame, span)

    def logarithm(self, mark: int, span: Span, number: Placed, base: Placed) -> None:
        """Add a logarithm to a base as the latest operand, log(number)/log(base), each with the place it has."""
        above, below = (self.added(CALL, "log", (node,), place) for node, place in (number, base))
        self.add(OPERATOR, "/", (above, below), span, mark)

    def cells(self, items: list[int]) -> list[int]:
        """Arguments → all cells and numbers in them."""
        cells, stack = [], items[::-1]
        while stack:
            node = stack.pop()
            if self.tree.kind[node] == LIST:
                stack.extend(reversed(self.tree.args[node]))
            else:
                cells.append(node)
        return cells
