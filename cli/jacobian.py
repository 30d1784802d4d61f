"""`graphviz-ad jacobian`: all derivatives of a node with respect to others, as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.autodiff.sweeps import jacobian_at
from graphviz_ad.language.number_format import number_format

from .options import format_option, output_option, picture_options, request_options
from .output import Misuse, emit, emit_json, report
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.autodiff.sweeps import Mode
    from graphviz_ad.diagram.style import StyleOptions


@click.command("jacobian")
@output_option("A folder for a picture a sweep, a deck as x.pdf, or x.svg or x.png; else text.")
@format_option(("svg", "png"), "Format of the pictures in a folder; svg unless said.")
@click.option("--of", metavar="NAME", help="What is differentiated; the output unless said.")
@click.option("--mode", type=click.Choice(("auto", "forward", "reverse")), default="auto", show_default=True,
              help="Column by column, row by row, or what takes fewer sweeps.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The matrix as JSON, for other programs.")
@picture_options
@request_options
def command(
    request: Request, output: str | None, asked_format: str | None, of: str | None, mode: Mode, as_json: bool,
    **look: Unpack[StyleOptions],
) -> None:  # fmt: skip
    """Print the Jacobian of a result with respect to --wrt: inputs or results, all inputs unless said.

    \b
    Example:
      graphviz-ad jacobian "z = W x; p = softmax(z)" "W=[[1,2],[3,4]]" "x=[1,0]" --of p --wrt z
    """
    if request.upstream is not None:
        raise Misuse("--upstream does not go with a Jacobian, which has a sweep for each entry", "leave it out")
    if asked_format and (as_json or output in (None, "-")):
        raise Misuse("'-T' is the format of pictures in a folder", "give one, as in -o sweeps/")
    from graphviz_ad.export.text.jacobian import record, table

    formula, inputs = request.formula_and_values()
    wrt = request.sources(formula)
    graph, given = prepared(formula, inputs)
    values = forward(graph, given)
    jacobian = jacobian_at(graph, values, of, wrt, mode)
    if as_json:
        emit_json(record(jacobian, graph.source.text), output)
        return
    if output in (None, "-"):
        emit(table(jacobian, number_format(look["digits"], look["numbers"], look["entries"])))
        return
    from graphviz_ad.diagram.style import make_style
    from graphviz_ad.export.image.jacobian import save_sweeps, sweep_pictures

    pictures = list(sweep_pictures(graph, values, jacobian, make_style(**request.look(look))))
    save_sweeps(pictures, str(output), asked_format)
    report("note", f"wrote {output}, a picture for each of the {len(pictures)} sweeps")
