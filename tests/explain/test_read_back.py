"""What explanations print is read back, number by number: every operation, every option, random formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.ops.operation import Operation
from tests.explain.reading import Unreadable, check_step, read
from tests.ops.both import cases, draw, formula, label
from tests.strategies import formulas
from tests.thorough import amount

pytestmark = pytest.mark.slow


def check(trace: Trace, digits: int = 4) -> tuple[int, int]:
    """A trace as it is shown → how many signs were read, and how many could not be."""
    drawn = trace.shown
    counts = [check_step(drawn, step, digits) for step in drawn.steps]
    return sum(looked for looked, _ in counts), sum(passed for _, passed in counts)


def _small(shapes: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Shapes → the same, no longer than what is written out whole."""
    return tuple(tuple(min(length, 3) for length in shape) for shape in shapes)


FITTING = [
    (row, shapes, option) for row, shapes, option in cases()
    if _small(shapes) == shapes and max(map(len, shapes)) < 3 and not ("[3, 2]" in option or "[6]" in option)
]  # fmt: skip


@pytest.mark.parametrize(("row", "shapes", "option"), FITTING, ids=label)
def test_every_operation_with_every_option_reads_back(
    row: Operation, shapes: tuple[tuple[int, ...], ...], option: str
) -> None:
    values = {
        name: np.round(value, 3) if np.ndim(value) else round(value, 3) for name, value in draw(row, shapes).items()
    }
    graph = parse(formula(row, list(values), option))
    forward = run(graph, values, wrt=(), upstream=1.0)
    shape = np.shape(forward.values[graph.output])
    seed = np.round(np.random.default_rng(3).normal(size=shape), 3) if shape else 1.25
    looked, passed = check(run(graph, values, upstream=seed))
    assert looked > 0 or passed > 0


def test_most_signs_can_be_read() -> None:
    """The reader is not blind: of the signs between numbers of all operations it reads by far the most."""
    looked = passed = 0
    for row, shapes, option in FITTING[::3]:
        values = draw(row, shapes)
        graph = parse(formula(row, list(values), option))
        if np.shape(run(graph, values, wrt=(), upstream=1.0).values[graph.output]) == ():
            checked = check(run(graph, values))
            looked, passed = looked + checked[0], passed + checked[1]
    assert looked > 140
    assert looked > 0.6 * passed


def _read_back(case: tuple[str, dict[str, Any]]) -> None:
    text, inputs = case
    check(parse(text).run(inputs))


@pytest.mark.slow
@settings(max_examples=amount(250, 1000), deadline=None, suppress_health_check=list(HealthCheck))
@given(formulas())
def test_random_formulas_read_back_number_by_number(case: tuple[str, dict[str, Any]]) -> None:
    _read_back(case)


@pytest.mark.parametrize("wrong", ["value", "sign", "lost"])
def test_a_planted_mistake_is_seen(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.explain import signs

    trace = parse("L = x*y + 9").run(x=0.0123456, y=0.0298765)
    if wrong == "value":
        trace.values[2] *= 2
    elif wrong == "sign":
        monkeypatch.setattr(signs, "_agree", lambda *_: True)
    else:
        monkeypatch.setattr(signs, "_number_lost", lambda *_: False)
    with pytest.raises(AssertionError):
        check(trace, 2)


@pytest.mark.parametrize(
    ("text", "shape", "value"),
    [
        ("2 · 3^2 + 1", (), 19), ("-2^2", (), -4), ("norm([3, -4], p=1)", (), 7), ("sum([[1, 2], [3, 4]], axis=0)", (2,), [4, 6]),
        ("spread([1, 2], axis=1)", (2, 3), [[1, 1, 1], [2, 2, 2]]), ("(3 > 2) + (1 == 2)", (), 1), ("1/0", (), np.inf),
        ("[1, 2, 3][1:]", (2,), [2, 3]), ("placed(5, at=[1])", (3,), [0, 5, 0]), ("[[1, 2], [3, 4]] @ [1, 1]", (2,), [3, 7]),
        ("Σ([1, 2] ⊙ [3, 4])", (), 11), ("leaky_relu(-2, slope=0.25)", (), -0.5), ("[[1, 2], [3, 4]].T", (2, 2), [[1, 3], [2, 4]]),
    ],
)  # fmt: skip
def test_the_reader_reads(text: str, shape: tuple[int, ...], value: Any) -> None:
    assert np.array_equal(read(text, shape).value, value)


@pytest.mark.parametrize("text", ["x · 2", "∂L/∂x · 2", "[1, …, 3] · 2", "f(2)", "part([1, 2], 0)"])
def test_the_reader_passes_over_what_no_one_can_compute(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


SIGNS = [
    ("9 + 0.00003*x", {"x": 1.0}, "9 + 3e-5 ≈ 9"), ("x*y", {"x": 1e-300, "y": 1e-300}, "1e-300 · 1e-300 ≈ 0"),
    ("x*y", {"x": 1e200, "y": 1e200}, "1e200 · 1e200 ≈ inf"), ("exp(x)", {"x": -1000.0}, "exp(-1000) ≈ 0"),
    ("sqrt(x)", {"x": 2.0}, "sqrt(2) = 1.414"), ("1/x", {"x": 0.0}, "1/0 = inf"), ("0.1*x", {"x": 3.0}, "0.1 · 3 = 0.3"),
    ("x - y", {"x": 0.1, "y": 0.1}, "0.1 - 0.1 = 0"), ("x + y - 0.3", {"x": 0.1, "y": 0.2}, "0.3 - 0.3 ≈ 0"),
    ("sum([x, y])", {"x": 9.0, "y": 3e-5}, "sum([9, 3e-5]) ≈ 9"), ("x + y", {"x": np.nan, "y": 1.0}, "nan + 1 = nan"),
    ("0.123456*x", {"x": 1.0}, "0.123456 · 1 = 0.1235"), ("1e-5*x", {"x": 1.0}, "1e-5 · 1 = 1e-5"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "shown"), SIGNS, ids=[shown for *_, shown in SIGNS])
def test_signs_of_the_forward_pass(text: str, inputs: dict[str, float], shown: str) -> None:
    assert f"= {shown}\n" in str(parse(f"L = {text}").run(inputs).explain())


def test_a_middle_stage_holds_by_itself() -> None:
    explained = str(parse("L = 0.5*sqrt(x)").run(x=1.6682).explain())
    assert "0.5 · (1/(2 · 1.292)) ≈ 0.5 · 0.3871 ≈ 0.1936\n" in explained


def test_nothing_times_zero_is_said_to_be_zero() -> None:
    explained = str(parse("L = relu(z) + relu(x/y)").run(x=0.0, y=0.0, z=1.0).explain())
    assert "nan · 0 = 0" not in explained
