"""The first notebooks: what is kept is what running them gives, they mark their exercise, and are seen without a network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gallery import first
from gallery.example import HERE
from graphviz_ad.api import parse
from tests import browser as chromium
from tests.browser import browser as browser  # a fixture

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

for library in ("nbclient", "ipykernel", "anywidget", "nbconvert"):
    pytest.importorskip(library, reason=f"{library} is not installed")
ROOT = HERE.parent
both = pytest.mark.parametrize("name", [pytest.param("first"), pytest.param("first-ja", marks=pytest.mark.cjk)])
RUN = """
import sys
from pathlib import Path
from gallery.first import kept, ran
source, target, folder = map(Path, sys.argv[1:])
target.write_bytes(kept(ran(source.read_bytes(), folder)))
"""
NO_PACKAGE = """
import sys
sys.modules["graphviz_ad"] = None
get_ipython().register_magic_function(lambda line: print("pip", line), "line", "pip")
"""


def file(name: str) -> Any:
    return json.loads((HERE / f"{name}.ipynb").read_text(encoding="utf-8"))


def ran(document: Any, folder: Path) -> Any:
    """Notebook → it, after its cells were run by a program of its own, as libraries that run kernels warn of themselves."""
    source, target = folder / "source.ipynb", folder / "ran.ipynb"
    source.write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-c", RUN, str(source), str(target), str(ROOT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(target.read_text(encoding="utf-8"))


def without_pictures(document: Any) -> list[tuple[list[str], list[tuple[list[str], str]]]]:
    """Notebook → the code of each cell, and of each of its outputs the formats and the text."""
    return [
        (
            cell["source"],
            [
                (sorted(output.get("data", ())), "".join(output.get("text") or output["data"]["text/plain"]))
                for output in cell.get("outputs", ())
            ],
        )
        for cell in document["cells"]
    ]


def texts(document: Any) -> str:
    return "".join("".join(output.get("text", ())) for cell in document["cells"] for output in cell.get("outputs", ()))


@both
def test_they_are_made_of_their_texts(name: str) -> None:
    notebook = json.loads(first.notebook(name))
    assert [cell["source"] for cell in notebook["cells"]] == [cell["source"] for cell in file(name)["cells"]]


def test_both_languages_have_the_same_code() -> None:
    codes = [
        ["".join(cell["source"]) for cell in file(name)["cells"] if cell["cell_type"] == "code"]
        for name in first.NOTEBOOKS
    ]
    assert len(codes[0]) == len(codes[1]) > 8
    names = [[code.split("(")[0].split("\n")[0] for code in every[1:]] for every in codes]
    assert names[0] == names[1]


@both
def test_running_one_gives_what_it_holds(name: str, tmp_path: Path) -> None:
    held = file(name)
    again = ran(held, tmp_path)
    assert without_pictures(again) == without_pictures(held)
    assert not any(output["output_type"] == "error" for cell in held["cells"] for output in cell.get("outputs", ()))
    assert not next(cell for cell in held["cells"] if cell["cell_type"] == "code")["outputs"]  # all was there
    (player,) = [cell for cell in held["cells"] if "".join(cell["source"]).startswith("trace.player")]
    (shown,) = player["outputs"]
    assert list(shown["data"]) == ["image/png", "text/plain"]
    assert shown["metadata"]["image/png"]["alt"].startswith("z = w*x + b; a = sigmoid(z); L = (a - y)^2: ")


@both
def test_the_exercise_is_marked(name: str, tmp_path: Path) -> None:
    assert parse("p = w*x; L = p^2 + w").run(w=2, x=3).grad("w") == 37
    document = file(name)
    code = {
        "".join(cell["source"]).split("\n")[0].split(" = ")[0]: cell for cell in document["cells"] if "outputs" in cell
    }
    asked, marking = code["answer"], code["twice"]
    document["cells"] = [code["from graphviz_ad import parse"]]
    for answer in (37, 36, 12):
        document["cells"] += [{**asked, "id": f"answer{answer}", "source": [f"answer = {answer}"]}]
        document["cells"] += [{**marking, "id": f"mark{answer}"}]
    lines = texts(ran(document, tmp_path)).splitlines()
    words = ("Right", "Nearly", "Not yet") if name == "first" else ("正解です", "惜しい", "まだです")
    assert [line.startswith(word) for line, word in zip(lines, words, strict=True)] == [True] * 3


@both
def test_where_it_is_missing_it_is_installed(name: str, tmp_path: Path) -> None:
    document = file(name)
    head = next(cell for cell in document["cells"] if cell["cell_type"] == "code")
    document["cells"] = [{**head, "id": "before", "source": NO_PACKAGE}, head]
    extras = "notebook,plots" + ",ja" * name.endswith("ja")
    assert texts(ran(document, tmp_path)) == (
        f'pip install -q "graphviz-ad[{extras}] @ git+https://github.com/graphviz-ad/graphviz-ad"\n'
    )


@chromium.NEEDED
@pytest.mark.chromium
@both
def test_pictures_stand_in_a_page_without_a_network(name: str, tmp_path: Path, browser: Chrome) -> None:
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "html",
        "--output-dir",
        str(tmp_path),
        str(HERE / f"{name}.ipynb"),
    ]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=True)
    browser.execute_cdp_cmd("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        browser.get((tmp_path / f"{name}.html").as_uri())
        widths = browser.execute_script(
            "return [...document.images].map(image => image.complete && image.naturalWidth)"
        )
        widgets = browser.execute_script("return document.querySelectorAll('script[type*=widget]').length")
    finally:
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**offline, "offline": False})
        browser.get_log("browser")
    pictures = [o for cell in file(name)["cells"] for o in cell.get("outputs", ()) if "image/png" in o.get("data", ())]
    assert (len(widths), widgets) == (len(pictures), 0)
    assert min(widths) > 500
