"""`--backward-graph` and `--calls` of draw, steps and torch."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

NEURON = ("z = w*x; L = (z - y)^2", "w=0.5", "x=2", "y=0.8")


def test_draw_with_values_in_symbols_and_of_data(run: Run) -> None:
    whole = run("draw", *NEURON, "--backward-graph", "-o", "-", "-T", "svg")
    assert whole.code == 0
    assert whole.out.count('class="pullback"') == 5
    assert whole.out.count('class="grad"') == 3
    symbols = run("draw", NEURON[0], "--backward-graph", "-o", "-", "-T", "svg")
    assert symbols.code == 0
    assert symbols.out.count('class="saved"') == 3
    data = run("draw", *NEURON, "--data", "x,y", "--backward-graph", "-o", "-", "-T", "svg")
    assert data.out.count('class="grad"') == 1


def test_steps_end_in_the_calls(run: Run, tmp_path: Path) -> None:
    calls = "z.retain_grad,backward,backward,zero_grad"
    outcome = run("steps", *NEURON, "--calls", calls, "--lang", "ja", "-o", f"{tmp_path}/")
    assert outcome.code == 0
    last = (tmp_path / "step-012.svg").read_text(encoding="utf-8")
    assert "z は葉ではないので、その .grad は残ります。" in last
    assert len(list(tmp_path.iterdir())) == 14


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("draw", "L = 2*3", "--backward-graph"), "no gradient goes back"),
        (("draw", *NEURON, "--calls", "zero_grad"), "the calls begin with the backward pass"),
        (("draw", *NEURON, "--calls", "backward,zerograd"), "did you mean 'zero_grad'?"),
        (("draw", *NEURON, "--backward-graph", "--mode", "forward", "--tangent", "w=1"), "no backward graph"),
        (("draw", "z = W x", "W=[[1,2],[3,4]]", "x=[1,0]", "--backward-graph"), "shape"),
    ],
)
def test_errors_say_what_to_do(run: Run, tmp_path: Path, arguments: tuple[str, ...], problem: str) -> None:
    outcome = run(*arguments, "-o", str(tmp_path / "x.svg"))
    assert outcome.code != 0
    assert problem in outcome.err
    assert "hint:" in outcome.err
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.torch
def test_code_becomes_both_passes_as_text_that_is_read_again(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    file = tmp_path / "code.py"
    file.write_text(
        "import torch\nw = torch.tensor(0.25, requires_grad=True)\ndef loss(x):\n    return (w*x - 0.05)**2\n"
    )
    text = run("torch", f"{file}:loss", "1", "--text", "--backward-graph").out
    assert "# backward: dw is the derivative of loss with respect to w" in text
    again = run("explain", text, "w=0.25", "x=1", "--json")
    assert '"name": "dw"' in again.out
    assert run("torch", f"{file}:loss", "1", "--calls", "backward,backward", "-o", str(tmp_path / "x.svg")).code == 0
