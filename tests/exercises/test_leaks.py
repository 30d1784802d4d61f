"""A blank sheet never holds the key: no right answer stands in any of its files, seen or unseen.

Two checks, which every format of HANDOUTS that knows sheets must pass: the right answers are searched in all words of
all files; and a sheet of the same questions with other right answers is the same, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.exercises.sheets.key import right_math
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY, LATEX, TEXT
from graphviz_ad.messages import catalogue
from graphviz_ad.messages.catalogue import keys, languages, say
from tests.exercises.reading import handout_files, words
from tests.exercises.students import FORMULAS, level, own

FORMATS = {"pdf": True, "md": True, "tex": True, "html": False, "graded.html": False, "form.pdf": True, "ipynb": True}
"""Formats with sheets, and whether a blank one is the same whatever the right answers are (else they are sealed in it, or it is a page, of which
`test_graded_browser.py` says the same)."""

SHEETS = [(number, lang) for number in LEVELS for lang in ("en", "ja") if lang == "en" or number % 4 == 0]
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?!\w|\.\d)")
_MAX_FURNITURE = 30
"""Up to here a whole number may be that of a page, of a question, or of points."""
_MIN_CHARACTERS = 5
"""Of a formula: one that long does not stand in a sheet by chance."""


def tokens(text: str) -> set[str]:
    """Text → the numbers in it."""
    return set(_NUMBER.findall(text.replace("−", "-").replace("\u00a0", " ")))


_SAMPLES = tokens("\n".join(say(key, lang) for lang in languages() for key in keys()))
"""Numbers in words that are the same for every exercise, such as "as in 1.5"."""


def packed(text: str) -> str:
    """Text without spaces and without brackets that LaTeX lets grow."""
    return re.sub(r"\\left|\\right|\\,|\s", "", text.replace("−", "-"))


def public(exercise: Exercise) -> str:
    """Exercise → all texts that its student is given."""
    trace = exercise.trace
    values = [str(getattr(trace.values[node], "tolist", float)()) if not isinstance(trace.values[node], float)
              else repr(trace.values[node]) for node in trace.graph.inputs.values()]  # fmt: skip
    values += [numbers.text(trace.values[node], exercise.digits) for node in trace.graph.inputs.values()]
    texts = [exercise.title, f"{exercise.seed} {exercise.digits}", *values]
    for question in exercise.questions:
        texts += [plain(question.prompt), *map(plain, question.given)]
        for field in question.fields:
            texts.append(plain(field.label))
            if isinstance(field.response, Choice):
                texts += [plain(option.text) for option in field.response.options]
    return "\n".join(texts)


def secret_numbers(exercise: Exercise) -> set[str]:
    """Exercise → its right numbers, as printed and in full, that are not given."""
    known = tokens(public(exercise)) | {str(number) for number in range(_MAX_FURNITURE + 1)} | _SAMPLES
    known |= {token.lstrip("-−") for token in known}  # a given −1.2 is printed as a sign and 1.2
    rights: set[str] = set()
    for field in exercise.fields:
        if isinstance(field.response, Number):
            right = field.response.right
            rights |= {numbers.number(right, digits) for digits in (exercise.digits, 6)} | {
                repr(right).removesuffix(".0")
            }
    return {number for number in rights if number not in known and _NUMBER.fullmatch(number)}


def secret_formulas(exercise: Exercise) -> set[str]:
    """Exercise → its right formulas, and the formulas of graphs to choose from, that are not given."""
    known = packed(public(exercise))
    formulas: set[str] = set()
    for field in exercise.fields:
        if isinstance(field.response, Formula):
            formulas |= {right_math(field, exercise.digits).write(dialect) for dialect in (TEXT, DISPLAY, LATEX)}
        elif isinstance(field.response, Choice):
            formulas |= {option.formula for option in field.response.options if option.formula}
    return {formula for formula in map(packed, formulas) if len(formula) >= _MIN_CHARACTERS and formula not in known}


def leaks(exercise: Exercise, text: str) -> set[str]:
    """Exercise and the words of a hand-out → the answers in it that are not given."""
    return (secret_numbers(exercise) & tokens(text)) | {
        formula for formula in secret_formulas(exercise) if formula in packed(text)
    }


def with_other_answers(exercise: Exercise) -> Exercise:
    """Exercise → the same questions with other right answers, and without hints, solutions and known mistakes."""

    def other(field: Field) -> Field:
        match field.response:
            case Number(right, tolerance, quantity):
                return replace(field, response=Number(right + 7.25, 2 * tolerance, quantity), wrong=())
            case Formula(_, names, quantity):
                return replace(field, response=Formula("1", names, quantity), wrong=())
            case Choice(options, right):
                return replace(field, response=Choice(options, (right + 1) % len(options)), wrong=())

    return replace(
        exercise,
        questions=tuple(
            replace(question, fields=tuple(map(other, question.fields)), hints=(), solution=())
            for question in exercise.questions
        ),
    )


EXERCISES = {f"level {number} {lang}": partial(level, number, 1, lang) for number, lang in SHEETS}
EXERCISES |= {formula: partial(own, formula) for formula in FORMULAS}


def test_every_format_with_sheets_is_searched() -> None:
    assert set(FORMATS) == {suffix for suffix, format in HANDOUTS.items() if not format.keyed}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name.endswith(" en") else pytest.mark.slow) for name in EXERCISES]
)
def test_no_answer_stands_in_a_blank_sheet(name: str, suffix: str, tmp_path: Path) -> None:
    exercise = EXERCISES[name]()
    files = handout_files([exercise], suffix, "blank", tmp_path)
    assert leaks(exercise, words(files)) == set()
    if FORMATS[suffix]:
        assert handout_files([with_other_answers(exercise)], suffix, "blank", tmp_path) == files


@pytest.mark.parametrize("suffix", [suffix for suffix, same in FORMATS.items() if same])
@pytest.mark.parametrize("number", LEVELS)
def test_the_search_finds_the_answers_of_a_key(number: int, suffix: str, tmp_path: Path) -> None:
    exercise = level(number)
    text = words(handout_files([exercise], suffix, "key", tmp_path))
    printed = {
        numbers.number(field.response.right, 4) for field in exercise.fields if isinstance(field.response, Number)
    }
    assert leaks(exercise, text) >= secret_numbers(exercise) & printed
    formulas = {packed(right_math(field, 4).write(dialect)) for field in exercise.fields for dialect in (TEXT, DISPLAY, LATEX)
                if isinstance(field.response, Formula)}  # fmt: skip
    assert {formula for formula in formulas if formula in packed(text)} or not formulas
    key = handout_files([exercise], suffix, "key", tmp_path)
    assert handout_files([with_other_answers(exercise)], suffix, "key", tmp_path) != key


@pytest.mark.parametrize("suffix", [suffix for suffix, same in FORMATS.items() if same])
def test_an_answer_planted_in_an_alternative_text_is_found(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = level(6)
    answer = max(secret_numbers(exercise), key=len)
    texts = catalogue._read("en")._catalog  # type: ignore[attr-defined]
    monkeypatch.setitem(texts, "figure.blank", f"The graph; its gradient is {answer}.")
    assert leaks(exercise, words(handout_files([exercise], suffix, "blank", tmp_path))) == {answer}


def test_a_graph_to_choose_that_names_its_formula_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad import parse
    from graphviz_ad.diagram.symbolic_picture import symbolic_picture
    from graphviz_ad.exercises.formats import markdown
    from graphviz_ad.exercises.sheets.figures import Figure

    def titled_figure(formula: str, letter: str, lang: str) -> Figure:
        drawn = symbolic_picture(parse(formula))
        return Figure(drawn.svg(), *drawn.shown)

    monkeypatch.setattr(markdown, "option_figure", titled_figure)
    assert leaks(level(6), words(handout_files([level(6)], "md", "blank", tmp_path))) != set()
