"""Named heights → a figure of bars, with the intervals in which each lies if these are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.typeset import text
from graphviz_ad.export.run.figures.figure import Figure
from graphviz_ad.export.run.figures.series import palette
from graphviz_ad.lazy import optional

_WIDTH = 0.72
"""Of a bar, by the distance between two."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its height, and both ends of the interval in which it lies."""

    name: str
    height: float
    interval: tuple[float, float] | None = None


def bars(
    columns: Sequence[Bar], x: str, y: str, *, title: str, description: str, lang: str = "en",
    size: tuple[float, float] = (640.0, 260.0), top: float | None = None,
) -> Figure:  # fmt: skip
    """Bars, the names of both axes, and what is seen → the figure; `top` is the end of the axis.

    Raises MissingPartError without matplotlib.
    """
    drawing = optional("graphviz_ad.export.run.figures.drawing", "plots", "a figure of a class")
    style = make_style(lang=lang)
    with drawing.settled():
        sheet = drawing.Sheet(style.theme, style.lang, size)
        (axes,) = sheet.grid(1, 1)
        places = list(range(len(columns)))
        axes.bar(places, [bar.height for bar in columns], _WIDTH, color=palette(style.theme)[0])
        for place, bar in zip(places, columns, strict=True):
            if bar.interval is not None:
                axes.plot([place, place], bar.interval, color=style.theme.ink, linewidth=1.6)
        axes.set_xticks(places, [text(bar.name) for bar in columns])
        axes.set_ylim(0, top or max([bar.height for bar in columns] + [1]) * 1.08)
        axes.grid(False, axis="x")
        sheet.name(axes, text(x), text(y))
        svg, shown = sheet.svg(title, description)
    return Figure(svg, shown, "bars", description, title=title)
