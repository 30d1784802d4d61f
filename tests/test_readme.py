"""What the README and the table of operations say is what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.main import main
from gallery import front, operations
from graphviz_ad import parse

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md")}
MAX_WORDS = 500
"""Of the README, so that who finds the project reads it."""
WORDS_OF_THE_FIELD = (
    "automatic differentiation", "autodiff", "back-propagation", "deep learning", "neural network",
    "computational graph", "chain rule",
)  # fmt: skip
"""What people search for."""
MODEL = "from torch import nn\n\nlayer = nn.Linear(3, 2)\n\n\ndef net(x):\n    return layer(x)\n"
"""The model.py of the commands."""
FORMULAS = r"""
z = w*x + b; a = σ(z)                 # statements end with ; or a new line; the last one is the output
L = (a - y)² + λ w₁^2                 # powers, Greek letters, subscripts, products without a sign: 2(x+1), 3x
p = softmax(W x + b); p[0]            # vectors and matrices: the shapes say that W x is a matrix product
L = 1/N ∑_{i=1}^N (y_i - w x_i - b)²   # a sum over an index; --unroll i writes it out, one node a term
f(x) = x for x > 0, 0.1 x otherwise   # cases; f(t) = t*sigmoid(t) is a function of your own, q = f(2x) a call
loss = F.mse_loss(X @ w + b, y)       # a line of numpy, torch, R or a spreadsheet
\hat{y} = \sigma(\mathbf{w}^\top \mathbf{x} + b)      # LaTeX, also from a document: @notes.md#3
"""
ERROR = """error: there is no function 'sgimoid'
  1 | a = sgimoid(w*x)
    |     ^^^^^^^
hint: did you mean 'sigmoid'?
"""
"""How a mistake in a formula is told."""


def blocks(language: str, page: str = "README.md") -> list[str]:
    """Kind of code block → the blocks of that kind in a README."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return [block for kind, block in fences if kind == language]


def commands(page: str) -> list[str]:
    """A README → the commands in it, the one that installs and makes a deck among them."""
    lines = [line for block in blocks("sh", page) for line in block.splitlines()]
    return [line[line.index("graphviz-ad ") :] for line in lines if "graphviz-ad " in line]


COMMANDS = list(dict.fromkeys(command for page in PAGES for command in commands(page)))


def test_there_are_commands_to_try():
    for page in PAGES:
        names = {shlex.split(command, comments=True)[1] for command in commands(page)}
        assert names == {"steps", "check", "torch", "explain", "exercise"}


def test_it_is_read_in_a_minute():
    assert len(PAGES["README.md"].split()) <= MAX_WORDS


def test_who_searches_finds_it():
    text = " ".join(PAGES["README.md"].lower().split())
    assert [word for word in WORDS_OF_THE_FIELD if word not in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_its_two_commands_are_single_lines(page):
    lines = [line for block in blocks("sh", page) for line in block.splitlines() if line.startswith("python3 -m venv ")]
    assert [("graphviz-ad steps" in line, "-m pytest" in line) for line in lines] == [(True, False), (False, True)]


def test_both_say_the_same():
    english, japanese = PAGES.values()
    for pattern in (r"^\|", r"^- \*\*", r"^## ", r"^```"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, japanese, re.MULTILINE))
    words = [[command.split()[1] for command in commands(page)] for page in PAGES]
    assert words[0] == words[1]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]*)(#[^)]*)?\)", PAGES[page])
    assert len(links) > 10
    headings = re.findall(r"^## (.*)", PAGES[page], re.MULTILINE)
    anchors = {"#" + heading.lower().replace(" ", "-") for heading in headings}
    for path, anchor in links:
        assert anchor in anchors if not path else (ROOT / path).exists(), path + anchor


def test_the_picture_and_the_player_are_those_of_its_first_command():
    command = shlex.split(commands("README.md")[0])
    assert command[2] == front.FORMULA
    assert command[3:7] == [f"{name}={value}" for name, value in front.VALUES.items()]
    for page in PAGES.values():
        assert re.search(
            rf"\[!\[.*\]\(gallery/{re.escape(front.PICTURE)}\)\]\(gallery/{re.escape(front.PLAYER)}\)", page
        )
    trace = front.trace()
    assert (trace.value("a"), trace.value("L"), trace.grad("w")) == (0.5, 0.25, -0.5)  # far from saturated


@pytest.mark.torch
@pytest.mark.cjk
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command, comments=True)[1:]
    Path("model.py").write_text(MODEL, encoding="utf-8")
    assert main(words) == 0
    if "-o" in words:
        written = Path(words[words.index("-o") + 1])
        assert any(written.iterdir()) if written.is_dir() else written.stat().st_size > 0
    else:
        assert capfd.readouterr().out.strip()


@pytest.mark.torch
@pytest.mark.cjk
@pytest.mark.parametrize("page", PAGES)
def test_python_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python", page)
    scope: dict[str, object] = {}
    exec(code, scope)
    assert scope["trace"].grad("w") == -0.5
    assert (tmp_path / "deck.pdf").read_bytes().startswith(b"%PDF")


def test_formulas_are_read():
    lines = [re.split(r" {3,}#| #", line)[0] for line in FORMULAS.strip().splitlines()]
    names = [set(parse(line).ids) for line in lines]
    for number, output_name in enumerate(("a", "L", "p", "L", "f", "loss", "ŷ")):
        assert output_name in names[number], lines[number]


def test_an_error_points_at_its_place(capfd):
    formula = re.search(r"1 \| (.*)", ERROR)[1]
    assert main(["draw", formula, "w=1", "x=2", "-T", "svg"]) == 1
    assert capfd.readouterr().err == ERROR


def test_the_table_of_operations_is_fresh():
    written = operations.PAGE.read_text(encoding="utf-8")
    assert written == operations.page(), f"gallery/operations.md is stale: {operations.RENEW}"
