"""`graphviz-ad check`: the same numbers computed in other ways, compared."""

from __future__ import annotations

import warnings

import click

from .options import output_option, request_options
from .output import OK, WRONG, emit, emit_json
from .request import Request

PARTNERS = ("torch", "finite-difference", "complex-step", "paths")
"""What `graphviz_ad.check` can compare with; here again since that takes time to import."""


@click.command("check")
@click.option(
    "--with",
    "partners",
    type=click.Choice(PARTNERS),
    multiple=True,
    help="What to compare with, repeatable; else all that can run.",
)
@click.option("--json", "as_json", is_flag=True, help="The table as JSON, for other programs.")
@output_option("The file to write; else standard output.")
@request_options
def command(request: Request, partners: tuple[str, ...], as_json: bool, output: str | None) -> int:
    """Compare every value and gradient of FORMULA with torch, differences and sums over paths.

    The exit status is 1 where some number disagrees or none could be compared.

    \b
    Example:
      graphviz-ad check "L = (w*x - y)^2" w=2 x=3 y=4 --with complex-step
    """  # fmt: skip
    trace = request.trace()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch remarks on its way is no part of the table
        report = trace.check(*dict.fromkeys(partners))
    if as_json:
        emit_json(report.json(), output)
    else:
        emit(str(report), output)
    return OK if report.ok else WRONG
