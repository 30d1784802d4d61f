"""Numbers that are not known yet: what is computed from them is JavaScript, and where they decide, both ways are gone.

The explanations run on such numbers as they run on floats. An operation, Python's or numpy's, gives the text of the
same operation; a comparison is a number too, and when it is asked for its truth, `explore` answers yes and no.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

LEFT, RIGHT = "\ue000", "\ue001"
"""Around the code of a number in a text. They are of the private use area."""

Test = Callable[[float], float]
"""What is computed of one number alone, for floats."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A question that decides: its JavaScript, and what comes of a yes and of a no, forks in their turn or the end."""

    ask: str
    yes: Any
    no: Any


@dataclass
class _Way:
    """The answers that lead to where an exploration is: by the question's text, and what they say of each number.

    `open` are the questions that had no answer, in their order: those are answered yes.
    """

    answers: dict[str, bool]
    open: list[str] = field(default_factory=list)
    said: dict[str, list[tuple[Test, bool]]] = field(default_factory=dict)
    near: dict[str, list[float]] = field(default_factory=dict)

    def leave(self, ask: str) -> bool:
        """Question without an answer → yes; what comes of a no is left for later."""
        self.open.append(ask)
        self.answers[ask] = True
        return True


_way: ContextVar[_Way | None] = ContextVar("way", default=None)
_ANYWHERE = (math.nan, math.inf, -math.inf, 0.0, 1e-300, -1e-300, 1.0, -1.0, 0.37, -0.37, 1e300, -1e300)
"""Numbers of every kind, to see whether a question is answered by those before it."""


def explore(make: Callable[[], Any]) -> Any:
    """What is made from unknown numbers → the same where they decide nothing, else forks that lead to it.

    `make` is run once for every end, and must do the same every time. Ways that no number goes are left out.
    """
    return _explored(make, {})


def _explored(make: Callable[[], Any], answers: dict[str, bool]) -> Any:
    way = _Way(dict(answers))
    token = _way.set(way)
    try:
        made = make()
    finally:
        _way.reset(token)
    for at in reversed(range(len(way.open))):
        *before, ask = way.open[: at + 1]
        no = _explored(make, answers | dict.fromkeys(before, True) | {ask: False})
        made = made if made == no else Fork(ask, made, no)
    return made


def _decide(question: Unknown) -> bool:
    """A number that is asked for its truth → the answer on this way.

    Raises LookupError where nothing is being explored.
    """
    way = _way.get()
    if way is None:
        raise LookupError(f"no one knows {question.code}")
    answer = way.answers.get(question.code)
    of, test = question.of, question.test
    if of is not None and test is not None:
        near = way.near.setdefault(of, [])
        for value in question.near:
            near += [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value]
        said = way.said.setdefault(of, [])
        if answer is None:
            left = (one for one in (*_ANYWHERE, *near) if all(bool(past(one)) == so for past, so in said))
            found = {bool(test(one)) for one in left}
            if len(found) == 1:
                return found.pop()
            answer = way.leave(question.code)
        said.append((test, answer))
    elif answer is None:
        answer = way.leave(question.code)
    return answer


def written(value: Any) -> str:
    """Number, known or not → JavaScript."""
    if isinstance(value, Unknown):
        return value.code
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    text = repr(number).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


class Unknown(float):
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
    ) -> Unknown:
        made = super().__new__(cls, math.nan)
        made.code, made.of, made.test, made.near = code, of, test, near
        return made

    def __bool__(self) -> bool:
        return _decide(self)

    def __repr__(self) -> str:
        return f"Unknown({self.code})"

    def __reduce__(self) -> Any:
        raise TypeError("a number that is not known cannot be kept")

    @property
    def place(self) -> str:
        """What stands in a text where the number will stand."""
        return f"{LEFT}{self.code}{RIGHT}"

    def item(self) -> Unknown:
        """The number itself, as numpy's numbers give theirs."""
        return self

    def __hash__(self) -> int:
        return hash(self.code)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **options: Any) -> Any:
        if method == "reduce":  # of one number
            return self
        return compute(ufunc.__name__.split(" ")[0], args)

    def __array_function__(self, function: Any, types: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
        if function.__name__ in _OF_ONE:
            return _OF_ONE[function.__name__](self)
        from graphviz_ad.tracing.array import call  # which imports this module

        return call(function, args, options)


_OF_ONE: dict[str, Callable[[Unknown], Any]] = {
    "all": lambda x: x, "any": lambda x: x, "real": lambda x: x, "iscomplexobj": lambda x: False,
    "ndim": lambda x: 0, "size": lambda x: 1, "shape": lambda x: (),
}  # fmt: skip
"""What numpy says of an array that is one number."""

_SIGNS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "equal": "===", "not_equal": "!==", "bitwise_and": "&&", "logical_and": "&&",
    "logical_or": "||",
}  # fmt: skip

_CALLS = {
    **{name: f"Math.{name}" for name in (
        "exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "floor", "ceil", "sin", "cos", "tan", "sinh",
        "cosh", "tanh", "hypot",
    )},
    **{f"arc{name}": f"Math.a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2")},
    "maximum": "larger", "minimum": "smaller", "power": "power", "round": "even", "erf": "erf",
    "erfc": "erfc", "lgamma_of_float": "lgamma", "digamma_of_float": "digamma", "remainder": "remainder",
    "floor_divide": "floorDivide", "logaddexp": "logaddexp", "rounded": "rounded", "alike": "alike", "masked": "masked",
}  # fmt: skip
"""Functions of numpy → JavaScript's, or those of `live.js`."""

COMPARED: dict[str, Callable[[float, float], bool]] = {
    "less": lambda x, y: x < y, "less_equal": lambda x, y: x <= y, "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y, "equal": lambda x, y: x == y, "not_equal": lambda x, y: x != y,
}  # fmt: skip


def compute(name: str, args: Sequence[Any]) -> Any:
    """numpy's name of an operation, and numbers or arrays of which some are not known → what is not known either."""
    if any(getattr(arg, "ndim", 0) for arg in args):
        from graphviz_ad.tracing.array import entrywise  # which imports this module

        return entrywise(name, args)
    texts = [written(arg) for arg in args]
    if name == "multiply" and 1.0 in [arg for arg in args if not isinstance(arg, Unknown)]:
        return next(arg for arg in args if isinstance(arg, Unknown))
    if name in _SIGNS:
        left, right = args
        code = f"({texts[0]}{_SIGNS[name]}{texts[1]})"
        if name in COMPARED:
            return _comparison(name, code, left, right)
        return Unknown(code)
    if name in _OF_ITSELF:
        (x,) = args
        return _unary(name, x, texts[0])
    if name == "where":
        return Unknown(f"({texts[0]}?{texts[1]}:{texts[2]})")
    if name == "exp2":
        return compute("power", (2.0, *args))
    if name == "clip":
        return Unknown(f"smaller({texts[2]},larger({texts[1]},{texts[0]}))")  # of 0 and -0 the number itself
    return Unknown(f"{_CALLS[name]}({','.join(texts)})")


_OF_ITSELF: dict[str, tuple[str, Test]] = {
    "isnan": ("Number.isNaN(#)", math.isnan), "isfinite": ("Number.isFinite(#)", math.isfinite),
    "isinf": ("(Math.abs(#)===Infinity)", math.isinf), "negative": ("(-#)", lambda value: -value),
    "square": ("(#*#)", lambda value: value * value), "absolute": ("Math.abs(#)", abs),
}  # fmt: skip
"""Operations through which it is known of which number a question is: their JavaScript, and what they give."""


def _unary(name: str, x: Unknown, text: str) -> Unknown:
    written, test = _OF_ITSELF[name]
    code, before = written.replace("#", text), x.test
    return Unknown(code, x.of, lambda value: test(before(value)), x.near) if before else Unknown(code)


def _comparison(name: str, code: str, left: Any, right: Any) -> Unknown:
    """A comparison, which is told from those before it where one number is compared with a constant, or with itself."""
    holds = COMPARED[name]
    if isinstance(left, Unknown) and left.test:
        before = left.test
        if not isinstance(right, Unknown):
            with_ = float(right)
            return Unknown(code, left.of, lambda value: holds(before(value), with_), (*left.near, with_))
        if right.code == left.code:
            return Unknown(code, left.of, lambda value: holds(before(value), before(value)), left.near)
    return Unknown(code)


def _operator(name: str, *, swapped: bool = False) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        return compute(name, (*others, self) if swapped else (self, *others))

    return operate


_BOTH_WAYS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "and": "bitwise_and",
}  # fmt: skip
_ONE_WAY = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "neg": "negative", "abs": "absolute",
}  # fmt: skip


def operators(kind: type) -> None:
    """Give a class Python's operators, which compute what is not known."""
    for name, ufunc in (_BOTH_WAYS | _ONE_WAY).items():
        setattr(kind, f"__{name}__", _operator(ufunc))
    for name, ufunc in _BOTH_WAYS.items():
        setattr(kind, f"__r{name}__", _operator(ufunc, swapped=True))


operators(Unknown)


def atom(code: str) -> Unknown:
    """JavaScript that reads a number → the number, of which questions are told from one another."""
    return Unknown(code, code, lambda value: value)
