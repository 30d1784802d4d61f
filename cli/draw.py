"""`graphviz-ad draw`: one picture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Unpack

import click

from .options import Request, format_option, output_option, picture_options, request_options
from .output import Misuse, emit, file_format, report
from .progress import progress_bar

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import StyleOptions

FORMATS = ("svg", "png", "pdf", "dot", "tex")
"""Formats of one picture, each a method of `api.Picture`."""


@click.command("draw")
@output_option("The file to write, or - for standard output.")
@format_option(FORMATS, "Format; else the suffix of -o says it.")
@click.option("--step", type=click.IntRange(min=0), metavar="K", help="The picture after step K; else after the last.")
@picture_options
@request_options
def command(
    request: Request, output: str | None, asked_format: str | None, step: int | None, **look: Unpack[StyleOptions]
) -> None:
    """Draw the graph of FORMULA with its values and gradients after one step.

    \b
    Example:
      graphviz-ad draw "a = sigmoid(w*x + b)" w=2 x=3 b=-1 -o neuron.svg
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
    trace = request.trace()
    from graphviz_ad.api import Picture
    from graphviz_ad.diagram.picture import draw

    with progress_bar("texts") as progress:
        picture = Picture(draw(trace, step, progress=progress, **look))
    for warning in picture.warnings:
        report("warning", warning)
    emit(getattr(picture, kind)(), output)
