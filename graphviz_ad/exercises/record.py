"""Exercise ↔ JSON: what a file of an exercise holds, which `exercise.schema.json` describes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from functools import cache, lru_cache
from typing import NotRequired, TypedDict, cast

from graphviz_ad.autodiff.passes import run
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.fading import faded
from graphviz_ad.exercises.handed_out import (
    FOLLOWING,
    REMADE_KINDS,
    comparable,
    document_to_mark,
    handed_out,
    question_to_mark,
)
from graphviz_ad.exercises.identity import OWNER, Owner
from graphviz_ad.exercises.making import ask, asked_again
from graphviz_ad.exercises.pools import Nested
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.explain.phrase import latex, plain
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Formula, Number, Question, Response, Text, Wrong
from graphviz_ad.misconceptions.diagnose import feedback
from graphviz_ad.values import Value

SCHEMA = "graphviz-ad/exercise/1"
"""Name and version of the format, in every file: what changes its meaning gets a new number."""
MAX_FILE_CHARACTERS = 4_000_000
"""Of a file of an exercise: the largest formulas have some hundred thousand."""
_MAX_DIGITS = 17
"""Significant digits of a number: what it takes to tell any two floats apart."""
_MAX_GRAPHS = 64
"""Graphs that are kept: a course has less formulas."""
_LINE_DEPTH = 6
"""Levels of a file down to the wrong answers of a field: below them all is on one line."""
_LINE = json.JSONEncoder(ensure_ascii=False).encode
"""Value → JSON on one line, with letters of every script as they are."""

JsonObject = dict[str, object]
"""An object of JSON, whose keys say what its values are."""


class FieldRecord(TypedDict):
    """A field as it is written."""

    name: str
    label: JsonObject
    place: JsonObject | None
    answer: JsonObject
    wrong: list[JsonObject]


class QuestionRecord(TypedDict):
    """A question as it is written."""

    name: str
    kind: str
    points: float
    prompt: JsonObject
    given: list[JsonObject]
    hints: list[JsonObject]
    solution: list[JsonObject]
    fields: list[FieldRecord]


class OptionsRecord(TypedDict, total=False):
    """How a formula was read, as far as it is read in the same way again."""

    share: bool
    expand: list[str]
    collapse: list[str]


class ExerciseRecord(TypedDict):
    """An exercise as it is written."""

    schema: str
    formula: str
    options: OptionsRecord
    inputs: dict[str, Nested]
    wrt: list[str]
    asked: list[str]
    level: int | None
    seed: int
    lang: str
    digits: int
    questions: list[QuestionRecord]
    fade: NotRequired[int]


def record(exercise: Exercise) -> ExerciseRecord:
    """Exercise → the object that is written as JSON."""
    trace, graph = exercise.trace, exercise.trace.graph

    @cache  # one mistake leads to wrong answers in many fields
    def feedback_on(diagnosis: Diagnosis) -> str:
        return plain(feedback(trace, diagnosis, exercise.lang))

    document: ExerciseRecord = {
        "schema": SCHEMA,
        "formula": graph.source.text,
        "options": cast(OptionsRecord, dict(graph.asked)),
        "inputs": {name: _plain(trace.values[node]) for name, node in graph.inputs.items()},
        "wrt": [name for name, node in graph.inputs.items() if trace.active[node]],
        "asked": list(exercise.asked),
        "level": exercise.level,
        "seed": exercise.seed,
        "lang": exercise.lang,
        "digits": exercise.digits,
        "questions": [_question(question, feedback_on) for question in exercise.questions],
    }
    return {**document, "fade": exercise.blank} if exercise.blank else document


def dumps(exercise: Exercise, owner: Owner | None = None) -> str:
    """Exercise, and whose it is if it is somebody's → JSON text; the same exercise gives the same text."""
    return written(record(exercise) if owner is None else {**record(exercise), OWNER: asdict(owner)})


def written(document: object) -> str:
    """What a file of an exercise holds → its text."""
    return _lines(document, _LINE_DEPTH) + "\n"


def _lines(value: object, depth: int, start: str = "\n") -> str:
    """Value → JSON, whose first levels, as many as `depth` says, have a line for each entry; deeper ones are lines."""
    if not depth or not value or not isinstance(value, dict | list):
        return _LINE(value)
    within = start + " "
    if isinstance(value, list):
        return f"[{','.join(within + _lines(entry, depth - 1, within) for entry in value)}{start}]"
    pairs = (f"{within}{_LINE(key)}: {_lines(entry, depth - 1, within)}" for key, entry in value.items())
    return f"{{{','.join(pairs)}{start}}}"


def loads(text: str, *, to_mark: bool = False) -> Exercise:
    """JSON text → the exercise, made anew from its formula and inputs; points are those of the file.

    A question that this version would ask otherwise is that of the file; to mark with it, so is every question whose
    answers do not follow from the formula, since to choose its numbers anew takes longer than all else.

    Raises ExerciseError where the text is no exercise, or holds other answers than its formula gives.
    """
    if len(text) > MAX_FILE_CHARACTERS:
        hint = f"files of up to {MAX_FILE_CHARACTERS} characters are read"
        raise ExerciseError("this is too large for an exercise", hint=hint)
    try:
        document = document_to_mark(text) if to_mark else json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ExerciseError(f"this is no JSON: {problem}", hint="give a file made by: graphviz-ad exercise") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ExerciseError("this is no exercise", hint=f"an exercise has the schema {SCHEMA}")
    try:
        claimed = cast(ExerciseRecord, document)  # what is not as it claims raises one of the errors below
        following = to_mark and not REMADE_KINDS.intersection(claimed["asked"])
        exercise = _remade(claimed, only=FOLLOWING if following else None)
        read = question_to_mark if following else handed_out
        handed = [read(question) for question in claimed["questions"]]
    except GraphvizADError as problem:
        problem.option = None  # what helps when a formula is typed does not help here
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        what = f"'{problem.args[0]}' is missing" if isinstance(problem, KeyError) else str(problem)
        raise ExerciseError(f"this exercise is damaged: {what}", hint="make it again") from None
    for question in handed:
        if not 0 <= question.points < math.inf:
            raise ExerciseError(
                f"the points of {question.name} are {question.points:g}", hint="write 0 or more, as in 2 or 0.5"
            )
    known = exercise.asked == tuple(claimed["asked"])
    if known and not following and len(exercise.questions) != len(handed):
        raise ExerciseError("there are other questions than the formula gives", hint="make the exercise again")
    questions = {question.name: question for question in exercise.questions}
    return replace(
        exercise, asked=tuple(claimed["asked"]),
        questions=tuple(
            _kept(questions.get(question.name), question, raw)
            for question, raw in zip(handed, claimed["questions"], strict=True)
        ),
    )  # fmt: skip


def _kept(ours: Question | None, written: Question, raw: QuestionRecord) -> Question:
    """Question as this version asks it, as a file has it, and its record there → ours with the points of the file, if
    the answers are the same; known mistakes may be more by now.

    Another one is the file's. Raises ExerciseError where its answers follow from the formula, and are others.
    """
    if ours is not None:
        answers = comparable((field["name"], field["answer"]) for field in raw["fields"])
        if answers == comparable((field.name, _response(field.response)) for field in ours.fields):
            return replace(ours, points=written.points)
    if written.kind in FOLLOWING:
        raise ExerciseError(
            f"the answers of {written.name} are not those its formula gives",
            hint="make the exercise again; only points may be changed by hand",
        )
    return written


def _remade(claimed: ExerciseRecord, only: Collection[str] | None = None) -> Exercise:
    """What a file says of an exercise, and the kinds of question that are wanted → the exercise, made anew."""
    options = claimed["options"]
    expand, collapse = (tuple(map(str, names)) for names in (options.get("expand", ()), options.get("collapse", ())))
    graph = _graph_of(str(claimed["formula"]), bool(options.get("share", False)), expand, collapse)
    wrt = [str(name) for name in claimed["wrt"]]
    digits = int(claimed["digits"])
    if not 1 <= digits <= _MAX_DIGITS:
        raise ExerciseError(f"there cannot be {digits} digits", hint=f"write a number from 1 to {_MAX_DIGITS}")
    trace = run(graph, claimed["inputs"], wrt=None if set(wrt) == set(graph.inputs) else wrt)
    seed, lang, level = int(claimed["seed"]), str(claimed["lang"]), claimed["level"]
    if only is not None:
        named = [
            (str(question["name"]), str(question["kind"]))
            for question in claimed["questions"]
            if question["kind"] in only
        ]
        whole = asked_again(trace, named, claimed["asked"], seed, lang, digits, level)
    else:
        kinds = [str(kind) for kind in claimed["asked"] if kind in KINDS]
        whole = ask(trace, kinds, seed, lang=lang, digits=digits, level=level)
    blank = int(claimed.get("fade", 0))
    return faded(whole, blank) if blank > 0 else whole


@lru_cache(_MAX_GRAPHS)
def _graph_of(formula: str, share: bool, expand: tuple[str, ...], collapse: tuple[str, ...]) -> Graph:
    """Formula and how it was read → its graph, the same for all who have sheets of it."""
    return parse(formula, share=share, expand=expand, collapse=collapse)


def _question(question: Question, feedback_on: Callable[[Diagnosis], str]) -> QuestionRecord:
    return {
        "name": question.name,
        "kind": question.kind,
        "points": float(question.points),
        "prompt": _text(question.prompt),
        "given": [_text(line) for line in question.given],
        "hints": [_text(line) for line in question.hints],
        "solution": [_text(line) for line in question.solution],
        "fields": [_field(field, feedback_on) for field in question.fields],
    }


def _field(field: Field, feedback_on: Callable[[Diagnosis], str]) -> FieldRecord:
    place: JsonObject | None = None if field.place is None else {"node": field.place[0], "slot": field.place[1]}
    return {
        "name": field.name,
        "label": _text(field.label),
        "place": place,
        "answer": _response(field.response),
        "wrong": [_wrong(wrong, feedback_on) for wrong in field.wrong],
    }


def _response(response: Response) -> JsonObject:
    match response:
        case Number(right, within):
            written_number: JsonObject = {"type": "number", "right": right, "tolerance": within}
            if response.follows is not None:
                terms = [list(term) for term in response.follows.terms]
                written_number["follows"] = {"terms": terms, "rest": response.follows.rest}
            return written_number
        case Formula(right, names):
            return {"type": "formula", "right": right, "names": list(names)}
        case Choice(options, chosen):
            listed = [{**_text(option.text), "formula": option.formula} for option in options]
            return {"type": "choice", "right": chosen, "options": listed}


def _wrong(wrong: Wrong, feedback_on: Callable[[Diagnosis], str]) -> JsonObject:
    diagnoses = [
        [{"mistake": slip.mistake, "places": [list(place) for place in slip.places]} for slip in diagnosis]
        for diagnosis in wrong.diagnoses
    ]
    return {"answer": wrong.answer, "ways": diagnoses, "feedback": feedback_on(wrong.diagnoses[0])}


def _text(text: Text) -> JsonObject:
    return {"text": plain(text), "latex": latex(text)}


def _plain(value: Value) -> Nested:
    """Value of an input → a number, or an array as lists in one another."""
    if isinstance(value, float):
        return value
    entries: Nested = value.tolist()
    return entries
