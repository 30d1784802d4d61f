"""Exercise ↔ JSON: what a file of an exercise holds, which `exercise.schema.json` describes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from graphviz_ad.autodiff.passes import run
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.making import ask
from graphviz_ad.explain.phrase import latex, plain
from graphviz_ad.graph.build import parse
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Question, Response, Text, Wrong
from graphviz_ad.language import numbers
from graphviz_ad.misconceptions.diagnose import Diagnosis, feedback

SCHEMA = "graphviz-ad/exercise/1"
LARGEST = 4_000_000
"""Characters of a file of an exercise."""
_MAX_DIGITS = 17
_DEPTH = 6
"""Levels of a file down to the wrong answers of a field."""
_NUMBER = re.compile(r"(?<!\w)\d+(?:\.\d+)?(?:e-?\d+)?")
"""Within a formula."""
_LINE = json.JSONEncoder(ensure_ascii=False).encode


def record(exercise: Exercise) -> dict[str, Any]:
    """Exercise → the object that is written as JSON."""
    trace, graph = exercise.trace, exercise.trace.graph

    @cache  # one mistake leads to wrong answers in many fields
    def said(way: Diagnosis) -> str:
        return plain(feedback(trace, way, exercise.lang))

    return {
        "schema": SCHEMA,
        "formula": graph.source.text,
        "options": dict(graph.asked),
        "inputs": {name: _plain(trace.values[node]) for name, node in graph.inputs.items()},
        "wrt": [name for name, node in graph.inputs.items() if trace.active[node]],
        "asked": list(exercise.asked),
        "level": exercise.level,
        "seed": exercise.seed,
        "lang": exercise.lang,
        "digits": exercise.digits,
        "questions": [_question(question, said) for question in exercise.questions],
    }


def dumps(exercise: Exercise) -> str:
    """Exercise → JSON text; the same exercise gives the same text."""
    return _lines(record(exercise), _DEPTH) + "\n"


def _lines(value: Any, depth: int, start: str = "\n") -> str:
    """Value → JSON, as many levels deep with a line for each thing, then on one line: one for each wrong answer."""
    if not depth or not value or not isinstance(value, dict | list):
        return _LINE(value)
    within = start + " "
    if isinstance(value, list):
        return f"[{','.join(within + _lines(one, depth - 1, within) for one in value)}{start}]"
    pairs = (f"{within}{_LINE(key)}: {_lines(one, depth - 1, within)}" for key, one in value.items())
    return f"{{{','.join(pairs)}{start}}}"


def loads(text: str) -> Exercise:
    """JSON text → the exercise, made anew from its formula and inputs; points are those of the file.

    Raises ExerciseError where the text is no exercise, or holds other answers than its formula gives.
    """
    if len(text) > LARGEST:
        raise ExerciseError("this is too large for an exercise", hint=f"files of up to {LARGEST} characters are read")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ExerciseError(f"this is no JSON: {problem}", hint="give a file made by: graphviz-ad exercise") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ExerciseError("this is no exercise", hint=f"an exercise has the schema {SCHEMA}")
    try:
        exercise = _made(found)
        points = {question["name"]: float(question["points"]) for question in found["questions"]}
        written = [[(one["name"], one["answer"]) for one in question["fields"]] for question in found["questions"]]
    except GraphvizADError as problem:
        problem.option = None  # what helps when a formula is typed does not help here
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        what = f"'{problem.args[0]}' is missing" if isinstance(problem, KeyError) else str(problem)
        raise ExerciseError(f"this exercise is damaged: {what}", hint="make it again") from None
    for name, worth in points.items():
        if not 0 <= worth < math.inf:
            raise ExerciseError(f"the points of {name} are {worth:g}", hint="write 0 or more, as in 2 or 0.5")
    for question, answers in zip(exercise.questions, written, strict=False):  # known mistakes may be more by now
        if not _same([(field.name, _response(field.response)) for field in question.fields], answers):
            raise ExerciseError(
                f"the answers of {question.name} are not those its formula gives",
                hint="make the exercise again; only points may be changed by hand",
            )
    if len(exercise.questions) != len(written):
        raise ExerciseError("there are other questions than the formula gives", hint="make the exercise again")
    return replace(
        exercise, questions=tuple(replace(one, points=points.get(one.name, one.points)) for one in exercise.questions)
    )


def _same(answers: list[tuple[str, dict[str, Any]]], written: list[tuple[str, dict[str, Any]]]) -> bool:
    """Whether a file holds these answers; formulas in files of earlier versions have rounded numbers."""
    return [(name, _rounded(one)) for name, one in answers] == [(name, _rounded(one)) for name, one in written]


def _rounded(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("type") != "formula":
        return answer
    right = _NUMBER.sub(lambda one: numbers.number(float(one[0])), str(answer["right"]))
    return {**answer, "right": right}


def _made(found: dict[str, Any]) -> Exercise:
    options = {name: found["options"][name] for name in ("share", "expand", "collapse") if name in found["options"]}
    graph = parse(str(found["formula"]), **options)
    wrt = [str(name) for name in found["wrt"]]
    digits = int(found["digits"])
    if not 1 <= digits <= _MAX_DIGITS:
        raise ExerciseError(f"there cannot be {digits} digits", hint=f"write a number from 1 to {_MAX_DIGITS}")
    trace = run(graph, found["inputs"], wrt=None if set(wrt) == set(graph.inputs) else wrt)
    return ask(
        trace, [str(kind) for kind in found["asked"]], int(found["seed"]), lang=str(found["lang"]),
        digits=digits, level=found["level"],
    )  # fmt: skip


def _question(question: Question, said: Callable[[Diagnosis], str]) -> dict[str, Any]:
    return {
        "name": question.name,
        "kind": question.kind,
        "points": float(question.points),
        "prompt": _text(question.prompt),
        "given": [_text(line) for line in question.given],
        "hints": [_text(line) for line in question.hints],
        "solution": [_text(line) for line in question.solution],
        "fields": [_field(field, said) for field in question.fields],
    }


def _field(field: Field, said: Callable[[Diagnosis], str]) -> dict[str, Any]:
    place = None if field.place is None else {"node": field.place[0], "slot": field.place[1]}
    return {
        "name": field.name,
        "label": _text(field.label),
        "place": place,
        "answer": _response(field.response),
        "wrong": [_wrong(wrong, said) for wrong in field.wrong],
    }


def _response(response: Response) -> dict[str, Any]:
    match response:
        case Number(right, within):
            return {"type": "number", "right": right, "tolerance": within}
        case Formula(right, names):
            return {"type": "formula", "right": right, "names": list(names)}
        case Choice(options, chosen):
            listed = [{**_text(option.text), "formula": option.formula} for option in options]
            return {"type": "choice", "right": chosen, "options": listed}


def _wrong(wrong: Wrong, said: Callable[[Diagnosis], str]) -> dict[str, Any]:
    ways = [
        [{"mistake": slip.mistake, "places": [list(place) for place in slip.places]} for slip in way]
        for way in wrong.diagnoses
    ]
    return {"answer": wrong.answer, "ways": ways, "feedback": said(wrong.diagnoses[0])}


def _text(text: Text) -> dict[str, str]:
    return {"text": plain(text), "latex": latex(text)}


def _plain(value: Any) -> Any:
    return value if isinstance(value, float) else value.tolist()
