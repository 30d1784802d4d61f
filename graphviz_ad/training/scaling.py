"""Columns of the data → whether their scale makes a ravine of the loss, and which are to be standardised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.training.evidence import Evidence
from graphviz_ad.training.finding import Finding
from graphviz_ad.training.landscape import MAX_WHOLE, Landscape, condition
from graphviz_ad.training.model import Model
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_CONDITION = 1000.0
"""Condition number of the Hessian from which descent is slow: it takes about as many updates to the lowest point."""
_GAIN = 10.0
"""How many times standardised columns make it smaller where they are to blame."""
_MAX_SCALE, _MIN_SCALE = 10.0, 0.1
"""Mean, or standard deviation, of a column outside of which it is not of the size of 1."""


@dataclass(frozen=True)
class _Feature:
    """A column that is multiplied with parameters, or one column of a matrix of these; its mean and deviation."""

    column: str
    number: int | None
    mean: float
    deviation: float

    @property
    def name(self) -> str:
        """What it is called: X[1] is the second column of the matrix X."""
        return self.column if self.number is None else f"{self.column}[:, {self.number}]"

    @property
    def off(self) -> float:
        """How far its scale is from 1, as a factor."""
        return max(abs(self.mean), self.deviation, 1 / self.deviation if self.deviation else 1.0)

    @property
    def is_off(self) -> bool:
        """Whether it is to be standardised."""
        small = abs(self.mean) + self.deviation < _MIN_SCALE
        return self.deviation > 0 and (small or max(abs(self.mean), self.deviation) > _MAX_SCALE)


def scale(evidence: Evidence) -> Finding | None:
    """Evidence → the columns whose scale makes the condition number large, told by what it is without that."""
    model = evidence.run.model
    wrong = [feature for feature in _features(model, evidence.rows) if feature.is_off]
    if not wrong:
        return None
    better = _standardised(evidence.rows, wrong)
    if len(evidence.start) <= MAX_WHOLE:
        other = Landscape(model, better, evidence.land.decay)
        now, then = (condition(land.curvatures(evidence.start)) for land in (evidence.land, other))
        variant = ""
    else:
        now, then = (_condition_of_columns(rows, wrong) for rows in (evidence.rows, better))
        variant = "columns"
    if not (now > MAX_CONDITION and now > _GAIN * then):
        return None
    worst = max(wrong, key=lambda feature: feature.off)
    quantities = {"condition": now, "then": then, "mean": worst.mean, "deviation": worst.deviation}
    names = {"column": worst.name, "columns": ", ".join(feature.name for feature in wrong)}
    return Finding("scale", quantities, names, variant)


def _features(model: Model, rows: Mapping[str, Array]) -> list[_Feature]:
    """Model and its examples → the columns that a parameter is multiplied with, not those that are only compared."""
    graph = model.sized(rows)
    features = []
    for name, column in model.columns.items():
        if not _is_multiplied(graph, tuple(model.start), tuple(model.columns), name):
            continue
        values = rows[column]
        parts = [(None, values)] if values.ndim == 1 else [(k, values[:, k]) for k in range(values.shape[1])]
        features += [_Feature(column, k, float(np.mean(part)), float(np.std(part))) for k, part in parts]
    return features


def _is_multiplied(graph: Graph, parameters: tuple[str, ...], columns: tuple[str, ...], name: str) -> bool:
    """Whether what is made of a column alone is multiplied with what is made of parameters alone."""
    data = {graph.inputs[column] for column in columns}
    of_column, learnt = {graph.inputs[name]}, {graph.inputs[parameter] for parameter in parameters}
    for node, args in enumerate(graph.args):
        bound = graph.ops[node]
        if bound is None:
            continue
        if (
            bound.row.name in ("multiply", "matmul", "dot")
            and of_column.intersection(args)
            and learnt.intersection(args)
        ):
            return True
        for nodes in (data, learnt):
            if all(arg in nodes or arg in graph.constants for arg in args) and nodes.intersection(args):
                nodes.add(node)
                if nodes is data and of_column.intersection(args):
                    of_column.add(node)
    return False


def _standardised(rows: Mapping[str, Array], features: list[_Feature]) -> dict[str, Array]:
    """Rows and some of their columns → the same with these of mean 0 and standard deviation 1."""
    better = {name: values.copy() for name, values in rows.items()}
    for feature in features:
        place = (slice(None),) if feature.number is None else (slice(None), feature.number)
        values = better[feature.column]
        values[place] = (values[place] - feature.mean) / feature.deviation
    return better


def _condition_of_columns(rows: Mapping[str, Array], features: list[_Feature]) -> float:
    """Rows and some of their columns → the condition number of the columns and a column of 1, as of a linear model."""
    columns = [rows[f.column] if f.number is None else rows[f.column][:, f.number] for f in features]
    matrix = np.column_stack([np.ones(len(columns[0])), *columns])
    return condition(np.linalg.eigvalsh(matrix.T @ matrix / len(matrix)))
