"""What rounding leaves where terms cancel is shown as 0 with ≈, in every form; the numbers are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.autodiff.dust import is_dust

TENTHS = {"x": 0.1, "y": 0.2, "z": 0.3}


def keys(trace: Trace) -> set[tuple[str, str]]:
    """Trace → what of it is dust: the kind, and the node's name."""
    return {(kind, trace.graph.names[node]) for kind, node, _ in trace.shown.dust}


DUST: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "L = x + y - z": (TENTHS, {("value", "L")}),
    "L = 3*(x + y - z) + x": (TENTHS, {("value", "v2"), ("value", "v3")}),
    "L = relu(x + y - z)": (TENTHS, {("value", "v2"), ("value", "L")}),
    "L = x*0.1 + x*0.2 - x*0.3": ({"x": 1.0}, {("value", "L"), ("gradient", "x")}),
    "L = sum(x)": ({"x": [0.1, 0.2, -0.3]}, {("value", "L")}),
    "L = mean(x)": ({"x": [0.1, 0.2, -0.3]}, {("value", "L")}),
    "L = x @ y": ({"x": [0.1, 0.2, -0.3], "y": [1.0, 1.0, 1.0]}, {("value", "L")}),
    "L = var(x)": ({"x": [0.1, 0.1, 0.1]}, {("value", "L"), ("contribution", "L"), ("gradient", "x")}),
    "L = std(x)": ({"x": [0.1, 0.1, 0.1]}, {("value", "L")}),
    "L = log_softmax(x)[0] + log_softmax(x)[1] + log_softmax(x)[2]": ({"x": [0.1, 0.1, 0.1]}, {("gradient", "x")}),
}


@pytest.mark.parametrize("formula", DUST)
def test_dust_is_found_and_what_follows_from_it(formula: str) -> None:
    inputs, expected = DUST[formula]
    assert keys(parse(formula).run(inputs)) == expected


@pytest.mark.parametrize(
    ("formula", "inputs"),
    [
        ("L = x - y", {"x": 1.0, "y": 1.0 - 1e-11}),  # small, but no smaller than the difference may be
        ("L = x*y", {"x": 1e-20, "y": 1e-3}),  # nothing was added
        ("L = exp(x)", {"x": -40.0}),
        ("L = sigmoid(x)", {"x": -30.0}),
        ("L = x - y", {"x": 0.1, "y": 0.1}),  # exactly 0
        ("L = 1 - tanh(x)^2", {"x": 3.0}),
        ("L = 1/(x + y - z)", {"x": 1.0, "y": 2.0, "z": 4.0}),
        ("L = sum(softmax(x)*x)", {"x": [1.0, 2.0, 3.0]}),
    ],
)
def test_small_numbers_that_are_no_dust(formula: str, inputs: dict[str, float]) -> None:
    trace = parse(formula).run(inputs)
    assert trace.shown is trace


def test_what_would_not_be_0_stays() -> None:
    """The logarithm of dust is that of 0, which is no small number; a jump at dust is one."""
    trace = parse("a = x + y - z; L = log(a) + floor(-a) + 1/a").run(TENTHS)
    assert keys(trace) == {("value", "a"), ("value", "v3")}  # -a, too
    assert trace.shown.value("L") == trace.value("L") > 1e16


def test_entries_are_told_apart() -> None:
    trace = run(parse("L = X @ v"), {"X": [[0.1, 0.2, -0.3], [1, 2, 3]], "v": [1, 1, 1]}, upstream=np.ones(2))
    output = trace.graph.output
    assert is_dust(trace, output, "value").tolist() == [True, False]
    assert trace.shown.values[output].tolist() == [0.0, 6.0]
    assert trace.values[output][0] != 0


def test_no_dust_is_a_plain_no() -> None:
    assert is_dust(parse("x*y").run(x=2, y=3), 2, "value") is False


def test_partial_sums_are_swept_too() -> None:
    trace = parse("L = sin(x) + x*0.1 + x*0.2 - x*0.3").run(x=1.0)
    totals = [step.total for step in trace.shown.steps if step.kind == "accumulate"]
    assert 0.0 in totals
    assert trace.shown.grad("x") == trace.grad("x") == pytest.approx(np.cos(1.0))


CASE = ("L = x*0.1 + x*0.2 - x*0.3", {"x": 1.0})


def swept() -> Trace:
    trace = parse(CASE[0]).run(CASE[1])
    assert 0 < abs(trace.grad("x")) < 1e-15
    return trace


def test_the_slope_of_a_closed_part_may_be_dust() -> None:
    """That of a variance by its mean is 0."""
    text = "m = (x + y + z)/3; v = ((x - m)^2 + (y - m)^2 + (z - m)^2)/3; L = m*v"
    trace = parse(text).run(x=1.0, y=3.0, z=5.5).closed("statement")
    v, m = trace.graph.ids["v"], trace.graph.ids["m"]
    slot = trace.graph.args[v].index(m)
    assert trace.local(v, slot) != 0
    assert trace.shown.is_dust("local", v, slot)
    assert trace.shown.is_dust("contribution", v, slot)


class TestForms:
    """The gradient of x is 0, computed as 2.8e-17."""

    def test_text_table_latex(self) -> None:
        explained = swept().explain()
        for text in (str(explained), explained.table()):
            assert "e-17" not in text
            assert "(-0.3) ≈ 0" in text
        assert r"\left(-0.3\right) \approx 0" in explained.latex()
        assert "10^{-17}" not in explained.latex()

    def test_json_keeps_the_number(self) -> None:
        trace = swept()
        record = trace.explain().json()
        assert record["gradients"]["x"] == trace.grad("x") != 0
        assert record["nodes"][0]["grad"] == trace.grad("x")
        assert record["steps"][-1]["result"] == "0"

    def test_pictures(self) -> None:
        from graphviz_ad.diagram.label_texts import TIKZ, node_text

        svg = swept().draw().svg()
        assert "e-17" not in svg
        trace = swept().shown
        assert list(node_text(trace, 0, 4, False, TIKZ).grads.values())[-1] == r"\approx 0"
        assert node_text(trace, trace.graph.output, 4, False, TIKZ).value == r"\approx 0"

    @pytest.mark.slow
    def test_pages_and_dot(self, tmp_path: Any) -> None:
        trace = swept()
        for name in ("x.html", "x.dot", "x.tex"):
            (path,) = trace.save(str(tmp_path / name))
            with open(path, encoding="utf-8") as file:
                text = file.read()
            assert "e-17" not in text.split("<script", 1)[0]
            assert "≈" in text or r"\approx" in text

    def test_a_key_of_a_sheet(self) -> None:
        from graphviz_ad.exercises.making import ask
        from graphviz_ad.exercises.sheets.key import right_text
        from graphviz_ad.items.model import Number

        exercise = ask(swept(), ["gradients"], 1)
        right = [right_text(field, 4) for field in exercise.fields if isinstance(field.response, Number)]
        assert "0" in right
        assert not any("e-17" in text for text in right)


def test_a_sweep_that_is_blind_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.autodiff import weighing

    monkeypatch.setattr(weighing, "DUST_SHARE", 0.0)
    assert "e-17" in str(parse(CASE[0]).run(CASE[1]).explain())
