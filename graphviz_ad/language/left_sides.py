"""Left sides that are more than a name → one name: a quantity with an index, two words, a square."""

from __future__ import annotations

import re

from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR
from graphviz_ad.language.words import Words

LABEL_ABOVE = re.compile(r"\^\{[(\[][^{}()\[\]]*[)\]]\}")
"""A raised label: the ^{(K)} of W^{(K)}."""
_SUBSCRIPT = re.compile(r"_\{?([^\W\d_]{1,4}|[0-9]+)\}?")
"""A subscript by itself, behind a call on a left side: the _j of σ(z)_j."""


class LeftSides(Words):
    """Reads left sides that are one name."""

    powers: dict[tuple[str, float], str]
    """Powers of names that are quantities of their own, as σ² after σ² = …, and what these are called."""

    def drop_statement(self) -> None:
        """Take all that was read of this statement off the tree again."""
        self.operands.clear()
        self.stack.clear()
        for column in (self.tree.kind, self.tree.head, self.tree.args, self.starts, self.stops, self.marks):
            del column[self.first :]
        self.form = self.first

    def left_side(self, value: int) -> bool:
        """`σ(z)_j =` names a quantity with an index → whether the left side is such a name."""
        tree = self.tree
        if len(self.stack) != 1 or self.stack[0][1] != "·" or tree.kind[value] != NAME:
            return False
        below = _SUBSCRIPT.fullmatch(str(tree.head[value]))
        head = self.operands[0]
        if below is None or tree.kind[head] not in (CALL, NAME) or len(self.operands) != 2:
            return False
        if self.stops[head] != self.starts[value]:
            return False
        self.name = str(tree.head[head])
        self.letters = below[1]
        self.drop_statement()
        return True

    def hyphened(self, value: int) -> bool:
        """`TF-IDF =`, `RMS ratio =`: two words on the left are one name → whether they stand there."""
        tree, text = self.tree, self.source.text
        if len(self.stack) != 1 or len(self.operands) != 2 or tree.kind[value] != NAME:
            return False
        first_word = self.operands[0]
        between = text[self.stops[first_word] : self.starts[value]]
        if (
            tree.kind[first_word] != NAME
            or between.replace(" ", "-") != "-"
            or min(len(str(tree.head[first_word])), len(str(tree.head[value]))) < 2
        ):
            return False
        self.name = f"{tree.head[first_word]}_{tree.head[value]}"
        self.drop_statement()
        return True

    def named_power(self, value: int) -> bool:
        """`σ² =`: the square is a quantity of its own → whether the left side is such a one."""
        tree = self.tree
        self.reduce_to_frame()
        value = self.operands[-1]
        if len(self.operands) != 1 or tree.kind[value] != OPERATOR or tree.head[value] != "^":
            return False
        base, power = tree.args[value]
        if tree.kind[base] != NAME or tree.kind[power] != NUMBER:
            return False
        self.name = f"{tree.head[base]}{_raised(tree.head[power])}"
        self.powers[str(tree.head[base]), float(tree.head[power])] = self.name
        self.drop_statement()
        return True


def _raised(power: float) -> str:
    """Number → raised digits."""
    return f"{power:g}".translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
