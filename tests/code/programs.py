"""What the tests of generated programs share: running one in this process, all of them formatted and linted at once."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest

from graphviz_ad.api import Trace

WITHOUT_JAX = "jax is not installed: python -m pip install jax"
HAS_JAX = importlib.util.find_spec("jax") is not None

KINDS = (
    pytest.param("torch", False, marks=pytest.mark.torch, id="torch"),
    pytest.param("torch", True, marks=pytest.mark.torch, id="torch-by-hand"),
    pytest.param("jax", False, marks=pytest.mark.skipif(not HAS_JAX, reason=WITHOUT_JAX), id="jax"),
    pytest.param("jax", True, marks=pytest.mark.skipif(not HAS_JAX, reason=WITHOUT_JAX), id="jax-by-hand"),
    pytest.param("numpy", False, id="numpy"),
)
"""Every kind of program: the library, and whether the backward pass is by hand."""


def run(text: str) -> str:
    """Program → what it prints; raises what it raises. Where its library is missing the test is left out."""
    for library in re.findall(r"(?m)^import (torch|jax)\b", text):
        pytest.importorskip(library, reason=f"{library} is missing: pip install -e '.[dev]'")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "<program>", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def faults(trace: Trace, to: str, backward: bool) -> str:
    """Trace and kind of program → what is wrong with it, with its text; empty where it runs to its end."""
    text = trace.to_code(to, backward)  # type: ignore[arg-type]
    try:
        run(text)
    except BaseException as problem:
        return f"{type(problem).__name__}: {problem}\n{text}"
    return ""


def untidy(texts: Mapping[str, str], folder: Path) -> str:
    """Programs by name, a folder → what ruff would write otherwise, and names and imports that are not used."""
    pytest.importorskip("ruff", reason="ruff is missing: pip install -e '.[dev]'")
    for name, text in texts.items():
        (folder / f"{re.sub('[^a-z0-9]+', '-', name)}.py").write_text(text, encoding="utf-8")
    problems = []
    for words in (("format", "--diff"), ("check", "--select", "F,W,E9,I", "--ignore", "F841")):
        command = [sys.executable, "-m", "ruff", words[0], "--isolated", *words[1:], str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        problems.append("" if done.returncode == 0 else done.stdout + done.stderr)
    return "".join(problems)


def changed(text: str) -> str:
    """Program → the same with another number in its last check."""
    places = [*re.finditer(r"\d\.\d+", text[: text.rstrip().rfind(")") + 1])]
    checks = text.index("# The gradients that graphviz-ad computes")
    place = next(match for match in places if match.start() > checks)
    wrong = str(float(place[0]) + 1.0)
    return text[: place.start()] + wrong + text[place.end() :]
