"""How far rounding may carry a number: no less than it does, and not much more."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.check import rounding
from graphviz_ad.check.rounding import Inexact, error_of_contribution, error_of_local_derivative, error_of_value
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation
from tests.ops.both import cases, draw, graph_of, label, ours

pytestmark = pytest.mark.slow

UNIT = 2.0**-53


@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_every_operation_says_how_far_it_is_off(
    row: Operation, shapes: tuple[tuple[int, ...], ...], options: str
) -> None:
    values = draw(row, shapes)
    graph = graph_of(row, values, options)
    value, _, upstream = ours(graph, values)
    trace = run(graph, values, upstream=upstream)
    bound, ids = graph.ops[graph.output], graph.args[graph.output]
    assert bound is not None
    args = [trace.values[arg] for arg in ids]
    assert np.all(np.broadcast_to(error_of_value(bound, args, value), np.shape(value)) >= 0)
    for slot, arg in enumerate(args):
        off, contribution = (
            error_of_contribution(bound, slot, Inexact(upstream), args, value),
            trace.edge_gradient(graph.output, slot).contribution,
        )
        assert np.shape(off) == np.shape(arg)
        assert np.all(off >= np.abs(contribution) * (1 - 1e-12))
        assert np.all(off <= 1e4 * (np.abs(contribution) + 1)), "what is fine is not called doubtful"
        if row.pointwise:
            assert np.all(
                np.asarray(error_of_local_derivative(bound, slot, args, value))
                >= np.abs(trace.edge_gradient(graph.output, slot).local)
            )


def bound_of(text: str) -> BoundOperation:
    """Formula → its last operation."""
    graph = parse(text)
    bound = graph.ops[graph.output]
    assert bound is not None
    return bound


def matrix(entries: Any) -> list[list[Fraction]]:
    """Rows of floats → the same as fractions."""
    return [[Fraction(entry) for entry in row] for row in entries]


def inverse(x: list[list[Fraction]]) -> list[list[Fraction]]:
    """Matrix → its inverse by Gauss and Jordan, exactly."""
    n = len(x)
    rows = [[*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(x)]
    for at in range(n):
        pivot = next(i for i in range(at, n) if rows[i][at] != 0)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [entry / rows[at][at] for entry in rows[at]]
        for i in range(n):
            if i != at:
                rows[i] = [a - rows[i][at] * b for a, b in zip(rows[i], rows[at], strict=True)]
    return [row[n:] for row in rows]


def product(x: list[list[Fraction]], y: list[list[Fraction]]) -> list[list[Fraction]]:
    """Two matrices → their product, exactly."""
    return [[sum((a * b for a, b in zip(row, column)), Fraction(0)) for column in zip(*y)] for row in x]


def determinant(x: list[list[Fraction]]) -> Fraction:
    """Matrix → its determinant, exactly."""
    if not x:
        return Fraction(1)
    return sum(
        ((-1) ** j * x[0][j] * determinant([[*row[:j], *row[j + 1 :]] for row in x[1:]]) for j in range(len(x))),
        Fraction(0),
    )


def cross(x: list[Fraction], y: list[Fraction]) -> list[Fraction]:
    """Two vectors → their cross product, exactly."""
    return [x[(i + 1) % 3] * y[(i + 2) % 3] - x[(i + 2) % 3] * y[(i + 1) % 3] for i in range(3)]


def column(x: Any) -> list[list[Fraction]]:
    """Vector of floats → a matrix of one column, as fractions."""
    return [[Fraction(entry)] for entry in x]


EXACT: dict[str, tuple[tuple[tuple[int, ...], ...], Callable[..., Any]]] = {
    "sum(x)": (((20,),), lambda x: sum(map(Fraction, x), Fraction(0))),
    "mean(x)": (((20,),), lambda x: sum(map(Fraction, x), Fraction(0)) / 20),
    "dot(x, y)": (((20,), (20,)), lambda x, y: product([list(map(Fraction, x))], column(y))[0][0]),
    "x @ y": (((3, 5), (5, 2)), lambda x, y: product(matrix(x), matrix(y))),
    "cross(x, y)": (((3,), (3,)), lambda x, y: cross(list(map(Fraction, x)), list(map(Fraction, y)))),
    "det(x)": (((4, 4),), lambda x: determinant(matrix(x))),
    "inv(x)": (((4, 4),), lambda x: inverse(matrix(x))),
    "solve(x, y)": (((4, 4), (4,)), lambda x, y: [row[0] for row in product(inverse(matrix(x)), column(y))]),
}


@pytest.mark.parametrize("text", EXACT)
def test_no_number_is_further_off_than_said(text: str) -> None:
    """Entries that nearly cancel, beside fractions."""
    shapes, exactly = EXACT[text]
    generator, bound = np.random.default_rng(4), bound_of(text)
    share = 0.0
    for size in (1.0, 1e-6, 1e-10):
        for _ in range(10):
            args = [_cancelling(generator, shape, size) for shape in shapes]
            value = np.asarray(bound.forward(*args), dtype=float)
            exact = np.asarray(exactly(*[arg.tolist() for arg in args]), dtype=object).reshape(value.shape)
            error = np.array([abs(float(Fraction(a) - b)) for a, b in zip(value.ravel().tolist(), exact.ravel())])
            off = np.broadcast_to(error_of_value(bound, args, value), value.shape).ravel()
            assert np.all(error <= 20 * UNIT * off), (error, off)
            share = max(share, float(np.max(error / (UNIT * off))))
    assert share > 1e-4, "far more than it ever is would hide mistakes"


def _cancelling(generator: Any, shape: tuple[int, ...], size: float) -> Any:
    """Numbers that come in rows, or in pairs of opposite sign, that differ only a little."""
    first = generator.normal(size=shape[-1])
    rows = (
        np.stack([first * sign for sign in (1, -1, 1, -1, 1)[: shape[0]]])
        if len(shape) > 1
        else np.where(np.arange(shape[0]) % 2, -first[0], first[0])
    )
    return rows + size * generator.normal(size=shape)


@pytest.mark.parametrize("name", ["cross", "det", "solve"])
def test_without_its_bound_an_operation_is_called_right_to_the_last_digit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounding, "_BOUNDS", {})
    text = next(text for text in EXACT if text.startswith(name))
    with pytest.raises(AssertionError):
        test_no_number_is_further_off_than_said(text)


def test_a_power_of_0_is_as_far_off_as_its_slope_says() -> None:
    trace = run(parse("batch_norm(x, axis=0)"), {"x": [[-0.1], [-0.1]]}, upstream=1)
    bound = trace.graph.ops[-1]
    assert bound is not None
    off = error_of_value(bound, [np.array([[-0.1], [-0.1]])], trace.values[-1])
    assert np.all(np.asarray(off) > 1), "the mean is off by some of 0.1, and that is divided by √eps"


@pytest.mark.torch
def test_what_cancels_wholly_in_a_definition_is_not_held_against_torch() -> None:
    trace = run(parse("batch_norm(x, axis=0)"), {"x": [[-0.1], [-0.1]]}, upstream=1)
    report = trace.check("torch")
    assert not report.differing, str(report)
    trace.values[-1] = trace.values[-1] + 1e-9
    assert trace.check("torch").differing


def test_plans_are_shared_and_keep_their_options() -> None:
    """A text's options are numpy's numbers on the way, which must not get into the plans that graphs use."""
    trace = parse("L = huber(x, y, 1.25)").run(x=[1, 5], y=[0.5, 0])
    assert trace.check("complex-step").ok
    graph = parse("clamp(x, -1.25, 1.25)")
    assert type(run(graph, {"x": -3}).values[graph.output]) is float
