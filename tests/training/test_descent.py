"""Runs: against torch, against answers known in closed form, and what they say of themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError, ShapeError
from graphviz_ad.graph.graph import Limits
from graphviz_ad.training import descent
from graphviz_ad.training.batches import Batches
from graphviz_ad.training.optimizers import NAMES, optimizer
from graphviz_ad.training.run import total_loss
from graphviz_ad.training.schedules import SCHEDULES, rates
from tests.benchmarks.training import megabytes_of_a_file

LINE = "z = w_1 x + b; L = mean((z - y)^2)"
LOGISTIC = "a = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"
NETWORK = "H = tanh(X W + c); p = H v + b; L = mean((p - y)^2)"

SETTINGS: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9, "nesterov": True},
    "weight decay": {"weight_decay": 0.02},
    "clipped": {"clip": 0.5, "momentum": 0.5},
    "all at once": {"momentum": 0.8, "nesterov": True, "weight_decay": 0.01, "clip": 1.0, "schedule": "cosine"},
    "rmsprop": {"optimizer": "rmsprop"},
    "rmsprop with momentum": {"optimizer": "rmsprop", "momentum": 0.5, "constants": {"alpha": 0.9}},
    "adagrad": {"optimizer": "adagrad"},
    "adam": {"optimizer": "adam"},
    "adam with decay": {"optimizer": "adam", "weight_decay": 0.1, "constants": {"beta_1": 0.8}},
    "adamw": {"optimizer": "adamw"},
}


def line(**options: Any) -> Run:
    """A run on the points of a line."""
    return parse(LINE).train(named("line"), **{"batch": 9, "lr": 0.02, "w_1": 0, "b": 0, **options})


def network(**options: Any) -> Run:
    """A run of a network with eight hidden units on xor."""
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    shapes = {"W": (2, 8), "c": (8,), "v": (8,)}
    return parse(NETWORK).train(table, {"b": 0.1}, **{"batch": 9, "lr": 0.02, "shapes": shapes, **options})


@pytest.mark.torch
@pytest.mark.parametrize("settings", SETTINGS)
def test_2000_updates_are_those_of_torch(settings: str) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    run = line(epochs=70, **SETTINGS[settings])
    assert run.updates >= 2000
    agreement = run.check()
    assert agreement.ok, str(agreement)


@pytest.mark.torch
@pytest.mark.parametrize("settings", ["nesterov", "adam", "clipped"])
def test_a_network_too(settings: str) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    agreement = network(epochs=5, **SETTINGS[settings]).check()
    assert agreement.ok, str(agreement)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("v' = μ*v + g", "v' = μ*v + (1 - μ)*g"), ("1 - β_2^t", "1 - β_1^t"), ("sqrt(s') + ε", "sqrt(s' + ε)")],
)
def test_a_wrong_rule_is_seen(right: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    settings = {"v": {"momentum": 0.9}, "1": {"optimizer": "adam"}, "s": {"optimizer": "rmsprop"}}[right[0]]
    real = descent.rules

    def planted(model: Any, rule: Any) -> Any:
        assert any(right in line for line in rule.statements)
        return real(model, replace(rule, statements=tuple(line.replace(right, wrong) for line in rule.statements)))

    monkeypatch.setattr(descent, "rules", planted)
    agreement = line(epochs=1, **settings).check()
    assert not agreement.ok
    assert "first that differs" in str(agreement)


def test_least_squares() -> None:
    table = named("line")
    run = line(batch=None, lr=0.2, epochs=300)
    points = np.column_stack([table.columns["x"], np.ones(len(table))])
    best = np.linalg.lstsq(points, table.columns["y"], rcond=None)[0]
    assert np.allclose([run.final["w_1"], run.final["b"]], best, rtol=1e-10, atol=0)


def test_logistic_regression_finds_newtons_answer() -> None:
    table = named("two-classes")
    points = np.column_stack([table.columns["x_1"], table.columns["x_2"], np.ones(len(table))])
    y, w = table.columns["y"], np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-points @ w))
        w = w - np.linalg.solve(points.T @ (points * (p * (1 - p))[:, None]), points.T @ (p - y))
    run = parse(LOGISTIC).train(table, batch=None, lr=1.0, momentum=0.9, epochs=3000, w_1=0, w_2=0, b=0)
    assert np.allclose([run.final[name] for name in ("w_1", "w_2", "b")], w, rtol=1e-9, atol=1e-11)


def test_the_updates_of_a_run_are_traces_of_its_graph() -> None:
    run = line(epochs=2)
    for number in (1, 7, run.updates):
        trace = run.update(number)
        assert trace.value("L") == pytest.approx(run.loss[number - 1], rel=1e-13)
        moved = run.after(number)[0]["w_1"], run.after(number - 1)[0]["w_1"]
        assert moved[0] == pytest.approx(moved[1] - 0.02 * trace.grad("w_1"), rel=1e-13)  # type: ignore[operator]
    assert run.update(1).grads[run.update(1).graph.inputs["x"]] is None


def test_states_that_are_not_kept_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = line(epochs=3, momentum=0.9)
    monkeypatch.setattr(descent, "_MAX_KEPT", 60)
    thin = line(epochs=3, momentum=0.9)
    assert len(thin.kept) < len(whole.kept) / 5
    for update in (0, 5, 13, whole.updates):
        assert thin.after(update) == whole.after(update)
    assert thin.kept[-1] == thin.updates


def test_the_same_seed_gives_the_same_run_another_another() -> None:
    assert np.array_equal(line(seed=3).loss, line(seed=3).loss)
    assert not np.array_equal(line(seed=3).loss, line(seed=4).loss)
    assert not np.array_equal(network(seed=3).parameters["W"][0], network(seed=4).parameters["W"][0])


def test_every_example_is_dealt_once_an_epoch() -> None:
    batches = Batches(10, 4, seed=2)
    assert batches.an_epoch == 3
    for epoch in range(3):
        dealt = np.concatenate([batches.batch(3 * epoch + number) for number in (1, 2, 3)])
        assert sorted(dealt) == list(range(10))
    assert [len(batches.batch(number)) for number in (1, 2, 3)] == [4, 4, 2]
    assert Batches(10, 4, drop_last=True).an_epoch == 2


def test_the_last_batch_is_averaged_over_itself() -> None:
    run = line(batch=200, epochs=1)
    rows = run.rows(2)
    assert len(rows["x"]) == 56
    z = run.after(1)[0]["w_1"] * rows["x"] + run.after(1)[0]["b"]
    assert run.loss[1] == pytest.approx(np.mean((z - rows["y"]) ** 2), rel=1e-14)
    assert line(batch=200, epochs=1, drop_last=True).updates == 1


@pytest.mark.parametrize(
    "formula", ["L = sum((w_1 x + b - y)^2)/N", r"L = \frac{1}{N}\sum_{i=1}^N (w_1 x_i + b - y_i)^2"]
)
def test_N_is_the_number_of_examples_in_a_batch(formula: str) -> None:
    run = parse(formula).train(named("line"), batch=9, lr=0.02, epochs=2, w_1=0, b=0)
    assert np.allclose(run.parameters["w_1"], line(epochs=2).parameters["w_1"], rtol=1e-12)


def test_a_sum_is_told() -> None:
    assert line().notes == ()
    run = parse("L = sum((w_1 x + b - y)^2)").train(named("line"), lr=1e-4, epochs=1, w_1=0, b=0)
    assert run.notes == (
        "the loss is a sum over the examples, so the step grows with the batch; mean(…) makes it independent",
    )


def test_what_stays_stays() -> None:
    run = line(epochs=1, fixed=["b"])
    assert run.names == ("w_1",)
    assert run.update(1).value("b") == 0.0


def test_divergence_stops_and_is_told() -> None:
    run = line(batch=None, lr=2.0, epochs=1000)
    assert run.updates < 1000
    assert run.stopped is not None
    assert run.stopped.startswith(f"L is inf in epoch {run.updates + 1}, before update {run.updates + 1}")
    assert np.all(np.isfinite(run.loss))


def test_an_interrupt_leaves_what_is_done() -> None:
    def stop(done: int, whole: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    run = line(epochs=10, progress=stop)
    assert run.updates == 3 * 29
    assert run.stopped == f"interrupted after {run.updates} of 290 updates"


def test_a_file_larger_than_the_memory_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = named("line")
    for name, column in table.columns.items():
        np.save(tmp_path / f"{name}.npy", column)
    mapped = {name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in table.columns}
    monkeypatch.setattr(descent, "_IN_MEMORY", 10)
    monkeypatch.setattr("graphviz_ad.training.run._CHUNK", 50)
    big = parse(LINE).train(mapped, batch=9, lr=0.02, w_1=0, b=0)
    assert np.allclose(big.loss, line().loss, rtol=1e-12)
    assert total_loss(big.model, big.final) == pytest.approx(line().total(big.updates), rel=1e-12)


def test_the_loss_over_many_examples_is_computed_in_parts_that_are_allowed() -> None:
    limits = Limits(array=500)
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    shapes = {"W": (2, 20), "c": (20,), "v": (20,)}
    small = parse(NETWORK, limits=limits).train(table, b=0.1, batch=9, shapes=shapes, epochs=1)
    large = parse(NETWORK).train(table, b=0.1, batch=9, shapes=shapes, epochs=1)
    assert small.total(small.updates) == pytest.approx(large.total(large.updates), rel=1e-14)
    assert len(small.diagnosis()) == 0


def test_files_are_data(tmp_path: Path) -> None:
    columns = named("line").columns
    np.savez(tmp_path / "line.npz", **columns)
    (tmp_path / "line.csv").write_text(
        "x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in zip(columns["x"].tolist(), columns["y"].tolist()))
    )
    for path in (tmp_path / "line.npz", str(tmp_path / "line.csv")):
        assert np.array_equal(parse(LINE).train(path, batch=9, lr=0.02, w_1=0, b=0).loss, line().loss)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch": 0}, "a batch cannot have 0"),
        ({"batch": "few"}, "a batch cannot have few"),
        ({"batch": 2.5}, "a batch cannot have 2.5"),
        ({"batch": 257}, "there are 256 examples; a batch cannot have 257"),
        ({"lr": 0}, "the learning rate is 0, which does not go down"),
        ({"lr": float("nan")}, "the learning rate is nan"),
        ({"epochs": 0}, "0 epochs do nothing"),
        ({"x": 1}, "'x' is a column of 'line', and it is given a value"),
        ({"c": 1}, "the formula has no parameter 'c'"),
        ({"optimizer": "adm"}, "did you mean 'adam'?"),
        ({"optimizer": "adam", "momentum": 0.9}, "adam takes no momentum"),
        ({"nesterov": True}, "Nesterov's method looks ahead"),
        ({"constants": {"beta_1": 0.9}}, "sgd has no constant 'beta_1'"),
        ({"schedule": "q*2"}, "a schedule knows no q"),
        ({"fixed": ["w_1", "b"]}, "there is nothing to learn"),
        ({"shapes": {"b": (2,)}}, "'b' has a value and a shape"),
    ],
)
def test_bad_input_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        line(**options)


def test_a_loss_without_data() -> None:
    run = parse("f = (1 - x)^2 + 100*(y - x^2)^2").train(lr=0.001, epochs=2000, x=-1.2, y=1)
    x, y = -1.2, 1.0
    for update in range(2000):
        assert np.allclose([run.parameters["x"][update], run.parameters["y"][update]], [x, y], rtol=1e-12)
        x, y = x - 0.001 * (2 * (x - 1) - 400 * x * (y - x * x)), y - 0.001 * 200 * (y - x * x)
    assert run.loss[0] == pytest.approx(24.2)
    assert run.spent == "2000 updates"
    assert run.update(7).grad("x") == pytest.approx((run.parameters["x"][6] - run.parameters["x"][7]) / 0.001)
    assert str(parse("f = (x - 1)^2").train(lr=2, epochs=600, x=0).diagnosis()).count("example") == 0


@pytest.mark.torch
def test_torch_agrees_on_a_loss_without_data() -> None:
    assert parse("f = (1 - x)^2 + 100*(y - x^2)^2").train(lr=0.001, epochs=200, x=-1.2, y=1).check().ok


def test_labels_and_losses() -> None:
    table = named("two-classes")
    signs = Table({**table.columns, "y": 2 * table.columns["y"] - 1}, "signs")
    with pytest.raises(InputError, match="'y' has a label -1"):
        parse(LOGISTIC).train(signs, w_1=0, w_2=0, b=0)
    with pytest.raises(ShapeError, match="the loss 'L' is no number"):
        parse("L = (w_1 x + b - y)^2").train(named("line"), w_1=0, b=0)
    with pytest.raises(InputError, match="'b': no column and no start value"):
        parse(LINE).train(named("line"), w_1=0)
    with pytest.raises(InputError, match="none of the columns of 'xor'"):
        parse("L = mean((w q - p)^2)").train(named("xor"), w=0, q=1, p=2)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_begin_with_the_rate(schedule: str) -> None:
    computed = rates(schedule, 0.1, 10, 400)
    assert computed.shape == (400,)
    assert computed[9] == pytest.approx(0.1, rel=0.05) or schedule == "constant"
    assert np.all(np.diff(computed[10:]) <= 1e-15)


def test_every_optimiser_is_a_text_that_is_read() -> None:
    for name in NAMES:
        parse(optimizer(name).text)


@pytest.mark.slow
def test_a_mapped_file_of_400_megabytes_is_learnt_from_in_flat_memory() -> None:
    assert megabytes_of_a_file() < 50


def test_one_update_in_one_epoch_is_no_plural() -> None:
    assert line(epochs=1, batch=256).spent == "1 update in 1 epoch"
    assert line(epochs=1, batch=128).spent == "2 updates in 1 epoch"
