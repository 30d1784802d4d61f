"""Products of vectors and matrices, and operations that only move entries about."""

from __future__ import annotations

from itertools import zip_longest
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import (
    ALL,
    PLACE,
    X_ATOM,
    X_FACTOR,
    Y_ATOM,
    Y_FACTOR,
    Fenced,
    Form,
    Infix,
    MoreOptions,
    OptionValue,
    Words,
    X,
    Y,
    below,
    parenthesised,
)
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.operators import POWER, PRODUCT
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import unbroadcast
from graphviz_ad.ops.operation import VARIADIC, Index, IndexPart, Operation
from graphviz_ad.ops.writing import function, joined, transposed, word
from graphviz_ad.values import Array, Result, Shape, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy("numpy")

if TYPE_CHECKING:
    KeyPart = int | slice | NDArray[np.int_] | None
    """One axis of an index, as numpy wants it."""


def _vectors(name: str, other: str, x: Array, y: Array) -> None:
    """Refuse what is not two vectors: ValueError with what to do instead."""
    if np.ndim(x) != 1 or np.ndim(y) != 1:
        raise ValueError(f"{name} takes two vectors; {other}")


def _dot(x: Array, y: Array) -> Result:
    _vectors("dot", "A @ B multiplies matrices", x, y)
    if np.shape(x) != np.shape(y):
        raise ValueError("dot takes two vectors of one length")
    product: Result = np.dot(x, y)
    return product


def _outer(x: Array, y: Array) -> Array:
    _vectors("outer", "reshape them, or multiply with broadcasting", x, y)
    return np.outer(x, y)


def transpose(x: Array) -> Array:
    """The last two axes swapped; a vector or a number stays as it is."""
    return np.swapaxes(x, -1, -2) if np.ndim(x) > 1 else x


def _reshape(x: Array, shape: Shape) -> Array:
    return np.reshape(x, shape)


def _concat(*xs: Array, axis: float = 0) -> Array:
    if any(np.ndim(x) == 0 for x in xs):
        raise ValueError("concat joins vectors and matrices; [a, b] makes a vector of numbers")
    return np.concatenate(xs, axis=int(axis))


def _stack(*xs: Array, axis: float = 0) -> Array:
    if len({np.shape(x) for x in xs}) > 1:
        raise ValueError("the entries of a list must have the same shape")
    return np.stack(xs, axis=int(axis))


def _fitted(x: Array, like: Array) -> Value:
    """Summed over the axes along which `like` was broadcast to the shape of x."""
    fitted = unbroadcast(x, np.shape(like))[0]
    return np.asarray(fitted) if is_known(fitted) else fitted


def _part(g: Array, xs: tuple[Array, ...], k: int, axis: float = 0) -> Array:
    """The part of a concatenation that argument k became."""
    lengths = [np.shape(x)[int(axis)] for x in xs]
    start = sum(lengths[:k])
    return np.take(g, range(start, start + lengths[k]), axis=int(axis))


def _index(x: Array, at: Index) -> Array:
    picked: Array = x[key_of(at)]
    if np.size(picked) == 0:
        raise ValueError("index takes no entries")
    return picked


def _place(g: Array, like: Array, at: Index) -> Array:
    """Zeros in the shape of `like` with g where the index took it from, added up where it took an entry twice."""
    key, entries = key_of(at), np.concatenate([np.ravel(g), [0.0]])
    if not any(isinstance(axis_key, np.ndarray) for axis_key in key):
        places = np.full(np.shape(like), np.size(g))  # where there is none: the 0 behind the entries
        places[key] = np.arange(np.size(g)).reshape(np.shape(g))
        return np.take(entries, places)
    taken = np.arange(np.size(like)).reshape(np.shape(like))[key].ravel()
    order = np.argsort(taken, kind="stable")
    ordered, rounds = taken[order], np.zeros(np.size(taken), dtype=int)  # the how many-th time that an entry is taken
    rounds[order] = np.arange(np.size(taken)) - np.searchsorted(ordered, ordered)
    total: Array | None = None
    for number in range(int(np.max(rounds, initial=0)) + 1):
        flat_places = np.full(np.size(like), np.size(g))
        flat_places[taken[rounds == number]] = np.flatnonzero(rounds == number)
        part = np.take(entries, flat_places.reshape(np.shape(like)))
        total = part if total is None else total + part
    assert total is not None, "there is a round even where nothing is taken"
    return total


def key_of(at: Index) -> tuple[KeyPart, ...]:
    """The index as it is stored → as numpy wants it."""
    return tuple(map(_part_of_key, at))


def _scattered(g: Array, like: Array, at: tuple[int, ...]) -> Array:
    """Zeros in the shape of `like`, with the entries of g added at these places, counted through the whole array."""
    return np.reshape(_place(np.ravel(g), np.ravel(like), (("list", at),)), np.shape(like))


def _gathered(x: Array, like: Array, at: tuple[int, ...]) -> Array:
    """The entries at these places, counted through the whole array, in the shape of `like`."""
    return np.reshape(np.take(np.ravel(x), np.array(at, dtype=int)), np.shape(like))


def taken(size: Shape, at: Index) -> int:
    """Shape of an array and an index with lists → how many entries it takes, or more."""
    lists = [np.size(part[1]) for part in at if isinstance(part, tuple) and part[0] == "list"]
    rest = [length for length, part in zip_longest(size, at) if part is None or _is_slice(part)]
    return max(lists) * prod(length for length in rest if length is not None)


def _is_slice(part: IndexPart) -> bool:
    return isinstance(part, tuple) and part[0] == "slice"


def _part_of_key(part: IndexPart) -> KeyPart:
    if not isinstance(part, tuple):
        return part
    return slice(*part[1:]) if part[0] == "slice" else np.array(part[1], dtype=int)


_DOTS = ("beside", "dots", "beside")
"""Dots with a space on either side, for entries that are left out."""
_PRODUCTS = (
    Operation("matmul", ("x", "y"), lambda x, y: np.matmul(x, y), aliases=("@",), sign="times",
        notation=Notation((X_FACTOR, Infix("@"), Y_FACTOR), PRODUCT), torch="x @ y",
        pullbacks={
            (1, 1): ("g*y", "g*x"),
            (2, 1): ("outer(g, y)", "x.T @ g"),
            (1, 2): ("y @ g", "outer(x, g)"),
            (2, 2): ("g @ y.T", "x.T @ g"),
            (3, 1): ("outers(g, y)", "rows(x).T @ flat(g)"),
            (1, 3): ("rows(y.T).T @ flat(g)", "outers(x, g)"),
        },
        shapes=(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2)),
                ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (2, 3, 2)), ((2, 1, 2, 3), (2, 3, 2)))),
    Operation("dot", ("x", "y"), _dot, pullbacks=("g*y", "g*x"), sign=PLACE,
        notation=Notation((X_FACTOR, Infix("·"), Y_FACTOR), PRODUCT), definition="sum(x*y)", torch="torch.dot(x, y)",
        shapes=(((3,), (3,)),)),
    Operation("outer", ("x", "y"), _outer, pullbacks=("g @ y", "g.T @ x"), sign=("x", " ", transposed("y")),
        notation=Notation((X_FACTOR, Infix("@"), transposed(Y_ATOM)), PRODUCT), torch="torch.outer(x, y)",
        shapes=(((2,), (3,)),)),
    Operation("transpose", ("x",), transpose, pullbacks=("g.T",), sign=transposed(parenthesised(PLACE)),
        notation=Notation(transposed(X_ATOM), POWER), torch="x.mT if x.ndim > 1 else x",
        shapes=(((),), ((3,),), ((2, 3),), ((2, 2, 3),))),
)  # fmt: skip
"""Products of vectors and matrices, and the transpose."""

_SHAPE = ("(", OptionValue("shape"), ")")
"""The new shape in brackets, which stands below the word reshape."""

_MOVES = (
    Operation("concat", (VARIADIC,), _concat, pullbacks=("part(g, xs, k, axis=axis)",), options={"axis": 0},
        sign=function("concat"), notation=joined("concat"), torch="torch.cat(xs, dim=axis)",
        shapes=(((2,), (3,), (1,)), ((2, 3), (1, 3)))),
    Operation("stack", (VARIADIC,), _stack, pullbacks=("entry(g, k, axis=axis)",), options={"axis": 0},
        sign=("[", "dots", "]"), notation=Notation(Fenced("[", ALL)), torch="torch.stack(xs, dim=axis)",
        shapes=(((), (), ()), ((2,), (2,)))),
    Operation("reshape", ("x",), _reshape, pullbacks=("shaped(g, x)",), options={"shape": None},
        sign=below(function("reshape"), _SHAPE), notation=word("reshape", below=_SHAPE),
        torch="torch.reshape(x, shape)", shapes=(((6,),), ((2, 3),))),
    Operation("index", ("x",), _index, pullbacks=("placed(g, x, at=at)",), options={"at": None},
        sign=below(parenthesised(PLACE), "i"), notation=Notation((X_ATOM, "[", OptionValue("at"), "]")),
        torch="x[tuple(one if not isinstance(one, tuple) else slice(*one[1:]) if one[0] == 'slice' "
              "else torch.tensor(one[1]) for one in at)]",
        shapes=(((4,),), ((3, 4),))),
)  # fmt: skip
"""Operations that join arrays, give them another shape or pick entries."""

_INTERNAL = (
    Operation("outers", ("x", "y"), lambda x, y: x[..., :, None] * y[..., None, :],
        sign=("x", " ", transposed("y")), internal=True,
        pullbacks=("sum(g*y, axis=-1)", "sum(g.T*x, axis=-1)"),
        notation=Notation((X_FACTOR, Infix("@"), transposed(Y_ATOM)), PRODUCT)),
    Operation("rows", ("x",), lambda x: np.reshape(x, (-1, *np.shape(x)[-1:])), sign="x",
        pullbacks=("shaped(g, x)",), notation=Notation(X_ATOM), internal=True),
    Operation("flat", ("x",), lambda x: np.ravel(x), sign="x", pullbacks=("shaped(g, x)",), notation=Notation(X_ATOM),
        internal=True),
    Operation("fitted", ("x", "like"), _fitted, pullbacks=("g + 0*x", "0*like"), sign="x", notation=Notation(X_ATOM),
        internal=True),
    Operation("part", ("x", "like", "k"), _part, options={"axis": 0}, sign=below("x", ("k", MoreOptions())),
        notation=Notation(below(X_ATOM, (Words("part "), Y, MoreOptions()))), internal=True),
    Operation("entry", ("x", "k"), lambda g, k, axis=0: np.take(g, k, axis=int(axis)),
        options={"axis": 0}, sign=below("x", ("k", MoreOptions())),
        notation=Notation((X_ATOM, "[", Y, "]")), internal=True),
    Operation("shaped", ("x", "like"), lambda g, like: np.reshape(g, np.shape(like)), pullbacks=("shaped(g, x)",
        "0*like"),
        sign="x", notation=Notation(X_ATOM), internal=True),
    Operation("placed", ("x", "like"), _place, pullbacks=("index(g, at=at)", "0*like"), options={"at": None}, sign="x",
        notation=Notation(parenthesised(("0", *_DOTS, Form("ordinary", (X,)), *_DOTS, "0"))), internal=True),
    Operation("scattered", ("x", "like"), _scattered, pullbacks=("gathered(g, x, at=at)", "0*like"),
        options={"at": None}, sign="x", internal=True,
        notation=Notation(parenthesised(("0", *_DOTS, Form("ordinary", (X,)), *_DOTS, "0")))),
    Operation("gathered", ("x", "like"), _gathered, pullbacks=("scattered(g, x, at=at)", "0*like"),
        options={"at": None}, sign=below("x", "i"), internal=True, notation=Notation(below(X_ATOM, "i"))),
)  # fmt: skip
"""Operations that only texts and definitions of other rows call."""

ROWS = (*_PRODUCTS, *_MOVES, *_INTERNAL)
"""All operations on vectors and matrices, in the order of the documentation."""
