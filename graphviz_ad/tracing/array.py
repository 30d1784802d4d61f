"""Arrays of numbers that are not known yet: their shapes are, and what is computed from them is lines of a script.

numpy's functions run on these arrays as on its own. What computes with entries becomes a line of the script, `t[7]=…`,
each line once; what only moves entries about is done by numpy itself on their numbers, and becomes a list of places.
In the script an array is the list of its entries, row by row, for its shape is known to who writes the script.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.pieces import Child
from graphviz_ad.language.printer import Dialect, Slot, in_slots
from graphviz_ad.lazy import lazy
from graphviz_ad.tracing.scalar import COMPARED, TracedFloat, atom, compute, operators, written
from graphviz_ad.tracing.tape import current

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Shape = tuple[int, ...]


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
    def flat(self) -> Any:
        return self.ravel()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        return moved(lambda index: index[key], self)

    def __bool__(self) -> bool:
        raise NotImplementedError("an array is neither true nor false")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError(f"no one knows {self.code}")

    def reshape(self, *shape: int) -> Any:
        """The entries in another shape."""
        return np.reshape(self, shape)

    def ravel(self) -> Any:
        """The entries in a row."""
        return np.reshape(self, (-1,))

    def entries(self) -> list[TracedFloat]:
        """The entries, row by row."""
        return [atom(f"{self.code}[{place}]") for place in range(self.size)]

    def tolist(self) -> Any:
        """The entries as nested lists."""
        return self.filled(lambda entry: entry).tolist()

    def filled(self, put: Callable[[TracedFloat], Any]) -> Any:
        """What stands for each entry, as an array of objects."""
        found = np.empty(self.size, dtype=object)
        found[:] = [put(entry) for entry in self.entries()]
        return found.reshape(self.shape)

    def __matmul__(self, other: Any) -> Any:
        return product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return product(other, self)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **options: Any) -> Any:
        name = ufunc.__name__.split(" ")[0]
        if method == "reduce":
            return reduced(_OF_REDUCTION[name], *args, **options)
        return product(*args) if name == "matmul" else compute(name, args)

    def __array_function__(self, function: Any, types: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return call(function, args, options)


operators(TracedArray)


@is_known.register
def _(value: TracedArray) -> bool:
    return False


@in_slots.register
def _in_slots(value: TracedArray, dialect: Dialect, slot: Slot, piece: Child) -> str:
    """An array of numbers that are not known → what stands for its entries."""
    return dialect.write_value(value.filled(lambda entry: slot(entry, 0, False)), dialect.digits)


def code_of(value: Any) -> str:
    """Number or array, known or not → JavaScript, an array as the list of its entries."""
    if isinstance(value, TracedArray):
        return value.code
    return f"[{','.join(map(written, np.ravel(value)))}]" if np.ndim(value) else written(value)


def named(code: str, value: Any) -> Any:
    """JavaScript under which a number or an array is kept, and that itself → the one that is not known."""
    return TracedArray(code, np.shape(value)) if np.ndim(value) else atom(code)


def _kept(code: str, shape: Shape, *, truth: bool = False) -> TracedArray:
    return TracedArray(current.get().keep(code), shape, truth=truth)


def moved(make: Callable[..., Any], *arrays: Any) -> Any:
    """What only moves entries about, and the arrays it is given → what it makes of them."""
    indices, start = [], 0
    for one in arrays:
        size = prod(np.shape(one))
        indices.append(np.arange(start, start + size).reshape(np.shape(one)))
        start += size
    found = np.asarray(make(*indices))
    lists = [code_of(one) if np.ndim(one) else f"[{code_of(one)}]" for one in arrays]
    code = lists[0] if len(lists) == 1 else f"[].concat({','.join(lists)})"
    if found.shape == ():
        return atom(f"{code}[{int(found)}]") if np.ndim(arrays[0]) or len(arrays) > 1 else arrays[0]
    places = found.ravel().tolist()
    truth = all(isinstance(one, TracedArray) and one.truth for one in arrays)
    if places == list(range(start)) and isinstance(arrays[0], TracedArray) and len(arrays) == 1:
        return TracedArray(code, found.shape, truth=truth)
    if places != list(range(start)):
        code = f"take({code},[{','.join(map(str, places))}])"
    return _kept(code, found.shape, truth=truth)


_TRUE = {*COMPARED, "isnan", "isfinite", "isinf", "alike", "bitwise_and", "logical_and", "logical_or"}


def entrywise(name: str, args: Sequence[Any]) -> Any:
    """numpy's name of an operation on entries, and arrays and numbers → the array of what it gives."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    args = [arg if np.shape(arg) in ((), shape) else np.broadcast_to(arg, shape) for arg in args]
    letters, given, params = "xyz", list[Any](), list[Any]()
    for arg in args:
        if np.ndim(arg) or not is_known(arg):
            params.append(TracedFloat(letters[len(given)]))
            given.append(arg)
        else:
            params.append(arg)
    code = compute(name, params).code
    if code == letters[0] and len(given) == 1:  # times 1
        if not given[0].truth:
            return given[0]
        code = "+x"
    parts = ",".join([f"({','.join(letters[: len(given)])})=>{code}", *map(code_of, given)])
    return _kept(f"each({parts})", shape, truth=name in _TRUE)


def reduced(name: str, x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    """The script's name of a reduction, array and axes → its result."""
    shape = np.shape(x)
    if shape == ():
        return compute("add", (x, 0.0)) if name == "sums" else x  # numpy's sums begin with 0, and -0 + 0 is 0
    if name in ("every", "some") and not x.truth:
        x = compute("not_equal", (x, 0.0))
    over = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = [one % len(shape) for one in over]
    left = [one for one in range(len(shape)) if one not in gone]
    rows = moved(lambda index: np.transpose(index, [*left, *gone]).ravel(), x)
    count = prod(shape[one] for one in gone)
    short = tuple(1 if one in gone else length for one, length in enumerate(shape) if keepdims or one not in gone)
    found = _kept(f"{name}({code_of(rows)},{count})", short, truth=name in ("every", "some"))
    return found if short else atom(f"{found.code}[0]")


def product(x: Any, y: Any) -> Any:
    """The matrix product, of vectors and stacks too."""
    left, right = np.shape(x), np.shape(y)
    rows, columns = left[-2:-1] or (1,), right[-1:] if len(right) > 1 else (1,)
    stack = np.broadcast_shapes(left[:-2], right[:-2])
    x = np.broadcast_to(np.reshape(x, (*left[:-2], *rows, left[-1])), (*stack, *rows, left[-1]))
    y = np.broadcast_to(np.reshape(y, (*right[:-2], left[-1], *columns)), (*stack, left[-1], *columns))
    shape = (*stack, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))
    found = _kept(f"product({code_of(x)},{code_of(y)},{rows[0]},{left[-1]},{columns[0]})", shape)
    return found if shape else atom(f"{found.code}[0]")


def _mean(x: Any, **options: Any) -> Any:
    total = reduced("sums", x, **options)
    return total / (prod(np.shape(x)) / prod(np.shape(total)))


def _picked(x: Any, index: Any, axis: int) -> Any:
    """From each row the entry at the index, of which there is one a row."""
    assert (axis, np.shape(index)[-1]) == (-1, 1)
    return _kept(f"picked({code_of(x)},{code_of(index)},{np.shape(x)[-1]})", np.shape(index))


def _running(name: str) -> Callable[..., Any]:
    """The script's name of what runs along rows → the function of numpy, for the last axis."""

    def run(x: Any, axis: int) -> Any:
        assert axis == -1
        return _kept(f"{name}({code_of(x)},{x.shape[-1]})", x.shape)

    return run


def _det(x: Any) -> Any:
    return atom(f"{_kept(f'det({code_of(x)},{len(x)})', (1,)).code}[0]")


def _solve(x: Any, y: Any) -> Any:
    n, shape = np.shape(x)[0], np.shape(y)
    return _kept(f"solved({code_of(x)},{code_of(y)},{n})", shape)


def _spread(*arrays: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(np.broadcast_to(one, shape) for one in arrays)


_OF_REDUCTION = {
    "add": "sums", "sum": "sums", "prod": "products", "max": "largest", "min": "smallest", "all": "every",
    "any": "some",
}  # fmt: skip
_MOVES: Collection[str] = (
    "reshape", "ravel", "swapaxes", "moveaxis", "transpose", "broadcast_to", "expand_dims", "take", "squeeze",
    "diagonal",
)  # fmt: skip
_JOINS: Collection[str] = ("concatenate", "stack")
_CALLS: dict[str, Callable[..., Any]] = {
    "mean": _mean, "dot": product, "outer": lambda x, y: np.multiply(x[:, None], y[None, :]),
    "cumprod": _running("running"), "cumsum": _running("totals"), "det": _det, "solve": _solve,
    "argmax": lambda x, **options: reduced("first", x, **options),
    "argmin": lambda x, **options: reduced("first", np.negative(x), **options), "shape": lambda x: x.shape,
    "take_along_axis": _picked, "broadcast_arrays": _spread, "inv": lambda x: _solve(x, np.eye(len(x))),
    "ndim": lambda x: x.ndim, "size": lambda x: x.size, "real": lambda x: x, "iscomplexobj": lambda x: False,
}  # fmt: skip


def call(function: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
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
