"""A run and the number of an update → the trace that shows it: both passes over its batch, and the update."""

from __future__ import annotations

from graphviz_ad.autodiff.passes import run as traced
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.autodiff.update import UpdateRules, with_updates
from graphviz_ad.errors import InputError
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.examples import MAX_EXAMPLES, written_out
from graphviz_ad.training.model import size_of
from graphviz_ad.training.run import Run


def shown_update(run: Run, number: int, examples: bool | None = None) -> Trace:
    """Run and the number of an update, from 1 → its trace.

    `examples` says whether each example is written out; unless said, of up to eight they are where that can be done.
    Raises InputError.
    """
    run.require(number)
    rows, (parameters, memory) = run.rows(number), run.after(number - 1)
    trace = None
    if examples or (examples is None and size_of(rows) <= MAX_EXAMPLES):
        trace = written_out(run.model, rows, parameters)
        if trace is None and examples:
            raise InputError(
                "the examples of this batch cannot be told apart: the loss is no mean of a loss of each",
                hint="show the batch as a whole, as in examples=False",
            )
    if trace is None:
        trace = traced(run.model.sized(rows), run.model.inputs(rows, parameters), wrt=run.names)
    rule, rate = run.rules, float(run.settings.rates[number - 1])
    constants, changing = {**rule.constants, rule.rate: rate}, {**memory, rule.number: float(number)}
    if run.settings.schedule != "constant":
        changing[rule.rate] = constants.pop(rule.rate)
    gradients = {name: parameter for parameter, name in rule.gradients.items()}
    return with_updates(trace, UpdateRules((*_norm(run), *rule.statements), gradients, constants, changing))


def _norm(run: Run) -> tuple[str, ...]:
    """Run → the statement of the norm of all gradients together, where its rule names that."""
    rule = run.rules
    if rule.norm not in rule.graph.inputs:
        return ()
    arrays = {name for name, value in run.model.start.items() if shape(value)}
    squares = [f"sum({g}^2)" if name in arrays else f"{g}^2" for name, g in rule.gradients.items()]
    return (f"{rule.norm} = sqrt({' + '.join(squares)})",)
