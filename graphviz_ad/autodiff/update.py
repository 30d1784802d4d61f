"""A trace and the rules of an optimiser → the same passes, and behind them the update as nodes of the graph.

Each statement of a rule is one node. Where it names a gradient, it reads it at the node whose gradient it is: an edge
from a parameter to its update carries the value, the gradient or both.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import InputError
from graphviz_ad.graph.body import Body
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.tree import Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

UPDATE = "update"
"""Name of the operation that stands for a statement of a rule."""


@dataclass(frozen=True)
class UpdateRules:
    """The rules for all parameters: statements in order, and what the names in them are.

    `gradients` are names of gradients, with the node whose gradient each is; `constants` have the same value in every
    update; `memory` are names of what is remembered, or changes from update to update, with its value before this one;
    they are inputs.
    """

    statements: Sequence[str]
    gradients: Mapping[str, str]
    constants: Mapping[str, float]
    memory: Mapping[str, Value]


class UpdateOperation(BoundOperation):
    """A statement of a rule as an operation: `tree` and `root` are what it says.

    `reads` are the names in it with the slot of the argument each is, and whether it is that one's gradient.
    `constants` are the numbers that other names stand for. Its functions take the values of `reads` in their order.
    """

    def __init__(
        self, body: Body, tree: Tree, root: int, reads: Mapping[str, tuple[int, bool]], constants: Mapping[str, float]
    ) -> None:
        params = tuple(f"a{slot + 1}" for slot in range(len({slot for slot, _ in reads.values()})))
        super().__init__(Operation(UPDATE, params, body.run("forward")), (), BY_NAME.__getitem__)
        self.body, self.tree, self.root, self.reads, self.constants = body, tree, root, reads, constants

    def __reduce__(self) -> tuple[object, ...]:
        return UpdateOperation, (self.body, self.tree, self.root, self.reads, self.constants)

    def read(self, args: Sequence[int], values: Sequence[Value], grads: Sequence[Value | None]) -> dict[str, Value]:
        """Arguments, values and gradients of all nodes → what each name in the statement is."""
        named = {name: (grads if of else values)[args[slot]] for name, (slot, of) in self.reads.items()}
        return {name: 0.0 if value is None else value for name, value in named.items()}


def with_updates(trace: Trace, rules: UpdateRules) -> Trace:
    """Trace and rules → the trace with the update behind both passes.

    Raises InputError where a name of the rules is no node of the graph.
    """
    return _Extension(trace, rules).run()


class _Extension:
    """Adds the nodes of rules to a trace."""

    def __init__(self, trace: Trace, rules: UpdateRules) -> None:
        graph = trace.graph
        self.trace, self.rules = trace, rules
        self.ops, self.args, self.origins = list(graph.ops), list(graph.args), array("I", graph.origins)
        self.values, self.grads = list(trace.values), list(trace.grads)
        self.given_names, self.inputs = dict(graph.given_names), dict(graph.inputs)
        self.ids = {name: graph.ids[name] for name in graph.ids}

    def run(self) -> Trace:
        """→ the trace with all updates."""
        updates = [self.statement(text) for text in self.rules.statements]
        graph = replace(
            self.trace.graph, ops=self.ops, args=self.args, origins=self.origins, given_names=self.given_names,
            inputs=self.inputs, in_pairs=None,
        )  # fmt: skip
        active = bytearray(self.trace.active) + bytearray(len(self.ops) - len(self.trace.active))
        return Trace(
            graph, self.values, self.grads, self.trace.seed, active, opened=self.trace.opened,
            updates=frozenset(updates), passes=self.trace.passes or self.trace,
        )  # fmt: skip

    def statement(self, text: str) -> int:
        """A statement of the rules → its node."""
        rules, rule = self.rules, parse(text)
        reads: dict[str, tuple[int, bool]] = {}
        args: list[int] = []
        for name in rule.inputs:
            if name in rules.constants:
                continue
            node = self.node(rules.gradients.get(name, name))
            if node not in args:
                args.append(node)
            reads[name] = args.index(node), name in rules.gradients
        used = {name: rules.constants[name] for name in rule.inputs if name in rules.constants}
        body = _body(rule, list(reads), used)
        last = rule.program.statements[-1]
        operation = UpdateOperation(body, rule.program.tree, last.root, reads, used)
        node = self.add(str(last.name), operation, tuple(args), self.origins[args[0]])
        with np.errstate(all="ignore"):
            self.values[node] = plain(operation.forward(*operation.read(args, self.values, self.grads).values()))
        return node

    def node(self, name: str) -> int:
        """Name → its node; what is remembered becomes an input."""
        if name in self.ids:
            return self.ids[name]
        if name not in self.rules.memory:
            raise InputError(f"the rule of the update names '{name}', which is not there", hint="name a parameter")
        node = self.add(name, None, (), self.origins[0])
        self.values[node] = self.rules.memory[name]
        self.inputs[name] = node
        return node

    def add(self, name: str, bound: BoundOperation | None, args: tuple[int, ...], origin: int) -> int:
        """A node that is not computed yet → its id."""
        self.ops.append(bound)
        self.args.append(args)
        self.origins.append(origin)
        self.values.append(0.0)
        self.grads.append(None)
        node = len(self.ops) - 1
        self.given_names[node] = name
        self.ids[name] = node
        return node


def _body(rule: Graph, reads: Sequence[str], constants: Mapping[str, float]) -> Body:
    """Graph of a statement, the names it reads, its constants → its operations as one function of these names."""
    numbers: dict[int, Value] = {rule.inputs[name]: value for name, value in constants.items()}
    inputs = tuple(rule.inputs[name] for name in reads)
    return Body(rule.ops, rule.args, {**rule.constants, **numbers}, inputs, rule.output)
