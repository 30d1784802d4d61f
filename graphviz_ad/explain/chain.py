"""Equalities as they are written on one line, and the equation of a step, which is three of them."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.explain.expression import Expression, reading
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import Dialect


@dataclass(frozen=True, slots=True)
class Chain:
    """Expressions that are equal or nearly so; `signs[i]` stands before `parts[i]`."""

    parts: tuple[Expression, ...]
    signs: tuple[str, ...]
    digits: int = numbers.DEFAULT_DIGITS

    def write(self, dialect: Dialect) -> str:
        """Chain → `a = b ≈ c` in the dialect; what would be written twice in a row is written once."""
        return "".join(sign + text for sign, text in self.relations(dialect))

    def relations(self, dialect: Dialect) -> list[tuple[str, str]]:
        """Chain → its parts as text, each with the sign before it, which is empty for the first."""
        chosen = reading(dialect, self.digits)
        relations: list[tuple[str, str]] = []
        for part, sign in zip(self.parts, self.signs):
            text = part.write(chosen)
            if part.is_comparison and not dialect.mathematics:
                text = f"({text})"
            if not relations:
                relations.append(("", text))
            elif relations[-1][1] != text:
                relations.append((dialect.relation(sign), text))
        return relations


@dataclass(frozen=True, slots=True)
class Equation:
    """A step as symbols, as numbers put in (empty where there is nothing to put in), and its result.

    `adds` says that the contributions of several edges add up in it; `provided` are the comparisons that hold here, and
    without which it would be another.
    """

    symbolic: Chain
    substituted: Chain
    result: Chain
    adds: bool = False
    provided: tuple[Chain, ...] = ()

    @property
    def whole(self) -> Chain:
        """All three stages as one chain."""
        chains = (self.symbolic, self.substituted, self.result)
        return Chain(
            tuple(part for chain in chains for part in chain.parts),
            tuple(sign for chain in chains for sign in chain.signs),
            self.result.digits,
        )

    def write(self, dialect: Dialect) -> str:
        """Equation → the whole line in the dialect."""
        return self.whole.write(dialect)

    def pieces(self, dialect: Dialect) -> list[str]:
        """Equation → its parts in the dialect, each with the sign before it, between which a line may break.

        Behind them stand the comparisons, after commas.
        """
        pieces = [(sign + part).strip() for sign, part in self.relations(dialect)]
        for chain in self.provided:
            pieces[-1] += dialect.listing.rstrip()
            pieces.append(chain.write(dialect))
        return pieces

    def relations(self, dialect: Dialect) -> list[tuple[str, str]]:
        """Equation → its parts as text, each with the sign before it."""
        return self.whole.relations(dialect)
