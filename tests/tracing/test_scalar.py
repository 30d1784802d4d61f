"""What is computed with a number that is not known is not known either, whoever computes it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphviz_ad.tracing.scalar import TracedFloat, atom


@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.mul, operator.truediv])
@pytest.mark.parametrize(
    "known", [2.0, np.float64(2), np.sqrt(4.0), np.array(2.0)], ids=["Python", "numpy", "a result", "an array"]
)
def test_known_numbers_ask_what_is_not_known(operate: Callable[[Any, Any], Any], known: Any) -> None:
    """Before numpy 2.1 its own numbers did not, and took it for nan: a page showed nan for softmax(x)."""
    x = atom("x")
    for result in (operate(known, x), operate(x, known)):
        assert isinstance(result, TracedFloat)
        assert "x" in result.code
        assert "2" in result.code
    assert math.isnan(float(x))
