"""The bar of long work: shown on a terminal after a while, also while nothing is told, and gone whatever happens."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest

from cli import progress


class Terminal(io.StringIO):
    """Stands for standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """→ A terminal on which bars come soon."""
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))  # pytest sets its own before each test
    monkeypatch.setattr(progress, "_BAR_AFTER_SECONDS", 0.05)
    return stream


def test_without_a_terminal_no_bar_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=io.StringIO()))
    with progress.progress_bar("steps") as update:
        assert update is None


def test_work_that_is_quick_shows_no_bar(terminal: Terminal) -> None:
    assert list(progress.with_progress([1, 2, 3], "marked")) == [1, 2, 3]
    assert terminal.getvalue() == ""


def test_the_bar_comes_also_where_nothing_more_is_told(terminal: Terminal) -> None:
    """As while Typst makes a PDF of pages that were all told of within the first second."""
    with progress.progress_bar("steps") as update:
        assert update
        update(4, 5)
        time.sleep(0.3)
        assert "steps" in terminal.getvalue()
        assert "80%" in terminal.getvalue()
        assert not terminal.getvalue().endswith("\n")
        update(5, 5)
    assert "100%" in terminal.getvalue()
    assert terminal.getvalue().count("\n") == 1


def test_work_that_goes_through_its_things_again_begins_a_bar_again(terminal: Terminal) -> None:
    with progress.progress_bar("hand-outs") as update:
        assert update
        time.sleep(0.3)
        for count in (4, 1, 2, 3, 4, 5):
            update(count, 5)
    percentages = [line.split()[-1] for line in terminal.getvalue().replace("\x1b[?25h", "").split("\r") if "%" in line]
    assert [percentage for percentage in percentages if percentage.endswith("%")] == [
        "0%",
        "80%",
        "0%",
        "20%",
        "40%",
        "60%",
        "80%",
        "100%",
    ]


def test_the_bar_ends_where_the_work_fails(terminal: Terminal) -> None:
    def work() -> None:
        with progress.progress_bar("steps") as update:
            assert update
            update(1, 5)
            time.sleep(0.3)
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        work()
    assert terminal.getvalue().endswith("\n")
    before = terminal.getvalue()
    time.sleep(0.1)
    assert terminal.getvalue() == before
