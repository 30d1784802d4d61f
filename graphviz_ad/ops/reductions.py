"""Operations over the entries of an array: sums, means, extremes, norms, softmax.

`axis` is one axis or several, all of them unless given; with `keepdims=1` the result keeps them at length 1. A
number counts as an array of one entry.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import PLACE, X_ATOM, Fenced, Infix, MoreOptions, OptionValue, WithOptions, X, below
from graphviz_ad.language.notation import Notation
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import magnitude
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.writing import applied, entry, function, led, word
from graphviz_ad.values import Array, ArrayFunction, ComplexArray, ComplexFunction

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Axis = float | tuple[int, ...] | None
"""Option of a reduction: one axis, several, or None for all."""


def axes(axis: Axis, x: Array) -> int | tuple[int, ...] | None:
    """The option as numpy wants it; a number has no axes, but takes 0 and -1 as torch does."""
    if axis is None or (np.ndim(x) == 0 and axis in (0, -1)):
        return None
    return axis if isinstance(axis, tuple) else int(axis)


def total(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    """The sum."""
    result: Array = np.sum(x, axis=axes(axis, x), keepdims=bool(keepdims))
    return result


def count(x: Array, axis: Axis = None) -> float:
    """How many entries are reduced to one."""
    shape, over = np.shape(x), axes(axis, x)
    over = tuple(range(len(shape))) if over is None else over if isinstance(over, tuple) else (over,)
    return float(math.prod(shape[dim] for dim in over))


def spread(g: Array, like: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    """A reduced array → the same values in the shape before the reduction; undoes `keepdims` or its lack."""
    shape, over = np.shape(like), axes(axis, like)
    if over is None:
        return np.broadcast_to(np.reshape(g, (1,) * len(shape)), shape)
    gone = {dim % len(shape) for dim in (over if isinstance(over, tuple) else (over,))}
    return np.broadcast_to(np.reshape(g, [1 if dim in gone else n for dim, n in enumerate(shape)]), shape)


def others(x: Array, axis: Axis = None) -> Array:
    """For every entry the product of all others along the axes, without dividing, so that zeros do no harm."""
    over = axes(axis, x)
    kept = np.ndim(x) if over is None else len(over) if isinstance(over, tuple) else 1
    last = tuple(range(-kept, 0))
    moved = x if over is None else np.moveaxis(x, over, last if isinstance(over, tuple) else -1)
    rows = np.reshape(moved, (*np.shape(moved)[: np.ndim(x) - kept], -1))
    padding = np.ones((*rows.shape[:-1], 1))
    before = np.cumprod(np.concatenate([padding, rows[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([padding, rows[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    products = np.reshape(before * after, np.shape(moved))
    return products if over is None else np.moveaxis(products, last if isinstance(over, tuple) else -1, over)


def others_moved(x: Array, y: Array, axis: Axis = None) -> Array:
    """How fast the products of all others change while the entries move with y: the sum over which of them moves."""
    over = axes(axis, x)
    moving = tuple(range(np.ndim(x))) if over is None else over if isinstance(over, tuple) else (over,)
    summed = np.zeros(np.shape(x))
    for place in np.ndindex(*(np.shape(x)[dim] for dim in moving)):
        chosen = np.zeros(np.shape(x), dtype=bool)
        key: list[slice | int] = [slice(None)] * np.ndim(x)
        for dim, at in zip(moving, place, strict=True):
            key[dim] = at
        chosen[tuple(key)] = True
        without = others(np.where(chosen, 1.0, x), axis)  # the products of all but this one and the own one
        moved = np.sum(np.where(chosen, y, 0.0), axis=over, keepdims=True)
        summed = summed + np.where(chosen, 0.0, without * moved)
    return summed


def _mean(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    result: Array = np.mean(x, axis=axes(axis, x), keepdims=bool(keepdims))
    return result


def _prod(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    result: Array = np.prod(x, axis=axes(axis, x), keepdims=bool(keepdims))
    return result


def _max(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    result: Array = np.max(x, axis=axes(axis, x), keepdims=bool(keepdims))
    return result


def _min(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    result: Array = np.min(x, axis=axes(axis, x), keepdims=bool(keepdims))
    return result


def _max_complex(z: Array | ComplexArray, axis: Axis = None, keepdims: float = 0) -> Array:
    """The entry with the largest real part, the mean of them at a tie."""
    taken = np.real(z) == _max(np.real(z), axis, 1)
    return total(np.where(taken, z, 0), axis, keepdims) / total(taken, axis, keepdims)


def _var(x: Array, axis: Axis = None, keepdims: float = 0, correction: float = 1) -> Array:
    apart = x - _mean(x, axis, 1)
    return np.divide(total(apart * apart, axis, keepdims), max(count(x, axis) - correction, 0.0))


def _largest(x: Array, axis: Axis) -> Array:
    """What to subtract before exp, so that nothing overflows; 0 where the largest is infinite."""
    largest = _max(np.real(x), axis, 1)
    return np.where(np.isfinite(largest), largest, 0.0)


def _logsumexp(x: Array, axis: Axis = None, keepdims: float = 0) -> Array:
    largest = _largest(x, axis)
    result = np.log(total(np.exp(x - largest), axis, 1)) + largest
    return result if keepdims else np.reshape(result, np.shape(total(np.real(x), axis)))


def _norm(x: Array, p: float = 2.0, axis: Axis = None, keepdims: float = 0) -> Array:
    if p == 1:
        return total(magnitude(x), axis, keepdims)
    if math.isinf(p):
        return (_max_complex if np.iscomplexobj(x) else _max)(magnitude(x), axis, keepdims)
    unit = _unit(np.abs(np.real(x)), p, axis)
    x = x / unit
    unit = unit if keepdims else np.reshape(unit, np.shape(total(np.real(x), axis)))
    if p == 2:
        return np.sqrt(total(x * x, axis, keepdims)) * unit
    return total(magnitude(x) ** p, axis, keepdims) ** (1.0 / p) * unit


def _unit(x: Array, p: float, axis: Axis) -> Array:
    """Absolute values → what to divide them by, so that their powers can be added: 1, or the largest where its power
    is too large or too small for a number."""
    largest = _max(x, axis, 1)
    power = largest**p
    large = np.where(np.isfinite(largest), largest, 1.0)
    small = np.where(largest > 0, largest, 1.0)
    return np.where(power > 1e-280, np.where(power < 1e280, 1.0, large), small)


def softmax(x: Array, axis: Axis = -1) -> Array:
    """Exponentials that add up to 1 along the axis."""
    powers = np.exp(x - _max(np.real(x), axis, 1))
    return powers / total(powers, axis, 1)


def log_softmax(x: Array, axis: Axis = -1) -> Array:
    """The logarithm of softmax, without taking one of a number near 0."""
    apart = x - _max(np.real(x), axis, 1)
    return apart - np.log(total(np.exp(apart), axis, 1))


_OPTIONS: dict[str, Option] = {"axis": None, "keepdims": 0.0}
"""What every reduction may be told."""
_G, _OUT = (f"spread({what}, x, axis=axis, keepdims=keepdims)" for what in ("g", "out"))
_KEPT = "axis=axis, keepdims=keepdims"
"""The options of a reduction as a text of a derivative hands them on."""
_DIM = "dim=tuple(range(x.ndim)) if axis is None else axis, keepdim=bool(keepdims)"
"""The same for torch."""
_PROD_OVER = (
    "x.movedim(axis, tuple(range(-len(axis), 0))).flatten(-len(axis)).prod(-1).reshape([1 if n in [a % x.ndim for a in"
    " axis] else size for n, size in enumerate(x.shape) if keepdims or n not in [a % x.ndim for a in axis]])"
)
"""A product over several axes, which torch has not."""
_DIVISOR = ("n", OptionValue("correction", less=True))
"""n, or n less the correction, below Var and std: what the sum of squares is divided by."""
_LOG_SOFTMAX = "({x} - torch.logsumexp({x}, dim=axis, keepdim=True))"
"""log softmax in torch, also over several axes."""
_MANY = "if isinstance(axis, tuple) else"
"""torch text between an expression for several axes and one for a single axis."""
_SHAPES = (((),), ((4,),), ((2, 3),))
"""Shapes with which tests try a reduction."""


def _extreme(name: str, forward: ArrayFunction, over_complex: ComplexFunction) -> Operation:
    """The largest or the smallest entry."""
    tied = f"x == {_OUT}"
    return Operation(
        name, ("x",), forward, pullbacks=(f"{_G}*({tied})/sum({tied}, axis=axis, keepdims=1)",), options=_OPTIONS,
        sign=name, notation=applied(name), torch=f"torch.a{name}(x, {_DIM})",
        complex=over_complex, shapes=_SHAPES,
        kinks=((f"sum({tied}, axis=axis, keepdims=1) > 1", 0),),
    )  # fmt: skip


_SUMS = (
    Operation("sum", ("x",), total, pullbacks=(_G,), options=_OPTIONS, sign="sum",
        notation=led(WithOptions("sum"), " ", X_ATOM), torch=f"torch.sum(x, {_DIM})", shapes=_SHAPES),
    Operation("mean", ("x",), _mean, pullbacks=(f"{_G}/count(x, axis=axis)",), options=_OPTIONS, sign=function("mean"),
        notation=word("mean"), definition=f"sum(x, {_KEPT})/count(x, axis=axis)", torch=f"torch.mean(x, {_DIM})",
        shapes=_SHAPES),
    Operation("prod", ("x",), _prod, pullbacks=(f"{_G}*others(x, axis=axis)",), options=_OPTIONS, sign="prod",
        notation=led(WithOptions("prod"), " ", X_ATOM), shapes=_SHAPES,
        torch="(x.prod() if not keepdims else x.prod().reshape([1] * x.ndim)) if axis is None"
              f" else {_PROD_OVER} if isinstance(axis, tuple) else torch.prod(x, dim=axis, keepdim=bool(keepdims))"),
    Operation("var", ("x",), _var, options={**_OPTIONS, "correction": 1.0},
        sign=below(function("Var"), (_DIVISOR, MoreOptions())),
        notation=word("Var", below=_DIVISOR),
        pullbacks=(f"2*{_G}*(x - mean(x, axis=axis, keepdims=1))/(count(x, axis=axis) - correction)",),
        definition=f"sum((x - mean(x, axis=axis, keepdims=1))^2, {_KEPT})/(count(x, axis=axis) - correction)",
        torch=f"torch.var(x, correction=correction, {_DIM})", shapes=_SHAPES[1:],
        kinks=(("count(x, axis=axis) <= correction", 1),)),
    Operation("std", ("x",), lambda x, axis=None, keepdims=0, correction=1: np.sqrt(_var(x, axis, keepdims,
        correction)),
        options={**_OPTIONS, "correction": 1.0}, sign=below(function("std"), (_DIVISOR, MoreOptions())),
        notation=word("std", below=_DIVISOR),
        pullbacks=(f"where({_OUT} == 0, 0, {_G}*(x - mean(x, axis=axis, keepdims=1))"
                   f"/((count(x, axis=axis) - correction)*{_OUT}))",),
        definition=f"sqrt(var(x, {_KEPT}, correction=correction))",
        torch=f"torch.std(x, correction=correction, {_DIM})", shapes=_SHAPES[1:],
        kinks=((f"{_OUT} == 0", 1),)),
)  # fmt: skip
"""Sums, means, products and variances."""

_NORMS = (
    _extreme("max", _max, _max_complex),
    _extreme("min", _min, lambda z, axis=None, keepdims=0: -_max_complex(-z, axis, keepdims)),
    Operation("norm", ("x",), _norm, options={"p": 2.0, **_OPTIONS}, sign=WithOptions(Fenced("‖", PLACE), ("p",)),
        notation=Notation(WithOptions(Fenced("‖", X), ("p",))),
        pullbacks=(f"where({_OUT} == 0, 0, {_G}*sign(x)*(abs(x)/{_OUT})^(p - 1))",),
        definition=f"sum(abs(x)^p, {_KEPT})^(1/p)",
        cases={
            ("p", 2.0): {"pullbacks": (f"{_G}*where({_OUT} == 0, 0, x/{_OUT})",),
                         "definition": f"sqrt(sum(x^2, {_KEPT}))"},
            ("p", 1.0): {"pullbacks": (f"{_G}*sign(x)",), "definition": f"sum(abs(x), {_KEPT})"},
            ("p", math.inf): {"definition": f"max(abs(x), {_KEPT})", "pullbacks": (
                f"{_G}*sign(x)*(abs(x) == {_OUT})/sum(abs(x) == {_OUT}, axis=axis, keepdims=1)",)},
        },
        torch="torch.linalg.vector_norm(x, ord=p, dim=axis, keepdim=bool(keepdims))", shapes=_SHAPES,
        kinks=((f"{_OUT} == 0", 0), (f"(p > 10^300)*(sum(abs(x) == {_OUT}, axis=axis, keepdims=1) > 1)", 1))),
    Operation("logsumexp", ("x",), _logsumexp, pullbacks=(f"{_G}*exp(x - {_OUT})",), options=_OPTIONS,
        sign=function("LSE"),
        notation=word("logsumexp"), definition=f"log(sum(exp(x), {_KEPT}))", torch=f"torch.logsumexp(x, {_DIM})",
        shapes=_SHAPES,
        kinks=(("out < -10^308", 0),)),
    Operation("softmax", ("x",), softmax, pullbacks=("out*(g - sum(g*out, axis=axis, keepdims=1))",),
        symmetric_jacobian=True, options={"axis": -1},
        sign=function("softmax"), notation=word("softmax"),
        definition="e = exp(x); e/sum(e, axis=axis, keepdims=1)",
        torch=f"torch.exp({_LOG_SOFTMAX.format(x='x')}) {_MANY} F.softmax(x, dim=axis)", shapes=_SHAPES),
    Operation("softmin", ("x",), lambda x, axis=-1: softmax(-x, axis), options={"axis": -1}, sign=function("softmin"),
        pullbacks=("-out*(g - sum(g*out, axis=axis, keepdims=1))",), symmetric_jacobian=True,
        notation=word("softmin"),
        definition="softmax(-x, axis=axis)",
        torch=f"torch.exp({_LOG_SOFTMAX.format(x='(-x)')}) {_MANY} F.softmin(x, dim=axis)", shapes=_SHAPES),
    Operation("log_softmax", ("x",), log_softmax, pullbacks=("g - exp(out)*sum(g, axis=axis, keepdims=1)",),
        jvps=("t - sum(exp(out)*t, axis=axis, keepdims=1)",),
        options={"axis": -1}, sign=("log", " ", function("softmax")),
        notation=applied(("log", "behind", function("softmax"))),
        definition="x - log(sum(exp(x), axis=axis, keepdims=1))",
        torch=f"{_LOG_SOFTMAX.format(x='x')} {_MANY} F.log_softmax(x, dim=axis)", shapes=_SHAPES),
)  # fmt: skip
"""Extremes, norms, and softmax with its relatives."""

_INTERNAL = (
    Operation("spread", ("x", "like"), spread, pullbacks=("sum(g, axis=axis, keepdims=keepdims)", "0*like"),
        options=_OPTIONS, sign="x", notation=Notation(X_ATOM), internal=True),
    Operation("count", ("x",), count, pullbacks=("0*x",), options={"axis": None}, sign="n", notation=Notation("n"),
        internal=True),
    Operation("others", ("x",), others, jvps=("others_moved(x, t, axis=axis)",), options={"axis": None}, sign="prod",
        internal=True,
        notation=led(below("prod", ("j", Infix("!="), "i", MoreOptions())), " ", entry(X_ATOM, "j"))),
    Operation("others_moved", ("x", "y"), others_moved, options={"axis": None}, sign="prod", internal=True,
        notation=word("others_moved", 2)),
)  # fmt: skip
"""Operations that only texts and definitions of other rows call."""

ROWS = (*_SUMS, *_NORMS, *_INTERNAL)
"""All reductions, in the order of the documentation."""
