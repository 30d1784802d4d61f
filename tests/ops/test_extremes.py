"""Very large, very small and infinite arguments: losses and reductions are torch's, or better where torch overflows."""

from __future__ import annotations

import math
import warnings
from itertools import product
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from tests.ops.both import label, ours, same, theirs

pytestmark = pytest.mark.slow

inf, nan = math.inf, math.nan

POWERS = ("", "p=1", "p=1.5", "p=3", "p=20", "p=inf")
SIZES = (1e200, 1e-200, 1e300, 1e-300, 5e-324, 1e155, 1e-155)


@pytest.mark.parametrize("p", POWERS)
@pytest.mark.parametrize("size", SIZES)
def test_a_norm_scales_with_its_entries(size: float, p: str) -> None:
    entries = [1.0, -2.0, 0.5, 0.0] if size > 5e-324 else [1.0, -2.0, 4.0, 0.0]
    small, large = (
        parse(f"norm(x, {p})" if p else "norm(x)").run(x=[entry * by for entry in entries]) for by in (1, size)
    )
    expected = small.values[-1] * size
    assert large.values[-1] == pytest.approx(expected, rel=1e-12, abs=5e-324)
    np.testing.assert_allclose(large.grad("x"), small.grad("x"), rtol=1e-12 if size > 5e-324 else 0.2)


def test_the_entries_of_one_norm_may_lie_far_apart() -> None:
    rows = [[1e200, 1.0, 1e-200], [1e-200, 1e-201, 0], [3, 4, 0], [0, 0, 0], [inf, 1, 0], [1, nan, 0]]
    trace = run(parse("norm(x, axis=1)"), {"x": rows}, upstream=1)
    np.testing.assert_allclose(trace.values[-1], [1e200, 1.004987562112089e-200, 5, 0, inf, nan], rtol=1e-14)
    np.testing.assert_allclose(
        trace.grad("x")[:4],
        [[1, 1e-200, 0], [0.995037190209989, 0.0995037190209989, 0], [0.6, 0.8, 0], [0, 0, 0]],
        rtol=1e-14,
    )


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, 20])
def test_where_there_is_no_need_a_norm_is_what_it_was_to_the_last_digit(p: float) -> None:
    generator = np.random.default_rng(1)
    for size in (1e-3, 1.0, 1e4):
        x = generator.normal(size=5) * size
        plain = np.sqrt(np.sum(x * x)) if p == 2 else np.sum(np.abs(x) ** p) ** (1 / p)
        assert parse(f"norm(x, {p})").run(x=x).values[-1] == plain


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("hinge(x, y)", {"x": 2, "y": inf}, 0.0),
        ("hinge(x, y)", {"x": inf, "y": 1}, 0.0),
        ("hinge(x, y)", {"x": -inf, "y": 1}, inf),
        ("hinge(x, y)", {"x": [2, 0.5], "y": [inf, 1]}, 0.25),
        ("hinge(x, y)", {"x": 0, "y": inf}, nan),
        ("hinge(x, y)", {"x": nan, "y": 1}, nan),
        ("bce_with_logits(x, y)", {"x": inf, "y": 0}, inf),
        ("bce_with_logits(x, y)", {"x": -inf, "y": 1}, inf),
        ("bce_with_logits(x, y)", {"x": [inf, 0], "y": [0, 1]}, inf),
        ("bce_with_logits(x, y)", {"x": 1e308, "y": 0}, 1e308),
        ("huber(x, y)", {"x": inf, "y": 1}, inf),
        ("mae(x, y)", {"x": [inf, 1], "y": [1, 1]}, inf),
        ("cross_entropy(x, y)", {"x": [-inf, 0], "y": 0}, inf),
        ("cross_entropy(x, y)", {"x": [-inf, 0], "y": 1}, 0.0),
        ("logsumexp(x)", {"x": [inf, 1]}, inf),
        ("logsumexp(x)", {"x": [-inf, 1]}, 1.0),
        ("hypot(x, y)", {"x": 1e200, "y": 1e200}, math.sqrt(2) * 1e200),
        ("hypot(x, y)", {"x": 1e-200, "y": 0}, 1e-200),
    ],
)
def test_values_that_are_known(text: str, values: dict[str, Any], expected: float) -> None:
    assert same(parse(text).run(values).values[-1], expected)


NUMBERS = (0.0, -0.0, 1.0, -2.0, inf, -inf, 1e200, -1e200, 1e-200)
LOSSES = ("mse", "mae", "huber", "bce_with_logits", "hinge", "kl_div")
REDUCTIONS = ("sum", "mean", "prod", "var", "std", "max", "min", "norm", "logsumexp", "softmax", "log_softmax")


def known_to_be_better(row: Operation, values: dict[str, Any]) -> bool:
    """Where torch has nan, inf or 0 for something that has a value."""
    x = np.abs(values["x"])
    if row.name == "norm":
        return bool(np.any((x > 1e150) & np.isfinite(x)) or np.all(x < 1e-150))
    if row.name == "prod":
        return bool(np.isinf(x[0] * x[1]) or np.any(np.isinf(x)) or (x[0] * x[1] == 0 and np.all(x)))
    if row.name == "bce_with_logits":
        return bool(np.any(np.isneginf(values["x"])))
    if row.name == "hinge":  # 0 times infinity, where torch passes nan on
        return bool(np.any(np.isnan(values["x"] * values["y"])))
    return False


@pytest.mark.torch
@pytest.mark.parametrize("row", [BY_NAME[name] for name in (*LOSSES, *REDUCTIONS)], ids=label)
def test_losses_and_reductions_are_those_of_torch(row: Operation) -> None:
    graph = parse(f"{row.name}({', '.join(row.params)})")
    second = [np.array(pair) for pair in product((0.0, 1.0, inf), repeat=2)] if len(row.params) == 2 else [None]
    left_out = 0
    for pair in product(NUMBERS, repeat=2):
        for y in second:
            values = {"x": np.array(pair)} | ({} if y is None else {"y": y})
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if known_to_be_better(row, values):
                    left_out += 1
                    continue
                value, grads, upstream = ours(graph, values)
                their_value, their_grads = theirs(graph, values, upstream)
            assert same(value, their_value, 1e-12, 0), (values, value, their_value)
            for name in values:
                assert same(grads[name], their_grads[name], 1e-11, 1e-16), (
                    name,
                    values,
                    grads[name],
                    their_grads[name],
                )
    assert (left_out > 0) == (row.name in ("norm", "prod", "bce_with_logits", "hinge"))


@pytest.mark.torch
@pytest.mark.parametrize(
    ("text", "x", "note"),
    [
        ("norm(x)", [1e200, 1e200], "the powers that torch adds for a norm are too large or too small for a number"),
        ("norm(x)", [1e-200, 1e-200], "the powers that torch adds for a norm are too large or too small for a number"),
        ("norm(x, 3)", [1e120, 1], "the powers that torch adds for a norm are too large or too small for a number"),
        ("bce_with_logits(x, 1)", [-inf, 0], "torch subtracts an infinity from another where a logit is infinite"),
        (
            "prod(x)",
            [inf, 2],
            "torch divides the product by its entries, and it is infinite, or too small for a number",
        ),
        (
            "prod(x)",
            [1e200, 1e200],
            "torch divides the product by its entries, and it is infinite, or too small for a number",
        ),
        (
            "prod(x)",
            [1e-200, 1e-200],
            "torch divides the product by its entries, and it is infinite, or too small for a number",
        ),
    ],
)
def test_where_torch_is_no_witness_check_says_so(text: str, x: list[float], note: str) -> None:
    report = parse(f"L = {text}").run(x=x).check("torch")
    assert not report.differing, str(report)
    assert {row.note for row in report.rows if row.verdict in ("not run", "inconclusive")} == {note}
    wrong = parse(f"L = {text}").run(x=[1, 2]).check("torch")
    assert {row.verdict for row in wrong.rows} == {"ok"}


@pytest.mark.torch
@pytest.mark.parametrize("text", ["norm(x)", "norm(x, 3)", "prod(x)", "bce_with_logits(x, 1)"])
def test_a_wrong_value_of_usual_numbers_is_not_excused(text: str) -> None:
    trace = parse(f"L = {text}").run(x=[1, 2])
    trace.values[-1] *= 1.5
    assert trace.check("torch").differing
