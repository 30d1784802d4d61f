"""Graph → statements of Python for PyTorch, in the order of the formula and as a person would write them.

Each operation is the `torch` text of its row, with the expressions of its arguments in the places of their names, and
with what depends on options or shapes decided. Nothing that was typed is in it but names, made ones of Python.
"""

from __future__ import annotations

import ast
import copy
import keyword
import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.values import Array, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_WHOLE = frozenset(("sum", "mean"))
"""Functions of torch that are over all entries where no dimension is named."""
_MAX_WHOLE = 1e15
"""Whole numbers below it are written without a point."""


def identifiers(names: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """Names of the formula, and names that the program needs itself → for each a name of Python, all different.

    >>> identifiers(["w_1", "x'", "W^{(1)}", "重み", "lambda", "ŷ", "np"], {"np"})
    {'w_1': 'w_1', "x'": 'x_prime', 'W^{(1)}': 'W_1', '重み': '重み', 'lambda': 'lambda_', 'ŷ': 'ŷ', 'np': 'np_'}
    """
    used = set(taken)
    by_name = {}
    for name in names:
        text = unicodedata.normalize("NFKC", name.replace("'", "_prime"))
        text = re.sub(r"_+", "_", re.sub(r"[^\w\u0300-\u036f]", "_", text)).rstrip("_")
        if not text.isidentifier():
            text = f"v_{text}" if f"v_{text}".isidentifier() else "v"
        while text in used or keyword.iskeyword(text) or text in ("True", "False", "None"):
            text += "_"
        used.add(text)
        by_name[name] = text
    return by_name


def literal(value: Value) -> str:
    """Number or array → Python that gives it, as a number or nested lists."""
    if isinstance(value, float | int):
        if not math.isfinite(value):
            return f'float("{value}")'
        return str(int(value)) if float(value).is_integer() and abs(value) < _MAX_WHOLE else repr(float(value))
    return "[" + ", ".join(literal(part if np.ndim(part) else float(part)) for part in value) + "]"


def tensor(value: Value) -> str:
    """Number or array → Python that makes a tensor of floats of it."""
    text = literal(value)
    if re.fullmatch(r"-?\d+", text):
        return f"torch.tensor({text}.0)"
    return f"torch.tensor({text})" if "." in text or "e" in text else f"torch.tensor({text}, dtype=torch.float64)"


class TorchCode:
    """A graph, the values of its nodes by which shapes are known, and the names of Python for its names."""

    def __init__(self, graph: Graph, values: Sequence[Value], names: Mapping[str, str]) -> None:
        self.graph, self.values, self.names = graph, values, names
        self.lines: list[str] = []
        self.expressions: list[ast.expr] = []
        for node in range(len(graph)):
            self.expressions.append(self._expression(node))

    @property
    def output(self) -> str:
        """The expression of the output."""
        return ast.unparse(self.expressions[self.graph.output])

    def _expression(self, node: int) -> ast.expr:
        """Node → its expression: a name where it has one, or where it is needed twice; a line is added for it."""
        graph, bound = self.graph, self.graph.ops[node]
        if bound is None:
            return self._leaf(node)
        if not graph.reaches[node]:
            return ast.Constant(0)
        expression = self._operation(node, bound)
        named = node in graph.given_names
        if not named and (len(graph.consumers[node]) == 1 or node == graph.output):
            return expression
        return self.named(node, expression)

    def _operation(self, node: int, bound: BoundOperation) -> ast.expr:
        """Node that is computed → its expression over those of its arguments."""
        args, row = self.graph.args[node], bound.row
        if row.name == "index":
            return ast.Subscript(as_tensor(self.expressions[args[0]]), _place(bound.options["at"]))
        values = [np.asarray(self.values[arg], dtype=float) for arg in args]
        text = _Decided(bound, values).visit(_expression_of(row.torch))
        if row.variadic:
            listed: dict[str, ast.expr] = {row.params[0]: ast.List([as_tensor(self.expressions[arg]) for arg in args])}
            return ast.fix_missing_locations(_Filled(listed).visit(text))  # type: ignore[no-any-return]
        uses = [name.id for name in ast.walk(text) if isinstance(name, ast.Name)]
        for arg, name in zip(args, row.params, strict=True):
            if uses.count(name) > 1 and not isinstance(self.expressions[arg], ast.Name | ast.Constant):
                self.expressions[arg] = self.named(arg, self.expressions[arg])
        parts = dict(zip(row.params, (self.expressions[arg] for arg in args), strict=True))
        return ast.fix_missing_locations(_Filled(parts).visit(text))  # type: ignore[no-any-return]

    def named(self, node: int, expression: ast.expr) -> ast.expr:
        """Node and its expression → its name, for which a line is added."""
        name = self.names[self.graph.names[node]]
        self.lines.append(f"{name} = {ast.unparse(expression)}")
        return ast.Name(name)

    def _leaf(self, node: int) -> ast.expr:
        graph = self.graph
        if node not in graph.constants:
            return ast.Name(self.names[graph.names[node]])
        value = graph.constants[node]
        if isinstance(value, float):
            return _expression_of("torch.pi" if value == math.pi else literal(value))
        return _expression_of(tensor(value))


class _Decided(ast.NodeTransformer):
    """The `torch` text of an operation, in which all is decided that options and dimensions decide."""

    def __init__(self, bound: BoundOperation, values: Sequence[Array]) -> None:
        params = bound.row.params
        self.known: dict[str, object] = {name: _plain(name, value) for name, value in bound.options.items()}
        self.params = params
        self.shapes = {value.shape for value in values}
        self.values: dict[str, object] = {params[0]: list(values)} if bound.row.variadic else dict(zip(params, values))

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """A choice is made."""
        branch: ast.expr = self.visit(node.body if self._evaluated(node.test) else node.orelse)
        return branch

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Options have their values."""
        if node.id not in self.known:
            return node
        value = self.known[node.id]
        return _expression_of(literal(value) if isinstance(value, float) else repr(value))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What can be computed is; options that are as they would be anyway are left out."""
        name = ast.unparse(node.func)
        if name in ("bool", "tuple"):
            return _expression_of(repr(self._evaluated(node)))
        func = node.func
        if isinstance(func, ast.Lambda) and len(func.args.args) == len(node.args):  # arguments that are computed once
            parts = {parameter.arg: arg for parameter, arg in zip(func.args.args, node.args, strict=True)}
            body: ast.expr = self.visit(_Filled(parts).visit(copy.deepcopy(func.body)))
            return body
        if (
            isinstance(func, ast.Attribute)
            and func.attr == "movedim"
            and len({self._evaluated(a) for a in node.args}) == 1
        ):
            same: ast.expr = self.visit(func.value)
            return same
        args: list[ast.expr] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred) and ast.unparse(arg) == "*torch.broadcast_tensors(x, y)":
                args += [ast.Name(param) for param in self.params] if len(self.shapes) == 1 else [arg]
            else:
                args.append(self.visit(arg))
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        kept = [k for k in keywords if not _is_usual(k)]
        if name.removeprefix("torch.") in _WHOLE and self.known.get("axis", 0) is None and len(kept) == 1:
            kept = []
        return ast.Call(self.visit(func), args, kept)

    def _evaluated(self, node: ast.expr) -> object:
        """A condition on options and dimensions, or a tuple of these → its value."""
        code = compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(node))), "<row>", "eval")
        return eval(code, {**self.known, **self.values})  # noqa: S307  (a row's text)


class _Filled(ast.NodeTransformer):
    """Such a text, in which expressions stand for the arguments; a function gets numbers as tensors."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The name of an argument is replaced."""
        return copy.deepcopy(self.parts[node.id]) if node.id in self.parts else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """A comparison that has become 0 or 1, and is asked whether it is not 0, is the comparison."""
        filled = self.generic_visit(node)
        if ast.unparse(filled).endswith(".double() != 0") and isinstance(filled, ast.Compare):
            compared = filled.left
            if (
                isinstance(compared, ast.Call)
                and isinstance(compared.func, ast.Attribute)
                and compared.func.attr == "double"
            ):
                return compared.func.value
        return filled  # type: ignore[return-value]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Arguments of a function that are numbers become tensors."""
        args = [
            as_tensor(self.visit(arg)) if isinstance(arg, ast.Name) and arg.id in self.parts else self.visit(arg)
            for arg in node.args
        ]
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        return ast.Call(self.visit(node.func), args, keywords)


def as_tensor(part: ast.expr) -> ast.expr:
    """A number where a function of torch wants a tensor → a tensor; others as they are."""
    if isinstance(part, ast.List) or any(isinstance(inner, ast.Name) for inner in ast.walk(part)):
        return part
    value = ast.unparse(part)
    text = f"torch.tensor({value}.0)" if value.isdigit() else f"torch.tensor({value}, dtype=torch.float64)"
    return _expression_of(text)


def _plain(name: str, value: Any) -> object:
    """Value of an option → as torch takes it: whole numbers without a point."""
    is_whole = isinstance(value, float) and not isinstance(value, bool) and value.is_integer()
    return int(value) if is_whole and name in ("axis", "n", "keepdims", "correction", "p") else value


def _is_usual(argument: ast.keyword) -> bool:
    """Whether an argument says what torch does without it."""
    value = argument.value
    return isinstance(value, ast.Constant) and (argument.arg, value.value) == ("keepdim", False)


def _place(at: Sequence[object]) -> ast.expr:
    """An index, axis by axis → what stands between the brackets."""
    parts = [_axis(part) for part in at]
    return parts[0] if len(parts) == 1 else ast.Tuple(parts)


def _axis(part: object) -> ast.expr:
    if isinstance(part, tuple) and part[0] == "slice":
        return ast.Slice(*(None if end is None else _expression_of(repr(end)) for end in part[1:]))
    return _expression_of(repr(list(part[1])) if isinstance(part, tuple) else repr(part))


def _expression_of(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
