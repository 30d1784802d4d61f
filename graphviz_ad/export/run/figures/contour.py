"""The loss over a plane → its contours on some axes, with levels that are spread by their logarithm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.export.run.figures.series import blend
from graphviz_ad.language.printer import TYPST
from graphviz_ad.lazy import lazy
from graphviz_ad.training.surface import Plane
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Round numbers within a power of ten, about as far from one another by their logarithm."""
_MAX_LEVELS = 9
_ROOM = 0.15
"""Share of an axis that a contour goes over at least where its level is written at it."""
_DEPTH = 300.0
"""How much smaller than the range the lowest level may be above the least loss."""


def levels(loss: Array) -> list[float]:
    """The loss at the points of a grid → round levels between the least and the largest of it.

    >>> import numpy as np
    >>> levels(np.array([0.25, 9.0]))
    [0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0]
    """
    finite = loss[np.isfinite(loss)]
    low, high = float(finite.min()), float(finite.max())
    least = max(low, (high - low) / _DEPTH) if low >= 0 else low
    if low < 0 or high < 2 * least:
        return [float(level) for level in np.linspace(low, high, _MAX_LEVELS + 2)[1:-1]]
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    for steps in (_STEPS, (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        rounded = [float(f"{step}e{power}") for power in powers for step in steps]
        chosen = [level for level in rounded if least < level < high]
        if len(chosen) <= _MAX_LEVELS:
            break
    return chosen


def contour(sheet: Sheet, axes: Axes, plane: Plane, *, labelled: bool = True) -> None:
    """Draws contours of the loss, labelled, on grounds that are the darker the larger it is."""
    theme = sheet.theme
    known = np.isfinite(plane.loss)
    loss = np.where(known, plane.loss, np.max(plane.loss, where=known, initial=-np.inf))
    chosen = levels(loss)
    axes.grid(False)
    count = len(chosen) + 1
    deep = blend(theme.paper, theme.quiet, 0.36)
    grounds = [blend(theme.paper, deep, 0.08 + 0.92 * number / count) for number in range(count)]
    edges = [float(loss.min()) - 1e-9, *chosen, float(loss.max()) + 1e-9]
    axes.contourf(plane.x, plane.y, loss, levels=edges, colors=grounds)
    line = blend(theme.paper, theme.quiet, 0.7)
    drawn = axes.contour(plane.x, plane.y, loss, levels=chosen, colors=[line], linewidths=0.9)
    if labelled:
        wide = [level for level, lines in zip(drawn.levels, drawn.allsegs) if _has_room(lines, plane)]
        every = wide[:: 2 if len(chosen) > 5 else 1]
        digits = next((digits for digits in (2, 3, 4) if len(_texts(every, digits)) == len(every)), 5)
        axes.clabel(
            drawn, every, fmt=lambda level: f"${TYPST.write_value(float(level), digits)}$",
            fontsize=0.95 * sheet.sizes.shape, colors=[theme.ink], inline=True, inline_spacing=4,
        )  # fmt: skip
    sheet.mark(axes, parameters=" ".join(plane.names))


def _has_room(lines: Sequence[Array], plane: Plane) -> bool:
    """Contours of a level → whether one is wide enough for a number in it, which else hides what is in the middle."""
    ranges = np.array([np.ptp(plane.x), np.ptp(plane.y)])
    return any(len(line) > 1 and np.max(np.ptp(line, axis=0) / ranges) > _ROOM for line in lines)


def _texts(chosen: Sequence[float], digits: int) -> set[str]:
    """Levels → what is written at them."""
    return {TYPST.write_value(float(level), digits) for level in chosen}
