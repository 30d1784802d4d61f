"""Packages are found, and links of the README made absolute for pages elsewhere; all else stands in setup.cfg."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent


def home() -> str:
    """→ the address of the repository, which setup.cfg says."""
    config = ConfigParser()
    config.read(HERE / "setup.cfg", encoding="utf-8")
    return config["metadata"]["url"]


def absolute(text: str, home: str) -> str:
    """Markdown whose links are relative, and the repository on GitHub → the same with absolute links.

    A picture is the file itself, anything else the page that shows it.
    """
    raw = home.replace("//github.com/", "//raw.githubusercontent.com/") + "/main/"
    text = re.sub(r"(!\[[^\]]*\]\()(?!https?:|#)", rf"\1{raw}", text)
    return re.sub(r"(?<!!)(\[(?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*\]\()(?!https?:|#)", rf"\1{home}/blob/main/", text)


if __name__ == "__main__":
    setup(
        packages=[*find_packages(include=["graphviz_ad", "graphviz_ad.*"]), "graphviz_ad_cli"],
        package_dir={"graphviz_ad_cli": "cli"},
        long_description=absolute((HERE / "README.md").read_text(encoding="utf-8"), home()),
    )
