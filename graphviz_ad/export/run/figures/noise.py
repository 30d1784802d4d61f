"""Gradients of batches at one point, for three sizes, and how far they lie apart by the size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_ad.export.run.figures.labels import joined_sentences, mathematics, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.lazy import lazy
from graphviz_ad.training.noise import Noise, noise
from graphviz_ad.training.surface import chosen

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_CLOUDS = (1, 8, 64)
"""Batch sizes whose gradients are drawn, each with an eighth of the variance of the one before."""
_DRAWS = 60
"""Gradients in each cloud."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Run → clouds of gradients before an update, and their spread."""
    model = subject.run.model
    measured = noise(model, subject.point, seed=subject.run.settings.batches.seed)
    sizes = [size for size in _CLOUDS if size <= max(measured.sizes)]
    two = chosen(model, subject.parameters) if len(measured.names) > 1 else None
    name = model.graph.names[model.graph.output]
    if two is None:
        (panel,) = sheet.grid(1, 1, aspect=0.55)
    else:
        *clouds, panel = sheet.grid(2, 2, aspect=0.7) if len(sizes) == 3 else sheet.grid(1, len(sizes) + 1, aspect=0.9)
        _clouds(sheet, clouds, measured, sizes, two, mathematics(name))
    _spread(sheet, panel, measured)
    return Words(sheet.sentence("plot.noise"), _description(sheet, measured, subject.update, name))


def _clouds(
    sheet: Sheet, panels: list[Axes], measured: Noise, sizes: list[int], two: tuple[int, int], loss: str
) -> None:
    theme, places = sheet.theme, list(two)
    drawn = [measured.cloud(size, _DRAWS)[:, places] for size in sizes]
    first = np.concatenate([drawn[0], measured.mean[None, places]])
    low, high = np.quantile(first, 0.03, axis=0), np.quantile(first, 0.97, axis=0)
    room = 0.12 * np.maximum(high - low, 1e-12)
    derivatives = [f"partial {loss} slash partial {mathematics(measured.names[place])}" for place in two]
    line = sheet.lines(1)[0]
    handles: tuple[Any, ...] = ()
    for place, (axes, size, points) in enumerate(zip(panels, sizes, drawn)):
        (dots,) = axes.plot(
            points[:, 0], points[:, 1], "o", markersize=5, color=line.colour, alpha=0.6, markeredgewidth=0
        )
        (mean,) = axes.plot(
            *measured.mean[places][:, None], marker="x", linestyle="none", markersize=10, markeredgewidth=2.2,
            color=theme.backward, zorder=5,
        )  # fmt: skip
        axes.set_xlim(low[0] - room[0], high[0] + room[0])
        axes.set_ylim(low[1] - room[1], high[1] + room[1])
        left = place != 1 or len(panels) < 3
        sheet.name(axes, f"${derivatives[0]}$", f"${derivatives[1]}$" if left else None, f"$B = {size}$")
        handles = (dots, mean)
    sheet.legend([(handles[0], sheet.words("plot.noise.batch")), (handles[1], sheet.words("plot.noise.all"))])


def _spread(sheet: Sheet, axes: Axes, measured: Noise) -> None:
    theme, line = sheet.theme, sheet.lines(1)[0]
    sizes = np.array(measured.sizes, dtype=float)
    axes.plot(sizes, measured.sigma / np.sqrt(sizes), color=theme.quiet, linestyle=(0, (5, 3)), linewidth=1.6)
    axes.plot(sizes, measured.deviations, "o", markersize=7, color=line.colour, markeredgewidth=0)
    axes.set_ylim(min(measured.deviations) / 1.7, max(measured.deviations) * 1.7)
    axes.set_xlim(sizes[0] / 1.4, sizes[-1] * 1.4)
    sheet.log(axes, "x", plain=True)
    sheet.log(axes, "y", plain=True)
    sheet.ticks(axes, "x", [size for size in measured.sizes if size <= 10_000])
    middle = len(sizes) // 2
    axes.annotate(
        "$tilde.op 1 slash sqrt(B)$", (sizes[middle], measured.sigma / np.sqrt(sizes[middle])), xytext=(8, 8),
        textcoords="offset points", color=theme.ink, fontsize=sheet.sizes.value,
    )  # fmt: skip
    sheet.name(axes, sheet.words("plot.axis.batch", B="B"), sheet.words("plot.axis.deviation"))
    sheet.mark(axes, axis="batch")


def _description(sheet: Sheet, measured: Noise, update: int, name: str) -> str:
    pairs = [
        sheet.sentence("plot.noise.size", B=str(size), d=short(value))
        for size, value in zip(measured.sizes, measured.deviations)
    ]
    sentence = sheet.sentence("plot.noise.said", loss=name, update=str(update), first=pairs[0], last=pairs[-1])
    return joined_sentences([sentence, sheet.sentence("plot.noise.slope", slope=short(measured.slope))], sheet.lang)
