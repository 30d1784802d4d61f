"""Every comparison of `ratios`, by `pytest --benchmark-only tests/benchmarks`; left out of other runs."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from .comparing import Comparison, Result
from .ratios import BEGIN, COMPARISONS, END, written


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda c: f"{c.what} / {c.peer}")
@pytest.mark.filterwarnings("ignore")  # peers warn of their own
def test_ratio(benchmark: BenchmarkFixture, comparison: Comparison) -> None:
    result: Result = benchmark.pedantic(comparison.measure, rounds=1)  # type: ignore[no-untyped-call]
    benchmark.extra_info.update(ours=result.ours, peer=result.peer, ratio=result.ratio, target=comparison.target)
    assert result.met, result.row()


def test_the_table_replaces_the_older_one() -> None:
    once = written("Speed\n", "| a |")
    assert once == f"Speed\n\n{BEGIN}\n| a |\n{END}\n"
    assert written(once, "| b |") == once.replace("| a |", "| b |")
