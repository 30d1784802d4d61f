"""Pictures and formulas of a presentation → parts put into its file at the end: neither parsed nor packed twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # python-pptx is an extra
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI
    from pptx.package import Package

_FORMULA = re.compile("<mc:AlternateContent .*?</mc:AlternateContent>")
"""A formula, and what a program without Office's mathematics shows: `<mc:AlternateContent …>…`."""
_PLACEHOLDER = re.compile(rb"<!--formula (\d+)-->")
"""The comment that holds its place until the file is written, as `<!--formula 12-->`."""


class DeferredParts:
    """Holds what is only passed on: python-pptx gets a small placeholder for it, and the file the content itself."""

    def __init__(self, taken_names: Iterable[str]) -> None:
        """Names that parts have already → none is deferred yet."""
        self.pictures: dict[str, bytes] = {}
        self._taken_names = frozenset(taken_names)
        self._last_numbers: Counter[str] = Counter()
        self._formula_numbers: dict[str, int] = {}
        self._formulas: list[bytes] = []

    def next_name(self, template: str) -> PackURI:
        """Name of a part with `%d` in it → the next one that no part has.

        That of python-pptx walks all parts for each new one, which takes longer and longer.
        """
        from pptx.opc.packuri import PackURI

        first = self._last_numbers[template] + 1
        number = next(number for number in count(first) if template % number not in self._taken_names)
        self._last_numbers[template] = number
        return PackURI(template % number)

    def picture_part(self, package: Package, data: bytes, suffix: str, content_type: str) -> Part:
        """Bytes of a picture → a part without content, which gets them at the end."""
        from pptx.opc.package import Part

        name = self.next_name(f"/ppt/media/graph%d.{suffix}")
        self.pictures[name[1:]] = data
        return Part(name, content_type, package, b"")

    def defer_formulas(self, shapes: str) -> str:
        """XML of shapes → the same with a comment in place of each formula."""

        def placeholder(formula: re.Match[str]) -> str:
            number = self._formula_numbers.setdefault(formula[0], len(self._formulas))
            if number == len(self._formulas):
                self._formulas.append(formula[0].encode())
            return f"<!--formula {number}-->"

        return _FORMULA.sub(placeholder, shapes)

    def content(self, name: str, part: bytes) -> bytes:
        """Name of a part and what python-pptx wrote of it → its content, with what was deferred."""
        if name in self.pictures:
            return self.pictures[name]
        if not name.startswith("ppt/slides/"):
            return part
        return _PLACEHOLDER.sub(lambda comment: self._formulas[int(comment[1])], part)
