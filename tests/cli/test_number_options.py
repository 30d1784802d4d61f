"""How numbers are written, as the command line has it."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_on_the_command_line(run: Run) -> None:
    assert "1/3" in run("explain", "y = x/3", "x=1", "--numbers", "fraction").out
    assert "[1, 2, 3, 4]" in run("explain", "y = sum(x)", "x=[1,2,3,4]", "--entries", "4").out
    assert "y = 1/3" in run("draw", "y = x/3", "x=1", "--numbers", "fraction", "-o", "-", "-T", "dot").out
    assert run("draw", "y = x/3", "x=1", "--numbers", "roman").code == 2
