"""Printed arithmetic holds: read back as a reader would read it, "=" is equal in the printed digits and "≈" is not."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.explain.equation import equation
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY

FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "sin": math.sin, "cos": math.cos,
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "relu": lambda x: max(x, 0.0), "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)), "maximum": max,
}  # fmt: skip


def read(text: str) -> float:
    """Printed arithmetic → what a calculator makes of it."""
    source = text.replace("·", "*").replace("^", "**")
    return float(eval(source, {"__builtins__": {}}, FUNCTIONS))


def check_line(trace, step, digits: int) -> int:
    """Every sign between printed numbers of a step is the right one → how many were looked at."""
    whole = equation(trace, step, digits).whole.relations(DISPLAY)
    looked = 0
    for (_, left), (sign, right) in pairwise(whole):
        if re.search("nan|inf|∂|…", left + right):
            continue
        try:
            exact = (read(left), read(right))
        except (NameError, ArithmeticError, ValueError, TypeError):  # a letter, or no real number
            continue
        alike = numbers.number(exact[0], digits) == numbers.number(exact[1], digits)
        assert sign.strip() == ("=" if alike else "≈"), f"{left} {sign} {right}"
        looked += 1
    return looked


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
def test_printed_arithmetic_holds(formula: str, x: float, y: float, w: float, digits: int) -> None:
    graph = parse(f"L = {formula} + x*y + w")
    trace = graph.run(x=x, y=y, w=w)
    assert sum(check_line(trace, step, digits) for step in trace.steps) > 0


def test_rounded_factors_that_miss_the_result_are_not_said_to_be_equal() -> None:
    trace = parse("L = x*y").run(x=0.00185, y=2.955)
    assert equation(trace, trace.steps[0], 2).write(DISPLAY) == "L = x · y = 0.0019 · 3 ≈ 0.0055"
    trace = parse("L = x*y").run(x=0.5, y=3)
    assert equation(trace, trace.steps[0], 2).write(DISPLAY) == "L = x · y = 0.5 · 3 = 1.5"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_arrays_hold_entry_by_entry(seed: int, digits: int) -> None:
    draw = np.random.default_rng(seed)
    X, w, b = draw.normal(size=(2, 3)), draw.normal(size=3), float(draw.normal())
    trace = parse("z = X*w + b; L = sum(z*z)").run(X=X, w=w, b=b)
    scope = {"array": np.array, "__builtins__": {}, "total": np.sum}
    looked = 0
    for step in trace.steps:
        whole = equation(trace, step, digits).whole.relations(DISPLAY)
        for (_, left), (sign, right) in pairwise(whole):
            if re.search(r"[∂a-zA-Z…]", left + right):
                continue
            values = [
                eval(
                    re.sub(r"(\[\[.*?\]\]|\[[^][]*\])", r"array(\1)", text)
                    .replace("·", "*")
                    .replace("⊙", "*")
                    .replace("Σ", ""),
                    scope,
                )
                for text in (left, right)
            ]
            if "Σ" in left:
                axis = None if np.ndim(values[1]) == 0 else 0
                values[0] = np.sum(values[0], axis=axis)
            pairs = zip(np.ravel(values[0]).tolist(), np.ravel(values[1]).tolist(), strict=True)
            alike = all(numbers.number(float(a), digits) == numbers.number(float(b), digits) for a, b in pairs)
            assert sign.strip() == ("=" if alike else "≈"), f"{left} {sign} {right}"
            looked += 1
    assert looked >= 5


@pytest.mark.parametrize("digits", [3, 4])
def test_a_planted_wrong_sign_is_seen(digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.explain import equation as module

    trace = parse("L = x*y").run(x=0.123456, y=2.98765)
    monkeypatch.setattr(module, "_agree", lambda *_: True)
    with pytest.raises(AssertionError):
        check_line(trace, trace.steps[0], 2 if digits == 3 else 3)
