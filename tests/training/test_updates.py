"""An update as the third phase of a trace: its numbers, its steps, its pictures, its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import Trace, parse
from graphviz_ad.api.runs import Run
from graphviz_ad.autodiff.steps import Update
from graphviz_ad.autodiff.update import UpdateRules, with_updates
from graphviz_ad.data.named import named
from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.errors import InputError
from graphviz_ad.training.optimizers import instance, optimizer
from tests.training.test_descent import LINE, SETTINGS, line, network


def update(number: int = 5, **options: Any) -> Trace:
    return line(**{"epochs": 1, **options}).update(number)


@pytest.mark.parametrize("options", SETTINGS)
def test_the_nodes_give_the_next_values_of_the_run(options: str) -> None:
    run = line(epochs=1, batch=3, **SETTINGS[options])
    trace = run.update(7)
    after, memory = run.after(7)
    for name in ("w_1", "b"):
        assert trace.value(f"{name}'") == pytest.approx(after[name], rel=1e-12)
    for name, value in memory.items():
        assert trace.value(f"{name}'") == pytest.approx(value, rel=1e-12)


def test_arrays_too() -> None:
    run = network(epochs=1, optimizer="adam")
    trace = run.update(3)
    for name, value in run.after(3)[0].items():
        assert np.allclose(trace.value(f"{name}'"), value, rtol=1e-12)


def test_the_update_comes_behind_both_passes() -> None:
    trace = update(batch=3, momentum=0.9)
    phases = [step.phase for step in trace.steps]
    assert phases == sorted(phases, key=["forward", "backward", "update"].index)
    assert [trace.graph.names[step.node] for step in trace.steps if isinstance(step, Update)] == [
        "v_{w_1}'", "w_1'", "v_b'", "b'",
    ]  # fmt: skip
    assert trace.passes is not None
    assert not trace.passes.updates


def test_its_equations_multiply_out() -> None:
    text = str(update(2, batch=3, lr=0.1, seed=1).explain())
    written = re.findall(r"update +(.*)", text)
    assert written == [
        "w_1' = w_1 - η · ∂L/∂w_1 = 0.3388 - 0.1 · (-2.419) = 0.5807",
        "b' = b - η · ∂L/∂b = 0.2218 - 0.1 · (-1.382) = 0.36",
    ]
    assert "w_1 を勾配と逆の向きに動かします" in str(update(2, batch=3).explain(lang="ja"))


def test_a_batch_is_written_out_example_by_example() -> None:
    trace = update(2, batch=3)
    assert trace.graph.source.text.split("\n") == [
        "z^{(1)} = w_1·x^{(1)} + b", "z^{(2)} = w_1·x^{(2)} + b", "z^{(3)} = w_1·x^{(3)} + b",
        "L^{(1)} = (z^{(1)} - y^{(1)})^2", "L^{(2)} = (z^{(2)} - y^{(2)})^2", "L^{(3)} = (z^{(3)} - y^{(3)})^2",
        "L = (L^{(1)} + L^{(2)} + L^{(3)})/3",
    ]  # fmt: skip
    assert trace.contributions_to[trace.graph.inputs["w_1"]] == 3
    assert update(2, batch=9).graph.source.text == LINE
    assert update(2, batch=1).graph.source.text == "z = w_1·x + b\nL = (z - y)^2"


@pytest.mark.parametrize(
    ("formula", "last"),
    [
        (r"L = \frac{1}{N}\sum_{i=1}^N (w_1 x_i + b - y_i)^2", "L = (L^{(1)} + L^{(2)})/2"),
        ("L = sum((w_1 x + b - y)^2)", "L = L^{(1)} + L^{(2)}"),
        ("L = mse(w_1 x + b, y) + 0.1 w_1^2", "L = (L^{(1)} + L^{(2)})/2"),
        ("f(t) = w_1 t + b; L = mean((f(x) - y)^2)", "L = (L^{(1)} + L^{(2)})/2"),
    ],
)
def test_other_losses(formula: str, last: str) -> None:
    run = parse(formula).train(named("line"), batch=2, lr=0.001, epochs=1, w_1=0.5, b=0)
    trace = run.update(3)
    assert trace.graph.source.text.split("\n")[-1] == last
    assert trace.value("L") == pytest.approx(run.loss[2], rel=1e-12)


def test_a_minus_before_the_share_of_an_example_stays_a_sign() -> None:
    run = parse("L = -1/N sum_i x_i w").train(named("line"), batch=2, lr=0.001, epochs=1, w=1)
    assert run.update(1).graph.source.text.split("\n")[0] == "L^{(1)} = -(x^{(1)}·w)"


def test_coupled_examples_stay_together() -> None:
    formula = "m = mean(x); z = w_1*(x - m) + b; L = mean((z - y)^2)"
    run = parse(formula).train(named("line"), batch=3, lr=0.1, epochs=1, w_1=0, b=0)
    assert run.update(1).graph.source.text == formula
    with pytest.raises(InputError, match="cannot be told apart"):
        run.update(1, examples=True)


def test_examples_stand_in_their_order() -> None:
    trace = update(2, batch=4, seed=1)
    deck = Deck(trace, make_style(), [0])
    for stem in ("z", "L"):
        nodes = [deck.scene.nodes[trace.graph.ids[f"{stem}^{{({number})}}"]] for number in (1, 2, 3, 4)]
        assert [node.y for node in nodes] == sorted(node.y for node in nodes)


def test_its_nodes_look_like_an_update() -> None:
    trace = update(batch=3)
    deck = Deck(trace, make_style(), [0])
    (first, *_) = (step.k for step in trace.steps if isinstance(step, Update))
    node = trace.graph.ids["w_1'"]
    assert [deck.frames[k].nodes[node].look for k in (0, first - 1, first, first + 1)] == [
        Look.TODO, Look.TODO, Look.UPDATE, Look.UPDATED,
    ]  # fmt: skip
    assert deck.frames[first].phase == "update"


def test_closing_statements_keeps_the_update() -> None:
    trace = update(batch=3).closed("statement")
    assert {trace.graph.names[node] for node in trace.updates} == {"w_1'", "b'"}
    assert trace.value("w_1'") == update(batch=3).value("w_1'")


@pytest.mark.parametrize(
    "suffix",
    [
        "svg", "html", "tex",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("md", "pdf", "pptx", "reveal.html", "animated.svg")),
    ],
)  # fmt: skip
def test_it_is_saved_as_any_deck(suffix: str, tmp_path: Path) -> None:
    if suffix == "pptx":
        pytest.importorskip("pptx", reason="python-pptx is missing: pip install -e '.[dev]'")
    assert update(batch=2).save(tmp_path / f"update.{suffix}")[0] == str(tmp_path / f"update.{suffix}")


def test_a_notebook_of_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="the update is not in it"):
        update(batch=2).save(tmp_path / "update.ipynb")
    assert not list(tmp_path.iterdir())


def test_check_is_of_the_passes() -> None:
    report = update(batch=2).check("finite-difference", "complex-step")
    assert "update" not in str(report)
    assert str(report).count("agree") >= 2


def test_names_that_are_not_there() -> None:
    trace = parse("L = (w*x - 1)^2").run(w=1, x=2)
    rules = UpdateRules(["w' = w - η*g + q"], {"g": "w"}, {"η": 0.1}, {})
    with pytest.raises(InputError, match="names 'q', which is not there"):
        with_updates(trace, rules)


def test_the_record_has_the_update() -> None:
    record: Any = update(batch=1).explain().json()
    assert {step["phase"] for step in record["steps"]} == {"forward", "backward", "update"}
    assert record["schema"] == "graphviz-ad/trace/1"
    updates = {node["id"] for node in record["nodes"] if node["op"] == "update"}
    assert updates
    assert not [edge for edge in record["edges"] if edge["to"] in updates]


def test_runs_that_are_the_same_have_the_same_updates() -> None:
    first: Run = line(epochs=1)
    assert first.update(3).values[-1] == line(epochs=1).update(3).values[-1]
    with pytest.raises(InputError, match="there is no update 99"):
        first.update(99)


def test_a_mean_over_features_is_no_mean_over_examples() -> None:
    table = named("xor").joined({"X": ["x_1", "x_2"]})
    run = parse("z = X @ w; L = mean((z - y)^2) + 0*sum(X)").train(table, {"w": [1, 2]}, batch=2, lr=0.01, epochs=1)
    trace = run.update(2)
    assert trace.graph.source.text.split("\n")[2] == "L^{(1)} = (z^{(1)} - y^{(1)})^2 + 0*sum(X^{(1)})"
    assert trace.value("L") == pytest.approx(run.loss[1], rel=1e-12)


@pytest.mark.parametrize("name", ["w_1", "W_{out}", "W^{(1)}", "W_1^{(1)}", "W_{out}^{(1)}", "w_{max}", "ŵ", "θ'"])
def test_what_is_remembered_is_named_after_any_parameter(name: str) -> None:
    graph = parse(f"z = {name} x + b; L = mean((z - y)^2)")
    run = graph.train({"x": [0.0, 1.0, 2.0], "y": [0.0, 2.0, 4.0]}, optimizer="adam", batch=1, **{name: 0, "b": 0})
    names = instance(optimizer("adam"), name)[0]
    assert {names[word] for word in ("m", "m'", "s", "s'", "w'")} <= set(run.update(2).graph.ids)
    assert run.parameters[name][-1] > 0
