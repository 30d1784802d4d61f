"""Random formulas beside torch: values, gradients and local derivatives, not-finite numbers included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.ops.table import TABLE
from tests.strategies import COVERED, formulas

pytestmark = pytest.mark.torch

_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def test_every_operation_can_come_up() -> None:
    assert {row.name for row in TABLE if not row.internal} <= COVERED


def agrees(case: tuple[str, dict[str, Any]]) -> None:
    """Every row agrees, infinities included. Only where a nan came up may a derivative beside it be no witness:
    torch's kernels send back 0, 1 or nan there, as their comparisons happen to fall out, or refuse it."""
    text, inputs = case
    trace = parse(text).run(inputs)
    report = trace.check("torch")
    has_nan = any(np.any(np.isnan(value)) for value in (*trace.values, *(g for g in trace.grads if g is not None)))
    allowed = {"ok", "inconclusive", "not run"} if has_nan else {"ok"}
    assert {row.verdict for row in report.rows} <= allowed, f"{text}\n{inputs}\n{report}"
    assert report.ok


@given(formulas())
@settings(_SETTINGS, max_examples=100)
def test_a_hundred_formulas_agree_with_torch(case: tuple[str, dict[str, Any]]) -> None:
    agrees(case)


@pytest.mark.slow
@given(formulas(depth=4))
@settings(_SETTINGS, max_examples=2000)
def test_two_thousand_formulas_agree_with_torch(case: tuple[str, dict[str, Any]]) -> None:
    agrees(case)
