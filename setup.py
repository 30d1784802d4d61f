"""Packages are found; all else stands in setup.cfg."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["graphviz_ad", "graphviz_ad.*"]), "graphviz_ad_cli"],
    package_dir={"graphviz_ad_cli": "cli"},
)
