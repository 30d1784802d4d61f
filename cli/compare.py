"""`graphviz-ad compare`: several runs of descent beside one another."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import click

from graphviz_ad.export.run.registry import COMPARISONS, kind_of, table

from .learning import Descent, batch_size, descent_options, figure_option, require_figure, save_figure, trained
from .options import output_option, picture_options, request_options
from .output import OK, WRONG, Misuse, emit, report
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.api.runs import Run
    from graphviz_ad.diagram.style import StyleOptions


_HELP = f"""Compare runs of descent on FORMULA that begin alike and learn from the same examples.

--batch, --lr and --optimizer can be given several times: there is a run for each combination. -o says what is written:

\b
{table(COMPARISONS)}

With --figure it is that figure of all of them, as .svg, .png or .pdf. Without -o a table is printed.

\b
Example:
  graphviz-ad data line -o line.csv
  graphviz-ad compare "L = mean((w*x + b - y)^2)" "@line.csv" w=0 b=0 --batch 1 --batch 8 --batch all -o compare.html
  graphviz-ad compare "L = mean((w*x + b - y)^2)" "@line.csv" w=0 b=0 --batch 1 --batch 8 --figure path -o path.svg
"""
r"""Help of the command, with the formats of the registry; below \b click leaves lines as they are."""


@click.command("compare", help=_HELP)
@output_option("The file to write.")
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
    """The comparison that the options ask for."""
    shared = {name: options.pop(name) for name in Descent.__annotations__ if name not in ("lr", "optimizer")}
    look: StyleOptions = options  # type: ignore[assignment]
    if figure is not None and output in (None, "-"):
        raise Misuse("there is no place for the figure", f"give one, as in --figure {figure} -o {figure}.svg")
    _require_output(output, figure, len(batch) * len(lr) * len(optimizer))
    sizes = [batch_size(size) for size in batch]
    from graphviz_ad.api.comparisons import compare

    trained_runs: list[Run] = []
    for size, rate, rule in (combinations := list(product(sizes, lr, optimizer))):
        how: Descent = {**shared, "lr": rate, "optimizer": rule}  # type: ignore[typeddict-item]
        trained_runs.append(trained(request, size, how))
        if trained_runs[-1].interrupted:
            break
    interrupted = trained_runs[-1].interrupted
    if len(trained_runs) < len(combinations):
        report("warning", f"{len(combinations) - len(trained_runs)} of {len(combinations)} runs are not made")
    try:
        comparison = compare(trained_runs, seeds=1 if interrupted else runs, jobs=jobs, cluster=cluster)
    except KeyboardInterrupt:
        interrupted = True
        comparison = compare(trained_runs)
    if interrupted and runs > 1:
        report("warning", f"interrupted before there were {runs} runs of each: there are no bands")
    if figure is not None:
        save_figure(comparison, figure, str(output), look)
    elif output is None or output == "-":
        emit(str(comparison))
    else:
        comparison.save(output, **request.look(look))
        report("note", f"wrote {output}")
    return WRONG if interrupted else OK


def _require_output(output: str | None, figure: str | None, count: int) -> None:
    """Raise an error, before anything is computed, where the file cannot be written so."""
    if figure is not None:
        require_figure(str(output))
    elif output not in (None, "-"):
        from graphviz_ad.export.run.figures.series import MAX_LINES

        kind = kind_of(str(output), COMPARISONS)
        if kind == "html" and count > MAX_LINES:
            raise Misuse(
                f"a page tells {MAX_LINES} runs apart; there are {count}",
                "give fewer of --batch, --lr and --optimizer, or write .csv or .json",
            )
