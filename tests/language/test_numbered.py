"""Names with numbers are entries of the array that is given; dots behind them go on to its end."""

from __future__ import annotations

import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError, InputError

W, X = [1.0, 2.0, 3.0], [0.5, 0.25, -1.0]
A = [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("text", "given", "value"),
    [
        ("w₁·x₁ + w₂·x₂ + w₃·x₃ + b", {"w": W, "x": X, "b": 1.0}, -1.0),
        ("y = w0 + w1*x1", {"w": W, "x": X}, 2.0),  # from 0: x1 is the second
        ("y = w_0 + w_1*x_1", {"w": W, "x": X, "w_0": 5.0}, 5.5),  # w_0 is a name of its own
        (r"x_1 w_{11} + x_2 w_{12}", {"x": X, "w": A}, 1.0),
        ("θ_1 + θ_2", {"theta": W}, 3.0),
        (r"x^{(1)} x^{(3)}", {"x": X}, -0.5),
        ("b + w_1x_1 + w_2x_2 + … + c", {"w": W, "x": X, "b": 1.0, "c": 2.0}, 1.0),
    ],
)
def test_a_number_below_a_name_is_a_place(text: str, given: dict[str, object], value: float) -> None:
    trace = run(parse(text, given=given), given)
    assert (trace.values[trace.graph.output], bool(trace.graph.notes)) == (value, True)


def test_the_entries_are_inputs_of_their_own() -> None:
    given = {"w": W, "x": X}
    trace = run(parse("w_1 x_1 + w_2 x_2", given=given), given)
    assert trace.graph.inputs.keys() == {"w_1", "x_1", "w_2", "x_2"}
    assert [trace.grad(name) for name in ("w_1", "w_2")] == X[:2]


def test_values_may_come_after_the_formula() -> None:
    assert run(parse("w_1 x_1 + w_2 x_2"), {"w": W, "x": X}).values[-1] == 1.0


def test_an_entry_that_is_not_there_is_an_error() -> None:
    given = {"w": W, "x": [1.0, 2.0, 3.0, 4.0]}
    with pytest.raises(InputError, match="'w' has no entry 4 for w_4"):
        run(parse("w_4 * x_4", given=given), given)


@pytest.mark.parametrize("text", ["y = 1 + x + … + b", "y = b + w_1 x_1 + w_3 x_2 + … + c"])
def test_dots_that_do_not_go_on_are_an_error(text: str) -> None:
    with pytest.raises(GraphvizADError, match="these dots do not say what goes on"):
        parse(text, given={"w": W, "x": X, "b": 1.0, "c": 1.0})
