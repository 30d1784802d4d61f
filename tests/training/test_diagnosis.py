"""What is wrong with a run is seen, with the number it was planted with; of a healthy run nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError
from graphviz_ad.training import scaling, symptoms
from graphviz_ad.training.diagnosis import diagnosis
from graphviz_ad.training.finding import Finding
from graphviz_ad.training.landscape import Landscape, condition

LINE = "z = w_1 x + b; L = mean((z - y)^2)"
LOGISTIC = "a = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"
NETWORK = "H = tanh(X W + c); p = H v + b; L = mean((p - y)^2)"
RELU = "H = relu(X W + c); p = sigmoid(H v + b); L = bce(p, y)"
SOFTMAX = "S = X W + c; L = cross_entropy(S, y)"


def line(formula: str = LINE, data: str = "line", **options: Any) -> Run:
    """A run on points of a line."""
    return parse(formula).train(named(data), **{"batch": 9, "lr": 0.02, "w_1": 0, "b": 0, **options})


def logistic(data: str = "two-classes", **options: Any) -> Run:
    """A run of logistic regression."""
    given = {"batch": 32, "lr": 0.5, "w_1": 0, "w_2": 0, "b": 0, "epochs": 20}
    return parse(LOGISTIC).train(named(data), **{**given, **options})


def network(formula: str = NETWORK, data: str = "xor", hidden: int = 8, **options: Any) -> Run:
    """A run of a network with one hidden layer."""
    table = named(data).joined({"X": ["x_1", "x_2"]})
    shapes = {"W": (2, hidden), "c": (hidden,), "v": (hidden,)}
    given = {"batch": 9, "lr": 0.05, "epochs": 60, "shapes": shapes, "b": 0.1}
    return parse(formula).train(table, **{**given, **options})


def deep(function: str, **options: Any) -> Run:
    """A run of a network with eight hidden layers."""
    layers = [f"H_{k} = {function}(H_{k - 1} W_{k} + c_{k})" for k in range(2, 9)]
    text = "; ".join([f"H_1 = {function}(X W_1 + c_1)", *layers, "p = H_8 v + b", "L = mean((p - y)^2)"])
    shapes: dict[str, tuple[int, ...]] = {"W_1": (2, 8), "c_1": (8,), "v": (8,)}
    for k in range(2, 9):
        shapes |= {f"W_{k}": (8, 8), f"c_{k}": (8,)}
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    return parse(text).train(table, b=0.0, shapes=shapes, **{"batch": 32, "lr": 0.05, "epochs": 30, **options})


def softmax() -> Run:
    """A run of a classifier of three classes."""
    table = named("three-classes").joined({"X": ["x_1", "x_2"]})
    return parse(SOFTMAX).train(table, shapes={"W": (2, 3), "c": (3,)}, batch=32, lr=0.3, epochs=20)


HEALTHY: dict[str, Callable[[], Run]] = {
    "a line": line,
    "a line, one example at a time": lambda: line(batch=1, epochs=20),
    "a line, all examples": lambda: line(batch=None, lr=0.3, epochs=20),
    "a line, close to the limit": lambda: line(batch=None, lr=0.7, epochs=100),
    "a line, one epoch": lambda: line(lr=0.1, epochs=1),
    "momentum": lambda: line(momentum=0.9, lr=0.01),
    "Nesterov's momentum": lambda: line(momentum=0.9, lr=0.01, nesterov=True),
    "weight decay": lambda: line(weight_decay=0.01),
    "clipped": lambda: line(clip=1.0, epochs=20),
    "adam": lambda: line(optimizer="adam", lr=0.1),
    "adagrad": lambda: line(optimizer="adagrad", lr=0.5),
    "cosine": lambda: line(schedule="cosine", lr=0.1),
    "a line with an outlier": lambda: line("L = mean(huber(w_1 x + b, y))", "line-outlier", lr=0.1, epochs=20),
    "logistic": logistic,
    "logistic, all examples": lambda: logistic(batch=None, lr=1.0, epochs=200),
    "logistic, parameters that fit": lambda: logistic(epochs=200),
    "network": network,
    "network, all examples": lambda: network(batch=None, lr=0.5, epochs=200),
    "network, moons, adam": lambda: network(data="moons", hidden=16, optimizer="adam", lr=0.02, epochs=100),
    "relu": lambda: network(RELU, hidden=16, init="he", lr=0.2, epochs=50),
    "relu, moons, adam": lambda: network(RELU, "moons", 16, init="he", lr=0.02, optimizer="adam", epochs=50),
    "eight layers of tanh": lambda: deep("tanh"),
    "softmax": softmax,
    "an interrupt": lambda: line(epochs=10, progress=_interrupt),
}


def _interrupt(done: int, whole: int) -> None:
    if done == 5:
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", HEALTHY)
def test_of_a_healthy_run_nothing_is_said(name: str) -> None:
    assert [str(finding) for finding in diagnosis(HEALTHY[name]())] == []


def finding_of(run: Run, kind: str) -> Finding:
    """Run → the finding of that kind, whose sentence is said in every language."""
    (finding,) = [finding for finding in diagnosis(run) if finding.kind == kind]
    for lang in ("en", "ja", "zh"):
        assert "{" not in finding.sentence(lang)
    assert all(isinstance(float(value), float) for value in finding.numbers.values())
    return finding


def kinds(run: Run) -> list[str]:
    """Run → the kinds of its findings, with their variants."""
    return [finding.key.removeprefix("diagnosis.") for finding in diagnosis(run)]


@pytest.mark.parametrize(
    ("options", "factor"),
    [
        ({}, 2.0),
        ({"momentum": 0.9}, 2 * 1.9),
        ({"momentum": 0.9, "nesterov": True}, (2 + 1.8) / (1 + 1.8)),
        ({"weight_decay": 0.5}, 2.0),
    ],
)
@pytest.mark.parametrize("times", [0.97, 1.05])
def test_the_limit_of_the_rate(options: dict[str, Any], factor: float, times: float) -> None:
    x = named("line").columns["x"]
    points = np.column_stack([x, np.ones_like(x)])
    largest = np.linalg.eigvalsh(2 * points.T @ points / len(x))[-1] + options.get("weight_decay", 0)
    limit = factor / largest
    run = line(batch=None, lr=times * limit, epochs=1500, **options)
    assert (run.loss[-1] > 1e3) == (times > 1), "the limit is where descent begins to diverge"
    if times < 1:
        assert kinds(run) == []
        return
    finding = finding_of(run, "rate")
    assert finding.variant == ""
    assert finding.numbers["limit"] == pytest.approx(limit, rel=1e-6)
    assert finding.numbers["times"] == pytest.approx(times, rel=1e-6)
    assert f"{times:g} times its limit" in str(finding)


def test_a_rate_that_is_too_large_for_single_examples() -> None:
    finding = finding_of(line(batch=1, lr=0.5), "rate")
    assert finding.variant == "batch"
    assert finding.numbers["limit"] < 0.5
    row = line(batch=1, lr=0.5).rows(int(finding.numbers["update"]))
    assert finding.numbers["curvature"] == pytest.approx(2 * (row["x"][0] ** 2 + 1), rel=1e-6)


def test_a_rate_that_is_far_too_small() -> None:
    finding = finding_of(line(batch=None, lr=0.002, epochs=20), "slow")
    times = finding.numbers["times"]
    assert times == pytest.approx(0.717 / 0.002, rel=0.01)
    assert "could be 359 times as large" in str(finding)
    faster = line(batch=None, lr=0.002 * times * 0.9, epochs=20)
    assert kinds(faster) == []
    assert faster.total(20) < 0.3


def test_inputs_that_are_not_scaled() -> None:
    run = line(data="unscaled", lr=1e-7)
    finding = finding_of(run, "scale")
    x = named("unscaled").columns["x"]
    points = np.column_stack([x, np.ones_like(x)])
    assert finding.numbers["condition"] == pytest.approx(np.linalg.cond(points) ** 2, rel=1e-3)
    assert finding.numbers["then"] == pytest.approx(1, rel=1e-3)
    assert finding.names["columns"] == "x"
    assert "x has mean 1000 and standard deviation 59" in str(finding)


def test_the_column_of_a_matrix_that_is_not_scaled_is_named() -> None:
    columns = named("two-classes").columns
    table = Table({"X": np.column_stack([columns["x_1"], 500 * columns["x_2"]]), "y": columns["y"]}, "two")
    formula = "a = sigmoid(X w + b); L = bce(a, y)"
    run = parse(formula).train(table, w=[0, 0], b=0, lr=1e-5, batch=32)
    assert finding_of(run, "scale").names["columns"] == "X[:, 1]"


def test_of_many_parameters_the_condition_is_that_of_the_columns() -> None:
    columns = named("xor").columns
    table = Table({"X": np.column_stack([columns["x_1"] + 300, columns["x_2"]]), "y": columns["y"]}, "two")
    shapes = {"W": (2, 80), "c": (80,), "v": (80,)}
    run = parse(NETWORK).train(table, b=0, shapes=shapes, lr=1e-6, batch=32, epochs=1)
    assert finding_of(run, "scale").variant == "columns"


def test_gradients_that_vanish() -> None:
    finding = finding_of(deep("sigmoid", epochs=10), "vanishing")
    trace = deep("sigmoid", epochs=10, batch=None).update(1)
    sizes = [float(np.sqrt(np.mean(np.square(trace.grad(name))))) for name in ("c_1", "b")]  # type: ignore[arg-type]
    assert (finding.numbers["first"], finding.numbers["last"]) == pytest.approx(sizes, rel=1e-6)
    assert finding.numbers["ratio"] == pytest.approx(sizes[1] / sizes[0], rel=1e-6)
    assert finding.numbers["layers"] == 9


def test_dead_units() -> None:
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    shapes = {"W": (2, 8), "v": (8,)}
    begin = {"b": 0, "c": [-9.0] * 5 + [0.5] * 3}
    run = parse(RELU).train(table, begin, shapes=shapes, lr=0.2, batch=32, epochs=10)
    finding = finding_of(run, "dead")
    hidden = np.maximum(table.columns["X"] @ run.final["W"] + run.final["c"], 0)
    assert finding.numbers["dead"] == np.sum(np.all(hidden == 0, axis=0)) >= 5
    assert finding.names["node"] == "H"


def flat() -> Run:
    """A run that begins where its sigmoid is flat."""
    formula = "a = sigmoid(w_1 x_1 + w_2 x_2); L = mean((a - y)^2)"
    return parse(formula).train(named("two-classes"), w_1=40, w_2=-40, batch=32, lr=0.01, epochs=1)


def test_saturated_units() -> None:
    run = flat()
    finding = finding_of(run, "saturated")
    columns = named("two-classes").columns
    z = 40 * columns["x_1"] - 40 * columns["x_2"]
    a = 1 / (1 + np.exp(-z))
    assert finding.numbers["percent"] == pytest.approx(100 * np.mean(4 * a * (1 - a) < 0.01))
    inner = network(W=40 * np.ones((2, 8)), c=100 * np.ones(8), shapes={"v": (8,)}, epochs=2)
    assert finding_of(inner, "saturated").names["node"] == "H"


@pytest.mark.parametrize(
    ("run", "variant", "node", "number"),
    [
        (lambda: logistic(batch=None, lr=1000.0), "log", "log(a)", "least"),
        (lambda: line("L = mean((exp(w_1 x) - y)^2) + 0 b", lr=5.0, batch=None), "exp", "exp(w_1 x)", "largest"),
        (lambda: line("L = mean((w_1 x - y)^2/b)", b=0.0), "zero", "(w_1 x - y)^2/b", "count"),
        (lambda: line(batch=None, lr=2.0, epochs=1000), "grown", "L", "last"),
        (lambda: line("L = mean((w_1 x - y)^2) + 0 b", w_1=1e200), "begun", "(w_1 x - y)^2", "first"),
    ],
)
def test_where_a_run_diverges_and_why(run: Callable[[], Run], variant: str, node: str, number: str) -> None:
    trained = run()
    finding = finding_of(trained, "diverged")
    assert (finding.variant, finding.names["node"]) == (variant, node)
    assert finding.numbers["update"] == trained.updates + 1
    assert number in finding.numbers
    assert diagnosis(trained)[0] == finding, "it is told first"


@pytest.mark.parametrize(
    ("run", "variant"),
    [
        (lambda: line(batch=None, lr=1e-5, epochs=3), "nothing"),
        (lambda: logistic("xor"), "nothing.lowest"),
        (lambda: line("H = tanh(w_1 x); L = mean((H c - y)^2) + 0 b", c=0, epochs=3), "nothing.flat"),
    ],
)
def test_a_loss_that_hardly_moves(run: Callable[[], Run], variant: str) -> None:
    assert variant in kinds(run())
    numbers = finding_of(run(), "nothing").numbers
    assert abs(numbers["before"] - numbers["after"]) < 0.01 * numbers["before"]


def test_a_loss_that_is_a_sum() -> None:
    finding = finding_of(line("L = sum((w_1 x + b - y)^2)", lr=1e-3, batch=32), "sum")
    assert finding.numbers["ratio"] == pytest.approx(2)
    assert finding_of(line("L = sum((w_1 x + b - y)^2)^2", lr=1e-6, batch=32, epochs=1), "sum").variant == "other"


@pytest.mark.parametrize("size", [5, 300])
def test_the_largest_curvature(size: int) -> None:
    random = np.random.default_rng(1)
    X = random.normal(size=(40, size)) * np.linspace(0.5, 2, size)
    run = parse("L = mean((X w - y)^2)").train(
        {"X": X, "y": random.normal(size=40)}, w=np.zeros(size), lr=1e-3, epochs=1
    )
    land = Landscape(run.model, run.model.table.rows(slice(None)))
    expected = np.linalg.eigvalsh(2 * X.T @ X / 40)
    assert land.largest_curvature(np.ones(size)) == pytest.approx(expected[-1], rel=1e-4)
    if size < 100:
        assert np.allclose(land.curvatures(np.ones(size)), expected, rtol=1e-7)
        assert condition(expected) == pytest.approx(expected[-1] / expected[0])


@pytest.mark.parametrize(
    ("module", "bound", "value", "run"),
    [
        (symptoms, "MAX_RATIO", 1e9, lambda: deep("sigmoid", epochs=2)),
        (scaling, "MAX_CONDITION", 1e12, lambda: line(data="unscaled", lr=1e-7)),
        (symptoms, "MAX_SATURATED", 1.1, flat),
    ],
)
def test_with_a_wrong_bound_nothing_is_seen(
    module: Any, bound: str, value: float, run: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kinds(run())
    monkeypatch.setattr(module, bound, value)
    assert len(kinds(run())) == len(before) - 1


def test_a_diagnosis_prints_as_text() -> None:
    healthy, ill = line().diagnosis(), line(batch=None, lr=2.0, epochs=1000).diagnosis()
    assert str(healthy).startswith("Nothing wrong was found")
    assert (len(healthy), [finding.kind for finding in ill]) == (0, ["diverged", "rate"])
    assert str(ill).count("\n") == 1
    assert "学習率 2 は限界 2/λmax = 0.717 の 2.79 倍" in str(line(batch=None, lr=2.0, epochs=1000).diagnosis("ja"))
    with pytest.raises(InputError):
        str(line().diagnosis("qq"))
