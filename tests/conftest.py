"""Random tests draw the same examples in every run, so that a green run stays green; HYPOTHESIS_RANDOM=1 draws new ones.

The tests of some places are many or start programs: they count as slow, and are left out of the quick subset. Tests
marked `torch` are skipped where it is not installed.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

_QUICK_EXERCISES = ("marking", "sheets")
SLOW = (
    "tests/gallery/", "tests/documents/", "tests/notebook/", "tests/office/", "tests/fuzz/", "tests/cli/test_fuzz.py",
    "tests/ops/test_against_torch.py", "tests/test_guides.py", "tests/test_readme.py", "tests/diagram/test_overlap.py",
    "tests/diagram/test_one_layout.py", "tests/diagram/test_fold.py", "tests/diagram/test_crossings.py",
    *(f"tests/export/test_{name}.py" for name in (
        "html", "html_browser", "live", "live_arrays", "live_browser", "reveal", "beamer_pages", "tikz_latex", "animated_browser",
        "gif", "notebook", "tikz", "powerpoint", "powerpoint_impress", "pdf_deck", "quarto",
    )),
    *(f"tests/exercises/{path.name}"
      for path in sorted((Path(__file__).parent / "exercises").glob("test_*.py"))
      if path.stem.removeprefix("test_") not in _QUICK_EXERCISES),
)  # fmt: skip
"""Where the slow tests are, besides those marked one by one."""
LARGE = ("a regression over eight", "that cannot be broken", "one that is wider still", "a chain of forty")
"""Graphs of cases that are slow wherever they are drawn."""

settings.register_profile("fixed", derandomize=True, database=None, deadline=None)  # a busy machine is no failure
settings.load_profile("default" if os.environ.get("HYPOTHESIS_RANDOM") else "fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    without_torch = find_spec("torch") is None
    for item in items:
        if without_torch and item.get_closest_marker("torch"):
            item.add_marker(pytest.mark.skip(reason="torch is not installed"))
        if item.nodeid.startswith(SLOW) or any(case in item.name for case in LARGE):
            item.add_marker(pytest.mark.slow)
