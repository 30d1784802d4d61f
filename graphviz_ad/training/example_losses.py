"""Model, examples and parameters → the loss of each example alone, of all at once where the loss is a mean of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import Values
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.losses import EACH
from graphviz_ad.training.functions import Rows, flat, functions
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.run import at_once
from graphviz_ad.values import Array, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_TRIED, _TOLERANCE = 6, 1e-9
"""Examples by which it is seen how the loss follows from what is averaged in it."""


def example_losses(model: Model, rows: Rows, parameters: Mapping[str, Value]) -> Array:
    """Model, examples and parameters → the loss of each of these alone."""
    count, vector = size_of(rows), flat(parameters)

    def example(number: int) -> Rows:
        return {name: column[number : number + 1] for name, column in rows.items()}

    loss = functions(model, example(0)).loss
    terms = _terms(model, rows, parameters)
    if terms is not None:
        lowest, highest = int(np.argmin(terms)), int(np.argmax(terms))
        tried = [lowest, highest, *np.linspace(0, count - 1, _TRIED, dtype=int).tolist()]
        alone = np.array([loss(example(number), vector) for number in tried])
        apart = terms[highest] - terms[lowest]
        factor = (alone[1] - alone[0]) / apart if apart else 1.0
        losses: Array = alone[0] + factor * (terms - terms[lowest])
        if np.allclose(losses[tried], alone, rtol=_TOLERANCE, atol=_TOLERANCE):
            return losses
    return np.fromiter((loss(example(number), vector) for number in range(count)), float, count)


def _terms(model: Model, rows: Rows, parameters: Mapping[str, Value]) -> Array | None:
    """Model, examples and parameters → the numbers, one of each example, from whose mean or sum the loss follows.

    None where the formula has none, or they are not all finite.
    """
    count, size = size_of(rows), at_once(model)
    parts = []
    for start in range(0, count, size):
        part = {name: column[start : start + size] for name, column in rows.items()}
        with np.errstate(all="ignore"):
            terms = _averaged(model, model.sized(part), model.values(part, parameters), size_of(part))
        if terms is None or not np.all(np.isfinite(terms)):
            return None
        parts.append(terms.reshape(len(terms), -1).sum(axis=1))
    return np.concatenate(parts)


def _averaged(model: Model, graph: Graph, values: Values, count: int) -> Array | None:
    """Model, its graph and values for so many examples → what is averaged or added up over these, on the one way from
    the data to the loss."""
    from_data = {graph.inputs[name] for name in model.columns}
    for node, args in enumerate(graph.args):
        if from_data.intersection(args):
            from_data.add(node)
    node = graph.output
    while (bound := graph.ops[node]) is not None:
        args = graph.args[node]
        if bound.row.name in EACH and shape(values[args[0]])[:1] == (count,):
            terms = EACH[bound.row.name](*(values[arg] for arg in args))
            return terms if shape(terms)[:1] == (count,) else None
        from_examples = [arg for arg in args if arg in from_data]
        if len(from_examples) != 1:
            return None
        node = from_examples[0]
    return None
