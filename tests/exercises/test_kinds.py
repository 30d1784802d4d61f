"""Every kind of question, and every kind of answer, is known wherever it has to be; what was forgotten is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from graphviz_ad import parse
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.questions.kinds import KINDS, Kind
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.exercises.record import dumps, loads
from graphviz_ad.exercises.registry import HANDOUTS, SHEETS
from graphviz_ad.exercises.sheets.handout import files
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Question, Response
from graphviz_ad.messages.catalogue import languages, say
from tests.exercises.students import right

PACKAGE = Path(__file__).parents[2] / "graphviz_ad"
ANSWERS = {response.__name__ for response in get_args(Response)}


def forgotten(name: str) -> list[str]:
    """Name of a kind → what is missing for it, each with the place where it belongs."""
    missing = [
        f"messages: 'kind.{name}' is missing in {lang}" for lang in languages() if not _is_text(f"kind.{name}", lang)
    ]
    example = KINDS[name].example
    try:
        exercise = of_formula(parse(example.formula), 2, asked=[name], shapes=example.shapes)
    except KeyError as problem:
        return [*missing, f"messages: {problem} is missing"]
    except GraphvizADError as problem:
        return [*missing, f"questions/kinds.py: its example makes no question: {str(problem).splitlines()[0]}"]
    (question,) = exercise.questions
    if question.kind != name:
        return [*missing, f"questions: its question is called '{question.kind}'"]
    return [*missing, *_incomplete(question), *_unread(exercise), *_unwritten(exercise)]


def _is_text(key: str, lang: str) -> bool:
    try:
        return bool(say(key, lang).strip())
    except KeyError:
        return False


def _incomplete(question: Question) -> Iterator[str]:
    for what in ("hints", "solution"):
        if not getattr(question, what):
            yield f"questions: it has no {what}"
    names = [field.name for field in question.fields]
    if names != [question.name] and not all(name.startswith(f"{question.name}.") for name in names):
        yield f"questions: its fields are called {', '.join(names)}, not {question.name} or {question.name}.1 and so on"
    if len(set(names)) != len(names) or not names:
        yield "questions: its fields have no names of their own"
    if not plain(question.prompt).strip():
        yield "questions: it asks nothing"


def _unread(exercise: Exercise) -> Iterator[str]:
    """What a file and marking do not know of it."""
    try:
        if loads(text := dumps(exercise)) != exercise and dumps(loads(text)) != text:
            yield "record.py: it is another one when it is read again"
        marked = mark(exercise, right(exercise))
    except (GraphvizADError, KeyError, TypeError) as problem:
        yield f"record.py or marking: {problem}"
        return
    if {field_mark.verdict for field_mark in marked.marks} != {"right"} or marked.total != exercise.points:
        yield "marking: the right answers are not right"
    if {field_mark.verdict for field_mark in mark(exercise, {}).marks} != {"missing"}:
        yield "marking: no answer is an answer"


def _unwritten(exercise: Exercise) -> Iterator[str]:
    """Formats that do not write it."""
    for kind, format in HANDOUTS.items():
        for sheet in SHEETS[:1] if format.keyed else SHEETS:
            try:
                assert files([exercise], "sheet", kind, sheet)
            except Exception as problem:  # whatever it is
                yield f"{format.module}: {type(problem).__name__} at {sheet}: {problem}"


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_forgotten(name: str) -> None:
    missing = forgotten(name)
    assert not missing, "\n".join(missing)


PLANTED = {
    "no words": ({}, [f"messages: 'kind.planted' is missing in {lang}" for lang in languages()]),
    "another name": ({"kind": "order"}, ["questions: its question is called 'order'"]),
    "fields of another question": (
        {"name": "q7"},
        ["questions: its fields are called q1, not q7 or q7.1 and so on"],
    ),
    "no hints": ({"hints": ()}, ["questions: it has no hints"]),
    "no solution": ({"solution": ()}, ["questions: it has no solution"]),
    "no prompt": ({"prompt": ()}, ["questions: it asks nothing"]),
}


@pytest.mark.parametrize("case", PLANTED)
def test_what_is_forgotten_is_named(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changes, expected = PLANTED[case]

    def make(ask: Asker, name: str) -> Question | None:
        question = KINDS["order"].make(ask, name)
        return question and replace(question, **{"kind": "planted", **changes})  # type: ignore[arg-type]

    monkeypatch.setitem(KINDS, "planted", Kind(make))
    words = forgotten("planted")
    assert set(expected) <= set(words)
    assert len(words) == len({*expected, *PLANTED["no words"][1]})


def test_a_kind_whose_example_has_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "planted", Kind(lambda ask, name: None))
    assert forgotten("planted")[-1].startswith("questions/kinds.py: its example makes no question")


# -- kinds of answer ------------------------------------------------------------------------------


def ignorant(path: str, text: str, answers: set[str]) -> list[str]:
    """Path and text of a module → the lines at which it tells kinds of answer apart and does not know all of them."""
    places = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Match):
            known = {name for case in node.cases for name in _classes(case.pattern)}
            if known & answers and not known >= answers and "_" not in known:
                places.append(f"{path}:{node.lineno} does not know {', '.join(sorted(answers - known))}")
    return places


def _classes(pattern: ast.pattern) -> Iterator[str]:
    match pattern:
        case ast.MatchClass(cls=ast.Name(id=name)):
            yield name
        case ast.MatchOr(patterns=patterns):
            for alternative in patterns:
                yield from _classes(alternative)
        case ast.MatchAs(pattern=None):
            yield "_"
        case ast.MatchAs(pattern=ast.pattern() as inner):
            yield from _classes(inner)


MODULES = {path.relative_to(PACKAGE.parent).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}


def test_every_place_knows_every_kind_of_answer() -> None:
    assert [line for path, text in MODULES.items() for line in ignorant(path, text, ANSWERS)] == []


def test_a_new_kind_of_answer_is_missed_everywhere() -> None:
    places = {
        line.split(":")[0] for path, text in MODULES.items() for line in ignorant(path, text, {*ANSWERS, "Order"})
    }
    assert {
        f"graphviz_ad/exercises/{name}.py"
        for name in ("record", "marking/marking", "selftest/selfcheck", "sheets/key", "formats/banks", "formats/gift",
                     "formats/moodle", "formats/qti12", "formats/qti21", "formats/prairielearn")
    } <= places  # fmt: skip
