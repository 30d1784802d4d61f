"""A run as one web page: its curve, its path or boundary, and beside them the graph of the update that is chosen.

The graph is that of one update, whose numbers the page computes anew for any other; nothing is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.selection import Selection, chosen
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.errors import InputError
from graphviz_ad.export.player.document import document
from graphviz_ad.export.player.extension import Extension
from graphviz_ad.export.run.figures.figure import Figure
from graphviz_ad.export.run.figures.registry import FigureOptions, figure
from graphviz_ad.export.run.page_numbers import Input, PageNumbers, Rest, by_size, inputs, page_numbers
from graphviz_ad.export.run.plots import controls, file, in_page_colours, line_rules, together
from graphviz_ad.messages.multilingual import Words
from graphviz_ad.tracing.calculation import obstacle
from graphviz_ad.training.compare import comparison
from graphviz_ad.training.curves import AXES, axes_of
from graphviz_ad.training.run import Run
from graphviz_ad.training.shown_update import shown_update

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import Style

_PLOT_PX = (460.0, 300.0)
"""Width and height of the curve and of the path."""
_MAX_WRITTEN_OUT = 8
"""Examples up to which a batch is written out, so that the contribution of each is seen."""
_MAX_FIELDS = 12
"""Entries of a column in a batch up to which they have fields of their own."""


def content(run: Run, **options: Unpack[StyleOptions]) -> bytes:
    """Run and a look → the page. Raises InputError where there is no update, MissingPartError without matplotlib."""
    if not run.updates:
        raise InputError(f"there is no update to show: {run.stopped}", hint="give a smaller learning rate")
    look: StyleOptions = {**options, "fit": "page"}
    style = make_style(**look)
    whole, rest = by_size(run)
    trace = _trace(run, whole[0], style)
    is_fixed = obstacle(trace, _quiet(inputs(run, trace))) is not None  # no other update is computed in the page
    numbers = page_numbers(run, trace, _rest(run, rest[0], style) if rest and not is_fixed else None)
    return _page(trace, style, _extension(run, numbers, style, is_fixed=is_fixed))


def _trace(run: Run, number: int, style: Style) -> Trace:
    """Run, the number of an update and a look → its trace as the page shows it."""
    size = run.settings.batches.size
    trace = shown_update(run, number, None if size <= _MAX_WRITTEN_OUT else False)
    if style.detail is not None:
        return closed(trace, style.detail)
    # beside the plots there is room for statements, not for all operations
    return closed(trace, "statement") if size > 1 else trace


def _page(trace: Trace, style: Style, extension: Extension) -> bytes:
    """Trace, a look and what stands beside it → the page, which begins at the end."""
    selection = Selection(by="statement")
    frames = chosen(trace, selection)
    page = Deck(trace, style, [], selection=selection)
    return document(page, frames, lambda done: None, start=frames[-1], extension=extension)


def _rest(run: Run, number: int, style: Style) -> Rest:
    """Run and the number of an update with a smaller batch → the page that is shown in a frame of the other."""
    trace = _trace(run, number, style)
    places = inputs(run, trace)
    extension = Extension("rest", lambda words: "", "", file("plots.js") + file("rest.js"), {}, _quiet(places))
    return {"inputs": places, "page": _page(trace, style, extension).decode()}


def _quiet(inputs: list[Input]) -> frozenset[int]:
    """Inputs → those that have too many numbers for fields."""
    return frozenset(node for node, _, _, size in inputs if size > _MAX_FIELDS)


def _extension(run: Run, numbers: PageNumbers, style: Style, *, is_fixed: bool) -> Extension:
    """Run, the numbers of all updates, whether the graph shows one of them alone → what stands beside it."""
    plots = _plots(run, numbers, style)
    looks = line_rules(style.theme) + file("plots.css") + file("run.css")
    script = file("plots.js") + file("run.js")
    framed = numbers["rest"]["page"] if numbers["rest"] else ""
    quiet = _quiet(numbers["inputs"])
    return Extension(
        "run", lambda words: _html(words, plots, numbers, is_fixed=is_fixed), looks, script, numbers, quiet, framed
    )


def _plots(run: Run, numbers: PageNumbers, style: Style) -> dict[str, str]:
    """Run → SVG by name: the curve against each axis, and the path and the boundary where there are."""
    options: FigureOptions = {"theme": style.theme, "lang": style.lang, "size": _PLOT_PX}
    alone = comparison((run,))  # whose lowest point all of them show
    plots: dict[str, Figure] = {}
    for axis in axes_of(run):
        against: FigureOptions = {**options, "axes": (axis,)}
        plots[axis] = figure(alone, "loss", **against)
    if numbers["point"] is not None:
        plots["path"] = figure(alone, "path", **options)
    if numbers["boundary"] is not None:
        plots["boundary"] = figure(alone, "boundary", **options)
    return {name: in_page_colours(plot.svg(), style.theme) for name, plot in plots.items()}


def _html(words: Words, plots: dict[str, str], numbers: PageNumbers, *, is_fixed: bool) -> str:
    """Words of the page, its plots, its numbers, whether the graph shows one update alone → the part beside it."""
    hidden, svgs = together(list(plots.values()), "p")  # the graph has names of its own
    axes = tuple(axis for axis in AXES if axis in plots)
    curves = "".join(
        f'<div class="plot" data-plot="{name}"{" hidden" if name in axes[1:] else ""}>{svg}</div>'
        for name, svg in zip(plots, svgs, strict=True)
    )
    last = len(numbers["updates"]) - 1
    fixed = words.tag("p", "run.fixed", "class=where") if is_fixed else ""
    frame = f"<iframe {words.name('graph', 'title')} allow=fullscreen hidden></iframe>" if numbers["rest"] else ""
    return (
        f'<section class="run" {words.name("run.about")} hidden>{controls(words, "run.", "update", last, axes)}'
        f'<p class="where"><output id="where" aria-live="polite"></output></p>{fixed}'
        f'{hidden}<div class="plots">{curves}</div>{words.tag("p", "run.hint", "class=hint")}</section>{frame}'
    )
