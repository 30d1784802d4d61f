"""How far one update jumps with the outlier in its batch, by the size of the batch; and where the outlier is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.export.run.figures.labels import joined_sentences, listed, mathematics, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import blend
from graphviz_ad.lazy import lazy
from graphviz_ad.training.boundary import Data, data_of
from graphviz_ad.training.outlier import Jump, jump

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_MAX_MARKERS = 120
"""Other examples that are drawn: each is an element of the SVG."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Run → jumps at one point with and without the example of the largest gradient."""
    run = subject.run
    rate = float(run.settings.rate)
    jumps = jump(run.model, subject.point, rate, _sizes(subject), seed=run.settings.batches.seed)
    shown = _shown(subject)
    panels = sheet.grid(1, 2 if shown else 1, aspect=0.85 if shown else 0.55)
    if shown:
        _points(sheet, panels[0], shown, jumps.index)
    _jumps(sheet, panels[-1], jumps)
    sentence = sheet.sentence(
        "plot.outlier.said", number=str(jumps.index + 1), ratio=short(jumps.ratio), update=str(subject.update),
        jumps=listed([sheet.sentence("plot.outlier.jump", B=str(size), d=short(far)) for size, far in
                      zip(jumps.sizes, jumps.jumps)], sheet.lang),
    )  # fmt: skip
    usual = sheet.sentence("plot.outlier.usual", B=str(jumps.sizes[0]), d=short(jumps.usual[0]))
    return Words(sheet.sentence("plot.outlier"), joined_sentences([sentence, usual], sheet.lang))


def _sizes(subject: Subject) -> list[int] | None:
    """Sizes of the batches of several runs, None for those by which one is looked at."""
    sizes = sorted({run.settings.batches.size for run in subject.runs})
    return sizes if len(sizes) > 2 else None


def _shown(subject: Subject) -> Data | None:
    """→ the data where they can be drawn as points over one feature."""
    try:
        data = data_of(subject.run.model)
    except InputError:
        return None
    return data if len(data.features) == 1 else None


def _points(sheet: Sheet, axes: Axes, data: Data, index: int) -> None:
    theme = sheet.theme
    others = np.delete(np.arange(len(data.targets)), index)
    marked = np.sort(np.random.default_rng(0).permutation(others)[:_MAX_MARKERS])
    grey = blend(theme.paper, theme.quiet, 0.75)
    axes.plot(data.points[marked, 0], data.targets[marked], "o", markersize=5, color=grey, markeredgewidth=0)
    axes.plot(
        data.points[[index], 0], data.targets[[index]], "o", markersize=10, markerfacecolor=theme.backward,
        markeredgecolor=theme.paper, markeredgewidth=1.2,
    )  # fmt: skip
    axes.margins(0.08)
    sheet.name(axes, f"${mathematics(data.features[0])}$", f"${mathematics(data.label)}$")


def _jumps(sheet: Sheet, axes: Axes, jumps: Jump) -> None:
    theme, usual = sheet.theme, sheet.lines(2)[0]
    sizes = np.array(jumps.sizes, dtype=float)
    law = jumps.jumps[0] * sizes[0] / sizes
    axes.plot(sizes, law, color=theme.quiet, linestyle=(0, (5, 3)), linewidth=1.5)
    strong: dict[str, Any] = {
        "color": theme.backward,
        "markersize": 8.5,
        "markeredgewidth": 0,
        "linestyle": "none",
        "marker": "o",
    }
    weak: dict[str, Any] = {"markerfacecolor": theme.paper, "markeredgecolor": usual.colour, "markeredgewidth": 1.8}
    (with_it,) = axes.plot(sizes, jumps.jumps, **strong)
    (without,) = axes.plot(sizes, jumps.usual, marker="o", linestyle="none", markersize=8, **weak)
    everything = [*jumps.jumps, *jumps.usual, *law]
    axes.set_ylim(min(everything) / 2, max(everything) * 2.2)
    axes.set_xlim(sizes[0] / 1.5, sizes[-1] * 1.5)
    sheet.log(axes, "x", plain=True)
    sheet.log(axes, "y")
    sheet.ticks(axes, "x", list(jumps.sizes))
    middle = len(sizes) // 2
    axes.annotate(
        "$tilde.op 1 slash B$", (float(sizes[middle]), float(law[middle])), xytext=(9, 8), textcoords="offset points",
        color=theme.ink, fontsize=sheet.sizes.value,
    )  # fmt: skip
    sheet.name(axes, sheet.words("plot.axis.batch", B="B"), sheet.words("plot.axis.jump"))
    sheet.mark(axes, axis="batch")
    sheet.legend([(with_it, sheet.words("plot.outlier.with")), (without, sheet.words("plot.outlier.without"))])
