"""What one notation writes for everything mathematics consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphviz_ad.language import numbers
from graphviz_ad.language.markup import Markup
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.pieces import Beginning, Fence, Mark, Page, Piece, Tall, Writer

Slot = Callable[[Any, int, bool], str]
"""A value that stands in a formula, its level, and whether it is the first → how it is marked."""

_TALL_FORMS = frozenset(("fraction", "root", "cube root", "cases"))
"""Constructs that are higher than a line."""
IN_ARRAY = -1
"""Level of the place of a number among the entries of an array, looser than all others."""
_TALL_SIGNS = frozenset(("sum", "prod", "small sum"))
"""Signs that are higher than a line."""


@dataclass(frozen=True, slots=True, eq=False)  # each is itself, so that what is made of it can be kept
class Dialect:
    """What one notation writes for each kind of node.

    `binary` has what stands between two things by its key, spaces included, `relations` what stands between two sides
    of an equation where that is another; `product` is the sign of a product, `gap` stands for one that has none, and
    `listing` between formulas side by side; `grid` has what stands before, between the cells and the rows of a matrix
    and behind it. `forms` has the texts before, between and behind the parts of a construct.
    `sign_of` writes a sign by its name, `number` the digits of a number, `bound` the text of a sum's bound, `words`
    upright words, by their kind (`markup.Words`). Where constructs are elements, `elements` makes them of the texts of
    their parts, and `page` puts them together. With `slashed` quotients of anything but two numbers stand on a line.
    """

    fences: Mapping[str, Fence]
    write_name: Callable[[str], str]
    write_value: Callable[[Any, int], str]
    derivative: Callable[[str, str], str]
    binary: Mapping[str, str]
    product: str
    mathematics: bool
    relations: Mapping[str, str] = field(default_factory=dict)
    gap: str = ""
    listing: str = ", "
    grid: tuple[str, str, str, str] = ("[", ", ", "; ", "]")
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sign_of: Callable[[str], str] = str
    number: Callable[[str], str] = str
    bound: Callable[[str], str] = str
    words: Callable[[str, str], str] = lambda text, kind: text
    elements: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    page: Callable[[], Writer] = Page
    notations: Mapping[str, Notation] = field(default_factory=dict)
    digits: int = numbers.DEFAULT_DIGITS
    slashed: bool = False
    slot: Slot | None = None
    """A computed number, the level and the tightness of its place → what is written for it, brackets too."""

    def using(self, notations: Mapping[str, Notation], digits: int = numbers.DEFAULT_DIGITS) -> Dialect:
        """The same dialect with ways to write calls, and a number of significant digits."""
        return replace(self, notations=notations, digits=digits)

    def sign(self, name: str) -> str:
        """Name of a sign → its text."""
        written = self.sign_of(name)
        return Tall(written) if name in _TALL_SIGNS else written

    def relation(self, sign: str) -> str:
        """Sign between two sides of an equation → its text, spaces included."""
        return self.relations.get(sign, f" {sign} ")

    def matrix(self, rows: Iterable[Iterable[str]]) -> str:
        """Rows of a matrix, each with the texts of its cells → the matrix."""
        before, column, line, behind = self.grid
        return before + line.join(map(column.join, rows)) + behind

    def form(self, name: str, *parts: list[Piece]) -> list[Piece]:
        """Name of a construct, and its parts → its pieces."""
        tall = name in _TALL_FORMS
        if self.elements:
            inside = (piece for part in parts for piece in (Mark.PART, *part, Mark.END))
            return [Beginning(self.elements[name], tall), *inside, Mark.END]
        first, *texts = self.forms[name]
        pieces: list[Piece] = [Tall(first) if tall else first]
        for part, text in zip(parts, texts, strict=True):
            pieces += [*part, text]
        return pieces

    def spelling(self, name: str, parts: tuple[Markup, ...]) -> str:
        """Name of a construct → the one by which it is written where its last part is a single letter or digit."""
        last = parts[-1]
        short = f"{name} of a letter"
        return short if short in self.forms and isinstance(last, str) and len(last) == 1 and last.isalnum() else name
