"""The norm of the gradient of each parameter over the updates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError
from graphviz_ad.export.run.figures.labels import listed, mathematics, plain, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import MAX_LINES, cut
from graphviz_ad.lazy import lazy
from graphviz_ad.training.surface import norms
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_DECADES = 1.0
"""That the norms go through from which on the axis has powers of ten."""
_MAX_UPDATES, _POINTS = 2000, 160
"""Updates whose gradients are computed, and points of a line: means over several where there are more updates."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Run → a line for each parameter; of the first run where there are several."""
    run = subject.run
    updates, norms_by_name = norms(run, _MAX_UPDATES)
    if len(norms_by_name) > MAX_LINES:
        if subject.parameters is None:
            hint = f"name some of them: {', '.join(list(norms_by_name)[:8])}"
            raise InputError(f"a figure tells {MAX_LINES} parameters apart; there are {len(norms_by_name)}", hint=hint)
        norms_by_name = {name: values for name, values in norms_by_name.items() if name in subject.parameters}
    (axes,) = sheet.grid(1, 1, aspect=0.55)
    handles = []
    begun = max((float(values[values > 0][0]) for values in norms_by_name.values() if np.any(values > 0)), default=0.0)
    norms_by_name = {name: cut(values, begun) for name, values in norms_by_name.items()}
    per_point = max(1, math.ceil(len(updates) / _POINTS))
    centres = _means(updates, per_point)
    for line, (name, values) in zip(sheet.lines(len(norms_by_name)), norms_by_name.items()):
        means = _means(values, per_point)
        (drawn,) = axes.plot(centres, np.where(means > 0, means, np.nan), **line.look)
        handles.append((drawn, f"${mathematics(name)}$"))
    sizes = np.concatenate([_means(values, per_point) for values in norms_by_name.values()])
    sizes = sizes[sizes > 0]
    if sizes.size and np.log10(sizes.max() / sizes.min()) > _DECADES:
        sheet.log(axes, "y")
    loss = mathematics(run.model.graph.names[run.model.graph.output])
    norm = f"norm(partial {loss} slash partial theta)"
    wide = per_point * round(run.updates / len(updates))
    vertical = sheet.words("plot.axis.norm", norm=norm) if wide == 1 else (
        sheet.words("plot.axis.norm.mean", norm=norm, n=str(wide))
    )  # fmt: skip
    sheet.name(axes, sheet.words("plot.axis.updates"), vertical)
    sheet.legend(handles)
    parts = [
        sheet.sentence("plot.norms.one", name=plain(name), before=short(values[0]), after=short(values[-1]))
        for name, values in norms_by_name.items()
    ]
    sentence = sheet.sentence("plot.norms.said", run.updates, n=str(run.updates), norms=listed(parts, sheet.lang))
    return Words(sheet.sentence("plot.norms"), sentence)


def _means(values: Array, per_point: int) -> Array:
    """Values, and how many of them a point stands for → the means of so many, the last perhaps of fewer."""
    return np.array([float(np.mean(values[start : start + per_point])) for start in range(0, len(values), per_point)])
