"""What people hold of several runs: their curves one beside the other, and figures of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import fields
from typing import TYPE_CHECKING, Self, Unpack

from graphviz_ad.training import compare as comparing
from graphviz_ad.training import run
from graphviz_ad.workers import cluster as dask
from graphviz_ad.workers import processes

if TYPE_CHECKING:
    from graphviz_ad.api.picture import Path
    from graphviz_ad.diagram.style import StyleOptions
    from graphviz_ad.export.run.figures.figure import Figure
    from graphviz_ad.export.run.figures.registry import FigureOptions


class Comparison(comparing.Comparison):
    """Several runs of one model: `curves`, `best`, `excess`, `bands`; prints as a table, draws and saves."""

    @classmethod
    def of(cls, plain: comparing.Comparison) -> Self:
        """A comparison without methods that know other packages → the same with them."""
        columns = {field.name: getattr(plain, field.name) for field in fields(plain)}
        return plain if isinstance(plain, cls) else cls(**columns)

    def figure(self, kind: str, **options: Unpack[FigureOptions]) -> Figure:
        """Name of a figure → it, with all runs in it; for names and options see `Run.figure`."""
        from graphviz_ad.export.run.figures.registry import figure

        return figure(self, kind, **options)

    def save(self, path: Path, **look: Unpack[StyleOptions]) -> list[str]:
        """→ a file in the format of its suffix, as "compare.html", "compare.csv" or "compare.json"; the paths written.

        The page has a look, which is that of `Trace.draw`. Raises OutputError, MissingPartError without matplotlib.
        """
        from graphviz_ad.export.run.registry import COMPARISONS, save

        return save(self, os.fspath(path), COMPARISONS, **look)


def compare(
    runs: Iterable[run.Run], *, seeds: int = 1, jobs: int = 1, cluster: str | None = None, marks: int = 200
) -> Comparison:
    """Runs of one formula with the same data, start and seed → their comparison.

    With `seeds` above 1 each is made with so many seeds, and curves get bands; `jobs` processes (0 for all cores) or
    the `cluster` at the address of a Dask scheduler make them. The loss over all examples is computed at `marks` places
    of each run. Raises InputError where the runs cannot be compared, MissingPartError without dask.distributed.

    >>> from graphviz_ad import compare, parse
    >>> graph = parse("L = mean((w*x - y)^2)")
    >>> data = {"x": [1, 2, 3, 4], "y": [2, 4, 6, 8]}
    >>> compare([graph.train(data, batch=size, lr=0.01, w=0) for size in (1, 2)]).labels
    ('B = 1', 'B = 2')
    """
    listed = list(runs)
    with nullcontext(processes(jobs)) if cluster is None else dask(cluster) as executor:
        return Comparison.of(comparing.comparison(listed, seeds=seeds, executor=executor, marks=marks))
