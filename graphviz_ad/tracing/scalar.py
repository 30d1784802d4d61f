"""Numbers that record what is computed with them, as JavaScript.

The explanations run on such numbers as they run on floats. An operation, Python's or numpy's, gives the text of the
same operation; a comparison is a number too, and when it is asked for its truth, `branches.explore` answers yes and no.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, SupportsFloat, TypeAlias, cast, overload

from graphviz_ad.language.numbers import DEFAULT_DIGITS, alike_of, is_known, number, rounded
from graphviz_ad.tracing.branches import Test, decide
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np

    from graphviz_ad.tracing.array import TracedArray

    Traced: TypeAlias = "TracedFloat | TracedArray"
    """A number or an array that is not known."""

    Operand: TypeAlias = Value | TracedArray
    """A number or an array, known or not."""

NumpyFunction = Callable[..., object]
"""A function of numpy, of which the name says what it computes."""

Compute = Callable[[str, Sequence[Any]], object]
"""numpy's name of an operation and its arguments → what it gives."""
LEFT, RIGHT = "\ue000", "\ue001"
"""Around the code of a number in a text. They are of the private use area."""


def written(value: SupportsFloat) -> str:
    """Number, known or not → JavaScript."""
    if isinstance(value, TracedFloat):
        return value.code
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    text = repr(number).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


class TracedFloat(float):
    """A number that stands for what `code` computes.

    As a float it is nan, so that whatever forgets to ask it comes to nothing. `of` is the number it depends on,
    where `test` computes it of that one alone, and `near` are the numbers that this compares with.
    """

    code: str
    of: str | None
    test: Test | None
    near: tuple[float, ...]

    def __new__(
        cls, code: str, of: str | None = None, test: Test | None = None, near: tuple[float, ...] = ()
    ) -> TracedFloat:
        number = super().__new__(cls, math.nan)
        number.code, number.of, number.test, number.near = code, of, test, near
        return number

    def __bool__(self) -> bool:
        return decide(self)

    def __repr__(self) -> str:
        return f"TracedFloat({self.code})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a number that is not known cannot be kept")

    @property
    def place(self) -> str:
        """What stands in a text where the number will stand."""
        return f"{LEFT}{self.code}{RIGHT}"

    def item(self) -> TracedFloat:
        """The number itself, as numpy's numbers give theirs."""
        return self

    def __hash__(self) -> int:
        return hash(self.code)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Operand, **options: object) -> Traced:
        if method == "reduce":  # of one number
            return self
        return compute(ufunc.__name__.split(" ")[0], args)

    def __array_function__(
        self, function: NumpyFunction, types: object, args: Sequence[object], options: Mapping[str, object]
    ) -> object:
        if function.__name__ in _OF_NUMBER:
            return _OF_NUMBER[function.__name__](self)
        from graphviz_ad.tracing.array import call  # which imports this module

        return call(function, args, options)


_OF_NUMBER: dict[str, Callable[[TracedFloat], object]] = {
    "all": lambda x: x, "any": lambda x: x, "real": lambda x: x, "iscomplexobj": lambda x: False,
    "ndim": lambda x: 0, "size": lambda x: 1, "shape": lambda x: (),
}  # fmt: skip
"""What numpy says of an array that is one number, by the name of numpy's function."""

SIGNS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "equal": "===", "not_equal": "!==", "bitwise_and": "&&", "logical_and": "&&",
    "logical_or": "||",
}  # fmt: skip
"""Functions of numpy → the operators of JavaScript."""

_CALLS = {
    **{name: f"Math.{name}" for name in (
        "exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "floor", "ceil", "sin", "cos", "tan", "sinh",
        "cosh", "tanh", "hypot",
    )},
    **{f"arc{name}": f"Math.a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2")},
    "maximum": "larger", "minimum": "smaller", "power": "power", "round": "even", "erf": "erf",
    "erfc": "erfc", "lgamma_of_float": "lgamma", "gamma_of_float": "gamma", "digamma_of_float": "digamma",
    "trigamma_of_float": "trigamma",
    "remainder": "remainder", "floor_divide": "floorDivide",
    "logaddexp": "logaddexp", "rounded": "rounded", "alike": "alike", "masked": "masked",
}  # fmt: skip
"""Functions of numpy → JavaScript's, or those of `live.js`."""

COMPARED: dict[str, Callable[[float, float], bool]] = {
    "less": lambda x, y: x < y, "less_equal": lambda x, y: x <= y, "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y, "equal": lambda x, y: x == y, "not_equal": lambda x, y: x != y,
}  # fmt: skip
"""Comparisons by the names of numpy's functions."""


@overload
def compute(name: str, args: Sequence[float]) -> TracedFloat: ...
@overload
def compute(name: str, args: Sequence[Operand]) -> Traced: ...
def compute(name: str, args: Sequence[Operand]) -> Traced:
    """numpy's name of an operation, and numbers or arrays of which some are not known → what is not known either."""
    if any(getattr(arg, "ndim", 0) for arg in args):
        from graphviz_ad.tracing.array import entrywise  # which imports this module

        return entrywise(name, args)
    return _of_numbers(name, cast("Sequence[float]", args))


def _of_numbers(name: str, args: Sequence[float]) -> TracedFloat:
    """The same for numbers alone."""
    texts = [written(arg) for arg in args]
    if name == "multiply" and 1.0 in [arg for arg in args if not isinstance(arg, TracedFloat)]:
        return next(arg for arg in args if isinstance(arg, TracedFloat))
    if name in SIGNS:
        left, right = args
        code = f"({texts[0]}{SIGNS[name]}{texts[1]})"
        if name in COMPARED:
            return _comparison(name, code, left, right)
        return TracedFloat(code)
    if name in _OF_ITSELF:
        (x,) = args
        assert isinstance(x, TracedFloat)
        return _unary(name, x, texts[0])
    if name == "where":
        return TracedFloat(f"({texts[0]}?{texts[1]}:{texts[2]})")
    if name == "exp2":
        return compute("power", (2.0, *args))
    if name == "clip":
        return TracedFloat(f"smaller({texts[2]},larger({texts[1]},{texts[0]}))")  # of 0 and -0 the number itself
    return TracedFloat(f"{_CALLS[name]}({','.join(texts)})")


_OF_ITSELF: dict[str, tuple[str, Test]] = {
    "isnan": ("Number.isNaN(#)", math.isnan), "isfinite": ("Number.isFinite(#)", math.isfinite),
    "isinf": ("(Math.abs(#)===Infinity)", math.isinf), "negative": ("(-#)", lambda value: -value),
    "square": ("(#*#)", lambda value: value * value), "absolute": ("Math.abs(#)", abs),
}  # fmt: skip
"""Operations through which it is known of which number a question is: their JavaScript, and what they give."""


def _unary(name: str, x: TracedFloat, text: str) -> TracedFloat:
    written, test = _OF_ITSELF[name]
    code, before = written.replace("#", text), x.test
    return TracedFloat(code, x.of, lambda value: test(before(value)), x.near) if before else TracedFloat(code)


def _comparison(name: str, code: str, left: float, right: float) -> TracedFloat:
    """Two numbers → their comparison, which knows its number where that is compared with a constant or with itself."""
    holds = COMPARED[name]
    if isinstance(left, TracedFloat) and left.test:
        before = left.test
        if not isinstance(right, TracedFloat):
            with_ = float(right)
            return TracedFloat(code, left.of, lambda value: holds(before(value), with_), (*left.near, with_))
        if right.code == left.code:
            return TracedFloat(code, left.of, lambda value: holds(before(value), before(value)), left.near)
    return TracedFloat(code)


def operator(name: str, compute: Compute = compute, *, swapped: bool = False) -> Callable[..., object]:
    """numpy's name of an operation, and what computes it → the method."""

    def operate(self: object, *others: object) -> object:
        return compute(name, (*others, self) if swapped else (self, *others))

    return operate


_REFLECTED = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "and": "bitwise_and",
}  # fmt: skip
"""Operators of Python with a reflected form (`__radd__`), and numpy's functions for them."""
_UNREFLECTED = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "neg": "negative", "abs": "absolute",
}  # fmt: skip
"""Operators of Python without a reflected form, and numpy's functions for them; those above have one (`__radd__`)."""


def operators(kind: type, compute: Compute = compute) -> None:
    """Give a class Python's operators, which compute what is not known."""
    for name, ufunc in (_REFLECTED | _UNREFLECTED).items():
        setattr(kind, f"__{name}__", operator(ufunc, compute))
    for name, ufunc in _REFLECTED.items():
        setattr(kind, f"__r{name}__", operator(ufunc, compute, swapped=True))


operators(TracedFloat)


def atom(code: str) -> TracedFloat:
    """JavaScript that reads a number → the number, of which questions are told from one another."""
    return TracedFloat(code, code, lambda value: value)


@is_known.register
def _(value: TracedFloat) -> bool:
    return False


@number.register
def _(value: TracedFloat, digits: int = DEFAULT_DIGITS) -> str:
    return value.place


@rounded.register
def _(value: TracedFloat, digits: int = DEFAULT_DIGITS) -> float:
    result: float = compute("rounded", [value])
    return result


@alike_of.register
def _(left: TracedFloat, right: float, digits: int) -> bool:
    return bool(compute("alike", [left, right]))
