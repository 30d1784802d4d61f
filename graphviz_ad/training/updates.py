"""Model, optimiser and the size of a batch → one Python function that does an update: loss, gradients, new values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.passes import forward as computed
from graphviz_ad.autodiff.passes import prepared
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape, zero
from graphviz_ad.training.gradients import backward
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.training.optimizers import NORM, RATE, UPDATE, Optimizer, instance
from graphviz_ad.training.straight_line import Lines, forward
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


@dataclass(frozen=True)
class Rules:
    """The rules for all parameters of a model as one graph.

    `memory` is what is remembered, by name, with the parameter it belongs to; `gradients` and `next` are what the
    graph calls the gradient of a parameter, and the next value of a parameter or of what is remembered; `rate`,
    `number` and `norm` the names of what all share.
    """

    graph: Graph
    statements: tuple[str, ...]
    memory: Mapping[str, str]
    gradients: Mapping[str, str]
    next: Mapping[str, str]
    constants: Mapping[str, float]
    rate: str
    number: str
    norm: str


def rules(model: Model, optimizer: Optimizer) -> Rules:
    """Model and optimiser → its rule for every parameter."""
    taken = frozenset(model.graph.ids)
    statements: list[str] = []
    memory, gradients, following = {}, {}, {}
    shared: dict[str, str] = {}
    for parameter in model.start:
        names, lines = instance(optimizer, parameter, taken)
        statements += lines
        gradients[parameter] = names["g"]
        following[parameter] = names["w'"]
        for word in optimizer.memory:
            memory[names[word]] = parameter
            following[names[word]] = names[f"{word}'"]
        shared |= names
    graph = parse("; ".join(statements), share=True)
    constants = {shared[letter]: value for letter, value in optimizer.constants.items() if letter in shared}
    rate, number, norm = (shared.get(name, name) for name in (RATE, UPDATE, NORM))
    return Rules(graph, tuple(statements), memory, gradients, following, constants, rate, number, norm)


Update = Callable[..., tuple[Any, ...]]
"""(rate, number of the update, columns …, parameters …, memory …) → (loss, new parameters …, new memory …)."""


def compiled(model: Model, rule: Rules, rows: Mapping[str, Any]) -> Update:
    """Model, rules, and rows of the table as many as a batch has → the function that does an update with so many."""
    graph, lines = model.sized(rows), Lines()
    values = model.values(rows, model.start)
    shapes = [shape(value) for value in values]
    given = {graph.inputs[name]: f"x{number}" for number, name in enumerate(model.columns)}
    parameters = {name: f"w{number}" for number, name in enumerate(model.start)}
    given |= {graph.inputs[name]: code for name, code in parameters.items()}
    counted = dict.fromkeys(model.counts, float(size_of(rows)))
    given |= {graph.inputs[name]: lines.known(_numpy(value), "c") for name, value in {**model.fixed, **counted}.items()}
    names = forward(lines, graph, given, shapes)
    by_parameter = {name: graph.inputs[name] for name in model.start}
    grads = backward(lines, graph, names, shapes, by_parameter.values())
    gradients = {name: grads[node] for name, node in by_parameter.items()}
    memory = {name: f"m{number}" for number, name in enumerate(rule.memory)}
    sizes = {name: shape(value) for name, value in model.start.items()}
    known = {**parameters, **memory, rule.rate: "rate", rule.number: "number"}
    known |= {rule.gradients[name]: code for name, code in gradients.items()}
    if rule.norm in rule.graph.inputs:
        squares = [f"total({code} * {code}, axis=None)" if sizes[name] else f"{code} * {code}"
                   for name, code in gradients.items()]  # fmt: skip
        known[rule.norm] = lines.keep(f"np.sqrt({' + '.join(squares)})")
    following = _following(lines, rule, known, sizes)
    columns = [given[graph.inputs[name]] for name in model.columns]
    return lines.function(
        ["rate", "number", *columns, *parameters.values(), *memory.values()],
        [names[graph.output], *(following[name] for name in (*parameters, *memory))],
    )


def _following(lines: Lines, rule: Rules, known: Mapping[str, str], sizes: Mapping[str, Shape]) -> dict[str, str]:
    """Lines, rules, what is known by name, shapes of the parameters → the names of the next values."""
    sample: dict[str, Value] = {name: np.ones(size) if size else 1.0 for name, size in sizes.items()}
    sample |= {rule.gradients[name]: sample[name] for name in sizes}
    sample |= {name: sample[parameter] for name, parameter in rule.memory.items()}
    sample |= {**rule.constants, rule.rate: 1.0, rule.number: 1.0, rule.norm: 1.0}
    graph, values = prepared(rule.graph, {name: sample[name] for name in rule.graph.inputs})
    shapes = [shape(value) for value in computed(graph, values)]
    given = {node: known[name] for name, node in graph.inputs.items() if name in known}
    given |= {node: lines.known(rule.constants[name]) for name, node in graph.inputs.items() if name in rule.constants}
    names = forward(lines, graph, given, shapes)
    return {name: names[graph.ids[word]] for name, word in rule.next.items()}


def nothing(rule: Rules, model: Model) -> dict[str, Value]:
    """Rules and model → what is remembered before the first update: 0 throughout."""
    return {name: zero(shape(model.start[parameter])) for name, parameter in rule.memory.items()}


def _numpy(value: Value) -> object:
    """A number → numpy's, which divides by 0 as IEEE arithmetic does."""
    return np.float64(value) if isinstance(value, float) else value
