"""A comparison → what its page needs to say where each run stood when as much was spent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from graphviz_ad.export.run.figures.labels import run_text
from graphviz_ad.export.run.figures.loss import above
from graphviz_ad.export.run.page_numbers import short
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.training.compare import Comparison
from graphviz_ad.training.curves import AXES
from graphviz_ad.training.run import Run


class RunNumbers(TypedDict):
    """A run at the marks of its curve: what was spent (`at`, by axis), the loss over all examples, how much of it is
    above the least that is known, and in a plane of two parameters its `path`; None is no number. `label` says in each
    language what sets it apart."""

    label: list[str]
    batch: int
    updates: list[int]
    at: dict[str, list[float]]
    loss: list[float | None]
    excess: list[float | None]
    path: list[list[float | None]] | None


class ComparisonNumbers(TypedDict):
    """What `comparison.js` reads of all runs: the name of the loss, and each run."""

    name: str
    runs: list[RunNumbers]


def comparison_numbers(compared: Comparison, languages: Sequence[str]) -> ComparisonNumbers:
    """Comparison and the languages of its page → its numbers."""
    graph = compared.runs[0].model.graph
    return {
        "name": graph.names[graph.output],
        "runs": [_run(compared, number, languages) for number in range(len(compared.runs))],
    }


def is_plane(run: Run) -> bool:
    """Whether the parameters of a run are two numbers, so that its path can be drawn."""
    return len(run.names) == 2 and all(shape(run.model.start[name]) == () for name in run.names)


def _run(compared: Comparison, number: int, languages: Sequence[str]) -> RunNumbers:
    run, curve = compared.runs[number], compared.curves[number]
    updates = [int(update) for update in curve.updates]
    path = [_known(run.after(update)[0].values()) for update in updates] if is_plane(run) else None
    return {
        "label": [run_text(compared.distinctions[number], lang) for lang in languages],
        "batch": run.settings.batches.size,
        "updates": updates,
        "at": {axis: short(curve.against(axis)) for axis in AXES},
        "loss": _known(curve.loss),
        "excess": _known(above(compared, number)),
        "path": path,
    }


def _known(values: Iterable[Any]) -> list[float | None]:
    """Numbers → the same with few digits, None for those that are not finite."""
    listed = [float(value) for value in values]
    return [number if math.isfinite(number) else None for number in short(listed)]
