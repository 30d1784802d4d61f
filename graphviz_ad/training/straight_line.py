"""Operations of a graph, with all shapes known → lines of numpy calls, made once and run at every update.

Nothing is looked up, checked or broadcast by hand when they run; that is what a person writes who knows the shapes. The
lines are made of the rows' own texts, names that are given here and numbers: nothing that a user typed is in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, Program
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, calls, parsed, source
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SHAPED = {"count": math.prod, "batch": lambda shape: shape[0] if len(shape) > 1 else 1}
"""Operations that ask for the shape alone, in texts of derivatives."""


class Lines:
    """Lines of a Python function, each expression once, and what the names in them mean."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.scope: dict[str, object] = {"np": np, "exp": np.exp, "total": np.add.reduce, "maximum": np.maximum}
        self._names: dict[str, str] = {}

    def keep(self, code: str) -> str:
        """Expression → the name under which its value is kept from here on."""
        if code.isidentifier() or _is_number(code):
            return code
        if code not in self._names:
            self._names[code] = name = f"t{len(self._names)}"
            self.lines.append(f"{name} = {code}")
        return self._names[code]

    def known(self, value: object, name: str = "k") -> str:
        """Value that stays the same, a function or an array → its name."""
        if isinstance(value, float):
            return _literal(value)
        for other, there in self.scope.items():
            if there is value:
                return other
        name = f"{name}{len(self.scope)}"
        self.scope[name] = value
        return name

    def function(self, arguments: Sequence[str], results: Sequence[str]) -> Callable[..., tuple[object, ...]]:
        """Names of the arguments and of the results → the function."""
        body = "\n ".join([*self.lines, f"return ({', '.join(results)},)"])
        text = f"def run({', '.join(arguments)}):\n {body}\n"
        exec(compile(text, "<update>", "exec"), self.scope)  # noqa: S102  (made of the rows' texts, see above)
        run: Callable[..., tuple[object, ...]] = self.scope["run"]  # type: ignore[assignment]
        return run


def _literal(value: float) -> str:
    return repr(value) if math.isfinite(value) else f"float('{value}')"


def _is_number(code: str) -> bool:
    return code.replace(".", "").replace("e", "").replace("-", "").isdigit()


def forward(lines: Lines, graph: Graph, given: Mapping[int, str], shapes: Sequence[Shape]) -> list[str]:
    """Lines, graph, names of its inputs' values, shapes of all nodes → the names of all values."""
    names: list[str] = []
    for node, bound in enumerate(graph.ops):
        if bound is None:
            names.append(given[node] if node in given else lines.known(graph.constants[node], "a"))
        else:
            args = [names[arg] for arg in graph.args[node]]
            names.append(lines.keep(_forward_code(lines, bound, args, [shapes[arg] for arg in graph.args[node]])))
    return names


_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "matmul": "@"}
"""Operations that a line writes with a sign."""
_CALLS: Mapping[str, str] = {
    "negate": "-{0}", "exp": "exp({0})", "sigmoid": "1.0 / (1.0 + exp(-{0}))", "relu": "maximum({0}, 0.0)",
}  # fmt: skip
"""What numpy computes with the fewest calls, in the order of the operation's own definition."""


def _forward_code(lines: Lines, bound: BoundOperation, args: list[str], shapes: list[Shape]) -> str:
    """Operation, names and shapes of its arguments → the expression of its value."""
    name, whole = bound.row.name, bound.options.get("axis") is None and not bound.options.get("keepdims")
    if name in _SIGNS:
        return f" {_SIGNS[name]} ".join(args)
    if name == "divide" and any(shapes):
        return f"{args[0]} / {args[1]}"
    if name in _CALLS:
        return _CALLS[name].format(*args)
    if name == "power" and bound.options["n"] == 2:
        return f"{args[0]} * {args[0]}"
    if name == "mse" and shapes[0] == shapes[1]:
        apart = lines.keep(f"{args[0]} - {args[1]}")
        name, args = "mean", [lines.keep(f"{apart} * {apart}")]
    if name in ("sum", "mean") and whole:
        total = f"total({args[0]}, axis=None)" if shapes[0] else args[0]
        return f"{total} / {float(math.prod(shapes[0]))!r}" if name == "mean" and shapes[0] else total
    return f"{lines.known(bound.forward, 'f')}({', '.join(args)})"


class Text:
    """A text of a row, read with names and shapes of the operation it is for."""

    def __init__(self, lines: Lines, bound: BoundOperation, text: str, names: Mapping[str, str],
                 shapes: Mapping[str, Shape]) -> None:  # fmt: skip
        self.lines, self.program = lines, parsed(text)
        self.names = {**names, **{name: _option(value) for name, value in bound.options.items()}, "pi": repr(math.pi)}
        self.shapes = shapes
        self.root = self.program.statements[-1].root
        for name in calls(self.program):
            if name not in _SHAPED:
                lines.scope[f"f_{name}"] = BY_NAME[name].forward

    def factor(self) -> tuple[float, Text | None]:
        """→ the number it begins with as a product, and the rest; the whole where it is no product."""
        number = self.number(self.root)
        if number is not None:
            return number, None
        kind, head, args = self.node(self.root)
        if kind == OPERATOR and head == "*" and (number := self.number(args[0])) is not None:
            return number, self.part(args[1])
        if kind == OPERATOR and head == "neg":
            number, rest = self.part(args[0]).factor()
            return -number, rest
        if kind == OPERATOR and head == "/" and (number := self.number(args[1])) is not None:
            before, rest = self.part(args[0]).factor()
            return before / number, rest
        return 1.0, self

    def part(self, root: int) -> Text:
        """→ the same for the expression at a node of it."""
        other: Text = object.__new__(Text)
        other.lines, other.program, other.names, other.shapes, other.root = (
            self.lines, self.program, self.names, self.shapes, root,
        )  # fmt: skip
        return other

    def node(self, root: int) -> tuple[int, Any, tuple[int, ...]]:
        """→ kind, head and arguments of a node."""
        tree = self.program.tree
        return tree.kind[root], tree.head[root], tree.args[root]

    def number(self, root: int) -> float | None:
        """Node → the number it is: typed, an option, or a question about shapes; None for others."""
        kind, head, args = self.node(root)
        if kind == NUMBER:
            return float(head)
        if kind == NAME and _is_number(self.names[head]):
            return float(self.names[head])
        if kind == CALL and head in _SHAPED and len(args) == 1:
            return float(_SHAPED[head](self.shape(args[0])))
        return None

    def shape(self, root: int) -> Shape:
        """Node that is computed entry by entry → its shape."""
        kind, head, args = self.node(root)
        if kind == NAME:
            return self.shapes.get(head, ())
        return tuple(np.broadcast_shapes(*map(self.shape, args)))

    def quotient(self) -> tuple[str, str] | None:
        """→ numerator and denominator in Python, None where it is no quotient."""
        kind, head, args = self.node(self.root)
        return (self.part(args[0]).code(), self.part(args[1]).code()) if (kind, head) == (OPERATOR, "/") else None

    def compares(self) -> bool:
        """Whether it is a comparison."""
        kind, head, _ = self.node(self.root)
        return kind == OPERATOR and OPERATORS[head].precedence == COMPARE

    def code(self) -> str:
        """→ Python, every part of it once."""
        tree = self.program.tree
        known = {
            node: _literal(number)
            for node in range(len(tree))
            if tree.kind[node] == CALL and (number := self.number(node)) is not None
        }
        return source(_rooted(self.program, self.root), names=self.names, known=known)


def _rooted(program: Program, root: int) -> Program:
    """Program → the same with another node as the root of its last statement."""
    return replace(program, statements=(program.statements[-1]._replace(root=root),))


def _option(value: object) -> str:
    """Value of an option → Python."""
    return _literal(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)
