"""Descent on all examples with a learning rate below, at and above the limit 2/λmax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.export.run.figures.contour import contour
from graphviz_ad.export.run.figures.labels import joined_sentences, listed, mathematics, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.valley import Valley
from graphviz_ad.lazy import lazy
from graphviz_ad.training.descent_limits import all_rows, limit_of_rate, units
from graphviz_ad.training.functions import entries, flat, functions
from graphviz_ad.training.surface import plane
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
    from graphviz_ad.training.model import Model
else:
    np = lazy("numpy")

_FACTORS = (0.5, 0.9, 1.0, 1.1)
"""Rates, as parts of the limit."""
_DRAWN_FACTORS = (0.5, 1.0, 1.1)
"""Those whose path is drawn over the contour of two parameters."""
_UPDATES = 40
"""Updates at each rate: enough to see which of them stays."""
_PATH_UPDATES = 12
"""Of a path: more would lie on one another."""
_REACH = 1.7
"""Of the contour, in distances of the start from the lowest point."""


@dataclass(frozen=True)
class Descent:
    """A part of the limit, the parameters after each update, and the loss there."""

    factor: float
    points: Array
    loss: Array


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Run → its descent from its start with other rates, on all examples."""
    model = subject.run.model
    start, best = flat(model.start), flat(subject.comparison.best_at)
    limit, condition = _limit(subject, best)
    descents = [_descent(model, start, limit, factor) for factor in _FACTORS]
    has_paths = len(start) <= 2
    panels = sheet.grid(2, 2, aspect=0.72) if has_paths else sheet.grid(1, 1, aspect=0.55)
    lines = dict(zip(_FACTORS, sheet.lines(len(_FACTORS))))
    paths = [(descent, lines[descent.factor].colour) for descent in descents if descent.factor in _DRAWN_FACTORS]
    if len(start) == 2:
        _paths(sheet, panels[:3], subject, best, paths)
    elif has_paths:
        _valleys(sheet, panels[:3], subject, best, paths)
    _losses(sheet, panels[-1], descents, subject)
    parts = [
        sheet.sentence(
            "plot.rate.end", factor=f"{descent.factor:g}", n=str(len(descent.loss) - 1), loss=short(descent.loss[-1])
        )
        for descent in descents
    ]
    before = short(descents[0].loss[0])
    sentence = sheet.sentence("plot.rate.said", limit=short(limit, 4), condition=short(condition), before=before)
    ends = sheet.sentence("plot.rate.ends", ends=listed(parts, sheet.lang))
    return Words(sheet.sentence("plot.rate"), joined_sentences([sentence, ends], sheet.lang))


def _limit(subject: Subject, best: Array) -> tuple[float, float]:
    """Run and its lowest point → the limit of the rate there, or where the run ended, and the condition number."""
    try:
        return limit_of_rate(subject.run.model, best)
    except InputError:
        return limit_of_rate(subject.run.model, flat(subject.run.final))


def _descent(model: Model, start: Array, limit: float, factor: float) -> Descent:
    rows = all_rows(model)
    compiled = functions(model, rows)
    points, losses = [start], [compiled.loss(rows, start)]
    for _ in range(_UPDATES):
        following = points[-1] - factor * limit * compiled.gradient(rows, points[-1])
        loss = compiled.loss(rows, following)
        if not math.isfinite(loss):
            break
        points.append(following)
        losses.append(loss)
    return Descent(factor, np.array(points), np.array(losses))


def _title(factor: float) -> str:
    return "$eta = 2 slash lambda_max$" if factor == 1 else f"$eta = {factor:g} dot.op 2 slash lambda_max$"


def _valleys(sheet: Sheet, panels: list[Axes], subject: Subject, best: Array, paths: list[tuple[Descent, str]]) -> None:
    """Draws three paths of one parameter on the curve of the loss."""
    graph = subject.run.model.graph
    name = mathematics(entries(subject.run.model)[0])
    vertical = sheet.words("plot.axis.loss", loss=mathematics(graph.names[graph.output]))
    points = np.concatenate([descent.points[: _PATH_UPDATES + 1, 0] for descent, _ in paths])
    lowest = float(best[0])
    valley = Valley(subject, points, lowest, _REACH * max(abs(float(points[0]) - lowest), 1e-9))
    for number, (axes, (descent, colour)) in enumerate(zip(panels, paths)):
        valley.draw(sheet, axes, descent.points[: _PATH_UPDATES + 1, 0], colour)
        sheet.name(axes, f"${name}$", vertical if number != 1 else None, _title(descent.factor))


def _paths(sheet: Sheet, panels: list[Axes], subject: Subject, best: Array, paths: list[tuple[Descent, str]]) -> None:
    """Draws three paths over the contour."""
    model = subject.run.model
    names = [mathematics(name) for name in entries(model)]
    unit = units(model, best, (0, 1))
    reach = _REACH * unit * max(float(np.max(np.abs(paths[0][0].points[0] - best) / unit)), 1e-9)
    (x, y) = (tuple(side) for side in np.array([best - reach, best + reach]).T.tolist())
    ground = plane(model, best, (0, 1), x, y)
    for number, (axes, (descent, colour)) in enumerate(zip(panels, paths)):
        contour(sheet, axes, ground, labelled=False)
        points = descent.points[: _PATH_UPDATES + 1]
        axes.plot(*points.T, color=sheet.theme.paper, linewidth=3.4, alpha=0.6)
        axes.plot(*points.T, color=colour, linewidth=1.8)
        axes.plot(*points.T, "o", markersize=5.5, color=colour, markeredgewidth=0)
        axes.plot(
            *points[:1].T, "o", markersize=9, markerfacecolor=sheet.theme.paper, markeredgecolor=sheet.theme.ink,
            markeredgewidth=1.8, zorder=5,
        )  # fmt: skip
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        sheet.name(axes, f"${names[0]}$", f"${names[1]}$" if number != 1 else None, _title(descent.factor))


def _losses(sheet: Sheet, axes: Axes, descents: list[Descent], subject: Subject) -> None:
    model = subject.run.model
    best = subject.comparison.best
    name = mathematics(model.graph.names[model.graph.output])
    legend: list[tuple[Any, str]] = []
    floor = 1e-6 * max(descents[0].loss[0] - best, 1e-12)
    for line, descent in zip(sheet.lines(len(descents)), descents):
        above = np.maximum(descent.loss - best, floor)
        above[np.flatnonzero(above == floor)[1:]] = np.nan  # where nothing is left of it, the line ends
        (drawn,) = axes.plot(range(len(above)), above, **line.look)
        legend.append((drawn, f"${descent.factor:g}$"))
    axes.set_xlim(0, _UPDATES)
    sheet.log(axes, "y")
    vertical = sheet.words("plot.axis.loss", loss=f"{name} - {name}_(min)")
    sheet.name(axes, sheet.words("plot.axis.updates"), vertical)
    legend[0] = (legend[0][0], f"$eta lambda_max slash 2 =$ {legend[0][1]}")
    sheet.legend(legend)
