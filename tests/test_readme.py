"""What the README and the table of operations say is what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.main import main
from gallery import operations
from graphviz_ad import parse

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Kind of code block → the blocks of that kind in the README."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [block for kind, block in fences if kind == language]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("graphviz-ad")]
COMMANDS += [re.search(r"graphviz-ad steps .*", block)[0] for block in blocks("sh") if "pip install . &&" in block]


def test_there_are_commands_to_try():
    names = {shlex.split(command, comments=True)[1] for command in COMMANDS}
    assert names == {
        "draw", "steps", "explain", "check", "ops", "exercise", "course", "data", "train", "compare",
        "torch", "code", "jacobian", "hessian",
    }  # fmt: skip


@pytest.mark.torch
@pytest.mark.cjk
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command, comments=True)[1:]
    if "@line.csv" in words:  # which the command before it makes
        assert main(["data", "line", "-o", "line.csv"]) == 0
    for code in blocks("py"):
        Path("model.py").write_text(code, encoding="utf-8")
    assert main(words) == 0
    if "-o" in words:
        written = Path(words[words.index("-o") + 1])
        assert any(written.iterdir()) if written.is_dir() else written.stat().st_size > 0
    else:
        assert capfd.readouterr().out.strip()


@pytest.mark.torch
@pytest.mark.cjk
def test_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    scope: dict[str, object] = {}
    exec(code, scope)
    assert (tmp_path / "deck.pdf").read_bytes().startswith(b"%PDF")


def test_formulas_are_read():
    (text,) = [block for block in blocks("") if "statements end with" in block]
    lines = [re.split(r" {3,}#| #", line)[0] for line in text.splitlines()]
    assert len(lines) > 5
    names = [set(parse(line).ids) for line in lines]
    for number, output_name in enumerate(("a", "L", "p", "L", "f", "loss", "ŷ")):
        assert output_name in names[number], lines[number]


def test_the_error_is_the_one_that_is_shown(capfd):
    (error,) = [block for block in blocks("") if block.startswith("error:")]
    formula = re.search(r"1 \| (.*)", error)[1]
    assert main(["draw", formula, "w=1", "x=2", "-T", "svg"]) == 1
    assert capfd.readouterr().err == error


def test_the_table_of_operations_is_fresh():
    written = operations.PAGE.read_text(encoding="utf-8")
    assert written == operations.page(), f"gallery/operations.md is stale: {operations.RENEW}"
