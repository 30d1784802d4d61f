"""How much time and memory a picture may take, and how far it is.

Neither Typst nor Graphviz can be interrupted. So texts are set in parts, and after each it is known what the rest will
take: what does not fit is refused at the first part, not after the last.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Limits

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""

_PICTURE_TO_TEXTS = 1.6
"""How many times as long as its texts a picture takes: the layout and the painting come to it."""
_OUTLINE_COPIES = 5
"""How often the outlines of all texts are in memory when a picture is written, as measured: as labels, as parts, …"""
_PIXEL_BYTES = 13.0
"""Bytes that a pixel takes while Typst makes a PNG, as measured: three copies of four colours."""


@dataclass(slots=True)
class Budget:
    """The limits of a picture, and when its making began."""

    limits: Limits
    progress: Progress | None = None
    began: float = field(default_factory=time.perf_counter)

    def seconds_left(self) -> float:
        """Seconds that may still be spent."""
        return self.limits.layout_seconds - (time.perf_counter() - self.began)

    def spent(self, done: int, of: int, remaining: float, characters: float) -> None:
        """Texts that are set, seconds for those that remain, characters of all outlines → told to `progress`.

        Raises LimitError where there is not as much time or memory.
        """
        if self.progress:
            self.progress(done, of)
        limit = self.limits.layout_seconds
        seconds = limit - self.seconds_left() + _PICTURE_TO_TEXTS * remaining
        if seconds > limit:
            raise _refusal(f"{seconds:.0f} s", f"{limit:g} s", "--max-seconds (Limits(layout_seconds=…) in Python)")
        require_memory(_OUTLINE_COPIES * characters, self.limits)


def require_pixels(width: float, height: float, limits: Limits) -> None:
    """Raise LimitError where a PNG of that size takes too much memory."""
    require_memory(_PIXEL_BYTES * width * height, limits, "write it as svg or pdf, ")


def require_memory(size: float, limits: Limits, otherwise: str = "") -> None:
    """Raise LimitError where a picture takes as many bytes and may not; `otherwise` begins the hint."""
    if size > 1e6 * limits.memory:
        flag = "--max-memory (Limits(memory=…) in Python)"
        raise _refusal(f"{size / 1e6:.0f} MB of memory", f"{limits.memory} MB", flag, otherwise)


def _refusal(cost: str, limit: str, flag: str, otherwise: str = "") -> LimitError:
    """What a picture would take, and the limit → the error that says so."""
    return LimitError(
        f"the picture would take about {cost}; the limit is {limit}",
        hint=f"{otherwise}close parts of it with --detail or --close NAME, draw a smaller formula, or raise {flag}",
    )


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)
"""A variable of the context, so that pictures made in several threads each have their own."""


def budget() -> Budget | None:
    """The budget of the picture that is being made, None where it is a small one of which no one counts the costs."""
    return _budget.get()


def seconds_left() -> float:
    """Seconds that may still be spent on the picture that is being made; endless where no one counts them."""
    current = _budget.get()
    return current.seconds_left() if current else math.inf


@contextmanager
def spending(limits: Limits, progress: Progress | None = None) -> Iterator[None]:
    """While it lasts, texts are set and graphs laid out within the limits; the time runs from its start."""
    token = _budget.set(Budget(limits, progress))
    try:
        yield
    finally:
        _budget.reset(token)
