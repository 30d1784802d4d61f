"""`graphviz-ad hessian`: second derivatives, by differentiating the program of the backward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_ad.autodiff import hessian as second
from graphviz_ad.language.number_format import NumberStyle, number_format

from .options import number_options, output_option, request_options
from .output import Misuse, emit, emit_json
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.values import Value


@click.command("hessian")
@output_option("The file to write; else standard output.")
@click.option("--hvp", multiple=True, metavar="NAME=VALUE", help="Its product with this direction, in one sweep.")
@click.option("--program", is_flag=True, help="Print the program that is differentiated: both passes as text.")
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON, for other programs.")
@number_options
@request_options
def command(
    request: Request, output: str | None, hvp: tuple[str, ...], program: bool, as_json: bool, digits: int,
    numbers: NumberStyle, entries: int,
) -> None:  # fmt: skip
    """Print the second derivatives of the output of FORMULA with respect to --wrt, all inputs unless said.

    \b
    Example:
      graphviz-ad hessian "p = sigmoid(w x + b); L = -log(p)" w=1 x=2 b=0 --wrt "w,b"
      graphviz-ad hessian "p = sigmoid(w x + b); L = -log(p)" w=1 x=2 b=0 --wrt "w,b" --hvp w=1 --hvp b=-1
    """
    if request.upstream is not None:
        raise Misuse("--upstream does not go with second derivatives, which are of one number", "leave it out")
    if program and (hvp or as_json):
        raise Misuse("--program prints text, and no numbers", "leave the other options out")

    graph, values = request.formula_and_values()
    wrt = request.sources(graph)
    if program:
        emit(second.second_order(graph, values, wrt)[0].program.text, output)
        return
    if hvp:
        product = second.hvp(graph, values, request.named_values("--hvp", hvp), wrt)
        _emit_product(product, as_json, output, number_format(digits, numbers, entries))
        return
    from graphviz_ad.export.text.hessian import record, table

    hessian = second.hessian(graph, values, wrt)
    if as_json:
        emit_json(record(hessian, graph.source.text), output)
    else:
        emit(table(hessian, number_format(digits, numbers, entries)), output)


def _emit_product(product: dict[str, Value], as_json: bool, output: str | None, digits: int) -> None:
    """The Hessian times a direction, by name → text or JSON."""
    from graphviz_ad.export.text.hessian import product_record, product_text

    if as_json:
        emit_json(product_record(product), output)
    else:
        emit(product_text(product, digits), output)
