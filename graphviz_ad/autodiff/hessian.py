"""Graph and values → second derivatives: forward mode over the program of the backward pass.

The program computes gradients; a sweep of forward mode over it, in which an input moves, gives how they change with it:
a column of the Hessian, or for any direction v the product of the Hessian with v.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff import passes
from graphviz_ad.autodiff.backward_program import BackwardProgram, backward_program
from graphviz_ad.autodiff.forward_mode import read_tangents
from graphviz_ad.autodiff.inputs import named_as_in
from graphviz_ad.autodiff.push import tangents_of
from graphviz_ad.autodiff.sweeps import Jacobian, require_names, units
from graphviz_ad.errors import InputError, LimitError, nearest
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape, zero
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


@dataclass(frozen=True)
class SecondOrder:
    """The program of both passes, the values of its nodes, the names asked for, and the values of inputs by name."""

    program: BackwardProgram
    values: Sequence[Value]
    wrt: tuple[str, ...]
    at: Mapping[str, Value]

    def node(self, name: str) -> int | None:
        """Name of an input → its node in the program, None where no derivative depends on it."""
        return self.program.graph.inputs.get(self.program.inputs[name])

    def gradient(self, name: str) -> int:
        """Name of an input → the node of its gradient."""
        return self.program.graph.find(self.program.gradients[name])

    def moved(self, direction: Mapping[str, Value]) -> dict[str, Value]:
        """Tangents of inputs by name → how the gradients change: one sweep."""
        nodes = {name: self.node(name) for name in direction}
        seeds = {node: direction[name] for name, node in nodes.items() if node is not None}
        tangents, _ = tangents_of(self.program.graph, self.values, seeds)
        changes = {name: tangents[self.gradient(name)] for name in self.wrt}
        return {name: zero(shape(self.at[name])) if tangent is None else tangent for name, tangent in changes.items()}


def second_order(
    graph: Graph, inputs: Mapping[str, object], wrt: Sequence[str] | None = None
) -> tuple[SecondOrder, Graph]:  # fmt: skip
    """Graph, values of its inputs, names of some (all unless said) → what second derivatives come from, and the graph
    as the values say that it is meant.

    Raises InputError, ShapeError, NotDifferentiableError.
    """
    graph, given = passes.prepared(graph, inputs)
    values = passes.forward(graph, given)
    names = tuple(graph.inputs) if wrt is None else tuple(_input(graph, name) for name in wrt)
    require_names(names)
    program = backward_program(graph, values, names)
    at = {name: values[node] for name, node in graph.inputs.items()}
    own = program.graph.inputs
    known = {own[name]: at[typed] for typed, name in program.inputs.items() if name in own}
    return SecondOrder(program, passes.forward(program.graph, known), names, at), graph


def _input(graph: Graph, name: str) -> str:
    """Name as given → that of the input. Raises InputError for what is none."""
    (known,) = named_as_in(graph, {name: 0.0}) or (name,)
    if known in graph.inputs:
        return known
    near = nearest(name, graph.inputs)
    listed = "the inputs are: " + (", ".join(graph.inputs) or "none")
    what = "is computed by the formula" if name in graph.ids else "is no input of the formula"
    raise InputError(f"'{name}' {what}; second derivatives are with respect to inputs",
                     hint=f"did you mean '{near}'?" if near else listed)  # fmt: skip


def hessian(graph: Graph, inputs: Mapping[str, object], wrt: Sequence[str] | None = None) -> Jacobian:
    """Graph and values of its inputs → the second derivatives of the output, one number, with respect to `wrt`.

    Rows and columns are the entries of `wrt`, all inputs unless said. A sweep of forward mode a column.

    Raises InputError, ShapeError, LimitError, NotDifferentiableError.
    """
    second, meant = second_order(graph, inputs, wrt)
    sizes = [shape(second.at[name]) for name in second.wrt]
    count = sum(int(np.prod(size, dtype=int)) for size in sizes)
    if count * count > graph.limits.array:
        raise LimitError(
            f"the Hessian would have {count} × {count} entries; the limit is {graph.limits.array}",
            hint="name fewer inputs, or take its product with a direction (hvp)",
        )
    columns = []
    for name in second.wrt:
        for unit in units(second.at[name]):
            moved = second.moved({name: unit})
            columns.append(np.concatenate([np.ravel(moved[other]) for other in second.wrt]))
    matrix = np.array(columns).reshape(count, count).T
    return Jacobian(
        second.program.gradients[second.wrt[0]], second.wrt, matrix, ((count,), tuple(sizes)), "forward", "forward",
        second_of=meant.names[meant.output],
    )  # fmt: skip


def hvp(
    graph: Graph, inputs: Mapping[str, object], tangents: Mapping[str, object], wrt: Sequence[str] | None = None
) -> dict[str, Value]:
    """Graph, values of its inputs, a direction → the Hessian times the direction, by the names of `wrt`.

    One sweep of forward mode over the program of the backward pass: the Hessian itself is never there.

    Raises InputError, ShapeError, NotDifferentiableError.
    """
    second, meant = second_order(graph, inputs, wrt)
    values = {node: second.at[name] for name, node in meant.inputs.items()}
    given = read_tangents(meant, values, tangents)
    return second.moved({meant.names[node]: tangent for node, tangent in given.items()})
