"""A run → what its diagnosis looks at: some updates, the loss over all examples after them, its curvature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import Values
from graphviz_ad.lazy import lazy
from graphviz_ad.training.functions import flat
from graphviz_ad.training.landscape import Landscape
from graphviz_ad.training.model import size_of
from graphviz_ad.training.run import Run, at_once
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_EXAMPLES = 4096
"""Examples over which curvature and units are looked at; of more that many are taken, evenly spread."""
_MARKS = 20
"""Updates at which a run is looked at."""
_ROUNDING = 1e-9
"""Part of a loss below which its rise is rounding."""


@dataclass(frozen=True)
class Evidence:
    """A run, and what is computed of it once."""

    run: Run

    @cached_property
    def rows(self) -> dict[str, Array]:
        """The examples that are looked at, by column."""
        model, table = self.run.model, self.run.model.table
        limit = at_once(model) if model.grows else min(_MAX_EXAMPLES, at_once(model))
        if len(table) <= limit:
            return table.rows(slice(None))
        return table.rows(np.linspace(0, len(table) - 1, limit).astype(int))

    @cached_property
    def examples(self) -> int:
        """How many examples are looked at."""
        return size_of(self.rows)

    @cached_property
    def land(self) -> Landscape:
        """The loss over these examples, with what weight decay adds to its curvature."""
        rule = self.run.settings.optimizer
        return Landscape(self.run.model, self.rows, rule.constants.get("λ", 0.0) if rule.name == "sgd" else 0.0)

    @cached_property
    def marks(self) -> list[int]:
        """Numbers of updates after which the run is looked at, 0 and the last among them."""
        places = np.linspace(0, len(self.run.kept) - 1, min(_MARKS, len(self.run.kept)))
        return [self.run.kept[round(place)] for place in places]

    @cached_property
    def points(self) -> dict[int, Array]:
        """The parameters after each of these updates, as a point of the landscape."""
        return {mark: flat(self.run.after(mark)[0]) for mark in self.marks}

    @cached_property
    def losses(self) -> dict[int, float]:
        """The loss over the examples after each of these updates."""
        return {mark: self.land.at(point)[0] for mark, point in self.points.items()}

    @property
    def before(self) -> float:
        """The loss at the start."""
        return self.losses[0]

    @property
    def after(self) -> float:
        """The loss at the end."""
        return self.losses[self.marks[-1]]

    @property
    def start(self) -> Array:
        """The first point."""
        return self.points[0]

    @property
    def end(self) -> Array:
        """The last point."""
        return self.points[self.marks[-1]]

    @cached_property
    def best(self) -> int:
        """The update after which the loss was lowest."""
        return min(self.marks, key=lambda mark: (not math.isfinite(self.losses[mark]), self.losses[mark]))

    @cached_property
    def rate(self) -> float:
        """The largest learning rate of the updates that were made, or of the first."""
        return float(np.max(self.run.settings.rates[: max(self.run.updates, 1)]))

    @cached_property
    def curvature(self) -> dict[int, float]:
        """The largest curvature at the start, at the lowest loss and at the end, where it is a number above 0."""
        curvatures = {mark: self.land.largest_curvature(self.points[mark]) for mark in {0, self.best, self.marks[-1]}}
        return {mark: value for mark, value in sorted(curvatures.items()) if 0 < value < math.inf}

    @cached_property
    def last_values(self) -> Values | None:
        """The values of all nodes before the update that could not be made, None where the run did not diverge."""
        run, number = self.run, self.run.updates + 1
        if run.stopped is None or number > len(run.settings.rates):
            return None
        values = run.model.values(run.rows(number), run.after(run.updates)[0])
        graph = run.model.sized(run.rows(number))
        return None if math.isfinite(float(np.sum(values[graph.output]))) else values

    def values(self, mark: int) -> Values:
        """Number of an update → the values of all nodes after it, over the examples."""
        return self.run.model.values(self.rows, self.run.after(mark)[0])

    @cached_property
    def is_bouncing(self) -> bool:
        """Whether the loss over all examples rises again and again in the second half, all being in one batch."""
        losses = self.run.loss[self.run.updates // 2 :]
        whole = self.run.settings.batches.size == self.run.settings.batches.examples
        if not whole or len(losses) < 4:
            return False
        return float(np.mean(np.diff(losses) > _ROUNDING * np.abs(losses[1:]))) > 0.25
