"""What a part of a formula is written as, piece by piece: text, parts that are still to be written, brackets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Tall(str):
    """Text of what is higher than a line, so that brackets about it grow: a fraction, a root, a sum, a matrix."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A node of the tree: bracketed where it binds looser than `level`, or where it begins with a minus sign and
    `tight` is set (a · (−b)). `bare` is a condition: a comparison without its brackets; `row` a vector that is written
    as a row."""

    node: int
    level: int = 0
    tight: bool = False
    bare: bool = False
    row: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A pair of brackets as it is written about what is high, and about what is no higher than a line.

    Where `low` is None the brackets always grow, and so do those around them.
    """

    grown: tuple[str, str]
    low: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Here brackets open."""

    fence: Fence


@dataclass(frozen=True, slots=True)
class Beginning:
    """Here an element begins, made of the texts of its parts; about one that is tall brackets grow."""

    make: Callable[..., str]
    tall: bool = False


class Mark(Enum):
    """Where brackets close, and where an element or one of its parts ends; a part begins with `PART`."""

    CLOSING = "closing"
    PART = "part"
    END = "end"


Piece = str | Child | Opening | Beginning | Mark
"""What a call is written of: text, places of its arguments, and brackets that may be left out."""


def bracketed(fence: Fence, pieces: list[Piece]) -> list[Piece]:
    """Pieces → the same in brackets."""
    return [Opening(fence), *pieces, Mark.CLOSING]


class Writer(Protocol):
    """What puts pieces together."""

    @property
    def add(self) -> Callable[[str], None]:
        """Writes text that is no higher than a line."""

    def put(self, piece: str | Opening | Beginning | Mark) -> None:
        """Write the next piece."""

    def text(self) -> str:
        """→ what was written."""


class Page:
    """Pieces one after the other → text, in which brackets grow with what is in them."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.add = self.out.append
        self.begun: list[int] = []
        self.fences: list[Fence] = []
        self.tall = [False]

    def put(self, piece: str | Opening | Beginning | Mark) -> None:
        """Write the next piece."""
        if isinstance(piece, str):
            self.out.append(piece)
            self.tall[-1] |= type(piece) is Tall
        elif isinstance(piece, Opening):
            self.begun.append(len(self.out))
            self.out.append("")  # the place of the bracket, which is known at its end only
            self.fences.append(piece.fence)
            self.tall.append(False)
        else:
            self._close()

    def _close(self) -> None:
        at, fence, inside = self.begun.pop(), self.fences.pop(), self.tall.pop()
        grows = inside or fence.low is None
        self.tall[-1] |= grows
        self.out[at], closing = fence.grown if grows or fence.low is None else fence.low
        self.out.append(closing)

    def text(self) -> str:
        """→ what was written."""
        return "".join(self.out)
