"""`graphviz-ad train` as a shell runs it."""

from __future__ import annotations

import csv
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli.learning import INITS, OPTIMIZERS
from graphviz_ad.training.model import INITS as ALL_INITS
from graphviz_ad.training.optimizers import NAMES


@pytest.fixture
def train(on_a_line: Any) -> Any:
    """Words behind `train FORMULA @line.csv w_1=0 b=0` → exit code, standard output, standard error."""
    return partial(on_a_line, "train")


def test_what_stands_here_again_is_the_same() -> None:
    assert (OPTIMIZERS, INITS) == (NAMES, ALL_INITS)


def test_the_result_is_printed(train: Any) -> None:
    code, out, _ = train("--batch", "8", "--epochs", "20", "--seed", "1")
    assert code == 0
    assert out == (
        "w_1 = 1.557\nb = -0.4499\nL over all 256 examples: 3.762 → 0.2514\n"
        "640 updates in 20 epochs, batches of 8, sgd, η = 0.1\n"
    )


def test_a_run_is_a_table(train: Any) -> None:
    assert train("--batch", "100", "--epochs", "2", "-o", "run.csv")[0] == 0
    rows = list(csv.DictReader(Path("run.csv").read_text().splitlines()))
    assert list(rows[0]) == ["update", "epoch", "examples", "seconds", "loss", "w_1", "b"]
    assert [row["examples"] for row in rows] == ["0", "100", "200", "256", "356", "456", "512"]
    assert [float(row["epoch"]) for row in rows] == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])


def test_a_run_is_json(train: Any) -> None:
    assert train("--batch", "100", "--epochs", "2", "--optimizer", "adam", "-o", "run.json")[0] == 0
    run = json.loads(Path("run.json").read_text())
    assert run["schema"] == "graphviz-ad/run/1"
    assert len(run["loss"]) == run["updates"] == 6
    assert len(run["parameters"]["w_1"]) == len(run["kept"]) == 7
    assert run["settings"]["optimizer"]["rule"][-1] == "w' = w - η*m̂/(sqrt(ŝ) + ε)"
    assert run["total"]["loss"][-1] < run["total"]["loss"][0]


@pytest.mark.slow
@pytest.mark.torch
def test_torch_agrees(train: Any) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    code, _, err = train("--batch", "64", "--with", "torch", "--momentum", "0.9", "--nesterov")
    assert code == 0
    assert "40 updates agree with torch to 1e-12" in err


@pytest.mark.parametrize(
    "name", ["u.svg", *(pytest.param(name, marks=pytest.mark.slow) for name in ("u.html", "steps/"))]
)
def test_an_update_is_drawn(train: Any, name: str) -> None:
    code, _, err = train("--batch", "2", "--update", "3", "-o", name)
    assert (code, err.splitlines()[-1]) == (0, f"note: wrote {name}")
    assert Path(name).exists()


def test_an_update_is_told(train: Any) -> None:
    code, out, _ = train("--batch", "9", "--update", "1", "--lang", "ja")
    assert code == 0
    assert "更新    w_1' = w_1 - η · ∂L/∂w_1 = 0 - 0.1 · " in out


def test_latex_is_learnt_from_too(train: Any) -> None:
    code, out, _ = train(
        "--batch", "10", "--lr", "0.05", formula=r"\mathcal{L} = \frac{1}{N}\sum_{i=1}^N (w x_i + b - y_i)^2",
        values=("@line.csv", "w=0", "b=0"),
    )  # fmt: skip
    assert code == 0
    assert out.startswith("w = 1.5")


def test_parameters_can_be_drawn(train: Any) -> None:
    network = "H = tanh(X W + c); p = H v + b; L = mean((p - y)^2)"
    words = ("--columns", "X=x", "--shape", "W=1x4", "--shape", "c=4", "--shape", "v=4", "--constant", "beta_1=0.8")
    code, out, _ = train(*words, "--optimizer", "adam", formula=network, values=("@line.csv", "b=0"))
    assert code == 0
    assert out.startswith("b = ")


def test_divergence_is_told(train: Any) -> None:
    code, _, err = train("--lr", "2", "--epochs", "1000")
    assert code == 0
    assert re.search(r"warning: L is inf in epoch (\d+), before update \1: the run has diverged", err)


@pytest.mark.parametrize(
    ("words", "values", "message"),
    [
        (("--batch", "0"), None, "a batch cannot have 0"),
        (("--batch", "300"), None, "there are 256 examples; a batch cannot have 300"),
        (("--batch", "few"), None, "a batch cannot have 'few' examples"),
        (("--lr", "0"), None, "the learning rate is 0, which does not go down"),
        ((), ("w_1=0", "b=0"), "data need a column of that name, in a file as @line.csv"),
        (("--batch", "8"), ("w_1=0", "b=0", "x=1", "y=2"), "there are no examples, of which a batch could have 8"),
        ((), ("@line.csv", "w_1=0"), "'b': no column and no start value"),
        ((), ("@line.csv", "w_1=0", "b=0", "x=1"), "'x' is a column of 'line.csv' and has a value besides"),
        (("--shape", "W"), None, "'W' is no shape"),
        (("--shape", "W=0x2"), None, "'W=0x2' has no entries"),
        (("--constant", "beta_1"), None, "'beta_1' is no constant"),
        (("-o", "run.xlsx"), None, "a run cannot be '.xlsx'"),
        (("--examples",), None, "--examples is how an update is shown"),
        (("--update", "900"), None, "there is no update 900"),
        (("--wrt", "w_1"), None, "'--wrt' does not go with training"),
        (("--schedule", "q"), None, "a schedule knows no q"),
    ],
)
def test_misuse_is_told(train: Any, words: tuple[str, ...], values: Any, message: str) -> None:
    code, out, err = train(*words, **({"values": values} if values else {}))
    assert code in (1, 2)
    assert message in err
    assert "hint:" in err
    assert out == ""


def test_an_interrupt_writes_what_is_done(train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.training import descent

    real, calls = descent._batches, []

    def interrupted(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(descent, "_batches", interrupted)
    code, _, err = train("--batch", "64", "-o", "run.csv")
    assert code == 1
    assert "interrupted after 8 of 40 updates" in err
    assert len(Path("run.csv").read_text().splitlines()) == 10


def test_what_is_wrong_is_told(train: Any) -> None:
    assert "warning" not in train("--batch", "8", "--epochs", "20")[2]
    code, _, err = train("--batch", "8", "--epochs", "20", "--lr", "2", "--lang", "ja")
    assert code == 0
    assert "warning: 学習率 2 は限界" in err


def test_the_notebook_of_an_update_is_that_of_its_run(train: Any) -> None:
    code, _, err = train("--update", "2", "--epochs", "2", "-o", "two.ipynb")
    assert code == 0, err
    cells = json.loads(Path("two.ipynb").read_text(encoding="utf-8"))["cells"]
    assert any("run.update(2).draw()" in "".join(cell["source"]) for cell in cells)
    assert train("--update", "999", "--epochs", "2", "-o", "no.ipynb")[0] == 1
    assert not Path("no.ipynb").exists()
