"""The line that installs what is missing, in each kind of environment, and that a shell takes it as it is."""

from __future__ import annotations

import importlib.metadata
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from graphviz_ad import installing

RECEIPTS = {
    "pip": ("venv", "pyvenv.cfg", "home = /usr/bin\n"),
    "pipx": ("pipx/venvs/graphviz-ad", "pipx_metadata.json", "{}"),
    "pipx run": ("pipx/.cache/0f3c", "pipx_metadata.json", "{}"),
    "uv tool": ("uv/tools/graphviz-ad", "uv-receipt.toml", ""),
    "uvx": ("uv/archive-v0/xyz", "pyvenv.cfg", "home = /usr/bin\nuv = 0.9.1\n"),
    "uv": ("project/.venv", "pyvenv.cfg", "uv = 0.9.1\n"),
}
"""By what made it: where an environment lies, and the file that says so."""
LINES = {
    "pip": ("{python} -m pip install {}",) * 2,
    "pipx": ("pipx inject graphviz-ad {}", "pipx runpip graphviz-ad install {}"),
    "pipx run": ("pipx run --spec graphviz-ad --with {} graphviz-ad", "pipx run --spec {} graphviz-ad"),
    "uv tool": ("uv tool install graphviz-ad --with {}", "uv tool install {}"),
    "uvx": ("uvx --with {} --from graphviz-ad graphviz-ad", "uvx --from {} graphviz-ad"),
    "uv": ("uv pip install --python {python} {}",) * 2,
}
"""By what made it: the lines for a library and for an extra."""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Name of what made it → the same, with an interpreter that seems to run there."""
    manager = str(request.param)
    folder, file, text = RECEIPTS[manager]
    prefix = tmp_path / folder
    prefix.mkdir(parents=True)
    (prefix / file).write_text(text)
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(sys, "executable", str(prefix / "bin" / "python"))
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: _Distribution())
    if manager == "uv":
        monkeypatch.setattr(installing.importlib.util, "find_spec", lambda name: None)
    return manager


class _Distribution:
    url = ""

    def read_text(self, name: str) -> str | None:
        return f'{{"url": "{self.url}"}}' if self.url else None


@pytest.mark.parametrize("environment", RECEIPTS, indirect=True)
def test_the_line_fits_the_environment(environment: str) -> None:
    for_library, for_extra = LINES[environment]
    assert installing.library("torch") == for_library.format("torch", python=sys.executable)
    assert installing.extra("slides") == for_extra.format('"graphviz-ad[slides]"', python=sys.executable)


@pytest.mark.parametrize("environment", RECEIPTS, indirect=True)
def test_no_single_quotes_which_are_none_in_cmd(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\Program Files\Python 3.13\python.exe")
    for line in (installing.library("python-pptx>=1.0"), installing.extra("slides")):
        assert "'" not in line
        words = shlex.split(line.replace("\\", "/"))
        assert words[-1].startswith(("graphviz-ad", "python-pptx>=1.0")), words
        assert not [word for word in words if word in ("Files/Python", "3.13/python.exe")]


@pytest.mark.parametrize("environment", ["uv tool", "uvx", "pipx run"], indirect=True)
def test_what_is_made_anew_comes_from_where_it_came(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Distribution, "url", "file:///home/a/graphviz-ad")
    for line in (installing.library("torch"), installing.extra("slides")):
        assert "@ file:///home/a/graphviz-ad" in line


def test_where_there_is_no_wheel_another_python_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(installing.platform, "machine", lambda: "ARM64")
    assert "typst has no wheel" in installing.library("typst")
    monkeypatch.setattr(installing.platform, "machine", lambda: "AMD64")
    assert "install typst" in installing.library("typst")


@pytest.mark.parametrize(
    ("system", "machine", "wanted"),
    [
        ("linux", "x86_64", {"pygraphviz", "typst"}), ("linux", "aarch64", {"pygraphviz", "typst"}),
        ("darwin", "arm64", {"pygraphviz", "typst"}), ("win32", "AMD64", {"pygraphviz", "typst"}),
        ("win32", "ARM64", set()), ("linux", "ppc64le", {"typst"}), ("linux", "armv7l", {"typst"}),
    ],
)  # fmt: skip
def test_what_has_no_wheel_is_not_asked_for(system: str, machine: str, wanted: set[str]) -> None:
    requirements = pytest.importorskip("packaging.requirements")
    setup = ConfigParser()
    setup.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
    lines = [line for line in setup["options"]["install_requires"].splitlines() if ";" in line]
    read = [requirements.Requirement(line) for line in lines]
    here = {"sys_platform": system, "platform_machine": machine}
    assert {requirement.name for requirement in read if requirement.marker.evaluate(here)} == wanted


def test_an_interpreter_that_is_python_there_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installing.library("torch") == "python -m pip install torch"
    monkeypatch.setenv("PATH", "")
    assert installing.library("torch") == f"{python} -m pip install torch"


@pytest.mark.slow
def test_this_interpreter_has_the_pip_that_is_named() -> None:
    line = installing.extra("slides")
    if " -m pip " not in line:
        pytest.skip("this environment is not pip's")
    command = shlex.split(line)[: shlex.split(line).index("install")]
    assert subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0
