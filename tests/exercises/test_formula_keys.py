"""Keys of formula questions: exact, and every operation's own derivative is right wherever formulas are marked."""

from __future__ import annotations

import re

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats.spellings import spellings
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.agreement import agree
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.record import dumps, loads
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.exercises.sheets.key import right_text
from graphviz_ad.items.model import Exercise, Formula
from graphviz_ad.ops.operation import Operation
from tests.exercises import platforms
from tests.exercises.formula_keys import OPERATIONS, asked, right_spellings, wrong
from tests.exercises.students import own

CONSTANTS = ["L = 0.12345*w", "L = -0.1234567890123*w", "L = w^2.123456789", "L = elu(w, alpha=0.333333333333)",
             "L = w/3 + 0.1234567891*w*x", "z = 0.1234567891*w; L = 0.9876543219*z^2"]  # fmt: skip


def verdicts(exercise: Exercise, answers: dict[str, str]) -> set[str]:
    return {field_mark.verdict for field_mark in mark(exercise, answers).marks}


def test_the_operations_are_there() -> None:
    assert {"relu", "selu", "gelu", "gelu_tanh", "lgamma", "pow", "where", "maximum"} <= {
        row.name for row in OPERATIONS
    }
    assert len(OPERATIONS) > 60


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_an_operations_own_derivative_is_right(row: Operation) -> None:
    exercise = asked(row)
    for field in exercise.fields:
        for text in right_spellings(row, field):
            assert mark(exercise, {field.name: text}).marks[exercise.fields.index(field)].verdict == "right", text
    assert verdicts(exercise, {field.name: wrong(field) for field in exercise.fields}) == {"wrong"}


@pytest.mark.parametrize("formula", CONSTANTS)
def test_numbers_in_a_key_have_all_their_digits(formula: str) -> None:
    exercise = of_formula(parse(formula), 1, asked=("rules", "path") if ";" in formula else ("rules",))
    keys = {field.name: right_text(field, 4) for field in exercise.fields}
    numbers = re.findall(r"\d+\.\d{5,}", formula)
    assert all(any(number in key for key in keys.values()) for number in numbers)
    assert verdicts(exercise, keys) == {"right"}
    rounded = {
        name: re.sub(r"\d+\.\d{5,}", lambda number: f"{float(number[0]):.4g}", key) for name, key in keys.items()
    }
    for field_mark in mark(exercise, rounded).marks:
        assert field_mark.verdict == (
            "wrong" if rounded[field_mark.field.name] != keys[field_mark.field.name] else "right"
        )


def test_the_key_of_a_selu_has_the_digits_of_its_paper() -> None:
    row = next(row for row in OPERATIONS if row.name == "selu")
    (field,) = asked(row).fields
    assert right_text(field, 4) == "where(x > 0, 1.0507009873554805, 1.7580993408473766*exp(x))"
    assert verdicts(asked(row), {field.name: "where(x > 0, 1.051, 1.758*exp(x))"}) == {"wrong"}


def test_small_formulas_are_told_apart() -> None:
    """What is 0 beside 1 is not 0 beside 1e-9."""
    trace = parse("L = w*x").run(w=1, x=2)
    for text, right in (
        ("1e-9*x", True),
        ("x*2e-9/2", True),
        ("0", False),
        ("1e-9*x + 1e-11", False),
        ("x*1.001e-9", False),
    ):
        assert agree(text, Formula("1e-9*x", ("w", "x", "L")), trace).agree is right, text
    assert agree("sin(x)^2 + cos(x)^2 - 1", Formula("0", ("w", "x", "L")), trace).agree


def test_a_formula_about_numbers_that_arrays_lead_to_can_be_marked() -> None:
    exercise = own("s = softmax(z); L = s[0]*3 + s[1]", asked=("rules",))
    assert verdicts(exercise, {field.name: right_text(field, 4) for field in exercise.fields}) == {"right"}


def test_a_file_of_an_exercise_with_a_rounded_key_is_still_read() -> None:
    """It was handed out by an earlier version; it is marked by the exact key."""
    exercise = of_formula(parse("L = selu(x)"), 1, asked=("rules",))
    text = dumps(exercise)
    old = text.replace("1.0507009873554805, 1.7580993408473766", "1.051, 1.758")
    assert old != text
    assert dumps(loads(old)) == text
    with pytest.raises(Exception, match="not those its formula gives"):
        loads(text.replace("1.0507009873554805", "1.06"))


def test_a_sum_of_many_terms_is_no_answer() -> None:
    trace = parse("L = w*x").run(w=1, x=2)
    agreement = agree("∑_{i=1}^{10000000} i*x", Formula("x", ("w", "x", "L")), trace)
    assert not agreement.agree
    assert agreement.problem is not None
    assert agree("∑_{i=1}^{3} i*x/6", Formula("x", ("w", "x", "L")), trace).agree


# -- platforms that compare letters ---------------------------------------------------------------

READERS = {"moodle.xml": platforms.moodle, "qti.zip": platforms.qti12, "qti21.zip": platforms.qti21}


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_spellings_are_exact(row: Operation) -> None:
    """The key without spaces is among them, with pi as one types it; none means another thing."""
    exercise = asked(row)
    for field in exercise.fields:
        assert isinstance(field.response, Formula)
        known = spellings(field.response.right)
        assert right_text(field, 4).replace(" ", "").replace("π", "pi") in known
        assert all(agree(text, field.response, exercise.trace).agree for text in known)


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
def test_platforms_that_compare_letters_know_every_key(kind: str) -> None:
    exercises = [asked(row) for row in OPERATIONS]
    data = dict(files(exercises, "keys", kind))[f"keys.{kind}"]
    for exercise, fields in zip(exercises, READERS[kind](data, exercises), strict=True):
        for field in exercise.fields:
            for text in (
                right_text(field, 4).replace(" ", ""),
                right_text(field, 4).replace(" ", "").replace("π", "pi"),
            ):
                assert fields[field.name](text)[0] == pytest.approx(1), (exercise.title, text)
            assert fields[field.name](wrong(field).replace(" ", ""))[0] == 0


@pytest.mark.parametrize("kind", [*READERS, "gift"])
def test_they_say_what_they_cannot_know(kind: str) -> None:
    from importlib import import_module

    module = import_module(f"graphviz_ad.exercises.{HANDOUTS[kind].module}")
    remarks = " ".join(module.remarks([asked(OPERATIONS[0])]))
    assert "q1.1, q1.2" in remarks
    assert ("letter by letter" in remarks) is (kind != "gift")
    assert module.remarks([of_formula(parse("L = w*x"), 1, asked=("values",))]) == []
