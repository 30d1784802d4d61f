"""What gallery/documents.md shows works as it stands there; and pictures for pipelines are the same every time."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import main
from tests.documents.building import ROOT, built, write

GUIDE = (ROOT / "gallery/documents.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """Kind of code block → the blocks of that kind in the guide."""
    fences = re.findall(r"^(`{3,})(\w+)\n(.*?)^\1$", GUIDE, re.DOTALL | re.MULTILINE)
    return [block for _, name, block in fences if name == kind]


def test_sphinx(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="sphinx is not installed")
    ((conf,), (example,)) = blocks("python"), blocks("rst")
    write(tmp_path, {"conf.py": conf, "index.rst": f"Notes\n=====\n\n{example}"})
    assert built("sphinx", "-q", "-W", "-b", "html", ".", "out", folder=tmp_path) == (0, "")
    assert "step 4 of 9" in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_mkdocs(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="mkdocs is not installed")
    pytest.importorskip("pymdownx", reason="pymdown-extensions is not installed")
    extension, superfences = blocks("yaml")
    fence = blocks("markdown")[0]
    config = f"site_name: Notes\ntheme: mkdocs\nplugins: []\n{extension}{superfences}"
    write(tmp_path, {"mkdocs.yml": config, "docs/index.md": fence})
    assert built("mkdocs", "-q", "build", "--strict", folder=tmp_path) == (0, "")
    assert "step 4 of 9" in (tmp_path / "site/index.html").read_text(encoding="utf-8")


def test_the_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, knitr, quarto = blocks("markdown")
    formula = re.search(r'shQuote\("(.*)"\)', knitr)[1]
    words = re.findall(r'"([^"]*)"', re.search(r"c\((.*)\)", knitr)[1])
    assert main([words[0], formula, *words[1:]]) == 0
    assert Path("neuron.pdf").read_bytes().startswith(b"%PDF")
    *code, last = quarto.splitlines()[1:-1]
    scope: dict[str, object] = {}
    exec("\n".join(code), scope)
    assert eval(last, scope).svg().startswith("<svg ")


def test_the_makefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"loss.txt": "L = (w*x - y)^2\n"})
    (rule,) = blocks("make")
    recipe = rule.splitlines()[1].strip().replace("$<", "loss.txt").replace("$@", "loss.pdf")
    assert main(shlex.split(recipe)[1:]) == 0
    assert Path("loss.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["svg", "pdf", "png", "dot"])
def test_a_picture_on_standard_output_is_the_same_every_time(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "draw", "a = sigmoid(w*x)", "w=2", "x=3", "-T", kind, "-o", "-"]
    runs, begun = [], time.perf_counter()
    for seed in ("1", "2"):
        environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "PATH": ""}
        runs.append(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True))
    assert time.perf_counter() - begun < 20, "a picture from a cold start takes about a third of a second"
    assert runs[0].stdout
    assert [run.stdout for run in runs] == [runs[0].stdout] * 2
    assert [run.stderr for run in runs] == [b""] * 2


def test_the_pictures_of_steps_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["steps", "L = (w*x - y)^2", "w=2", "x=3", "y=5", "-o", f"{tmp_path / name}/"]) == 0
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert len(first) > 5
    assert first == second
