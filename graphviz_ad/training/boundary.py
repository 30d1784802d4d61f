"""A run → what the model answers over its inputs as it learns: the label that would cost least, or the fitted line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.errors import InputError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.training.example_losses import example_losses
from graphviz_ad.training.functions import Rows
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.noise import sample
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_LABELS = 10
"""Classes that colours tell apart."""
_POINTS = 45
"""On each side of the plane of two features."""
_LINE_POINTS = 101
"""Points of the curve over one feature."""
_MARGIN = 0.08
"""Around the examples, of their range."""


@dataclass(frozen=True)
class Data:
    """The examples as a figure shows them: one feature or two (a column each), and the label.

    `features` are names as they are written, `columns` of the table with the place in it, None for one of numbers.
    """

    features: tuple[str, ...]
    columns: tuple[tuple[str, int | None], ...]
    label: str
    points: Array
    targets: Array
    classes: tuple[float, ...]


@dataclass(frozen=True)
class Regions:
    """Two features: `cost[k][i, j]` is the loss of an example at `x[j]`, `y[i]` whose label is class k."""

    x: Array
    y: Array
    costs: tuple[Array, ...]


def data_of(model: Model) -> Data:
    """Model → its features and its label.

    Raises InputError where there is no label, or there are more than two features.
    """
    rows = sample(model)
    used = {column: rows[column] for column in model.columns.values()}
    plain = [column for column, values in used.items() if values.ndim == 1]
    if len(used) < 2 or not plain:
        raise InputError(
            "there is no column that could be the label",
            hint="the figure 'boundary' needs one or two features and a column of labels, as y",
        )
    classed = [column for column in plain if _classes(used[column])]
    label = next((name for name in ("y", "t", "target", "label") if name in plain), (classed or plain)[-1])
    features: list[str] = []
    columns: list[tuple[str, int | None]] = []
    for name, column in model.columns.items():
        if column == label:
            continue
        if used[column].ndim == 1:
            features.append(name)
            columns.append((column, None))
        else:
            width = used[column].shape[1] if used[column].ndim == 2 else 0
            features += [f"{name}_{place + 1}" for place in range(width)]
            columns += [(column, place) for place in range(width)]
    classes = _classes(used[label])
    if not classes and len(features) != 1:
        raise InputError(
            f"a fitted line needs one feature; the model has {len(features)}: {', '.join(features[:8])}",
            hint="take the figure 'loss', or data with labels such as 0 and 1",
        )
    if len(features) not in (1, 2):
        raise InputError(
            f"a boundary is drawn over two features; the model has {len(features)}: {', '.join(features[:8])}",
            hint="take the figure 'loss' or 'norms', or a model of two features",
        )
    points = np.column_stack([used[column] if place is None else used[column][:, place] for column, place in columns])
    return Data(tuple(features), tuple(columns), label, points, used[label], classes if len(features) == 2 else ())


def _classes(values: Array) -> tuple[float, ...]:
    """Entries of a column → the classes that they number, none where they are measurements."""
    kinds = np.unique(values)
    if len(kinds) > _MAX_LABELS or np.any(kinds != np.round(kinds)):
        return ()
    return tuple(kinds.tolist())


def moments(run: Run, count: int = 4) -> list[int]:
    """Run → updates at which its answer is shown: the start, the end and some between, closer at the start."""
    return sorted({round(run.updates * (number / (count - 1)) ** 3) for number in range(count)})


def ranges(points: Array, margin: float = _MARGIN) -> list[tuple[float, float]]:
    """Points → for each coordinate where its axis begins and ends."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = margin * np.where(high > low, high - low, 1.0)
    return [(float(a), float(b)) for a, b in zip(low - room, high + room)]


def regions(run: Run, data: Data, update: int, points: int = _POINTS) -> Regions:
    """Run, its data of two features, number of an update → what each label would cost over their plane, at so many
    points on each side."""
    (x, y) = (np.linspace(*ends, points) for ends in ranges(data.points))
    rows = {name: np.repeat(column[:1], points * points, axis=0) for name, column in sample(run.model).items()}
    for (column, place), values in zip(data.columns, np.meshgrid(x, y), strict=True):
        rows[column][(slice(None),) if place is None else (slice(None), place)] = values.reshape(-1)
    return Regions(x, y, tuple(costs.reshape(points, points) for costs in _costs(run, data, rows, update)))


def right(run: Run, data: Data, update: int) -> float:
    """Run, its data, number of an update → the share of examples whose own label would cost least."""
    best = np.argmin(_costs(run, data, sample(run.model), update), axis=0)
    return float(np.mean(np.asarray(data.classes)[best] == data.targets))


def _costs(run: Run, data: Data, rows: Rows, update: int) -> list[Array]:
    """Run, its data, examples, number of an update → what each label would cost at each of these."""
    parameters = run.after(update)[0]
    labelled = ({**rows, data.label: np.full(size_of(rows), kind)} for kind in data.classes)
    return [example_losses(run.model, each, parameters) for each in labelled]


def fitted(run: Run, data: Data, update: int) -> tuple[Array, Array]:
    """Run, its data of one feature, number of an update → points of the line that the model draws through them."""
    ((low, high),) = ranges(data.points)
    x = np.linspace(low, high, _LINE_POINTS)
    column, place = data.columns[0]
    rows = {name: np.repeat(values[:1], len(x), axis=0) for name, values in sample(run.model).items()}
    rows[column][(slice(None),) if place is None else (slice(None), place)] = x
    graph = run.model.sized(rows)
    node = answer(run.model, graph, data.label)
    value = np.asarray(run.model.values(rows, run.after(update)[0])[node], dtype=float)
    if value.size not in (1, len(x)):
        raise InputError(
            f"'{graph.names[node]}' is no number for each example", hint="take the figure 'loss' in its place"
        )
    return x, np.broadcast_to(value.reshape(-1), (len(x),))


def answer(model: Model, graph: Graph, label: str) -> int:
    """Model, its graph and the column of labels → the node that is compared with the label.

    It is the last one without the label in it through which every path from the features goes. Raises InputError.
    """
    inputs = {column: graph.inputs[name] for name, column in model.columns.items()}
    with_label = _descendants(graph, {inputs[label]})
    features = {node for column, node in inputs.items() if column != label}
    for node in sorted(_descendants(graph, features) - with_label, reverse=True):
        if graph.output not in _descendants(graph, features - {node}, without=node):
            return node
    raise InputError(
        "the formula compares no single quantity with the label",
        hint="give the prediction a name and use that, as in z = w x + b; L = mean((z - y)^2)",
    )


def _descendants(graph: Graph, sources: set[int], without: int = -1) -> set[int]:
    """Nodes → they and all that are computed from them, not through one that is left out."""
    descendants = set(sources) - {without}
    for node, args in enumerate(graph.args):
        if node != without and any(arg in descendants for arg in args):
            descendants.add(node)
    return descendants
