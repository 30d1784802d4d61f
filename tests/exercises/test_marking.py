"""Marking: the right student, every mistake named, own numbers carried forward, what cannot be read."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking import explaining
from graphviz_ad.exercises.marking.answers import choice_of, read_number
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Number, Option
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.diagnose import Slips
from graphviz_ad.misconceptions.follow_through import between
from tests.exercises.students import FORMULAS, answered, labelled, level, mark_of, mistaken, own, right

SHEETS = [*LEVELS, *FORMULAS]


def sheet(which: int | str) -> Exercise:
    return level(which) if isinstance(which, int) else own(which)


@pytest.mark.parametrize("which", SHEETS)
def test_the_right_student_gets_all_points(which: int | str) -> None:
    exercise = sheet(which)
    marked = mark(exercise, right(exercise))
    assert {field_mark.verdict for field_mark in marked.marks} == {"right"}
    assert marked.total == exercise.points > 0


def named(sheets: Iterable[int | str]) -> tuple[int, int, list[str]]:
    """Sheets → how many single mistakes show, how many are named, and what the others are."""
    shown, recognised, missed = 0, 0, []
    for which in sheets:
        exercise = sheet(which)
        for diagnosis, answers in mistaken(exercise):
            marked = mark(exercise, answers)
            shown += 1
            names = {slip.mistake for field_mark in marked.marks for slips in field_mark.diagnoses for slip in slips}
            if diagnosis[0].mistake in names:
                recognised += 1
            else:
                missed.append(f"{exercise.title}: {diagnosis[0].mistake}")
    return shown, recognised, missed


@pytest.mark.slow
def test_single_mistakes_are_named() -> None:
    shown, recognised, missed = named(SHEETS)
    assert shown > 1700
    assert recognised / shown > 0.98, "\n".join(missed)


def test_a_marker_that_names_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining.Explainer, "diagnoses", lambda *_: ())
    shown, recognised, _ = named([3])
    assert shown > 20
    assert recognised == 0


def test_what_is_said_names_the_edge_and_not_the_number() -> None:
    exercise = own("z = w*x + b; L = exp(z)", asked=("inputs",))
    gradient = exercise.trace.grad("w")
    answers = right(exercise) | {"q1.1": f"{exercise.trace.grad('z'):.5g}"}
    field_mark = mark_of(exercise, answers, "q1.1")
    assert field_mark.verdict == "wrong"
    text = plain(field_mark.feedback)
    assert "v1" in text or "w" in text
    assert f"{gradient:.4g}" not in text


def test_revealed_on_request() -> None:
    exercise = own("u = 2*x; L = u*v", asked=("inputs",))
    field = exercise.fields[0]
    assert isinstance(field.response, Number)
    wrong = right(exercise) | {field.name: "12345"}
    hidden, revealed = (plain(mark(exercise, wrong, reveal=reveal).marks[0].feedback) for reveal in (False, True))
    assert "this is none of the usual mistakes" in hidden.replace("it is", "this is")
    assert f"The right answer is {field.response.right:g}." in revealed


@pytest.mark.slow
def test_two_mistakes_together_are_named() -> None:
    exercise = own("z = w*x + b; h = tanh(z); L = h*v + h^2", asked=("inputs",))
    slips = Slips(exercise.trace)
    single = [answered(exercise, mutant)[0] for _, mutant in (*slips.forward, *slips.single)]
    tried, both = 0, 0
    for diagnosis, mutant in slips.pairs[::40]:
        answers, shows = answered(exercise, mutant)
        if not shows or any(alike(answers, other) for other in single):
            continue
        tried += 1
        named = {
            slip for field_mark in mark(exercise, answers).marks for slips in field_mark.diagnoses for slip in slips
        }
        both += named >= set(diagnosis)
    assert tried > 10
    assert both / tried > 0.6


def alike(answers: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two students answer alike, but for rounding."""
    return all(abs(float(answers[name]) - float(other[name])) <= 0.02 * abs(float(other[name])) for name in answers)


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
    assert marked.marks[0].verdict == verdict, plain(marked.marks[0].feedback)


@pytest.mark.parametrize(
    ("given", "value"),
    [("\u202e6\u200b", 6), ("—6", -6), ("＝ ６", 6), ("z = 6", 6), ("≈6", 6), ("1’000", 1000), ("e^2", 7.389056), ("２／３", 2 / 3)],
)  # fmt: skip
def test_numbers_as_they_are_typed_and_pasted(given: str, value: float) -> None:
    assert read_number(given) == pytest.approx(value)


@pytest.mark.parametrize(
    "given", ["1;2", "3\n4", "[3]", "3½4", "3 4", "1e400", "nan", "1/0", "(" * 1900, "6" * 3000, "abc", "1,5"]
)
def test_what_cannot_be_read_is_said_in_the_language_of_the_sheet(given: str) -> None:
    exercise = level(6, lang="ja")
    number = next(field for field in exercise.fields if isinstance(field.response, Number))
    field_mark = mark_of(exercise, {number.name: given}, number.name)
    assert field_mark.verdict == "unreadable"
    assert plain(field_mark.feedback).endswith(("。", "。）"))
    english = mark_of(level(6), {number.name: given}, number.name)
    assert plain(english.feedback) != plain(field_mark.feedback)


@pytest.mark.parametrize(
    ("given", "feedback"),
    [("a*(1 -", "式として"), ("a*(1 - a))", "「)」から先"), ("q*a", "「q」はグラフ"), ("log(-1)", "値を持ちません"), ("a" * 3000, "2000 文字")],
)  # fmt: skip
def test_formulas_that_cannot_be_read_are_told_in_japanese(given: str, feedback: str) -> None:
    graph = parse("z = w*x; a = sigmoid(z); L = a*y")
    exercise = of_formula(graph, 1, asked=("rules",), lang="ja")
    field = labelled(exercise, "∂a/∂z")
    field_mark = mark_of(exercise, {field.name: given}, field.name)
    assert field_mark.verdict == "unreadable"
    assert feedback in plain(field_mark.feedback)


def test_a_decimal_comma_where_it_is_asked_for() -> None:
    exercise = own("L = 2*x", asked=("values",))
    text = f"{exercise.trace.value('L'):.1f}".replace(".", ",")
    without = mark(exercise, {"q1": text}).marks[0]
    assert without.verdict == "unreadable"
    assert "--decimal-comma" in plain(without.feedback)
    assert mark(exercise, {"q1": text}, decimal_comma=True).marks[0].verdict == "right"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("a*(1 - a)", "right"), ("sigmoid(z)*(1 - sigmoid(z))", "right"), ("a - a^2", "right"), ("exp(-z)/(1+exp(-z))^2", "right"),
     ("z*(1 - z)", "wrong"), ("a", "wrong"), ("1 - a", "wrong"), ("q*(1 - q)", "unreadable"), ("a*(1 -", "unreadable"),
     ("log(-1)", "unreadable"), ("", "missing")],
)  # fmt: skip
def test_a_formula_is_right_in_every_spelling(answer: str, verdict: str) -> None:
    exercise = own("z = w*x; a = sigmoid(z); L = a*y", asked=("rules",))
    field = labelled(exercise, "∂a/∂z")
    field_mark = mark_of(exercise, {field.name: answer}, field.name)
    assert field_mark.verdict == verdict, plain(field_mark.feedback)


@pytest.mark.parametrize(
    ("formula", "label", "answer", "mistake"),
    [
        ("a = sigmoid(z); L = a*y", "∂a/∂z", "z*(1 - z)", "derivative at the wrong place"),
        ("a = sigmoid(z); L = a*y", "∂a/∂z", "∂a/∂z = a", "not differentiated"),
        ("a = sigmoid(z); L = a*y", "∂a/∂z", "1 - sigmoid(z)", "part of the rule"),
        ("a = tanh(z); L = a*y", "∂a/∂z", "1 - z^2", "derivative at the wrong place"),
        ("a = tanh(z); L = a*y", "∂a/∂z", "1 - a", "part of the rule"),
        ("a = exp(z); L = a*y", "∂a/∂z", "z*exp(z - 1)", "power rule for an exponential"),
        ("a = cos(z); L = a*y", "∂a/∂z", "sin(z)", "sign of a derivative"),
        ("a = sqrt(z); L = a*y", "∂a/∂z", "1/sqrt(z)", "part of the rule"),
        ("a = z^3; L = a*y", "∂a/∂z", "3*z^3", "keep the exponent"),
        ("a = z^3; L = a*y", "∂a/∂z", "z^2", "drop the factor"),
        ("a = z/y; L = a + 2", "∂a/∂y", "z/y^2", "sign of a derivative"),
        ("a = z/y; L = a + 2", "∂a/∂z", "y", "upside down"),
        ("a = z*y; L = a + 2", "∂a/∂z", "z", "own factor"),
        ("a = z - y; L = 2*a", "∂a/∂y", "1", "sign of a subtraction"),
    ],
)
def test_a_wrong_formula_is_explained(formula: str, label: str, answer: str, mistake: str) -> None:
    exercise = of_formula(parse(formula), 1, asked=("rules",))
    field = labelled(exercise, label)
    field_mark = mark_of(exercise, {field.name: answer}, field.name)
    assert {slip.mistake for diagnosis in field_mark.diagnoses for slip in diagnosis} == {mistake}
    assert "More than one" not in plain(field_mark.feedback)


@pytest.mark.parametrize(
    ("answer", "mistakes"),
    [("2*a*a*(1 - a)", ["forget the local derivative"]), ("2*a", ["forget the local derivative"] * 2),
     ("2*a + a*(1 - a) + x", ["add along a path"] * 2), ("2*a*z*(1 - z)*x", ["derivative at the wrong place"])],
)  # fmt: skip
def test_a_wrong_product_along_a_path_is_explained(answer: str, mistakes: list[str]) -> None:
    exercise = of_formula(parse("z = w*x; a = sigmoid(z); L = a^2"), 1, asked=("path",))
    (field_mark,) = mark(exercise, {"q1": answer}).marks
    assert mistakes in [[slip.mistake for slip in diagnosis] for diagnosis in field_mark.diagnoses]


def test_a_formula_that_agrees_at_one_point_by_chance_is_not_explained() -> None:
    exercise = of_formula(parse("a = sigmoid(z); L = a*y"), 1, asked=("rules",), given={"z": 2.0})
    field = labelled(exercise, "∂a/∂z")
    field_mark = mark_of(exercise, {field.name: "-z*(z - 1)^3"}, field.name)  # -2 is z(1 - z)
    assert (field_mark.verdict, field_mark.diagnoses) == ("wrong", ())


def test_a_wrong_sign_and_a_moved_point_are_told() -> None:
    exercise = own("z = w*x + b; L = exp(z)", asked=("inputs",))
    field = exercise.fields[0]
    assert isinstance(field.response, Number)
    assert "sign is wrong" in plain(mark(exercise, {field.name: str(-field.response.right)}).marks[0].feedback)
    assert "decimal point" in plain(mark(exercise, {field.name: str(field.response.right * 100)}).marks[0].feedback)
    formulas = of_formula(parse("a = sigmoid(z); L = a*y"), 1, asked=("rules",))
    name = labelled(formulas, "∂a/∂z").name
    assert "sign is wrong" in plain(mark_of(formulas, {name: "a*(a - 1)"}, name).feedback)


@pytest.mark.parametrize("letter", ["B", "b)", "(b)", "Ｂ", "（ｂ）", "2", "２", " B. "])
def test_an_option_is_known_by_its_letter(letter: str) -> None:
    assert choice_of(letter, Choice((Option(()), Option(())), 0)) == 1


def named_at(exercise: Exercise, answers: dict[str, str]) -> dict[str, set[str]]:
    """Exercise and answers → the mistakes named, by the label of the answer."""
    marked = mark(exercise, right(exercise) | answers)
    return {
        plain(field_mark.field.label): {slip.mistake for diagnosis in field_mark.diagnoses for slip in diagnosis}
        for field_mark in marked.marks
        if field_mark.diagnoses
    }


def test_mistakes_in_values_are_named_one_after_the_other() -> None:
    """Each from the student's own numbers before it, however many they are."""
    exercise = own("z = w*x + b; L = exp(z)", asked=("values",))
    w, x, b = (exercise.trace.value(name) for name in "wxb")
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = {names["v1"]: str(w + x), names["z"]: str((w + x) * b), names["L"]: str((w + x) * b)}
    assert named_at(exercise, answers) == {
        "v1": {"add for multiply"}, "z": {"multiply for add"}, "L": {"forget the function"},
    }  # fmt: skip


def test_a_mistake_on_the_way_back_is_named_after_a_wrong_value() -> None:
    exercise = own("z = w*x + b; L = z^3", asked=("values", "gradients"))
    w, x, b = (exercise.trace.value(name) for name in "wxb")
    z = w * x - b
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = {names["z"]: str(z), names["L"]: str(z**3), names["∂L/∂z"]: str(z**2)}
    named_mistakes = named_at(exercise, answers)
    assert named_mistakes["z"] == {"subtract for add"}
    assert named_mistakes["∂L/∂z"] == {"drop the factor"}


def test_a_wrong_gradient_is_explained_by_a_value_that_was_not_asked_for() -> None:
    positive = {"w": 2.0, "x": 3.0}  # of a product whose sign is lost the square would be the same
    exercise = of_formula(parse("z = w*x + b; L = z^3"), 1, asked=("inputs",), given=positive)
    w, x, b = (exercise.trace.value(name) for name in "wxb")
    names = {plain(field.label): field.name for field in exercise.fields}
    g = 3 * (w * x - b) ** 2
    named_mistakes = named_at(
        exercise, {names["∂L/∂b"]: str(g), names["∂L/∂w"]: str(g * x), names["∂L/∂x"]: str(g * w)}
    )
    assert named_mistakes["∂L/∂b"] == {"subtract for add"}


def test_a_wrong_value_is_carried_forward() -> None:
    exercise = own("z = 2*x; L = z^2", asked=("values", "inputs"))
    x = exercise.trace.value("x")
    marked = mark(exercise, {"q1.1": str(2 * x + 3), "q1.2": str((2 * x + 3) ** 2), "q2": str(2 * (2 * x + 3) * 2)})
    assert [field_mark.verdict for field_mark in marked.marks] == ["wrong", "carried", "carried"]
    assert marked.points == {"q1": 1.0, "q2": 2.0}


def test_a_wrong_gradient_is_carried_forward() -> None:
    exercise = own("u = 2*x; L = u*v", asked=("gradients",))
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["∂L/∂u"]: "7.5", names["∂L/∂x"]: "15"}
    verdicts = {field_mark.field.name: field_mark.verdict for field_mark in mark(exercise, answers).marks}
    assert verdicts[names["∂L/∂x"]] == "carried"


def test_a_degenerate_number_elsewhere_does_no_harm() -> None:
    exercise = own("p = a*b; q = b*c; L = p*q", asked=("values",))
    a, b, c = (exercise.trace.value(name) for name in "abc")
    marked = mark(exercise, {"q1.1": "1", "q1.2": str(b + c)})
    assert [field_mark.verdict for field_mark in marked.marks] == ["wrong", "wrong", "missing"]
    graph = own("u = a*b; v = u*c; s = a*c; t = s*b; L = v + t", asked=("values",))
    names = {plain(field.label): field.name for field in graph.fields}
    a, b, c = (graph.trace.value(name) for name in "abc")
    answers = {names["s"]: "1", names["u"]: str(a + b), names["v"]: str((a + b) * c), names["t"]: str(b)}
    verdicts = {field_mark.field.name: field_mark.verdict for field_mark in mark(graph, answers).marks}
    assert verdicts[names["v"]] == "carried"
    assert verdicts[names["t"]] == "wrong"


@pytest.mark.parametrize("degenerate", ["0", "-1"])
def test_nothing_is_carried_from_a_degenerate_number(degenerate: str) -> None:
    exercise = own("u = 2*x; L = u*v", asked=("gradients",))
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["∂L/∂u"]: degenerate, names["∂L/∂x"]: str(2 * float(degenerate))}
    verdicts = {field_mark.field.name: field_mark.verdict for field_mark in mark(exercise, answers).marks}
    assert verdicts[names["∂L/∂x"]] == "wrong"


def test_what_follows_from_a_degenerate_number_counts_where_its_mistake_is_known() -> None:
    """Who adds for multiplies has b = 2 - 2 = 0, and everything after is rightly 0."""
    exercise = of_formula(
        parse("a = p*q; b = a - r; L = b^2"), 2, given={"p": 5.0, "q": -3.0, "r": 2.0},
        asked=("values", "contributions", "inputs"),
    )  # fmt: skip
    answers = {field.name: "0" for field in exercise.fields} | {"q1.1": "2"}
    marked = mark(exercise, answers)
    assert {mark.field.name for mark in marked.marks if mark.verdict == "wrong"} == {"q1.1"}
    assert marked.total == exercise.points - 1
    feedback = [plain(field_mark.feedback) for field_mark in marked.marks]
    assert sum("leaves nothing to compute" in text for text in feedback) == 1
    assert feedback[-1] == "This follows rightly from your own earlier number, so it counts."
    everything = mark(exercise, {field.name: "0" for field in exercise.fields})
    assert everything.total <= 2


def test_japanese_feedback() -> None:
    exercise = level(6, lang="ja")
    for _, answers in mistaken(exercise):
        wrong = [field_mark for field_mark in mark(exercise, answers).marks if field_mark.verdict == "wrong"]
        assert all(plain(field_mark.feedback).endswith("。") for field_mark in wrong)


@pytest.mark.slow
def test_a_sheet_of_nonsense_is_marked_at_once() -> None:
    """No more slips are tried for a number than stand between it and the other answers."""
    formula = "z1 = w1*x + b1; h = tanh(z1); z2 = w2*h + b2; g = sigmoid(z2); L = (g - y)^2 + 0.1*w1^2"
    exercise = of_formula(parse(formula), 1)
    answers = {field.name: str((n * 37) % 97 / 7 + 0.123) for n, field in enumerate(exercise.fields)}
    start = time.process_time()
    marked = mark(exercise, answers)
    assert time.process_time() - start < 8  # a third of a second on an idle machine; without bounds half a minute
    assert {field_mark.verdict for field_mark in marked.marks} <= {"wrong", "unreadable"}


SLIPS_OF_PEN = [("-1.2345", "sign is wrong"), ("12.345", "decimal point"), ("1.2845", "One digit"), ("1.3245", "exchanged"),
                ("1.7", "none of the usual")]  # fmt: skip


@pytest.mark.parametrize(("text", "feedback"), SLIPS_OF_PEN)
def test_a_slip_of_the_pen_is_no_misconception(text: str, feedback: str) -> None:
    exercise = of_formula(
        parse("z = w*x; L = z*v"), 1, given={"w": 0.823, "x": 1.5, "v": 1.0}, asked=("values", "inputs")
    )
    assert feedback in feedback_on(exercise, q1_1=text, q1_2=text)["q1.1"]


def test_answers_in_each_others_places_are_told() -> None:
    exercise = own("p = a*b; q = b*c; L = p*q", asked=("inputs",))
    answers = right(exercise)
    feedback = feedback_on(exercise, q1_1=answers["q1.3"], q1_3=answers["q1.1"])
    assert "two answers are exchanged" in feedback["q1.1"].lower()
    assert feedback["q1.1"] == feedback["q1.3"]


def test_numbers_rounded_too_early_are_told() -> None:
    exercise = of_formula(parse("p = x*y; L = p^2"), 1, given={"x": 0.83, "y": 0.37}, asked=("values", "inputs"))
    feedback = feedback_on(exercise, q1_1="0.31", q1_2="0.10", q2_1="0.23", q2_2="0.51")
    assert "rounded too early" in feedback["q1.2"]


def test_small_numbers_rounded_too_early_are_told_however_far_off_they_are() -> None:
    given = {"x": 0.12, "y": 0.13, "w": 5.0}
    exercise = of_formula(parse("p = x*y; L = p*w"), 1, given=given, asked=("values", "inputs"))
    feedback = feedback_on(exercise, q1_1="0.02", q1_2="0.10", q2_3="0.02")
    assert "rounded too early" in feedback["q1.1"]


def test_numbers_with_more_decimals_are_not_rounded_to_fewer() -> None:
    """tanh(-0.2) is -0.2 to one decimal, but who writes 3.645 does not round to one."""
    given = {"s": -0.2, "y": 2.5, "c": 0.5}
    graph = parse("p = tanh(s); q = y - p; r = q^2; L = r*c")
    exercise = of_formula(graph, 1, given=given, asked=("values", "inputs"))
    feedback = feedback_on(
        exercise, q1_1="-0.2", q1_2="2.7", q1_3="7.29", q1_4="3.645", q2_1="-2.592", q2_2="2.7", q2_3="7.29"
    )
    assert "here s was left as it is" in feedback["q1.1"]


def test_a_mistake_that_leads_to_no_number_explains_none() -> None:
    """Where the sigmoid is forgotten p is 1, and bce(1, 0) is infinite."""
    given = {"w": -2.0, "x": -3.0, "b": -5.0, "y": 0.0}
    graph = parse("s = w*x + b; p = sigmoid(s); L = bce(p, y)")
    exercise = of_formula(graph, 1, given=given, asked=("inputs",))
    feedback = feedback_on(exercise, q1_1="-0.8113", q1_2="-1.213")
    assert all("none of the usual" in feedback[name] for name in ("q1.1", "q1.2"))


def test_one_mistake_at_a_relu_has_one_name() -> None:
    graph = parse("h = relu(z); L = h*v")
    exercise = of_formula(graph, 1, given={"z": -2.0, "v": 3.0}, asked=("contributions", "inputs"))
    names = {slip.mistake for field_mark in mark(exercise, right(exercise) | {"q1.3": "3", "q2.1": "3"}).marks
             for diagnosis in field_mark.diagnoses for slip in diagnosis}  # fmt: skip
    assert "no mask" in names
    assert "forget the local derivative" not in names


def test_slips_behind_an_answer_are_those_between_it_and_the_others() -> None:
    exercise = own("z = w*x + b; L = exp(z)", asked=("gradients",))
    trace = exercise.trace
    w, z, output = (trace.graph.find(name) for name in ("w", "z", "L"))
    v1 = trace.graph.args[z][0]
    alone = between(trace, Quantity("gradient", w), {("gradient", v1, None)})
    assert alone == {(w, None), (v1, None), (v1, trace.graph.args[v1].index(w))}
    assert {(output, 0), (z, 0), (v1, 0)} <= between(trace, Quantity("gradient", w), set())
    assert between(trace, Quantity("local", z, 0), set()) == {(z, 0), (z, None)}


def feedback_on(exercise: Exercise, **changed: str) -> dict[str, str]:
    """Exercise, and what differs from the right answers → the feedback on each field."""
    answers = right(exercise) | {name.replace("_", "."): text for name, text in changed.items()}
    return {field_mark.field.name: plain(field_mark.feedback) for field_mark in mark(exercise, answers).marks}


def test_no_slip_is_named_that_another_answer_refutes() -> None:
    """49 for 48 is what adding along the edge p → s gives, but the contribution there is right."""
    graph = parse("u = p*q; s = u + p; L = s*u - q^2")
    exercise = of_formula(graph, 1, given={"p": 4.0, "q": -3.0}, asked=("contributions", "inputs"))
    assert "none of the usual mistakes" in feedback_on(exercise, q2_1="49")["q2.1"]
    alone = of_formula(graph, 1, given={"p": 4.0, "q": -3.0}, asked=("inputs",))
    assert "edge p → s" in feedback_on(alone, q1_1="49")["q1.1"]


def test_a_slip_in_one_entry_of_an_array_is_named_though_another_is_right() -> None:
    graph = parse("H = x + b; L = sum(H^2)")
    exercise = of_formula(graph, 1, given={"x": [2.0, 5.0], "b": 4.0}, asked=("values",))
    assert "here b was left out" in feedback_on(exercise, q1_2="5", q1_3="61")["q1.2"]


def test_a_gradient_computed_anew_is_explained_though_its_contribution_is_right() -> None:
    exercise = of_formula(
        parse("z = w*x + b; L = z^2"), 1, given={"w": 2.0, "x": 5.0, "b": -3.0}, asked=("contributions", "inputs")
    )
    names = {plain(field.label): field.name for field in exercise.fields}
    assert "edge b → z the local derivative alone" in feedback_on(exercise, **{names["∂L/∂b"]: "1"})[names["∂L/∂b"]]


def test_what_follows_from_a_trivial_number_is_called_so_and_no_mistake() -> None:
    """u = p + q = 1: ∂v1/∂s = u = 1 is no gradient that was passed on as it came."""
    graph = parse("u = p*q; s = u + p; L = s*u")
    exercise = of_formula(graph, 1, given={"p": 4.0, "q": -3.0}, asked=("values", "locals"))
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["u"]: "1", names["s"]: "5", names["L"]: "5", names["∂L/∂s"]: "1"}
    feedback = {field_mark.field.name: plain(field_mark.feedback) for field_mark in mark(exercise, answers).marks}
    assert "they were added" in feedback[names["u"]]
    assert "follows from that number too" in feedback[names["∂L/∂s"]]


def test_that_a_number_leaves_nothing_to_compute_is_said_once() -> None:
    exercise = of_formula(
        parse("u = p*q; s = u + p; L = s*u"), 1, given={"p": 4.0, "q": -3.0}, asked=("values", "locals")
    )
    names = {plain(field.label): field.name for field in exercise.fields}
    answers = right(exercise) | {names["u"]: "0", names["s"]: "4", names["L"]: "0", names["∂L/∂s"]: "0"}
    feedback = [plain(field_mark.feedback) for field_mark in mark(exercise, answers).marks]
    assert sum("leaves nothing to compute here" in text for text in feedback) == 1
    assert sum("follows from that number too" in text for text in feedback) > 1


def test_the_missing_share_of_a_mean_is_named_where_it_is_made_and_after() -> None:
    exercise = of_formula(parse("e = x - y; L = mean(e^2)"), 1, shapes={"x": (3,), "y": (3,)}, asked=("contributions",))
    wrong = {}
    for field in exercise.fields:
        assert isinstance(field.response, Number)
        wrong[field.name.replace(".", "_")] = f"{3 * field.response.right:.6g}"
    feedback = feedback_on(exercise, **wrong)
    first = [name for name, text in feedback.items() if "1/n is missing" in text]
    assert first[:3] == [field.name for field in exercise.fields[:3]]
    assert not any("edge" in text for text in feedback.values())


def test_answers_to_another_sheet_are_told() -> None:
    formula = "z = w*x + b; h = tanh(z); L = h*v"
    exercise = of_formula(parse(formula), 1, asked=("values", "inputs"))
    neighbour = of_formula(parse(formula), 2, asked=("values", "inputs"))
    feedback = [plain(field_mark.feedback) for field_mark in mark(exercise, right(neighbour)).marks]
    assert sum("answers to another one" in text for text in feedback) >= 3
    assert not any(field_mark.diagnoses for field_mark in mark(exercise, right(neighbour)).marks)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_does_not_move_is_told_so(seed: int) -> None:
    """1 % of the new value would let the old one pass where the step is small."""
    exercise = of_formula(parse("z = w*x + b; L = z^2"), seed, asked=("update",))
    field = exercise.fields[0]
    old = exercise.trace.value(plain(field.label).removeprefix("new ").strip()[0])
    assert isinstance(field.response, Number)
    step = abs(field.response.right - old)
    assert field.response.tolerance < step / 5
    field_mark = mark_of(exercise, {field.name: str(old)}, field.name)
    assert field_mark.verdict == "wrong"
    assert {slip.mistake for diagnosis in field_mark.diagnoses for slip in diagnosis} == {"not moved"}
