"""The loss over all examples against what was spent: epochs, updates, examples and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError, nearest
from graphviz_ad.export.run.figures.labels import joined_sentences, mathematics, run_label, run_text, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import cut
from graphviz_ad.lazy import lazy
from graphviz_ad.training.compare import Comparison
from graphviz_ad.training.curves import AXES, Axis, axes_of
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_SPREAD = 8.0
"""How many times as much one run has spent as another from where on the axis is logarithmic, so that both are seen."""
_DECADES = 1.5
"""That the excess over the lowest loss goes through where it is drawn in place of the loss, with powers of ten."""
_ROUNDING = 1e-14
"""Share of the lowest loss below which an excess over it is rounding."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Runs → the curves of all in a panel for each axis."""
    compared = subject.comparison
    known = axes_of(subject.run)
    shown = _axes(subject.axes or (known if len(compared.runs) > 1 else known[:1]))
    excess = _as_excess(compared)
    rows, columns = (2, 2) if len(shown) == 4 else (1, len(shown))
    panels = sheet.grid(rows, columns, aspect=0.62 if columns > 1 else 0.55)
    name = mathematics(subject.run.model.graph.names[subject.run.model.graph.output])
    vertical = sheet.words("plot.axis.loss", loss=f"{name} - {name}_(min)" if excess else name)
    lines, handles = sheet.lines(len(compared.runs)), []
    for place, (axes, axis) in enumerate(zip(panels, shown)):
        spent = [curve.against(axis)[-1] for curve in compared.curves]
        log = max(spent) > _SPREAD * max(min(spent), 1e-300) and min(spent) > 0
        handles = [_curve(axes, compared, number, axis, lines[number], excess) for number in range(len(lines))]
        if axes.dataLim.x1 < max(spent):  # where nothing is left of the excess at the end
            axes.set_xlim(right=1.02 * max(spent))
        if excess:
            sheet.log(axes, "y")
        if log:
            sheet.log(axes, "x")
        left = place % columns == 0
        sheet.name(axes, sheet.words(f"plot.axis.{axis}"), vertical if left else None)
        sheet.mark(axes, axis=axis, excess=str(int(excess)))
    if len(handles) > 1 or compared.bands:
        sheet.legend([(line, run_label(parts, sheet.lang)) for line, parts in zip(handles, compared.distinctions)])
    return _words(sheet, compared)


def _axes(names: Sequence[str]) -> tuple[Axis, ...]:
    """Names of axes → them. Raises InputError."""
    for name in names:
        if name not in AXES:
            near = nearest(name, AXES)
            meant = f"did you mean '{near}'? " if near else ""
            raise InputError(f"there is no axis '{name}'", hint=f"{meant}the axes are {', '.join(AXES)}")
    return tuple(axis for axis in AXES if axis in names)


def _as_excess(compared: Comparison) -> bool:
    """Whether the loss above the lowest that is known says more than the loss: it spans decades."""
    sizes = np.concatenate([above(compared, number) for number in range(len(compared.runs))])
    sizes = sizes[np.isfinite(sizes)]
    return bool(sizes.size > 1 and np.log10(sizes.max()) - np.log10(sizes.min()) > _DECADES)


def above(compared: Comparison, number: int) -> Array:
    """Number of a run → its excess, no number where nothing but rounding is left of it."""
    above = compared.excess(number)
    kept = np.where(above > _ROUNDING * max(1.0, abs(compared.best)), above, np.nan)
    return cut(kept, float(above[0]))


def _curve(axes: Axes, compared: Comparison, number: int, axis: Axis, line: Any, excess: bool) -> Any:
    """Draws the curve of a run, and its band below it; → the line."""
    curve = compared.curves[number]
    if compared.bands:
        band = compared.bands[number]
        low, high = band.low, band.high
        floor = _ROUNDING * max(1.0, abs(compared.best))
        if excess:
            low, high = np.maximum(low - compared.best, floor), np.maximum(high - compared.best, floor)
        x = band.middle.against(axis)
        axes.fill_between(x[1:], low[1:], high[1:], color=line.colour, alpha=0.22, linewidth=0)
        curve = band.middle
        y = np.maximum(curve.loss - compared.best, floor) if excess else curve.loss
        (drawn,) = axes.plot(curve.against(axis)[1:], y[1:], **line.look)
        return drawn
    y = above(compared, number) if excess else cut(curve.loss, float(curve.loss[0]))
    first = 1 if len(compared.runs) > 1 else 0
    (drawn,) = axes.plot(curve.against(axis)[first:], y[first:], **line.look)
    return drawn


def _words(sheet: Sheet, compared: Comparison) -> Words:
    lang = sheet.lang
    name = compared.runs[0].model.graph.names[compared.runs[0].model.graph.output]
    sentences = [
        sheet.sentence(
            "plot.loss.run" if run.model.columns else "plot.loss.run.alone",
            run.updates,
            n=str(run.updates),
            epochs=short(run.epochs_done),
            loss=short(curve.loss[-1]),
            before=short(curve.loss[0]),
            run=run_text(parts, lang),
        )
        for run, curve, parts in zip(compared.runs, compared.curves, compared.distinctions)
    ]
    sentences.append(sheet.sentence("plot.loss.best", loss=short(compared.best)))
    if compared.bands:
        first = compared.bands[0]
        sentences.append(sheet.sentence("plot.loss.bands", n=str(first.count), share=f"{100 * first.share:.0f}"))
    title = "plot.loss" if compared.runs[0].model.columns else "plot.loss.alone"
    return Words(sheet.sentence(title, loss=name), joined_sentences(sentences, lang))
