"""Conditions in LaTeX: 1_{t < t_0}, 1(a = b), [a = b] → comparisons, which are 1 where they hold."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.language.latex.operations import Operations
from graphviz_ad.language.latex.pieces import NEVER
from graphviz_ad.language.latex.scripts import Task

_BEFORE_CONDITION = frozenset(("_", "^", "(", "[", "{"))
"""What stands behind the 1 of an indicator."""


class Indicators(Operations):
    """Reads what is 1 where a condition holds."""

    def may_indicate(self, at: int, stop: int) -> bool:
        """Whether a script, a bracket or what else may belong to a number stands at a place, perhaps behind spaces."""
        at = self.skip_blanks(at)
        return at < stop and (self.tokens[at].joins != NEVER or self.tokens[at].text in _BEFORE_CONDITION)

    def indicator(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """1_{t < t_0}, 1(a = b) → [t < t_0], which is 1 where it holds; None for a number like any other."""
        below, above, following = self.script_ranges(at + 1, stop)
        if above is None and below is None:
            below, following = self.bracketed(self.skip_blanks(at + 1), stop)
        if below is None or above is not None or not self.compares(below):
            return None
        place = self.starts[at]
        self.compared.update(range(*below))
        return following, [("[", place), (*below, ""), ("]", place)]

    def compares(self, cell: tuple[int, int]) -> bool:
        """Whether a comparison stands in a range."""
        signs = ("<", ">", "=", "<=", ">=", "!=", "le", "leq", "ge", "geq", "ne", "neq", "lt", "gt")
        return any(token.text in signs for token in self.tokens[cell[0] : cell[1]])

    def equals_within(self, at: int) -> Iterator[int]:
        """Opening bracket → the places right within it where "=" compares: [a = b]."""
        depth = 0
        for place in range(at, len(self.tokens)):
            token = self.tokens[place]
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(token.text, 0)
            if depth == 0 or token.kind in ("row", "end"):
                return
            if token.text == "=" and depth == 1:
                yield place
