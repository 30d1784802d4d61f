"""`graphviz-ad explain`: every step in words and equations."""

from __future__ import annotations

import sys

import click

from graphviz_ad.language.number_format import NumberStyle

from .options import lang_option, mode_options, number_options, output_option, request_options
from .output import Misuse, colours, emit
from .request import Request


@click.command("explain")
@click.option("--table", is_flag=True, help="The forward and the backward pass side by side.")
@click.option("--json", is_flag=True, help="The trace as JSON, for other programs.")
@click.option("--latex", is_flag=True, help="The equations as LaTeX.")
@lang_option
@number_options
@output_option("The file to write; else standard output.")
@mode_options
@request_options
def command(
    request: Request, lang: str, digits: int, numbers: NumberStyle, entries: int, output: str | None, **forms: bool
) -> None:
    """Explain every step of the forward and the backward pass over FORMULA.

    \b
    Example:
      graphviz-ad explain "L = (w*x - y)^2" w=2 x=3 y=4
    """
    chosen = [form for form, is_chosen in forms.items() if is_chosen]
    if len(chosen) > 1:
        raise Misuse(
            " and ".join(f"--{form}" for form in chosen) + " exclude each other", "leave all but one of them out"
        )
    explanation = request.trace().explain(lang=lang, digits=digits, numbers=numbers, entries=entries)
    match chosen[0] if chosen else None:
        case "table":
            emit(explanation.table(), output)
        case "json":
            emit(explanation.json_text(), output)
        case "latex":
            emit(explanation.latex(), output)
        case _:
            coloured = output in (None, "-") and colours(sys.stdout)
            emit(explanation.colored() if coloured else str(explanation), output)
