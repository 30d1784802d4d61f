"""Random tests draw the same examples in every run, so that a green run stays green; HYPOTHESIS_RANDOM=1 draws new ones.

There are three sizes. `--quick` leaves out the tests of places where they are many or start programs, which count as slow,
and of the cases of a test all but the first, the middle and the last. Without it, a run of folders has a quarter of
the cases of a test that has many, builds no whole site and drives no browser. `--all` runs everything, as `.ci/run` does; what is asked for
by name, as files or with `-k`, is always whole. Tests marked `torch` are skipped where it is not installed.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.browser import chromium  # noqa: F401  # one for the modules that a process tests

Case = TypeVar("Case")

sys.dont_write_bytecode = False
os.environ.pop(
    "PYTHONDONTWRITEBYTECODE", None
)  # tests start hundreds of processes, which would each compile the sources anew

_QUICK_EXERCISES = ("marking", "sheets")
SLOW = (
    "tests/gallery/", "tests/documents/", "tests/notebook/", "tests/office/", "tests/fuzz/", "tests/cli/test_fuzz.py",
    "tests/ops/test_against_torch.py", "tests/test_guides.py", "tests/test_readme.py", "tests/diagram/test_overlap.py",
    "tests/diagram/test_one_layout.py", "tests/diagram/test_fold.py", "tests/diagram/test_crossings.py",
    "tests/diagram/test_legible.py", "tests/diagram/test_annotations.py::test_what_is_named_is_not_closed_on_a_slide",
    "tests/training/test_descent.py::test_2000_updates", "tests/capture/test_scale.py", "tests/cli/test_compare.py", "tests/data/test_csv.py::test_a_file_is_never_kept_as_text",
    "tests/export/run/test_program.py::test_a_program_with_a_wrong_number_says_so", "tests/code/test_random.py",
    "tests/explain/test_statements.py::test_every_statement_can_be_told_everywhere",
    "tests/diagram/test_own_theme.py::test_a_font_in_a_folder_beside_the_file",
    "tests/export/test_deck.py::test_warnings_are_handed_on", "tests/export/run/test_figures.py::test_axes_of_the_loss",
    *(f"tests/export/test_{name}.py" for name in (
        "html", "html_browser", "live", "live_arrays", "live_browser", "reveal", "beamer_pages", "tikz_latex", "animated_browser",
        "gif", "notebook", "tikz", "powerpoint", "powerpoint_impress", "pdf_deck", "quarto", "comparison_page", "run_page",
    )),
    *(f"tests/exercises/{path.name}"
      for path in sorted((Path(__file__).parent / "exercises").glob("test_*.py"))
      if path.stem.removeprefix("test_") not in _QUICK_EXERCISES),
)  # fmt: skip
"""Where the slow tests are, besides those marked one by one."""
LONG = (
    "tests/course/test_term.py::test_a_term_of_many", "tests/check/test_random_formulas.py", "tests/gallery/test_claims.py",
    "tests/gallery/test_site.py", "tests/gallery/test_lesson.py", "tests/gallery/test_first.py", "tests/documents/test_sphinx.py",
)  # fmt: skip
"""What takes long in one piece: it comes first, so that at the end no process waits for another."""
WHOLE = (
    "tests/gallery/test_site.py", "tests/gallery/test_lesson.py", "tests/gallery/test_claims.py", "tests/gallery/test_first.py::test_running",
    "tests/notebook/test_kernel.py::test_running", "tests/export/run/test_notebook.py::test_it_runs", "tests/documents/test_sphinx.py",
    "tests/check/test_random_formulas.py::test_a_thousand", "tests/code/test_table.py", "tests/code/test_random.py",
    "tests/code/test_gallery.py::test_every_example_runs", "tests/course/test_term.py::test_a_term_of_many", "tests/fuzz/",
    "tests/exercises/test_nbgrader.py::test_nbgrader", "tests/export/test_tikz_latex.py::test_decks_in_one_document",
    "tests/export/test_live_browser.py::test_statement_by_statement_too",
)  # fmt: skip
"""What builds, computes or runs the whole of something: for `--all`, and for a run of its file."""
MANY = 8
"""Cases of a test from which on a quarter of them is enough in a run that is not `--all`."""
LARGE = ("a regression over eight", "that cannot be broken", "one that is wider still", "a chain of forty")
"""Graphs of cases that are slow wherever they are drawn."""

settings.register_profile("fixed", derandomize=True, database=None, deadline=None)  # a busy machine is no failure
settings.register_profile("quick", settings.get_profile("fixed"), max_examples=25)
settings.load_profile("default" if os.environ.get("HYPOTHESIS_RANDOM") else "fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out slow tests, and most cases of a test")
    parser.addoption("--all", action="store_true", help="every case of every test, as in CI")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without_torch = find_spec("torch") is None
    for item in items:
        if without_torch and item.get_closest_marker("torch"):
            item.add_marker(pytest.mark.skip(reason="torch is not installed"))
        if item.nodeid.startswith(SLOW) or any(case in item.name for case in LARGE):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if config.getoption("quick"):
        keep(config, items, quick(items))
    elif not config.getoption("all") and not is_named(config):
        keep(config, items, usual(items))


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("quick") and not os.environ.get("HYPOTHESIS_RANDOM"):
        settings.load_profile("quick")


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cases that are not in the quick subset are not even made: of twenty thousand that takes as long as many tests."""
    if metafunc.config.getoption("quick"):
        calls = metafunc._calls
        swift = [call for call in calls if not _is_slow(call)]
        calls[:] = ends_and_middle(swift) if swift else calls[:1]


def _is_slow(call: Any) -> bool:
    return any(mark.name == "slow" for mark in call.marks) or any(case in call.id for case in LARGE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A folder or a file of slow tests is not even read for the quick subset."""
    place = os.path.relpath(collection_path, config.rootpath).replace(os.sep, "/")
    return True if config.getoption("quick") and f"{place}/".startswith(SLOW) else None


def is_named(config: pytest.Config) -> bool:
    """Whether what is to be run is asked for by name: the cases of a new row are never left out then."""
    paths = [Path(config.invocation_params.dir, arg.partition("::")[0]) for arg in config.args]
    return bool(config.getoption("keyword")) or not any(path.is_dir() for path in paths)


def keep(config: pytest.Config, items: list[pytest.Item], kept: Collection[pytest.Item]) -> None:
    """Leave the tests that are kept in the list, in their order, and tell pytest of the others."""
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def quick(items: list[pytest.Item]) -> set[pytest.Item]:
    """Tests → those of the quick subset: of each that is not slow the first, the middle and the last case."""
    tests = by_test(item for item in items if not item.get_closest_marker("slow"))
    return {item for cases in tests for item in ends_and_middle(cases)}


def ends_and_middle(cases: list[Case]) -> list[Case]:
    """Cases → the first, the middle and the last."""
    return [cases[number] for number in sorted({0, len(cases) // 2, len(cases) - 1})]


def usual(items: list[pytest.Item]) -> set[pytest.Item]:
    """Tests → those of a usual run, without browsers: of each that has many cases the first and the last, and every
    fourth between."""
    tests = by_test(
        item for item in items if not item.nodeid.startswith(WHOLE) and not item.get_closest_marker("chromium")
    )
    return {
        item
        for cases in tests
        for number, item in enumerate(cases)
        if len(cases) <= MANY or number % 4 == 0 or item is cases[-1]
    }


def by_test(items: Iterable[pytest.Item]) -> Collection[list[pytest.Item]]:
    """Tests with their cases, one behind the other → the cases of each test."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    return cases.values()
