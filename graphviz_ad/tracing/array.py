"""Arrays whose shapes are known and whose numbers are not: what is computed with them becomes lines of a script.

numpy's functions run on these arrays as on its own. What computes with entries becomes a line of the script, `t[7]=…`,
each line once; what only moves entries about is done by numpy itself on their numbers, and becomes a list of places.
In the script an array is the list of its entries, row by row, for its shape is known to who writes the script.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NoReturn, cast

from graphviz_ad.language.dialect import IN_ARRAY, Dialect, Slot
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.pieces import Child
from graphviz_ad.language.printer import in_slots
from graphviz_ad.lazy import lazy
from graphviz_ad.tracing.scalar import COMPARED, NumpyFunction, TracedFloat, atom, compute, operators, written
from graphviz_ad.tracing.tape import current
from graphviz_ad.values import Shape, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphviz_ad.tracing.scalar import Operand, Traced
else:
    np = lazy("numpy")


class TracedArray:
    """An array whose entries are what `code` computes; `truth` where they are answers to a comparison."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, code: str, shape: Shape, *, truth: bool = False) -> None:
        self.code, self.shape, self.truth = code, shape, truth

    def __repr__(self) -> str:
        return f"TracedArray({self.code}, {self.shape})"

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def flat(self) -> Traced:
        return self.ravel()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: object) -> Traced:
        return moved(lambda index: index[key], self)

    def __bool__(self) -> bool:
        raise NotImplementedError("an array is neither true nor false")

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise NotImplementedError(f"no one knows {self.code}")

    def reshape(self, *shape: int) -> Traced:
        """The entries in another shape."""
        return moved(lambda index: np.reshape(index, shape), self)

    def ravel(self) -> Traced:
        """The entries in a row."""
        return self.reshape(-1)

    def entries(self) -> list[TracedFloat]:
        """The entries, row by row."""
        return [atom(f"{self.code}[{place}]") for place in range(self.size)]

    def tolist(self) -> list[object]:
        """The entries as nested lists."""
        entries: list[object] = self.filled(lambda entry: entry).tolist()
        return entries

    def filled(self, put: Callable[[TracedFloat], object]) -> NDArray[np.object_]:
        """What stands for each entry, as an array of objects."""
        filling = np.empty(self.size, dtype=object)
        filling[:] = [put(entry) for entry in self.entries()]
        return filling.reshape(self.shape)

    def __matmul__(self, other: Operand) -> Traced:
        return product(self, other)

    def __rmatmul__(self, other: Operand) -> Traced:
        return product(other, self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Traced:
        name = ufunc.__name__.split(" ")[0]
        if method == "reduce":
            return reduced(_OF_REDUCTION[name], *args, **options)
        return product(*args) if name == "matmul" else compute(name, args)

    def __array_function__(
        self, function: NumpyFunction, types: object, args: Sequence[object], options: Mapping[str, object]
    ) -> object:
        return call(function, args, options)


operators(TracedArray)


@is_known.register
def _(value: TracedArray) -> bool:
    return False


@in_slots.register
def _in_slots(value: TracedArray, dialect: Dialect, slot: Slot, piece: Child) -> str:
    """An array of numbers that are not known → what stands for its entries."""
    filled = value.filled(lambda entry: slot(entry, IN_ARRAY, False))
    return dialect.write_value(filled.reshape(1, -1) if piece.row else filled, dialect.digits)


def code_of(value: Operand) -> str:
    """Number or array, known or not → JavaScript, an array as the list of its entries."""
    if isinstance(value, TracedArray):
        return value.code
    return f"[{','.join(map(written, np.ravel(value)))}]" if np.ndim(value) else written(value)


def named(code: str, value: Operand) -> Traced:
    """JavaScript under which a number or an array is kept, and that itself → the one that is not known."""
    return TracedArray(code, np.shape(value)) if np.ndim(value) else atom(code)


def as_value(traced: Traced) -> Value:
    """What is not known → the same in the place of a value: a trace holds it as if it were one."""
    return cast("Value", traced)


def _kept(code: str, shape: Shape, *, truth: bool = False) -> TracedArray:
    return TracedArray(current.get().keep(code), shape, truth=truth)


def moved(make: NumpyFunction, *arrays: Operand) -> Traced:
    """What only moves entries about, and the arrays it is given → what it makes of them."""
    indices, start = [], 0
    for array in arrays:
        size = prod(np.shape(array))
        indices.append(np.arange(start, start + size).reshape(np.shape(array)))
        start += size
    index = np.asarray(make(*indices))
    lists = [code_of(array) if np.ndim(array) else f"[{code_of(array)}]" for array in arrays]
    code = lists[0] if len(lists) == 1 else f"[].concat({','.join(lists)})"
    if index.shape == ():
        return atom(f"{code}[{int(index)}]") if np.ndim(arrays[0]) or len(arrays) > 1 else cast("Traced", arrays[0])
    places = index.ravel().tolist()
    truth = all(isinstance(array, TracedArray) and array.truth for array in arrays)
    if places == list(range(start)) and isinstance(arrays[0], TracedArray) and len(arrays) == 1:
        return TracedArray(code, index.shape, truth=truth)
    if places != list(range(start)):
        code = f"take({code},[{','.join(map(str, places))}])"
    return _kept(code, index.shape, truth=truth)


_TRUE = {*COMPARED, "isnan", "isfinite", "isinf", "alike", "bitwise_and", "logical_and", "logical_or"}
"""Operations whose results are answers."""


def entrywise(name: str, args: Sequence[Operand]) -> Traced:
    """numpy's name of an operation on entries, and arrays and numbers → the array of what it gives."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    args = [arg if np.shape(arg) in ((), shape) else np.broadcast_to(arg, shape) for arg in args]
    letters = "xyz"
    given: list[Operand] = []  # a name for types alone, which is not there when this runs
    params: list[float] = []
    for arg in args:
        if np.ndim(arg) or not is_known(arg):
            params.append(TracedFloat(letters[len(given)]))
            given.append(arg)
        else:
            params.append(cast("float", arg))
    code = compute(name, params).code
    if code == letters[0] and len(given) == 1:  # times 1
        (array,) = given
        assert isinstance(array, TracedArray)
        if not array.truth:
            return array
        code = "+x"
    parts = ",".join([f"({','.join(letters[: len(given)])})=>{code}", *map(code_of, given)])
    return _kept(f"each({parts})", shape, truth=name in _TRUE)


def reduced(
    name: str, x: Traced, axis: int | tuple[int, ...] | None = None, dtype: object = None, out: object = None,
    keepdims: bool = False,
) -> Traced:  # fmt: skip
    """The script's name of a reduction, array and axes → its result."""
    shape = np.shape(x)
    if shape == ():
        return compute("add", (x, 0.0)) if name == "sums" else x  # numpy's sums begin with 0, and -0 + 0 is 0
    if name in ("every", "some") and not (isinstance(x, TracedArray) and x.truth):
        x = compute("not_equal", (x, 0.0))
    over = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = [dim % len(shape) for dim in over]
    left = [dim for dim in range(len(shape)) if dim not in gone]
    rows = moved(lambda index: np.transpose(index, [*left, *gone]).ravel(), x)
    count = prod(shape[dim] for dim in gone)
    short = tuple(1 if dim in gone else length for dim, length in enumerate(shape) if keepdims or dim not in gone)
    result = _kept(f"{name}({code_of(rows)},{count})", short, truth=name in ("every", "some"))
    return result if short else atom(f"{result.code}[0]")


def product(x: Operand, y: Operand) -> Traced:
    """Two factors → their matrix product, of vectors and stacks too."""
    left, right = np.shape(x), np.shape(y)
    rows, columns = left[-2:-1] or (1,), right[-1:] if len(right) > 1 else (1,)
    stack = np.broadcast_shapes(left[:-2], right[:-2])
    x = np.broadcast_to(np.reshape(x, (*left[:-2], *rows, left[-1])), (*stack, *rows, left[-1]))
    y = np.broadcast_to(np.reshape(y, (*right[:-2], left[-1], *columns)), (*stack, left[-1], *columns))
    shape = (*stack, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))
    result = _kept(f"product({code_of(x)},{code_of(y)},{rows[0]},{left[-1]},{columns[0]})", shape)
    return result if shape else atom(f"{result.code}[0]")


def _mean(x: Traced, **options: Any) -> Traced:
    total = reduced("sums", x, **options)
    return compute("divide", (total, prod(np.shape(x)) / prod(np.shape(total))))


def _picked(x: Operand, index: Operand, axis: int) -> TracedArray:
    """From each row the entry at the index, of which there is one a row."""
    assert (axis, np.shape(index)[-1]) == (-1, 1)
    return _kept(f"picked({code_of(x)},{code_of(index)},{np.shape(x)[-1]})", np.shape(index))


def _running(name: str) -> Callable[..., TracedArray]:
    """The script's name of what runs along rows → the function of numpy, for the last axis."""

    def run(x: TracedArray, axis: int) -> TracedArray:
        assert axis == -1
        return _kept(f"{name}({code_of(x)},{x.shape[-1]})", x.shape)

    return run


def _det(x: TracedArray) -> TracedFloat:
    return atom(f"{_kept(f'det({code_of(x)},{len(x)})', (1,)).code}[0]")


def _solve(x: Operand, y: Operand) -> TracedArray:
    n, shape = np.shape(x)[0], np.shape(y)
    return _kept(f"solved({code_of(x)},{code_of(y)},{n})", shape)


def _spread(*arrays: Operand) -> tuple[Operand, ...]:
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(np.broadcast_to(array, shape) for array in arrays)


_OF_REDUCTION = {
    "add": "sums", "sum": "sums", "prod": "products", "max": "largest", "min": "smallest", "all": "every",
    "any": "some",
}  # fmt: skip
"""Reductions of numpy → those of the page's script."""
_MOVES: Collection[str] = (
    "reshape", "ravel", "swapaxes", "moveaxis", "transpose", "broadcast_to", "expand_dims", "take", "squeeze",
    "diagonal",
)  # fmt: skip
"""Functions of numpy that only move the entries of their first argument about."""
_JOINS: Collection[str] = ("concatenate", "stack")
"""Functions of numpy that only put arrays together."""
_CALLS: dict[str, Callable[..., object]] = {
    "mean": _mean, "dot": product, "outer": lambda x, y: np.multiply(x[:, None], y[None, :]),
    "cumprod": _running("running"), "cumsum": _running("totals"), "det": _det, "solve": _solve,
    "argmax": lambda x, **options: reduced("first", x, **options),
    "argmin": lambda x, **options: reduced("first", np.negative(x), **options), "shape": lambda x: x.shape,
    "take_along_axis": _picked, "broadcast_arrays": _spread, "inv": lambda x: _solve(x, np.eye(len(x))),
    "ndim": lambda x: x.ndim, "size": lambda x: x.size, "real": lambda x: x, "iscomplexobj": lambda x: False,
}  # fmt: skip
"""Other functions of numpy → what they write."""


def call(function: NumpyFunction, args: Sequence[Any], options: Mapping[str, Any]) -> object:
    """A function of numpy and what it is given → its result."""
    name = function.__name__
    if name in _MOVES:
        return moved(lambda index: function(index, *args[1:], **options), args[0])
    if name in _JOINS:
        return moved(lambda *indices: function(indices, **options), *args[0])
    if name in _OF_REDUCTION:
        return reduced(_OF_REDUCTION[name], *args, **options)
    if name in _CALLS:
        return _CALLS[name](*args, **options)
    return compute(name, args)
