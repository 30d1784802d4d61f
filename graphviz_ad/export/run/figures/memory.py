"""The bytes that a batch holds by its size, and for several runs the seconds of an epoch beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.export.run.figures.labels import joined_sentences
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.lazy import lazy
from graphviz_ad.training.footprint import footprint
from graphviz_ad.training.run import Run

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_LARGEST = 1_000_000
"""Examples the curve goes to at least, and which the caption speaks of."""
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
"""Units of memory, each a thousand times the one before."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs → bytes against the size of a batch; with several sizes, seconds an epoch too."""
    runs = subject.runs
    held = footprint(runs[0].model)
    used = sorted({run.settings.batches.size for run in runs})
    timed = len(used) > 1
    panels = sheet.grid(1, 2 if timed else 1, aspect=0.8 if timed else 0.55)
    axes, line = panels[0], sheet.lines(1)[0]
    largest = max(_LARGEST, len(runs[0].model.table))
    sizes = np.unique(np.geomspace(1, largest, 61).round())
    axes.plot(sizes, [held.bytes(int(size)) for size in sizes], **line.look)
    axes.plot(used, [held.bytes(size) for size in used], "o", markersize=8, color=line.colour, markeredgewidth=0)
    sheet.log(axes, "x")
    sheet.log(axes, "y")
    powers = range(math.floor(math.log10(held.bytes(1))), math.ceil(math.log10(held.bytes(largest))) + 1)
    _bytes_at(axes, [10.0**power for power in powers])
    for number, size in enumerate(used):
        last = number == len(used) - 1 and size > 1000
        axes.annotate(
            f"$B = {size}$", (size, held.bytes(size)), xytext=(-9, 6) if last else (9, -6), textcoords="offset points",
            ha="right" if last else "left", va="center", color=sheet.theme.ink, fontsize=sheet.sizes.shape,
        )  # fmt: skip
    sheet.name(axes, sheet.words("plot.axis.batch", B="B"), sheet.words("plot.axis.bytes"))
    sheet.mark(axes, axis="batch")
    if timed:
        _time(sheet, panels[1], runs)
    sentence = sheet.sentence(
        "plot.memory.said", each=str(held.per_example), fixed=str(held.fixed), n=str(used[-1]),
        held=size_text(held.bytes(used[-1])), million=size_text(held.bytes(_LARGEST)),
    )  # fmt: skip
    if held.pairs:
        sentence = joined_sentences([sentence, sheet.sentence("plot.memory.pairs", n=str(held.pairs))], sheet.lang)
    return Words(sheet.sentence("plot.memory"), sentence)


def _bytes_at(axes: Axes, values: list[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter

    axes.yaxis.set_major_locator(FixedLocator(values))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, place: f'#"{size_text(round(value))}"'))


def _time(sheet: Sheet, axes: Axes, runs: tuple[Run, ...]) -> None:
    """Draws the seconds of an epoch against the size of a batch."""
    done = [run for run in runs if run.epochs_done > 0]
    pairs = sorted((run.settings.batches.size, float(run.seconds[-1]) / run.epochs_done) for run in done)
    line = sheet.lines(2)[1]
    axes.plot(*zip(*pairs), marker="o", markersize=8, markeredgewidth=0, **line.look)
    sheet.log(axes, "x", plain=True)
    sheet.log(axes, "y")
    sheet.ticks(axes, "x", _apart([size for size, _ in pairs]))
    sheet.name(axes, sheet.words("plot.axis.batch", B="B"), sheet.words("plot.axis.epoch_seconds"))
    sheet.mark(axes, axis="batch")


def _apart(sizes: list[int]) -> list[int]:
    """Sizes → those that are far enough from one another for numbers under a logarithmic axis."""
    kept: list[int] = []
    for size in sizes:
        if not kept or size >= 2 * kept[-1]:
            kept.append(size)
    return kept


def size_text(count: float) -> str:
    """Bytes → text with the unit that fits.

    >>> size_text(688), size_text(80_000_048)
    ('688 B', '80 MB')
    """
    power = min(max(0, int(math.log10(max(count, 1)) // 3)), len(_UNITS) - 1)
    return f"{count / 1000**power:.3g} {_UNITS[power]}"
