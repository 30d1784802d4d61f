"""Both passes as formulas: each line gives the number of the pass, also when a number of one's own is put in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.selftest.recipe import Line, key, recipe
from graphviz_ad.items.model import Exercise, Number
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.ops.operation import Operation
from tests.exercises.carrying import carried
from tests.exercises.students import FORMULAS, level, own
from tests.ops.both import ROWS, draw, formula, label

VARIANCE = "m = mean(x); d = x - m; L = mean(d^2)"


def sheet(which: int | str) -> Exercise:
    return level(which) if isinstance(which, int) else own(which)


def followed(lines: list[Line], mine: dict[str, float]) -> dict[str, float]:
    """Lines, and numbers of one's own by quantity → all numbers by quantity, as the page computes them."""
    scope, numbers = dict[str, float](), dict[str, float]()
    for name, text, quantity in lines:
        graph = parse(text)
        value = run(graph, {input_name: scope[input_name] for input_name in graph.inputs}).values[graph.output]
        scope[name] = numbers[quantity] = mine.get(quantity, float(value))
    return numbers


def quantities(exercise: Exercise) -> dict[str, tuple[Quantity, float]]:
    return {
        key(asked.what, asked.node, asked.slot, asked.entry): (asked, field.response.right)
        for field in exercise.fields
        if isinstance(field.response, Number) and (asked := field.response.quantity) is not None
    }


@pytest.mark.parametrize("which", [*(number for number in LEVELS if "inputs" in LEVELS[number].asked), *FORMULAS])
def test_every_line_gives_its_number(which: int | str) -> None:
    exercise = sheet(which)
    lines = recipe(exercise.trace)
    assert lines is not None
    numbers = followed(lines, {})
    wanted = quantities(exercise)
    assert wanted
    assert all(
        math.isclose(numbers[other_key], right, rel_tol=1e-9, abs_tol=1e-12) for other_key, (_, right) in wanted.items()
    )


@pytest.mark.parametrize("which", [4, 6, 7, 8, "L = mean((X @ w - y)^2)", "h = W @ x + b; L = sum(tanh(h))"])
def test_what_follows_is_what_the_marker_finds(which: int | str) -> None:
    exercise = sheet(which)
    lines, wanted, compared = recipe(exercise.trace), quantities(exercise), 0
    assert lines is not None
    for mine, (quantity, right) in list(wanted.items())[:8]:
        numbers = followed(lines, {mine: 1.37 * right + 0.1})
        for other_key, (other, _) in wanted.items():
            theirs = carried(exercise.trace, other, {quantity: 1.37 * right + 0.1})
            if theirs is not None and mine.rpartition(" ")[0] != other_key.rpartition(" ")[0]:
                assert math.isclose(numbers[other_key], theirs, rel_tol=1e-9, abs_tol=1e-12), (mine, other_key)
                compared += 1
    assert compared > 20


@pytest.mark.parametrize("row", [row for row in ROWS if not row.pointwise], ids=label)
def test_an_operation_over_entries_is_written_down_rightly_or_not_at_all(row: Operation) -> None:
    for shapes in row.shapes:
        values = draw(row, shapes)
        option = {"index": "[0]", "reshape": "[-1]", "cumsum": "axis=-1"}.get(row.name, "")
        trace = parse(f"v = {formula(row, list(values), option)}; L = sum(v*v)").run(values)
        lines = recipe(trace)
        if lines is None:
            continue
        numbers = followed(lines, {})
        for node, value in enumerate(trace.values):
            for entry in np.ndindex(np.shape(value)):
                pair = numbers[key("value", node, None, entry)], numbers[key("gradient", node, None, entry)]
                right = np.asarray(value)[entry], np.asarray(trace.grads[node])[entry]
                assert np.allclose(pair, right, rtol=1e-9, atol=1e-12), (trace.graph.source.text, node, entry)


def test_what_has_no_formula_has_no_recipe() -> None:
    assert recipe(of_formula(parse("s = det(x); L = s*w"), 1, shapes={"x": (2, 2)}).trace) is None
    for text in ("max(x)", "max_of(x, 1)", "std(x)", "layer_norm(x)", "cumsum(x)"):
        assert recipe(parse(f"L = sum({text})").run(x=[1, 3, 2])) is not None
    assert recipe(of_formula(parse(VARIANCE), 1, shapes={"x": (3,)}).trace) is not None
