"""Passes over shapes that were seen before give the same numbers, bit by bit, as those that look everything up."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.autodiff import compiled, passes
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.ops.table import TABLE
from tests.ops.samples import sampled
from tests.training.test_straight_line import CASES

PERCEPTRON = "H = relu(X @ W + b); P = H @ V + c; L = mean((P - Y)^2)"
FURTHER: dict[str, dict[str, Any]] = {
    "L = sum(w*x)/s + exp(s)*s + s^3": {"w": np.array([1.0, -2.0]), "x": np.array([0.5, 3.0]), "s": 0.7},
    "L = sum((X - m)^2 * [1, 2])": {"X": np.ones((3, 2)), "m": np.array([[1.0], [2.0], [0.0]])},
    "L = sum(1/x) + sum(log(x))": {"x": np.array([0.0, 1.0, -1.0])},
    "L = sum(x*y + x + y*z*w)": {"x": np.ones(2), "y": 2.0, "z": np.arange(2.0), "w": np.ones((3, 1))},
    "L = sum(tanh(X W)^T v)": {"X": np.ones((3, 2)), "W": np.ones((2, 4)) / 3, "v": np.arange(3.0)},
    "L = 1/s + sum(x)": {"x": np.ones(2), "s": 0.0},
    "L = sum(x)*sum(x) + sqrt(sum(x^2))": {"x": np.array([0.1, 0.2, 0.3])},
}


def perceptron() -> dict[str, Any]:
    """Values for a small perceptron."""
    random = np.random.default_rng(0)
    sizes: dict[str, tuple[int, ...]] = {
        "X": (5, 3),
        "W": (3, 4),
        "b": (4,),
        "V": (4, 2),
        "c": (2,),
        "Y": (5, 2),
    }
    return {name: random.normal(size=size) for name, size in sizes.items()}


def bits(value: Any) -> tuple[str, Any, bytes]:
    """Value or gradient → its type, shape and bytes, in which nothing can hide."""
    return type(value).__name__, np.shape(value), b"" if value is None else np.asarray(value, dtype=float).tobytes()


def differences(trace: Trace, other: Trace) -> list[str]:
    """Two traces → the nodes at which a bit differs."""
    names = trace.graph.names
    pairs = [*zip(names, trace.values, other.values), *zip(names, trace.grads, other.grads)]
    return [name for name, left, right in pairs if bits(left) != bits(right)]


def both(formula: str, given: dict[str, Any], *, least: bool = True) -> list[str]:
    """Formula and values → the nodes at which lines, if there are any, differ from the passes, at other values too."""
    given = {name: value if np.ndim(value) else float(value) for name, value in given.items()}
    graph = parse(formula, given=given)
    for _ in range(2):
        run(graph, given)
    seen = compiled.memory_of(graph).seen
    lines = [entry.passes for entry in seen.values() if entry.passes]
    assert lines or not least, "no lines were made"
    results = []
    for factor in (1.0, 1.5, -0.25):
        values = {name: value * factor if factor != 1.0 else value for name, value in given.items()}
        fresh = parse(formula, given=given)
        try:
            expected = passes.run(fresh, values)
        except GraphvizADError as problem:
            with pytest.raises(type(problem)):
                run(graph, values)
            continue
        results += differences(passes.run(graph, values), expected)
    return results


@pytest.mark.parametrize("formula", [*CASES, *FURTHER, PERCEPTRON, PERCEPTRON.replace("relu", "tanh")])
def test_a_formula(formula: str) -> None:
    given = CASES.get(formula) or FURTHER.get(formula) or perceptron()
    ends = ("where", "cross_entropy", "floor")  # a path may end there, which the passes look at each time
    assert both(formula, given, least=not any(name in formula for name in ends)) == []


@pytest.mark.parametrize("row", [r for r in TABLE if not r.internal and not r.variadic], ids=lambda row: row.name)
def test_every_operation(row: Any) -> None:
    random = np.random.default_rng(1)
    for shapes in row.shapes or (((3,),) * len(row.params), ((2, 3), (3,))[: len(row.params)]):
        if len(shapes) != len(row.params):
            continue
        given = sampled(row, shapes, random)
        if "at" in row.options or row.options.get("shape", 0) is None:
            continue
        axis = ", axis=0" if row.name == "cumsum" else ""
        assert both(f"L = sum({row.name}({', '.join(given)}{axis})^2)", given, least=False) == [], shapes


def test_lines_are_used() -> None:
    graph, given = parse(PERCEPTRON), perceptron()
    first = run(graph, given)
    assert not any(entry.passes for entry in compiled.memory_of(graph).seen.values())
    run(graph, given)
    (entry,) = compiled.memory_of(graph).seen.values()
    assert entry.passes
    real, count = entry.passes, []
    entry.passes = lambda inputs: (count.append(1), real(inputs))[1]  # type: ignore[func-returns-value]
    third = run(graph, given)
    assert len(count) == 1
    assert [bits(step) for step in third.values] == [bits(step) for step in first.values]
    assert third.steps[-1].k == first.steps[-1].k
    run(graph, {**given, "X": np.ones((2, 3)), "Y": np.ones((2, 2))})
    assert len(count) == 1, "other shapes"
    run(graph, {**given, "X": given["X"].tolist()})
    assert len(count) == 1, "a list has to be read"


def test_a_wrong_line_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = compiled._Writer._fitted
    monkeypatch.setattr(
        compiled._Writer,
        "_fitted",
        lambda self, code, have, to: real(self, f"({code}) * 1.0000000000000002", have, to),
    )
    assert both(PERCEPTRON, perceptron()) != []


def test_what_a_line_refuses_the_passes_do() -> None:
    graph, given = parse("L = 1/s + sum(x)"), {"x": np.ones(2), "s": 2.0}
    for _ in range(3):
        run(graph, given)
    (entry,) = compiled.memory_of(graph).seen.values()
    assert entry.passes
    with pytest.raises(compiled.Unusual):
        entry.passes([{"s": 0.0, "x": np.ones(2)}[name] for name in graph.inputs])
    assert run(graph, {**given, "s": 0.0}).value("L") == np.inf


def test_a_graph_with_lines_can_be_sent_to_another_process() -> None:
    graph, given = parse(PERCEPTRON), perceptron()
    for _ in range(3):
        run(graph, given)
    again = pickle.loads(pickle.dumps(graph))
    assert differences(run(again, given), run(graph, given)) == []


def test_other_questions_take_the_passes() -> None:
    graph, given = parse(PERCEPTRON), perceptron()
    for _ in range(3):
        run(graph, given)
    assert run(graph, given, wrt=["W"]).grad("X") is None
    assert run(graph, given, upstream=2.0).grad("L") == 2.0
