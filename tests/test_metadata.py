"""What the package says of itself: one version, one address of its home, and a description whose links lead out."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import __version__

ROOT = Path(__file__).parent.parent
SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
HOME = SETUP["metadata"]["url"]
PAGES = re.sub(r"https://github\.com/([^/]+)/(.+)", r"https://\1.github.io/\2/", HOME)
"""Where GitHub shows the site of such a repository."""


def setup_script() -> Any:
    spec = spec_from_file_location("setup_script", ROOT / "setup.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_version_stands_in_one_place() -> None:
    assert SETUP["metadata"]["version"] == "attr: graphviz_ad.__version__"
    quoted = re.compile(rf'"{re.escape(__version__)}"|^version.*{re.escape(__version__)}', re.MULTILINE)
    named = ["graphviz_ad/__init__.py", "setup.cfg", "setup.py", "pyproject.toml"]
    assert [name for name in named if quoted.search((ROOT / name).read_text(encoding="utf-8"))] == named[:1]


def test_setup_cfg_is_the_place_of_the_metadata() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project) == {"name", "license", "license-files", "dynamic"}
    assert {"dependencies", "optional-dependencies", "version", "readme", "scripts"} <= set(project["dynamic"])


def test_every_address_of_home_is_that_of_setup_cfg() -> None:
    assert HOME.startswith("https://github.com/")
    for line in SETUP["metadata"]["project_urls"].strip().splitlines():
        assert line.partition(" = ")[2].startswith((HOME, PAGES)), line
    address = re.compile(
        r"https://(?:github\.com|raw\.githubusercontent\.com)/graphviz-ad/[\w-]+|https://graphviz-ad\.github\.io\S*"
    )
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*.cff"), *(ROOT / "graphviz_ad").rglob("*.py")):
        for url in address.findall(path.read_text(encoding="utf-8")):
            assert url.startswith((HOME, PAGES)), f"{path.name}: {url}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md#c)", "[a](https://github.com/o/r/blob/main/b.md#c)"),
        ("![a](b.svg)", "![a](https://raw.githubusercontent.com/o/r/main/b.svg)"),
        (
            "[![a](b.svg)](c.html)",
            "[![a](https://raw.githubusercontent.com/o/r/main/b.svg)](https://github.com/o/r/blob/main/c.html)",
        ),
        ("[a](https://x.y) [b](#c) `d[0]`", "[a](https://x.y) [b](#c) `d[0]`"),
    ],
)
def test_links_become_absolute(text: str, expected: str) -> None:
    assert setup_script().absolute(text, "https://github.com/o/r") == expected


def test_no_link_of_the_readme_stays_relative() -> None:
    text = setup_script().absolute((ROOT / "README.md").read_text(encoding="utf-8"), HOME)
    assert len(re.findall(r"\]\(", text)) > 10
    assert re.findall(r"\]\((?!https?://|#)", text) == []


def test_the_small_extra_of_tests_has_nothing_large() -> None:
    extras = SETUP["options.extras_require"]
    small = {re.split(r"[=<>;\[ ]", line)[0] for line in extras["test"].split()}
    assert not small & {"torch", "jax", "nbgrader", "anki", "atheris", "sphinx", "selenium", "matplotlib"}
    assert "test]" in extras["dev"]


def test_warnings_are_errors_only_where_ci_says_so() -> None:
    assert "filterwarnings" not in SETUP["tool:pytest"]
    assert 'export PYTEST_ADDOPTS="-W error"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_page_of_installing_names_every_extra() -> None:
    text = (ROOT / "gallery" / "install.md").read_text(encoding="utf-8")
    rows = " ".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", rows)) == set(SETUP["options.extras_require"])
