"""A run → its learning curve: the loss over all examples, against updates, epochs, examples and seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from graphviz_ad.errors import InputError
from graphviz_ad.lazy import lazy
from graphviz_ad.training.batches import Batches
from graphviz_ad.training.descent import descend
from graphviz_ad.training.model import Model
from graphviz_ad.training.run import Run, Settings
from graphviz_ad.values import Array
from graphviz_ad.workers import NewExecutor

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Axis = Literal["epochs", "updates", "examples", "seconds"]
AXES: tuple[Axis, ...] = ("epochs", "updates", "examples", "seconds")
"""What a learning curve is drawn against."""


def axes_of(run: Run) -> tuple[Axis, ...]:
    """Run → what its curve is drawn against: without data there are neither examples nor epochs."""
    return AXES if run.model.columns else ("updates", "seconds")


@dataclass(frozen=True)
class Curve:
    """The loss over all examples after some updates, and what had been spent by then."""

    updates: Array
    epochs: Array
    examples: Array
    seconds: Array
    loss: Array

    def against(self, axis: Axis) -> Array:
        """→ what had been spent, by its name."""
        spent: Mapping[str, Array] = {
            "epochs": self.epochs, "updates": self.updates, "examples": self.examples, "seconds": self.seconds,
        }  # fmt: skip
        return spent[axis]

    def first_below(self, loss: float, axis: Axis) -> float | None:
        """Loss → what is spent at the first mark where the curve is no higher; None where it never is."""
        below = np.flatnonzero(self.loss <= loss)
        return float(self.against(axis)[below[0]]) if below.size else None


def curve(run: Run, marks: int = 200) -> Curve:
    """Run → its curve at so many marks, evenly spread but for the first updates, all of which are there."""
    updates = sorted({*run.marks(marks), *range(min(run.updates, marks // 10) + 1)})
    batches = run.settings.batches
    done = np.array(updates, dtype=float)
    seen = np.array([examples_after(batches, update) for update in updates], dtype=float)
    losses = np.array([run.total(update) for update in updates])
    return Curve(done, done / batches.an_epoch, seen, np.asarray(run.seconds[updates], dtype=float), losses)


def examples_after(batches: Batches, update: int) -> int:
    """Number of updates that are done → how many examples they took."""
    epoch, number = divmod(update, batches.an_epoch)
    a_epoch = batches.an_epoch * batches.size if batches.drop_last else batches.examples
    return epoch * a_epoch + number * batches.size


@dataclass(frozen=True)
class Band:
    """A curve over several seeds: the lower and the upper bound of the middle `share` of them, and their median."""

    middle: Curve
    low: Array
    high: Array
    count: int
    share: float = 0.8


def runs_over_seeds(run: Run, count: int, executor: NewExecutor | None = None, marks: int = 200) -> list[Curve]:
    """Run, how many seeds → the curves of the same run with its seed and those after it.

    The start stays as it is: what differs is how examples are dealt out. With a function that makes an executor (of
    processes, of Dask) whole runs go there. Raises InputError for a number below 2.
    """
    if count < 2:
        raise InputError(f"a spread needs several seeds, not {count}", hint="give 2 or more, as 20")
    settings = [_seeded(run.settings, run.settings.batches.seed + number) for number in range(count)]
    return spread([(run.model, how, marks) for how in settings], executor)


Job = tuple[Model, Settings, int]
"""What a run is made from, and at how many marks its curve is wanted."""


def spread(jobs: Sequence[Job], executor: NewExecutor | None = None) -> list[Curve]:
    """Runs to make → their curves, in the same order, made where the executor makes them."""
    if executor is None:
        return [curve_of(job) for job in jobs]
    workers = executor()
    futures = [workers.submit(curve_of, job) for job in jobs]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:  # after an error or Ctrl-C those that wait are not begun
            future.cancel()
        workers.shutdown()


def curve_of(job: Job) -> Curve:
    """A run to make → its curve. Raises KeyboardInterrupt where someone ended it, so that no other is begun."""
    model, settings, marks = job
    run = descend(model, settings)
    if run.interrupted:
        raise KeyboardInterrupt
    return curve(run, marks)


def _seeded(settings: Settings, seed: int) -> Settings:
    return replace(settings, batches=replace(settings.batches, seed=seed))


def band(curves: Sequence[Curve], share: float = 0.8) -> Band:
    """Curves of runs that differ in their seed → their band, at the marks that all have; one may have ended early."""
    common = sorted(set[float].intersection(*(set(curve.updates.tolist()) for curve in curves)))
    places = [np.searchsorted(curve.updates, common) for curve in curves]
    losses = np.array([curve.loss[here] for curve, here in zip(curves, places, strict=True)])
    seconds = np.array([curve.seconds[here] for curve, here in zip(curves, places, strict=True)])

    def at(part: float) -> Array:
        with np.errstate(invalid="ignore"):  # between two that are infinite
            values: Array = np.quantile(losses, part, axis=0)
        return values

    first, here = curves[0], places[0]
    middle = Curve(
        first.updates[here], first.epochs[here], first.examples[here], np.median(seconds, axis=0), at(0.5)
    )  # fmt: skip
    return Band(middle, at((1 - share) / 2), at((1 + share) / 2), len(curves), share)
