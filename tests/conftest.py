"""Random tests draw the same examples in every run, so that a green run stays green; HYPOTHESIS_RANDOM=1 draws new ones.

The tests of some places are many or start programs: they count as slow, and are left out of the quick subset.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

SLOW = ("tests/gallery/", "tests/documents/", "tests/ops/test_against_torch.py", "tests/fuzz/", "tests/cli/test_fuzz.py",
        "tests/export/test_html_browser.py", "tests/export/test_reveal.py", "tests/export/test_beamer_pages.py",
        "tests/export/test_tikz_latex.py",
        "tests/export/test_animated_browser.py", "tests/export/test_gif.py",
        "tests/export/test_notebook.py",
        "tests/exercises/test_platforms.py", "tests/exercises/test_platform_readers.py")  # fmt: skip
"""Where the slow tests are, besides those marked one by one."""

settings.register_profile("fixed", derandomize=True, database=None)
settings.load_profile("default" if os.environ.get("HYPOTHESIS_RANDOM") else "fixed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
