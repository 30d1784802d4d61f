"""`graphviz-ad compare`: several runs of descent beside one another."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import click

from .learning import Descent, batch_size, descent_options, figure_option, save_figure, trained
from .options import output_option, picture_options, request_options
from .output import OK, Misuse, emit, report
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import StyleOptions


@click.command("compare")
@output_option("The file to write, .html, .csv or .json, or with --figure .svg, .png or .pdf; else a table is printed.")
@click.option("--runs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="Runs with other seeds, between which bands are drawn.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
              help="Processes that make them; 0 for all cores.")  # fmt: skip
@click.option("--cluster", metavar="ADDRESS", help="A Dask cluster that makes them, as tcp://host:8786.")
@figure_option
@descent_options(several=True)
@picture_options
@request_options
def command(
    request: Request, output: str | None, batch: tuple[str, ...], lr: tuple[float, ...], optimizer: tuple[str, ...],
    runs: int, jobs: int, cluster: str | None, figure: str | None, **options: object,
) -> int:  # fmt: skip
    """Compare runs of descent on FORMULA that begin alike and see the examples in the same order.

    \b
    Example:
      graphviz-ad data line -o line.csv
      graphviz-ad compare "z = w_1 x + b; L = mean((z - y)^2)" @line.csv w_1=0 b=0 --batch 1 --batch 8 --batch all
      graphviz-ad compare "z = w_1 x + b; L = mean((z - y)^2)" @line.csv w_1=0 b=0 --batch 1 --batch 8 \\
        --figure path -o path.svg
    """  # fmt: skip
    shared = {name: options.pop(name) for name in Descent.__annotations__ if name not in ("lr", "optimizer")}
    look: StyleOptions = options  # type: ignore[assignment]
    if figure is not None and output is None:
        raise Misuse("there is no place for the figure", f"give one, as in --figure {figure} -o {figure}.svg")
    from graphviz_ad.api.comparisons import compare

    made = []
    for size, rate, rule in product(batch, lr, optimizer):
        how: Descent = {**shared, "lr": rate, "optimizer": rule}  # type: ignore[typeddict-item]
        made.append(trained(request, batch_size(size), how))
    comparison = compare(made, seeds=runs, jobs=jobs, cluster=cluster)
    if figure is not None:
        save_figure(comparison, figure, str(output), look)
    elif output is None or output == "-":
        emit(str(comparison))
    else:
        comparison.save(output, **request.look(look))  # type: ignore[attr-defined]
        report("note", f"wrote {output}")
    return OK
