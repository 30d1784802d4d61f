"""In a folder full of files that are called like libraries, none of them is run, by the program or its children."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphviz_ad import workers

ROOT = Path(__file__).parents[2]
LIBRARIES = ("graphviz", "numpy", "typst", "pygraphviz", "networkx", "click", "graphviz_ad", "torch")
SCRIPT = """import sys
from importlib import import_module
{}
from graphviz_ad_cli.main import main
if __name__ == "__main__":
    sys.exit(main())
"""
LARGE = "; ".join(["a0 = x", *(f"a{n + 1} = sin(a{n})" for n in range(80))])
"""A graph that is laid out in a child process."""
COURSE = 'seed = 7\nroster = "students.csv"\n[[sheet]]\nname = "one"\nlevel = 2\nformats = ["html"]\n'


def hostile(folder: Path) -> Path:
    """Folder → the file that tells which of the files in it were run; there is one for each module there is."""
    ran = folder / "ran.txt"
    text = f"with open({str(ran)!r}, 'a') as file:\n    file.write(__name__ + '\\n')\nraise SystemExit(9)\n"
    for name in {*sys.stdlib_module_names, *LIBRARIES} - {"__main__"}:
        (folder / f"{name}.py").write_text(text)
    return ran


def run(folder: Path, arguments: Sequence[str], changes: str = "") -> subprocess.CompletedProcess[str]:
    """The command as its script among the programs runs it, standing in the folder; `changes` are made before."""
    program = folder.parent / "bin" / "graphviz-ad"
    program.parent.mkdir(exist_ok=True)
    program.write_text(SCRIPT.format(changes))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, str(program), *arguments], cwd=folder, env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "here"
    path.mkdir()
    (path / "students.csv").write_text("student\nAda\nBob\nEve\n")
    (path / "course.toml").write_text(COURSE)
    return path


ARGUMENTS = {
    "draw": ["draw", LARGE, "x=1", "-o", "out.svg"],
    "steps": ["steps", LARGE, "x=1", "--by", "phase", "-T", "png", "-o", "pictures"],
    "course": ["course", "course.toml", "--jobs", "2"],
}


@pytest.mark.parametrize("command", ARGUMENTS)
@pytest.mark.slow
def test_nothing_of_the_folder_is_run(folder: Path, command: str) -> None:
    ran = hostile(folder)
    done = run(folder, ARGUMENTS[command])
    assert not ran.exists(), ran.read_text()
    assert done.returncode == 0, done.stderr


UNSAFE = {
    "draw": "layout = import_module('graphviz_ad.diagram.layout')\n"
    "call = layout.subprocess.run\n"
    "layout.subprocess.run = lambda command, **how: call([one for one in command if one != '-P'], **how)",
    "course": "from contextlib import nullcontext\n"
    "workers = import_module('graphviz_ad.workers')\n"
    "workers._safe_path = nullcontext",
}


@pytest.mark.parametrize("command", UNSAFE)
@pytest.mark.slow
def test_a_child_with_the_folder_in_its_path_is_seen(folder: Path, command: str) -> None:
    assert callable(workers._safe_path)
    ran = hostile(folder)
    run(folder, ARGUMENTS[command], UNSAFE[command])
    assert ran.exists()
