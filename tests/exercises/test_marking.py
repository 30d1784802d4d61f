"""Marking: the right student, every mistake named, own numbers carried forward, what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises import marking
from graphviz_ad.exercises.answers import read_number
from graphviz_ad.exercises.curriculum import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking import mark
from graphviz_ad.exercises.model import Exercise, Number
from graphviz_ad.exercises.slips import Slips
from graphviz_ad.explain.phrase import plain
from tests.exercises.students import FORMULAS, level, mistaken, own, right

SHEETS = [*LEVELS, *FORMULAS]


def sheet(which: int | str) -> Exercise:
    return level(which) if isinstance(which, int) else own(which)


@pytest.mark.parametrize("which", SHEETS)
def test_the_right_student_gets_all_points(which: int | str) -> None:
    exercise = sheet(which)
    marked = mark(exercise, right(exercise))
    assert {one.verdict for one in marked.marks} == {"right"}
    assert marked.total == exercise.points > 0


def named(sheets: Iterable[int | str]) -> tuple[int, int, list[str]]:
    """Sheets → how many single mistakes show, how many are named, and what the others are."""
    shown, told, missed = 0, 0, []
    for which in sheets:
        exercise = sheet(which)
        for way, answers in mistaken(exercise):
            marked = mark(exercise, answers)
            shown += 1
            names = {slip.mistake for one in marked.marks for ways in one.ways for slip in ways}
            if way[0].mistake in names:
                told += 1
            else:
                missed.append(f"{exercise.title}: {way[0].mistake}")
    return shown, told, missed


@pytest.mark.slow
def test_single_mistakes_are_named() -> None:
    shown, told, missed = named(SHEETS)
    assert shown > 1200
    assert told / shown > 0.98, "\n".join(missed)


def test_a_marker_that_names_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking._Marker, "_ways", lambda *_: ())
    shown, told, _ = named([3])
    assert shown > 20
    assert told == 0


def test_what_is_said_names_the_edge_and_not_the_number() -> None:
    exercise = own("z = w*x + b; L = exp(z)", asked=("inputs",))
    gradient = exercise.trace.grad("w")
    answers = right(exercise) | {"q1.1": f"{exercise.trace.grad('z'):.5g}"}
    one = next(one for one in mark(exercise, answers).marks if one.field.name == "q1.1")
    assert one.verdict == "wrong"
    said = plain(one.said)
    assert "v1" in said or "w" in said
    assert f"{gradient:.4g}" not in said


def test_revealed_on_request() -> None:
    exercise = own("u = 2*x; L = u*v", asked=("inputs",))
    field = exercise.fields[0]
    assert isinstance(field.response, Number)
    wrong = right(exercise) | {field.name: "12345"}
    hidden, told = (plain(mark(exercise, wrong, reveal=reveal).marks[0].said) for reveal in (False, True))
    assert "this is none of the usual mistakes" in hidden.replace("it is", "this is")
    assert f"The right answer is {field.response.right:g}." in told


def test_two_mistakes_together_are_named() -> None:
    exercise = own("z = w*x; L = leaky_relu(z)*v", asked=("inputs",))
    field = next(one for one in exercise.fields if plain(one.label) == "∂L/∂w")
    assert isinstance(field.response, Number)
    quantity = field.response.quantity
    assert quantity is not None
    known = [field.response.right, *(float(wrong.answer) for wrong in field.wrong)]
    for way, mutant in Slips(exercise.trace).pairs:
        number = quantity.read(mutant)
        if number and all(abs(number - one) > 0.05 * abs(one) + 0.01 for one in known):
            marked = mark(exercise, right(exercise) | {field.name: repr(number)})
            one = next(one for one in marked.marks if one.field.name == field.name)
            assert way in one.ways or len(one.ways) > 1
            assert all(len(ways) == 2 for ways in one.ways)
            return
    pytest.fail("no pair of mistakes gives a number of its own")


@pytest.mark.parametrize(
    ("given", "verdict"),
    [("6", "right"), ("12/2", "right"), (" 6.0 ", "right"), ("6.05", "right"), ("6.1", "wrong"), ("", "missing"),
     ("six", "unreadable"), ("__import__('os')", "unreadable"), ("9^9^9^9", "unreadable"), ("[6]", "unreadable"),
     ("6" * 3000, "unreadable"), ("=cmd|' /C calc'!A0", "unreadable"), ("x", "unreadable"), ("√36", "right")],
)  # fmt: skip
def test_what_is_a_number(given: str, verdict: str) -> None:
    exercise = own("L = 2*x", asked=("values",))
    value = exercise.trace.value("L")
    answer = (
        given
        if verdict not in ("right", "wrong")
        else f"({given.strip()})*{value}/6"
        if given.strip() != "6"
        else str(value)
    )
    marked = mark(exercise, {"q1": answer})
    assert marked.marks[0].verdict == verdict, plain(marked.marks[0].said)


@pytest.mark.parametrize(
    ("given", "value"),
    [("\u202e6\u200b", 6), ("—6", -6), ("＝ ６", 6), ("z = 6", 6), ("≈6", 6), ("1’000", 1000), ("e^2", 7.389056), ("２／３", 2 / 3)],
)  # fmt: skip
def test_numbers_as_they_are_typed_and_pasted(given: str, value: float) -> None:
    assert read_number(given) == pytest.approx(value)


@pytest.mark.parametrize(
    "given", ["1;2", "3\n4", "[3]", "½", "3 4", "1e400", "nan", "1/0", "(" * 1900, "6" * 3000, "abc", "1,5"]
)
def test_what_cannot_be_read_is_said_in_the_language_of_the_sheet(given: str) -> None:
    exercise = level(6, lang="ja")
    number = next(field for field in exercise.fields if isinstance(field.response, Number))
    one = next(one for one in mark(exercise, {number.name: given}).marks if one.field is number)
    assert one.verdict == "unreadable"
    assert plain(one.said).endswith(("。", "。）"))
    english = next(one for one in mark(level(6), {number.name: given}).marks if one.field.name == number.name)
    assert plain(english.said) != plain(one.said)


@pytest.mark.parametrize(
    ("given", "said"),
    [("a*(1 -", "式として"), ("a*(1 - a))", "「)」から先"), ("q*a", "「q」はグラフ"), ("log(-1)", "値を持ちません"), ("a" * 3000, "2000 文字")],
)  # fmt: skip
def test_formulas_that_cannot_be_read_are_told_in_japanese(given: str, said: str) -> None:
    graph = parse("z = w*x; a = sigmoid(z); L = a*y")
    exercise = of_formula(graph, 1, asked=("rules",), lang="ja")
    field = next(one for one in exercise.fields if plain(one.label) == "∂a/∂z")
    one = next(one for one in mark(exercise, {field.name: given}).marks if one.field is field)
    assert one.verdict == "unreadable"
    assert said in plain(one.said)


def test_a_decimal_comma_where_it_is_asked_for() -> None:
    exercise = own("L = 2*x", asked=("values",))
    text = f"{exercise.trace.value('L'):.1f}".replace(".", ",")
    without = mark(exercise, {"q1": text}).marks[0]
    assert without.verdict == "unreadable"
    assert "--decimal-comma" in plain(without.said)
    assert mark(exercise, {"q1": text}, decimal_comma=True).marks[0].verdict == "right"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("a*(1 - a)", "right"), ("sigmoid(z)*(1 - sigmoid(z))", "right"), ("a - a^2", "right"), ("exp(-z)/(1+exp(-z))^2", "right"),
     ("z*(1 - z)", "wrong"), ("a", "wrong"), ("1 - a", "wrong"), ("q*(1 - q)", "unreadable"), ("a*(1 -", "unreadable"),
     ("log(-1)", "unreadable"), ("", "missing")],
)  # fmt: skip
def test_a_formula_is_right_in_every_spelling(answer: str, verdict: str) -> None:
    exercise = own("z = w*x; a = sigmoid(z); L = a*y", asked=("rules",))
    field = next(one for one in exercise.fields if plain(one.label) == "∂a/∂z")
    one = next(one for one in mark(exercise, {field.name: answer}).marks if one.field is field)
    assert one.verdict == verdict, plain(one.said)


def test_a_wrong_formula_is_explained() -> None:
    exercise = own("z = w*x; a = sigmoid(z); L = a*y", asked=("rules",))
    field = next(one for one in exercise.fields if plain(one.label) == "∂a/∂z")
    one = next(one for one in mark(exercise, {field.name: "z*(1 - z)"}).marks if one.field is field)
    assert {slip.mistake for way in one.ways for slip in way} == {"derivative at the wrong place"}


def test_a_wrong_value_is_carried_forward() -> None:
    exercise = own("z = 2*x; L = z^2", asked=("values", "inputs"))
    x = exercise.trace.value("x")
    marked = mark(exercise, {"q1.1": str(2 * x + 3), "q1.2": str((2 * x + 3) ** 2), "q2": str(2 * (2 * x + 3) * 2)})
    assert [one.verdict for one in marked.marks] == ["wrong", "carried", "carried"]
    assert marked.points == {"q1": 1.0, "q2": 2.0}


def test_a_wrong_gradient_is_carried_forward() -> None:
    exercise = own("u = 2*x; L = u*v", asked=("gradients",))
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["∂L/∂u"]: "7.5", names["∂L/∂x"]: "15"}
    verdicts = {one.field.name: one.verdict for one in mark(exercise, answers).marks}
    assert verdicts[names["∂L/∂x"]] == "carried"


@pytest.mark.parametrize("degenerate", ["0", "1", "-1"])
def test_nothing_is_carried_from_a_degenerate_number(degenerate: str) -> None:
    exercise = own("u = 2*x; L = u*v", asked=("gradients",))
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["∂L/∂u"]: degenerate, names["∂L/∂x"]: str(2 * float(degenerate))}
    verdicts = {one.field.name: one.verdict for one in mark(exercise, answers).marks}
    assert verdicts[names["∂L/∂x"]] == "wrong"


def test_japanese_feedback() -> None:
    exercise = level(6, lang="ja")
    for _, answers in mistaken(exercise):
        wrong = [one for one in mark(exercise, answers).marks if one.verdict == "wrong"]
        assert all(plain(one.said).endswith("。") for one in wrong)
