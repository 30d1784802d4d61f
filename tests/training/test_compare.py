"""Runs beside one another, and the numbers behind the figures: against closed forms, and what they say of bad input."""

from __future__ import annotations

import pickle
import re
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from graphviz_ad import compare
from graphviz_ad.api import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.errors import InputError
from graphviz_ad.training import compare as comparing
from graphviz_ad.training.boundary import answer, data_of, fitted, moments, regions, right
from graphviz_ad.training.compare import comparison
from graphviz_ad.training.curves import Curve, band, curve, runs_over_seeds
from graphviz_ad.training.descent_limits import limit_of_rate as limit
from graphviz_ad.training.descent_limits import lowest
from graphviz_ad.training.example_losses import example_losses
from graphviz_ad.training.footprint import footprint
from graphviz_ad.training.functions import Functions, entries, example_gradients, flat, folded, functions
from graphviz_ad.training.noise import noise
from graphviz_ad.training.outlier import jump
from graphviz_ad.training.surface import chosen, norms, plane
from graphviz_ad.workers import processes

LINE = "z = w_1 x + b; L = mean((z - y)^2)"
LOGISTIC = "a = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"
NETWORK = "H = tanh(X W + c); p = H v + b; L = mean((p - y)^2)"


def line(**options: Any) -> Run:
    return parse(LINE).train(named("line"), **{"batch": 8, "lr": 0.05, "epochs": 3, "w_1": 0, "b": 0, **options})


def network(**options: Any) -> Run:
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    shapes = {"W": (2, 5), "c": (5,), "v": (5,)}
    return parse(NETWORK).train(table, {"b": 0.1}, **{"batch": 9, "lr": 0.02, "epochs": 2, "shapes": shapes, **options})


def points() -> tuple[Any, Any]:
    table = named("line").columns
    return np.column_stack([table["x"], np.ones(len(table["x"]))]), table["y"]


# -- compiled functions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [line(), network()], ids=["line", "network"])
def test_functions_are_the_passes(run: Run) -> None:
    rows, trace = run.rows(2), run.update(2)
    computed, vector = functions(run.model, rows), flat(run.after(1)[0])
    assert computed.loss(rows, vector) == pytest.approx(run.loss[1], rel=1e-13)
    expected = flat({name: trace.grad(name) for name in run.names})  # type: ignore[misc]
    assert np.allclose(computed.gradient(rows, vector), expected, rtol=1e-12)


def test_a_vector_and_back() -> None:
    run = network()
    sizes = {name: np.shape(value) for name, value in run.model.start.items()}
    again = folded(flat(run.model.start), sizes)
    assert all(np.array_equal(again[name], value) for name, value in run.model.start.items())
    assert entries(run.model)[:3] == ["b", "W[0, 0]", "W[0, 1]"]
    assert len(entries(run.model)) == len(flat(run.model.start))


def test_the_mean_of_examples_is_the_batch() -> None:
    run = network()
    rows = run.rows(1)
    vector = flat(run.model.start)
    assert np.allclose(
        example_gradients(run.model, rows, vector).mean(axis=0), functions(run.model, rows).gradient(rows, vector)
    )


def test_a_sum_and_examples_that_change_one_another_are_told() -> None:
    summed = parse("L = sum((w_1 x + b - y)^2)").train(named("line"), lr=1e-4, epochs=1, w_1=0, b=0)
    centred = parse("c = mean(x); L = mean((w_1*(x - c) - y)^2)").train(named("line"), lr=1e-4, epochs=1, w_1=0.5)
    for run in (summed, centred):
        with pytest.raises(InputError, match="is not the mean of the gradients of its examples"):
            noise(run.model, flat(run.model.start))


# -- curvature ------------------------------------------------------------------------------------------


def test_the_limit_of_the_rate_and_the_lowest_point_of_a_line() -> None:
    matrix, y = points()
    sizes = np.linalg.eigvalsh(2 * matrix.T @ matrix / len(y))
    measured, condition = limit(line().model, np.zeros(2))
    assert measured == pytest.approx(2 / sizes[-1], rel=1e-8)
    assert condition == pytest.approx(sizes[-1] / sizes[0], rel=1e-8)
    loss, vector = lowest(line().model, np.array([5.0, 5.0]))
    best = np.linalg.lstsq(matrix, y, rcond=None)[0]
    assert np.allclose(vector, best, rtol=1e-9)
    assert loss == pytest.approx(np.mean((matrix @ best - y) ** 2), rel=1e-14)


def test_the_lowest_point_is_below_all_that_a_network_reached() -> None:
    run = network(epochs=30)
    computed = comparison([run])
    assert computed.best <= np.min(computed.curves[0].loss)


def test_a_loss_that_does_not_curve_is_told() -> None:
    run = parse("L = mean(w*x)").train({"x": [1, 2, 3, 4]}, lr=0.1, epochs=1, w=1)
    with pytest.raises(InputError, match="does not curve upwards"):
        limit(run.model, np.ones(1))


# -- noise, outlier, memory -----------------------------------------------------------------------------


def test_noise_by_the_closed_form() -> None:
    run = line()
    matrix, y = points()
    gradients = -2 * y[:, None] * matrix
    measured = noise(run.model, np.zeros(2))
    assert np.allclose(measured.gradients, gradients, rtol=1e-12, atol=1e-12)
    sigma = np.sqrt(np.sum(np.var(gradients, axis=0)))
    assert measured.sigma == pytest.approx(sigma, rel=1e-12)
    assert np.allclose(measured.deviations, sigma / np.sqrt(measured.sizes), rtol=0.05)
    assert measured.slope == pytest.approx(-0.5, abs=0.02)
    assert measured.cloud(8, 5).shape == (5, 2)


def test_an_outlier_jumps_as_one_over_the_size() -> None:
    table = named("line-outlier")
    run = parse(LINE).train(table, batch=8, lr=0.05, epochs=1, w_1=1.5, b=-0.5)
    measured = jump(run.model, np.array([1.5, -0.5]), 0.05, (1, 8, 32))
    assert measured.index == 128
    x, y = table.columns["x"][128], table.columns["y"][128]
    assert measured.jumps[0] == pytest.approx(0.05 * 2 * abs(1.5 * x - 0.5 - y) * np.hypot(x, 1), rel=1e-12)
    assert np.allclose(np.array(measured.jumps) * measured.sizes, measured.jumps[0], rtol=0.05)
    assert all(without < with_it / 2 for without, with_it in zip(measured.usual, measured.jumps))


@pytest.mark.parametrize("run", [line(), network()], ids=["line", "network"])
def test_memory_counts_what_the_passes_hold(run: Run) -> None:
    held = footprint(run.model)
    for batch in (1, 7, 100):
        rows = run.model.table.rows(slice(0, batch))
        graph, values = run.model.sized(rows), run.model.values(rows, run.model.start)
        from graphviz_ad.api import run as traced

        trace = traced(graph, run.model.inputs(rows, run.model.start), wrt=run.names)
        numbers = sum(np.size(value) for value in values)
        numbers += sum(np.size(grad) for grad in trace.grads if grad is not None)
        assert held.bytes(batch) == 8 * numbers


def test_pairs_of_examples_are_counted() -> None:
    run = parse("K = X X^T; L = mean((K a - y)^2)")
    data = {"X": np.eye(4), "y": np.ones(4)}
    model = run.train(data, lr=0.1, epochs=1, batch=None, shapes={"a": ()}, init="zeros").model
    assert footprint(model).pairs == 8 * 7  # K; and K a, K a - y and its square with their gradients


# -- planes, norms, boundaries --------------------------------------------------------------------------


def test_the_plane_is_the_loss() -> None:
    run = line()
    measured = plane(run.model, np.zeros(2), (0, 1), (-1, 1), (0, 2))
    matrix, y = points()
    there = np.array([measured.x[7], measured.y[20]])
    assert measured.loss[20, 7] == pytest.approx(np.mean((matrix @ there - y) ** 2), rel=1e-12)
    assert measured.names == ("w_1", "b")


def test_names_of_two_parameters() -> None:
    model = network().model
    assert chosen(model) == (0, 1)
    assert chosen(model, ["v[0]", "b"]) == (entries(model).index("v[0]"), 0)
    with pytest.raises(InputError, match="the model has no parameter 'q'"):
        chosen(model, ["q", "b"])


def test_norms_are_those_of_the_traces() -> None:
    run = network()
    updates, measured = norms(run, 5)
    trace = run.update(int(updates[1]))
    assert measured["W"][1] == pytest.approx(np.linalg.norm(trace.grad("W")), rel=1e-12)


def test_the_side_of_the_boundary_is_the_sign_of_the_logit() -> None:
    table = named("two-classes")
    run = parse(LOGISTIC).train(table, batch=16, lr=0.2, epochs=4, w_1=1, w_2=-2, b=1)
    data = data_of(run.model)
    assert (data.features, data.label, data.classes) == (("x_1", "x_2"), "y", (0.0, 1.0))
    computed = regions(run, data, run.updates)
    w_1, w_2, b = (run.final[name] for name in ("w_1", "w_2", "b"))
    logit = w_1 * computed.x[None, :] + w_2 * computed.y[:, None] + b  # type: ignore[operator]
    assert np.array_equal(computed.costs[1] < computed.costs[0], logit > 0)
    logits = w_1 * table.columns["x_1"] + w_2 * table.columns["x_2"] + b  # type: ignore[operator]
    assert right(run, data, run.updates) == np.mean((logits > 0) == (table.columns["y"] == 1))


@pytest.mark.parametrize(
    ("formula", "at_once"),
    [
        (LOGISTIC, True),
        ("p = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -1/N sum_i (y_i log p_i + (1 - y_i) log(1 - p_i)) + 0.1 w_1^2", True),
        ("z = w_1 x_1 + w_2 x_2 + b; L = mse(z, y)", True),
        ("z = w_1 x_1 + w_2 x_2 + b; L = rmse(z, y)", False),
        ("z = w_1 x_1 + w_2 x_2 + b - mean(x_1); L = mean((z - y)^2)", False),
    ],
)
def test_losses_of_all_examples_are_those_of_each_alone(formula: str, at_once: bool) -> None:
    model = parse(formula).train(named("two-classes"), epochs=1, w_1=1, w_2=-2, b=1).model
    rows = model.table.rows(slice(0, 40))
    alone = [model.loss({name: column[k : k + 1] for name, column in rows.items()}, model.start) for k in range(40)]
    with patch.object(Functions, "loss", autospec=True, side_effect=Functions.loss) as loss:
        assert np.allclose(example_losses(model, rows, model.start), alone, rtol=1e-12)
    assert (loss.call_count < 10) == at_once


@pytest.mark.parametrize(
    ("formula", "node"),
    [
        (LINE, "z"),
        ("L = mean((w_1 x + b - y)^2)", "v2"),
        ("z = w_1 x + b; L = huber(z, y)", "z"),
        ("z = w_1 x + b; e = y - z; L = mean(e*e)", "z"),
    ],
)
def test_what_is_compared_with_the_label(formula: str, node: str) -> None:
    run = parse(formula).train(named("line"), lr=0.1, epochs=1, w_1=2, b=1)
    graph = run.model.sized(run.model.table.rows(slice(0, 3)))
    assert graph.names[answer(run.model, graph, "y")] == node
    x, y = fitted(run, data_of(run.model), 0)
    assert np.allclose(y, 2 * x + 1)


def test_what_has_no_boundary_is_told() -> None:
    three = parse("L = mean((w_1 x_1 + w_2 x_2 + w_3 x_3 - y)^2)")
    random = np.random.default_rng(1).normal(size=(4, 20))
    data = dict(zip(("x_1", "x_2", "x_3", "y"), random))
    run = three.train(data, lr=0.1, epochs=1, w_1=0, w_2=0, w_3=0)
    with pytest.raises(InputError, match="a fitted line needs one feature; the model has 3"):
        data_of(run.model)
    alone = parse("L = mean((w - y)^2)").train({"y": [1, 2, 3]}, lr=0.1, epochs=1, w=0)
    with pytest.raises(InputError, match="no column that could be the label"):
        data_of(alone.model)
    assert moments(run) == sorted(set(moments(run)))


# -- comparisons ----------------------------------------------------------------------------------------


def test_a_comparison() -> None:
    computed = compare([line(batch=size) for size in (1, 8, 256)])
    assert computed.labels == ("B = 1", "B = 8", "B = 256")
    matrix, y = points()
    best = np.linalg.lstsq(matrix, y, rcond=None)[0]
    assert computed.best == pytest.approx(np.mean((matrix @ best - y) ** 2), rel=1e-13)
    assert computed.best_at["w_1"] == pytest.approx(best[0], rel=1e-9)
    for number, run in enumerate(computed.runs):
        curve_ = computed.curves[number]
        assert curve_.loss[-1] == run.total(run.updates)
        assert curve_.epochs[-1] == 3
        assert curve_.examples[-1] == 3 * 256
        assert curve_.updates[-1] == run.updates
        assert computed.excess(number)[-1] == curve_.loss[-1] - computed.best
    assert str(computed).splitlines()[0].split() == ["run", "updates", "epochs", "seconds", "loss", "excess"]
    assert repr(computed) == "<Comparison of 3 runs: B = 1, B = 8, B = 256>"


def test_what_differs_is_named() -> None:
    computed = compare([line(), line(momentum=0.9), line(optimizer="adam")])
    assert computed.labels[0] == "sgd"
    assert computed.labels[1] == "sgd, μ = 0.9"
    assert computed.labels[2].startswith("adam")
    assert compare([line(), line()]).labels == ("1", "2")
    assert compare([line()]).labels == ("B = 8",)
    assert compare([line(), line(momentum=0.9)]).labels == ("sgd", "sgd, μ = 0.9")
    assert compare([line(), line(lr=0.1)]).labels == ("η = 0.05", "η = 0.1")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"w_1": 1}, "run 2 has another start than the first"),
        ({"seed": 3}, "run 2 has another seed than the first"),
        ({"fixed": ["b"]}, "run 2 has other fixed values than the first"),
    ],
)
def test_runs_that_cannot_be_compared(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        compare([line(), line(**options)])


def test_other_runs_that_cannot_be_compared() -> None:
    other = parse("L = mean((w_1 x + b - y)^2)").train(named("line"), batch=8, lr=0.05, epochs=3, w_1=0, b=0)
    with pytest.raises(InputError, match="another formula"):
        compare([line(), other])
    elsewhere = parse(LINE).train(named("line", seed=1), batch=8, lr=0.05, epochs=3, w_1=0, b=0)
    with pytest.raises(InputError, match="other data"):
        compare([line(), elsewhere])
    with pytest.raises(InputError, match="no runs"):
        compare([])
    with pytest.raises(InputError, match="several seeds, not 1"):
        runs_over_seeds(line(), 1)


def test_seeds_deal_the_examples_out_anew() -> None:
    run = line(batch=1, epochs=1)
    curves = runs_over_seeds(run, 6)
    assert np.array_equal(curves[0].loss, curve(run).loss)
    assert np.array_equal(curves[2].loss, curve(line(batch=1, epochs=1, seed=2)).loss)
    computed = band(curves, share=0.5)
    assert np.all(computed.low <= computed.middle.loss)
    assert np.all(computed.middle.loss <= computed.high)
    assert np.any(computed.low < computed.high)
    assert computed.low[0] == computed.high[0]


@pytest.mark.slow
def test_processes_make_the_same() -> None:
    run = line(batch=4, epochs=1)
    alone, spread = runs_over_seeds(run, 3), runs_over_seeds(run, 3, processes(2))
    for curve_, other in zip(alone, spread):
        assert np.array_equal(curve_.loss, other.loss)
    computed = compare([run], seeds=3, jobs=2)
    assert computed.bands[0].count == 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster's own threads and sockets
def test_a_cluster_makes_the_same() -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is missing: pip install -e '.[dev]'")
    run = line(batch=4, epochs=1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as local:
        computed = compare([run], seeds=3, cluster=local.scheduler_address)
    assert np.array_equal(computed.bands[0].high, band(runs_over_seeds(run, 3)).high)


def test_a_diverged_run_can_be_compared() -> None:
    computed = compare([line(batch=None, lr=2.0, epochs=400), line(batch=None, epochs=400)])
    assert computed.best == pytest.approx(lowest(line().model, np.zeros(2))[0], rel=1e-12)


def test_what_is_spread_can_be_sent() -> None:
    run = line()
    model, settings = pickle.loads(pickle.dumps((run.model, run.settings)))
    assert settings.batches == run.settings.batches
    assert model.start == run.model.start


def test_a_wrong_lowest_loss_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "lowest", lambda model, vector: (-1.0, vector))
    matrix, y = points()
    best = np.linalg.lstsq(matrix, y, rcond=None)[0]
    assert comparison([line()]).best != pytest.approx(np.mean((matrix @ best - y) ** 2))


def test_a_band_is_at_the_marks_that_all_seeds_have() -> None:
    def curve(updates: list[float]) -> Curve:
        marks = np.array(updates)
        return Curve(marks, marks / 4, 8 * marks, marks / 1000, 100 - marks)

    computed = band([curve([0, 1, 2, 10, 20, 30]), curve([0, 1, 2, 5, 10])])
    assert computed.middle.updates.tolist() == [0, 1, 2, 10]
    assert computed.low.tolist() == computed.high.tolist() == computed.middle.loss.tolist() == [100, 99, 98, 90]
