"""Runs of one model from one start on the same data → one beside the other: curves, spreads, the best known loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import InputError
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.training.curves import Band, Curve, band, curve, runs_over_seeds
from graphviz_ad.training.descent_limits import lowest
from graphviz_ad.training.functions import flat, folded
from graphviz_ad.training.optimizers import optimizer
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array, Value
from graphviz_ad.workers import NewExecutor

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Distinction = tuple[tuple[str, str], ...]
"""What sets a run apart from the others: names (a letter, "" for a word) with their values."""


@dataclass(frozen=True)
class Comparison:
    """Several runs that differ in how they go alone.

    `curves` have the loss over all examples at marks; `bands`, where asked for, the same over several seeds. `best` is
    the least loss that any of the runs reached, or Newton's method from there; `best_at` are its parameters.
    """

    runs: tuple[Run, ...]
    curves: tuple[Curve, ...]
    distinctions: tuple[Distinction, ...]
    best: float
    best_at: dict[str, Value]
    bands: tuple[Band, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """→ what sets each run apart, as text."""
        return tuple(label(parts) for parts in self.distinctions)

    def excess(self, number: int) -> Array:
        """Number of a run, from 0 → the loss at its marks above the best that is known."""
        result: Array = self.curves[number].loss - self.best
        return result

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.runs)} runs: {', '.join(self.labels)}>"

    def __str__(self) -> str:
        head = ("run", "updates", "epochs", "seconds", "loss", "excess")
        rows = [
            (name, str(run.updates), f"{run.epochs_done:g}", f"{run.seconds[-1]:.3g}",
             numbers.number(float(curve.loss[-1])), numbers.number(float(curve.loss[-1] - self.best), 2))
            for name, run, curve in zip(self.labels, self.runs, self.curves, strict=True)
        ]  # fmt: skip
        widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
        lines = ("  ".join(map(str.ljust, row, widths)) for row in (head, *rows))
        return "\n".join(map(str.rstrip, lines))


def label(parts: Distinction) -> str:
    """What sets a run apart → text.

    >>> label((("B", "8"), ("", "adam")))
    'B = 8, adam'
    """
    return ", ".join(f"{name} = {value}" if name else value for name, value in parts)


def comparison(
    runs: Sequence[Run], *, seeds: int = 1, executor: NewExecutor | None = None, marks: int = 200
) -> Comparison:
    """Runs → their comparison; with `seeds` above 1 each is made with so many seeds, in processes if there are any.

    Raises InputError where there are none, or where model, data, start or seed differ.
    """
    runs = tuple(runs)
    if not runs:
        raise InputError("there are no runs to compare", hint="give two or more, as in --batch 1 --batch 8")
    for number, run in enumerate(runs[1:], 2):
        require_alike(runs[0], run, number)
    curves = tuple(curve(run, marks) for run in runs)
    best, at = best_known(runs, curves)
    bands = tuple(band(runs_over_seeds(run, seeds, executor, marks)) for run in runs) if seeds > 1 else ()
    if bands:
        best = min(best, *(float(np.min(spread_of_run.low)) for spread_of_run in bands))
    return Comparison(runs, curves, distinctions(runs), best, at, bands)


def best_known(runs: Sequence[Run], curves: Sequence[Curve]) -> tuple[float, dict[str, Value]]:
    """Runs and their curves → the least loss that is known, and its parameters."""
    finite = [np.where(np.isfinite(curve.loss), curve.loss, np.inf) for curve in curves]
    which = min(range(len(runs)), key=lambda number: float(np.min(finite[number])))
    place = int(np.argmin(finite[which]))
    run, least = runs[which], float(finite[which][place])
    there = run.after(int(curves[which].updates[place]))[0]
    sizes = {name: shape(value) for name, value in there.items()}
    loss, vector = lowest(run.model, flat(there))
    if math.isfinite(loss) and loss < least:
        return loss, {name: plain(value) for name, value in folded(vector, sizes).items()}
    return least, there


def require_alike(first: Run, other: Run, number: int) -> None:
    """Raise InputError where two runs cannot be compared, saying what differs; `number` is that of the second."""
    model, compared = first.model, other.model

    def fail(what: str, hint: str) -> None:
        raise InputError(f"run {number} has {what} than the first", hint=hint)

    if model.graph.source.text != compared.graph.source.text:
        fail("another formula", "compare runs of one formula")
    if model.columns != compared.columns or not _same(model.table.columns, compared.table.columns):
        fail("other data", "train all runs on the same table")
    if not _same(model.fixed, compared.fixed):
        fail("other fixed values", "give all runs the same")
    if not _same(model.start, compared.start):
        fail("another start", "give all runs the same start values, and the same seed where they are drawn")
    if first.settings.batches.seed != other.settings.batches.seed:
        fail("another seed", "give all runs the same seed; for several seeds say seeds=20")


def _same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two mappings have the same names with the same values."""
    return first.keys() == second.keys() and all(np.array_equal(value, second[name]) for name, value in first.items())


def distinctions(runs: Sequence[Run]) -> tuple[Distinction, ...]:
    """Runs → what sets each apart: what not all of them share; runs that are alike are numbered."""
    settings_of_runs = [_settings(run) for run in runs]
    keys = list(dict.fromkeys(key for settings in settings_of_runs for key in settings))
    differing = [key for key in keys if len({settings.get(key) for settings in settings_of_runs}) > 1]
    if not differing:
        differing = ["B"] if len(runs) == 1 else []
    listed = [
        tuple((key if key != "optimizer" else "", settings[key]) for key in differing if key in settings)
        for settings in settings_of_runs
    ]
    if differing and not all(listed):  # one has constants of its own, another those that its method has by itself
        listed = [
            (("", settings["optimizer"]), *parts) for settings, parts in zip(settings_of_runs, listed, strict=True)
        ]
    if len(set(listed)) < len(listed):
        listed = [(("", str(number)), *parts) for number, parts in enumerate(listed, 1)]
    return tuple(listed)


def _settings(run: Run) -> dict[str, str]:
    """Run → its settings by their letters, without the constants that are the default of its method."""
    how = run.settings
    settings = {"optimizer": how.optimizer.name, "B": str(how.batches.size), "η": numbers.number(how.rate)}
    usual = optimizer(how.optimizer.name).constants
    settings |= {
        name: numbers.number(value) for name, value in how.optimizer.constants.items() if usual.get(name) != value
    }
    if how.schedule != "constant":
        settings["η(t)"] = how.schedule
    settings["E"] = str(how.epochs)
    return settings
