"""Trace, determinant, inverse and solution of a square matrix; cross product and angle of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.language.markup import PLACE, X_ATOM, Y_ATOM, Infix, parenthesised, power
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.operators import PRODUCT
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.reductions import others
from graphviz_ad.ops.writing import applied, function, raised, word
from graphviz_ad.values import Array, Result

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def _square(name: str, x: Array, number: str) -> None:
    """Refuse what is no square matrix: ValueError with what to do instead."""
    shape = np.shape(x)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"{name} takes a square matrix" + ("" if shape else f"; {number}"))


def _trace(x: Array) -> Result:
    if np.ndim(x) != 2:
        raise ValueError("trace takes a matrix: it adds up the diagonal")
    return np.sum(np.diagonal(x))


def _det(x: Array) -> Result:
    _square("det", x, "that of a number is the number")
    determinant: Result = np.linalg.det(x)
    return determinant


def cofactors(x: Array) -> Array:
    """The derivative of the determinant: det(X) X⁻ᵀ where X can be inverted, and right where it cannot.

    From the singular values, X = U S Vᵀ: each is replaced by the product of the others.
    """
    n = np.shape(x)[0]
    if not is_known(x):
        return np.reshape(np.stack([_cofactor(x, row, column) for row in range(n) for column in range(n)]), (n, n))
    try:
        left, values, right = np.linalg.svd(x)
    except np.linalg.LinAlgError:  # where an entry is not finite
        return np.full((n, n), np.nan)
    product: Array = np.linalg.det(left) * np.linalg.det(right) * ((left * others(values)) @ right)
    return product


def _cofactor(x: Array, row: int, column: int) -> Result:
    """The determinant of what is left without a row and a column, with its sign."""
    if np.shape(x)[0] == 1:
        return 1.0
    kept = [[n for n in range(np.shape(x)[0]) if n != gone] for gone in (row, column)]
    minor: Result = np.linalg.det(np.take(np.take(x, kept[0], axis=0), kept[1], axis=1))
    return minor * (-1.0) ** (row + column)


def _inv(x: Array) -> Array:
    _square("inv", x, "that of a number is 1/x")
    try:
        inverse: Array = np.linalg.inv(x)
        return inverse
    except np.linalg.LinAlgError:
        return np.full(np.shape(x), np.nan)


def _solve(x: Array, y: Array) -> Array:
    shape = np.shape(y)
    if np.ndim(x) != 2 or len(set(np.shape(x))) != 1 or len(shape) not in (1, 2) or shape[0] != np.shape(x)[0]:
        raise ValueError("solve takes a square matrix, and a vector or a matrix with as many rows")
    try:
        solution: Array = np.linalg.solve(x, y)
        return solution
    except np.linalg.LinAlgError:
        return np.full(shape, np.nan)


def _cross(x: Array, y: Array) -> Array:
    if np.shape(x)[-1:] != (3,) or np.shape(y)[-1:] != (3,):
        raise ValueError("cross takes vectors of 3 entries")
    (x1, x2), (y1, y2) = ([np.take(vector, places, axis=-1) for places in ([1, 2, 0], [2, 0, 1])] for vector in (x, y))
    return x1 * y2 - x2 * y1


def _lengths(x: Array, axis: float, eps: float) -> Array:
    """The length of each vector, no less than eps."""
    length = np.sqrt(np.sum(x * x, axis=int(axis), keepdims=True))
    return np.where(np.real(length) > eps, length, eps)


def _cosine_similarity(x: Array, y: Array, axis: float = -1, eps: float = 1e-8) -> Array:
    dims, along = {np.ndim(x), np.ndim(y)}, int(axis)
    fits = -min(dims) <= along < (min(dims) if len(dims) == 1 else 0)
    if not fits or np.shape(x)[along] != np.shape(y)[along]:
        raise ValueError("cosine_similarity takes vectors of one length along the axis, which is counted from the last")
    cosine: Array = np.sum(x / _lengths(x, axis, eps) * (y / _lengths(y, axis, eps)), axis=int(axis))
    return cosine


def _cosine_back(x: str, y: str) -> str:
    """The gradient goes on along the other vector, less what of it is along the own one."""
    own, other = (f"norm({vector}, axis=axis, keepdims=1)" for vector in (x, y))
    g, out = (f"spread({name}, x*y, axis=axis)" for name in ("g", "out"))
    return f"{g}*({y}/maximum({other}, eps) - where({own} > eps, {out}*{x}/{own}, 0))/maximum({own}, eps)"


_BOTH = "*torch.broadcast_tensors(x, y)"
"""Both arguments in one shape, for functions of torch that do not broadcast."""
_LENGTH = "torch.linalg.vector_norm({}, dim=axis, keepdim=True).clamp(min=eps)"
"""torch's length of a vector, at least eps."""


def _times_power(exponent: str) -> Notation:
    """Exponent → a matrix to minus that power, before another."""
    return Notation((power(X_ATOM, ("neg", exponent)), "beside", Y_ATOM), PRODUCT)


_MATRICES = (
    Operation("trace", ("x",), _trace, pullbacks=("g*eye(x)",), aliases=("tr",),
        sign=function("tr"), notation=word("tr"),
        torch="torch.trace(x)", shapes=(((2, 2),), ((3, 3),), ((2, 3),))),
    Operation("det", ("x",), _det, pullbacks=("g*cofactors(x)",), sign="det", notation=applied("det"),
        torch="(lambda u, s, v: torch.det(u.detach()) * torch.det(v.detach()) * s.prod())(*torch.linalg.svd(x))",
        shapes=(((1, 1),), ((2, 2),), ((3, 3),))),
    Operation("inv", ("x",), _inv, pullbacks=("-(out.T @ g @ out.T)",), jvps=("-(out @ t @ out)",),
        aliases=("inverse",),
        sign=power(parenthesised(PLACE), ("neg", "1")),
        notation=raised(X_ATOM, ("neg", "1")), torch="torch.linalg.inv(x)", shapes=(((1, 1),), ((2, 2),), ((3, 3),)),
        kinks=(("(sum(out != out) > 0)*(sum(x - x) == 0)", 0),)),
    Operation("solve", ("x", "y"), _solve, sign=(power("x", ("neg", "1")), " ", "y"),
        notation=_times_power("1"),
        pullbacks={(2, 1): ("-outer(solve_transposed(x, g), out)", "solve_transposed(x, g)"),
                   (2, 2): ("-(solve_transposed(x, g) @ out.T)", "solve_transposed(x, g)")},
        jvps=("-solve(x, t @ out)", "solve(x, t)"),
        torch="torch.linalg.solve(x, y)", shapes=(((2, 2), (2,)), ((3, 3), (3,)), ((2, 2), (2, 3))),
        kinks=(("(sum(out != out) > 0)*(sum(x - x) + sum(y - y) == 0)", 1),)),
)  # fmt: skip
"""Functions of square matrices."""

_VECTORS = (
    Operation("cross", ("x", "y"), _cross, pullbacks=("cross(y, g)", "cross(g, x)"), sign="times",
        notation=Notation((X_ATOM, Infix("times"), Y_ATOM), PRODUCT), torch=f"torch.linalg.cross({_BOTH})",
        shapes=(((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,)))),
    Operation("cosine_similarity", ("x", "y"), _cosine_similarity,
        pullbacks=(_cosine_back("x", "y"), _cosine_back("y", "x")),
        options={"axis": -1, "eps": 1e-8}, sign="cos", notation=applied("cos", 2),
        definition="a = maximum(norm(x, axis=axis, keepdims=1), eps);"
                   " b = maximum(norm(y, axis=axis, keepdims=1), eps); sum(x/a*(y/b), axis=axis)",
        torch=f"torch.sum(x / {_LENGTH.format('x')} * (y / {_LENGTH.format('y')}), dim=axis)",
        shapes=(((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,)))),
)  # fmt: skip
"""Products and angles of vectors."""

_INTERNAL = (
    Operation("eye", ("x",), lambda x: np.eye(*np.shape(x)), pullbacks=("0*x",), sign="I",
        notation=Notation("I"), internal=True),
    Operation("solve_transposed", ("x", "y"), lambda x, y: _solve(np.swapaxes(x, 0, 1), y),
        pullbacks={(2, 1): ("-outer(out, solve(x, g))", "solve(x, g)"),
                   (2, 2): ("-(out @ solve(x, g).T)", "solve(x, g)")},
        jvps=("-solve_transposed(x, t.T @ out)", "solve_transposed(x, t)"),
        sign=(power("x", ("neg", "top")), " ", "y"),
        notation=_times_power("top"), internal=True),
    Operation("cofactors", ("x",), cofactors, jvps=("out*sum(inv(x).T*t) - inv(x).T @ t.T @ out",),
        sign=function("cof"), notation=word("cof"), internal=True),
)  # fmt: skip
"""Operations that only texts and definitions of other rows call."""

ROWS = (*_MATRICES, *_VECTORS, *_INTERNAL)
"""All functions of matrices, in the order of the documentation."""
