"""Pieces of a picture: SVG with its hash, painted once for each state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar

Part = tuple[str, bytes]
"""A piece of a picture, and the hash of it: a frame is told from another by the hashes of its parts."""
State = TypeVar("State")


def part(svg: str) -> Part:
    """A piece of SVG → the same with its hash."""
    return svg, hashlib.sha256(svg.encode()).digest()


class Painted(Generic[State]):
    """One part in all states it was painted in. From frame to frame most parts are in the very same state."""

    __slots__ = ("_now", "_painted", "_part")

    def __init__(self) -> None:
        self._painted: dict[State, Part] = {}
        self._now: State | None = None

    def in_state(self, state: State, paint: Callable[[], str]) -> Part:
        """State, and how the part is painted in it → the part, painted once."""
        if state is not self._now:
            painted = self._painted.get(state)
            if painted is None:
                painted = self._painted[state] = part(paint())
            self._now, self._part = state, painted
        return self._part
