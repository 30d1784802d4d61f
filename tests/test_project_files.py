"""The files around the program: what CI runs, what is cited, released and packed, and that each is what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from configparser import ConfigParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from cli.main import COMMANDS
from graphviz_ad import __version__

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NOT_PACKED = (".git",)
"""Beginnings of what is in the repository and not in the sdist."""


def script(name: str) -> Any:
    spec = spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def read(path: Path) -> dict[Any, Any]:
    yaml = pytest.importorskip("yaml", reason="pyyaml is missing: pip install -e '.[dev]'")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_yaml_with_jobs_of_steps(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"]["contents"] == "read"
    assert True in workflow  # `on`, which YAML 1.1 takes for yes
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 90 or name == "deploy" if "timeout-minutes" in job else name == "deploy"
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            assert "uses" not in step or re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"])


def test_every_python_is_tested_on_three_systems() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    versions = re.findall(r":: (3\.\d+)$", setup["metadata"]["classifiers"], re.MULTILINE)
    jobs = read(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]
    matrix = jobs["readme"]["strategy"]["matrix"]
    assert matrix["python"] == versions
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "windows", "macos"}
    assert f">={versions[0]}" == setup["options"]["python_requires"]
    dependencies = {job["versions"]: job["python"] for job in jobs["dependencies"]["strategy"]["matrix"]["include"]}
    assert dependencies == {"lowest": versions[0], "newest": versions[-1]}


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("word", ["graphviz-ad steps", "pytest"])
def test_workflows_run_the_commands_of_the_readme(word: str) -> None:
    runs = [step["run"] for step in read(WORKFLOWS[-1])["jobs"]["readme"]["steps"] if "run" in step]
    assert any(re.search(rf"\.ci/readme '?{word}'?\)", run) for run in runs)
    completed = subprocess.run(["bash", ".ci/readme", word], cwd=ROOT, capture_output=True, text=True, check=True)
    assert completed.stdout in text_of("README.md")
    assert completed.stdout.startswith("python3 -m venv ")
    spelled = subprocess.run(
        ["bash", ".ci/readme", word], cwd=ROOT, env={**os.environ, "RUNNER_OS": "Windows"}, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "python3 " not in spelled
    assert ".venv/Scripts/" in spelled


def test_local_hooks_are_what_ci_asks_for() -> None:
    (hooks,) = (repo["hooks"] for repo in read(ROOT / ".pre-commit-config.yaml")["repos"])
    assert [hook["id"] for hook in hooks] == ["ruff-check", "ruff-format", "mypy"]
    assert all(hook["language"] == "system" for hook in hooks)


def test_the_version_that_is_cited_is_this_one() -> None:
    citation = read(ROOT / "CITATION.cff")
    assert str(citation["version"]) == __version__
    assert citation["license"] == "MIT"


def test_files_have_one_kind_of_line_ends() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    listed = subprocess.run(["git", "ls-files", "--eol"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line for line in listed.splitlines() if line.startswith(("i/crlf", "i/mixed"))] == []
    assert "text=auto eol=lf" in text_of(".gitattributes")


CHANGES = "# Changelog\n\n## Unreleased\n\n### A\n\n- One.\n\n## 0.1.0 (2026-01-01)\n\n- Zero.\n"


def test_a_release_dates_the_changelog() -> None:
    release = script("release")
    assert release.dated(CHANGES, "0.2.0", "2026-02-02") == CHANGES.replace(
        "## Unreleased\n", "## Unreleased\n\n## 0.2.0 (2026-02-02)\n"
    )
    with pytest.raises(SystemExit, match="already"):
        release.dated(CHANGES, "0.1.0", "2026-02-02")
    with pytest.raises(SystemExit, match="nothing"):
        release.dated(release.dated(CHANGES, "0.2.0", "2026-02-02"), "0.3.0", "2026-03-03")


def test_a_release_writes_its_version_and_date() -> None:
    release = script("release")
    assert '__version__ = "9.8.7"' in release.with_version(text_of("graphviz_ad/__init__.py"), "9.8.7")
    cited = release.with_version(text_of("CITATION.cff"), "9.8.7")
    once = release.with_date(cited, "2026-02-02")
    assert "version: 9.8.7\ndate-released: 2026-02-02\n" in once
    assert "cff-version: 1.2.0\n" in once
    assert release.with_date(once, "2026-02-02") == once


def test_the_changelog_has_headings() -> None:
    unreleased = text_of("CHANGELOG.md").split("## Unreleased\n")[1].split("\n## ")[0]
    assert unreleased.strip().startswith("### ")
    for part in re.split(r"^### .*$", unreleased, flags=re.MULTILINE)[1:]:
        assert part.strip().startswith("- ")


def test_every_command_has_a_man_page() -> None:
    pages = script("man").pages()
    assert set(pages) == {"graphviz-ad.1", *(f"graphviz-ad-{name}.1" for name in COMMANDS)}
    for text in pages.values():
        assert re.findall(r"^\.SH (.*)", text, re.MULTILINE) == [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "SEE ALSO",
        ]
        assert re.search(r"^\.(?!TH|SH|PP|TP|nf|fi|B )", text, re.MULTILINE) is None
        assert "\b" not in text
    assert "graphviz\\-ad steps" in pages["graphviz-ad.1"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_man_pages_are_read_without_a_warning() -> None:
    for text in script("man").pages().values():
        words = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww"]
        completed = subprocess.run(words, input=text, encoding="utf-8", capture_output=True, check=True)
        assert completed.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_documented_and_there(shell: str) -> None:
    assert f"_GRAPHVIZ_AD_COMPLETE={shell}_source graphviz-ad" in text_of("gallery/install.md")
    environment = {**os.environ, "_GRAPHVIZ_AD_COMPLETE": f"{shell}_complete", "COMP_WORDS": "graphviz-ad ex"}
    environment["COMP_CWORD"] = "ex" if shell == "fish" else "1"
    words = [sys.executable, "-m", "graphviz_ad"]
    completed = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert {"explain", "exercise"} <= set(re.findall(r"\w+", completed.stdout)), completed.stderr


@pytest.mark.slow
def test_the_sdist_holds_all_that_is_in_the_repository(tmp_path: Path) -> None:
    setuptools = pytest.importorskip("setuptools")
    if not (ROOT / ".git").exists() or int(setuptools.__version__.partition(".")[0]) < 77:
        pytest.skip("needs a clone, and setuptools 77")
    source = tmp_path / "source"
    subprocess.run(["git", "checkout-index", "-a", f"--prefix={source}/"], cwd=ROOT, check=True)
    code = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=source, capture_output=True, check=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    files = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    generated = {name for name in files if ".egg-info/" in name}
    assert sorted(files - generated - names) == []
