"""setup.cfg names every package, and every file that is no Python."""

from __future__ import annotations

from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).parents[1]
CONFIG = ConfigParser()
CONFIG.read(HERE / "setup.cfg", encoding="utf-8")


def test_every_package_is_installed() -> None:
    folders = {path.parent.relative_to(HERE) for path in (HERE / "graphviz_ad").rglob("*.py")}
    named = CONFIG["options"]["packages"].split()
    assert {".".join(folder.parts) for folder in folders} <= set(named)


def test_every_file_of_a_package_is_installed() -> None:
    patterns = {name: [one.strip() for one in text.split(",")] for name, text in CONFIG["options.package_data"].items()}
    for path in (HERE / "graphviz_ad").rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            package = ".".join(path.parent.relative_to(HERE).parts)
            assert any(fnmatch(path.name, one) for one in patterns.get(package, [])), f"{path.name} of {package}"
