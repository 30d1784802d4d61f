"""`graphviz-ad steps`: every step, as numbered files or as a deck."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import click

from .options import Request, format_option, output_option, picture_options, request_options
from .output import Misuse, report
from .progress import teller

FORMATS = ("svg", "png", "pdf", "dot", "tex")


@click.command("steps")
@output_option("The folder for the pictures (step-000.svg …), or a deck, as steps.pdf.  [required]")
@format_option(FORMATS, "Format of the pictures in a folder; svg unless said.")
@click.option(
    "--by", type=click.Choice(["edge", "node", "phase"]), default="edge", show_default=True, help="What is one step."
)
@click.option("--fragment", is_flag=True, help="Of x.reveal.html only the section, to paste into a deck.")
@click.option("--native", is_flag=True, help="Of x.pptx shapes that can be edited, in place of pictures.")
@click.option("--template", metavar="FILE", help="For x.pptx your own presentation: its master, without its slides.")
@picture_options
@request_options
def command(
    request: Request,
    output: str | None,
    asked_format: str | None,
    by: Literal["edge", "node", "phase"],
    fragment: bool,
    native: bool,
    template: str | None,
    **look: Any,
) -> None:
    """Draw every step of the forward and the backward pass over FORMULA.

    A folder gets one picture a step. A file is a deck, and its suffix says which:

    \b
      .html                            a player for the browser, with sliders
      .pptx                            PowerPoint
      .pdf                             a page a step
      .tex .pages.tex .standalone.tex  LaTeX: beamer, around a PDF, without slides
      .ipynb                           Jupyter
      .reveal.html .qmd .marp.md .md   reveal.js, Quarto, Marp, Markdown
      .animated.svg .gif               what plays by itself

    \b
    Example:
      graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o steps/
      graphviz-ad steps "z = w*x + b; L = (z - y)^2" w=2 x=3 b=-1 y=4 -o deck.html
    """  # fmt: skip
    if output is None or output == "-":
        raise Misuse(
            "there is no place for the pictures", "give a folder, as in -o steps/, or a deck, as in -o steps.pdf"
        )
    from graphviz_ad.export.deck import DECKS, kind_of, misfits

    kind, folder = kind_of(output, asked_format)
    if not folder and kind not in DECKS:
        hint = f"a deck is {' or '.join(DECKS)}; for one file a step give a folder, as in -o steps/"
        raise Misuse(f"a deck cannot be '{kind}'", hint)
    extras = {"fragment": fragment, "native": native, "template": template}
    for name, suffixes in misfits(kind, folder, extras):
        raise Misuse(f"'--{name}' does not go with '{output}'", f"it goes with a file whose name ends in {suffixes}")
    trace = request.trace()
    from graphviz_ad.export.deck import save

    warn, note = partial(report, "warning"), partial(report, "note")
    written = save(
        trace, output, format=kind, by=by, progress=teller("steps"), warn=warn, note=note, extras=extras, **look
    )
    what = f"{len(written)} picture{'s' * (len(written) != 1)} to {output}" if folder else output
    note(f"wrote {what}")
