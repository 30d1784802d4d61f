"""Questions on modes, on what a framework does with gradients, and on rules: beside a check of their own, by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.distinctions import report
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.questions import cutting, modes, naming
from graphviz_ad.exercises.record import dumps, loads
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Number, Question
from graphviz_ad.misconceptions.learning import OF_KIND
from graphviz_ad.misconceptions.mutants import Mistake
from tests.exercises.students import right

FORMULAS: dict[str, tuple[str, dict[str, tuple[int, ...]]]] = {
    "tangents": ("z = w*x; a = sigmoid(z); b = a*w; L = b - a", {}),
    "jacobian_row": ("z = W @ x; h = tanh(z); L = sum(h)", {"W": (2, 2), "x": (2,)}),
    "cheaper_mode": ("L = w*x", {}),
    "detach": ("z = w*x; a = z + x; L = a*z", {}),
    "second_backward": ("z = w*x; L = z^2 + w", {}),
    "which_rule": ("z = w*x; a = exp(z); b = a/y; c = b^3; L = c + w", {}),
}
SEEDS = range(1, 7)


def exercise(kind: str, seed: int, lang: str = "en") -> Exercise:
    formula, shapes = FORMULAS[kind]
    return of_formula(parse(formula), seed, asked=[kind], shapes=shapes, lang=lang)


def value(item: Exercise, name: str, **changed: Any) -> Any:
    """The value of a node, at other values of some inputs."""
    inputs = {other: item.trace.values[node] for other, node in item.trace.graph.inputs.items()} | changed
    return parse(item.trace.graph.source.text).run(**inputs).value(name)


def given(item: Exercise, name: str) -> Any:
    return item.trace.values[item.trace.graph.inputs[name]]


def slope(item: Exercise, of: str, by: str, **changed: Any) -> float:
    """The derivative of one number with respect to another, by differences."""
    at, step = changed.pop(by, given(item, by)), 1e-6
    return float(
        (value(item, of, **{**changed, by: at + step}) - value(item, of, **{**changed, by: at - step})) / (2 * step)
    )


def by_hand_tangents(item: Exercise, question: Question) -> list[float]:
    moved = re.search(r"changes with (\w+)\.", plain(question.prompt))
    assert moved
    names = [unicodedata.normalize("NFD", plain(field.label)).replace("\u0307", "") for field in question.fields]
    assert set(names) == {name for name in ("z", "a", "b", "L") if moved[1] == "w" or name != "w"}
    return [slope(item, name, moved[1]) for name in names]


def by_hand_row(item: Exercise, question: Question) -> list[float]:
    match = re.search(r"row (\d) of the Jacobian of (\w) ", plain(question.prompt))
    assert match
    x, row = np.array(given(item, "x")), []
    for entry in np.eye(2) * 1e-6:
        row.append((value(item, match[2], x=x + entry) - value(item, match[2], x=x - entry))[int(match[1])] / 2e-6)
    return row


def by_hand_count(item: Exercise, question: Question) -> list[float]:
    n, m = (int(number) for number in re.findall(r"= (\d+)", plain(question.prompt)))
    columns, rows = sum(1 for _ in range(n)), sum(1 for _ in range(m))
    pushes = "direction" in plain(question.fields[-1].label)
    return [columns, rows, 0 if columns < rows else 1, 0 if pushes else 1]


def by_hand_detach(item: Exercise, question: Question) -> list[float]:
    """With detach as the language has it."""
    match = re.search(r"edge (\w) → (\w)", plain(question.prompt))
    assert match
    lines = [
        line.replace(match[1], f"detach({match[1]})") if line.startswith(f"{match[2]} =") else line
        for line in item.title.split("; ")
    ]
    trace = parse("; ".join(lines)).run(w=given(item, "w"), x=given(item, "x"))
    return [float(trace.value("L")), *(float(trace.gradients[name] or 0.0) for name in ("w", "x"))]  # type: ignore[arg-type]


def by_hand_second(item: Exercise, question: Question) -> list[float]:
    w = re.search(r"(\w)\.grad", plain(question.fields[0].label))
    match = re.search(r"Then (\w) = (-?[\d.]+) is", plain(question.prompt))
    assert w
    assert match
    first, second = slope(item, "L", w[1]), slope(item, "L", w[1], **{match[1]: float(match[2])})
    return [first, second, first + second]


def by_hand_rule(item: Exercise, question: Question) -> list[float]:
    rules = {"z": "product", "a": "function", "b": "quotient", "c": "power", "L": "sum"}
    return [naming_options(question).index(rules[plain(field.label)[-1]]) for field in question.fields]


def naming_options(question: Question) -> list[str]:
    response = question.fields[0].response
    assert isinstance(response, Choice)
    return [plain(option.text).split(":")[0].split(" ")[0] for option in response.options]


BY_HAND: dict[str, Callable[[Exercise, Question], list[float]]] = {
    "tangents": by_hand_tangents, "jacobian_row": by_hand_row, "cheaper_mode": by_hand_count,
    "detach": by_hand_detach, "second_backward": by_hand_second, "which_rule": by_hand_rule,
}  # fmt: skip


def faults(kind: str, seed: int) -> list[str]:
    """Kind and seed → the fields whose answers are not those of the check."""
    item = exercise(kind, seed)
    (question,) = item.questions
    hand = BY_HAND[kind](item, question)
    assert len(hand) == len(question.fields)
    return [
        field.name
        for field, number in zip(question.fields, hand, strict=True)
        if not np.isclose(field.response.right, number, rtol=1e-4, atol=1e-6)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("kind", FORMULAS)
def test_the_answers_are_those_of_the_check(kind: str) -> None:
    assert [fault for seed in SEEDS for fault in faults(kind, seed)] == []


def _plant(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    match kind:
        case "tangents":  # added along an edge
            monkeypatch.setattr(modes, "mul", lambda local, tangent: local + tangent)
        case "jacobian_row":  # columns for rows
            whole = modes._jacobian
            monkeypatch.setattr(modes, "_jacobian", lambda *of: None if (j := whole(*of)) is None else j.T)
        case "cheaper_mode":  # the modes exchanged
            original = modes._cheaper
            monkeypatch.setattr(modes, "_cheaper", lambda ask, name, n, m, pushed: original(ask, name, m, n, pushed))
            monkeypatch.setattr(
                modes,
                "equals",
                lambda name, number, digits, equals=modes.equals: equals({"n": "m", "m": "n"}[name], number, digits),
            )
            say = modes.Asker.say
            monkeypatch.setattr(
                modes.Asker,
                "say",
                lambda ask, key, *rest, **fillings: say(
                    ask,
                    key,
                    *rest,
                    **({"n": fillings["m"], "m": fillings["n"]} if {"n", "m"} <= fillings.keys() else fillings),
                ),
            )
        case "detach":  # half of it goes on
            monkeypatch.setattr(cutting, "_CUT", Mistake("cut", "", contribution=lambda edge: edge.contribution / 2))
        case "second_backward":  # the second pass is at the old values
            monkeypatch.setattr(cutting, "at", lambda trace, changed: trace)
        case "which_rule":
            monkeypatch.setitem(naming._RULE_OF, "multiply", "sum")


@pytest.mark.parametrize("kind", FORMULAS)
def test_a_planted_wrong_rule_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _plant(kind, monkeypatch)
    assert [fault for seed in SEEDS for fault in faults(kind, seed)] != []


# -- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMULAS)
def test_each_mistake_is_named(kind: str) -> None:
    """One who makes it has its answers in every field, and reads of it."""
    item, named = exercise(kind, 3), set[str]()
    own = {mistake.name for mistake in OF_KIND[kind]}
    (question,) = item.questions
    diagnoses = {slips for field in question.fields for wrong in field.wrong for slips in wrong.diagnoses}
    for diagnosis in diagnoses:
        if diagnosis[0].mistake not in own:
            continue
        answers = right(item)
        for field in question.fields:
            for wrong in field.wrong:
                if diagnosis in wrong.diagnoses:
                    is_choice = isinstance(field.response, Choice)
                    answers[field.name] = "ABCDE"[int(wrong.answer)] if is_choice else repr(wrong.answer)
        marks = mark(item, answers).marks
        assert diagnosis in {slips for field_mark in marks for slips in field_mark.diagnoses}
        named.add(diagnosis[0].mistake)
    assert own - named <= {"rule for a quotient", "rule for a power", "rule for a sum", "rule for a product"}


def test_the_numbers_are_chosen_so_that_mistakes_differ() -> None:
    for kind in FORMULAS:
        for seed in SEEDS if kind != "which_rule" else ():
            (distinction,) = report(exercise(kind, seed))
            assert distinction.alike == ()
            assert len(distinction.hidden) <= 1


def _carried(kind: str, name: str, factor: float) -> list[str]:
    """Kind, a field and a factor → verdicts where its answer is off by the factor, and the rest follows from it."""
    item = loads(dumps(exercise(kind, 2)), to_mark=True)
    answers = {name: float(text) for name, text in right(item).items()}
    answers[name] *= factor
    for field in item.fields:
        assert isinstance(field.response, Number)
        if field.response.follows:
            answers[field.name] = field.response.follows.rest + sum(
                share * answers[other] for other, share in field.response.follows.terms
            )
    return [
        field_mark.verdict for field_mark in mark(item, {key: repr(number) for key, number in answers.items()}).marks
    ]


def test_what_follows_from_a_wrong_tangent_counts() -> None:
    assert _carried("tangents", "q1.1", 1.1) == ["wrong", "carried", "carried", "carried"]
    assert _carried("second_backward", "q1.first", 1.3) == ["wrong", "right", "carried"]


def test_a_zero_that_leaves_nothing_to_compute_does_not_count() -> None:
    assert _carried("tangents", "q1.1", 0.0)[:2] == ["wrong", "wrong"]


def test_a_wrong_option_has_its_feedback_on_platforms() -> None:
    item = exercise("which_rule", 1)
    for suffix in ("gift", "moodle.xml"):
        ((_, data), *_) = files([item], "sheet", suffix)
        assert b"look at its operation" in data


def test_rules_are_in_the_report() -> None:
    (distinction,) = report(exercise("which_rule", 1))
    assert set(distinction.apart) == {mistake.name for mistake in OF_KIND["which_rule"]}
