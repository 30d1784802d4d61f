"""The most common mistakes of a class → for each, what students were told of it, and a command that shows it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphviz_ad.course.items import Analysis
from graphviz_ad.course.keys import KeyRing
from graphviz_ad.course.plan import Sheet
from graphviz_ad.course.verdicts import Verdict
from graphviz_ad.course.versions import key_at
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.inputs import choose
from graphviz_ad.graph.build import parse
from graphviz_ad.messages.shell import shell_line
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

MAX_MISTAKES = 3
"""Mistakes with which a report begins: as many as a lecture has time for."""
_FEWEST = 2
"""Students who made a mistake that the class should hear of: one has a report of their own."""
_SEED = 0
"""Of the inputs of slides, which are those of no student."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A mistake to teach again: on which sheet, by how many of so many students, where most often, what a student was
    told of it, and the command that makes slides."""

    mistake: str
    sheet: str
    students: int
    of: int
    place: str
    says: str
    command: str


def lessons(
    analyses: Sequence[Analysis], sheets: Mapping[str, Sheet], first: Mapping[str, Mapping[str, Verdict]], ring: KeyRing
) -> list[Lesson]:
    """Analyses of sheets, and the first attempts at them → the mistakes that most students made, each once."""
    counts = [
        (count.students / analysis.students, count, analysis)
        for analysis in analyses
        for count in analysis.mistakes
        if count.students >= _FEWEST
    ]
    by_mistake: dict[str, Lesson] = {}
    for _, count, analysis in sorted(counts, key=lambda entry: (-entry[0], entry[1].mistake)):
        if count.mistake in by_mistake or len(by_mistake) == MAX_MISTAKES:
            continue
        place = count.places[0][0] if count.places else ""
        student, says = _example(first[analysis.sheet], count.mistake, place)
        command = _command(sheets[analysis.sheet], student, place, len(by_mistake) + 1, ring)
        by_mistake[count.mistake] = Lesson(
            count.mistake, analysis.sheet, count.students, analysis.students, place, says, command
        )
    return list(by_mistake.values())


def _example(verdicts: Mapping[str, Verdict], mistake: str, place: str) -> tuple[str, str]:
    """Verdicts by student, a mistake and its place → a student who made it there, and what they were told."""
    feedback = [
        (student, field.says)
        for student, verdict in verdicts.items()
        for field in verdict.fields.values()
        if (mistake, place) in field.mistakes
    ]
    return min(feedback, key=lambda pair: (len(pair[1]), pair[0]))


def _command(sheet: Sheet, student: str, place: str, number: int, ring: KeyRing) -> str:
    """Sheet, a student whose formula it is, a place on it, and which slides these are → the command that makes them.

    The inputs are chosen anew, so that they are the numbers of nobody.
    """
    try:
        document = key_at(ring.of(sheet.name, student)[0].path) or {}
    except ExerciseError:
        return ""
    formula, inputs = str(document.get("formula", "")), document.get("inputs")
    if not isinstance(inputs, dict):
        return ""
    try:
        graph = parse(formula)
        given = dict(sheet.given)
        shapes = {
            name: _shape(value) for name, value in inputs.items() if isinstance(value, list) and name not in given
        }
        trace = choose(graph, _SEED, given, shapes)
    except GraphvizADError:
        return ""
    values = [f"{name}={_text(trace.values[node])}" for name, node in graph.inputs.items()]
    names = [name for name in place.split(" (")[0].split(" → ") if name in graph.ids]
    marked = ["--highlight", ",".join(names)] if names else []
    return shell_line(["graphviz-ad", "steps", formula, *values, *marked, "-o", f"teach-{number}.html"])


def _shape(value: object) -> tuple[int, ...]:
    """Lists in one another → their shape."""
    return (len(value), *_shape(value[0])) if isinstance(value, list) else ()


def _text(value: Value) -> str:
    """Value of an input → how it is written on the command line."""
    return f"{value:g}" if isinstance(value, float) else json.dumps(value.tolist()) if shape(value) else str(value)
