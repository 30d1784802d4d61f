"""Random formulas as programs: numpy by hand, and PyTorch, have our numbers; and they are as ruff would have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.errors import GraphvizADError
from tests.code.programs import KINDS, faults, untidy
from tests.strategies import formulas

COUNTS = {"torch": 150, "numpy": 300}


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), [kind for kind in KINDS if not kind.id.startswith("jax")])
def test_random_formulas_run(to: str, backward: bool) -> None:
    checked = []

    @settings(max_examples=COUNTS[to], suppress_health_check=list(HealthCheck))
    @given(formulas())
    def runs(case: tuple[str, dict[str, Any]]) -> None:
        text, inputs = case
        try:
            trace = parse(text, given=inputs).run(inputs)
            trace.to_code(to, backward)  # type: ignore[arg-type]
        except GraphvizADError:
            return
        checked.append(text)
        assert faults(trace, to, backward) == ""

    runs()
    assert len(checked) > COUNTS[to] / 2


def test_random_programs_are_as_ruff_would_have_them(tmp_path: Path) -> None:
    texts: dict[str, str] = {}

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(formulas(depth=2))
    def collect(case: tuple[str, dict[str, Any]]) -> None:
        text, inputs = case
        try:
            trace = parse(text, given=inputs).run(inputs)
            for to in ("torch", "jax", "numpy"):
                texts[f"{to}-{len(texts)}"] = trace.to_code(to)  # type: ignore[arg-type]
        except GraphvizADError:
            return

    collect()
    assert len(texts) > 150
    assert untidy(texts, tmp_path) == ""
