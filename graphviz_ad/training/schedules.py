"""A schedule as text, the number of updates → the learning rate of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError, InputError
from graphviz_ad.graph.build import parse
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

SCHEDULES: Mapping[str, str] = {
    "constant": "η",
    "linear": "η*(1 - (t - 1)/T)",
    "cosine": "η*(1 + cos(π*(t - 1)/T))/2",
    "inverse": "η/(1 + e)",
    "root": "η/sqrt(1 + e)",
    "step": "η*0.5^floor(e/10)",
    "warmup": "η*min(1, t/10)",
}
"""Learning rates over time, as formulas over η, the rate given, t, the number of the update from 1, T, how many there
are, and e, how many epochs are done."""
_NAMES = {"η", "t", "T", "e"}
"""Names that a formula of a schedule may use."""


def rates(schedule: str, rate: float, updates_an_epoch: int, updates: int) -> Array:
    """Name of a schedule or a formula, the rate, updates an epoch and in all → the rate of each update.

    Raises InputError for a rate that is not above 0, and for a formula over other names.

    >>> rates("inverse", 0.1, 2, 4).tolist()
    [0.1, 0.1, 0.05, 0.05]
    """
    if not 0 < rate < float("inf"):
        raise InputError(f"the learning rate is {rate:g}, which does not go down", hint="give a number above 0, as 0.1")
    number = np.arange(1.0, updates + 1)
    given = {"η": rate, "t": number, "T": float(updates), "e": np.floor((number - 1) / updates_an_epoch)}
    try:
        graph = parse(SCHEDULES.get(schedule, schedule), given=given)
        strange = set(graph.inputs) - _NAMES
        if strange:
            names = ", ".join(sorted(strange))
            raise InputError(f"a schedule knows no {names}", hint="its names are η, t, T and e")
        graph, values = prepared(graph, {name: value for name, value in given.items() if name in graph.inputs})
        result = np.broadcast_to(forward(graph, values)[graph.output], (updates,))
    except GraphvizADError as problem:
        listed = ", ".join(SCHEDULES)
        hint = f"it is one of {listed}, or a formula such as η/(1 + 0.1*e)"
        raise InputError(f"'{schedule}' is no schedule: {problem.message}", hint=hint) from None
    if not np.all(np.isfinite(result) & (result >= 0)):
        raise InputError(f"'{schedule}' gives a rate that is below 0 or no number", hint="make it 0 or more throughout")
    return np.array(result)
