"""Trace → the same trace of numbers that are not known yet, and the script that computes them.

Every value is `v[node]`, every gradient `g[node]`; edges over which gradients go have a number: `d[edge]` is the local
derivative where it is one number, `c[edge]` the contribution. What a row computes is read off the row: its functions
are run on numbers and arrays that are not known, and so write down what they do; `t[line]` is what they come by.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import EdgeGradient, ieee
from graphviz_ad.autodiff.endings import ends
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.autodiff.update import UpdateOperation
from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import contribution_to, plain, shape, unbroadcast, zero
from graphviz_ad.tracing.array import TracedArray, as_value, code_of, named
from graphviz_ad.tracing.scalar import TracedFloat, atom, compute, written
from graphviz_ad.tracing.tape import Tape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.tracing.scalar import Operand
else:
    np = lazy("numpy")

_MAX_NODES = 200
"""Nodes of a graph whose numbers a page recomputes."""
MAX_FIELDS = 100
"""Entries of all inputs together, each of which has a field."""
_MAX_ENTRIES = 2000
"""Entries of all values together."""
_MAX_LABELS = 600
"""Of these, the ones that are written out, nine of a matrix at most: for each number there is a letter."""
_OF_CLASSES: Collection[str] = ("cross_entropy", "nll")
"""Operations whose second argument may be classes."""


class UnknownTrace(Trace):
    """A trace whose numbers are not known: of each edge the local derivative is what the script computes."""

    @property
    def shown(self) -> Trace:
        """Itself, since no one knows which of its numbers will be rounding dust."""
        return self

    def local(self, node: int, slot: int) -> Value | None:
        """Edge → its local derivative."""
        return self.edge_gradient(node, slot).local

    def vjp(self, node: int, slot: int, g: Value, *, ended: bool = False) -> tuple[Value | None, Value]:
        """Edge and a gradient at its node → local derivative, contribution: 0 where its path has ended."""
        local = self.local(node, slot)
        contribution = _contribution(self, node, slot, g, local)[0]
        return local, zero(shape(contribution)) if ended else contribution

    def over(self, edges: Sequence[tuple[int, int]]) -> Value:
        """The edges of a path, from its beginning to the output → the gradient that arrives over it."""
        gradient, ended = self.seed, False
        for node, slot in reversed(edges):
            gradient = self.vjp(node, slot, gradient, ended=ended)[1]
            ended = ended or ends(self.graph, node, slot, self.values)
        return gradient


@dataclass(frozen=True, slots=True)
class Calculation:
    """A trace of unknown numbers, and the lines that compute them from the values of the inputs."""

    trace: UnknownTrace
    tape: Tape


def obstacle(trace: Trace, quiet: Collection[int] = ()) -> str | None:
    """Trace, and inputs without fields → why a page cannot recompute it: the key of a sentence; None where it can."""
    if trace.forward_mode is not None:
        return "tangent"
    graph = trace.graph
    if any(bound is not None and bound.opaque for bound in graph.ops):
        return "opaque"
    inputs = [trace.values[node] for node in graph.inputs.values() if node not in quiet]
    if not all(np.ndim(value) <= 2 for value in trace.values) or sum(map(np.size, inputs)) > MAX_FIELDS:
        return "arrays"
    sizes = list(map(np.size, trace.values))
    if len(graph) > _MAX_NODES or sum(sizes) > _MAX_ENTRIES or sum(min(size, 9) for size in sizes) > _MAX_LABELS:
        return "large"
    return None if graph.inputs else "nothing"


def classes(trace: Trace) -> dict[int, int]:
    """Trace → inputs whose entries are classes, which are whole numbers from 0, and how many classes there are."""
    graph = trace.graph
    counts = {}
    for bound, args in zip(graph.ops, graph.args, strict=True):
        if bound is not None and bound.row.name in _OF_CLASSES:
            x, y = (trace.shape(arg) for arg in args)
            if len(y) < len(x) and args[1] in graph.inputs.values():
                counts[args[1]] = x[-1]
    return counts


def calculation(trace: Trace) -> Calculation:
    """Trace → its unknown numbers and how they are computed. What no input reaches stays as it is."""
    graph = trace.graph
    values = list(trace.values)
    for node in graph.inputs.values():
        values[node] = as_value(named(f"v[{node}]", values[node]))
    unknown = UnknownTrace(graph, values, [], trace.seed, trace.active, updates=trace.updates, calls=trace.calls)
    with Tape() as tape, np.errstate(all="ignore"):
        for node, bound in enumerate(graph.ops):
            if isinstance(bound, UpdateOperation):
                continue
            if bound is not None and not all(is_known(values[arg]) for arg in graph.args[node]):
                value = _forward(bound, [values[arg] for arg in graph.args[node]])
                tape.lines.append(f"v[{node}]={_as_number(value)}")
                values[node] = as_value(named(f"v[{node}]", values[node]))
        unknown.grads = [
            None if grad is None else as_value(named(f"g[{node}]", grad)) for node, grad in enumerate(trace.grads)
        ]
        if unknown.grads[graph.output] is not None:
            unknown.grads[graph.output] = trace.seed
        _backward(unknown, tape)
        for node in sorted(trace.updates):
            bound = graph.ops[node]
            assert isinstance(bound, UpdateOperation)
            read = bound.read(graph.args[node], values, unknown.grads)
            tape.lines.append(f"v[{node}]={_as_number(plain(bound.forward(*map(ieee, read.values()))))}")
            values[node] = as_value(named(f"v[{node}]", values[node]))
    return Calculation(unknown, tape)


def _backward(trace: UnknownTrace, tape: Tape) -> None:
    """Trace of unknown values and gradients → its edges, and the lines of the backward pass."""
    graph = trace.graph
    reached = {graph.output}
    for number, (node, slot, arg) in enumerate(trace.backward_edges()):
        bound = graph.ops[node]
        assert bound is not None
        local = None
        if bound.row.pointwise:
            local = partial(bound, slot, [trace.values[operand] for operand in graph.args[node]], trace.values[node])
        if isinstance(local, float):
            tape.lines.append(f"d[{number}]=+{written(local)}")
            local = atom(f"d[{number}]") if isinstance(local, TracedFloat) else local
        contribution, summed = _contribution(trace, node, slot, trace.reached_gradient(node), local, f"d[{number}]")
        contribution = zero(shape(contribution)) if node in trace.ended else contribution
        text = _as_number(contribution) if np.ndim(contribution) else written(contribution)
        tape.lines.append(f"c[{number}]={text}")
        number_or_array = named(f"c[{number}]", contribution)
        if arg not in reached:
            tape.lines.append(f"g[{arg}]={number_or_array.code}")
        elif np.ndim(contribution):
            tape.lines.append(f"g[{arg}]=each((x,y)=>x+y,g[{arg}],{number_or_array.code})")
        else:
            tape.lines.append(f"g[{arg}]+={number_or_array.code}")
        reached.add(arg)
        trace._cache[node, slot] = EdgeGradient(local, as_value(number_or_array), summed)


def _contribution(
    trace: UnknownTrace, node: int, slot: int, g: Value, local: Value | None, name: str = ""
) -> tuple[Value, tuple[int, ...]]:
    """What meets at an edge → the contribution, as `autodiff.edges` computes it, and the axes summed.

    `name` is what the script knows a local derivative by that is one number.
    """
    bound, ids = trace.graph.ops[node], trace.graph.args[node]
    assert bound is not None
    args = [trace.values[arg] for arg in ids]
    shapes = tuple(map(shape, args))
    if isinstance(g, float) and isinstance(local, float) and shapes[slot] == ():
        upstream, slope = written(g), name or written(local)
        return TracedFloat(f"masked({upstream},{slope})" if bound.row.mask else f"({upstream}*{slope})"), ()
    with np.errstate(all="ignore"):
        g, out = ieee(g), ieee(trace.values[node])
        if local is None:
            contribution = bound.pullback(slot, tuple(map(len, shapes)))(g, *map(ieee, args), out)
            return contribution_to(plain(contribution), slot, shapes, out)
        contribution = as_value(compute("masked", (g, local))) if bound.row.mask else g * local
        return unbroadcast(plain(contribution), shapes[slot])


def _as_number(value: Operand) -> str:
    """Number or array → JavaScript, in which what is true is 1."""
    if isinstance(value, TracedArray):
        return f"{value.code}.map(Number)" if value.truth else value.code
    return code_of(value) if np.ndim(value) else f"+{written(value)}"


def _forward(bound: BoundOperation, args: list[Value]) -> Value:
    """Operation and its arguments, some not known → its value."""
    return plain(bound.forward(*map(ieee, args)))


def forward_code(bound: BoundOperation, args: list[Value]) -> str:
    """Operation and its arguments, some not known → JavaScript of its value."""
    return code_of(_forward(bound, args))


def partial(bound: BoundOperation, slot: int, args: list[Value], out: Value) -> Value:
    """Operation, argument, values → its local derivative, not known unless it is the same for all."""
    return plain(bound.partial(slot)(None, *map(ieee, args), ieee(out)))
