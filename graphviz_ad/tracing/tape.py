"""The tape on which arrays record what is computed with them, as lines of a script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

_KEPT = re.compile(r"\bt\[(\d+)\]")
"""The name of a kept array, and its number."""
current: ContextVar[Tape] = ContextVar("tape")
"""The tape on which arrays write."""


@dataclass
class Tape:
    """The lines of a script, and under which name each computed array is kept; `with` it, arrays write on it."""

    lines: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    _tokens: list[Token[Tape]] = field(default_factory=list)

    def __enter__(self) -> Tape:
        self._tokens.append(current.set(self))
        return self

    def __exit__(self, *_: object) -> None:
        current.reset(self._tokens.pop())

    def keep(self, code: str) -> str:
        """JavaScript of an array → the name under which it is kept."""
        if code not in self.kept:
            self.kept[code] = f"t[{len(self.kept)}]"
            self.lines.append(f"{self.kept[code]}={code}")
        return self.kept[code]

    def needed(self, codes: Iterable[str]) -> list[str]:
        """JavaScript that is run after the lines → the lines, without arrays that nothing needs."""
        needed_names = {name for code in codes for name in _KEPT.findall(code)}
        kept_lines = []
        for line in reversed(self.lines):
            own = _KEPT.match(line)
            if own is None or own[1] in needed_names:
                kept_lines.append(line)
                needed_names.update(_KEPT.findall(line))
        return kept_lines[::-1]
