"""Every operation over 18 shapes, and all pairs of them: it computes as torch does, or says what does not fit."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.errors import GraphvizADError, ShapeError
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from tests.ops.both import ROWS, formula, label, same, theirs, upstream_for

pytestmark = [pytest.mark.torch, pytest.mark.slow]

Shape = tuple[int, ...]
SHAPES: tuple[Shape, ...] = (
    (), (1,), (2,), (3,), (1, 1), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3), (2, 2), (1, 2, 3), (2, 2, 3), (2, 3, 2),
    (3, 1, 2), (2, 1, 3, 3), (2, 2, 2, 3), (1, 1, 1, 1),
)  # fmt: skip
PAIRS = tuple(product(SHAPES, repeat=2))
AXES = ("axis=0", "axis=1", "axis=-1", "axis=-2", "axis=3", "axis=-5", "axis=[0, 1]", "axis=[0, 0]", "axis=[1, -1]",
        "axis=[1, 5]")  # fmt: skip
CALLS = (
    *(f"{name}(x, {axis}{kept})" for name in ("sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp")
      for axis in AXES for kept in ("", ", keepdims=1")),
    *(f"{name}(x, {axis})" for name in ("softmax", "log_softmax") for axis in AXES),
    *(f"{name}(x, {other}, {axis})" for name in ("concat", "stack") for other in "xy" for axis in AXES if "[" not in axis),
    *(f"reshape(x, {to})" for to in ("-1", "[-1, -1]", "[0, 3]", "[-2, 3]", "[1]", "[-1, 2]", "[2, 0, -1]")),
    *(f"x[{at}]" for at in ("0", "-1", "5", "-4", "0, 0", ":, 0", ":, 0:0", "0:0", "5:9", ":0", "2:1", "::0", "::-1", ":, ::-2",
                            "1, 1, 1, 1, 1", ":, :, 1", "[0, 1, 0]", "[0, 1], [0, 1]", ":, [0, 0]", "[[0, 0], [0, 0]]", "[0, 1], [0]",
                            "[0, 1, 0], [0, 1]")),
    "x.T", "[x]", "[x, x]", "[[x, x], [x, x]]", "[x, y]", "var(x, correction=0)", "std(x, correction=5)",
    "norm(x, 3, axis=1)", "norm(x, inf, axis=[0, 1])", "x @ x.T", "x.T @ y", "outer(x, x)", "dot(x, y)",
)  # fmt: skip
"""What is called with options: axes that are there and not, new shapes, indices."""


def computed(text: str, values: dict[str, Any], bound: BoundOperation | None = None) -> Trace | GraphvizADError:
    """A call and values → its pass from an upstream gradient that is not all ones, or the error."""
    graph = parse(text)
    if bound is not None:
        graph.ops[graph.output] = bound
    try:
        value = run(graph, values, wrt=(), upstream=1.0).values[graph.output]
        return run(graph, values, upstream=upstream_for(np.shape(value)))
    except GraphvizADError as error:
        return error


def drawn(shape: Shape, low: float, high: float, seed: int) -> Any:
    """Shape and range → random numbers."""
    generator = np.random.default_rng(seed)
    return generator.uniform(low, high, shape) if shape else float(generator.uniform(low, high))


def values_for(row: Operation, shapes: Sequence[Shape], classes: bool) -> dict[str, Any]:
    """Operation and shapes → values of its arguments; the target holds classes where that is asked for."""
    names = [f"a{k}" for k in range(len(shapes))] if row.variadic else list(row.params)
    sample = row.sample * len(shapes) if len(row.sample) < len(shapes) else row.sample
    values = {name: drawn(shape, *span, k) for k, (name, shape, span) in enumerate(zip(names, shapes, sample))}
    if classes:
        count = (shapes[0] or (1,))[-1]
        values["y"] = np.floor(drawn(shapes[1], 0, count, 1)) if shapes[1] else float(count - 1)
    return values


def cases_of(row: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """All pairs of shapes for the first two arguments, all shapes where there is one; classes too where they can be."""
    names = ["a0", "a1"] if row.variadic else list(row.params)
    options = {"index": "[0]", "reshape": "[2, 3]"}.get(row.name, "")
    for shapes in PAIRS if len(names) > 1 else ((shape,) for shape in SHAPES):
        for classes in (False, True) if ".long()" in row.torch else (False,):
            every = [(*shapes, (3,))] if len(names) == 3 else [shapes]
            every += [((), *shapes)] if len(names) == 3 else []
            for arguments in every:
                yield formula(row, names, options), values_for(row, arguments, classes)


def broadcast(*shapes: Shape) -> bool:
    """Whether shapes broadcast."""
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def multiply(x: Shape, y: Shape) -> bool:
    """Whether arrays of these shapes have a matrix product."""
    try:
        np.matmul(np.ones(x), np.ones(y))
    except ValueError:
        return False
    return True


def turned(shape: Shape) -> Shape:
    """Shape → that of the transpose."""
    return shape[::-1]


def _is_square(shape: Shape) -> bool:
    """Whether it is the shape of a square matrix."""
    return len(shape) == 2 and shape[0] == shape[1]


_VECTORS: Callable[..., bool] = lambda *shapes: all(len(shape) == 1 for shape in shapes)  # noqa: E731
PICKY = {"index", "reshape", "cumsum", "trace", "det", "inv", "diag", "len"} | {
    f"{kind}_pool{axes}d" for kind in ("max", "avg", "adaptive_avg") for axes in (1, 2)
}
"""Operations on one value that some shapes do not fit."""
TRUE: dict[str, Callable[..., Any]] = {
    "axes must be equal or 1, counted from the last; reshape or index one of them": lambda *s: not broadcast(*s),
    r"'\*' is entry by entry; for the matrix product write '@'": lambda x, y: not broadcast(x, y) and multiply(x, y),
    r"'\*' is entry by entry; for the matrix product write A.T @ B": lambda x, y: multiply(turned(x), y),
    r"'\*' is entry by entry; for the matrix product write A @ B.T": lambda x, y: multiply(x, turned(y)),
    r"'\*' is entry by entry; for the matrix product write B @ A": lambda x, y: multiply(y, x),
    r"'@' is for vectors and matrices, as in .*; with a number write '\*'": lambda x, y: () in (x, y),
    "in A @ B the last axis of A must be as long as the first of B; A.T turns a matrix":
        lambda x, y: max(len(x), len(y)) < 3 and x[-1] != y[0],
    "in A @ B the last axis of A must be as long as B": lambda x, y: len(y) == 1 and x[-1] != y[0],
    "in A @ B the last axis of A must be as long as the last but one of B": lambda x, y: len(y) > 1 and x[-1] != y[-2],
    "in A @ B the axes before the last two must be equal or 1, counted from the last":
        lambda x, y: x[-1] == y[-2] and not broadcast(x[:-2], y[:-2]),
    "dot takes two vectors; A @ B multiplies matrices": lambda *s: not _VECTORS(*s),
    "dot takes two vectors of one length": lambda x, y: _VECTORS(x, y) and x != y,
    "outer takes two vectors; reshape them, or multiply with broadcasting": lambda *s: not _VECTORS(*s),
    r"concat joins vectors and matrices; \[a, b\] makes a vector of numbers": lambda *s: () in s,
    "what is put together must have the same shape but for the axis it is joined along": lambda x, y: x != y,
    "what is put together must have the same shape": lambda x, y: x != y,
    r"the new shape must hold as many entries as there are: (\d+)": lambda count, x: int(count) == math.prod(x),
    "one axis can be -1, which stands for what is left; give the others": lambda x: True,
    r"write \w+ without \[ \], or give it as a list": lambda x: x == (),
    r"write \w+\[([0, ]+)\]": lambda zeros, x: zeros.count("0") == len(x),
    r"entries are counted from 0: the last is (\d+), or -1": lambda last, x: int(last) + 1 in x,
    r"it goes up to its end, without it: all are \w+\[(?:[:, ]*)0:(\d+)\]": lambda length, x: int(length) in x,
    "leave the step out, or make it 1 or more, or -1 or less": lambda x: x != (),
    r"axes are counted from 0: the last is (\d+), or -1": lambda last, x, *y: int(last) + 1 in (len(x), len(x) + 1),
    "there is only axis 0": lambda x, *y: len(x) <= 1,
    "leave the axis out": lambda x: x == (),
    "name each axis once": lambda x: len(x) > 0,
    "cross_entropy takes a vector or rows x, and for y one class for each row, or one-hot rows as long as those of x":
        lambda x, y: len(x) not in (1, 2) or y not in (x, x[:-1]),
    "nll takes a vector or rows x, and for y one class for each row": lambda x, y: len(x) not in (1, 2) or y != x[:-1],
    r"a class is a whole number from 0 to (\d+)": lambda last, x, y: int(last) == x[-1] - 1 and y == x[:-1],
    "diag makes a matrix of a vector, and takes the diagonal out of a matrix": lambda x: len(x) not in (1, 2),
    "len takes a vector or a matrix; a number has no entries": lambda x: x == (),
    r"cumsum of a matrix needs its axis: cumsum\(x, axis=0\) runs down the rows, axis=1 along them": lambda x: len(x) > 1,
    "give as many places along each axis": lambda x: len(x) > 1,
    "trace takes a matrix: it adds up the diagonal": lambda x: len(x) != 2,
    r"\w+ takes a square matrix": lambda x: x != () and not _is_square(x),
    r"\w+ takes a square matrix; that of a number is (?:the number|1/x)": lambda x: x == (),
    "solve takes a square matrix, and a vector or a matrix with as many rows":
        lambda x, y: not _is_square(x) or len(y) not in (1, 2) or x[0] != y[0],
    r"conv(\d)d takes .* or with channels .*": lambda axes, x, w: not len(x) == len(w) == int(axes),
    r"conv_transpose(\d)d takes .* or with channels .*": lambda axes, x, w: not len(x) == len(w) == int(axes),
    r"conv(\d)d takes a kernel that is no larger than the input with its padding":
        lambda axes, x, w: any(k > n for n, k in zip(x[-int(axes):], w[-int(axes):])),
    r"\w+pool1d takes a vector, or a stack of such": lambda x: len(x) < 1,
    r"\w+pool2d takes a matrix, or a stack of such": lambda x: len(x) < 2,
    r"\w+pool(\d)d takes a window that is no larger than the input, and this one is 2(?:×2)?":
        lambda axes, x: min(x[-int(axes):]) < 2,
    "cross takes vectors of 3 entries": lambda x, y: x[-1:] != (3,) or y[-1:] != (3,),
    "cosine_similarity takes vectors of one length along the axis, which is counted from the last":
        lambda x, y: () in (x, y) or x[-1] != y[-1],
}  # fmt: skip
"""Hints, and what must be so of the shapes for them to be true; what a hint names comes first."""


def require_words(error: GraphvizADError, values: dict[str, Any], names: Sequence[str]) -> None:
    """The message names the operands, and the hint is known and true."""
    assert isinstance(error, ShapeError), error
    for name in names:
        assert re.search(rf"(?<!\w){name}(?!\w)", error.message), error
    message = f"{error.message} {error.hint}"
    assert not re.search(r"operand|could not be|dim 0|mismatch|\(\d+,\)|array|core|dimension", message), message
    hint, shapes = str(error.hint), [np.shape(values[name]) for name in names]
    for pattern, holds in TRUE.items():
        match = re.fullmatch(pattern, hint)
        if match:
            assert holds(*match.groups(), *shapes), (message, shapes)
            return
    raise AssertionError(f"a hint no one has vouched for: {hint}")


def require_torch(trace: Trace, values: dict[str, Any]) -> None:
    """Value and gradients are torch's where torch can, and gradients have the shapes of what they are of."""
    for name, value in values.items():
        assert np.shape(trace.grad(name)) == np.shape(value), (name, np.shape(value))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value, grads = theirs(trace.graph, values, trace.seed)
    except (RuntimeError, TypeError, ValueError, IndexError):
        return  # torch refuses
    assert same(trace.values[trace.graph.output], value, 1e-10), values
    for name in values:
        assert same(trace.grad(name), grads[name], 1e-10), (name, values, trace.grad(name), grads[name])


def require_right(row: Operation, bound: BoundOperation | None = None) -> int:
    """Every case of a row is computed rightly or refused rightly; → how many are refused."""
    refused = 0
    for text, values in cases_of(row):
        outcome = computed(text, values, bound)
        if isinstance(outcome, GraphvizADError):
            require_words(outcome, values, list(values))
            refused += 1
        else:
            require_torch(outcome, values)
    return refused


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_all_pairs_of_shapes(row: Operation) -> None:
    refused = require_right(row)
    assert (refused > 0) == (len(row.params) > 1 or row.variadic or row.name in PICKY)


@pytest.mark.slow
@pytest.mark.parametrize("text", CALLS)
def test_all_shapes_with_options(text: str) -> None:
    for shape in SHAPES:
        values = {"x": drawn(shape, 0.2, 2, 1)} | ({"y": drawn((2, 3), 0.2, 2, 2)} if "y" in text else {})
        trace = computed(text, values)
        if not isinstance(trace, GraphvizADError):
            assert all(np.shape(trace.grad(name)) == np.shape(value) for name, value in values.items())
            report = trace.check("torch")
            assert not report.differing, f"{text} {shape}\n{report}"
        elif ".T" not in text:
            named = trace.message.startswith(("the shapes", "axis")) and ("y" in values)
            require_words(trace, values, [*values] if named and "axis" not in trace.message else ["x"])


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("bce", {"pullbacks": ("g*(x - y)/maximum(x*(1 - x), 10^(-12))/count(x - y)", "g*(log(1 - x) - log(x))/count(x)")}),
        ("matmul", {"pullbacks": {**BY_NAME["matmul"].pullbacks, (3, 1): ("outers(g, y)", "rows(x).T @ g")}}),
        ("kl_div", {"pullbacks": {(x, y): ("-g*y", "g*(log(y) + y/y - x)") for x in range(3) for y in range(3)}}),
        ("hinge", {"pullbacks": ("-sum(y)*where(x*y < 1, g, 0)/count(x*y)", "-x*where(x*y < 1, g, 0)/count(x*y)")}),
        ("add", {"forward": lambda x, y: np.add(x, y).ravel()}),
        ("dot", {"forward": np.dot}),
    ],
)  # fmt: skip
def test_a_row_that_cannot_is_found(name: str, changes: dict[str, Any]) -> None:
    row = BY_NAME[name]
    bound = BoundOperation(replace(row, cases={}, **changes), (), BY_NAME.__getitem__)
    with pytest.raises((AssertionError, ValueError)):
        require_right(row, bound)
