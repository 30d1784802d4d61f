"""Exercises: the same seed the same bytes, numbers that are easy and tell mistakes apart, questions that have one answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import graphviz_ad.exercises
from graphviz_ad import parse
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError, InputError
from graphviz_ad.exercises import inputs as choosing
from graphviz_ad.exercises.distinctions import report
from graphviz_ad.exercises.inputs import choose, find_baseline, workable
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.marking.agreement import agree
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.pools import POOLS
from graphviz_ad.exercises.questions.elsewhere import elsewhere
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.questions.variants import _form
from graphviz_ad.exercises.record import SCHEMA, dumps, loads, record
from graphviz_ad.exercises.sheets.handout import save
from graphviz_ad.exercises.sheets.printed import on_numbers
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Formula, Number
from graphviz_ad.language.numbers import is_whole_in
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.collisions import confused_values, confusions
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.lookalikes import Pair, lookalikes, results
from graphviz_ad.misconceptions.predictions import Predictions
from tests.exercises.students import FORMULAS, labelled, level, own

jsonschema = pytest.importorskip("jsonschema")
SCHEMA_FILE = json.loads((Path(graphviz_ad.exercises.__file__).parent / "exercise.schema.json").read_text())


@pytest.mark.parametrize("number", LEVELS)
@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
def test_the_same_seed_gives_the_same_bytes_and_reads_back(number: int, lang: str) -> None:
    text = dumps(of_level(number, 7, lang=lang))
    assert text == dumps(of_level(number, 7, lang=lang))
    jsonschema.validate(json.loads(text), SCHEMA_FILE)
    assert dumps(loads(text)) == text


@pytest.mark.parametrize("formula", FORMULAS)
def test_own_formulas_read_back(formula: str) -> None:
    text = dumps(own(formula))
    jsonschema.validate(json.loads(text), SCHEMA_FILE)
    assert dumps(loads(text)) == text


@pytest.mark.parametrize("number", LEVELS)
def test_other_seeds_give_other_numbers(number: int) -> None:
    assert len({json.dumps(record(of_level(number, seed))["inputs"]) for seed in range(8)}) >= 5


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_numbers_hide_no_more_than_the_formula_must(formula: str) -> None:
    """`least` is found at inputs without a pattern; the chosen ones are as good, and none is 0 or unwieldy."""
    graph, shapes = parse(formula), FORMULAS[formula]
    trace = choose(graph, 3, shapes=shapes)
    assert workable(trace)
    assert sum(confusions(trace)) <= sum(find_baseline(graph, shapes).usual)


@pytest.mark.parametrize("number", [7, 8])
def test_arrays_do_not_mirror_their_entries(number: int) -> None:
    """Else a row looks like a column, and an order of factors like the other one."""
    for seed in range(1, 7):
        trace = of_level(number, seed).trace
        for node in trace.graph.inputs.values():
            sizes = np.abs(np.ravel(trace.values[node])).tolist()
            assert len(set(sizes)) >= min(len(sizes), 4), trace
            assert np.ndim(trace.values[node]) < 2 or not np.array_equal(
                trace.values[node], np.transpose(trace.values[node])
            )
        softmax = [trace.values[node] for node in range(len(trace.graph)) if trace.graph.op_name(node) == "softmax"]
        assert all(1e-3 < part < 0.999 for value in softmax for part in value.tolist()), trace


def test_a_gradient_that_is_always_0_is_no_accident() -> None:
    exercise = of_formula(parse("m = mean(x); d = x - m; L = mean(d^2)"), 1, shapes={"x": (3,)}, asked=["gradients"])
    field = labelled(exercise, "∂L/∂m")
    assert isinstance(field.response, Number)
    assert field.response.right == 0
    assert mark(exercise, {field.name: "0"}).marks[exercise.fields.index(field)].verdict == "right"


def test_mistakes_of_the_way_forward_that_look_alike_are_confusions() -> None:
    graph = parse("L = x + y")
    assert confused_values(graph.run(x=3, y=4)) == 0
    assert confused_values(graph.run(x=2, y=2)) == 1  # 2*2 is 2 + 2
    assert confused_values(graph.run(x=4, y=2)) > 0  # 4 - 2 is 2


def test_numbers_drawn_without_looking_hide_more() -> None:
    """The probe of the choice itself: at x = 1 and w = 1 most mistakes are hidden."""
    graph = parse("z = w*x; L = z^2")
    assert sum(confusions(graph.run(w=1, x=1))) > sum(find_baseline(graph, {}).usual)


def test_inputs_that_are_given_stay() -> None:
    exercise = of_formula(parse("z = w*x + b; a = sigmoid(z); L = (a - y)^2"), 1, given={"y": 1.0, "x": 2.0})
    assert (exercise.trace.value("y"), exercise.trace.value("x")) == (1.0, 2.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_is_made(kind: str) -> None:
    example = KINDS[kind].example
    exercise = of_formula(parse(example.formula), 2, asked=[kind], shapes=example.shapes)
    (question,) = exercise.questions
    assert question.kind == kind
    assert plain(question.prompt)
    assert question.hints
    assert question.solution
    for field in question.fields:
        match field.response:
            case Number(right, tolerance):
                assert tolerance > 0
                assert all(abs(float(wrong.answer) - right) > tolerance for wrong in field.wrong)
            case Formula():
                assert agree(field.response.right, field.response, exercise.trace).agree
            case Choice(options, right):
                texts = [plain(option.text) + (option.formula or "") for option in options]
                assert len(set(texts)) == len(texts) >= 2
                assert 0 <= right < len(options)


def test_the_graphs_to_choose_from_differ() -> None:
    for seed in range(5):
        exercise = of_formula(parse("z = w*x + b; a = tanh(z); L = (a - y)^2"), seed, asked=["graph"])
        (field,) = exercise.fields
        assert isinstance(field.response, Choice)
        forms = [_form(parse(option.formula or "")) for option in field.response.options]
        assert len(set(forms)) == len(forms) == 4
        asked = plain(exercise.questions[0].prompt).removeprefix("Another formula: ").partition(". Which")[0]
        assert forms[field.response.right] == _form(parse(asked.replace(", ", "; ")))
        assert forms.index(_form(exercise.trace.graph)) != field.response.right, "that graph is on the sheet"


def test_hints_do_not_give_the_answer() -> None:
    for number in LEVELS:
        for question in level(number).questions:
            hints = " ".join(map(plain, question.hints))
            for field in question.fields[:1]:
                if isinstance(field.response, Number) and abs(field.response.right) > 9:
                    assert f"= {field.response.right:.4g}" not in hints


def test_the_report_tells_what_is_hidden() -> None:
    good = report(own("z = w*x; a = sigmoid(z); L = a*y", asked=("inputs",)))
    assert good[0].hidden == ()
    assert len(good[0].apart) > 5


def test_the_report_speaks_of_the_mistakes_of_each_pass() -> None:
    values, inputs = report(own("z = w*x; a = sigmoid(z); L = a*y", asked=("values", "inputs")))
    assert {"forget a factor", "forget the minus in the sigmoid"} <= set(values.apart)
    assert not set(values.apart) & {mistake.name for mistake in BACKWARD}
    assert not set(inputs.apart) & {mistake.name for mistake in FORWARD}


def test_a_kind_that_is_named_twice_is_asked_once() -> None:
    exercise = of_formula(parse("z = w*x; L = z^2"), 1, asked=("values", "values", "inputs", "values"))
    assert [question.kind for question in exercise.questions] == ["values", "inputs"]
    assert dumps(loads(dumps(exercise))) == dumps(exercise)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(schema="x"), "this is no exercise"),
        (lambda document: document.pop("formula"), "this exercise is damaged: 'formula' is missing"),
        (lambda document: document["inputs"].update(x=99), "the answers of q1 are not those its formula gives"),
        (
            lambda document: document["questions"][0]["fields"][0]["answer"].update(right=5),
            "the answers of q1 are not those",
        ),
        (lambda document: document["questions"][0].pop("fields"), "this exercise is damaged: 'fields' is missing"),
        (lambda document: document["questions"][0].update(fields=[3]), "this exercise is damaged: "),
        (lambda document: document["questions"].pop(), "there are other questions than the formula gives"),
    ],
)
def test_a_damaged_file_is_refused(change: object, message: str) -> None:
    document = record(level(3))
    change(document)  # type: ignore[operator]
    with pytest.raises(ExerciseError, match=message):
        loads(json.dumps(document))


def test_a_file_with_a_kind_that_is_no_more_is_marked_as_it_was_handed_out() -> None:
    """The file was made by the version before `update` took the place of `descent`."""
    exercise = loads((Path(__file__).parent / "files" / "key-with-descent.json").read_text(encoding="utf-8"))
    assert exercise.asked == ("gradients", "descent")
    new, falls = exercise.questions[1].fields
    assert mark(exercise, {new.name: "-7.4", falls.name: "2"}).points["q2"] == exercise.questions[1].points
    assert mark(exercise, {new.name: "-7.2", falls.name: "1"}).points["q2"] == 0


def test_a_file_whose_mistake_to_find_is_another_by_now_is_marked_as_it_was_handed_out() -> None:
    document = record(level(5))
    question = document["questions"][-1]
    assert question["kind"] == "mistake"
    question["fields"][1]["answer"]["right"] = 1234.5
    assert loads(json.dumps(document)).questions[-1].fields[1].response.right == 1234.5  # type: ignore[union-attr]


def test_a_file_from_before_a_mistake_was_known_is_still_read() -> None:
    document = record(level(6))
    for question in document["questions"]:
        for field in question["fields"]:
            field["wrong"] = field["wrong"][:1]
    assert dumps(loads(json.dumps(document))) == dumps(level(6))


def test_points_may_be_changed() -> None:
    document = record(level(3))
    document["questions"][0]["points"] = 10
    assert loads(json.dumps(document)).questions[0].points == 10
    assert document["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("asked", "message"),
    [(["vaules"], "there is no kind of question 'vaules'\nhint: did you mean 'values'?"),
     (["paths"], "this formula has nothing to ask of the kind 'paths'")],
)  # fmt: skip
def test_what_cannot_be_asked(asked: list[str], message: str) -> None:
    with pytest.raises(ExerciseError) as caught:
        of_formula(parse("L = 2*x"), 1, asked=asked)
    assert str(caught.value).startswith(message)


def test_no_inputs_that_work() -> None:
    with pytest.raises(ExerciseError, match="no inputs were found"):
        choose(parse("L = exp(exp(exp(x^2 + 9)))"), 1)


def test_the_pools_hold_no_number_that_hides_mistakes() -> None:
    for pool in POOLS:
        assert not {0, 1, -1} & set(pool)


def test_what_was_learnt_for_one_student_changes_nothing_for_the_next() -> None:
    """Whoever is made first, and whether others were made before: the same seed gives the same inputs."""
    graph = parse("z = w*x; L = z^2 + 3*w")
    alone = [choose(graph, seed).gradients for seed in range(8)]
    baseline = find_baseline(graph, {})
    assert [choose(graph, seed, baseline=baseline).gradients for seed in reversed(range(8))][::-1] == alone
    assert len(baseline.known) > 8
    assert [choose(graph, seed, baseline=baseline).gradients for seed in range(8)] == alone


def test_what_is_kept_of_a_formula_is_of_these_values() -> None:
    """And rows of different lengths are told of as everywhere, though they cannot be an array."""
    graph = parse("z = w*x; L = sum(z^2)")
    choosing._baselines.clear()
    for given in ({"x": [1.5, 2.0]}, {"x": np.array([1.5, 2.0])}, {"x": [1.5, 3]}):
        assert choose(graph, 1, given).value("x").tolist() == list(given["x"])
    assert len(choosing._baselines) == 2
    with pytest.raises(InputError, match="the rows of 'x' differ in length"):
        choose(graph, 1, {"x": [[1, 2], [3]]})


def test_a_number_is_not_said_to_have_an_empty_shape() -> None:
    exercise = of_formula(parse("h = X + b; L = sum(h)"), 1, shapes={"X": (2, 2)}, asked=["axis"])
    (question,) = exercise.questions
    assert "The number b" in plain(question.prompt)
    assert "()" not in "".join(map(plain, (question.prompt, *question.hints)))


@pytest.mark.parametrize("name", ["bank.gift", "sheet.md", "sheets.pdf"])
def test_a_hand_out_of_many_reports_how_far_it_is(name: str, tmp_path: Path) -> None:
    """Of a file for all, whose making is one more, and of a file for each."""
    steps: list[tuple[int, int]] = []
    save([level(1, seed) for seed in (1, 2)], str(tmp_path / name), progress=lambda done, of: steps.append((done, of)))
    assert steps == [(1, 3), (2, 3)]


def test_the_schema_knows_all_levels() -> None:
    level_schema = SCHEMA_FILE["properties"]["level"]
    assert list(range(level_schema["minimum"], level_schema["maximum"] + 1)) == list(LEVELS)


def share_exact(number: int, seeds: int) -> float:
    """Level and number of seeds → the share of its numbers that are exact in three digits."""
    rights = [
        field.response.right
        for seed in range(1, seeds + 1)
        for field in level(number, seed).fields
        if isinstance(field.response, Number)
    ]
    return sum(is_whole_in(right, 3) for right in rights) / len(rights)


@pytest.mark.parametrize("number", LEVELS)
def test_most_numbers_of_a_level_are_exact_in_three_digits(number: int) -> None:
    assert share_exact(number, 10) > 0.5


def test_a_level_of_sigmoids_needs_a_calculator(monkeypatch: pytest.MonkeyPatch) -> None:
    sigmoids = replace(LEVELS[6], templates=LEVELS[6].templates[:1])
    monkeypatch.setitem(LEVELS, 6, sigmoids)
    monkeypatch.setattr("tests.exercises.test_making.level", of_level)
    assert share_exact(6, 2) < 0.5


def test_a_sheet_says_that_a_calculator_helps() -> None:
    def message(formula: str) -> str:
        return " ".join(map(plain, on_numbers(of_formula(parse(formula), 2, asked=["values"]))))

    assert "calculator" not in message("z = w*x; L = z + b")
    assert "A calculator helps: " in message("z = w*x; L = tanh(z)")


def borrowed(exercise: Exercise) -> list[str]:
    """Exercise → hints with an equation in which a number is one that the sheet asks for, beside those of the example."""
    asked = {repr(round(field.response.right, 9)) for field in exercise.fields if isinstance(field.response, Number)}
    examples = (question.hints[-1] for question in exercise.questions if question.kind in ("values", "inputs"))
    lines = {step for question in exercise.questions for step in map(plain, question.solution)}
    return [
        text for text in map(plain, examples)
        if "=" in text and (any(text in line for line in lines) or repr(float(text.split()[-1].rstrip("]"))) in asked)
    ]  # fmt: skip


@pytest.mark.parametrize("number", [3, 5, 6])
def test_the_last_hint_is_an_example_with_other_numbers(number: int) -> None:
    exercises = [level(number, seed) for seed in range(1, 6)]
    for exercise in exercises:
        assert "other numbers" in plain(exercise.questions[0].hints[-1])
        example, own_values = elsewhere(exercise.trace), exercise.trace.values
        assert example
        assert all(example.values[node] != own_values[node] for node in exercise.trace.graph.inputs.values())
    assert sum(map(len, map(borrowed, exercises))) <= 1  # by chance


def test_an_example_at_the_same_inputs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphviz_ad.exercises.questions.numbers.elsewhere", lambda trace: trace)
    monkeypatch.setattr("graphviz_ad.exercises.questions.elsewhere._written", lambda *step: "")
    assert sum(len(borrowed(of_level(5, seed))) for seed in range(1, 6)) > 1


def test_values_that_are_given_may_have_one_size() -> None:
    exercise = of_formula(parse("p = w*x; L = p + b"), 1, given={"w": 2.0, "x": 2.0})
    assert abs(exercise.trace.value("b")) != 2


def test_many_inputs_have_sizes_of_their_own() -> None:
    for seed in range(5):
        trace = choose(parse("L = (a*b + c*d + f*g + h)^2"), seed)
        sizes = [abs(trace.value(name)) for name in trace.graph.inputs]
        assert len(set(sizes)) == len(sizes) == 7


def test_where_results_alone_are_asked_mistakes_have_results_of_their_own() -> None:
    """But for those that have the same at any inputs, which the choice at other questions does not see."""

    def same(trace: Trace) -> frozenset[Pair]:
        alike = lookalikes(Predictions(trace, results(trace)))
        return alike - find_baseline(trace.graph, {}).same_results

    formula = parse("z = w*x; s = z + b; h = sigmoid(s); L = (h - y)^2")
    chosen = [of_formula(formula, seed, asked=["inputs"]).trace for seed in range(4)]
    assert not any(map(same, chosen))
    assert any(map(same, (of_formula(formula, seed, asked=["values", "inputs"]).trace for seed in range(4))))


def test_mistakes_that_no_inputs_tell_apart_are_known() -> None:
    """The own factor at a gradient of 1 is the value for the gradient; at another gradient it is not."""
    (pair,) = (
        pair
        for pair in find_baseline(parse("h = x^2; L = h*v"), {}).same_results
        if {"own factor"} < {slip.mistake for slip in pair}
    )
    assert {slip.mistake for slip in pair} == {"own factor", "value for gradient"}
    assert not any(
        "value for gradient" in {slip.mistake for slip in pair}
        for pair in find_baseline(parse("h = x*v; L = h^2"), {}).same_results
    )


def test_one_number_on_the_way_tells_apart_what_results_do_not() -> None:
    """The chain rule forgotten at either of two steps after the output gives the same gradients of the inputs."""
    exercise = own("z = w*x; h = tanh(z); L = h*v", asked=("inputs", "telling"))
    (field,) = exercise.questions[1].fields
    assert plain(field.label) == "∂L/∂h"
    numbers = [field.response for field in exercise.fields if isinstance(field.response, Number)]
    both = len(lookalikes(Predictions(exercise.trace, numbers)))
    assert both < len(lookalikes(Predictions(exercise.trace, results(exercise.trace))))
    read = loads(dumps(exercise), to_mark=True).questions[1].fields[0].response
    assert isinstance(read, Number)
    assert read.quantity == field.response.quantity
