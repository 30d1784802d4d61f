"""Random formulas beside torch: values, gradients and local derivatives, not-finite numbers included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from graphviz_ad import parse
from graphviz_ad.api import Trace
from graphviz_ad.ops.table import TABLE
from tests.strategies import COVERED, formulas
from tests.thorough import amount

pytestmark = pytest.mark.torch

_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def test_every_operation_can_come_up() -> None:
    assert {row.name for row in TABLE if not row.internal} <= COVERED


def infinite_gradient_at_exponent_0(trace: Trace) -> bool:
    """Whether an infinite gradient meets x^y with y = 0: torch selects 0 there, we multiply by 0, which is nan.

    A row masks all zeros of its derivative or none, and at x = 0, y > 1 torch multiplies as we do.
    """
    return any(
        bound is not None
        and bound.row.name == "pow"
        and trace.grads[node] is not None
        and not np.all(np.isfinite(trace.grads[node]))
        and bool(np.any(np.equal(trace.values[trace.graph.args[node][1]], 0)))
        for node, bound in enumerate(trace.graph.ops)
    )


def test_the_one_known_difference_is_still_there() -> None:
    trace = parse("L = asin(x^d)").run(x=3, d=0)
    assert infinite_gradient_at_exponent_0(trace)
    assert [(row.what, str(row.ours), str(row.theirs)) for row in trace.check("torch").differing] == [
        ("∂L/∂x", "nan", "0.0")
    ]


def agrees(case: tuple[str, dict[str, object]]) -> None:
    """Every row agrees, infinities and nan included. Only where something is not finite may a row be no witness:
    what torch sends back beside a nan depends on how its kernels compare (see `torch_partner`), and some refuse."""
    text, inputs = case
    trace = parse(text).run(inputs)
    report = trace.check("torch")
    assume(report.rows)  # "L = 2" computes nothing
    assume(not infinite_gradient_at_exponent_0(trace))
    allowed = {"ok", "inconclusive", "not run"} if trace.not_finite else {"ok"}
    assert {row.verdict for row in report.rows} <= allowed, f"{text}\n{inputs}\n{report}"
    assert report.ok


@given(formulas())
@settings(_SETTINGS, max_examples=60, derandomize=True)
@pytest.mark.slow
def test_the_other_partners_call_nothing_wrong(case: tuple[str, dict[str, object]]) -> None:
    text, inputs = case
    report = parse(text).run(inputs).check("complex-step", "finite-difference", "paths")
    assert not report.differing, f"{text}\n{inputs}\n{report}"


@given(formulas())
@settings(_SETTINGS, max_examples=100, derandomize=True)
@pytest.mark.slow
def test_a_hundred_formulas_agree_with_torch(case: tuple[str, dict[str, object]]) -> None:
    agrees(case)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))  # each draws others, and two processes share them
@given(case=formulas(depth=4))
@settings(_SETTINGS, max_examples=amount(250, 500))
def test_a_thousand_formulas_agree_with_torch(part: int, case: tuple[str, dict[str, object]]) -> None:
    agrees(case)
