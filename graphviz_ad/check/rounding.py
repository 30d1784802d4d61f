"""Operation and values → how far rounding may move its result, by the text of its row.

Every operation is off by a share of its result, and passes on, times its derivative, what its arguments are off:
running error analysis (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3). How far off
a number is counts in units of that share: it is as large as the numbers that went into it, as the terms of a sum are.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from graphviz_ad.autodiff.edges import ieee
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, Program
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, parsed
from graphviz_ad.ops.broadcasting import contribution_to, plain, shape, unbroadcast, zero
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import BY_NAME, bind
from graphviz_ad.values import Array, ArrayFunction, Result, Value, as_float

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


class Inexact(NamedTuple):
    """A float or array, and how far it may be off, entry by entry."""

    value: Value
    error: Value = 0.0


_LINEAR = frozenset(
    ("sum", "mean", "prod", "norm", "matmul", "dot", "outer", "outers", "transpose", "concat", "stack", "reshape",
     "index", "unsqueeze", "squeeze", "flatten", "permute", "permuted_back", "diag", "on_diagonal", "cumsum", "later",
     "trace", "rows", "flat", "shaped", "placed", "part", "entry", "spread", "fitted", "others",
     *(f"{name}{axes}d" for axes in (1, 2) for name in (
         "conv", "conv_transpose", "correlation", "max_pool", "avg_pool", "avg_unpool", "adaptive_avg_pool",
         "adaptive_avg_unpool")),
     "conv1d_transposed", "conv2d_transposed")
)  # fmt: skip
"""Operations that make of |x| the sum of their |terms|, or more: they add and multiply, or only move entries."""
_LINEAR_IN_FIRST = frozenset(("max_unpool1d", "max_unpool2d", "max_taken1d", "max_taken2d"))
"""Operations that do so with their first argument, while the second says where entries go."""
_PICKING = frozenset(("max", "min"))
"""Operations that pass on one entry, and how far that is off."""
_SUMMED_INSIDE = frozenset(("gelu", "gelu_tanh"))
"""Operations on entries that add up as their definitions do."""
_DIFFERENCES = frozenset(("tanhshrink",))
"""Operations on entries that are x less something: a partner may have for their derivatives 1 less something."""


def error_of_value(of: BoundOperation, args: Sequence[Value], out: Value) -> Value:
    """Operation, its arguments as they are and its value → how far the value is off."""
    row = of.row
    own = row.name in _SUMMED_INSIDE or row.name not in BY_NAME  # a user's function: what it adds up, its text says
    with np.errstate(all="ignore"):
        near = [Inexact(ieee(arg)) for arg in args]
        if row.pointwise and not own:
            return _usable(_entrywise(of, near, ieee(out)))
        return _usable(_called(row, near, _named(of)).error)


def error_of_contribution(of: BoundOperation, slot: int, g: Inexact, args: Sequence[Value], out: Value) -> Value:
    """Edge and the gradient at its node → how far the contribution is off, in the shape of the argument."""
    row, shapes = of.row, tuple(map(shape, args))
    names = _named(of) | {"out": Inexact(ieee(out), np.abs(out)), "k": slot}
    near = [Inexact(ieee(arg)) for arg in args]
    names |= {row.params[0]: tuple(arg.value for arg in near), "x": near[slot]} if row.variadic else {}
    names |= {} if row.variadic else dict(zip(row.params, near, strict=True))
    g = Inexact(ieee(g.value), g.error)
    with np.errstate(all="ignore"):
        if row.pointwise:
            contribution = _multiplied(g, _partial(row, slot, names))
            return _usable(unbroadcast(plain(_size(contribution)), shapes[slot])[0])
        if row.untold:
            return zero(shapes[slot])
        text = row.pullback_text(slot, tuple(map(len, shapes)))
        contribution = _evaluated(parsed(text), names | {"g": g})
        return _usable(contribution_to(plain(_size(contribution)), slot, shapes, out)[0])


def error_of_local_derivative(of: BoundOperation, slot: int, args: Sequence[Value], out: Value) -> Value:
    """Pointwise operation, argument, values → how far the local derivative is off."""
    names = _named(of) | {"out": Inexact(ieee(out), np.abs(out))}
    names |= {name: Inexact(ieee(arg)) for name, arg in zip(of.row.params, args, strict=True)}
    with np.errstate(all="ignore"):
        return _usable(_size(_partial(of.row, slot, names)))


def _named(of: BoundOperation) -> dict[str, Operand]:
    """Operation → its options; arrays, which the parameters of a closed part may be, as exact operands."""
    return {name: Inexact(value) if isinstance(value, np.ndarray) else value for name, value in of.options.items()}


def _partial(row: Operation, slot: int, names: Mapping[str, Operand]) -> Inexact:
    """The local derivative, by its text; that of a difference is off by its terms, whatever the text has made of it."""
    local = _evaluated(parsed(row.partials[slot]), names)
    return Inexact(local.value, local.error + 1.0) if row.name in _DIFFERENCES else local


def _usable(error: Result) -> Value:
    """How far off, or 0 where no one knows: where what went in is not finite."""
    return plain(np.where(np.isfinite(error), error, 0.0))


# -- texts ------------------------------------------------------------------------------------------

_VALUES: dict[str, ArrayFunction] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
"""Operators → what they compute, without how far it is off."""


class _Option(NamedTuple):
    """An option of a call, by its name."""

    name: str
    value: Inexact | Option


Operand = Inexact | _Option | Option
"""What stands in a text of a row: a number that may be off, an option by its name, or the value of one."""


def _evaluated(program: Program, names: Mapping[str, Operand]) -> Inexact:
    """Text of a row → its value. Names are numbers that may be off, or options, which are as they are."""
    tree, done, names = program.tree, list[Operand](), {"pi": Inexact(np.pi), **names}
    own = {statement.name: statement.root for statement in program.statements}
    for kind, head, args in zip(tree.kind, tree.head, tree.args, strict=True):
        parts = [done[arg] for arg in args]
        if kind == NUMBER:
            done.append(Inexact(np.float64(head)))
        elif kind == NAME:
            done.append(done[own[head]] if head in own and own[head] < len(done) else names[head])
        elif kind == KEYWORD:
            done.append(_Option(head, parts[0]))
        elif kind == CALL:
            done.append(_call(str(head), parts))
        else:
            done.append(_operation(str(head), [_number(part) for part in parts]))
    return _number(done[program.statements[-1].root])


def _number(part: Operand) -> Inexact:
    """An option that is used as a number → a number that is not off."""
    if isinstance(part, Inexact):
        return part
    assert isinstance(part, float | int)
    return Inexact(np.float64(part))


def _operation(key: str, parts: list[Inexact]) -> Inexact:
    x, y = parts[0], parts[-1]
    match key:
        case "neg":
            return Inexact(-x.value, x.error)
        case "T" | "root":
            return _call({"T": "transpose", "root": "sqrt"}[key], parts)
        case "@":
            return _call("matmul", parts)
        case "*":
            return _multiplied(x, y)
    value = np.multiply(_VALUES[key](x.value, y.value), 1.0)
    if OPERATORS[key].precedence == COMPARE:
        return Inexact(value)
    size: Value = np.abs(value)
    error: Value
    if key == "/":
        error = (x.error + size * y.error) / np.abs(y.value)
    elif key == "^":
        error = np.where(x.error == 0, 0.0, np.abs(y.value) * np.abs(x.value) ** (y.value - 1) * x.error)
        error = error + np.where(y.error == 0, 0.0, size * np.abs(np.log(np.abs(x.value))) * y.error)
    else:
        error = x.error + y.error
    return Inexact(value, error + size)


def _multiplied(x: Inexact, y: Inexact) -> Inexact:
    value = x.value * y.value
    return Inexact(value, np.abs(x.value) * y.error + np.abs(y.value) * x.error + np.abs(value))


# -- operations -------------------------------------------------------------------------------------


def _call(name: str, parts: Sequence[Operand]) -> Inexact:
    """An operation by name; options stand among the arguments or behind their names."""
    if name == "where":
        condition, yes, no = map(_number, parts)
        return Inexact(np.where(condition.value, yes.value, no.value), np.where(condition.value, yes.error, no.error))
    row = BY_NAME[name]
    args = [part for part in parts if not isinstance(part, _Option)]
    count = len(row.params)
    given = [*map(_Option, row.options, args[count:]), *(part for part in parts if isinstance(part, _Option))]
    options = {name: as_float(plain(value.value)) if isinstance(value, Inexact) else value for name, value in given}
    if row.pointwise:
        return _on_entries(row, [_number(arg) for arg in args[:count]], options)
    return _called(row, args[:count], options)


def _on_entries(row: Operation, args: list[Inexact], options: Mapping[str, Option]) -> Inexact:
    chosen = {**row.options, **options}
    value = ieee(plain(row.forward(*[arg.value for arg in args], **chosen)))
    of = bind(row.name, tuple(chosen.items()))
    return Inexact(value, _entrywise(of, args, value))


def _entrywise(of: BoundOperation, args: list[Inexact], out: Value) -> Value:
    """How far the result of a pointwise operation is off: by its derivatives, as far as the arguments are."""
    error = np.abs(out)
    for slot, arg in enumerate(args):
        if np.any(arg.error):
            local = np.abs(plain(of.partial(slot)(None, *[operand.value for operand in args], out)))
            error = error + np.where(arg.error == 0, 0.0, local * arg.error)
    return error


def _called(row: Operation, args: Sequence[Operand], options: Mapping[str, Option]) -> Inexact:
    """A structural operation; of its arguments those that may not be off are as they are."""
    values = [arg.value if isinstance(arg, Inexact) else arg for arg in args]
    value = ieee(plain(row.forward(*values, **options)))
    if row.name in _LINEAR | _LINEAR_IN_FIRST:
        inexact = [isinstance(arg, Inexact) and (slot == 0 or row.name in _LINEAR) for slot, arg in enumerate(args)]
        sizes = [_size(_number(arg)) if is_off else value for arg, value, is_off in zip(args, values, inexact)]
        return Inexact(value, np.abs(row.forward(*sizes, **options)))
    if row.name in _PICKING:
        x = _number(args[0])
        return Inexact(value, plain(BY_NAME["max"].forward(np.broadcast_to(x.error, np.shape(x.value)), **options)))
    if row.name in _BOUNDS:
        return Inexact(value, plain(_BOUNDS[row.name](value, *args)))
    if row.definition:
        names = {**row.options, **options, **dict(zip(row.params, args, strict=True))}
        return Inexact(value, _evaluated(parsed(row.definition), names).error)
    return Inexact(value, np.abs(value))


def _cross_terms(out: Value, x: Inexact, y: Inexact) -> Value:
    """All products of an entry of x and one of y: more than the two of each entry, and no sum of them cancels."""
    left: Array = np.sum(_size(x), axis=-1, keepdims=True)
    right: Array = np.sum(_size(y), axis=-1, keepdims=True)
    terms: Array = left * right + 0 * np.abs(out)
    return terms


def _products_of_the_others(x: Inexact) -> Result:
    """Matrix → for every row the product of what the other rows add up to."""
    return BY_NAME["others"].forward(np.sum(_size(x), axis=-1))


def _solution_terms(out: Value, x: Value, y: Inexact) -> Value:
    """|x⁻¹| (|x| |out| + |y|): what the rounding of an elimination may become (Higham, section 7.2)."""
    return np.abs(BY_NAME["inv"].forward(x)) @ (np.abs(x) @ np.abs(out) + _size(y))


_BOUNDS: Mapping[str, ArrayFunction] = {
    "cross": _cross_terms,
    "det": lambda out, x: np.prod(np.sum(_size(x), axis=-1)),
    "cofactors": lambda out, x: np.expand_dims(_products_of_the_others(x), -1) + 0 * np.abs(out),
    "inv": lambda out, x: np.abs(out) @ _size(x) @ np.abs(out),
    "solve": lambda out, x, y: _solution_terms(out, x.value, y),
    "solve_transposed": lambda out, x, y: _solution_terms(out, np.transpose(x.value), y),
}
"""What is not less than the sum of the |terms| that such an operation adds up in each entry of its result."""


def _size(number: Inexact) -> Value:
    return np.abs(number.value) + number.error
