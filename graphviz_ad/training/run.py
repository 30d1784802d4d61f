"""A run of descent: the loss and the parameters after every update, and whatever can be made again from these."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.training.batches import Batches
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.optimizers import Optimizer
from graphviz_ad.training.updates import Rules, Update, compiled
from graphviz_ad.values import Array, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

State = tuple[Any, ...]
"""The values of the parameters and of what is remembered, in the order of the model and the rules."""
INTERRUPTED = "interrupted"
"""How the reason begins why a run ended that someone ended."""
_CHUNK = 1 << 16
"""Examples whose loss is computed at once, so that a file larger than the memory is read part by part."""


@dataclass(frozen=True)
class Settings:
    """How a run goes: batches, optimiser, the rate of every update and what it was made from."""

    batches: Batches
    optimizer: Optimizer
    rate: float
    schedule: str
    epochs: int
    rates: Array = field(repr=False, compare=False)


@dataclass(frozen=True)
class Run:
    """What descent did.

    `loss[k-1]` is the loss of batch k before update k. `states` are those after the updates `kept`, of which the first
    is 0: all of them, unless they would fill the memory. `seconds[k]` is how long k updates took, without reading what
    is drawn. `stopped` says why it ended before its time.
    """

    model: Model
    settings: Settings
    rules: Rules
    loss: Array
    seconds: Array
    kept: Sequence[int]
    states: Sequence[State]
    stopped: str | None = None
    notes: tuple[str, ...] = ()
    _totals: dict[int, float] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        end = ", ".join(f"{name}={_short(value)}" for name, value in self.final.items())
        batch = f"batch {self.settings.batches.size}, " if self.model.columns else ""
        how = f"{batch}{self.settings.optimizer.name}"
        return f"<Run of {self.spent}, {how}: {end}>"

    @property
    def spent(self) -> str:
        """How many updates there were, and in how many epochs, as `1 update in 1 epoch`."""
        updates, epochs = self.updates, self.epochs_done
        taken = f" in {epochs:g} epoch{'s' * (epochs != 1)}" if self.model.columns else ""
        return f"{updates} update{'s' * (updates != 1)}{taken}"

    @property
    def interrupted(self) -> bool:
        """Whether someone ended it, by Ctrl-C."""
        return self.stopped is not None and self.stopped.startswith(INTERRUPTED)

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return len(self.loss)

    @property
    def epochs_done(self) -> float:
        """How many times all examples were seen."""
        return self.updates / self.settings.batches.an_epoch

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(self.model.start)

    @cached_property
    def parameters(self) -> dict[str, Array]:
        """→ the values of each parameter after the updates `kept`, one behind the other."""
        columns = list(zip(*self.states, strict=True))
        return {name: np.array(columns[place], dtype=float) for place, name in enumerate(self.names)}

    @property
    def final(self) -> dict[str, Value]:
        """→ the parameters at the end."""
        return self.after(self.updates)[0]

    def after(self, update: int) -> tuple[dict[str, Value], dict[str, Value]]:
        """How many updates are done → the values of the parameters, and of what is remembered.

        Raises InputError for a number that is not there.
        """
        self.require(update, least=0)
        place = bisect_right(self.kept, update) - 1
        state = self.states[place]
        for number in range(self.kept[place] + 1, update + 1):
            state = self._step(number, state)[1]
        values = [plain(value) for value in state]
        count = len(self.names)
        return dict(zip(self.names, values)), dict(zip(self.rules.memory, values[count:], strict=True))

    def require(self, update: int, least: int = 1) -> None:
        """Raise InputError where there is no update of that number."""
        if not least <= update <= self.updates:
            raise InputError(f"there is no update {update}", hint=f"the run has updates {least} to {self.updates}")

    def rows(self, update: int) -> dict[str, Array]:
        """Number of an update, from 1 → the examples of its batch by column."""
        return self.model.table.rows(self.settings.batches.batch(update))

    def inputs(self, update: int) -> dict[str, Value]:
        """Number of an update, from 1 → the values of all inputs of the graph before it."""
        return self.model.inputs(self.rows(update), self.after(update - 1)[0])

    def _step(self, update: int, state: State) -> tuple[float, State]:
        """Number of an update, and the state before it → the loss before it and the state after it."""
        rows = self.rows(update)
        with np.errstate(all="ignore"):
            columns = [rows[column] for column in self.model.columns.values()]
            loss, *after = self._function(size_of(rows))(
                self.settings.rates[update - 1], float(update), *columns, *state
            )
        return float(loss), tuple(after)

    def _function(self, size: int) -> Update:
        if size not in self._functions:
            self._functions[size] = compiled(self.model, self.rules, self.model.table.rows(slice(0, size)))
        return self._functions[size]

    @cached_property
    def _functions(self) -> dict[int, Update]:
        return {}

    def total(self, update: int) -> float:
        """How many updates are done → the loss over all examples."""
        if update not in self._totals:
            self._totals[update] = total_loss(self.model, self.after(update)[0])
        return self._totals[update]

    def marks(self, count: int = 200) -> list[int]:
        """→ numbers of updates, from 0 to the last, evenly spread and at most so many: where a curve is drawn."""
        return sorted({round(mark) for mark in np.linspace(0, self.updates, min(count, self.updates + 1))})

    def records(self) -> Iterator[tuple[int, float, int, float, float, State]]:
        """→ for every update that is kept: its number, epoch, examples seen, seconds, loss of its batch, and the
        parameters after it."""
        batches, count = self.settings.batches, len(self.names)
        for update, state in zip(self.kept[1:], self.states[1:], strict=True):
            epoch, number = divmod(update, batches.an_epoch)
            a_epoch = batches.examples if not batches.drop_last else batches.an_epoch * batches.size
            examples = epoch * a_epoch + number * batches.size
            loss = float(self.loss[update - 1])
            yield update, update / batches.an_epoch, examples, float(self.seconds[update]), loss, state[:count]


def total_loss(model: Model, parameters: Mapping[str, Value]) -> float:
    """Model and values of its parameters → the loss over all examples."""
    table, size = model.table, at_once(model)
    if len(table) <= size or model.grows:
        return model.loss(table.rows(slice(None)), parameters)
    parts = [slice(start, min(start + size, len(table))) for start in range(0, len(table), size)]
    losses = [(part.stop - part.start) * model.loss(table.rows(part), parameters) for part in parts]
    return math.fsum(losses) / len(table)


def at_once(model: Model) -> int:
    """Model → over how many examples its values are computed at once: no array is larger than the graph allows."""
    if len(model.table) < 4:
        return _CHUNK
    two, four = (model.values(model.table.rows(slice(0, count)), model.start) for count in (2, 4))
    widest = max((np.size(more) - np.size(less)) // 2 for less, more in zip(two, four, strict=True))
    return max(1, min(_CHUNK, model.graph.limits.array // max(widest, 1)))


def _short(value: Value) -> str:
    return numbers.text(value)
