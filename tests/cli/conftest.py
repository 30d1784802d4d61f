"""The command, run in this process as a shell would run it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import main


@dataclass(frozen=True)
class Outcome:
    """Exit code and what was written."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]
LINE = "z = w_1 x + b; L = mean((z - y)^2)"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Arguments, and bytes for standard input → Outcome."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def command(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return command


@pytest.fixture
def on_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Words behind `COMMAND FORMULA @line.csv w_1=0 b=0` → exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    assert main(["data", "line", "-o", "line.csv"]) == 0
    capsys.readouterr()

    def run(
        command: str, *words: str, formula: str = LINE, values: tuple[str, ...] = ("@line.csv", "w_1=0", "b=0")
    ) -> Any:
        code = main([command, formula, *values, *words])
        return (code, *capsys.readouterr())

    return run
