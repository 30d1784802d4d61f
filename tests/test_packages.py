"""What is installed is whole: a wheel is built, and every module of it is imported from there."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
_IMPORT = """
import importlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
sys.path[:] = [str(root), *(path for path in sys.path if path not in ("", sys.argv[2]))]
for path in sorted(root.rglob("*.py")):
    if path.name != "prairielearn_server.py":  # a program of its own, which PrairieLearn runs
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        assert str(root) in module.__file__, module.__file__
"""


def _tracked() -> set[str]:
    """The files of the packages, as they are installed."""
    listed = subprocess.run(
        ["git", "ls-files", "graphviz_ad", "cli"], cwd=HERE, capture_output=True, text=True, check=True
    )
    return {
        name.replace("cli/", "graphviz_ad_cli/", 1) if name.startswith("cli/") else name
        for name in listed.stdout.split()
    }


@pytest.mark.slow
def test_the_wheel_holds_every_file_and_every_module_can_be_imported(tmp_path: Path) -> None:
    for library in ("sphinx", "markdown", "IPython", "anywidget", "torch", "pptx", "PIL", "matplotlib"):
        pytest.importorskip(library, reason=f"{library} is missing: pip install -e '.[dev]'")
    if not (HERE / ".git").exists():
        pytest.skip("this is no clone")
    source = tmp_path / "source"  # without what an earlier build may have left
    subprocess.run(["git", "checkout-index", "-a", f"--prefix={source}/"], cwd=HERE, check=True)
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(source)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert _tracked() <= set(packed.namelist())
        packed.extractall(tmp_path / "wheel")
    completed = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(tmp_path / "wheel"), str(HERE)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stderr[-2000:]
