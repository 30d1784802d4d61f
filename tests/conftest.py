"""Random tests draw the same examples in every run, so that a green run stays green; HYPOTHESIS_RANDOM=1 draws new ones.

There are three sizes. `--quick` leaves out the tests of places where they are many or start programs, which count as slow,
and of the cases of a test all but the first, the middle and the last. Without it, a run of folders has a sixth of
the cases of a test that has many, builds no whole site and drives no browser. `--all` runs everything, as `.ci/run` does; what is asked for
by name, as files or with `-k`, is always whole. Tests marked `torch` are skipped where it is not installed.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.browser import chromium  # noqa: F401  # one for the modules that a process tests

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
    "tests/export/test_deck.py::test_warnings_are_handed_on", "tests/export/run/test_figures.py", "tests/export/test_pages.py",
    "tests/language/test_typed_formulas.py::test_no_message", "tests/language/test_typed_formulas.py::test_a_character_that_stands",
    "tests/check/test_partners.py::test_the_sign_of_a_zero", "tests/check/test_random_formulas.py::test_the_one_known",
    "tests/cli/test_torch.py::test_what_torch_compile", "tests/cli/test_torch.py::test_a_long_net",
    "tests/diagram/test_backward_graph.py::test_latex_sets_it", "tests/messages/test_pseudo.py::test_a_deck",
    "tests/training/test_updates.py::test_it_is_saved",
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
    "tests/gallery/test_site.py", "tests/gallery/test_lesson.py", "tests/gallery/test_claims.py", "tests/gallery/test_first.py",
    "tests/notebook/test_kernel.py", "tests/export/run/test_notebook.py::test_it_runs", "tests/documents/test_sphinx.py",
    "tests/documents/test_markdown.py::test_mkdocs", "tests/messages/test_pseudo.py::test_pages_of_runs",
    "tests/diagram/test_overlap.py::test_nothing_overlaps_in_random_formulas", "tests/diagram/test_legible.py::test_siblings_stand_in_their_order",
    "tests/diagram/test_edges_apart.py::test_edges_are_told_apart_in_random_formulas", "tests/diagram/test_unlabelled.py::test_many_edges_leave",
    "tests/exercises/test_paper.py::test_latex_compiles", "tests/exercises/test_paper.py::test_the_key_and_its_sheet",
    "tests/exercises/test_simulator.py::test_all_that_numbers", "tests/exercises/test_marking.py::test_single_mistakes_are_named",
    "tests/export/test_powerpoint_impress.py", "tests/test_packages.py::test_the_wheel_holds", "tests/test_surface.py::test_a_checker_knows",
    "tests/training/test_descent.py::test_a_mapped_file",
    "tests/check/test_random_formulas.py::test_a_thousand", "tests/code/test_table.py", "tests/code/test_random.py",
    "tests/code/test_gallery.py::test_every_example_runs", "tests/course/test_term.py::test_a_term_of_many", "tests/fuzz/",
    "tests/exercises/test_nbgrader.py::test_nbgrader", "tests/exercises/test_platforms.py::test_the_same_exercises_give_the_same_bytes",
    "tests/export/test_tikz_latex.py::test_decks_in_one_document",
    "tests/export/test_live_browser.py::test_statement_by_statement_too",
)  # fmt: skip
"""What builds, computes or runs the whole of something: for `--all`, and for a run of its file."""
MANY = 6
"""Cases of a test above which every sixth is enough in a run that is not `--all`."""
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
    kept = items
    if size(config) == "quick":
        kept = [item for item in items if not item.get_closest_marker("slow")]
    elif size(config) == "usual":
        kept = [item for item in items if not item.nodeid.startswith(WHOLE) and not item.get_closest_marker("chromium")]
    config.hook.pytest_deselected(items=list(set(items).difference(kept)))
    items[:] = kept


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("quick") and not os.environ.get("HYPOTHESIS_RANDOM"):
        settings.load_profile("quick")


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cases that are left out are not even made: to make all twenty thousand takes as long as many a test.

    Of those that are not slow the quick subset has the first, the middle and the last; of many a usual run has the
    first, the last and every sixth.
    """
    cases = metafunc._calls
    if size(metafunc.config) == "quick":
        swift = [case for case in cases if not _is_slow(case)] or cases[:1]
        cases[:] = [swift[number] for number in sorted({0, len(swift) // 2, len(swift) - 1}) if swift]
    elif size(metafunc.config) == "usual" and len(cases) > MANY:
        cases[:] = [case for number, case in enumerate(cases) if number % MANY == 0 or case is cases[-1]]


def _is_slow(case: Any) -> bool:
    return any(mark.name == "slow" for mark in case.marks) or any(large in case.id for large in LARGE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A folder or a file of slow tests is not even read for the quick subset."""
    place = os.path.relpath(collection_path, config.rootpath).replace(os.sep, "/")
    return True if config.getoption("quick") and f"{place}/".startswith(SLOW) else None


def size(config: pytest.Config) -> str:
    """How much is run: `quick`, `usual` or `all`, as what is asked for by name: no case of a new row is left out then."""
    if config.getoption("quick"):
        return "quick"
    paths = [Path(config.invocation_params.dir, arg.partition("::")[0]) for arg in config.args]
    is_named = bool(config.getoption("keyword")) or not any(path.is_dir() for path in paths)
    return "all" if config.getoption("all") or is_named else "usual"
