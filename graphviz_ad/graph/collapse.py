"""A user's function as one operation: its row is derived from its body.

The derivative of the function is made by the chain rule on texts: the body's own reverse pass, in which
every local derivative is the text of a row with expressions put in for its names. So a collapsed function
is an operation like any other: its derivative is a text in the language, which is read, computed and checked.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, Literal

from graphviz_ad.errors import LimitError
from graphviz_ad.language.notation import typst_name
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NOTHING, NUMBER, OPERATOR, Leaf, Statement, Tree, graft
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, parsed
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Numbers, Result, as_float

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.graph.builder import Builder
else:
    np = lazy("numpy")

_MAX_CHARACTERS = 4000
"""Characters of the derivative of a function that is still shown as one node."""


def collapsed(builder: Builder, name: str, statement: Statement, origin: int) -> tuple[BoundOperation, tuple[str, ...]]:
    """A user's function → its plan, and the names its body uses besides its parameters, which are arguments too.

    Raises LimitError where the derivative is too long, or the body holds what texts cannot say (an index,
    an array written out).
    """
    inner = type(builder)(builder.program, False, builder.limits)
    inner.functions, inner.place, inner.depth = builder.functions, origin, builder.depth + 1
    for param in statement.params or ():
        inner.scope[param] = inner.inputs[param] = inner.add(None, (), origin)
    output = inner.body(builder.program, statement, inner.scope)
    body = _Body(inner, output)
    reason = body.obstacle()
    if reason is not None:
        builder.fail(LimitError, f"'{name}' cannot be one node: {reason}", origin, f"leave out --collapse {name}")
    row = body.row(name)
    texts = (row.definition or "", *row.partials)
    if max(map(len, texts)) > _MAX_CHARACTERS:
        builder.fail(LimitError, f"the derivative of '{name}' is too long for one node", origin,
                     f"leave out --collapse {name}, or collapse a part of it")  # fmt: skip
    return BoundOperation(row, (), BY_NAME.__getitem__), tuple(inner.inputs)[len(statement.params or ()) :]


@dataclass(frozen=True)
class _Body:
    """The nodes of a function's body; arguments are called a1, a2, … in texts."""

    inner: Builder
    output: int

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(f"a{number}" for number in range(1, len(self.inner.inputs) + 1))

    def operations(self) -> Iterator[tuple[int, BoundOperation]]:
        """The nodes that are computed, in order."""
        return ((node, plan) for node, plan in enumerate(self.inner.plans) if plan is not None)

    def obstacle(self) -> str | None:
        """What in the body a text cannot say, None where it can say all."""
        if any(not isinstance(value, float) for value in self.inner.constants.values()):
            return "an array is written out in it"
        for _, plan in self.operations():
            row = plan.row
            if row.variadic or any(not isinstance(v, float | int | None) for v in plan.options.values()):
                return f"it holds '{row.name}', whose options are no numbers"
        return None

    def row(self, name: str) -> Operation:
        """The body → a row of its own."""
        pointwise = all(plan.row.pointwise for _, plan in self.operations())
        scalar = pointwise and all(plan.scalar for _, plan in self.operations())
        return Operation(
            name, self.params, self._run("forward"),
            partials=self._derivatives(None) if pointwise else (),
            pullbacks=() if pointwise else _ByDimensions(self),
            scalar=self._run("scalar") if scalar else None, complex=self._run("complex"),
            sign=typst_name(name), definition=self._definition(), torch=self._torch(),
        )  # fmt: skip

    def _run(self, what: Literal["forward", "scalar", "complex"]) -> Callable[..., Any]:
        """ "forward", "scalar" or "complex" → the function that computes the body so."""
        inner, output = self.inner, self.output
        inputs = tuple(inner.inputs.values())

        def run(*args: Numbers) -> Numbers:
            values: list[Numbers] = [nan] * len(inner.plans)
            for node, value in inner.constants.items():
                values[node] = value
            for node, arg in zip(inputs, args, strict=True):
                values[node] = arg
            for node, plan in self.operations():
                values[node] = getattr(plan, what)(*[values[arg] for arg in inner.args[node]])
            return values[output]

        return run

    # -- texts ---------------------------------------------------------------------------------

    def _expressions(self, tree: Tree) -> list[int]:
        """Every node of the body as an expression over the arguments."""
        inner = self.inner
        named = dict(zip(inner.inputs.values(), self.params, strict=True))
        expressions: list[int] = []
        for node, plan in enumerate(inner.plans):
            if node in named:
                expressions.append(tree.add(NAME, named[node]))
            elif plan is None:
                expressions.append(_number(tree, as_float(inner.constants[node])))
            else:
                expressions.append(_call(tree, plan, [expressions[arg] for arg in inner.args[node]]))
        return expressions

    def _definition(self) -> str:
        tree = Tree()
        return write(tree, self._expressions(tree)[self.output], TEXT)

    def _derivatives(self, ndims: Mapping[int, int] | None) -> tuple[str, ...]:
        """The reverse pass over texts → a text for each argument: its partial, or with dimensions its pullback."""
        inner, tree = self.inner, Tree()
        values = self._expressions(tree)
        grads: dict[int, int] = {self.output: tree.add(NUMBER, 1.0) if ndims is None else tree.add(NAME, "g")}
        for node in range(self.output, -1, -1):
            plan = inner.plans[node]
            if plan is None or node not in grads:
                continue
            for slot, arg in enumerate(inner.args[node]):
                dimensions = tuple((ndims or {}).get(argument, 0) for argument in inner.args[node])
                if arg in inner.constants or (plan.can_end and plan.row.ends_at(slot, dimensions)):
                    continue
                contribution = self._contribution(tree, values, node, slot, grads[node], ndims)
                grads[arg] = tree.add(OPERATOR, "+", (grads[arg], contribution)) if arg in grads else contribution
        zero = tree.add(NUMBER, 0.0)
        return tuple(write(tree, grads.get(node, zero), TEXT) for node in inner.inputs.values())

    def _contribution(
        self, tree: Tree, values: list[int], node: int, slot: int, upstream: int, ndims: Mapping[int, int] | None
    ) -> int:
        """The contribution over one edge of the body, as an expression."""
        plan, args = self.inner.plans[node], self.inner.args[node]
        assert plan is not None
        leaves: dict[str, Leaf] = {
            name: _leaf(values[arg]) for name, arg in zip(plan.row.params, args, strict=True)
        } | {"out": _leaf(values[node]), "g": _leaf(upstream)}
        leaves |= {name: _option_leaf(value) for name, value in plan.options.items()}
        if not plan.row.pointwise:
            text = plan.row.pullback_text(slot, tuple((ndims or {})[arg] for arg in args))
            program = parsed(text)
            return graft(tree, program.tree, program.statements[-1].root, leaves)
        program = parsed(plan.row.partials[slot])
        local = graft(tree, program.tree, program.statements[-1].root, leaves)
        if _is_one(tree, local):
            contribution = upstream
        elif _is_one(tree, upstream):
            contribution = local
        else:
            contribution = tree.add(OPERATOR, "*", (upstream, local))
        if ndims is None or len(args) == 1:
            return contribution
        return tree.add(CALL, "fitted", (contribution, values[args[slot]]))  # undoes what was broadcast within the body

    def _torch(self) -> str:
        """The torch expression of the body, put together from those of its operations."""
        inner = self.inner
        texts: dict[int, str] = dict(zip(inner.inputs.values(), self.params, strict=True))
        texts |= {node: f"torch.tensor({value!r}, dtype=torch.float64)" for node, value in inner.constants.items()}
        for node, plan in self.operations():
            if not plan.row.torch:
                return ""
            substitutes = {name: texts[arg] for name, arg in zip(plan.row.params, inner.args[node], strict=True)}
            substitutes |= {name: repr(value) for name, value in plan.options.items()}
            texts[node] = ast.unparse(_Substitution(substitutes).visit(ast.parse(plan.row.torch, mode="eval")))
        return texts[self.output]


class _Substitution(ast.NodeTransformer):
    """Python expression → the same with other expressions for its names."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(self.texts[node.id], mode="eval").body if node.id in self.texts else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """`a if axis is None else b`, once the axis is put in → a or b."""
        self.generic_visit(node)
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.left, ast.Constant) and isinstance(test.ops[0], ast.Is):
            return node.body if test.left.value is None else node.orelse
        return node


class _ByDimensions(dict[tuple[int, ...], tuple[str, ...]]):
    """Dimensions of the arguments → the pullbacks of a body, made when they are asked for."""

    def __init__(self, body: _Body) -> None:
        super().__init__()
        self.body = body

    def __contains__(self, ndims: object) -> bool:
        return True

    def __missing__(self, ndims: tuple[int, ...]) -> tuple[str, ...]:
        """The body is run once over arrays of one 0 each of these dimensions, to see which dimensions arise in it."""
        inner = self.body.inner
        known = dict(zip(inner.inputs.values(), ndims, strict=True)) | dict.fromkeys(inner.constants, 0)
        values: dict[int, Result] = {node: np.zeros((1,) * known[node]) for node in known}
        with np.errstate(all="ignore"):
            for node, plan in self.body.operations():
                values[node] = plan.forward(*[values[arg] for arg in inner.args[node]])
                known[node] = int(np.ndim(values[node]))
        self[ndims] = self.body._derivatives(known)
        return self[ndims]


def _leaf(index: int) -> Leaf:
    """Node that is in the tree already → a leaf that stands for it."""
    return lambda tree: index


def _option_leaf(value: float | None) -> Leaf:
    return lambda tree: NOTHING if value is None else _number(tree, float(value))


def _number(tree: Tree, value: float) -> int:
    node = tree.add(NUMBER, abs(value))
    return tree.add(OPERATOR, "neg", (node,)) if value < 0 else node


def _is_one(tree: Tree, node: int) -> bool:
    return tree.kind[node] == NUMBER and tree.head[node] == 1.0


def _call(tree: Tree, plan: BoundOperation, args: list[int]) -> int:
    """An operation and its arguments → as a person writes it."""
    row = plan.row
    if row.name == "power":
        return tree.add(OPERATOR, "^", (args[0], _number(tree, float(plan.options["n"]))))
    key = next((alias for alias in row.aliases if alias in OPERATORS and OPERATORS[alias].arity == len(args)), None)
    if key is not None and not plan.options:
        return tree.add(OPERATOR, key, tuple(args))
    changed = {n: v for n, v in plan.options.items() if v is not None and v != row.options[n]}
    options = [tree.add(KEYWORD, n, (_number(tree, float(v)),)) for n, v in changed.items()]
    return tree.add(CALL, row.name, (*args, *options))
