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
"""Contours in a panel: with more one reads neither lines nor numbers."""
_ROOM = 0.15
"""Share of an axis that a contour goes over at least where its level is written at it."""
_EDGE = 0.06
"""Share of the axes at each side where no level is written."""
_FLAT = 5
"""Points of a contour that a number stands over."""
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
    loss = smooth(smooth(np.where(known, plane.loss, np.max(plane.loss, where=known, initial=-np.inf))).T).T
    x, y = smooth(plane.x), smooth(plane.y)
    chosen = levels(loss)
    axes.grid(False)
    count = len(chosen) + 1
    deep = blend(theme.paper, theme.quiet, 0.36)
    grounds = [blend(theme.paper, deep, 0.08 + 0.92 * number / count) for number in range(count)]
    axes.set_facecolor(grounds[-1])
    for level, ground in zip(chosen[::-1], grounds[-2::-1]):  # on one another, so that each edge is written once
        axes.contourf(x, y, loss, levels=[float(loss.min()) - 1e-9, level], colors=[ground])
    line = blend(theme.paper, theme.quiet, 0.7)
    drawn = axes.contour(x, y, loss, levels=chosen, colors=[line], linewidths=0.9)
    if labelled:
        places = {level: _place(lines, plane) for level, lines in zip(drawn.levels, drawn.allsegs)}
        wide = [level for level, place in places.items() if place]
        every = wide[:: 2 if len(chosen) > 5 else 1]
        digits = next((digits for digits in (2, 3, 4) if len(_texts(every, digits)) == len(every)), 5)
        axes.clabel(
            drawn, every, fmt=lambda level: f"${TYPST.write_value(float(level), digits)}$",
            fontsize=sheet.sizes.shape, colors=[theme.ink], inline=True, inline_spacing=4,
            manual=[places[level] for level in every],
        )  # fmt: skip
    sheet.mark(axes, parameters=" ".join(plane.names))


def smooth(values: Array) -> Array:
    """Numbers in a row, or rows of them, at even distances → these and those between, as the cubic through four has it.

    >>> smooth(np.array([0.0, 1.0, 4.0, 9.0])).tolist()
    [0.0, 0.375, 1.0, 2.25, 4.0, 6.375, 9.0]
    """
    beyond = np.concatenate([2 * values[:1] - values[1:2], values, 2 * values[-1:] - values[-2:-1]])
    result = np.empty((2 * len(values) - 1, *values.shape[1:]))
    result[::2], result[1::2] = values, (9 * (values[:-1] + values[1:]) - beyond[:-3] - beyond[3:]) / 16
    return result


def _place(lines: Sequence[Array], plane: Plane) -> tuple[float, float] | None:
    """Contours of a level → where its number stands, on the flattest piece that is no short one nor at the edge of the
    axes; None where all are, since a number there would hide what is in the middle, or be cut."""
    corner, ranges = np.array([plane.x[0], plane.y[0]]), np.array([np.ptp(plane.x), np.ptp(plane.y)])
    best, least = None, math.inf
    for line in lines:
        parts = (line - corner) / ranges
        if len(line) < _FLAT or np.max(np.ptp(parts, axis=0)) <= _ROOM:
            continue
        across, up = np.abs(parts[_FLAT - 1 :] - parts[: 1 - _FLAT]).T
        middle = slice(_FLAT // 2, _FLAT // 2 + len(across))
        is_inside = np.all(np.abs(parts[middle] - 0.5) < 0.5 - _EDGE, axis=1)
        steep = np.where(is_inside, up / (across + 1e-12), math.inf)
        flattest = int(np.argmin(steep))
        if steep[flattest] < least:
            least, best = float(steep[flattest]), tuple(line[middle][flattest].tolist())
    return best


def _texts(chosen: Sequence[float], digits: int) -> set[str]:
    """Levels → what is written at them."""
    return {TYPST.write_value(float(level), digits) for level in chosen}
