"""A theme → lines that are told apart by colour, by lightness and, without both, by their dashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.diagram.theme import Theme, luminance
from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_LINES = 8
"""As many as can be told apart in one figure."""
_GROWTH = 1e9
"""From which on a run has diverged for the eye."""
_DASHES: tuple[object, ...] = ("-", (0, (6, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)))
"""Whole, dashed, dotted, both by turns."""
_COLOURS = {
    False: ("#0a5fa8", "#b4690e", "#7b3fa0", "#0f7a6b"),
    True: ("#7cc4ff", "#ffc069", "#d3a8f5", "#6fe0ac"),
}
"""On a light ground and on a dark one, each with a contrast of 3 to it and more; green and red stay for the passes."""


@dataclass(frozen=True, slots=True)
class Line:
    """Colour, dashes and width of a line."""

    colour: str
    dashes: Any
    width: float = 2.0

    @property
    def look(self) -> dict[str, Any]:
        """→ what matplotlib calls these."""
        return {"color": self.colour, "linestyle": self.dashes, "linewidth": self.width}


def palette(theme: Theme) -> tuple[str, ...]:
    """Theme → the colours of its lines; black and greys where it has no colours."""
    if theme.forward == theme.backward:
        return (theme.ink, theme.ink, theme.quiet, theme.quiet)

    return _COLOURS[luminance(theme.paper) < 0.2]


def lines_of(theme: Theme, count: int) -> list[Line]:
    """Theme and how many → the lines. Raises InputError where they could not be told apart."""
    if count > MAX_LINES:
        raise InputError(
            f"a figure tells {MAX_LINES} lines apart; there are {count}", hint=f"compare at most {MAX_LINES} runs"
        )
    colours = palette(theme)
    return [
        Line(colours[number % 4], _DASHES[(number + number // 4) % 4], 2.2 if number < 4 else 1.5)
        for number in range(count)
    ]


def cut(values: Array, start: float) -> Array:
    """What is drawn, and where it began → the same up to where it has grown so far that nothing else would be seen."""
    result: Array = np.where(values <= _GROWTH * abs(start), values, np.nan)
    return result


def blend(first: str, second: str, part: float) -> str:
    """Two colours and how much of the second there is → what is between them.

    >>> blend("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = [(int(first[n : n + 2], 16), int(second[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in pairs)
