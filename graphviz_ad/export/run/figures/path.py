"""The path of the parameters over the contour of the loss, a panel for each run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphviz_ad.export.run.figures import valley
from graphviz_ad.export.run.figures.contour import contour
from graphviz_ad.export.run.figures.labels import joined_sentences, mathematics, plain, run_label, run_text, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import blend
from graphviz_ad.lazy import lazy
from graphviz_ad.training.descent_limits import units
from graphviz_ad.training.functions import entries, flat
from graphviz_ad.training.surface import chosen, path, plane
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_MAX_MARKERS = 180
"""Updates that get a dot, of all runs together: each is an element of the SVG."""
_FEW = 50
"""Updates whose dots are large enough for the back row."""
_FAR = 2.0
"""How many times the distance of the start from the lowest point a run may leave before it is cut off."""
_WIDENED = 10.0
"""How many times as wide as what a run went through an axis may be, where the loss hardly changes along it."""
_POINTS = 1500
"""Of the line of a path, for a file that is not large."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs → a panel for each."""
    runs = subject.runs
    if len(entries(runs[0].model)) == 1 and subject.parameters is None:
        return valley.draw(sheet, subject)
    places = chosen(runs[0].model, subject.parameters)
    paths = [path(run, _POINTS) for run in runs]
    best, exact = _anchor(subject)
    names = [mathematics(name) for name in plane_names(subject, places)]
    two = list(places)
    x, y = box([points[:, two] for _, points in paths], best[two], units(runs[0].model, best, places))
    shown = list(enumerate(paths)) if subject.panel is None else [(subject.panel, paths[subject.panel])]
    columns = {1: 1, 2: 2, 3: 3, 4: 2}.get(len(shown), 3)
    rows = math.ceil(len(shown) / columns)
    panels = sheet.grid(rows, columns, aspect=0.72 if columns == 1 else 0.95)
    ground = plane(runs[0].model, best, places, x, y)
    for spare in panels[len(shown) :]:
        spare.set_visible(False)
    lines = sheet.lines(len(runs))
    marks: dict[str, Line2D] = {}
    is_seen = False
    for place, (axes, (number, (_, points))) in enumerate(zip(panels, shown)):
        contour(sheet, axes, ground, labelled=columns < 3)
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        budget = _MAX_MARKERS // len(shown)
        marks = _path(sheet, axes, points[:, two], best[two], lines[number].colour, budget, exact)
        is_seen |= bool(x[0] <= points[-1, two[0]] <= x[1] and y[0] <= points[-1, two[1]] <= y[1])
        title = run_label(subject.distinctions[number], sheet.lang) if len(shown) > 1 else None
        left, low = place % columns == 0, place + columns >= len(shown)
        sheet.name(axes, f"${names[0]}$" if low else None, f"${names[1]}$" if left else None, title)
        sheet.mark(axes, run=str(number))
    hidden = {"lowest": not exact, "end": not is_seen}  # of a run that is cut off
    sheet.legend([(line, sheet.words(f"plot.{name}")) for name, line in marks.items() if not hidden.get(name)])
    return _words(sheet, subject, [(number, points) for number, (_, points) in shown], places)


def _anchor(subject: Subject) -> tuple[Array, bool]:
    """Subject → the point through which the plane goes, and whether that is the lowest of the loss.

    With more than two parameters others are held where the first run ended: the lowest may lie far from their plane.
    """
    end = flat(subject.run.final)
    return (end, False) if len(end) > 2 else (flat(subject.comparison.best_at), True)


def plane_names(subject: Subject, places: tuple[int, int]) -> list[str]:
    """Subject and places of two entries → their names."""
    known = entries(subject.run.model)
    return [known[place] for place in places]


def box(paths: list[Array], best: Array, unit: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Paths in the plane, the lowest point, and what is as far in both directions → the ranges of both axes.

    What runs away is cut off.
    """
    start = paths[0][0]
    reach = _FAR * max(float(np.linalg.norm((start - best) / unit)), 1e-6 + 0.02 * float(np.linalg.norm(best / unit)))
    points = np.concatenate([*paths, best[None]])
    near = points[np.all(np.isfinite(points), axis=1)]
    with np.errstate(over="ignore"):  # of a run that diverged
        near = near[np.linalg.norm((near - best) / unit, axis=1) <= reach]
    low, high = near.min(axis=0), near.max(axis=0)
    wide = 0.35 * unit * float(np.max((high - low) / unit))
    moved = high > low
    width = np.maximum(high - low, np.where(moved, np.minimum(wide, _WIDENED * (high - low)), wide))
    middle = (low + high) / 2
    ends = [(float(m - 0.66 * w), float(m + 0.66 * w)) for m, w in zip(middle, width)]
    return ends[0], ends[1]


def _path(
    sheet: Sheet, axes: Axes, points: Array, best: Array, colour: str, budget: int, exact: bool
) -> dict[str, Line2D]:
    """Draws a path: a line, a dot after each update if there are few, the start, the end and the lowest point."""
    theme = sheet.theme
    axes.plot(points[:, 0], points[:, 1], color=theme.paper, linewidth=3.4, alpha=0.55, solid_joinstyle="round")
    axes.plot(points[:, 0], points[:, 1], color=colour, linewidth=1.7, solid_joinstyle="round")
    if len(points) <= budget - 2:
        size = 6.5 if len(points) <= _FEW else 4.2
        axes.plot(points[1:-1, 0], points[1:-1, 1], "o", markersize=size, color=colour, markeredgewidth=0)
    ring: dict[str, Any] = {"marker": "o", "linestyle": "none", "zorder": 5}
    (start,) = axes.plot(
        points[:1, 0], points[:1, 1], markersize=9, markerfacecolor=theme.paper, markeredgecolor=theme.ink,
        markeredgewidth=1.8, **ring,
    )  # fmt: skip
    (end,) = axes.plot(
        points[-1:, 0], points[-1:, 1], markersize=8.5, markerfacecolor=theme.ink, markeredgecolor=theme.paper,
        markeredgewidth=1.2, **ring,
    )  # fmt: skip
    at = best[None] if exact else np.empty((0, 2))
    (lowest,) = axes.plot(
        at[:, 0], at[:, 1], marker="x", linestyle="none", markersize=9, markeredgewidth=2.0, zorder=6,
        color=blend(theme.ink, theme.backward, 0.9),
    )  # fmt: skip
    return {"start": start, "end": end, "lowest": lowest}


def _words(sheet: Sheet, subject: Subject, paths: list[tuple[int, Array]], places: tuple[int, int]) -> Words:
    first, second = map(plain, plane_names(subject, places))
    parts = []
    for number, points in paths:
        run = subject.runs[number]
        start, end = points[0][list(places)], points[-1][list(places)]
        parts.append(
            sheet.sentence(
                "plot.path.way",
                run.updates,
                n=str(run.updates),
                x0=short(start[0]),
                y0=short(start[1]),
                x1=short(end[0]),
                y1=short(end[1]),
                run=run_text(subject.distinctions[number], sheet.lang),
            )
        )
    title = sheet.sentence("plot.path", x=first, y=second)
    best, exact = _anchor(subject)
    if exact:
        x, y = short(best[places[0]]), short(best[places[1]])
        parts.append(sheet.sentence("plot.path.lowest", loss=short(subject.comparison.best), x=x, y=y))
    return Words(title, joined_sentences(parts, sheet.lang))
