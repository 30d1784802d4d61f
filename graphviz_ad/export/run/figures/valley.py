"""The loss by the one parameter of a model, with the steps of descent on it, a panel for each run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphviz_ad.export.run.figures.labels import joined_sentences, mathematics, plain, run_label, run_text, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import blend
from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import entries, flat, functions
from graphviz_ad.training.noise import sample
from graphviz_ad.training.surface import path
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_POINTS = 201
"""Of the curve: smooth to the eye."""
_MAX_STEPS = 150
"""That are drawn: more would lie on one another."""
_FAR = 2.0
"""How many times the distance of the start from the lowest point a run may leave before it is cut off."""


class Valley:
    """The loss of a model between two values of its one parameter; what runs away is cut off."""

    def __init__(self, subject: Subject, points: Array, best: float, reach: float) -> None:
        model = subject.run.model
        self.rows = sample(model)
        self.functions = functions(model, self.rows)
        near = points[np.isfinite(points)]
        near = np.append(near[np.abs(near - best) <= reach], best)
        low, high = float(near.min()), float(near.max())
        room = 0.16 * ((high - low) or abs(best) or 1.0)
        self.x = np.linspace(low - room, high + room, _POINTS)
        self.y = self.at(self.x)

    def at(self, points: Array) -> Array:
        """Values of the parameter → the loss at each."""
        return np.array([self.functions.loss(self.rows, np.array([point])) for point in points])

    def draw(self, sheet: Sheet, axes: Any, points: Array, colour: str) -> tuple[object, object]:
        """Draws the curve, and on it the steps from the first point to the last; → the signs of both."""
        theme = sheet.theme
        axes.plot(self.x, self.y, color=blend(theme.paper, theme.quiet, 0.7), linewidth=2.2)
        low, high = float(np.nanmin(self.y)), float(np.nanmax(self.y))
        points = points[: _MAX_STEPS + 1]
        losses = self.at(points)
        axes.plot(points, losses, color=colour, linewidth=1.7)
        axes.plot(points[1:-1], losses[1:-1], "o", markersize=6.5, color=colour, markeredgewidth=0)
        (start,) = axes.plot(
            points[:1], losses[:1], marker="o", linestyle="none", markersize=9, markerfacecolor=theme.paper,
            markeredgecolor=theme.ink, markeredgewidth=1.8, zorder=5,
        )  # fmt: skip
        (end,) = axes.plot(
            points[-1:], losses[-1:], marker="o", linestyle="none", markersize=8.5, markerfacecolor=theme.ink,
            markeredgecolor=theme.paper, markeredgewidth=1.2, zorder=5,
        )  # fmt: skip
        axes.set_xlim(self.x[0], self.x[-1])
        axes.set_ylim(low - 0.06 * (high - low), high)
        return start, end


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs of a model with one parameter → a panel for each."""
    runs = subject.runs
    name, lang = entries(runs[0].model)[0], sheet.lang
    graph = runs[0].model.graph
    loss = mathematics(graph.names[graph.output])
    paths = [path(run, _MAX_STEPS)[1][:, 0] for run in runs]
    best = float(flat(subject.comparison.best_at)[0])
    valley = Valley(subject, np.concatenate(paths), best, _FAR * max(abs(paths[0][0] - best), 1e-6))
    columns = {1: 1, 2: 2, 3: 3, 4: 2}.get(len(runs), 3)
    panels = sheet.grid(math.ceil(len(runs) / columns), columns, aspect=0.62 if columns == 1 else 0.95)
    for spare in panels[len(runs) :]:
        spare.set_visible(False)
    signs: tuple[Any, ...] = ()
    parts = []
    for number, (axes, points, line) in enumerate(zip(panels, paths, sheet.lines(len(runs)))):
        signs = valley.draw(sheet, axes, points, line.colour)
        title = run_label(subject.distinctions[number], lang) if len(runs) > 1 else None
        left, low = number % columns == 0, number + columns >= len(runs)
        vertical = sheet.words("plot.axis.loss", loss=loss) if left else None
        sheet.name(axes, f"${mathematics(name)}$" if low else None, vertical, title)
        sheet.mark(axes, run=str(number))
        updates = runs[number].updates
        parts.append(
            sheet.sentence(
                "plot.path.alone.way", updates, n=str(updates), x=plain(name), x0=short(points[0]),
                x1=short(points[-1]), run=run_text(subject.distinctions[number], lang),
            )
        )  # fmt: skip
    sheet.legend([(sign, sheet.words(f"plot.{end}")) for sign, end in zip(signs, ("start", "end"))])
    at = short(best)
    parts.append(sheet.sentence("plot.path.alone.lowest", loss=short(subject.comparison.best), x=plain(name), x0=at))
    return Words(sheet.sentence("plot.path.alone", x=plain(name)), joined_sentences(parts, lang))
