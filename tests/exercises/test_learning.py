"""Questions on learning: their numbers beside those of a check that shares nothing with them, and mistakes by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.data.table import Table
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.distinctions import report
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.questions import batches, limits, updates
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Number, Question
from graphviz_ad.messages.catalogue import languages, say
from graphviz_ad.misconceptions.learning import COUNT, LIMIT, OF_KIND, mean, mutants
from graphviz_ad.training.batches import Batches
from graphviz_ad.training.descent_limits import limit_of_rate
from graphviz_ad.training.model import model
from graphviz_ad.training.optimizers import optimizer
from graphviz_ad.training.statements import computed
from tests.exercises.students import level, right

LEVELS = {"update": 9, "batch_gradient": 10, "updates_per_epoch": 10, "momentum_step": 11, "adam_step": 11,
          "rate_limit": 12}  # fmt: skip
SEEDS = range(1, 9)
TEXTS = {"update": optimizer().text, "batch_gradient": mean(3), "updates_per_epoch": COUNT,
         "momentum_step": optimizer(momentum=0.9).text, "adam_step": optimizer("adam").text,
         "rate_limit": LIMIT}  # fmt: skip
"""The right text of each kind."""


def question(exercise: Exercise, kind: str) -> Question:
    """Exercise → its question of a kind."""
    return next(item for item in exercise.questions if item.kind == kind)


def asked(item: Question) -> dict[str, float]:
    """Question → its right answers by what stands behind its name."""
    return {field.name.partition(".")[2]: float(field.response.right) for field in item.fields}  # type: ignore[arg-type]


def given(item: Question) -> dict[str, float]:
    """Question → the numbers in its words, by name."""
    text = plain(item.prompt) + " ".join(map(plain, item.given))
    return {name.partition("_{")[0]: float(number) for name, number in re.findall(r"([^\W\d]\w*) = (-?[\d.]*\d)", text)}


def own(item: Question) -> list[Diagnosis]:
    """Question → the diagnoses of the mistakes of its kind."""
    known = {diagnosis for field in item.fields for wrong in field.wrong for diagnosis in wrong.diagnoses}
    names = {mistake.name for mistake in OF_KIND[item.kind]}
    return [diagnosis for diagnosis in known if diagnosis[0].mistake in names]


# -- a check: gradients are differences of values, and updates are written down here ---------------------------------


def output(exercise: Exercise, changed: Mapping[str, Any]) -> float:
    """Exercise and other inputs → the value of its output."""
    graph, trace = exercise.trace.graph, exercise.trace
    inputs = {name: trace.values[node] for name, node in graph.inputs.items()} | dict(changed)
    return float(graph_run(exercise)(inputs))


def graph_run(exercise: Exercise) -> Callable[[Mapping[str, Any]], float]:
    formula = parse(exercise.trace.graph.source.text)
    return lambda inputs: float(formula.run(**inputs).value(formula.names[formula.output]))


def slope(
    exercise: Exercise, name: str, changed: Mapping[str, Any] | None = None, entry: tuple[int, ...] = ()
) -> float:
    """Input by name, other inputs → the derivative of the output with respect to an entry of it, by differences."""
    changed = dict(changed or {})
    value = changed.get(name, exercise.trace.values[exercise.trace.graph.inputs[name]])
    sides = []
    for step in (1e-5, -1e-5):
        moved = np.array(value, dtype=float)
        moved[entry] += step
        sides.append(output(exercise, {**changed, name: moved if moved.shape else float(moved)}))
    return (sides[0] - sides[1]) / 2e-5


def parameter(item: Question) -> str:
    """Question of one parameter → its name, as the question says it."""
    match = re.search(r"changes (\w+) alone|∂L/∂(\w+)", plain(item.prompt))
    assert match
    return match[1] or match[2]


def value(exercise: Exercise, name: str) -> float:
    return float(exercise.trace.values[exercise.trace.graph.inputs[name]])


def by_hand_update(exercise: Exercise, item: Question) -> dict[str, float]:
    rate, new = given(item)["η"], {}
    names = [name for name, node in exercise.trace.graph.inputs.items() if exercise.trace.active[node]]
    for name in names:
        new[name] = value(exercise, name) - rate * slope(exercise, name)
    before, after = output(exercise, {}), output(exercise, new)
    falls = 2.0 if math.isclose(before, after) else float(after > before)
    return {**{str(count): new[name] for count, name in enumerate(names, 1)}, "falls": falls}


def by_hand_batch(exercise: Exercise, item: Question) -> dict[str, float]:
    graph, values = exercise.trace.graph, exercise.trace.values
    name = parameter(item)
    entry = (
        tuple(map(int, re.findall(r"\[(\d+)", plain(item.fields[0].label))))
        if "[" in plain(item.fields[0].label)
        else ()
    )
    data = [other for other in graph.inputs if other in "xyX"]
    gradients = {}
    for example in range(3):
        rows = {other: np.asarray(values[graph.inputs[other]])[example : example + 1] for other in data}
        gradients[str(example + 1)] = slope(exercise, name, rows, entry)
    return {**gradients, "mean": sum(gradients.values()) / 3}


def by_hand_count(exercise: Exercise, item: Question) -> dict[str, float]:
    size, batch, epochs = (int(given(item)[letter]) for letter in "NBE")
    starts = range(0, size, batch)
    whole = [start for start in starts if start + batch <= size]
    return {"epoch": len(starts), "all": sum(1 for _ in range(epochs) for _ in starts), "drop": len(whole)}


def by_hand_momentum(exercise: Exercise, item: Question) -> dict[str, float]:
    name, numbers = parameter(item), given(item)
    memory = slope(exercise, name)
    first = value(exercise, name) - numbers["η"] * memory
    again = slope(exercise, name, {name: first})
    if not math.isclose(again, numbers[f"g_{name}"], rel_tol=1e-3):  # what is given is not the gradient there
        return dict.fromkeys(("first", "memory", "second"), math.nan)
    memory = numbers["μ"] * memory + again
    return {"first": first, "memory": memory, "second": first - numbers["η"] * memory}


def by_hand_adam(exercise: Exercise, item: Question) -> dict[str, float]:
    name, numbers = parameter(item), given(item)
    gradient = slope(exercise, name)
    first, second = (1 - numbers["β_1"]) * gradient, (1 - numbers["β_2"]) * gradient**2
    step = first / (1 - numbers["β_1"]) / (math.sqrt(second / (1 - numbers["β_2"])) + numbers["ε"])
    return {"first": first, "second": second, "new": value(exercise, name) - numbers["η"] * step}


def by_hand_limit(exercise: Exercise, item: Question) -> dict[str, float]:
    """The limit is found by trying rates: the largest at which the gradient does not grow."""
    name = parameter(item)
    start = value(exercise, name)

    def goes(rate: float) -> tuple[float, float]:
        gradient = slope(exercise, name)
        after = slope(exercise, name, {name: start - rate * gradient})
        return abs(after) / abs(gradient), after / gradient

    below, above = 0.0, 1000.0
    for _ in range(60):
        middle = (below + above) / 2
        below, above = (middle, above) if goes(middle)[0] < 1 else (below, middle)
    grows, turned = goes(given(item)["η"])
    return {"limit": below, "way": 0.0 if turned > 0 else 1.0 if grows < 1 else 2.0}


BY_HAND: dict[str, Callable[[Exercise, Question], dict[str, float]]] = {
    "update": by_hand_update, "batch_gradient": by_hand_batch, "updates_per_epoch": by_hand_count,
    "momentum_step": by_hand_momentum, "adam_step": by_hand_adam, "rate_limit": by_hand_limit,
}  # fmt: skip


def faults(exercise: Exercise, kind: str) -> list[str]:
    """Exercise and a kind → the answers of its question that are not those of the check."""
    item = question(exercise, kind)
    checked, answers = BY_HAND[kind](exercise, item), asked(item)
    assert set(checked) == set(answers)
    return [name for name in answers if not math.isclose(answers[name], checked[name], rel_tol=1e-4, abs_tol=1e-6)]


@pytest.mark.parametrize("kind", LEVELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_answers_are_those_that_are_computed_by_hand(kind: str, seed: int) -> None:
    assert faults(level(LEVELS[kind], seed), kind) == []


PLANTED = [(kind, name, text) for kind, right_text in TEXTS.items() for name, text in mutants(kind, right_text)]


@pytest.mark.parametrize(("kind", "name", "text"), PLANTED, ids=[f"{kind}: {name}" for kind, name, _ in PLANTED])
def test_a_planted_wrong_rule_is_found(kind: str, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "updates_per_epoch":
        monkeypatch.setattr(batches, "COUNT", text)
    elif kind == "batch_gradient":
        monkeypatch.setattr(batches, "mean", lambda count: text)
        monkeypatch.setattr(batches, "_is_mean", lambda *others: True)  # which sees it too
    elif kind == "rate_limit":
        monkeypatch.setattr(limits, "LIMIT", text)
    else:  # what is printed stays, what is run is another rule
        for run in ("computed", "number_of"):
            right_run = getattr(updates, run)
            monkeypatch.setattr(
                updates, run, lambda match, *rest, run=right_run: run(text if match == TEXTS[kind] else match, *rest)
            )
    formula = "z = w*v; L = z^2 + w" if kind == "update" else KINDS[kind].example.formula  # in which nothing is data
    try:
        exercise = of_formula(parse(formula), 2, asked=[kind], shapes=KINDS[kind].example.shapes)
    except ExerciseError:  # the root of a number below 0
        assert name == "gradient not squared"
    else:
        assert faults(exercise, kind) != []


def test_a_loss_that_is_a_sum_is_told_from_a_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExerciseError, match="nothing to ask of the kind 'batch_gradient'"):
        of_formula(parse("L = sum((w*x - y)^2)"), 1, shapes={"x": (3,), "y": (3,)}, asked=["batch_gradient"])


# -- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LEVELS)
def test_each_mistake_is_named(kind: str) -> None:
    """One who makes it gets it as the diagnosis of one answer at least, and no other one of that kind there alone."""
    exercise = level(LEVELS[kind], 3)
    item = question(exercise, kind)
    assert len(own(item)) >= len(OF_KIND[kind]) - 2
    for diagnosis in own(item):
        answers = right(exercise)
        for field in item.fields:
            for wrong in field.wrong:
                if diagnosis in wrong.diagnoses:
                    answers[field.name] = repr(wrong.answer)
        marked = mark(exercise, answers)
        named = {seen for field_mark in marked.marks for seen in field_mark.diagnoses}
        assert diagnosis in named
        assert {field_mark.verdict for field_mark in marked.marks} == {"right", "wrong"}


@pytest.mark.parametrize("kind", LEVELS)
def test_the_numbers_are_chosen_so_that_mistakes_differ(kind: str) -> None:
    hidden = alike = 0
    for seed in SEEDS:
        (numbers,) = (part for part in report(level(LEVELS[kind], seed)) if part.question.kind == kind)
        hidden, alike = hidden + len(numbers.hidden), alike + len(numbers.alike)
    assert hidden <= 0.05 * len(SEEDS) * len(OF_KIND[kind])
    assert alike == 0


@pytest.mark.parametrize("kind", LEVELS)
def test_no_known_mistake_is_as_good_as_right(kind: str) -> None:
    for seed in SEEDS:
        for field in question(level(LEVELS[kind], seed), kind).fields:
            if isinstance(field.response, Number):
                number = field.response
                assert all(abs(float(wrong.answer) - number.right) > number.tolerance for wrong in field.wrong)


def test_every_mistake_has_its_words_and_changes_its_text() -> None:
    for kind, mistakes in OF_KIND.items():
        changing = {name for name, _ in mutants(kind, TEXTS.get(kind, ""))}
        assert changing == {mistake.name for mistake in mistakes if mistake.instead}
        for mistake in mistakes:
            for lang in languages():
                assert say(f"slip.{mistake.name}", lang)
                assert say(f"mistake.{mistake.name}", lang)


def test_the_step_of_nesterov_is_that_of_the_optimiser() -> None:
    texts = dict(mutants("momentum_step", optimizer(momentum=0.9).text))
    assert texts["Nesterov for plain"] == optimizer(momentum=0.9, nesterov=True).text


@pytest.mark.parametrize("number", sorted(set(LEVELS.values())))
def test_what_is_given_is_no_answer(number: int) -> None:
    """Learning rates and such stand in the words of a question, where no search for answers looks."""
    for seed in SEEDS:
        exercise = level(number, seed)
        numbers = {value for item in exercise.questions if item.kind != "mistake" for value in given(item).values()}
        numbers = {
            value for value in numbers if not math.isclose(value, float(f"{value:.1e}"))
        }  # with one digit or two it is chance: a gradient of 2.1 after an update, and a tenth of 21
        answers = [field.response.right for field in exercise.fields if isinstance(field.response, Number)]
        assert not [right for right in answers for value in numbers if math.isclose(right, value, rel_tol=1e-4)]


def test_updates_are_counted_as_a_run_counts_them() -> None:
    for size, batch in ((30, 8), (90, 16), (64, 64), (7, 2), (100, 1)):
        counted = computed(COUNT, {"N": float(size), "B": float(batch), "E": 3.0})
        assert counted["u"] == Batches(size, batch).an_epoch
        assert counted["d"] == Batches(size, batch, drop_last=True).an_epoch
        assert counted["n"] == 3 * counted["u"]


def test_the_limit_is_that_of_a_run() -> None:
    exercise = of_formula(parse("L = mean((w*x - y)^2)"), 1, shapes={"x": (3,), "y": (3,)}, asked=["rate_limit"])
    values = {name: exercise.trace.values[node] for name, node in exercise.trace.graph.inputs.items()}
    table = Table({name: np.asarray(values[name]) for name in "xy"}, "a table")
    trained = model(parse("L = mean((w*x - y)^2)"), table, {"w": values["w"]})
    limit, _ = limit_of_rate(trained, np.array([values["w"]]))
    assert asked(exercise.questions[0])["limit"] == pytest.approx(limit, rel=1e-6)


# -- what is asked of which formula --------------------------------------------------------------------------------


def test_data_are_not_learnt_unless_there_is_nothing_else() -> None:
    names = [plain(field.label) for field in of_formula(parse("L = (w*x + b - y)^2"), 1, asked=["update"]).fields]
    assert names == ["new w", "new b", "L"]
    names = [plain(field.label) for field in of_formula(parse("L = x^2"), 1, asked=["update"]).fields]
    assert names == ["new x", "L"]


def test_of_an_array_entries_are_asked_for() -> None:
    shapes = {"W": (3, 4), "x": (4,)}
    exercise = of_formula(parse("z = W @ x; L = sum(z^2)"), 1, shapes=shapes, asked=["update"])
    assert len(exercise.fields) == 6 + 1
    assert all(re.fullmatch(r"new W \[\d, \d\]", plain(field.label)) for field in exercise.fields[:-1])


@pytest.mark.parametrize(
    ("kind", "formula"),
    [("rate_limit", "L = exp(w*x)"), ("rate_limit", "L = (w*x - y)^4"), ("rate_limit", "L = -(w^2) + w*x"),
     ("batch_gradient", "L = (w*x - y)^2"), ("batch_gradient", "L = sum(batch_norm(w*x)*y)")],
)  # fmt: skip
def test_formulas_of_which_nothing_is_asked(kind: str, formula: str) -> None:
    shapes = {"x": (3,), "y": (3,)} if kind == "batch_gradient" and "batch" in formula else {}
    with pytest.raises(ExerciseError, match="has nothing to ask of the kind"):
        of_formula(parse(formula), 1, asked=[kind], shapes=shapes)


def test_a_name_that_the_rule_uses_too_is_told_from_it() -> None:
    exercise = of_formula(parse("L = (η*x - y)^2"), 1, asked=["momentum_step"])
    assert "η_{opt}" in plain(exercise.questions[0].prompt)


def test_of_a_name_with_a_label_the_memory_has_the_label_too() -> None:
    exercise = of_formula(parse("L = (W^{(1)} x - y)^2"), 1, asked=["update", "momentum_step"])
    assert plain(exercise.questions[1].given[1]) == "W^{(1)}' = W^{(1)} - η · v_{W}^{(1)}'"
    assert mark(exercise, right(exercise)).total == exercise.points


def test_all_ways_of_descent_are_met() -> None:
    answers = set()
    for seed in range(1, 20):
        field = question(level(12, seed), "rate_limit").fields[1]
        assert isinstance(field.response, Choice)
        answers.add(field.response.right)
    assert answers == {0, 1, 2}
