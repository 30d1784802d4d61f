"""The norm of the gradient of each parameter over the updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError
from graphviz_ad.export.run.figures.labels import listed, mathematics, plain, short
from graphviz_ad.export.run.figures.registry import Subject, Words
from graphviz_ad.export.run.figures.series import MAX_LINES
from graphviz_ad.lazy import lazy
from graphviz_ad.training.surface import norms

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.export.run.figures.drawing import Sheet
else:
    np = lazy("numpy")

_DECADES = 1.0
"""That the norms go through from which on the axis has powers of ten."""
_THIN = 1.4
"""Width of lines that go up and down from update to update."""


def draw(sheet: Sheet, subject: Subject) -> Words:
    """Run → a line for each parameter; of the first run where there are several."""
    run = subject.run
    updates, found = norms(run)
    if len(found) > MAX_LINES:
        if subject.parameters is None:
            hint = f"name some of them: {', '.join(list(found)[:8])}"
            raise InputError(f"a figure tells {MAX_LINES} parameters apart; there are {len(found)}", hint=hint)
        found = {name: values for name, values in found.items() if name in subject.parameters}
    (axes,) = sheet.grid(1, 1, aspect=0.55)
    handles = []
    for line, (name, values) in zip(sheet.lines(len(found)), found.items()):
        (drawn,) = axes.plot(updates, np.where(values > 0, values, np.nan), **{**line.look, "linewidth": _THIN})
        handles.append((drawn, f"${mathematics(name)}$"))
    sizes = np.concatenate([values[values > 0] for values in found.values()])
    if sizes.size and np.log10(sizes.max() / sizes.min()) > _DECADES:
        sheet.log(axes, "y")
    loss = mathematics(run.model.graph.names[run.model.graph.output])
    sheet.name(
        axes, sheet.words("plot.axis.updates"), sheet.words("plot.axis.norm", norm=f"norm(partial {loss} slash partial theta)")
    )
    sheet.legend(handles)
    parts = [
        sheet.told("plot.norms.one", name=plain(name), before=short(values[0]), after=short(values[-1]))
        for name, values in found.items()
    ]
    said = sheet.told("plot.norms.said", run.updates, n=str(run.updates), norms=listed(parts, sheet.lang))
    return Words(sheet.told("plot.norms"), said)
