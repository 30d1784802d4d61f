"""Model and settings → a run: the loop of descent, in which nothing is done that can be done before or after."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.training.batches import Batches, batch_size
from graphviz_ad.training.model import Model
from graphviz_ad.training.optimizers import Optimizer
from graphviz_ad.training.run import INTERRUPTED, Run, Settings, State
from graphviz_ad.training.schedules import rates
from graphviz_ad.training.updates import Update, compiled, nothing, rules

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_KEPT = 4_000_000
"""Numbers of all states that are kept: 32 MB."""
_MAX_UPDATES = 10_000_000
"""Updates of a run: ten million of the smallest take minutes."""
_IN_MEMORY = 64_000_000
"""Entries of a table up to which it is held in memory, half a gigabyte; of a larger one each batch is read."""
_IN_FILE = 1_000_000
"""The same for one that lies in a file, 8 MB: a mapped file is not wanted in memory."""

Progress = Callable[[int, int], None]
"""Called with the epochs done and how many there are."""


def settings(
    model: Model, optimizer: Optimizer, *, batch: int | str | None = None, rate: float = 0.1, epochs: int = 10,
    seed: int = 0, schedule: str = "constant", drop_last: bool = False,
) -> Settings:  # fmt: skip
    """Model, optimiser and how a run is to go → its settings; a batch of None or "all" is all examples.

    Raises InputError for a batch, a rate, a number of epochs or a schedule that cannot be.
    """
    examples = len(model.table)
    if not model.columns and batch not in (None, "all"):
        raise InputError(f"there are no examples, of which a batch could have {batch}", hint="leave out the batch")
    batches = Batches(examples, batch_size(batch, examples), seed, drop_last)
    if epochs < 1:
        raise InputError(f"{epochs} epochs do nothing", hint="give 1 or more")
    updates = epochs * batches.an_epoch
    if updates > _MAX_UPDATES:
        raise InputError(
            f"that is {updates} updates; the limit is {_MAX_UPDATES}", hint="give fewer epochs, or larger batches"
        )
    rated = rates(schedule, rate, batches.an_epoch, updates)
    return Settings(batches, optimizer, rate, schedule, epochs, rated)


def descend(model: Model, how: Settings, progress: Progress | None = None) -> Run:
    """Model and settings → the run. An interrupt ends it; what is done by then is the run.

    `progress` is called with how many epochs are done and how many there are.
    """
    rule = rules(model, how.optimizer)
    state: State = (*map(_number, model.start.values()), *map(_number, nothing(rule, model).values()))
    updates = len(how.rates)
    stride = max(1, math.ceil(updates * sum(map(np.size, state)) / _MAX_KEPT))
    functions: dict[int, Update] = {}
    losses, seconds = np.empty(updates), np.zeros(updates + 1)
    kept, states, stopped, done = [0], [state], None, 0
    learning_rates = how.rates.tolist()
    spent = 0.0
    try:
        with np.errstate(all="ignore"):
            for epoch in range(how.epochs):
                for columns in _batches(model, how.batches, epoch):
                    size = len(columns[0]) if columns else 1
                    if size not in functions:
                        functions[size] = compiled(model, rule, dict(zip(model.columns.values(), columns, strict=True)))
                    begun = perf_counter()
                    loss, *after = functions[size](learning_rates[done], float(done + 1), *columns, *state)
                    spent += perf_counter() - begun
                    if loss - loss != 0:
                        stopped = diverged(model, done, epoch, float(loss))
                        break
                    state = tuple(after)
                    losses[done] = loss
                    done += 1
                    seconds[done] = spent
                    if done % stride == 0:
                        kept.append(done)
                        states.append(state)
                if stopped:
                    break
                if progress is not None:
                    progress(epoch + 1, how.epochs)
    except KeyboardInterrupt:
        stopped = f"{INTERRUPTED} after {done} of {updates} updates"
    if kept[-1] != done:
        kept.append(done)
        states.append(state)
    return Run(model, how, rule, losses[:done], seconds[: done + 1], kept, states, stopped, model.notes)


def diverged(model: Model, done: int, epoch: int, loss: float) -> str:
    """Where a loss is no number → a sentence."""
    name = model.graph.names[model.graph.output]
    when = f" in epoch {epoch + 1}," if model.columns else ""
    return f"{name} is {loss:g}{when} before update {done + 1}: the run has diverged"


def _batches(model: Model, batches: Batches, epoch: int) -> Iterator[list[Any]]:
    """Epoch → the columns of each of its batches."""
    order, table = batches.order(epoch), model.table
    names = list(model.columns.values())
    least = _IN_FILE if any(_is_mapped(table.columns[name]) for name in names) else _IN_MEMORY
    if sum(np.size(table.columns[name]) for name in names) > least:
        for part in batches.slices():
            rows = table.rows(np.sort(order[part]))  # in the order of the file, which is read faster so
            yield [rows[name] for name in names]
        return
    whole = len(order) == batches.size
    columns = [np.asarray(table.columns[name], dtype=float) for name in names]
    dealt = columns if whole else [column[order] for column in columns]
    for part in batches.slices():
        yield [column[part] for column in dealt]


def _is_mapped(column: object) -> bool:
    """Whether the entries of a column lie in a file."""
    while column is not None and not isinstance(column, np.memmap):
        column = getattr(column, "base", None)
    return column is not None


def _number(value: object) -> object:
    """A number → numpy's, which divides by 0 as IEEE arithmetic does."""
    return np.float64(value) if isinstance(value, float) else value
