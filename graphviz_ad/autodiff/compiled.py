"""Both passes over a graph whose shapes were seen before → lines of Python that do what the passes do, bit by bit.

What the passes look up at every node (shapes, axes, what fits what) is the same whenever shapes are, so that it is
written down once; the operations, their order and their arguments are those of the passes. Nothing that was typed is in
the lines: they are made of the rows' own texts, of numbers and of names that are given here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, calls, parsed, source
from graphviz_ad.ops.broadcasting import broadcast_axes, contribution_to, plain, shape, unbroadcast
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_KEYS = 16
"""Combinations of shapes of one graph that are remembered."""
_MAX_NODES = 1000
"""Nodes of a graph up to which lines are made: it takes as long as some hundred passes over small arrays."""
_RUNS = 2
"""Runs over the same shapes before lines are made."""
_SIGNS = {operator.add: "+", operator.sub: "-", operator.mul: "*"}
"""Functions over arrays → the signs that lines are written with."""

_TURNED = re.compile(r"f_transpose\(v(\d+)\)")
"""A value that is transposed, in a line: of a matrix numpy's own attribute is the same view."""

Key = tuple[Shape | None, ...]
"""The shape of each input in the order of the graph; None for a number."""
Passes = Callable[[Sequence[Value]], tuple[list[Value], list[Value | None]]]
"""Values of the inputs → the values of all nodes, and their gradients."""


class Unusual(Exception):
    """An operation on numbers at which Python raises."""


@dataclass
class Seen:
    """Shapes that a graph was run with: how often, the graph as they say that it is meant, and the lines for it."""

    graph: Graph
    active: bytearray
    runs: int = 0
    passes: Passes | None = None


@dataclass
class Memory:
    """What a graph knows of the shapes it was run with; a copy, as another process gets it, knows none."""

    seen: dict[Key, Seen] = field(default_factory=dict)

    def __reduce__(self) -> tuple[object, ...]:
        return Memory, ()


def key_of(graph: Graph, inputs: Mapping[str, object]) -> Key | None:
    """Graph and values of its inputs → their shapes, None where a value has to be read, or all are numbers."""
    if len(inputs) != len(graph.inputs) or len(graph) > _MAX_NODES:
        return None
    key: list[Shape | None] = []
    for name in graph.inputs:
        value = inputs.get(name)
        if type(value) is float:
            key.append(None)
        elif (
            type(value).__module__ == "numpy" and type(value) is np.ndarray and value.dtype == np.float64 and value.ndim
        ):
            key.append(value.shape)
        else:
            return None
    return tuple(key) if any(key) else None


def memory_of(graph: Graph) -> Memory:
    """Graph → what it knows of shapes."""
    memory: Memory = graph.__dict__.setdefault("_memory_of_shapes", Memory())
    return memory


def can_be_compiled(graph: Graph, asked: Graph) -> bool:
    """Graph as it is meant, and as it was asked for → whether shapes alone say what its passes do."""
    program = asked.program
    return (
        len(graph) <= _MAX_NODES
        and not (program.lengths or program.ranks or "I" in asked.inputs)
        and list(graph.inputs) == list(asked.inputs)
        and not any(bound is not None and (bound.can_end or bound.row.untold) for bound in graph.distinct_ops)
    )


def remember(asked: Graph, key: Key, graph: Graph, active: bytearray, values: Sequence[Value]) -> None:
    """Graph, shapes, and what the passes made of them → remembered; the second time lines are made."""
    memory = memory_of(asked).seen
    if key not in memory:
        if len(memory) < _MAX_KEYS and shape(values[graph.output]) == () and can_be_compiled(graph, asked):
            memory[key] = Seen(graph, active, 1)
        return
    seen = memory[key]
    seen.runs += 1
    if seen.runs >= _RUNS and seen.passes is None:
        seen.passes = _Writer(seen.graph, seen.active, [shape(value) for value in values]).function()


def again(graph: Graph, key: Key, inputs: Mapping[str, object]) -> Trace | None:
    """Graph, shapes and values of its inputs → the trace, by the lines for these shapes; None where there are none."""
    seen = memory_of(graph).seen.get(key)
    if seen is None or seen.passes is None:
        return None
    try:
        values, grads = seen.passes([inputs[name] for name in graph.inputs])  # type: ignore[misc]
    except Exception:  # the passes say what is wrong, and where
        return None
    return Trace(seen.graph, values, grads, 1.0, bytearray(seen.active))


class _Writer:
    """The lines, as they are written."""

    def __init__(self, graph: Graph, active: bytearray, shapes: Sequence[Shape]) -> None:
        self.graph, self.active, self.shapes = graph, active, shapes
        self.lines: list[str] = []
        self.scope: dict[str, object] = {
            "np": np, "f64": np.float64, "total": np.add.reduce, "where": np.where, "equal": np.equal, "full": np.full,
            "asarray": np.asarray, "plain": plain, "unbroadcast": unbroadcast, "contribution_to": contribution_to,
            "scalar_edges": _scalar_edges, "scalar_value": _scalar_value, "pi": np.pi, "pow_": pow,
        }  # fmt: skip
        self.grads: dict[int, str] = {}

    def known(self, value: object, name: str) -> str:
        """Value → a name for it in the lines."""
        name = f"{name}{len(self.scope)}"
        self.scope[name] = value
        return name

    def function(self) -> Passes:
        """→ the function."""
        graph = self.graph
        inputs = ", ".join(f"v{node}" for node in graph.inputs.values())
        for node, bound in enumerate(graph.ops):
            if bound is not None:
                self.lines.append(f"v{node} = {self._value(node, bound)}")
            elif node in graph.constants:
                self.lines.append(f"v{node} = {self.known(graph.constants[node], 'c')}")
        if self.active[graph.output]:
            self.grads[graph.output] = f"g{graph.output}"
            self.lines.append(f"g{graph.output} = 1.0")
        for node in range(graph.output, -1, -1):
            bound = graph.ops[node]
            if bound is not None and node in self.grads:
                self._edges(node, bound)
        values = ", ".join(f"v{node}" for node in range(len(graph)))
        grads = ", ".join(self.grads.get(node, "None") for node in range(len(graph)))
        body = "\n  ".join([f"{inputs}, = inputs", *self.lines, f"return [{values}], [{grads}]"])
        self.scope["quiet"] = np.errstate
        text = f"def passes(inputs):\n with quiet(all='ignore'):\n  {body}\n"
        exec(compile(text, "<passes>", "exec"), self.scope)  # noqa: S102  (made of the rows' texts, see above)
        passes: Passes = self.scope["passes"]  # type: ignore[assignment]
        return passes

    def _ieee(self, node: int) -> str:
        """Node → its value as an argument among arrays: a number is numpy's."""
        return f"v{node}" if self.shapes[node] else f"f64(v{node})"

    def _value(self, node: int, bound: BoundOperation) -> str:
        """Node → the expression of its value."""
        args = self.graph.args[node]
        if not any(self.shapes[arg] for arg in args):
            listed = ", ".join(f"v{arg}" for arg in args)
            return f"scalar_value({self.known(bound, 'p')}, {listed})"
        names = [self._ieee(arg) for arg in args]
        name, sign = bound.row.name, _SIGNS.get(bound.forward)
        if (sign or name == "matmul") and len(names) == 2 and self.shapes[node]:
            return f"{names[0]} {sign or '@'} {names[1]}"
        if name == "power" and bound.options["n"] in (1, 2):
            return f"{names[0]} ** {bound.options['n']!r}"
        if name == "mean" and not self.shapes[node] and bound.options["axis"] is None and not bound.options["keepdims"]:
            return f"float(total({names[0]}, axis=None) / {prod(self.shapes[args[0]])})"
        called = f"{self.known(bound.forward, 'f')}({', '.join(names)})"
        if isinstance(bound.forward, np.ufunc):
            return called
        return f"asarray({called}, float)" if self.shapes[node] else f"plain({called})"

    def _edges(self, node: int, bound: BoundOperation) -> None:
        """Node with a gradient → the lines of its contributions, each added to what its argument has."""
        args = self.graph.args[node]
        if not any(self.shapes[arg] for arg in args) and not self.shapes[node]:
            listed = ", ".join(f"v{arg}" for arg in args)
            flags = [bool(self.active[arg]) for arg in args]
            self.lines.append(f"e{node} = scalar_edges({self.known(bound, 'p')}, g{node}, v{node}, {listed})")
            for slot, arg in enumerate(args):
                if flags[slot]:
                    self._add(arg, f"e{node}[{slot}]")
            return
        for slot, arg in enumerate(args):
            if self.active[arg]:
                self._add(arg, self._contribution(node, bound, slot))

    def _add(self, arg: int, code: str) -> None:
        """Argument and the expression of a contribution → the line that adds it."""
        self.lines.append(f"g{arg} = g{arg} + {code}" if arg in self.grads else f"g{arg} = {code}")
        self.grads[arg] = f"g{arg}"

    def _contribution(self, node: int, bound: BoundOperation, slot: int) -> str:
        """Edge → the expression of its contribution; lines before it say what it is made of."""
        args, row = self.graph.args[node], bound.row
        g = f"g{node}" if self.shapes[node] else f"f64(g{node})"
        to = self.shapes[args[slot]]
        if row.pointwise:
            text = row.partials[slot]
            contribution = f"g{node}"
            if text != "1":
                local = self._written(bound, text, node, slot, g)
                self.lines.append(f"d = {local}")
                contribution = f"g{node} * d"
            if row.mask:
                contribution = f"where(equal({'d' if text != '1' else '1.0'}, 0), 0.0, {contribution})"
            return self._fitted(contribution, self.shapes[node], to)
        ndims = tuple(len(self.shapes[arg]) for arg in args)
        if row.name == "mean" and not self.shapes[node] and bound.options["axis"] is None:
            return f"full({to!r}, {g} / {float(prod(to))!r})"
        code = self._written(bound, row.pullback_text(slot, ndims), node, slot, g)
        if row.name == "matmul" and ndims == (2, 2):
            return code
        sizes = tuple(self.shapes[arg] for arg in args)
        return f"contribution_to(plain({code}), {slot}, {sizes!r}, v{node})[0]"

    def _fitted(self, code: str, have: Shape, to: Shape) -> str:
        """Expression and its shape → the same summed to the shape of the argument, as `unbroadcast` does."""
        if have == to:
            return code
        axes = broadcast_axes(to, have)
        if axes and tuple(n for axis, n in enumerate(have) if axis not in axes) == to:
            return f"total({code}, axis={axes!r})" if to else f"plain(total({code}, axis={axes!r}))"
        return f"unbroadcast({code}, {to!r})[0]"

    def _written(self, bound: BoundOperation, text: str, node: int, slot: int, g: str) -> str:
        """Text of a derivative → Python over the names of the lines."""
        args, row = self.graph.args[node], bound.row
        if row.variadic:
            rule = (
                bound.partial(slot) if row.pointwise else bound.pullback(slot, tuple(len(self.shapes[a]) for a in args))
            )
            listed = ", ".join(self._ieee(arg) for arg in args)
            return f"{self.known(rule, 'd')}({g}, {listed}, {self._ieee(node)})"
        program = parsed(text)
        for name in calls(program):
            self.scope[f"f_{name}"] = bound._lookup(name).forward
        names = {param: self._ieee(arg) for param, arg in zip(row.params, args, strict=True)}
        names |= {option: self.known(value, "o") for option, value in bound.options.items()}
        code = source(program, names={**names, "out": self._ieee(node), "g": g, "k": str(slot)})
        return _TURNED.sub(lambda match: f"v{match[1]}.T" if len(self.shapes[int(match[1])]) == 2 else match[0], code)


def _scalar_value(bound: BoundOperation, *args: float) -> float:
    """Operation on numbers → its value, as the passes compute it. Raises Unusual where Python does."""
    try:
        value = bound.scalar(*args) if bound.scalar is not None else plain(bound.forward(*map(np.float64, args)))
    except (ArithmeticError, ValueError, TypeError):
        raise Unusual from None
    if type(value) is not float:
        raise Unusual
    return value


def _scalar_edges(bound: BoundOperation, g: float, out: float, *args: float) -> tuple[float, ...]:
    """Operation on numbers and the gradient → the contributions. Raises Unusual where Python does."""
    if bound.scalar is None or bound.row.mask:
        raise Unusual
    try:
        return bound.vjp(g, *args, out)
    except (ArithmeticError, ValueError, TypeError):
        raise Unusual from None
