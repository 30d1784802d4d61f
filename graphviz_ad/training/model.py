"""A graph, a table and start values → which inputs are data, which are learnt and which stay."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from graphviz_ad.autodiff.columns import used_columns
from graphviz_ad.autodiff.inputs import named_as_in, read_value
from graphviz_ad.autodiff.passes import Values, forward, prepared
from graphviz_ad.data.table import NoData, Table
from graphviz_ad.errors import InputError, ShapeError, nearest
from graphviz_ad.graph.build import read_with
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Array, Shape, Value, as_float

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Init = Literal["xavier", "he", "normal", "zeros"]
INITS: tuple[Init, ...] = ("xavier", "he", "normal", "zeros")
"""How the first values of a parameter are drawn of which the shape is given."""
_NORMAL = 0.1
"""Standard deviation of `normal`."""
_COUNTS = ("N", "n", "m", "B")
"""Names that stand for the number of examples where they have no value."""
_PROBE = 4
"""Examples by which it is seen what a formula means and whether its loss is a mean."""


@dataclass(frozen=True)
class Model:
    """What is trained: `columns` are names of inputs and of their columns, `start` the parameters' first values.

    `fixed` are inputs that keep their value, `counts` stand for how many examples a batch has. `notes` are sentences on
    what the loss is; it `grows` where that of the same examples twice is another. `sized` has the graph for a batch.
    """

    graph: Graph
    table: Table
    columns: Mapping[str, str]
    start: Mapping[str, Value]
    fixed: Mapping[str, Value]
    counts: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)
    grows: bool = False
    _sized: dict[int, Graph] = field(default_factory=dict, repr=False, compare=False)

    def inputs(self, rows: Mapping[str, Array], parameters: Mapping[str, Value]) -> dict[str, Value]:
        """Rows of the table and values of the parameters → the values of all inputs."""
        data = {name: rows[column] for name, column in self.columns.items()}
        return {**data, **self.fixed, **dict.fromkeys(self.counts, float(size_of(rows))), **parameters}

    def sized(self, rows: Mapping[str, Array]) -> Graph:
        """Rows of the table → the graph as these say that it is meant: an N above a sum is how many there are."""
        size = size_of(rows)
        if size not in self._sized:
            self._sized[size] = prepared(self.graph, self.inputs(rows, self.start))[0]
        return self._sized[size]

    def values(self, rows: Mapping[str, Array], parameters: Mapping[str, Value]) -> Values:
        """Rows of the table and values of the parameters → the values of all nodes."""
        given, graph = self.inputs(rows, parameters), self.sized(rows)
        return forward(graph, {graph.inputs[name]: value for name, value in given.items()})

    def loss(self, rows: Mapping[str, Array], parameters: Mapping[str, Value]) -> float:
        """Rows of the table and values of the parameters → the loss."""
        return as_float(self.values(rows, parameters)[self.sized(rows).output])


def size_of(rows: Mapping[str, Array]) -> int:
    """Rows of a table by column → how many there are; where there are no data it is as if there was a single one."""
    return len(next(iter(rows.values()))) if rows else 1


def model(
    graph: Graph, table: Table, values: Mapping[str, object], *, shapes: Mapping[str, Shape] | None = None,
    init: Init = "xavier", seed: int = 0, fixed: Collection[str] = (),
) -> Model:  # fmt: skip
    """Graph, table, start values by name, shapes of parameters whose first values are drawn → the model.

    Raises InputError where a name is missing, unknown or a column too, ShapeError where the loss is no number.
    """
    probe = table.rows(slice(0, min(len(table), _PROBE)))
    read = read_with(graph, {**probe, **values})
    columns = _columns(read, table, probe)
    given = {_known(read, name, value): read_value(name, value, graph.limits.array) for name, value in values.items()}
    sizes = {_known(read, name, 0.0): size for name, size in (shapes or {}).items()}
    for name in (*given, *sizes):
        if name in columns:
            hint = f"leave out the value of '{name}', or call the column something else"
            raise InputError(f"'{name}' is a column of '{table.source}', and it is given a value", hint=hint)
        if name not in read.inputs:
            _fail_unknown(read, name, columns)
        if name in given and name in sizes:
            raise InputError(f"'{name}' has a value and a shape", hint="give one of them")
    kept = {_known(read, name, 0.0) for name in fixed}
    for name in kept - set(given):
        raise InputError(f"'{name}' is to stay as it is, but has no value", hint=f"give one, as in {name}=1")
    random = np.random.default_rng([seed, 1])
    drawn = {name: _drawn(read, name, size, init, random) for name, size in sizes.items()}
    known = {**columns, **given, **drawn}
    counts = tuple(name for name in read.inputs if name in _COUNTS and name not in known)
    _require_all(read, table, (*known, *counts))
    start = {name: value for name, value in {**given, **drawn}.items() if name not in kept}
    if not start:
        hint = "take a name out of --fixed" if kept else "give a start value for a parameter, as in w=0"
        raise InputError("there is nothing to learn", hint=hint)
    whole = Model(read, table, columns, start, {name: given[name] for name in kept}, counts)
    _require_number(whole, probe)
    _require_labels(whole)
    if not columns:
        return replace(whole, notes=(f"there are no examples; what is learnt: {', '.join(start)}",))
    scale = _scale_note(whole)
    notes = (*(f"{name} is the number of examples in a batch" for name in counts), *([scale] if scale else ()))
    return replace(whole, notes=notes, grows=scale is not None)


def _columns(graph: Graph, table: Table, probe: Mapping[str, Array]) -> dict[str, str]:
    """Graph, table and some of its rows → the inputs that are columns, with the names of these."""
    if isinstance(table, NoData):
        return {}
    used = {column: probe[column] for column in used_columns(graph, probe)}
    named_as_in(graph, used)  # raises where two of them are one input
    columns = {next(iter(named_as_in(graph, {column: values}))): column for column, values in used.items()}
    if not columns:
        table.require_read(graph.inputs)
        raise InputError(
            f"none of the columns of '{table.source}' is in the formula",
            hint=f"its columns are {', '.join(probe)}; the formula has {', '.join(graph.inputs)}{table.nameless}",
        )
    return columns


def _known(graph: Graph, name: str, value: object) -> str:
    """Name as typed → as the formula has it."""
    return next(iter(named_as_in(graph, {name: value})), name)


def _fail_unknown(graph: Graph, name: str, columns: Mapping[str, str]) -> None:
    others = [other for other in graph.inputs if other not in columns]
    near = nearest(name, others)
    hint = f"did you mean '{near}'?" if near else f"its parameters are: {', '.join(others) or 'none'}"
    raise InputError(f"the formula has no parameter '{name}'", hint=hint)


def _require_all(graph: Graph, table: Table, known: Collection[str]) -> None:
    missing = [name for name in graph.inputs if name not in known]
    if missing:
        table.require_read(missing)
        columns = f": '{table.source}' has {', '.join(table.columns)}{table.nameless}"
        listed = ", ".join(f"'{name}'" for name in missing)
        first = missing[0]
        hint = (
            f"a parameter needs a start value, as in {first}=0, or a shape, as in --shape {first}=2x16; "
            f"data need a column of that name{', in a file as @line.csv' if isinstance(table, NoData) else columns}"
        )
        raise InputError(f"{listed}: no column and no start value", hint=hint)


def _drawn(graph: Graph, name: str, size: Shape, init: Init, random: np.random.Generator) -> Value:
    """Graph, a parameter and its shape → its first values.

    The bounds are those of Glorot and Bengio (2010) and He et al. (2015).
    """
    if init == "zeros" or not size:
        return np.zeros(size) if size else 0.0
    if init == "normal":
        return random.normal(scale=_NORMAL, size=size)
    before, behind = (size[0], size[-1]) if len(size) > 1 else (size[0], 1)
    for node, slot in graph.consumers[graph.inputs[name]]:
        bound = graph.ops[node]
        if bound is not None and bound.row.name == "matmul" and slot == 0 and len(size) > 1:
            before, behind = behind, before
    if init == "he":
        return random.normal(scale=math.sqrt(2 / before), size=size)
    limit = math.sqrt(6 / (before + behind))
    return random.uniform(-limit, limit, size=size)


def _require_number(model: Model, probe: Mapping[str, Array]) -> None:
    graph = model.sized(probe)
    value = model.values(probe, model.start)[graph.output]
    if shape(value):
        name = graph.names[graph.output]
        graph.fail(
            ShapeError, f"the loss '{name}' is no number: it has shape ({shape_text(shape(value))})", graph.output,
            f"make it the mean over the examples, as in mean({name})",
        )  # fmt: skip


def _require_labels(model: Model) -> None:
    """Raise InputError where labels of a yes or no are none of 0 … 1."""
    graph, table = model.graph, model.table
    for name, column in model.columns.items():
        node = graph.inputs[name]
        if not any(_is_label(graph, reader, slot) for reader, slot in graph.consumers[node]):
            continue
        values = np.asarray(table.columns[column])
        wrong = np.flatnonzero((values < 0) | (values > 1))
        if wrong.size:
            first = int(wrong[0])
            raise InputError(
                f"'{column}' has a label {np.ravel(values)[first]:g} (example {first + 1}); "
                "the loss asks for 0, 1 or what is between them",
                hint="number two classes 0 and 1; for more use cross_entropy",
            )


def _is_label(graph: Graph, node: int, slot: int) -> bool:
    """Edge → whether it leads to a place for labels: the second of a binary cross-entropy, or y in 1 - y beside log."""
    bound = graph.ops[node]
    assert bound is not None
    if bound.row.name in ("bce", "bce_with_logits"):
        return slot == 1
    first = graph.args[node][0]
    has_log = any(other is not None and other.row.name == "log" for other in graph.distinct_ops)
    return bound.row.name == "subtract" and slot == 1 and graph.constants.get(first) == 1.0 and has_log


def _scale_note(model: Model) -> str | None:
    """→ a note where the loss grows with the batch: it differs when the same examples are given twice."""
    rows = model.table.rows(slice(0, min(len(model.table), _PROBE)))
    twice = {name: np.concatenate([column, column]) for name, column in rows.items()}
    once, doubled = model.loss(rows, model.start), model.loss(twice, model.start)
    if math.isclose(once, doubled, rel_tol=1e-6, abs_tol=1e-12) or not math.isfinite(doubled):
        return None
    if math.isclose(2 * once, doubled, rel_tol=1e-6):
        return "the loss is a sum over the examples, so the step grows with the batch; mean(…) makes it independent"
    return "the loss of the same examples twice is another, so the step changes with the size of the batch"
