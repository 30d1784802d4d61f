"""Several operations as one: what they compute together, and the derivative that follows from theirs.

The derivative is made by the chain rule on texts: the reverse pass over the part, in which every local derivative is
the text of a row with expressions put in for its names. So a part of a graph that is closed to one node is an
operation like any other: its derivative is a text in the language, which is read, computed and checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import nan
from typing import TYPE_CHECKING, Any, Literal

from graphviz_ad.graph.in_torch import in_torch
from graphviz_ad.graph.simplified import added, number, product, turned_once, without_factor
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NOTHING, NUMBER, OPERATOR, Leaf, Tree, graft
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, parsed
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.ops.operation import Operation
from graphviz_ad.values import Numbers, Result, Shape, Value, as_float

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


MAX_CHARACTERS = 4000
"""Characters of a derivative of a part that is still said as a text."""


_INVERSE = "-x/y^2"
"""The derivative of a number by y: with the number, as books have it, in place of the result."""
_IS_POSITIVE = "out > 0"
"""The derivative of ReLU at the end of a part: its result is above 0 where its argument is, which has no name there."""


@dataclass(frozen=True)
class Body:
    """Operations in order: `ops` and `args` as a graph has them, `inputs` the nodes that stand for arguments.

    `parameters` are constants that were inputs with a name. In texts the arguments are called a1, a2, …, and the
    parameters c1, c2, … by their nodes.
    """

    ops: Sequence[BoundOperation | None]
    args: Sequence[tuple[int, ...]]
    constants: Mapping[int, Value]
    inputs: tuple[int, ...]
    output: int
    parameters: Mapping[int, str] = field(default_factory=dict)

    @property
    def params(self) -> tuple[str, ...]:
        """What the arguments are called in texts."""
        return tuple(f"a{number}" for number in range(1, len(self.inputs) + 1))

    def operations(self) -> Iterator[tuple[int, BoundOperation]]:
        """The nodes that are computed, in order."""
        return ((node, bound) for node, bound in enumerate(self.ops) if bound is not None)

    @property
    def pointwise(self) -> bool:
        """Whether entry i of the result depends on entry i of each argument alone."""
        return all(bound.row.pointwise for _, bound in self.operations())

    @property
    def scalar(self) -> bool:
        """Whether it can be computed with floats alone."""
        return self.pointwise and all(bound.scalar for _, bound in self.operations())

    def obstacle(self) -> str | None:
        """What in the body a text cannot say, None where it can say all."""
        arrays = [node for node, value in self.constants.items() if not isinstance(value, float)]
        if not self.parameters.keys() >= set(arrays):
            return "an array is written out in it"
        for _, bound in self.operations():
            row = bound.row
            if row.variadic or any(not isinstance(v, float | int | None) for v in bound.options.values()):
                return f"it holds '{row.name}', whose options are no numbers"
            if row.untold:
                return f"it holds '{row.name}', whose derivative is no text"
        return None

    def run(self, what: Literal["forward", "scalar", "complex"]) -> Callable[..., Any]:
        """ "forward", "scalar" or "complex" → the function that computes the body so."""

        def run(*args: Numbers, **parameters: Numbers) -> Numbers:  # which are constants of the body
            result: Numbers = self._computed(what, args)[self.output]
            return result

        return run

    def values(self, args: Sequence[Value]) -> list[Value]:
        """Values of the arguments → those of all nodes."""
        return [plain(value) for value in self._computed("forward", args)]

    def _computed(self, what: Literal["forward", "scalar", "complex"], args: Sequence[Numbers]) -> list[Any]:
        """What is run, as in `run`, and values of the arguments → those of all nodes."""
        values: list[Any] = [nan] * len(self.ops)
        for node, value in (*self.constants.items(), *zip(self.inputs, args, strict=True)):
            values[node] = value
        for node, bound in self.operations():
            values[node] = getattr(bound, what)(*[values[arg] for arg in self.args[node]])
        return values

    # -- texts ---------------------------------------------------------------------------------

    def _expressions(self, tree: Tree, *, with_pi: bool = False) -> list[int]:
        """Every node of the body as an expression over the arguments, π by its name or as a number."""
        named = dict(zip(self.inputs, self.params, strict=True))
        expressions: list[int] = []
        for node, bound in enumerate(self.ops):
            if node in named:
                expressions.append(tree.add(NAME, named[node]))
            elif node in self.parameters:
                expressions.append(tree.add(NAME, f"c{node}"))
            elif bound is None and with_pi and self.constants[node] == math.pi:
                expressions.append(tree.add(NAME, "pi"))
            elif bound is None:
                expressions.append(number(tree, as_float(self.constants[node])))
            else:
                expressions.append(_call(tree, bound, [expressions[arg] for arg in self.args[node]]))
        return expressions

    def row(self, name: str, shapes: Mapping[int, Shape] | None = None) -> Operation:
        """Name of the whole → a row of its own, with the derivatives as texts.

        `shapes` are those of all nodes, where they are known; then a derivative that no text can say, or only a very
        long one, has none.
        """
        bare = Operation(
            name, self.params, self.run("forward"), scalar=self.run("scalar") if self.scalar else None,
            complex=self.run("complex"),
        )  # fmt: skip
        if shapes is not None and self.obstacle() is not None:
            return bare
        partials: tuple[str, ...] = ()
        pullbacks: tuple[str, ...] | Mapping[tuple[int, ...], tuple[str, ...]] = ()
        limit = math.inf if shapes is None else MAX_CHARACTERS
        try:
            if self.pointwise:
                partials = texts = self.derivatives(None, limit=limit)
            elif shapes is None:
                pullbacks, texts = _ByDimensions(self), ()
            else:
                texts = self.derivatives({node: len(shape) for node, shape in shapes.items()}, shapes, limit)
                pullbacks = {tuple(len(shapes[node]) for node in self.inputs): texts}
        except OverflowError:
            return bare
        if shapes is not None and max(map(len, texts), default=0) > MAX_CHARACTERS:
            return bare
        named = dict(zip(self.inputs, self.params, strict=True))
        return replace(
            bare,
            partials=partials,
            pullbacks=pullbacks,
            definition=self.definition(),
            torch=in_torch(self.ops, self.args, self.constants, named, self.output),
        )

    def definition(self) -> str:
        """What it computes, as a text over its arguments."""
        tree = Tree()
        return write(tree, self._expressions(tree)[self.output], TEXT)

    def derivatives(
        self, ndims: Mapping[int, int] | None, shapes: Mapping[int, Shape] | None = None, limit: float = math.inf
    ) -> tuple[str, ...]:
        """The reverse pass over texts → a text for each argument: its partial, or with dimensions its pullback.

        Raises OverflowError where a text, or that of the value, would have more characters than `limit`: what is used
        twice at each of many steps makes it twice as long at each.
        """
        tree = Tree()
        values = self._expressions(tree, with_pi=True)
        grads: dict[int, int] = {self.output: tree.add(NUMBER, 1.0) if ndims is None else tree.add(NAME, "g")}
        for node in range(self.output, -1, -1):
            bound = self.ops[node]
            if bound is None or node not in grads:
                continue
            for slot, arg in enumerate(self.args[node]):
                dimensions = tuple((ndims or {}).get(argument, 0) for argument in self.args[node])
                if arg in self.constants or (bound.can_end and bound.row.ends_at(slot, dimensions)):
                    continue
                contribution = self._contribution(tree, values, node, slot, grads[node], ndims)
                if ndims is not None and self._may_be_broadcast(node, arg, shapes):
                    contribution = tree.add(CALL, "fitted", (contribution, values[arg]))  # undoes it
                grads[arg] = added(tree, grads[arg], contribution) if arg in grads else contribution
        zero = tree.add(NUMBER, 0.0)
        lengths = list[float]()
        for args in tree.args:  # each has one character at least
            lengths.append(min(limit + 1, 1 + sum(lengths[arg] for arg in args)))
        if (
            max(lengths[root] for root in (values[self.output], *(grads.get(node, zero) for node in self.inputs)))
            > limit
        ):
            raise OverflowError
        turned, new = turned_once(tree, matrices=max((ndims or {}).values(), default=0) <= 2)
        return tuple(write(turned, new[grads.get(node, zero)], TEXT) for node in self.inputs)

    def _contribution(
        self, tree: Tree, values: list[int], node: int, slot: int, upstream: int, ndims: Mapping[int, int] | None
    ) -> int:
        """The contribution over one edge of the body, as an expression."""
        bound, args = self.ops[node], self.args[node]
        assert bound is not None
        leaves: dict[str, Leaf] = {
            name: _leaf(values[arg]) for name, arg in zip(bound.row.params, args, strict=True)
        } | {"g": _leaf(upstream)}
        result = tree.add(NAME, "out") if node == self.output else values[node]
        leaves["out"] = _leaf(result)
        leaves |= {name: _option_leaf(value) for name, value in bound.options.items()}
        if bound.row.name == "norm" and bound.options["p"] == 2 and bound.options["axis"] is None:
            rest = without_factor(tree, upstream, write(tree, values[node], TEXT))
            if rest is not None:  # the slope of ‖x‖²/2 is x, also at 0
                return product(tree, rest, values[args[0]])
        if not bound.row.pointwise:
            text = bound.row.pullback_text(slot, tuple((ndims or {})[arg] for arg in args))
            program = parsed(text)
            return graft(tree, program.tree, program.statements[-1].root, leaves)
        text = bound.row.partials[slot]
        if bound.row.name == "divide" and slot == 1 and args[0] in self.constants:
            text = _INVERSE
        elif bound.row.name == "relu" and node == self.output and self.ops[args[0]] is not None:
            text = _IS_POSITIVE
        program = parsed(text)
        local = graft(tree, program.tree, program.statements[-1].root, leaves)
        return product(tree, upstream, local)

    def _may_be_broadcast(self, node: int, arg: int, shapes: Mapping[int, Shape] | None) -> bool:
        """Whether an argument of a pointwise operation is, or where no shapes are known may be, broadcast."""
        bound = self.ops[node]
        if bound is None or not bound.row.pointwise or len(self.args[node]) == 1:
            return False
        return shapes is None or shapes[arg] != shapes[node]


class _ByDimensions(dict[tuple[int, ...], tuple[str, ...]]):
    """Dimensions of the arguments → the pullbacks of a body, made when they are asked for."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body

    def __contains__(self, ndims: object) -> bool:
        return True

    def __missing__(self, ndims: tuple[int, ...]) -> tuple[str, ...]:
        """The body is run once over arrays of one 0 each of these dimensions, to see which dimensions arise in it."""
        body = self.body
        known = dict(zip(body.inputs, ndims, strict=True)) | dict.fromkeys(body.constants, 0)
        values: dict[int, Result] = {node: np.zeros((1,) * known[node]) for node in known}
        with np.errstate(all="ignore"):
            for node, bound in body.operations():
                values[node] = bound.forward(*[values[arg] for arg in body.args[node]])
                known[node] = int(np.ndim(values[node]))
        self[ndims] = body.derivatives(known)
        return self[ndims]


def _leaf(index: int) -> Leaf:
    """Node that is in the tree already → a leaf that stands for it."""
    return lambda tree: index


def _option_leaf(value: float | None) -> Leaf:
    return lambda tree: NOTHING if value is None else number(tree, float(value))


def _call(tree: Tree, bound: BoundOperation, args: list[int]) -> int:
    """An operation and its arguments → as a person writes it."""
    row = bound.row
    if row.name == "power":
        return tree.add(OPERATOR, "^", (args[0], number(tree, float(bound.options["n"]))))
    key = next((alias for alias in row.aliases if alias in OPERATORS and OPERATORS[alias].arity == len(args)), None)
    if row.name in ("add", "multiply") and len(args) > 2:
        return reduce(lambda left, right: tree.add(OPERATOR, row.aliases[0], (left, right)), args)
    if key is not None and not bound.options:
        return tree.add(OPERATOR, key, tuple(args))
    changed = {n: v for n, v in bound.options.items() if v is not None and v != row.options[n]}
    options = [tree.add(KEYWORD, n, (number(tree, float(v)),)) for n, v in changed.items()]
    return tree.add(CALL, row.name, (*args, *options))
