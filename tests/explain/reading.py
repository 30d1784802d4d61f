"""A reader with a calculator: what printed arithmetic gives, told from the text alone.

The text is read by Python's own parser, not by ours; names of operations are numpy's or those of the table.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np

from graphviz_ad.api import Trace
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.explain.equation import equation
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY
from graphviz_ad.ops.broadcasting import unbroadcast
from graphviz_ad.ops.table import BY_NAME

_TEXT = str.maketrans({"·": "*", "⊙": "*", "^": "**", "Σ": "total"})
_COMPARED = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power,
    ast.MatMult: np.matmul,
}  # fmt: skip


_TRIES = 12
"""Times a text is read with numbers that would be printed alike."""

_LETTER = re.compile(r"∂|(?<![\w.])(?!(?:nan|inf|π)\b)[^\W\d]\w*+(?![(=])")
"""A name, as stands in the symbols of an equation; behind those of operations and options there is a bracket or =."""

_NEVER_ZERO = ("exp", "sigmoid", "softplus", "softmax")
_ZERO_AT_ZERO = ("square", "power", "silu", "gelu", "gelu_tanh", "mish", "sinh", "expm1")
_NEVER_INFINITE = ("exp", "expm1", "sinh", "cosh", "square", "prod")


class Unreadable(Exception):
    """A text that no one could compute: it has letters in it, or leaves something out."""


@dataclass
class Reading:
    """What a text gives; `lost` where something in it is too small, or too large, to be seen in what is printed."""

    value: Any
    lost: bool
    local: Any = None
    """What stands behind the first factor of a product, as a local derivative does."""
    spread: Any = 0.0
    """How far off it may be, since the numbers that are printed were rounded."""


@dataclass
class _Reader:
    """One reading: `shape` is that of the result, to which a repeated number is spread."""

    shape: tuple[int, ...]
    digits: int
    off: Random | None = None
    lost: bool = False
    known: dict[str, Any] = field(default_factory=lambda: {"nan": math.nan, "inf": math.inf, "π": math.pi})

    def read(self, node: ast.expr) -> Any:
        """Part of a text → its number or array."""
        match node:
            case ast.Constant(value=value):
                return np.float64(value) if self.off is None else self.rounded_from(float(value))
            case ast.Name(id=name) if name in self.known:
                return np.float64(self.known[name])
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.read(inner)
            case ast.BinOp(left=left, op=op, right=right):
                return self.operated(op, self.read(left), self.read(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARED[type(op)](self.read(left), self.read(right)) * 1.0
            case ast.List(elts=entries):
                return np.array([self.read(entry) for entry in entries], dtype=float)
            case ast.Attribute(value=inner, attr="T"):
                held = self.read(inner)
                return np.swapaxes(held, -1, -2) if np.ndim(held) > 1 else held
            case ast.Subscript(value=inner, slice=place):
                return self.read(inner)[self.place(place)]
            case ast.Call(func=ast.Name(id=name), args=args, keywords=named):
                return self.called(name, args, {str(entry.arg): self.option(entry.value) for entry in named})
        raise Unreadable(ast.dump(node))

    def rounded_from(self, value: float) -> Any:
        """A number as printed → one that would be printed so."""
        power = math.floor(math.log10(abs(value))) if value else -300
        assert self.off is not None
        return np.float64(value + self.off.choice((-0.5, 0.5)) * 10.0 ** (power - self.digits + 1))

    def operated(self, op: ast.operator, x: Any, y: Any) -> Any:
        result = _OPERATORS[type(op)](x, y)
        if isinstance(op, ast.Add | ast.Sub):
            other = -y if isinstance(op, ast.Sub) else y
            for kept, small in ((x, other), (other, x)):
                seen = self.alike(result, kept) & np.isfinite(result) & np.not_equal(small, 0)
                self.lost |= bool(np.any(seen))
        elif isinstance(op, ast.Mult):
            self.vanished(result, np.not_equal(x, 0) & np.not_equal(y, 0))
        elif isinstance(op, ast.Div | ast.Pow):
            self.vanished(result, np.not_equal(x, 0) & np.isfinite(x) & np.isfinite(y))
        if not isinstance(op, ast.Pow | ast.MatMult):
            self.overflown(result, x, y, np.equal(y, 0) * math.inf if isinstance(op, ast.Div) else 0.0)
        return result

    def vanished(self, value: Any, possible: Any) -> None:
        """Whether 0 came of what gives no 0."""
        if np.shape(value) == np.shape(possible):
            self.lost |= bool(np.any(np.equal(value, 0) & possible))

    def overflown(self, value: Any, *operands: Any) -> None:
        """Whether an infinity came of finite numbers."""
        finite = np.isfinite(sum(np.abs(operand) * 1e-300 for operand in operands))
        self.lost |= bool(np.any(np.isinf(value) & finite))

    def alike(self, left: Any, right: Any) -> Any:
        left, right = np.broadcast_arrays(left, right)
        return np.reshape([same(a, b, self.digits) for a, b in zip(left.flat, right.flat)], left.shape)

    def place(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Tuple):
            return tuple(self.place(element) for element in node.elts)
        if isinstance(node, ast.Slice):
            return slice(
                *(None if element is None else self.place(element) for element in (node.lower, node.upper, node.step))
            )
        return int(_Reader((), self.digits).read(node))

    def option(self, node: ast.expr) -> Any:
        """Value of an option: a list is one of whole numbers."""
        if isinstance(node, ast.List):
            return tuple(int(_Reader((), self.digits).read(element)) for element in node.elts)
        value = float(_Reader((), self.digits).read(node))
        return int(value) if value.is_integer() else value

    def called(self, name: str, args: list[ast.expr], options: dict[str, Any]) -> Any:
        given = [self.read(arg) for arg in args]
        own = getattr(self, f"_{name}", None)
        if own is not None:
            return own(*given, **options)
        row = BY_NAME.get(name)
        if row is None or (row.internal and name not in ("others", "outers", "rows", "entry")):
            raise Unreadable(name)
        row = row.chosen({option: options.get(option, value) for option, value in row.options.items()})
        value = np.asarray(row.forward(*given, **options), dtype=float)
        if name in _NEVER_ZERO:
            self.vanished(value, np.isfinite(given[0]))
        if name in _ZERO_AT_ZERO:
            self.vanished(value, np.not_equal(given[0], 0) & np.isfinite(given[0]))
        if name in _NEVER_INFINITE:
            self.overflown(value, *given)
        return value

    def _where(self, condition: Any, where_true: Any, where_false: Any) -> Any:
        return np.where(condition != 0, where_true, where_false)

    def _total(self, value: Any) -> Any:
        total = unbroadcast(value, self.shape)[0]
        if np.ndim(total) == 0:
            self.hides(value, total)
        return total

    def hides(self, terms: Any, total: Any) -> None:
        """Whether a sum is printed as one of its terms."""
        if np.isfinite(total):
            self.lost |= any(same(entry, total, self.digits) and entry != total for entry in np.ravel(terms))

    def _sum(self, value: Any, axis: Any = None, keepdims: Any = 0) -> Any:
        total = BY_NAME["sum"].forward(value, axis=axis, keepdims=keepdims)
        if np.ndim(total) == 0:
            self.hides(value, total)
        return total

    def _spread(self, value: Any, axis: Any = None) -> Any:
        if axis is None or np.ndim(value) == len(self.shape):
            return np.broadcast_to(
                np.reshape(value, (1,) * len(self.shape)) if np.size(value) == 1 else value, self.shape
            )
        summed_axes = {number % len(self.shape) for number in (axis if isinstance(axis, tuple) else (axis,))}
        kept = [1 if at in summed_axes else length for at, length in enumerate(self.shape)]
        return np.broadcast_to(np.reshape(value, kept), self.shape)

    def _shaped(self, value: Any) -> Any:
        return np.reshape(value, self.shape)

    def _fitted(self, value: Any) -> Any:
        return unbroadcast(value, self.shape)[0]

    def _placed(self, value: Any, at: tuple[int, ...]) -> Any:
        array = np.zeros(self.shape)
        array[tuple(at) if isinstance(at, tuple) else (at,)] = value
        return array

    def _one_hot(self, index: Any) -> Any:
        if np.shape(index) == self.shape:
            return index
        return np.equal(np.arange(self.shape[-1]), np.expand_dims(index, -1)) * 1.0


def same(left: Any, right: Any, digits: int) -> bool:
    """Whether two numbers are printed alike."""
    return numbers.number(float(left), digits) == numbers.number(float(right), digits)


def read(text: str, shape: tuple[int, ...] = (), digits: int = 4) -> Reading:
    """Printed arithmetic → what it gives.

    Raises Unreadable where there is a letter in it, or something is left out.
    """
    if "…" in text or "∂" in text or "array of" in text:
        raise Unreadable(text)
    try:
        node = ast.parse(text.translate(_TEXT).strip(), mode="eval").body
    except SyntaxError as problem:
        raise Unreadable(text) from problem
    reader = _Reader(shape, digits)
    with np.errstate(all="ignore"):
        try:
            value = reader.read(node)
            off = Random(0)
            others = [np.asarray(_Reader(shape, digits, off).read(node), dtype=float) for _ in range(_TRIES)]
            local = None if (behind := _behind(node)) is None else _Reader(shape, digits).read(behind)
        except (ValueError, IndexError, TypeError) as problem:  # what is elided has another shape
            raise Unreadable(text) from problem
        spread = np.max([np.abs(candidate - value) for candidate in others], axis=0)
    return Reading(value, reader.lost, local, spread)


def _behind(node: ast.expr) -> ast.expr | None:
    """A product, or the sum of one over the axes of a broadcast → all of it but its first factor."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "total":
        return _behind(node.args[0])
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)):
        return None
    rest = _behind(node.left)
    return node.right if rest is None else ast.BinOp(rest, ast.Mult(), node.right)


def is_dust(trace: Trace, step: Step) -> bool:
    """Whether the result of a step is rounding dust, which is shown as 0."""
    match step:
        case Evaluate(node=node):
            return trace.is_dust("value", node)
        case Pull(node=node, slot=slot):
            return trace.is_dust("contribution", node, slot)
        case Accumulate(node=node, slot=slot, to=to, count=count, of=of):
            return trace.is_dust("gradient", to) if count == of else trace.is_dust("total", node, slot)
        case Seed():
            return False


def _shape(trace: Trace, step: Step) -> tuple[int, ...]:
    return trace.shape(step.node if isinstance(step, Evaluate | Seed) else step.to)


def _near(left: Reading, right: Reading) -> bool:
    """Whether two stages are as near as roundings leave them; nothing is said of what is not finite."""
    with np.errstate(all="ignore"):
        far = np.abs(np.subtract(left.value, right.value)) > 2 * (left.spread + right.spread) + 1e-300
    return not np.any(far)


def check_step(trace: Trace, step: Step, digits: int = 4) -> tuple[int, int]:
    """Every sign between printed numbers of a step is true → how many were read, and how many could not be."""
    whole = equation(trace, step, digits).whole.relations(DISPLAY)
    shape, looked, passed = _shape(trace, step), 0, 0
    for number, ((_, left_text), (sign, right_text)) in enumerate(pairwise(whole), 1):
        try:
            left, right = read(left_text, shape, digits), read(right_text, shape, digits)
            pairs = [(left.value, right.value)]
            middle = number < len(whole) - 1  # there the local derivative alone must hold as well
            if middle and left.local is not None and right.local is not None:
                pairs.append((left.local, right.local))
            pairs = [tuple(map(np.ravel, np.broadcast_arrays(*pair))) for pair in pairs]
        except (Unreadable, ValueError):
            passed += _LETTER.search(left_text) is None
            continue
        alike = all(same(a, b, digits) for lefts, rights in pairs for a, b in zip(lefts, rights))
        lost = left.lost or (number == len(whole) - 1 and is_dust(trace, step))
        expected = "=" if alike and not lost else "≈"
        assert sign.strip() == expected, f"{left_text} {sign.strip()} {right_text} should have {expected}"
        assert _near(left, right), f"{left_text} is far from {right_text}"
        looked += 1
    return looked, passed
