"""Runs as notebooks: they run from top to bottom in a real kernel and give the outputs that they hold."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.export.image.bundle import PNG
from graphviz_ad.export.run import notebook
from tests.training.test_descent import LINE, line, network

ROOT = Path(__file__).parents[3]
KERNEL = ROOT / "tests" / "notebook" / "in_a_kernel.py"


def few(**options: Any) -> Run:
    """A run on twenty points of a line, three to a batch."""
    columns = {name: column[:20] for name, column in named("line").columns.items()}
    return parse(LINE).train(columns, **{"batch": 3, "lr": 0.1, "epochs": 3, "w_1": 0, "b": 0, **options})


RUNS: dict[str, Callable[[], Run]] = {
    "data in the notebook": few,
    "data beside it, a matrix": lambda: network(epochs=3, momentum=0.9, drop_last=True, schedule="cosine"),
    "all options": lambda: line(
        epochs=2, optimizer="adam", weight_decay=0.1, constants={"beta_1": 0.8}, clip=1.0, fixed=["b"], seed=3
    ),
    "no data": lambda: parse("f = (1 - x)^2 + 100*(y - x^2)^2").train(x=-1.2, y=1, lr=0.001, epochs=20),
    "Nesterov, diverging": lambda: line(batch=None, lr=3.0, epochs=500, momentum=0.9, nesterov=True),
}


def cells(run: Run, kind: str = "code") -> list[dict[str, Any]]:
    """Run → the cells of its notebook of that kind."""
    return [cell for cell in json.loads(notebook.content(run))["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    """Cell → its text."""
    return "".join(cell["source"])


def outputs(book: Any) -> list[Any]:
    """Notebook → the outputs of each cell as texts."""
    texts = []
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            for output in cell["outputs"]:
                data = output.get("data") or {"text": output.get("text", "")}
                texts.append({kind: "".join(text) for kind, text in data.items()})
    return texts


def apart(old: str, new: str) -> float:
    """Two pictures of one size, as notebooks hold them → the mean difference of their shades."""
    from PIL import Image

    images = [Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB") for png in (old, new)]
    first, second = (np.asarray(image, dtype=float) for image in images)
    return float(np.abs(first - second).mean())


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_it_runs_from_top_to_bottom_and_gives_what_it_holds(name: str, tmp_path: Path) -> None:
    for library in ("nbclient", "ipykernel"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    paths = RUNS[name]().save(tmp_path / "run.ipynb")
    assert sorted(paths) == sorted(map(str, tmp_path.iterdir()))
    stored = outputs(json.loads((tmp_path / "run.ipynb").read_text(encoding="utf-8")))
    command = [sys.executable, str(KERNEL), "notebook", str(tmp_path / "run.ipynb"), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
    completed = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT, env=environment)
    assert completed.returncode == 0, completed.stderr[-3000:]
    again = outputs(json.loads((tmp_path / "run.ipynb").read_text(encoding="utf-8")))
    for old, new in zip(stored, again, strict=False):
        assert {kind: text for kind, text in new.items() if kind in old and kind != PNG} == {
            kind: text for kind, text in old.items() if kind != PNG
        }
        assert PNG not in old or apart(old[PNG], new[PNG]) < 2
    assert len(again) > len(stored), "the last cells have no outputs until they are run"


def test_every_cell() -> None:
    code = [source(cell) for cell in cells(few())]
    assert code[0] == f'from graphviz_ad import parse\n\ngraph = parse("{LINE}")\ngraph'
    assert code[1].endswith("run = graph.train(data, start, **how)\nrun")
    assert code[2:4] == ["print(run.diagnosis())", "run.update(1).draw()"]
    assert 'run.figure("loss") if has_matplotlib' in code[4]
    assert code[5].startswith('other = graph.train(data, start, **how | {"lr": 1})\n')
    held = cells(few())
    assert [len(cell["outputs"]) for cell in held] == [1, 1, 1, 1, 0, 0]
    assert held[2]["outputs"][0]["text"][0].startswith("Nothing wrong was found")


@pytest.mark.slow
def test_the_run_is_made_again_from_what_stands_there() -> None:
    trained = few(optimizer="rmsprop", momentum=0.5, schedule="η/(1 + e)")
    names: dict[str, Any] = {}
    for cell in cells(trained)[:2]:
        exec(source(cell), names)
    assert (names["run"].loss == trained.loss).all()
    changed = source(cells(trained)[1]).replace('"momentum": 0.5', '"momentum": 0.4')
    exec(changed, names)
    assert not (names["run"].loss == trained.loss).all()


@pytest.mark.slow
def test_nbformat_finds_it_valid() -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    text = notebook.content(network(epochs=1)).decode()
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert nbformat.writes(book) + "\n" == text, "Jupyter would write it as it is"


@pytest.mark.cjk
def test_in_japanese(tmp_path: Path) -> None:
    few().save(tmp_path / "run.ipynb", lang="ja")
    text = (tmp_path / "run.ipynb").read_text(encoding="utf-8")
    assert "# 学習を更新ごとに" in text
    assert "問題は見つかりませんでした" in text
    assert r"print(run.diagnosis(lang=\"ja\"))" in text
