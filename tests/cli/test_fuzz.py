"""The whole command over texts by chance: an exit code of ours, never a traceback, never a mistake of ours."""

from __future__ import annotations

import contextlib
import io
import sys

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cli.main import main
from tests import formulas

LIMITS = ("--max-nodes", "60", "--max-array", "200", "--max-drawn", "40", "--max-seconds", "5")
TEXTS = formulas.PROGRAMS | formulas.TEXTS
VALUES = st.lists(
    st.one_of(
        st.builds("{}={}".format, st.sampled_from(["x", "y", "w_1", "θ", "ŷ"]), st.sampled_from(["0", "-1.5", "1/3", "[1, 2]", "[[1,2],[3,4]]", "1e308"])),
        st.text(max_size=12).filter(lambda text: not text.startswith(("@", "-"))),
    ),
    max_size=3,
)  # fmt: skip


def outcome(arguments: list[str], stdin: bytes = b"") -> tuple[int, str]:
    """Arguments → exit code and what stderr got."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
    return code, err.getvalue()


def holds(arguments: list[str], stdin: bytes = b"") -> None:
    code, err = outcome(arguments, stdin)
    event(f"exit code {code}")
    assert code in (0, 1, 2, 3), arguments
    assert "Traceback" not in err, arguments
    assert "mistake in graphviz-ad" not in err, (arguments, err)
    if code:
        assert err.startswith(("error: ", "warning: ", "note: ")) or not err, (arguments, err)


@pytest.mark.parametrize("form", ["", "--json", "--latex", "--table", "--lang=ja"])
def test_explain(form: str) -> None:
    @settings(max_examples=120, deadline=None)
    @given(TEXTS, VALUES)
    def every(text: str, values: list[str]) -> None:
        holds(["explain", "--random", "1", *LIMITS, *([form] if form else []), "--", text.lstrip("@"), *values])

    every()


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@pytest.mark.slow
def test_check(text: str) -> None:
    holds(["check", "--random", "1", *LIMITS, "--", text.lstrip("@")])


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(["svg", "dot"]), st.integers(0, 12))
def test_draw(text: str, suffix: str, step: int) -> None:
    holds(["draw", "--random", "1", *LIMITS, "-T", suffix, "--step", str(step), "-o", "-", "--", text.lstrip("@")])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=20).filter(lambda text: not text.startswith("@")), max_size=4))
def test_any_arguments(arguments: list[str]) -> None:
    holds(["explain", *arguments])
    holds(["-h", *arguments])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_on_standard_input(data: bytes) -> None:
    holds(["explain", "-", "--random", "1", *LIMITS], data)
