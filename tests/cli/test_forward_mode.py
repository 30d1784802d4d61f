"""Forward mode, Jacobians and second derivatives on the command line: what is printed, written and refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

NEURON = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", "w=2", "x=3", "b=-1", "y=1")
FORWARD = ("--mode", "forward", "--tangent", "w=1")
SOFTMAX = ("z = W x; p = softmax(z)", "W=[[1,2],[3,4],[0,1]]", "x=[0.1,0.2]")
LOGISTIC = ("p = sigmoid(w x + b); L = -log(p)", "w=1", "x=2", "b=0")


def test_explain(run: Any) -> None:
    outcome = run("explain", *NEURON, *FORWARD)
    assert outcome.code == 0
    assert " 3/11  tangent  v̇_1 = ∂v1/∂w · ẇ = x · ẇ = 3 · 1 = 3" in outcome.out
    assert "The slope of v1 with respect to w, times the tangent of w, goes on to v1." in outcome.out


@pytest.mark.parametrize(("lang", "words"), [("ja", "{w} についての傾きは 1 なので"), ("zh", "关于 {w} 的斜率是 1")])
def test_explain_in_other_languages(run: Any, lang: str, words: str) -> None:
    outcome = run("explain", "z = w + b", "w=1", "b=2", *FORWARD, "--lang", lang)
    assert words.format(w="w") in outcome.out


def test_explain_as_table_and_json(run: Any) -> None:
    assert "tangent trace ↓" in run("explain", *NEURON, *FORWARD, "--table").out
    record = json.loads(run("explain", *NEURON, *FORWARD, "--json").out)
    assert record["nodes"][2] == {
        "id": 2, "name": "v1", "op": "multiply", "inputs": [0, 1], "shape": [], "value": 6.0, "grad": None,
        "tangent": 3.0,
    }  # fmt: skip
    assert record["edges"][0]["pushed"] == 3.0
    assert [step["kind"] for step in record["steps"]][:3] == ["seed-tangent", "evaluate", "push"]


def test_draw_and_steps(run: Any, tmp_path: Path) -> None:
    assert run("draw", *NEURON, *FORWARD, "-o", str(tmp_path / "x.svg")).code == 0
    assert run("steps", *NEURON, *FORWARD, "--by", "node", "-o", str(tmp_path / "deck")).code == 0
    assert len(list((tmp_path / "deck").iterdir())) == 8


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        ((*NEURON, "--mode", "forward"), 2,
         "error: forward mode needs the tangent of an input\nhint: say how one moves, as in --tangent w=1\n"),
        ((*NEURON, "--tangent", "w=1"), 2, "error: --tangent is of forward mode\nhint: add --mode forward\n"),
        ((*NEURON, *FORWARD, "--wrt", "w"), 2,
         "error: --wrt is of reverse mode, which carries gradients\n"
         "hint: leave it out; --tangent NAME=VALUE says which inputs move\n"),
        ((*NEURON, *FORWARD, "--upstream", "2"), 2,
         "error: --upstream is of reverse mode, which carries gradients\n"
         "hint: leave it out; --tangent NAME=VALUE says which inputs move\n"),
        ((*NEURON, *FORWARD, "--tangent", "w=2"), 2,
         "error: --tangent names 'w' twice\nhint: leave one of them out\n"),
        ((*NEURON, "--mode", "forward", "--tangent", "q=1"), 1,
         "error: a tangent is given for 'q', which is no input of the formula\nhint: the inputs are: w, x, b, y\n"),
        ((*NEURON, "--mode", "forward", "--tangent", "w=[1, 2]"), 1,
         "error: the tangent of 'w' has shape (2), its value is a number\n"
         "hint: give a tangent with a number for each number of the value\n"),
    ],
)  # fmt: skip
def test_what_is_refused(run: Any, arguments: tuple[str, ...], code: int, error: str) -> None:
    outcome = run("explain", *arguments)
    assert (outcome.code, outcome.err) == (code, error)


def test_jacobian(run: Any) -> None:
    outcome = run("jacobian", *SOFTMAX, "--wrt", "z")
    assert outcome.out.split("\n")[:5] == [
        "∂p/∂z, 3 × 3", "", "          z[0]     z[1]      z[2]", "p[0]    0.2019  -0.1435  -0.05836",
        "p[1]   -0.1435   0.2499   -0.1063",
    ]  # fmt: skip
    assert "forward mode takes 3 sweeps, one a column; reverse mode takes 3 sweeps, one a row" in outcome.out


def test_jacobian_as_json(run: Any) -> None:
    record = json.loads(run("jacobian", *SOFTMAX, "--wrt", "W", "--json").out)
    assert (record["schema"], record["mode"]) == ("graphviz-ad/jacobian/1", "reverse")
    assert record["sweeps"] == {"forward": 6, "reverse": 3}
    assert len(record["matrix"]) == 3


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_jacobian_as_pictures(run: Any, tmp_path: Path, mode: str) -> None:
    assert run("jacobian", *SOFTMAX, "--wrt", "x", "--mode", mode, "-o", str(tmp_path / "sweeps/")).code == 0
    names = sorted(path.name for path in (tmp_path / "sweeps").iterdir())
    assert len(names) == {"forward": 2, "reverse": 3}[mode]
    picture = (tmp_path / "sweeps" / names[0]).read_text(encoding="utf-8")
    assert f"Sweep 1 of {len(names)}" in picture
    assert run("jacobian", *SOFTMAX, "--wrt", "x", "--mode", mode, "-o", str(tmp_path / "x.pdf")).code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("--of", "q"), 1, "error: there is no node 'q' in this graph\nhint: the nodes are W, x, z, p\n"),
        (("--wrt", "q"), 1, "error: there is no node 'q' in this graph\nhint: the nodes are W, x, z, p\n"),
        (("-T", "png"), 2, "error: '-T' is the format of pictures in a folder\nhint: give one, as in -o sweeps/\n"),
        (("--upstream", "1"), 2,
         "error: --upstream does not go with a Jacobian, which has a sweep for each entry\nhint: leave it out\n"),
        (("-o", "x.gif"), 1, "error: '.gif' is no format of a Jacobian\nhint: give a folder, x.pdf, x.svg or x.png\n"),
    ],
)  # fmt: skip
def test_jacobians_that_cannot_be(run: Any, arguments: tuple[str, ...], code: int, error: str) -> None:
    outcome = run("jacobian", *SOFTMAX, *arguments)
    assert (outcome.code, outcome.err) == (code, error)


def test_hessian(run: Any) -> None:
    assert run("hessian", *LOGISTIC, "--wrt", "w,b").out == (
        "∂²L/∂(w, b)², 2 × 2\n\n      w      b\nw  0.42   0.21\nb  0.21  0.105\n\n"
        "2 sweeps of forward mode over the program of the backward pass, one a column\n"
    )
    assert run("hessian", *LOGISTIC, "--wrt", "w,b", "--hvp", "w=1", "--hvp", "b=-1").out == "w: 0.21\nb: 0.105\n"
    assert json.loads(run("hessian", *LOGISTIC, "--wrt", "w", "--json").out)["schema"] == "graphviz-ad/hessian/1"


def test_the_program_goes_in_again(run: Any, tmp_path: Path) -> None:
    program = run("hessian", *LOGISTIC, "--wrt", "w", "--program").out
    path = tmp_path / "program.txt"
    path.write_text(program, encoding="utf-8")
    explained = run("explain", f"@{path}", *LOGISTIC[1:]).out
    assert re.search(r"forward   dw = dv\d · x = -0.1192 · 2 = -0.2384", explained)


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        ((*LOGISTIC, "--wrt", "q"), 1,
         "error: 'q' is no input of the formula; second derivatives are with respect to inputs\n"
         "hint: the inputs are: w, x, b\n"),
        ((*LOGISTIC, "--program", "--json"), 2,
         "error: --program prints text, and no numbers\nhint: leave the other options out\n"),
        (("y = [x, x]", "x=1"), 1,
         "error: the output 'y' has shape (2); the backward pass as a program starts from one number\n"
         "hint: make it one number, as in sum(y)\n"),
    ],
)  # fmt: skip
def test_hessians_that_cannot_be(run: Any, arguments: tuple[str, ...], code: int, error: str) -> None:
    outcome = run("hessian", *arguments)
    assert (outcome.code, outcome.err) == (code, error)
