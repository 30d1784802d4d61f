"""The boundary between classes, or the line through the points, as it moves from update to update."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from graphviz_ad.export.run.figures.labels import joined_sentences, mathematics, plain, run_label, run_text, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import blend
from graphviz_ad.lazy import lazy
from graphviz_ad.training.boundary import Data, data_of, fitted, moments, ranges, regions, right
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_MAX_MARKERS = 180
"""Examples that are drawn, in all panels together: each is an element of the SVG."""
_COARSE = 31
"""Points on each side of the plane for lines without grounds, of which a page has many."""
_FINER = 8
"""Times as many points on each side of the grid between three classes and more."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs → a panel for each, with the examples."""
    runs = subject.runs
    data = data_of(runs[0].model)
    columns = min(len(runs), 2) if len(runs) != 3 else 3
    rows = math.ceil(len(runs) / columns)
    panels = sheet.grid(rows, columns, aspect=0.62 if columns == 1 else 0.85)
    for spare in panels[len(runs) :]:
        spare.set_visible(False)
    dots: dict[str, Line2D] = {}
    moved: dict[str, Line2D] = {}
    names = [mathematics(name) for name in data.features]
    sentences = []
    for number, (axes, run) in enumerate(zip(panels, runs)):
        _points(sheet, axes, data, _MAX_MARKERS // len(runs), dots)
        moved = _classes(sheet, axes, run, data) if data.classes else _lines(sheet, axes, run, data)
        ends = ranges(data.points)
        axes.set_xlim(*ends[0])
        if data.classes:
            axes.set_ylim(*ends[1])
        title = run_label(subject.distinctions[number], sheet.lang) if len(runs) > 1 else None
        vertical = names[1] if data.classes else mathematics(data.label)
        low = number + columns >= len(runs)
        sheet.name(axes, f"${names[0]}$" if low else None, f"${vertical}$" if number % columns == 0 else None, title)
        sheet.mark(axes, run=str(number))
        sentences.append(_sentence(sheet, run, data, run_text(subject.distinctions[number], sheet.lang)))
    if len(runs) > 1:
        moved = _stages(sheet, list(moved.values()))
    sheet.legend(*([(line, name) for name, line in row.items()] for row in (dots, moved)))
    key = "plot.boundary" if data.classes else "plot.boundary.line"
    return Words(sheet.sentence(key), joined_sentences(sentences, sheet.lang))


def _stages(sheet: Sheet, lines: list[Line2D]) -> dict[str, Line2D]:
    """Lines of runs that differ in their number of updates → the first, one on the way and the last with names."""
    shown = {"start": lines[0], "way": lines[len(lines) // 2], "end": lines[-1]}
    if len({id(line) for line in shown.values()}) < len(shown):
        shown = {"end": lines[-1]}
    return {sheet.words(f"plot.{name}"): line for name, line in shown.items()}


def _points(sheet: Sheet, axes: Axes, data: Data, budget: int, handles: dict[str, Line2D]) -> None:
    """Draws the examples, some of them where there are many."""
    theme = sheet.theme
    count = len(data.targets)
    shown = np.sort(np.random.default_rng(0).permutation(count)[:budget])
    dot: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 5.5, "zorder": 2}
    if not data.classes:
        grey = blend(theme.paper, theme.quiet, 0.6)
        axes.plot(data.points[shown, 0], data.targets[shown], color=grey, markeredgewidth=0, **dot)
        return
    colours = fills(sheet, len(data.classes))
    for kind, (face, edge) in zip(data.classes, colours):
        these = shown[data.targets[shown] == kind]
        (line,) = axes.plot(
            data.points[these, 0], data.points[these, 1], markerfacecolor=face, markeredgecolor=edge,
            markeredgewidth=1.3, **dot,
        )  # fmt: skip
        handles[f"${mathematics(data.label)} = {kind:g}$"] = line


def fills(sheet: Sheet, count: int) -> list[tuple[str, str]]:
    """How many classes → area and outline of the dots of each, which differ in lightness too."""
    theme, lines = sheet.theme, sheet.lines(min(max(count, 2), 4))
    looks = [(theme.paper, lines[0].colour), (lines[1].colour, lines[1].colour)]
    looks += [(blend(theme.paper, lines[number].colour, 0.5), lines[number].colour) for number in range(2, len(lines))]
    return [looks[number % len(looks)] for number in range(count)]


def _grounds(sheet: Sheet, count: int) -> list[str]:
    """How many classes → the ground of each: its colour, pale; without colours greys."""
    theme = sheet.theme
    if theme.forward == theme.backward:
        return [blend(theme.paper, theme.quiet, (0.0, 0.22, 0.11, 0.3)[number % 4]) for number in range(count)]
    return [blend(theme.paper, edge, 0.13) for _, edge in fills(sheet, count)]


def _shades(sheet: Sheet, count: int) -> list[tuple[str, float, Any]]:
    """How many moments → colour, width and dashes of each: the last is the strongest."""
    theme = sheet.theme
    dashes: tuple[object, ...] = ((0, (1.2, 2)), (0, (4, 2)), (0, (8, 2)), "-")
    parts = [0.55 + 0.45 * number / max(count - 1, 1) for number in range(count)]
    return [
        (
            blend(theme.paper, theme.ink, part),
            1.6 + 1.2 * (number == count - 1),
            dashes[round(3 * number / max(count - 1, 1))],
        )
        for number, part in enumerate(parts)
    ]


def _classes(sheet: Sheet, axes: Axes, run: Run, data: Data) -> dict[str, Line2D]:
    from matplotlib.lines import Line2D

    axes.grid(False)
    handles: dict[str, Line2D] = {}
    updates = moments(run)
    for update, (colour, width, dashes) in zip(updates, _shades(sheet, len(updates))):
        classes = regions(run, data, update)
        seen = False
        x, y, costs = _finer(classes.x, classes.y, classes.costs)
        for apart in _differences(costs):
            if apart.min() < 0 < apart.max():
                axes.contour(
                    x, y, apart, levels=[0.0], colors=[colour], linewidths=width, linestyles=[dashes], zorder=3
                )
                seen = True
        if seen:
            line = Line2D([], [], color=colour, linewidth=width, linestyle=dashes)
            handles[sheet.words("plot.after", update, n=str(update))] = line
        if update == updates[-1]:
            best = np.argmin(np.array(costs), axis=0)
            grounds = _grounds(sheet, len(data.classes))
            edges = [number - 0.5 for number in range(len(data.classes) + 1)]
            axes.contourf(x, y, best, levels=edges, colors=grounds, zorder=0)
    return handles


def curves(run: Run, data: Data, update: int) -> list[Array]:
    """Run, its data, number of an update → the lines that are drawn after it, each as points (x, y)."""
    if not data.classes:
        return [np.column_stack(fitted(run, data, update))]
    from contourpy import contour_generator

    classes = regions(run, data, update, _COARSE)
    x, y, costs = classes.x, classes.y, list(classes.costs)
    if len(costs) > 2:  # their regions have corners
        x, y, costs = _finer(x, y, costs)
    between = [contour_generator(x, y, apart).lines(0.0) for apart in _differences(costs)]
    return [np.asarray(line) for lines in between for line in lines if len(line) > 1]


def _finer(x: Array, y: Array, costs: Sequence[Array]) -> tuple[Array, Array, list[Array]]:
    """What each label would cost over a grid → the same over a finer one, so that corners of regions are sharp."""
    across, up = (np.linspace(side[0], side[-1], _FINER * len(side)) for side in (x, y))
    finer = []
    for cost in costs:
        rows = np.array([np.interp(across, x, row) for row in cost])
        finer.append(np.array([np.interp(up, y, column) for column in rows.T]).T)
    return across, up, finer


def _differences(costs: Sequence[Array]) -> Iterator[Any]:
    """What each label would cost → for each two of them the difference, where no other costs less, or just beside."""
    least = np.min(costs, axis=0)
    for first, second in combinations(costs, 2):
        here = np.pad(np.minimum(first, second) <= least, 1, mode="edge")
        rows, columns = least.shape
        near = np.any([here[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0)
        with np.errstate(invalid="ignore"):  # of a run that diverged both may be infinite
            difference = first - second
        apart = np.ma.masked_where(~near | ~np.isfinite(difference), difference)
        if apart.count():
            yield apart


def _lines(sheet: Sheet, axes: Axes, run: Run, data: Data) -> dict[str, Line2D]:
    handles: dict[str, Line2D] = {}
    updates = moments(run)
    last = sheet.lines(1)[0].colour
    for update, (colour, width, dashes) in zip(updates, _shades(sheet, len(updates))):
        x, y = fitted(run, data, update)
        shade = last if update == updates[-1] else colour
        (line,) = axes.plot(x, y, color=shade, linewidth=width, linestyle=dashes, zorder=3)
        handles[sheet.words("plot.after", update, n=str(update))] = line
    low, high = float(np.quantile(data.targets, 0.005)), float(np.quantile(data.targets, 0.995))
    axes.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))
    return handles


def _sentence(sheet: Sheet, run: Run, data: Data, label: str) -> str:
    if not data.classes:
        (x, before), (_, after) = fitted(run, data, 0), fitted(run, data, run.updates)
        return sheet.sentence(
            "plot.boundary.fitted", run.updates, run=label, n=str(run.updates), x0=short(x[0]), x1=short(x[-1]),
            y0=short(after[0]), y1=short(after[-1]), b0=short(before[0]), b1=short(before[-1]), y=plain(data.label),
        )  # fmt: skip
    parts = [f"{100 * right(run, data, update):.0f}" for update in (0, run.updates)]
    return sheet.sentence("plot.boundary.right", run=label, n=str(run.updates), before=parts[0], after=parts[1])
