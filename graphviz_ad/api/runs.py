"""What people hold of descent: a run that shows its updates, checks and saves itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Self, Unpack

from graphviz_ad.api.graphs import Trace
from graphviz_ad.api.picture import Path
from graphviz_ad.data.csv_file import read_csv
from graphviz_ad.data.npy_file import read_npy, read_npz
from graphviz_ad.data.table import NoData, Table
from graphviz_ad.errors import InputError
from graphviz_ad.training import run

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import StyleOptions
    from graphviz_ad.export.run.figures.figure import Figure
    from graphviz_ad.export.run.figures.registry import FigureOptions
    from graphviz_ad.training.finding import Diagnosis
    from graphviz_ad.training.torch_check import Agreement

Examples = Table | Path | Mapping[str, Iterable[object]]
"""Data: a table, a file of one, or columns by name."""


_READERS = {".npy": read_npy, ".npz": read_npz}
"""Files of arrays, by their suffix; others are CSV."""


def table_of(data: Examples | None) -> Table:
    """Data in any form → the table. Raises InputError for a file or a column that cannot be read."""
    if data is None:
        return NoData()
    if isinstance(data, Table):
        return data
    if isinstance(data, str | os.PathLike):
        path = os.fspath(data)
        return _READERS.get(os.path.splitext(path)[1].lower(), read_csv)(path)
    import numpy as np

    columns = {}
    for name, values in data.items():
        try:
            columns[str(name)] = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            raise InputError(f"the column '{name}' has something that is no number", hint="give numbers only") from None
    return Table(columns, "the data")


class Run(run.Run):
    """What descent did: `loss`, `parameters`, `final`, and every update as a trace."""

    @classmethod
    def of(cls, plain: run.Run) -> Self:
        """A run without methods that know other packages → the same with them."""
        columns = {field.name: getattr(plain, field.name) for field in fields(plain)}
        return plain if isinstance(plain, cls) else cls(**columns)

    def update(self, number: int, *, examples: bool | None = None) -> Trace:
        """Number of an update, from 1 → both passes over its batch, and the update behind them.

        `examples` says whether each example of the batch is written out; unless said, of up to eight they are. Raises
        InputError where there is no such update, or where the examples cannot be told apart.
        """
        from graphviz_ad.training.shown_update import shown_update

        return Trace.of(shown_update(self, number, examples))

    def check(self, partner: str = "torch") -> Agreement:
        """→ the parameters after every update beside those of torch.optim on the same batches.

        Raises InputError for another partner, MissingPartError where torch is not installed.
        """
        if partner != "torch":
            raise InputError(f"a run cannot be checked with '{partner}'", hint="check it with torch")
        from graphviz_ad.training.torch_check import with_torch

        return with_torch(self)

    def diagnosis(self, lang: str = "en") -> Diagnosis:
        """→ what is wrong with the run, in findings with the numbers they were seen by; prints as text.

        It looks for a rate above its limit or far below it, divergence and its cause, inputs that are not scaled, a
        loss that is a sum, vanishing gradients, dead and saturated units. Raises InputError for another language.
        """
        from graphviz_ad.training.diagnosis import diagnosis
        from graphviz_ad.training.finding import Diagnosis

        return Diagnosis(diagnosis(self), lang)

    def figure(self, kind: str, **options: Unpack[FigureOptions]) -> Figure:
        """Name of a figure → it, which saves itself as svg, png or pdf and shows itself in a notebook.

        `kind` is "path", "loss", "noise", "boundary", "memory", "outlier", "rate", "norms" or "schedule". `theme` and
        `lang` are those of `Trace.draw`; `size` is "page", "slide" or width and height in pixels; `parameters` are the
        two of a path, `update` is where noise and outlier look at the gradients, `axes` are those of the loss. Raises
        MissingPartError without matplotlib, GraphvizADError for what the model or the look lacks.
        """
        from graphviz_ad.export.run.figures.registry import figure

        return figure(self, kind, **options)

    def save(self, path: Path, **look: Unpack[StyleOptions]) -> list[str]:
        """→ a file in the format of its suffix, with what it reads beside it; the paths written.

        csv and json have all numbers, html is a page of the run, py the same run in PyTorch, ipynb a notebook that
        makes it again. The look of the page is that of `Trace.draw`, the notebook has its language. Raises OutputError,
        MissingPartError without matplotlib.
        """
        from graphviz_ad.export.run.registry import save

        return save(self, os.fspath(path), **look)
