"""The self-test in Debian's Chromium: students who are right and wrong, keys, what it remembers, axe, paper."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.api import parse
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.marking.answers import read_number
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.selftest import page as html
from graphviz_ad.exercises.selftest.recipe import key
from graphviz_ad.exercises.selftest.sealing import mark as mark_of
from graphviz_ad.exercises.selftest.webform import Form
from graphviz_ad.exercises.sheets.handout import save
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Formula, Number
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.diagnose import near
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from tests.browser import NEEDED, axe, browser, press, quiet, violations
from tests.exercises.carrying import carried
from tests.exercises.formula_keys import OPERATIONS, asked, right_spellings, wrong
from tests.exercises.students import level, mistaken, own, right
from tests.exercises.test_html import JAPANESE, page_of

__all__ = ["axe", "browser"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]
Open = Callable[[Exercise], None]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the self-test of an exercise, with nothing remembered; afterwards nothing was complained of or fetched."""

    def go(exercise: Exercise) -> None:
        path = tmp_path / "sheet.html"
        path.write_text(page_of(exercise), encoding="utf-8")
        browser.get(path.as_uri())
        browser.execute_script("localStorage.clear()")
        browser.get(path.as_uri())

    with quiet(browser, tmp_path):
        yield go


def answers_of(exercise: Exercise, letters: dict[str, str]) -> dict[str, str]:
    """Answers as one writes them on paper → as the page keeps them: options by number."""
    choices = {field.name for field in exercise.fields if isinstance(field.response, Choice)}
    return {name: str(ord(text) - ord("A")) if name in choices else text for name, text in letters.items()}


def fill(browser: Any, answers: dict[str, str]) -> None:
    """Writes into the list as one does, and leaves each field."""
    browser.execute_script(
        "for (const [name, text] of Object.entries(arguments[0])) { const row = rows.get(name).row;"
        "  const input = row.querySelector('input[type=text]') ?? row.querySelector(`input[value='${text}']`);"
        "  if (input.type === 'text') input.value = text; else input.checked = true;"
        "  for (const what of ['input', 'change']) input.dispatchEvent(new Event(what, { bubbles: true })); }",
        answers,
    )


def kinds(browser: Any) -> dict[str, str]:
    verdicts: dict[str, str] = browser.execute_script(
        "return Object.fromEntries([...rows].map(([n, f]) => [n, f.kind]))"
    )
    return verdicts


def feedback(browser: Any, field: str) -> str:
    text: str = browser.execute_script(
        "return rows.get(arguments[0]).row.querySelector('.feedback').textContent", field
    )
    return text


def click(browser: Any, what: str, question: str = "") -> None:
    element = browser.find_element("css selector", f"{f'#{question} ' if question else ''}[data-do={what}]")
    browser.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
    element.click()


def visible(browser: Any, selector: str) -> bool:
    return bool(browser.find_element("css selector", selector).is_displayed())


# -- students -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "which", [*LEVELS, JAPANESE, "L = sqrt(x*x + y*y + 1)", "z = w*x; L = leaky_relu(z)*v"]
)  # fmt: skip
def test_the_right_student(browser: Any, opened: Open, which: int | str) -> None:
    exercise = level(which) if isinstance(which, int) else own(which)
    opened(exercise)
    fill(browser, answers_of(exercise, right(exercise)))
    assert set(kinds(browser).values()) == {"right"}
    count = len(exercise.fields)
    assert browser.find_element("id", "progress").text == f"Right: {count} of {count}. Hints used: 0. Given up: 0."
    name = exercise.questions[0].name
    assert browser.find_element("css selector", f"#{name} [data-do=solution]").text == "See the worked solution"
    click(browser, "solution", name)
    assert visible(browser, f"#{name} .solution")
    assert not visible(browser, "#sure")


@pytest.mark.parametrize("digits", [1, 2, 6])
def test_the_right_student_with_other_digits(browser: Any, opened: Open, digits: int) -> None:
    exercise = of_level(6, 3, digits=digits)
    opened(exercise)
    fill(browser, answers_of(exercise, right(exercise)))
    assert set(kinds(browser).values()) == {"right"}


@pytest.mark.parametrize("number", [2, 4, 5, 6, 7, 8])
def test_students_with_a_mistake_are_told_as_the_marker_tells_them(browser: Any, opened: Open, number: int) -> None:
    """The same verdicts, and the same sentences but where the marker goes on from the student's own numbers."""
    exercise = level(number)
    opened(exercise)
    form, compared, named = Form(exercise), 0, 0
    wanted = list(mistaken(exercise))
    for diagnosis, answers in random.Random(number).sample(wanted, min(4, len(wanted))):
        marked = mark(exercise, answers)
        fill(browser, answers_of(exercise, answers))
        verdicts = kinds(browser)
        for field_mark in marked.marks:
            verdict = verdicts[field_mark.field.name]
            if (verdict, field_mark.verdict) == ("wrong", "carried"):  # the page sees no mistake behind a 0 or a 1
                assert {other.answer for other in marked.marks} & {"0", "1", "-1"}, diagnosis
            elif (verdict, field_mark.verdict) != ("right", "carried"):  # both are full points
                assert verdict == field_mark.verdict, diagnosis
        for field_mark in marked.marks:
            alone = set(field_mark.diagnoses) == known_diagnoses(field_mark.field, field_mark.answer)
            if field_mark.verdict == "wrong" and field_mark.diagnoses and alone:
                sentence = browser.execute_script(
                    "const line = document.createElement('p'); line.innerHTML = arguments[0]; return line.textContent",
                    form.text(field_mark.feedback),
                )
                assert feedback(browser, field_mark.field.name) == sentence
                compared += 1
                named += any(slip.mistake == diagnosis[0].mistake for slips in field_mark.diagnoses for slip in slips)
    assert compared > 1
    assert named > 0


def known_diagnoses(field: Field, answer: str) -> set[Diagnosis]:
    """Field and answer → the slips that lead to it alone."""
    number = field.response
    if not isinstance(number, Number):
        return set()
    return {
        diagnosis
        for wrong in field.wrong
        if near(float(answer), float(wrong.answer), number)
        for diagnosis in wrong.diagnoses
    }


def test_a_known_mistake_is_named(browser: Any, opened: Open) -> None:
    exercise = level(4)  # a = w*x; L = a*a + x
    opened(exercise)
    field = next(
        field for field in exercise.fields for wrong in field.wrong if wrong.diagnoses[0][0].mistake == "keep the last"
    )
    wrong = next(wrong for wrong in field.wrong if wrong.diagnoses[0][0].mistake == "keep the last")
    fill(browser, {field.name: f"{wrong.answer:.4g}"})
    assert kinds(browser)[field.name] == "wrong"
    assert "All contributions are added" in feedback(browser, field.name)
    box = browser.find_element("css selector", f"[data-field='{field.name}'] input")
    assert box.get_attribute("aria-invalid") == "true"
    assert "All contributions are added" in browser.find_element("id", "said").text
    fill(browser, {field.name: "0.123"})
    assert "none of the usual mistakes" in feedback(browser, field.name)


def formula_of(exercise: Exercise) -> Any:
    return next(
        field for field in exercise.fields if isinstance(field.response, Formula) and "^" in field.response.right
    )


def test_formulas(browser: Any, opened: Open) -> None:
    exercise = level(1)  # L = x^3
    opened(exercise)
    field = formula_of(exercise)
    for text in (
        "3x^2",
        "3*x*x",
        "x² + 2x**2",
        "L*3/x",
        "3 (x)^2",
        "sqrt(9)*x²",
        "\\frac{6x^2}{2}",
        "3 \\cdot x^{2}",
        "３ｘ＾２",
    ):
        fill(browser, {field.name: text})
        assert kinds(browser)[field.name] == "right", text
    for text in ("3*x", "x^2", "12", "3*x^2 + 0.001"):
        fill(browser, {field.name: text})
        assert kinds(browser)[field.name] == "wrong", text
    fill(browser, {field.name: "3*x^3"})
    assert "exponent falls by one" in feedback(browser, field.name)
    fill(browser, {field.name: "3*v^2"})
    assert feedback(browser, field.name) == "'v' is none of the names that can be used here."
    fill(browser, {field.name: "3*"})
    assert feedback(browser, field.name).startswith("This is no formula")
    fill(browser, {field.name: "sum([x, x])"})
    assert feedback(browser, field.name).startswith("Lists, tables and sums over entries cannot be read here")
    for text in ("3*", "alert(1)", "constructor(x)", "x.y", "(" * 400, "x;x", "3*x^2 // x", "x[0]", "this"):
        fill(browser, {field.name: text})
        assert kinds(browser)[field.name] == "unread", text


def test_numbers_as_they_are_written(browser: Any, opened: Open) -> None:
    exercise = level(6)
    opened(exercise)
    field = next(f for f in exercise.fields if isinstance(f.response, Number) and abs(f.response.right % 1) > 0.01)
    value = field.response.right
    for text in (
        f"{value * 3}/3",
        f"{value}+0",
        f" {value:.6f} ",
        f"{value}".replace("-", "−"),
        f"({value})^1",
        f"{value:e}",
    ):
        fill(browser, {field.name: text})
        assert kinds(browser)[field.name] == "right", text
    comma = f"{value:.4f}".replace(".", ",")
    fill(browser, {field.name: comma})
    assert kinds(browser)[field.name] == "unread"
    assert "decimal comma" in feedback(browser, field.name)
    browser.find_element("id", "comma").click()
    time.sleep(0.3)
    assert kinds(browser)[field.name] == "right"


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_an_operations_own_derivative_is_right(browser: Any, opened: Open, row: Operation) -> None:
    exercise = asked(row)
    opened(exercise)
    spellings = [right_spellings(row, field) for field in exercise.fields]
    for texts in zip(*spellings, strict=True):
        fill(browser, {field.name: text for field, text in zip(exercise.fields, texts, strict=True)})
        assert set(kinds(browser).values()) == {"right"}, texts
    fill(browser, {field.name: wrong(field) for field in exercise.fields})
    assert set(kinds(browser).values()) == {"wrong"}


# -- against Python -----------------------------------------------------------------------------


def test_numbers_are_read_as_python_reads_them(browser: Any, opened: Open) -> None:
    opened(level(1))
    texts = ["2/3", "-2^2", "2^-1", "2^3^2", "3e-4", "sqrt(2)/2", "1/2pi", "2(3+1)", "√2²", "−0.5", "１．５", "--3", "+4",
             "1'000.5", "exp(1)^2", "ln(3)", "maximum(2, 3)", "1 < 2", "clamp(5, hi=2)", ".5", "5.",
             "—3", "\u202e3\u200b", "z = 3", "≈ -2", "1’000", "e^-1", "v1 =2e"]  # fmt: skip
    assert browser.execute_script("return arguments[0].map(text => readNumber(text, false))", texts) == pytest.approx(
        [read_number(text) for text in texts], rel=1e-14
    )


def test_functions_are_those_of_the_table(browser: Any, opened: Open) -> None:
    """Every operation of numbers, and every other name of it."""
    opened(level(1))
    chance, calls, expected = random.Random(1), [], []
    for row in TABLE:
        if row.scalar is None or row.internal:
            continue
        for _ in range(6):
            sample = row.sample or ((-2.0, 2.0),)
            args = [chance.uniform(*sample[n % len(sample)]) for n in range(len(row.params))]
            calls.append(f"{row.name}({', '.join(map(repr, args))})")
            expected.append(row.scalar(*args, *row.options.values()))
    values = browser.execute_script("return arguments[0].map(text => readFormula(text).value({}))", calls)
    assert len(calls) > 300
    for call, ours, theirs in zip(calls, values, expected, strict=True):
        assert math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-14), call
    words = {name: row.name for name, row in BY_NAME.items() if row.scalar is not None and name.isidentifier()}
    assert browser.execute_script(
        "return Object.entries(arguments[0]).filter(([name, key]) => (ALIASES[name] ?? name) !== key)", words
    ) == []  # fmt: skip


def test_marks_are_those_of_python(browser: Any, opened: Open) -> None:
    opened(level(1))
    chance = random.Random(2)
    for share in (0.01, 5e-7):
        numbers = [chance.choice((-1, 1)) * 10 ** chance.uniform(-3, 4) for _ in range(200)]
        marks = [mark_of(number, share) for number in numbers]
        for factor in (1.0, 1 + 0.87 * share, 1 - 0.87 * share):
            words = browser.execute_script(
                "return arguments[0].map((x, n) => markOf(x, arguments[1], arguments[2][n]))",
                [number * factor for number in numbers], share, [begin for _, begin in marks],
            )  # fmt: skip
            assert words == [word for word, _ in marks]


@pytest.mark.parametrize(
    "which",
    [3, 4, 6, 7, 8, "g = sigmoid(a); L = g*x + (1 - g)*y", "h = relu(w*x + b); L = h*v", "L = mean((X @ w - y)^2)",
     "y = relu(W @ x); L = sum(y*v)"],
)  # fmt: skip
def test_what_follows_from_a_wrong_number_is_what_python_finds(browser: Any, opened: Open, which: int | str) -> None:
    exercise = level(which) if isinstance(which, int) else own(which)
    opened(exercise)
    asked: dict[Quantity, float] = {
        field.response.quantity: field.response.right
        for field in exercise.fields
        if isinstance(field.response, Number) and field.response.quantity is not None
    }
    cases, expected = [], []
    for wanted in asked:
        for mine, value in list(asked.items())[:: 1 + len(asked) // 20]:
            for own_number in (1.37 * value + 0.1, 1.0):
                cases.append([_listed(wanted), [[_listed(mine), own_number]]])
                expected.append(carried(exercise.trace, wanted, {mine: own_number}))
    values = browser.execute_script("return arguments[0].map(([wanted, own]) => passing.follows(wanted, own))", cases)
    assert any(value is not None for value in expected)
    for case, ours, theirs in zip(cases, values, expected, strict=True):
        assert (ours is None) == (theirs is None), case
        assert ours is None or math.isclose(ours, theirs or 0, rel_tol=1e-9, abs_tol=1e-12), case


def _listed(quantity: Quantity) -> str:
    return key(quantity.what, quantity.node, quantity.slot, quantity.entry)


def test_a_sheet_on_which_nothing_is_carried_says_so(browser: Any, opened: Open) -> None:
    opened(of_formula(parse("s = det(x); L = s*w"), 1, shapes={"x": (2, 2)}))
    assert "nothing is carried forward" in browser.find_element("css selector", ".about").text
    assert browser.execute_script("return passing") is None


# -- what it remembers --------------------------------------------------------------------------


def test_hints_come_one_by_one(browser: Any, opened: Open) -> None:
    exercise = level(6)
    opened(exercise)
    question = next(question for question in exercise.questions if len(question.hints) == 3)
    assert not visible(browser, f"#{question.name} .hints")
    early = browser.find_element("css selector", f"#{question.name} [data-do=hint]")
    assert (early.text, early.is_enabled()) == ("Hints come after a first answer", False)
    fill(browser, {question.fields[0].name: "77"})
    for count in (1, 2, 3):
        button = browser.find_element("css selector", f"#{question.name} [data-do=hint]")
        assert button.text == f"Hint {count} of 3"
        click(browser, "hint", question.name)
        items = browser.find_elements("css selector", f"#{question.name} .hints li")
        assert len(items) == count
        words = [text for kind, text in question.hints[count - 1] if kind == "text"]
        assert all(str(text).strip() in items[-1].text for text in words)
    assert not button.is_enabled()
    assert "Hints used: 3" in browser.find_element("id", "progress").text


def test_a_reload_keeps_all_and_a_reset_forgets_all(browser: Any, opened: Open) -> None:
    exercise = level(4)
    opened(exercise)
    answers = answers_of(exercise, right(exercise))
    first, second, last = exercise.fields[0].name, exercise.fields[1].name, exercise.fields[-1].name
    fill(browser, {first: answers[first], second: "77", last: answers[last]})
    click(browser, "hint", "q1")
    browser.find_element("id", "comma").click()
    time.sleep(0.3)
    before = browser.find_element("id", "progress").text
    browser.refresh()
    time.sleep(0.6)
    assert browser.find_element("id", "progress").text == before
    assert "Hints used: 1" in before
    verdicts = kinds(browser)
    assert (verdicts[first], verdicts[second], verdicts[last]) == ("right", "wrong", "right")
    assert browser.find_element("id", f"g-{second.replace('.', '-')}").get_attribute("value") == "77"
    assert visible(browser, "#q1 .hints")
    assert browser.find_element("id", "comma").is_selected()
    click(browser, "reset")
    click(browser, "no")
    assert browser.find_element("id", "progress").text == before
    click(browser, "reset")
    click(browser, "yes")
    time.sleep(0.2)
    assert browser.find_element("id", "progress").text == "Right: 0 of 18. Hints used: 0. Given up: 0."
    browser.refresh()
    assert set(kinds(browser).values()) == {""}
    assert not visible(browser, "#q1 .hints")
    assert all(not box.get_attribute("value") for box in browser.find_elements("css selector", "input[type=text]"))


def test_another_exercise_remembers_nothing_of_this_one(browser: Any, opened: Open, tmp_path: Path) -> None:
    opened(level(4))
    fill(browser, {level(4).fields[0].name: "77"})
    other = tmp_path / "sheet.html"
    other.write_text(page_of(level(4, 2)), encoding="utf-8")
    browser.get(other.as_uri())
    assert set(kinds(browser).values()) == {""}


def packed(text: str) -> str:
    """Text, whose mathematics a browser tells sign by sign on lines of their own → the same on one, with plain minuses."""
    return "".join(text.split()).replace("−", "-")


def test_the_solution_comes_after_giving_up(browser: Any, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    exercise = level(4)
    opened(exercise)
    for leave in ("no", "escape"):
        click(browser, "solution", "q2")
        assert visible(browser, "#sure")
        press(browser, Keys.ESCAPE) if leave == "escape" else click(browser, "no")
        time.sleep(0.1)
        assert not visible(browser, "#q2 .solution")
    click(browser, "solution", "q2")
    click(browser, "yes")
    time.sleep(0.3)
    shown = browser.find_element("css selector", "#q2 .solution")
    assert browser.switch_to.active_element == shown
    answers = right(exercise)
    for field in exercise.questions[1].fields:
        assert packed(answers[field.name]) in packed(shown.text)
    assert all(not box.is_enabled() for box in browser.find_elements("css selector", "#q2 .fields input"))
    assert "Given up: 1." in browser.find_element("id", "progress").text
    assert all(not visible(browser, f"#{name} .solution") for name in ("q1", "q3", "q4"))


def test_the_worked_pass_waits_until_it_is_asked_for(browser: Any, opened: Open) -> None:
    exercise = level(5)
    opened(exercise)
    question = next(question for question in exercise.questions if question.given)
    assert not visible(browser, f"#{question.name} .worked")
    click(browser, "given", question.name)
    items = browser.find_elements("css selector", f"#{question.name} .worked li")
    assert len(items) == len(question.given)
    for line, item in zip(question.given, items, strict=True):
        assert packed(plain(line).rpartition("= ")[2]) in packed(item.text)


# -- keys and the graph -------------------------------------------------------------------------


def test_the_graph_and_the_list_are_the_same(browser: Any, opened: Open) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    exercise = level(4)
    opened(exercise)
    answers = right(exercise)
    first, second = exercise.fields[0].name, exercise.fields[1].name
    on_graph = browser.find_element("id", f"g-{first.replace('.', '-')}")
    on_graph.click()
    press(browser, answers[first], Keys.ENTER)
    listed = browser.find_element("css selector", f"[data-field='{first}'] input")
    assert listed.get_attribute("value") == answers[first]
    assert kinds(browser)[first] == "right"
    assert "right" in on_graph.get_attribute("class")
    assert browser.switch_to.active_element.get_attribute("data-mirror") == second
    assert browser.find_element("id", "said").text.endswith("Right.")
    press(browser, "77", Keys.TAB)
    assert kinds(browser)[second] == "wrong"
    ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    assert browser.switch_to.active_element.get_attribute("data-mirror") == second
    press(browser, "7")
    assert kinds(browser)[second] == ""
    mirrors = browser.find_elements("css selector", "[data-mirror]")
    assert len(mirrors) == 3 + 6 + 4
    for box in mirrors:
        assert browser.execute_script(
            "const r = arguments[0].getBoundingClientRect(), b = document.querySelector('.board').getBoundingClientRect();"
            "return r.left >= b.left && r.top >= b.top && r.right <= b.right && r.bottom <= b.bottom", box
        )  # fmt: skip


def test_fields_on_the_graph_lie_apart(browser: Any, opened: Open) -> None:
    for exercise in (level(4), level(6), level(7), level(8), own(JAPANESE)):
        opened(exercise)
        boxes = browser.execute_script(
            "return [...document.querySelectorAll('.board input')].map(i => i.getBoundingClientRect())"
            ".map(r => [r.left, r.top, r.right, r.bottom])"
        )
        assert len(boxes) > 5
        apart = [
            a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for n, a in enumerate(boxes) for b in boxes[:n]
        ]
        assert all(apart)


def test_an_array_is_filled_in_as_a_matrix_and_its_feedback_names_the_entry(browser: Any, opened: Open) -> None:
    exercise = own("h = W @ x + b; L = sum(tanh(h))")
    field = next(field for field in exercise.fields if plain(field.label).endswith("∂L/∂W [1, 0]"))
    opened(exercise)
    fill(browser, {field.name: "77"})
    line = browser.find_element("css selector", f"[data-field='{field.name}'] .feedback")
    matrix = browser.execute_script("return arguments[0].closest('.matrix')", line)
    tops, lefts = (
        sorted(element.rect[side] for element in matrix.find_elements("css selector", "input")) for side in "yx"
    )
    for places in (tops, lefts):  # two in each of two rows, and columns
        assert [b - a > 9 for a, b in pairwise(places)] == [False, True, False]
    assert line.is_displayed()
    assert line.rect["y"] > max(tops)
    before = browser.execute_script("return getComputedStyle(arguments[0], '::before').content", line)
    assert "[1, 0]" in before
    others = matrix.find_elements("css selector", ".feedback:not(:empty)")
    assert all(other.rect["width"] >= 400 for other in others)  # wider than a column of fields
    assert [element.get_attribute("id") for element in others] == [line.get_attribute("id")]


def test_all_of_it_by_keyboard(browser: Any, opened: Open) -> None:
    """Tab goes through the list in the order of the passes, each field with a name and a visible focus."""
    from selenium.webdriver.common.keys import Keys

    exercise = level(4)
    opened(exercise)
    answers, seen = answers_of(exercise, right(exercise)), list[str]()
    for _ in range(80):
        press(browser, Keys.TAB)
        name, kind, tag = browser.execute_script(
            "const a = document.activeElement;"
            "return [a.closest('[data-field]')?.dataset.field ?? '', a.type ?? '', a.tagName]"
        )
        if tag in ("INPUT", "BUTTON", "DIV"):
            ring = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
            assert ring == "solid"
        if not name:
            if browser.execute_script("return document.activeElement.dataset.do") == "check":
                break
            continue
        seen.append(name)
        if kind == "text":
            press(browser, answers[name])
        else:
            press(browser, *([Keys.SPACE] + [Keys.ARROW_DOWN] * int(answers[name])))
    assert seen == [field.name for field in exercise.fields]
    press(browser, Keys.ENTER)
    time.sleep(1.5)
    assert set(kinds(browser).values()) == {"right"}


def test_check_all_goes_to_the_first_empty_field(browser: Any, opened: Open) -> None:
    exercise = level(4)
    opened(exercise)
    answers = answers_of(exercise, right(exercise))
    missing = exercise.fields[3].name
    fill(browser, {name: text for name, text in answers.items() if name != missing})
    click(browser, "check")
    time.sleep(1)
    assert browser.find_element("id", "said").text.endswith("Fields without an answer: 1.")
    assert browser.switch_to.active_element.get_attribute("id") == f"f-{missing.replace('.', '-')}"


# -- accessibility, windows, paper --------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "lang", "scheme"),
    [(1, "en", "light"), (4, "ja", "dark"), (5, "en", "dark"), (6, "en", "light"), (8, "ja", "light")],
)
def test_axe_finds_nothing(browser: Any, opened: Open, axe: str, number: int, lang: str, scheme: str) -> None:
    exercise = level(number, 1, lang)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        opened(exercise)
        assert violations(browser, axe) == []
        answers = answers_of(exercise, right(exercise))
        shown = {field.name: answers[field.name] for field in exercise.fields[::2]}
        first, second, *_ = (field.name for field in exercise.fields if not isinstance(field.response, Choice))
        fill(browser, shown | {first: "77", second: "?"})
        click(browser, "hint", "q1")
        click(browser, "solution", "q2")
        assert violations(browser, axe) == []
        click(browser, "yes")
        time.sleep(0.3)
        assert violations(browser, axe) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_axe_would_find_something(browser: Any, opened: Open, axe: str) -> None:
    opened(level(4))
    browser.execute_script("const i = document.querySelector('.fields input'); i.removeAttribute('aria-label');"
                           "i.closest('li').querySelector('label').remove()")  # fmt: skip
    assert "label" in [rule for rule, _ in violations(browser, axe)]


@pytest.mark.parametrize("number", [1, 4, 6, 8])
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_only_the_graph_is_wider_than_the_window(browser: Any, opened: Open, number: int, width: int) -> None:
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened(level(number, 1, "ja"))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        smallest = browser.execute_script(
            "return Math.min(...[...document.querySelectorAll('.fields input[type=text], button')]"
            ".filter(e => e.offsetHeight).map(e => e.offsetHeight))"
        )
        assert smallest >= 32
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_paper_it_is_a_blank_sheet(browser: Any, opened: Open) -> None:
    exercise = level(5)
    opened(exercise)
    fill(browser, {exercise.fields[0].name: "77"})
    click(browser, "hint", "q1")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    try:
        for hidden in (".about", ".bar", "#q1 .hints", "#q1 .tools", "#said", "#q1 .feedback", ".option"):
            assert not visible(browser, hidden)
        box = browser.find_element("css selector", ".fields input")
        assert box.value_of_css_property("border-bottom-style") == "solid"
        assert browser.execute_script("return getComputedStyle(arguments[0]).color", box) == "rgba(0, 0, 0, 0)"
        assert visible(browser, ".worked")
        assert visible(browser, ".board svg")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert not visible(browser, ".worked")
    assert visible(browser, "#q1 .hints")


def test_without_a_script(browser: Any, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(level(4))
        assert visible(browser, "noscript p")
        assert visible(browser, ".board svg")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_in_a_frame_without_storage(browser: Any, opened: Open, tmp_path: Path) -> None:
    exercise = level(4)
    opened(exercise)
    outer = tmp_path / "course.html"
    outer.write_text(
        '<!DOCTYPE html><iframe sandbox="allow-scripts" src="sheet.html" width="900" height="600"></iframe>'
    )
    browser.get(outer.as_uri())
    browser.switch_to.frame(0)
    fill(browser, answers_of(exercise, right(exercise)))
    assert set(kinds(browser).values()) == {"right"}
    browser.switch_to.default_content()


def test_the_scripts_are_in_the_package() -> None:
    for name in (*html.READERS, *html.SCRIPTS, "selftest.css"):
        assert (files("graphviz_ad.exercises.selftest") / name).is_file()


def test_no_mistake_is_named_that_another_answer_refutes(browser: Any, opened: Open) -> None:
    """As the marker does it: 5 for s is what follows from u = p + q, unless u is answered rightly."""
    graph = parse("u = p*q; s = u + p; L = s*u")
    exercise = of_formula(graph, 1, given={"p": 4.0, "q": -3.0}, asked=("values",))
    opened(exercise)
    fill(browser, {"q1.2": "5"})
    assert "they were added" in feedback(browser, "q1.2")
    fill(browser, {"q1.1": "-12", "q1.2": "5"})
    assert "none of the usual mistakes" in feedback(browser, "q1.2")
    fill(browser, {"q1.1": "-12", "q1.2": "8"})
    assert "the sign is wrong" in feedback(browser, "q1.2")


def test_what_follows_from_a_zero_counts_where_its_mistake_is_known(browser: Any, opened: Open) -> None:
    """Who adds where p and q are multiplied has b = 0, and zeros all the way back; who writes zeros gets nothing."""
    exercise = of_formula(
        parse("a = p*q; b = a - r; L = b^2"), 2, given={"p": 5.0, "q": -3.0, "r": 2.0},
        asked=("values", "contributions", "inputs"),
    )  # fmt: skip
    zeros = {field.name: "0" for field in exercise.fields}
    opened(exercise)
    for answers in (zeros | {"q1.1": "2"}, zeros, right(exercise) | {"q1.2": "0", "q1.3": "0"}):
        click(browser, "reset")
        click(browser, "yes")
        fill(browser, answers)
        marks = {field_mark.field.name: field_mark.verdict for field_mark in mark(exercise, answers).marks}
        assert kinds(browser) == marks
        assert (list(marks.values()).count("carried") > 5) == (answers["q1.1"] == "2")


# -- the next sheet, and the level ------------------------------------------------------------------------------------


def test_a_level_is_passed_after_three_sheets_without_a_look_at_a_solution(browser: Any, tmp_path: Path) -> None:
    exercises = [level(1, seed) for seed in range(1, 5)]
    paths = save(exercises, str(tmp_path / "sheet.html"))
    browser.get(Path(paths[0]).as_uri())
    browser.execute_script("localStorage.clear()")
    feedback = []
    for exercise in exercises:
        assert not visible(browser, "#next")
        if exercise is exercises[1]:
            click(browser, "solution", "q1")
            click(browser, "yes")
            assert visible(browser, "#next")
            browser.execute_script("state = fresh(); paint()")  # to start again does not help
        fill(browser, answers_of(exercise, right(exercise)))
        feedback.append(browser.find_element("id", "passed").text)
        browser.find_element("id", "next").click()
    assert browser.current_url == Path(paths[0]).as_uri()  # round to the first
    assert "1 of 3" in feedback[0]
    assert feedback[1] == ""
    assert "2 of 3" in feedback[2]
    assert feedback[3].startswith("Level 1 is passed: 3 sheets")


def test_what_follows_from_a_wrong_tangent_counts_on_a_page(browser: Any, opened: Open) -> None:
    exercise = own("z = w*x; a = z^2; L = a + z", 2, ("tangents", "which_rule"))
    opened(exercise)
    answers = answers_of(exercise, right(exercise))
    first = float(answers["q1.1"])
    slope = float(answers["q1.2"]) / first
    wrong = str(1 + int(answers["q2.1"]) % 4)
    fill(browser, {"q1.1": repr(first * 1.1), "q1.2": repr(slope * first * 1.1), "q2.1": wrong})
    assert {name: kinds(browser)[name] for name in ("q1.1", "q1.2", "q2.1")} == {
        "q1.1": "wrong", "q1.2": "carried", "q2.1": "wrong",
    }  # fmt: skip
    assert "look at its operation" in feedback(browser, "q2.1") or "function" in feedback(browser, "q2.1")
