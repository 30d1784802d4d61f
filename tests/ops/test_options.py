"""What stands behind the arguments of a call: read, checked, and refused with an action."""

from __future__ import annotations

import pytest

from graphviz_ad import parse
from graphviz_ad.errors import ArityError, ShapeError


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("sum(x, axis=1)", {"axis": 1, "keepdims": 0.0}),
        ("sum(x, -1, 1)", {"axis": -1, "keepdims": 1.0}),
        ("sum(x, axis=[0, 1])", {"axis": (0, 1), "keepdims": 0.0}),
        ("norm(x, inf)", {"p": float("inf"), "axis": None, "keepdims": 0.0}),
        ("clamp(x, -1, 1)", {"lo": -1.0, "hi": 1.0}),
        ("clamp(x, hi=2)", {"lo": float("-inf"), "hi": 2.0}),
        ("reshape(x, 2, 3)", {"shape": (2, 3)}),
        ("reshape(x, [2, -1])", {"shape": (2, -1)}),
        ("reshape(x, 6)", {"shape": (6,)}),
        ("index(x, 1)", {"at": (1,)}),
        ("x[1, 0]", {"at": (1, 0)}),
        ("concat(a, b, axis=1)", {"axis": 1}),
        ("x^-2", {"n": -2.0}),
    ],
)
def test_options_are_read(text: str, options: dict[str, object]) -> None:
    graph = parse(text)
    bound = graph.ops[graph.output]
    assert bound is not None
    assert bound.options == options
    assert all(type(bound.options[name]) is type(value) for name, value in options.items())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("max(a, b)", "maximum"),
        ("min(a, 0)", "minimum"),
        ("max(a, b, c)", "max_of"),
        ("max(a)", "max"),
        ("max(a, axis=0)", "max"),
    ],
)
def test_the_largest_of_several_values_is_not_that_of_one(text: str, name: str) -> None:
    graph = parse(text)
    bound = graph.ops[graph.output]
    assert bound is not None
    assert bound.row.name == name


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sum(x, axis=0.5)", "'axis' is a whole number", "as in axis=0, or axis=-1 for the last"),
        ("sum(x, axis=k)", "'axis' must be a number, not a formula", "as in axis=1"),
        ("mean(x, keepdims=2)", "'keepdims' cannot be 2", "it is 0 or 1"),
        ("norm(x, 0.5)", "'p' cannot be 0.5", "it is 1 or more, or inf"),
        ("huber(x, y, 0)", "'delta' cannot be 0", "it is above 0"),
        ("reshape(x)", "'reshape' needs its shape", "as in reshape(x, [2, 3])"),
        ("softmax(x, axes=1)", "'axes' is no option of softmax", "did you mean 'axis'?"),
        ("sum(x, axis=inf)", "'axis' is a whole number", "as in axis=0"),
    ],
)
def test_options_are_refused_with_an_action(text: str, message: str, hint: str) -> None:
    with pytest.raises(ArityError) as caught:
        parse(text)
    assert caught.value.message == message
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "values", "hint"),
    [
        ("dot(x, y)", {"x": [[[1, 2]]], "y": [1, 2]}, "A @ B multiplies matrices"),
        ("outer(x, y)", {"x": 1, "y": [1, 2]}, "outer takes two vectors"),
        ("concat(x, y)", {"x": 1, "y": 2}, "[a, b] makes a vector of numbers"),
        ("[x, y]", {"x": 1, "y": [2, 3]}, "must have the same shape"),
        ("x @ y", {"x": [1, 2], "y": [1, 2, 3]}, "A.T turns a matrix"),
        ("cross_entropy(x, y)", {"x": [1, 2, 3], "y": 3}, "a class is a whole number from 0 to 2"),
        ("cross_entropy(x, y)", {"x": [1, 2, 3], "y": 0.5}, "a class is a whole number from 0 to 2"),
        ("cross_entropy(x, y)", {"x": [[1, 2], [3, 4]], "y": [0, 1, 0]}, "one class for each row, or one-hot rows"),
        ("nll(x, y)", {"x": [-1, -2], "y": [0, 1]}, "one class for each row"),
        ("sum(x, axis=1)", {"x": [1, 2]}, "there is only axis 0"),
        ("max_of(x, y)", {"x": [1, 2], "y": [1, 2, 3]}, "axes must be equal or 1"),
        ("rmse(x, y)", {"x": [1, 2], "y": [1, 2, 3]}, "axes must be equal or 1"),
        ("unsqueeze(x, 2)", {"x": [1, 2]}, "unsqueeze takes an axis from 0 to 1"),
        ("squeeze(x, 0)", {"x": [1, 2]}, "an index picks an entry"),
        ("permute(x, [0, 0])", {"x": [[1, 2]]}, "permute names each of the 2 axes once"),
        ("diag(x)", {"x": 2}, "diag makes a matrix of a vector"),
        ("len(x)", {"x": 2}, "a number has no entries"),
        ("argmax(x, axis=[0, 1])", {"x": [[1, 2]]}, "argmax takes one axis"),
        ("cumsum(x)", {"x": [[1, 2]]}, "cumsum(x, axis=0) runs down the rows"),
        ("trace(x)", {"x": [1, 2]}, "trace takes a matrix"),
        ("det(x)", {"x": [[1, 2]]}, "det takes a square matrix"),
        ("inv(x)", {"x": 2}, "that of a number is 1/x"),
        ("solve(x, y)", {"x": [[1, 2], [3, 4]], "y": [1, 2, 3]}, "with as many rows"),
        ("cross(x, y)", {"x": [1, 2], "y": [1, 2]}, "cross takes vectors of 3 entries"),
        ("cosine_similarity(x, y)", {"x": [1, 2], "y": 1}, "vectors of one length"),
        ("layer_norm(x, axis=1)", {"x": [1, 2]}, "there is only axis 0"),
        ("x[5]", {"x": [1, 2]}, "entries are counted from 0: the last is 1, or -1"),
    ],
)
def test_shapes_are_refused_with_an_action(text: str, values: dict[str, object], hint: str) -> None:
    with pytest.raises(ShapeError) as caught:
        parse(text).run(values)
    assert hint in str(caught.value.hint)
