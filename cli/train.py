"""`graphviz-ad train`: descent on data, and its updates step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from graphviz_ad.api import Trace
from graphviz_ad.export.files import write_atomic
from graphviz_ad.export.run.registry import kind_of, table
from graphviz_ad.language import numbers

from .learning import Descent, batch_size, descent_options, figure_option, require_figure, save_figure, trained
from .options import output_option, picture_options, request_options, selection_options
from .output import OK, WRONG, Misuse, emit, report
from .progress import progress_bar
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.api.runs import Run
    from graphviz_ad.diagram.selection import By, Pass, Skip
    from graphviz_ad.diagram.style import StyleOptions

_HELP = f"""Learn the parameters of FORMULA, a loss, from examples by gradient descent.

The columns of @FILE.csv are inputs by their names; all other inputs are parameters, with a start value (w=0) or a
shape (--shape W=2x16). The loss is a mean over the examples. Without a file all inputs are learnt, and an epoch is an
update. -o says what is written of the run:

\b
{table()}

With --update K it is the K-th update, step by step, as a picture or a deck (.svg, .html, .pptx, .pdf, …): both passes
over its batch, and the optimiser's rule behind them. Without -o the result is printed.

\b
Example:
  graphviz-ad data line -o line.csv
  graphviz-ad train "z = w_1 x + b; L = mean((z - y)^2)" "@line.csv" w_1=0 b=0 --batch 8 --epochs 20 -o run.html
  graphviz-ad train "z = w_1 x + b; L = mean((z - y)^2)" "@line.csv" w_1=0 b=0 --batch 3 --update 2 -o update.html
  graphviz-ad train "f = (1 - x)^2 + 100*(y - x^2)^2" x=-1.2 y=1 --lr 0.001 --epochs 500 --figure path -o valley.svg
"""
r"""Help of the command, with the formats of the registry; below \b click leaves lines as they are."""


@click.command("train", help=_HELP)
@output_option("The file to write.")
@descent_options()
@click.option("--update", type=click.IntRange(min=1), metavar="K", help="Show this update, instead of the run.")
@click.option(
    "--examples/--no-examples", default=None, help="Write each example of its batch out; up to 8 unless said."
)
@click.option("--with", "partner", type=click.Choice(("torch",)), help="Check every update against torch.optim.")
@figure_option
@selection_options
@picture_options
@request_options
def command(
    request: Request, output: str | None, batch: str, update: int | None, examples: bool | None, partner: str | None,
    figure: str | None, by: By, steps: str | None, only: Pass | None, skip: Skip | None, **options: object,
) -> int:  # fmt: skip
    """The run or the update that the options ask for."""
    descent: Descent = {name: options.pop(name) for name in Descent.__annotations__}  # type: ignore[assignment]
    look: StyleOptions = options  # type: ignore[assignment]
    if examples is not None and update is None:
        raise Misuse("--examples is how an update is shown", "say which, as in --update 1")
    if figure is not None and (output is None or update is not None):
        raise Misuse("--figure is of the run, and goes into a file", f"as in --figure {figure} -o {figure}.svg")
    if figure is not None:
        require_figure(str(output))
    if update is None and figure is None and output not in (None, "-"):
        kind_of(str(output))
    run = trained(request, batch_size(batch), descent)
    if figure is not None:
        save_figure(run, figure, str(output), look)
    elif update is not None:
        _show(request, run, update, examples, output, by=by, steps=steps, only=only, skip=skip, **look)
    elif output is None or output == "-":
        emit(summary(run))
    else:
        for path in run.save(output, **request.look(look)):
            report("note", f"wrote {path}")
    if figure is None and update is None:
        for finding in run.diagnosis():
            report("warning", finding.sentence(look["lang"]))
    code = WRONG if run.interrupted else OK
    if partner is not None:
        agreement = run.check(partner)
        report("note", str(agreement))
        code = code if agreement.ok else WRONG
    return code


def summary(run: Run) -> str:
    """Run → what came out of it, in a few lines."""
    how, loss = run.settings, run.model.graph.names[run.model.graph.output]
    lines = [f"{name} = {numbers.text(value)}" for name, value in run.final.items()]
    before, after = numbers.number(run.total(0)), numbers.number(run.total(run.updates))
    over = f" over all {len(run.model.table)} examples" if run.model.columns else ""
    lines.append(f"{loss}{over}: {before} → {after}")
    batch = f"batches of {how.batches.size}" if how.batches.size < how.batches.examples else "all examples at once"
    how_many = f"{run.spent}, {batch}" if run.model.columns else run.spent
    lines.append(f"{how_many}, {how.optimizer.name}, η = {how.rate:g}")
    return "\n".join(lines)


def _show(
    request: Request, run: Run, update: int, examples: bool | None, output: str | None, *, by: By,
    steps: str | None, only: Pass | None, skip: Skip | None, **look: Unpack[StyleOptions],
) -> None:  # fmt: skip
    """An update → its picture or deck in the file; without one its steps as text."""
    from graphviz_ad.autodiff.detail import closed

    from .request import listed_names

    if output is not None and output.lower().endswith(".ipynb"):
        _save_notebook(run, update, output, look["lang"])
        return
    trace = run.update(update, examples=examples)
    trace = Trace.of(
        closed(trace, request.detail or "operation", listed_names(request.close), listed_names(request.open))
    )
    if output is None or output == "-":
        emit(str(trace.explain(lang=look["lang"], digits=look["digits"])))
        return
    from graphviz_ad.export.deck import save

    remarks: list[tuple[str, str]] = []  # which do not go into the line of the bar
    with progress_bar("steps") as progress:
        save(
            trace, output, by=by, steps=steps, only=only, skip=skip, progress=progress,
            warn=lambda text: remarks.append(("warning", text)), inform=lambda text: remarks.append(("note", text)),
            **request.look(look),
        )  # fmt: skip
    for remark in (*remarks, ("note", f"wrote {output}")):
        report(*remark)


def _save_notebook(run: Run, update: int, output: str, lang: str) -> None:
    """An update → the notebook of its run, which makes the run again and shows this update."""
    from graphviz_ad.export.run.notebook import files

    for path, data in reversed(files(run, output, lang, update).items()):
        write_atomic(path, data)
        report("note", f"wrote {path}")
