"""Printed arithmetic holds: read back as a reader would read it, "=" is equal in the printed digits and "≈" is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.explain.equation import equation
from graphviz_ad.language.printer import DISPLAY
from tests.explain.reading import check_step


def looked_at(trace, digits: int) -> int:
    """Every sign between printed numbers is the right one → how many were looked at."""
    return sum(check_step(trace.shown, step, digits)[0] for step in trace.shown.steps)


ATOMS = st.sampled_from(["x", "y", "w", "2", "0.3", "7"])


def combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    unary = st.tuples(st.sampled_from(["sigmoid", "tanh", "sin", "exp", "relu", "abs", "-"]), inner)
    binary = st.tuples(inner, st.sampled_from([" + ", " - ", "*", "/"]), inner)
    powers = st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5"]))
    return (
        unary.map(lambda t: f"{t[0]}({t[1]})")
        | binary.map(lambda t: f"({t[0]}){t[1]}({t[2]})")
        | powers.map(lambda t: f"({t[0]})^({t[1]})")
    )


FORMULAS = st.recursive(ATOMS, combine, max_leaves=6)
VALUES = st.floats(-3, 3, allow_nan=False).map(lambda v: round(v, 3))


@settings(max_examples=120, deadline=None)
@given(FORMULAS, VALUES, VALUES, VALUES, st.integers(2, 6))
@pytest.mark.slow
def test_printed_arithmetic_holds(formula: str, x: float, y: float, w: float, digits: int) -> None:
    graph = parse(f"L = {formula} + x*y + w")
    trace = graph.run(x=x, y=y, w=w)
    assert looked_at(trace, digits) > 0


def test_rounded_factors_that_miss_the_result_are_not_said_to_be_equal() -> None:
    trace = parse("L = x*y").run(x=0.00185, y=2.955)
    assert equation(trace, trace.steps[0], 2).write(DISPLAY) == "L = x · y = 0.0019 · 3 ≈ 0.0055"
    trace = parse("L = x*y").run(x=0.5, y=3)
    assert equation(trace, trace.steps[0], 2).write(DISPLAY) == "L = x · y = 0.5 · 3 = 1.5"


def test_what_is_lost_among_several_terms_is_seen() -> None:
    trace = parse("L = x + y + z").run(x=2, y=0, z=0.031)
    assert equation(trace.shown, trace.shown.steps[0], 2).write(DISPLAY) == "L = x + y + z = 2 + 0 + 0.031 ≈ 2"
    trace = parse("L = x*y*z").run(x=1e-200, y=1e-200, z=3)
    assert equation(trace.shown, trace.shown.steps[0], 3).write(DISPLAY) == "L = x · y · z = 1e-200 · 1e-200 · 3 ≈ 0"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
@pytest.mark.slow
def test_arrays_hold_entry_by_entry(seed: int, digits: int) -> None:
    draw = np.random.default_rng(seed)
    X, w, b = draw.normal(size=(2, 3)), draw.normal(size=3), float(draw.normal())
    trace = parse("z = X*w + b; L = sum(z*z)").run(X=X, w=w, b=b)
    assert looked_at(trace, digits) >= 5


@pytest.mark.parametrize("digits", [3, 4])
def test_a_planted_wrong_sign_is_seen(digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.explain import signs

    trace = parse("L = x*y").run(x=0.123456, y=2.98765)
    monkeypatch.setattr(signs, "_agree", lambda *_: True)
    with pytest.raises(AssertionError):
        looked_at(trace, 2 if digits == 3 else 3)
