"""Graph and values → one program in the language: the forward pass, and behind it the backward pass, step by step.

Every derivative is a text, so the backward pass can be written down: `dz = da*a*(1 - a)`, `db = fitted(dv1, b)`. The
program is a formula like any other: it is read, drawn and differentiated again, which gives second derivatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff import passes
from graphviz_ad.autodiff.rule_texts import backward_rule, forward_rule
from graphviz_ad.errors import NotDifferentiableError, ShapeError
from graphviz_ad.graph.build import MARK, build_texts
from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.simplified import added
from graphviz_ad.language import numbers
from graphviz_ad.language.names import split
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import LIST, NAME, NUMBER, OPERATOR, Leaf, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import BY_NAME, OfTerms
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_PREFIXES = ("d", "D", "grad_", "gradient_")
"""What stands before the name of a node whose gradient it is: the first with which no name is one that is there."""


@dataclass(frozen=True)
class BackwardProgram:
    """Both passes as one program: its text and graph, and by the names of `wrt` what their gradients are called."""

    text: str
    graph: Graph
    gradients: Mapping[str, str]
    inputs: Mapping[str, str]


def backward_program(
    graph: Graph, values: Sequence[Value], wrt: Sequence[str] | None = None
) -> BackwardProgram:  # fmt: skip
    """Graph, values of its nodes, names of inputs or results (all inputs unless said) → both passes as a program.

    Only the shapes of the values are in it, where a derivative depends on them.

    Raises UnknownNameError, ShapeError where the output is no number, NotDifferentiableError.
    """
    return _Writer(graph, values, tuple(graph.inputs) if wrt is None else tuple(wrt)).run()


class _Writer:
    """Writes the statements of both passes."""

    def __init__(self, graph: Graph, values: Sequence[Value], wrt: tuple[str, ...]) -> None:
        self.graph, self.values, self.wrt = graph, values, wrt
        if shape(values[graph.output]):
            name = graph.names[graph.output]
            raise ShapeError(
                f"the output '{name}' has shape ({numbers.shape_text(shape(values[graph.output]))}); the backward pass "
                "as a program starts from one number",
                hint=f"make it one number, as in sum({name})",
            )
        self.targets = [graph.find(name) for name in wrt]
        self.active = passes.active_nodes(graph, [graph.names[node] for node in self.targets])
        self.names = _plain_names(graph)
        taken = set(self.names)
        self.prefix = next(p for p in _PREFIXES if not any(f"{p}{name}" in taken for name in self.names))

    def run(self) -> BackwardProgram:
        """→ the program."""
        forward = list(self.forward())
        backward = list(self.backward())
        text = "\n".join(["# forward", *forward, f"{MARK} {self.meaning()}", *backward]) + "\n"
        gradients = {name: self.prefix + self.names[node] for name, node in zip(self.wrt, self.targets, strict=True)}
        inputs = {name: self.names[node] for name, node in self.graph.inputs.items()}
        built = build_texts(text, self.graph.limits)
        return BackwardProgram(text, built, gradients, inputs)

    def meaning(self) -> str:
        """→ what the names of gradients stand for."""
        output = self.names[self.graph.output]
        shown = self.names[self.targets[0]] if self.targets else output
        return f"{self.prefix}{shown} is the derivative of {output} with respect to {shown}"

    def leaf(self, node: int) -> Leaf:
        """Node → what puts its name, or its number, into a tree."""
        constant = self.graph.constants.get(node)
        if constant is None:
            return lambda tree: tree.add(NAME, self.names[node])
        return lambda tree: put_value(tree, constant)

    def forward(self) -> Iterator[str]:
        """→ the statements of the forward pass."""
        graph = self.graph
        for node, bound in enumerate(graph.ops):
            if bound is None or not graph.reaches[node]:
                continue
            if not _is_known(bound):
                raise NotDifferentiableError(
                    f"'{bound.row.name}' is one node, and no statement says what it computes",
                    hint="leave --collapse and --close out, so that its operations are nodes",
                )
            tree = Tree()
            root = forward_rule(tree, bound, [self.leaf(arg) for arg in graph.args[node]])
            yield f"{self.names[node]} = {write(tree, root, TEXT)}"

    def backward(self) -> Iterator[str]:
        """→ the statements of the backward pass; behind them the gradient that was asked for last, as the output."""
        graph, active, tree = self.graph, self.active, Tree()
        gradients: dict[int, int] = {}
        if active[graph.output]:
            gradients[graph.output] = tree.add(NUMBER, 1.0)
        last = -1
        for node in range(graph.output, -1, -1):
            if node in gradients:
                last, name = node, self.prefix + self.names[node]
                yield f"{name} = {write(tree, gradients[node], TEXT)}"
                self.send(tree, node, name, gradients)
        for node in self.targets:
            if node not in gradients:
                last = node
                yield f"{self.prefix}{self.names[node]} = 0*{self.names[node]}"
        if self.targets and last != self.targets[-1]:
            yield self.prefix + self.names[self.targets[-1]]  # which is the output of the program

    def send(self, tree: Tree, node: int, name: str, gradients: dict[int, int]) -> None:
        """What a node sends back, added to what has come to its arguments."""
        graph, bound = self.graph, self.graph.ops[node]
        if bound is None:
            return
        shapes = [shape(self.values[arg]) for arg in graph.args[node]]
        leaves = [self.leaf(arg) for arg in graph.args[node]]
        for slot, arg in enumerate(graph.args[node]):
            if not self.active[arg]:
                continue
            contribution = backward_rule(
                tree, bound, slot, leaves, self.leaf(node), lambda into: into.add(NAME, name), shapes,
                shape(self.values[node]),
            )  # fmt: skip
            if contribution is not None:  # else the path ends, and what lies before it is not multiplied with that 0
                gradients[arg] = added(tree, gradients[arg], contribution) if arg in gradients else contribution


def _is_known(bound: BoundOperation) -> bool:
    """Whether an operation is one of the table, or a sum or product of several terms."""
    row = BY_NAME.get(bound.row.name)
    return isinstance(bound, OfTerms) or (row is not None and row.params == bound.row.params)


def put_value(tree: Tree, value: Value) -> int:
    """Number or array → itself as it is typed, put into a tree."""
    if isinstance(value, float):
        node = tree.add(NUMBER, abs(value))
        return tree.add(OPERATOR, "neg", (node,)) if value < 0 else node
    return tree.add(LIST, None, tuple(put_value(tree, float(v) if np.ndim(v) == 0 else v) for v in value))


def _plain_names(graph: Graph) -> list[str]:
    """Graph → a name for each node of letters, digits and _, all of them different: z_1 for z^{(1)}, x_p for x'."""
    taken: dict[str, int] = {}
    names = []
    for node, name in enumerate(graph.names):
        if node in graph.constants:
            names.append(name)
            continue
        plain = name
        if not re.fullmatch(r"\w+", name) or name in BY_NAME:
            parts = split(name)
            pieces = (parts.stem, parts.accent, parts.below, parts.above, "p" * len(parts.primes))
            plain = "_".join(re.sub(r"\W+", "_", piece).strip("_") for piece in pieces if piece)
        count = taken.get(plain, 0)
        while count and f"{plain}_{count}" in taken:
            count += 1
        taken[plain] = count + 1
        unique = f"{plain}_{count}" if count else plain
        taken.setdefault(unique, 1)
        names.append(unique)
    return names
