"""A run as one web page: its curve and its path, and beside them the graph of the update that is chosen.

The graph is that of one update, whose numbers the page computes anew for any other; nothing is fetched.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Unpack

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.selection import Selection, chosen
from graphviz_ad.diagram.states import colours
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.errors import InputError
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.player.page import deck
from graphviz_ad.export.run.figures.figure import Figure
from graphviz_ad.export.run.figures.registry import FigureOptions, figure
from graphviz_ad.export.run.page_numbers import AXES, PageNumbers, page_numbers, shown_number
from graphviz_ad.messages.multilingual import Words
from graphviz_ad.training.run import Run
from graphviz_ad.training.shown_update import shown_update

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import Style

_PLOT_PX = (460.0, 300.0)
"""Width and height of the curve and of the path."""
_MAX_WRITTEN_OUT = 4
"""Examples up to which a batch is written out: beside the plots there is room for four rows."""
_MAX_FIELDS = 12
"""Entries of a column in a batch up to which they have fields of their own."""


def content(run: Run, **options: Unpack[StyleOptions]) -> bytes:
    """Run and a look → the page. Raises InputError where there is no update, MissingPartError without matplotlib."""
    if not run.updates:
        raise InputError(f"there is no update to show: {run.stopped}", hint="give a smaller learning rate")
    number = shown_number(run)
    size = run.settings.batches.size
    trace = shown_update(run, number, None if size <= _MAX_WRITTEN_OUT else False)
    look: StyleOptions = {**options, "fit": "page"}
    style = make_style(**look)
    if style.detail is not None:
        trace = closed(trace, style.detail)
    elif size > 1:  # beside the plots there is room for statements, not for all operations
        trace = closed(trace, "statement")
    numbers = page_numbers(run, trace)
    selection = Selection(by="statement")
    frames = chosen(trace, selection)
    page = Deck(trace, style, [], selection=selection)
    data, _ = deck(
        page, frames, "", lambda done: None, start=frames[-1], extension=_extension(run, trace, numbers, style)
    )
    return data


def _extension(run: Run, trace: Trace, numbers: PageNumbers, style: Style) -> Extension:
    """Run, the trace shown, the numbers of all updates → what stands beside the graph."""
    plots = _plots(run, numbers, style)
    quiet = frozenset(node for node, _, _, size in numbers["inputs"] if size > _MAX_FIELDS)
    return Extension(
        "run", lambda words: _html(words, plots, numbers), _file("run.css"), _file("run.js"), numbers, quiet
    )  # fmt: skip


def _plots(run: Run, numbers: PageNumbers, style: Style) -> dict[str, str]:
    """Run → SVG by name: the curve against each axis, and the path where there is one."""
    options: FigureOptions = {"theme": style.theme, "lang": style.lang, "size": _PLOT_PX}
    plots: dict[str, Figure] = {}
    for axis in AXES:
        against: FigureOptions = {**options, "axes": (axis,)}
        plots[axis] = figure(run, "loss", **against)
    if numbers["point"] is not None:
        plots["path"] = figure(run, "path", **options)
    return {name: _with_variables(plot.svg(), style.theme) for name, plot in plots.items()}


def _with_variables(svg: str, theme: Theme) -> str:
    """SVG in the colours of a theme → the same in those of the page, which may be dark."""
    names = {colour: name.replace("_", "-") for name, colour in reversed(colours(theme).items())}
    return re.sub(
        r'"(#[0-9a-f]{6})"', lambda match: f'"var(--{names[match[1]]})"' if match[1] in names else match[0], svg
    )


def _html(words: Words, plots: dict[str, str], numbers: PageNumbers) -> str:
    """Words of the page, its plots → the part beside the graph."""
    axes = "".join(words.tag("option", f"run.{axis}", f'value="{axis}"') for axis in AXES)
    curves = "".join(
        f'<div class="plot" data-plot="{name}"{"" if name in ("epochs", "path") else " hidden"}>{svg}</div>'
        for name, svg in plots.items()
    )
    icons = {"before": "M14 4v12L5 10z", "play": "M6 3v14l11-7z", "after": "M6 4v12l9-6z"}
    buttons = "".join(
        f'<button type="button" data-run="{what}" {words.name(f"run.{what}", "aria-label", "title")}>'
        f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{path}"/></svg></button>'
        for what, path in icons.items()
    )
    last = len(numbers["updates"]) - 1
    return (
        f'<section class="run" {words.name("run.about")} hidden><div class="choose">'
        f'<span class="buttons">{buttons}</span><input type="range" id="update" min="0" max="{last}" value="0" '
        f'{words.name("run.update")}><label>{words.tag("span", "run.axis")} <select id="axis">{axes}</select></label>'
        f'</div><p class="where"><output id="where" aria-live="polite"></output></p>'
        f'<div class="plots">{curves}</div>{words.tag("p", "run.hint", "class=hint")}</section>'
    )


def _file(name: str) -> str:
    return (files("graphviz_ad.export.run") / name).read_text(encoding="utf-8")
