"""`graphviz-ad steps`: every step, as numbered files or as a deck."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Unpack

import click

from graphviz_ad.errors import nearest
from graphviz_ad.export.registry import DECKS, table

from .options import (
    backward_options,
    format_option,
    mode_options,
    output_option,
    picture_options,
    request_options,
    selection_options,
)
from .output import Misuse, report
from .progress import progress_bar
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.diagram.glyphs import Glyphs
    from graphviz_ad.diagram.selection import By, Pass, Skip
    from graphviz_ad.diagram.style import StyleOptions

FORMATS = ("svg", "png", "pdf", "dot", "tex")
"""Formats of the pictures in a folder."""
_HELP = f"""Draw every step of the forward and the backward pass over FORMULA.

A folder gets one picture a step. A file is a deck, and its suffix says which:

\b
{table()}

\b
Example:
  graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o steps/
  graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o deck.html
  graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 --by statement -o deck.pdf
  graphviz-ad steps "L = (w*x - y)^2" w=0.5 x=2 y=0.8 --calls "backward,backward,zero_grad" -o grad.html
"""
r"""Help of the command, with the decks of the registry; below \b click leaves lines as they are."""


@click.command("steps", help=_HELP)
@output_option("The folder for the pictures (step-000.svg …), or a deck, as steps.pdf.  [required]")
@format_option(FORMATS, "Format of the pictures in a folder; svg unless said.")
@selection_options
@click.option("--fragment", is_flag=True, help="Of x.reveal.html only the section, to paste into a deck.")
@click.option("--native", is_flag=True, help="Of x.pptx shapes that can be edited, in place of pictures.")
@click.option("--template", metavar="FILE", help="For x.pptx your own presentation: its master, without its slides.")
@click.option(
    "--svg",
    type=click.Choice(["shared", "plain"]),
    help="How letters stand in SVGs of steps: shared, each defined once, for a fourth of the size; plain, outlines "
    "alone.  [default: shared]",
)
@click.option("--quiz", is_flag=True, help="Of x.html or x.js a quiz: before each step it asks for its number.")
@picture_options
@backward_options
@mode_options
@request_options
def command(
    request: Request,
    output: str | None,
    asked_format: str | None,
    fragment: bool,
    native: bool,
    template: str | None,
    svg: Glyphs | None,
    quiz: bool,
    by: By,
    steps: str | None,
    only: Pass | None,
    skip: Skip | None,
    calls: str | None,
    **look: Unpack[StyleOptions],
) -> None:
    """The pictures or the deck that the options ask for."""
    if not output or output == "-":
        raise Misuse(
            "there is no place for the pictures", "give a folder, as in -o steps/, or a deck, as in -o steps.pdf"
        )
    from graphviz_ad.export.deck import foreign_options, kind_of

    kind, folder = kind_of(output, asked_format)
    if asked_format and not folder:
        raise Misuse(f"'-T' does not go with '{output}'", "leave it out; it says what files in a folder are")
    if not folder and kind not in DECKS:
        raise _no_deck(kind, DECKS)
    extras = {"fragment": fragment, "native": native, "template": template, "svg": svg, "quiz": quiz}
    for name, suffixes in foreign_options(kind, folder, extras):
        goes = f"it goes {'with a folder of SVGs, or ' * (name == 'svg')}with a file whose name ends in {suffixes}"
        raise Misuse(f"'--{name}' does not go with '{output}'", goes)
    trace = request.trace()
    if calls:
        trace = trace.calling(calls)
    from graphviz_ad.export.deck import save

    remarks: list[tuple[str, str]] = []  # which do not go into the line of the bar

    def later(kind: str, text: str) -> None:
        remarks.append((kind, text))

    warn, note = partial(later, "warning"), partial(later, "note")
    with progress_bar("steps") as progress:
        paths = save(
            trace, output, format=kind, by=by, steps=steps, only=only, skip=skip, progress=progress, warn=warn,
            inform=note, extras=extras, **request.look(look),
        )  # fmt: skip
    note(f"wrote {_files_written(paths, output, folder)}")
    for remark in remarks:
        report(*remark)


def _no_deck(kind: str, decks: Iterable[str]) -> Misuse:
    """Suffix that is none of a deck → the error that says which are."""
    if kind in FORMATS:
        hint = f"one picture is 'graphviz-ad draw … -o x.{kind}'; one for each step goes to a folder, as in -o steps/"
    else:
        near = nearest(kind, decks)
        endings = f"a deck ends in .{', .'.join(decks)}; for one file a step give a folder, as in -o steps/"
        hint = f"did you mean '.{near}'? {endings}" if near else endings
    return Misuse(f"a deck cannot be '.{kind}'", hint)


def _files_written(paths: Sequence[str], output: str, folder: bool) -> str:
    """Paths written → what was written where: a deck whose pictures stand beside it needs them wherever it goes."""
    count = len(paths) - (not folder)
    pictures = f"{count} picture{'s' * (count != 1)}"
    match paths:
        case _ if folder:
            return f"{pictures} to {output}"
        case [_]:
            return output
        case [_, beside]:
            return f"{output} and, beside it, {os.path.basename(beside)}"
    return f"{output} and, beside it, {pictures} in {os.path.basename(os.path.dirname(paths[1]))}"
