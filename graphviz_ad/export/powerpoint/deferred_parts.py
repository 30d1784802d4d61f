"""Large contents of a presentation, put into its file at the very end: neither parsed nor packed twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import count
from typing import Any

_FORMULA = re.compile("<mc:AlternateContent .*?</mc:AlternateContent>")
_PLACE = re.compile(rb"<!--formula (\d+)-->")


class Late:
    """What is only passed on: python-pptx gets something small in its place, and the file what was meant."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.media: dict[str, bytes] = {}
        self._taken = frozenset(taken)
        self._last: Counter[str] = Counter()
        self._numbers: dict[str, int] = {}
        self._formulas: list[bytes] = []

    def name(self, template: str) -> Any:
        """Name of a part with `%d` in it → the next one that no part has.

        That of python-pptx walks all parts for each new one, which takes longer and longer.
        """
        from pptx.opc.packuri import PackURI

        for number in count(self._last[template] + 1):
            if (name := template % number) not in self._taken:
                self._last[template] = number
                return PackURI(name)

    def part(self, package: Any, data: bytes, suffix: str, kind: str) -> Any:
        """A picture → its part."""
        from pptx.opc.package import Part

        name = self.name(f"/ppt/media/graph%d.{suffix}")
        self.media[name[1:]] = data
        return Part(name, kind, package, b"")

    def short(self, written: str) -> str:
        """XML of shapes → the same with a comment in place of each formula."""

        def kept(found: re.Match[str]) -> str:
            number = self._numbers.setdefault(found[0], len(self._formulas))
            if number == len(self._formulas):
                self._formulas.append(found[0].encode())
            return f"<!--formula {number}-->"

        return _FORMULA.sub(kept, written)

    def whole(self, name: str, part: bytes) -> bytes:
        """Name and content of a part → what it was meant to hold."""
        if name in self.media:
            return self.media[name]
        if not name.startswith("ppt/slides/"):
            return part
        return _PLACE.sub(lambda found: self._formulas[int(found[1])], part)
