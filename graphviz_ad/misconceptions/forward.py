"""The misconceptions of the forward pass → mutants with another value for an operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, cast

from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import ForwardEffect, Mistake
from graphviz_ad.misconceptions.spots import StudentOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import BY_NAME as ROWS
from graphviz_ad.values import Array, Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_NO_FUNCTION = frozenset(("negate", "power", "square", "reciprocal", "clamp", "detach"))
"""Operations of one number that are no functions to a student, or have mistakes of their own."""
_OTHERS = {"sigmoid": "tanh", "tanh": "sigmoid", "leaky_relu": "relu", "elu": "relu", "selu": "relu",
           "sin": "cos", "cos": "sin", "maximum": "minimum", "minimum": "maximum", "max": "min",
           "min": "max"}  # fmt: skip
"""Functions that are taken for one another."""
_POWERS = ("power", "square", "pow")
"""Operations that raise a number to a power."""
_NEGATIVE = ("negate", "cross_entropy", "nll", "bce", "bce_with_logits", "kl_div")
"""Operations that begin with a minus."""


def _array(value: Result) -> Array:
    """Number or array → an array; what is not known stays what it is, and records what is computed with it."""
    return np.asarray(value) if is_known(value) else cast("Array", value)


def _of(names: tuple[str, ...], effect: Callable[..., Result | None]) -> ForwardEffect:
    """Operations and what is done to their arguments → the effect; None elsewhere."""
    return lambda at, slot: effect(*map(_array, at.args)) if at.bound.row.name in names else None


def _result(names: tuple[str, ...], effect: Callable[[StudentOperation], Result | None]) -> ForwardEffect:
    """Operations and what comes of them → the effect; None elsewhere."""
    return lambda at, slot: effect(at) if at.bound.row.name in names else None


def _left_out(*places: tuple[str, int | None]) -> ForwardEffect:
    """Arguments, as (operation, slot), that may be left out → the effect: what the others make alone.

    A slot of None is every one.
    """

    def effect(at: StudentOperation, slot: int | None) -> Result | None:
        name = at.bound.row.name
        if slot is None or not {(name, slot), (name, None)} & set(places):
            return None
        operate: Callable[[Result, Result], Result] = ROWS[name].forward
        others: list[Result] = [arg for n, arg in enumerate(at.args) if n != slot]
        return np.broadcast_to(reduce(operate, others), shape(at.out))

    return effect


def _exponent(at: StudentOperation) -> Value:
    """The exponent of a power."""
    return at.args[1] if len(at.args) == 2 else at.bound.options.get("n", 2.0)


def _function_left_out(at: StudentOperation, slot: int | None) -> Result | None:
    row = at.bound.row
    return at.args[0] if row.pointwise and len(at.args) == 1 and row.name not in _NO_FUNCTION else None


def _sign_lost(at: StudentOperation) -> Result | None:
    """-out where one of the factors, or what is raised to a power, is negative."""
    factors = at.args if at.bound.row.name in ("multiply", "divide") else at.args[:1]
    negative = reduce(np.logical_or, [np.less(factor, 0) for factor in factors])
    return np.where(negative, -_array(at.out), at.out) if np.any(negative) else None


def _count(at: StudentOperation) -> float:
    """How many entries are taken together for one of the result."""
    return max(map(np.size, at.args)) / max(np.size(at.out), 1)


def _other_function(at: StudentOperation, slot: int | None) -> Result | None:
    other = ROWS.get(_OTHERS.get(at.bound.row.name, ""))
    if other is None:
        return None
    return other.forward(*map(_array, at.args), **{key: at.bound.options[key] for key in other.options})


def _other_axis(at: StudentOperation, slot: int | None) -> Result | None:
    axis, x = at.bound.options.get("axis"), at.args[0]
    if np.ndim(x) != 2 or not isinstance(axis, int | float):
        return None
    return at.bound.row.forward(x, **{**at.bound.options, "axis": 1 - int(axis) % 2})


def _transposed(at: StudentOperation, slot: int | None) -> Result | None:
    """A matrix product with the factor `slot` transposed, where that fits."""
    if at.bound.row.name != "matmul" or np.ndim(at.args[slot or 0]) != 2:
        return None
    factors = [np.swapaxes(arg, 0, 1) if n == slot else _array(arg) for n, arg in enumerate(at.args)]
    try:
        return _matmul(*factors)
    except ValueError:
        return None


def _matmul(x: Array, y: Array) -> Array:
    product: Array = np.matmul(x, y)
    return product


def _exchanged(x: Array, y: Array) -> Result | None:
    """The matrix product the other way round, where that fits and is another one."""
    return y @ x if x.ndim == y.ndim == 2 and x.shape[0] == y.shape[1] else None


def _neighbour(at: StudentOperation) -> Result | None:
    """The entry beside the one that was asked for, as counting from 1 gives it; of a matrix the mirrored one."""
    index, x = at.bound.options["at"], _array(at.args[0])
    if not all(isinstance(part, int) for part in index):
        return None
    other: tuple[int, ...]
    if len(index) == 2:
        other = (index[1], index[0])
    else:
        other = (index[0] - 1 if index[0] > 0 else index[0] + 1,)
    try:
        return x[other] if other != index else None
    except IndexError:
        return None


def _without(kept: slice) -> ForwardEffect:
    """Which entries are kept → a sum, mean or product of matrices over these entries alone."""

    def effect(at: StudentOperation, slot: int | None) -> Result | None:
        name, args = at.bound.row.name, [_array(arg) for arg in at.args]
        if name in ("dot", "matmul") and min(arg.ndim for arg in args) > 0 and args[0].shape[-1] > 1:
            return _matmul(args[0][..., kept], args[1][kept] if args[1].ndim == 1 else args[1][..., kept, :])
        axis = at.bound.options.get("axis")
        if name not in ("sum", "mean") or not ((axis is None and args[0].ndim == 1) or isinstance(axis, int | float)):
            return None
        over = -1 if axis is None else int(axis)
        if args[0].shape[over] < 2:
            return None
        part = np.moveaxis(np.moveaxis(args[0], over, 0)[kept], 0, over)
        total: Array = np.sum(part, axis=over, keepdims=bool(at.bound.options["keepdims"]))
        return total / args[0].shape[over] if name == "mean" else total

    return effect


def _base_10(at: StudentOperation, slot: int | None) -> Result | None:
    """10^x for e^x, and the logarithm to base 10 for the natural one: the wrong key of a calculator."""
    match at.bound.row.name:
        case "exp":
            return np.power(10.0, at.args[0])
        case "log":
            return np.log10(at.args[0])
    return None


def _degrees(at: StudentOperation, slot: int | None) -> Result | None:
    return at.bound.row.forward(np.deg2rad(at.args[0])) if at.bound.row.name in ("sin", "cos", "tan") else None


def _shares(at: StudentOperation) -> Result | None:
    """The entries divided by their sum, without e^x first."""
    shares: Array = np.divide(at.args[0], np.sum(at.args[0], axis=int(at.bound.options["axis"]), keepdims=True))
    return shares


def _other_branch(condition: Array, yes: Array, no: Array) -> Array:
    return np.where(condition, no, yes)


FORWARD: tuple[Mistake, ...] = (
    Mistake("forget a term", "a sum without one of its terms, as a neuron without its bias", edges=True,
            value=_left_out(("add", None), ("subtract", 1))),
    Mistake("forget a factor", "a product without one of its factors, a quotient without its divisor", edges=True,
            value=_left_out(("multiply", None), ("divide", 1))),
    Mistake("multiply for add", "x*y for x + y", value=_of(("add",), lambda *terms: reduce(np.multiply, terms))),
    Mistake("add for multiply", "x + y for x*y", value=_of(("multiply",), lambda *factors: reduce(np.add, factors))),
    Mistake("subtract for add", "x - y for x + y: the sign of a negative term is lost",
            value=_of(("add",), lambda *terms: reduce(np.add, terms[:-1]) - terms[-1])),
    Mistake("add for subtract", "x + y for x - y", value=_of(("subtract",), lambda x, y: x + y)),
    Mistake("order of a subtraction", "y - x for x - y", value=_of(("subtract",), lambda x, y: y - x)),
    Mistake("order of a division", "y/x for x/y", value=_of(("divide",), lambda x, y: y / x)),
    Mistake("multiply for divide", "x*y for x/y", value=_of(("divide",), lambda x, y: x * y)),
    Mistake("sign of a product", "a product or a quotient of negative numbers with the wrong sign",
            value=_result(("multiply", "divide"), _sign_lost)),
    Mistake("forget the minus", "x for -x", value=_result(_NEGATIVE, lambda at: -_array(at.out))),
    Mistake("multiply by the exponent", "n*x for x^n",
            value=_result(_POWERS, lambda at: np.multiply(_exponent(at), at.args[0]))),
    Mistake("forget the exponent", "x for x^n", value=_result(_POWERS, lambda at: at.args[0])),
    Mistake("sign of a power", "a power of a negative number with the wrong sign", value=_result(_POWERS, _sign_lost)),
    Mistake("forget the minus in the sigmoid", "1/(1 + e^x) for 1/(1 + e^(-x))",
            value=_result(("sigmoid",), lambda at: 1 - _array(at.out))),
    Mistake("another function", "a function that is taken for another one, as sigmoid for tanh", value=_other_function),
    Mistake("forget the function", "x for f(x)", value=_function_left_out),
    Mistake("base 10", "10^x for e^x, log10(x) for the natural logarithm", value=_base_10),
    Mistake("half for the root", "x/2 for the root of x", value=_of(("sqrt",), lambda x: x / 2)),
    Mistake("degrees", "an angle taken in degrees", value=_degrees),
    Mistake("sum for mean", "the sum for the mean",
            value=_result(("mean", "mse", "mae"), lambda at: at.out * _count(at))),
    Mistake("mean for sum", "the mean for the sum",
            value=_result(("sum", "dot"), lambda at: np.divide(at.out, _count(at)))),
    Mistake("leave out the last entry", "a sum that ends one entry too early", value=_without(slice(None, -1))),
    Mistake("leave out the first entry", "a sum that begins one entry too late", value=_without(slice(1, None))),
    Mistake("another axis", "the columns for the rows", value=_other_axis),
    Mistake("forget the square", "the mean of the differences for the mean of their squares",
            value=_of(("mse",), lambda x, y: np.mean(x - y))),
    Mistake("forget the root", "the square for the root of it",
            value=_result(("norm", "std", "hypot"), lambda at: np.square(at.out))),
    Mistake("transpose a factor", "a matrix product with columns for rows of a factor", edges=True, value=_transposed),
    Mistake("exchange the factors", "y @ x for x @ y", value=_of(("matmul",), _exchanged)),
    Mistake("entry by entry", "a matrix product entry by entry",
            value=_of(("matmul",), lambda x, y: x * y if x.shape == y.shape else None)),
    Mistake("forget to normalise", "e^x without the sum it is divided by",
            value=_result(("softmax",), lambda at: np.exp(at.args[0]))),
    Mistake("shares without exponentials", "x divided by the sum of x for softmax",
            value=_result(("softmax",), _shares)),
    Mistake("forget the logarithm", "softmax for its logarithm",
            value=_result(("log_softmax",), lambda at: np.exp(at.out))),
    Mistake("index off by one", "the entry beside the one that is asked for", value=_result(("index",), _neighbour)),
    Mistake("the other branch", "what a choice gives if its condition is not met",
            value=_of(("where",), _other_branch)),
)  # fmt: skip
"""All mistakes, in the order in which they are explained."""
