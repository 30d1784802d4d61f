"""What others hold of the package: names with types that a checker knows, and paths of either kind."""

from __future__ import annotations

import importlib.util
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import graphviz_ad
from graphviz_ad import GraphvizADError, compare, parse
from graphviz_ad.graph import build

ROOT = Path(__file__).parent.parent
SCRIPT = f"""
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import graphviz_ad
from graphviz_ad import {", ".join(graphviz_ad.__all__)}

graph = parse("L = (w*x - y)^2")
trace = graph.run(w=2, x=3, y=5)
assert_type(graph, Graph)
assert_type(trace, Trace)
assert_type(run(graph, {{"w": 2}}), Trace)
assert_type(trace.value("L"), float | NDArray[np.floating[Any]])
assert_type(trace.grad("w"), float | NDArray[np.floating[Any]] | None)
assert_type(trace.draw(theme=Path("mine.toml")), Picture)
assert_type(trace.explain(), Explanation)
assert_type(trace.check("torch"), Report)
assert_type(trace.save(Path("deck.pdf"), template=Path("mine.pptx")), list[str])
learned = graph.train(Path("line.csv"), w=0)
assert_type(learned, Run)
assert_type(compare([learned]), Comparison)
assert_type(learned.figure("loss"), Figure)
assert_type(Limits(), Limits)
shown = trace.player()
assert isinstance(shown, Player)


def looked(theme: Theme, table: Table, error: GraphvizADError) -> str | None:
    return error.hint
"""
"""What a user may write, and what each of it is."""
WRONG = "graphviz_ad.nothing\nparse('x').run(w=1).value(2)\nparse('x').save('x.svg')\n"
"""What a user may write by mistake."""


def mypy(folder: Path, text: str) -> tuple[int, list[str]]:
    """A script → exit code and lines of a strict check of it, beside which only the script is told of."""
    pytest.importorskip("mypy", reason="mypy is missing: pip install -e '.[dev]'")
    (folder / "script.py").write_text(text, encoding="utf-8")
    (folder / "mypy.ini").write_text(
        "[mypy]\nstrict = True\n[mypy-graphviz.*,networkx.*,pygraphviz.*,typst.*]\nignore_missing_imports = True\n"
    )
    completed = subprocess.run(
        [sys.executable, "-m", "mypy", "script.py"],
        cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    return completed.returncode, completed.stdout.splitlines()


@pytest.mark.slow
def test_a_checker_knows_what_everything_is_and_sees_mistakes(tmp_path: Path) -> None:
    pytest.importorskip("anywidget", reason="anywidget is missing: pip install -e '.[dev]'")
    assert mypy(tmp_path, SCRIPT) == (0, ["Success: no issues found in 1 source file"])
    code, lines = mypy(tmp_path, SCRIPT + WRONG)
    assert code == 1
    assert ["Module has no attribute" in lines[0], "incompatible type" in lines[1], "no attribute" in lines[2]] == [
        True
    ] * 3, lines


def trace() -> graphviz_ad.Trace:
    return parse("L = (w*x - y)^2").run(w=2, x=3, y=5)


def descent() -> graphviz_ad.Run:
    return parse("L = mean((w*x - y)^2)").train({"x": [1, 2], "y": [2, 4]}, lr=0.01, w=0)


SAVED: dict[str, Callable[[Path], object]] = {
    "steps": lambda path: trace().save(path),
    "deck.html": lambda path: trace().save(path),
    "picture.svg": lambda path: trace().draw(step=3).save(path),
    "run.csv": lambda path: descent().save(path),
    "runs.csv": lambda path: compare([descent()]).save(path),
}


@pytest.mark.parametrize("name", SAVED)
def test_paths_may_be_objects(name: str, tmp_path: Path) -> None:
    SAVED[name](tmp_path / name)
    assert (tmp_path / name).exists()


def test_a_figure_goes_to_a_path(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")
    descent().figure("loss").save(tmp_path / "loss.svg")
    assert (tmp_path / "loss.svg").exists()


def test_a_template_is_a_path(tmp_path: Path) -> None:
    pptx = pytest.importorskip("pptx", reason="python-pptx is missing: pip install -e '.[dev]'")
    pptx.Presentation().save(str(tmp_path / "mine.pptx"))
    trace().save(tmp_path / "deck.pptx", template=tmp_path / "mine.pptx", native=True)
    assert (tmp_path / "deck.pptx").exists()


def test_data_come_from_a_path(tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("x,y\n1,2\n2,4\n")
    assert parse("L = mean((w*x - y)^2)").train(table, lr=0.1, epochs=50, w=0).final["w"] == pytest.approx(2)


def test_a_theme_is_a_path(tmp_path: Path) -> None:
    pytest.importorskip("anywidget", reason="anywidget is missing: pip install -e '.[dev]'")
    sepia = ROOT / "gallery" / "themes" / "sepia.toml"
    assert trace().draw(theme=sepia).svg() == trace().draw(theme=str(sepia)).svg()
    assert trace().player(theme=sepia).theme == str(sepia)
    with pytest.raises(GraphvizADError):
        trace().draw(theme=tmp_path / "none.toml")


def test_every_name_is_there_and_no_other() -> None:
    needs_anywidget = {"Player"} if importlib.util.find_spec("anywidget") is None else set()
    names = set(graphviz_ad.__all__) - needs_anywidget
    assert [name for name in names if not hasattr(graphviz_ad, name)] == []
    assert not hasattr(graphviz_ad, "nothing")


def test_both_ends_of_parse_take_the_same() -> None:
    """The door that editors show, and the pure function behind it, which others of the package call."""

    def parameters(function: Callable[..., object]) -> dict[str, tuple[object, object]]:
        listed = inspect.signature(function).parameters.values()
        return {each.name: (each.default, str(each.annotation).replace("graph.", "")) for each in listed}

    inner = parameters(build.parse)
    assert inner.pop("operations"), "what a captured model brings along"
    assert parameters(parse) == inner
