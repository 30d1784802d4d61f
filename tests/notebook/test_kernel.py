"""In a real kernel: a notebook runs top to bottom and gives the outputs it holds; a page and a widget talk."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.export.deck import save
from tests.diagram.cases import JAPANESE, Case, trace_of

ROOT = Path(__file__).parents[2]
for library in ("nbclient", "ipykernel", "anywidget"):
    pytest.importorskip(library, reason=f"{library} is not installed")
pytestmark = pytest.mark.slow

FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
SOFTMAX: Case = (
    "h = W @ x + b; p = softmax(h); L = -log(p[1])",
    {"W": [[1, 2], [3, 4]], "x": [1.0, -1.0], "b": [0.1, 0.2]},
)


def in_a_kernel(what: str, path: Path) -> Any:
    """What to do and a path → what the program wrote there."""
    script = Path(__file__).with_name("in_a_kernel.py")
    command = [sys.executable, str(script), what, str(path), str(ROOT)]
    completed = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert completed.returncode == 0, completed.stderr[-3000:]
    return json.loads(path.read_text(encoding="utf-8"))


def outputs(notebook: Any) -> list[tuple[str, Any]]:
    """Notebook as read → the code of each cell and its outputs, texts as one."""

    def whole(value: Any) -> Any:
        """Value of a notebook → the same with texts in one piece."""
        if isinstance(value, dict):
            return {name: whole(part) for name, part in value.items()}
        return "".join(value) if isinstance(value, list) else value

    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [(whole(cell["source"]), [whole(part) for part in cell["outputs"]]) for cell in code]


@pytest.mark.parametrize(
    ("case", "options"),
    [
        (FAN_OUT, {}),
        (SOFTMAX, {"by": "node"}),
        (FAN_OUT, {"by": "statement", "skip": "trivial", "theme": "dark"}),
        pytest.param(JAPANESE, {"lang": "ja", "theme": "dark", "by": "node"}, marks=pytest.mark.cjk),
    ],
)
def test_running_it_gives_what_it_holds(case: Case, options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "deck.ipynb"
    save(trace_of(case), str(path), **options)
    check(path)


def test_a_graph_made_with_options_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "deck.ipynb"
    graph = parse('f(t) = t*sigmoid(t)\ny = f(w*x\')*[1, 2]  # """ \\n', expand=["sigmoid"])
    save(run(graph, {"w": 1.5, "x'": 2}, wrt=["w"], upstream=[1, 0.5]), str(path), by="phase")
    check(path)


def plain(output: Any) -> Any:
    """Output of a cell → the same with the size of its PNG alone: a stored one has a palette, and no SVG beside it."""
    data = dict(output.get("data", {}))
    data.pop("image/svg+xml", None)
    if "image/png" in data:
        data["image/png"] = base64.b64decode(data["image/png"])[16:24]
    return {**output, "data": data}


def check(path: Path) -> None:
    """Run the notebook: all its cells give what they held, but the player, and the exercise, which held nothing."""
    held = outputs(json.loads(path.read_text(encoding="utf-8")))
    ran = outputs(in_a_kernel("notebook", path))
    changed = [
        code.split("(")[0].split("\n")[0]
        for (code, before), (_, after) in zip(held, ran, strict=True)
        if list(map(plain, before)) != list(map(plain, after))
    ]
    assert [change.split(" = ")[0] for change in changed] == ["trace.player", "other"]
    player = next(after for code, after in ran if code.startswith("trace.player"))
    assert "application/vnd.jupyter.widget-view+json" in player[0]["data"]
    held_player = next(before for code, before in held if code.startswith("trace.player"))
    assert plain(held_player[0])["data"]["image/png"] == plain(player[0])["data"]["image/png"]
    assert [output["output_type"] for output in ran[-1][1]] == ["stream", "execute_result"]


def test_a_widget_and_its_page(tmp_path: Path) -> None:
    answer = in_a_kernel("widget", tmp_path / "answer.json")
    changes = [["step", 5], ["step", 7], ["inputs", {"x": 5, "y": 1}]]
    assert answer["known"] == [7, {"x": 5.0, "y": 1.0}, 11.0, 3, changes]
    assert ["page"] in answer["sent"]
    assert answer["problems"] == [
        "no value for 'y'\n  1 | a = x*y; L = a*a + x\n    |       ^\nhint: give one, as in y=1"
    ]
