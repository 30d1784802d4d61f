"""`graphviz-ad explain`: every step in words and equations."""

from __future__ import annotations

import sys

import click

from .options import Request, digits_option, lang_option, output_option, request_options
from .output import colours, emit, emit_json


@click.command("explain")
@click.option("--table", "form", flag_value="table", help="The forward and the backward pass side by side.")
@click.option("--json", "form", flag_value="json", help="The trace as JSON, for other programs.")
@click.option("--latex", "form", flag_value="latex", help="The equations as LaTeX.")
@lang_option
@digits_option
@output_option("The file to write; else standard output.")
@request_options
def command(request: Request, form: str | None, lang: str, digits: int, output: str | None) -> None:
    """Explain every step of the forward and the backward pass over FORMULA.

    \b
    Example:
      graphviz-ad explain "L = (w*x - y)^2" w=2 x=3 y=4
    """
    explanation = request.trace().explain(lang=lang, digits=digits)
    match form:
        case "table":
            emit(explanation.table(), output)
        case "json":
            emit_json(explanation.json(), output)
        case "latex":
            emit(explanation.latex(), output)
        case _:
            coloured = output in (None, "-") and colours(sys.stdout)
            emit(explanation.colored() if coloured else str(explanation), output)
