"""`graphviz-ad torch` as a shell runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

torch = pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")

pytestmark = pytest.mark.torch
MODEL = """
import torch
from torch import nn

w = torch.tensor(2.0, requires_grad=True)

def neuron(x, y):
    z = w * x - 1
    return (torch.sigmoid(z) - y) ** 2

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

def bad(x):
    return x @ torch.zeros(7)
"""
COMPILED = """
import torch
from torch import nn

class Sized(nn.Module):
    def __init__(self, n):
        super().__init__()

script = torch.jit.trace(nn.Linear(3, 1), torch.zeros(3))
compiled = torch.compile(nn.Linear(3, 1))
"""
NET = ("model.py:Net", "--input", "x=2x3", "--loss", "F.cross_entropy(out, y)")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Words behind `torch` → exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL, encoding="utf-8")
    Path("compiled.py").write_text(COMPILED, encoding="utf-8")
    Path("stops.py").write_text("raise SystemExit(3)", encoding="utf-8")

    def run(*words: str) -> Any:
        code = main(["torch", *words])
        return (code, *capsys.readouterr())

    return run


def test_the_steps_are_printed(call: Any) -> None:
    code, out, err = call("model.py:neuron", "3", "y=1")
    assert (code, err) == (0, "")
    assert out.startswith(" 1/11  forward   v1 = w · x = 2 · 3 = 6")
    assert "∂loss/∂w" in out


def test_the_text_and_a_picture(call: Any) -> None:
    code, out, _ = call(*NET, "--input", "y=2:int", "--text")
    assert code == 0
    assert out.split("\n")[0] == "fc1 = x @ W_{fc1}.T + b_{fc1}"
    code, _, err = call(*NET, "y=[0, 1]:int", "--detail", "module", "-o", "net.svg")
    assert (code, err) == (0, "note: wrote net.svg\n")
    assert "fc1" in Path("net.svg").read_text(encoding="utf-8")


def test_a_loss_has_the_names_of_the_file(call: Any) -> None:
    with Path("model.py").open("a", encoding="utf-8") as file:
        file.write("y = torch.tensor([0, 1])\nout = None\ncriterion = torch.nn.CrossEntropyLoss()\n")
    named = call("model.py:Net", "--input", "x=2x3", "--loss", "criterion(out, y)", "--text")
    written = call("model.py:Net", "--input", "x=2x3", "--loss", "F.cross_entropy(out, y)", "--text")
    assert (named[0], named[2]) == (0, "")
    assert named[1].replace("criterion", "loss") == written[1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_torch_compile_made_is_run_as_it_was_written(call: Any) -> None:
    code, out, _ = call("compiled.py:compiled", "--input", "x=3", "--loss", "out.sum()", "--text")
    assert (code, out) == (0, "v = W @ x + b\nloss = sum(v)\n")


@pytest.mark.slow
def test_many_nodes_begin_with_modules_closed(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.torch.MANY_NODES", 5)
    code, _, err = call(*NET, "--input", "y=2:int", "-o", "net.svg")
    assert (code, err.count("each module is one node")) == (0, 1)
    assert "each module" not in call(*NET, "--input", "y=2:int", "--detail", "operation", "-o", "net.svg")[2]
    assert "each module" not in call(*NET, "--input", "y=2:int", "-o", "net.pdf")[2]


@pytest.mark.parametrize(
    ("words", "rows"), [((), True), (("--fit", "graph"), False), (("--detail", "operation"), False)]
)
def test_a_long_net_of_modules_stands_in_rows(call: Any, words: tuple[str, ...], rows: bool) -> None:
    layers = ", ".join(["nn.Linear(2, 2), nn.Tanh()"] * 8)
    Path("deep.py").write_text(f"from torch import nn\nnet = nn.Sequential({layers})", encoding="utf-8")
    assert call("deep.py:net", "--input", "x=1x2", "--loss", "out.sum()", *words, "-o", "net.svg")[0] == 0
    wide, high = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', Path("net.svg").read_text("utf-8"))[0])
    assert (wide < 4 * high) == rows


NETS = """
from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.mlp = nn.LayerNorm(2), nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))

    def forward(self, x):
        return x + self.mlp(self.norm(x))

few, many = nn.Sequential(Block(), Block(), Block()), nn.Sequential(*(Block() for _ in range(8)))
"""


@pytest.mark.parametrize(("net", "words", "seen"), [
    ("few", "each module is one node, but for Block_0, Block_1, Block_2:", ("norm", "mlp")),
    ("many", "each module is one node:", ("h×8",)),
])  # fmt: skip
def test_as_much_is_open_as_a_reader_takes_in(
    call: Any, monkeypatch: pytest.MonkeyPatch, net: str, words: str, seen: tuple[str, ...]
) -> None:
    monkeypatch.setattr("cli.torch.MANY_NODES", 20)
    monkeypatch.setattr("cli.torch.FEW_NODES", 13)
    Path("nets.py").write_text(NETS, encoding="utf-8")
    code, _, err = call(f"nets.py:{net}", "--input", "x=1x2", "--loss", "out.sum()", "-o", "net.dot")
    assert (code, words in err) == (0, True), err
    assert all(name in Path("net.dot").read_text(encoding="utf-8") for name in seen)


def test_the_seed_decides_all_numbers(call: Any) -> None:
    outputs = [call(*NET, "--input", "y=2:int", "--seed", seed)[1] for seed in ("1", "1", "2")]
    assert outputs[0] == outputs[1] != outputs[2]
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("model.py",), "error: 'model.py' does not say what to run\nhint: write FILE.py:NAME, as in model.py:net\n"),
        (("model.py:nett",), "error: 'model.py' has no function or module 'nett'\nhint: there are neuron, Net, bad\n"),
        (("model.py:w",), "error: 'model.py' has 'w', but it is a Tensor\nhint: name a function or module\n"),
        (("other.py:f",), "error: there is no file 'other.py'\nhint: check its name and the folder you are in\n"),
        (("model.py:Net",), "error: no value for x\nhint: give one, as in --input x=2x3 or x=1.5\n"),
        (("model.py:Net", "--input", "2x3"), "error: '2x3' is no input\nhint: write it as --input x=2x3"),
        (("model.py:Net", "--input", "x=2x3"), "error: the code gives a tensor of shape (2, 2); a backward pass"),
        (
            (*NET,),
            "error: --loss 'F.cross_entropy(out, y)': name 'y' is not defined\nhint: name it in the file, or give its value",
        ),
        (("model.py:Net", "--input", "x=2x3", "--loss", "out +"), "error: --loss 'out +' is no expression of Python"),
        (("model.py:bad", "--input", "x=3"), "error: model.py:20: RuntimeError: "),
        (("model.py:Net", "--input", "x=3", "--loss", "out.summ()"), "error: --loss 'out.summ()': AttributeError: "),
        (("compiled.py:Sized",), "error: Sized() is made without arguments here: missing a required argument: 'n'"),
        (("compiled.py:script", "--input", "x=3"), "error: 'Linear' is compiled by torch.jit"),
        (("stops.py:f",), "error: stops.py:1: SystemExit: 3\nhint: run the file alone"),
    ],
)
def test_bad_input_is_told(call: Any, words: tuple[str, ...], message: str) -> None:
    code, out, err = call(*words)
    assert (code, out) != (0, "")
    assert err.startswith(message)
    assert not Path("net.svg").exists()
