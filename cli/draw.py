"""`graphviz-ad draw`: one picture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Unpack

import click

from graphviz_ad import api
from graphviz_ad.errors import InputError

from .options import (
    backward_options,
    by_option,
    format_option,
    mode_options,
    output_option,
    picture_options,
    request_options,
)
from .output import Misuse, emit, file_format, report
from .progress import progress_bar
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.api import Graph
    from graphviz_ad.diagram.selection import By
    from graphviz_ad.diagram.style import StyleOptions

FORMATS = ("svg", "png", "pdf", "dot", "tex")
"""Formats of one picture, each a method of `api.Picture`."""
_SYMBOLIC = ("svg", "png", "pdf", "tex")
"""Of these, the ones that a picture without values is made in."""


@click.command("draw")
@output_option("The file to write, or - for standard output.")
@format_option(FORMATS, "Format; else the suffix of -o says it.")
@click.option("--step", type=click.IntRange(min=0), metavar="K", help="The picture after step K; else after the last.")
@by_option
@picture_options
@backward_options
@mode_options
@request_options
def command(
    request: Request, output: str | None, asked_format: str | None, step: int | None, by: By,
    calls: str | None, **look: Unpack[StyleOptions],
) -> None:  # fmt: skip
    """Draw the graph of FORMULA with its values and gradients after one step.

    \b
    Example:
      graphviz-ad draw "a = sigmoid(w*x + b)" w=2 x=3 b=-1 -o neuron.svg
      graphviz-ad draw "a = sigmoid(w*x + b)" w=2 x=3 b=-1 --show numbers -o numbers.svg
      graphviz-ad draw "a = sigmoid(w*x + b)" -o symbols.svg
      graphviz-ad draw "L = (w*x - y)^2" w=0.5 x=2 y=0.8 --backward-graph -o backward.svg
    """
    try:
        kind = file_format(output, asked_format, FORMATS, default="svg")
    except Misuse:
        from graphviz_ad.export.deck import kind_of
        from graphviz_ad.export.registry import DECKS

        if kind_of(output or "")[0] in DECKS:
            raise Misuse(
                f"one picture cannot be '{output}'", f"all steps can: graphviz-ad steps … -o {output}"
            ) from None
        raise
    binary = kind in ("png", "pdf")
    if sys.stdout is not None and sys.stdout.isatty() and (output is None or (output == "-" and binary)):
        problem = f"a terminal cannot show {kind}" if output else "there is no file to draw to"
        raise Misuse(problem, f"give one, as in -o picture.{kind}")
    trace = None
    if not request.values and request.random is None and step is None and not calls and kind in _SYMBOLIC:
        graph = request.graph()
        if graph.inputs:
            report("note", "no values are given: the picture has symbols only; give values, as in w=2, for numbers")
            as_it_is = not (request.closes or look["equations"] or look["backward_graph"]) and kind in ("svg", "png")
            try:
                trace = None if as_it_is and look["fit"] == "graph" else _in_symbols(request, graph)
            except InputError as problem:
                if not as_it_is:
                    raise
                report("note", f"{problem.message}; without them it is as large as the graph needs")
            if trace is None:
                emit(_as_it_is(graph, kind, look), output)
                return
    if trace is None:
        trace = request.trace()
    if calls:
        trace = trace.calling(calls)
    from graphviz_ad.diagram.draw import draw

    with progress_bar("texts") as progress:
        picture = api.Picture(draw(trace, step, by=by, progress=progress, **request.look(look)))
    if picture.frame.deck.remark:
        report("note", picture.frame.deck.remark)
    for warning in picture.warnings:
        report("warning", warning)
    emit(getattr(picture, kind)(), output)


def _as_it_is(graph: Graph, kind: str, look: StyleOptions) -> str | bytes:
    """Graph without values, a format and the look → its picture, of which nothing is closed."""
    from graphviz_ad.diagram.style import make_style
    from graphviz_ad.diagram.symbolic_picture import symbolic_picture

    picture = symbolic_picture(graph, make_style(**look))
    if kind == "svg":
        return picture.svg()
    from graphviz_ad.export.image.pages import picture_png

    return picture_png(picture, 2.0)


def _in_symbols(request: Request, graph: Graph) -> api.Trace:
    """Request and its graph → a trace that is drawn in symbols."""
    from graphviz_ad.autodiff.random_inputs import in_symbols

    return request.closed(api.Trace.of(in_symbols(graph, request.sources(graph))))
