"""Texts of closed parts are computed with what goes without saying, by place or by name."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.explain.expression import values
from graphviz_ad.language.parser import parse_program


@pytest.mark.parametrize(("text", "expected"), [("layer_norm(x)", [-1.0, 1.0]), ("clamp(x, 0, 1)", [0.0, 1.0]),
                                                ("clamp(x, hi=1)", [-2.0, 1.0])])  # fmt: skip
def test_options_are_what_they_are_unless_said(text: str, expected: list[float]) -> None:
    program = parse_program(text, name="text")
    root = program.statements[-1].root
    assert values(program.tree, root, {"x": np.array([-2.0, 2.0])})[root] == pytest.approx(expected, abs=1e-5)
