"""Pictures of graphs to be filled in: nothing in them depends on what was computed, so that no box tells its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats.banks import picture
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.marking.class_map import class_map
from graphviz_ad.exercises.sheets import fillable_graph as fillable_graphs
from graphviz_ad.exercises.sheets.fillable_graph import fillable_graph
from graphviz_ad.exercises.sheets.key import right_text
from graphviz_ad.exercises.sheets.worksheet import arranged, on_screen, worksheet
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Field, Formula
from tests.exercises.students import FORMULAS, level, own
from tests.exercises.test_leaks import with_other_answers

PICTURES: dict[str, Callable[[Exercise], str | bytes]] = {
    "on paper": lambda exercise: worksheet(exercise, "blank").svg,
    "upright": lambda exercise: worksheet(exercise, "blank", "TB").svg,
    "of a platform": lambda exercise: picture(exercise, "numbered").data,
    "of a page": lambda exercise: fillable_graph(exercise).svg,
    "of a class": lambda exercise: class_map(exercise, {(exercise.trace.graph.output, None): 3}, 9).svg,
}
EXERCISES = {f"level {number}": partial(level, number) for number in LEVELS} | {
    formula: partial(own, formula) for formula in list(FORMULAS)[::4]
}

MANY = "h = tanh(w*x + b); k = sigmoid(u*x + c); o = v*h + p*k + d; L = (o - y)^2 + 0.1*(w^2 + u^2)"
"""A formula whose graph has too many boxes for a page."""


def with_longer_numbers(exercise: Exercise) -> Exercise:
    """Exercise → the same with the same inputs, and other numbers of other lengths wherever one was computed."""
    trace = exercise.trace
    values = [-1234.567 * value if bound else value for value, bound in zip(trace.values, trace.graph.ops, strict=True)]
    grads = [None if grad is None else 0.0012345 * grad for grad in trace.grads]
    return with_other_answers(replace(exercise, trace=replace(trace, values=values, grads=grads, _cache={})))


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_blank_picture_is_the_same_whatever_the_answers_are(name: str, kind: str) -> None:
    exercise = EXERCISES[name]()
    assert PICTURES[kind](with_longer_numbers(exercise)) == PICTURES[kind](exercise)


@pytest.mark.parametrize("kind", ["on paper", "upright", "of a platform"])
def test_a_box_as_wide_as_its_answer_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fillable_graphs, "_size", lambda field: (9.0 * len(right_text(field, 4)), 21.0))
    assert PICTURES[kind](with_longer_numbers(level(4))) != PICTURES[kind](level(4))


@pytest.mark.parametrize("number", LEVELS)
def test_boxes_of_a_kind_are_of_one_size_for_every_seed(number: int) -> None:
    def wide(field: Field) -> float:
        return 104 if isinstance(field.response, Formula) else 52

    for seed in (1, 2, 3):
        exercise = of_level(number, seed)
        fields = {field.name: field for field in exercise.fields}
        for name, (x0, y0, x1, y1) in fillable_graph(exercise).fields.items():
            assert (x1 - x0, y1 - y0) == pytest.approx((wide(fields[name]), 21))


def test_a_key_has_its_boxes_where_the_blank_sheet_has_them() -> None:
    blank, key = worksheet(level(6), "blank"), worksheet(level(6), "key")
    assert (blank.width, blank.height) == (key.width, key.height)
    boxes = [svg.split("<rect")[1:] for svg in (blank.svg, key.svg)]
    assert [box.split("/>")[0] for box in boxes[0]] == [box.split("/>")[0] for box in boxes[1]]


def test_boxes_at_edges_are_left_out_where_one_could_not_write_in_them() -> None:
    exercise = of_formula(parse(MANY), 1, asked=("values", "contributions", "gradients"))
    shown, scale, page = arranged(exercise, "blank")
    assert scale > 0.5
    assert page == "turned"
    assert shown.svg == worksheet(exercise, "blank", edges=False).svg
    kinds = {name.split(".")[0] for name in fillable_graph(exercise, edges=False).fields}
    assert kinds == {"q1", "q3"}
    assert {name.split(".")[0] for name in fillable_graph(exercise).fields} == {"q1", "q2", "q3"}


def test_edges_between_the_same_nodes_have_names_of_their_own() -> None:
    labels = [plain(field.label) for field in own("a = w*x; L = a*a + x", asked=("contributions",)).fields]
    assert len(set(labels)) == len(labels)
    assert "edge a → v1 (argument 2): ∂L/∂v1 · (∂v1/∂a)₂" in labels  # no gradient, but one part of it


def test_a_wide_graph_stands_upright_on_a_screen() -> None:
    wide, narrow = (of_formula(parse(formula), 1, asked=("values", "inputs")) for formula in (MANY, "z = w*x; L = z^2"))
    assert on_screen(wide, "numbered").svg == worksheet(wide, "numbered", "TB").svg
    assert on_screen(narrow, "numbered").svg == worksheet(narrow, "numbered").svg
