"""Exercises → the folder of a question for PrairieLearn, whose `server.py` chooses one of them for each student.

What follows rightly from a wrong number does not count there. Formulas are read by the program's own reader, which is
put into the folder where there are any, and compared at sample points; the reader needs numpy and
Python 3.10, which PrairieLearn has.
(https://prairielearn.readthedocs.io/en/latest/question/)
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterator, Sequence
from importlib.resources import files

from graphviz_ad.exercises.formats.banks import (
    Picture,
    decimal,
    ident,
    known_mistakes,
    markup,
    on_options,
    opening,
    option_picture,
    picture,
    solution_lines,
    words,
)
from graphviz_ad.exercises.formats.shipping import shipped
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.selftest.selfcheck import sampled, values_at
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Formula, Number, Question
from graphviz_ad.items.written import noise
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.diagnose import Slips, explained

READER = "graphviz_ad.items.written"
"""What `server.py` imports."""
_RELATIVE_TOLERANCE = 0.01
"""Share of the right number by which an answer may be off, unless its tolerance is more."""
_MAX_WIDTH_PX = 760
"""Of a picture: wider ones do not fit into a question's panel."""
_MIN_DIFFERENCE = 1e-6
"""Share by which the values of a wrong formula differ from those of the right one at some point: more than rounding."""
_WORDS = ("long", "sign", "end", "name", "wrong")
"""Keys of the texts that `server.py` says of an answer."""
_VALUE_DIGITS = 9
"""Significant digits in which mistakes with the same values at the points agree: later ones are rounding."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → info.json, question.html, server.py and the pictures."""
    lang = exercises[0].lang
    info = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, "graphviz-ad:" + ident(*map(dumps, exercises)))),
        "title": name, "topic": say("prairielearn.topic", lang), "tags": ["graphviz-ad"], "type": "v3",
    }  # fmt: skip
    pictures: dict[str, bytes] = {}
    variants = [_Variant(exercise, pictures).data() for exercise in exercises]
    texts = {key: say(f"prairielearn.{key}", lang) for key in _WORDS}
    texts["unmatched"] = plain(phrase("mark.unmatched", lang))
    server = _file("prairielearn_server.py")
    server = server.replace('json.loads("[]")', f"json.loads({json.dumps(variants)!r})")
    server = server.replace('json.loads("{}")', f"json.loads({json.dumps(texts)!r})")
    written = json.dumps(info, ensure_ascii=False, indent=2) + "\n"
    sources = [("info.json", written), ("question.html", _file("prairielearn.html")), ("server.py", server)]
    if any(isinstance(field.response, Formula) for exercise in exercises for field in exercise.fields):
        sources += shipped(READER)
    return [(inner, text.encode()) for inner, text in sources] + [
        (f"clientFilesQuestion/{inner}", data) for inner, data in pictures.items()
    ]


def _file(name: str) -> str:
    return (files("graphviz_ad.exercises.formats") / name).read_text(encoding="utf-8")


class _Variant:
    """An exercise as data for `server.py`; its pictures are put to those of the question."""

    def __init__(self, exercise: Exercise, pictures: dict[str, bytes]) -> None:
        self.exercise, self.pictures = exercise, pictures
        has_formulas = any(isinstance(field.response, Formula) for field in exercise.fields)
        self.points, self.samples = sampled(exercise.trace) if has_formulas else ([], [])

    def data(self) -> dict[str, object]:
        """→ what is shown (`params`), what the elements know as right, and what answers are compared with."""
        exercise = self.exercise
        graph = picture(exercise, "numbered")
        params = {
            "opening": opening(exercise, exercise.fields), **self._kept(graph, "graph"),
            "questions": [self._question(question) for question in exercise.questions],
            "hints": list(self._hints()), "solution": list(solution_lines(exercise, exercise.questions)),
        }  # fmt: skip
        fields = {
            _name(field): self._field(question, field) for question in exercise.questions for field in question.fields
        }
        right = {
            _name(field): _shown_right(field.response)
            for field in exercise.fields
            if not isinstance(field.response, Choice)
        }
        return {"params": params, "correct": right, "fields": fields, "points": self.points}

    def _kept(self, picture: Picture, key: str) -> dict[str, object]:
        """Picture → its name, width and words, and its bytes among the pictures."""
        self.pictures[picture.name] = picture.data
        return {key: picture.name, "alt": picture.alt, "width": f"{min(picture.width, _MAX_WIDTH_PX)}px"}

    def _hints(self) -> Iterator[dict[str, object]]:
        for question in self.exercise.questions:
            for after, hint in enumerate(question.hints, 1):
                yield {"after": after, "text": f"{words(self._heading(question))}: {markup(hint)}"}

    # -- what is shown -------------------------------------------------------------------------

    def _heading(self, question: Question) -> str:
        return say("sheet.question", self.exercise.lang).format(number=question.name.removeprefix("q"))

    def _question(self, question: Question) -> dict[str, object]:
        graphs = [
            {"letter": letter_of(number), **self._kept(option_picture(option, number, self.exercise.lang), "file")}
            for field in question.fields
            if isinstance(field.response, Choice)
            for number, option in enumerate(field.response.options)
            if option.formula is not None
        ]
        return {
            "heading": self._heading(question), "prompt": markup(question.prompt),
            "given": list(map(markup, question.given)), "graphs": graphs,
            "fields": list(map(self._shown, question.fields)),
        }  # fmt: skip

    def _shown(self, field: Field) -> dict[str, object]:
        label = f"{field.name} {markup(field.label)} =" if field.label else field.name
        # an element lays what is in its label side by side, without the spaces between
        label = f"<span>{label}</span>"
        shown: dict[str, object] = {
            "name": _name(field),
            "label": label,
            "number": False,
            "formula": False,
            "choice": False,
        }
        match field.response:
            case Number(
                right, tolerance
            ):  # the share alone where that says the same: an element may show its tolerance
                relative = math.isclose(tolerance, _RELATIVE_TOLERANCE * abs(right))
                absolute = "0" if relative else repr(tolerance)
                shown["number"] = {"rtol": f"{_RELATIVE_TOLERANCE * relative:g}", "atol": absolute}
            case Formula():
                shown["formula"] = True
            case Choice(options, right):
                listed = [
                    {"correct": str(number == right).lower(), "text": markup(option.text) or letter_of(number)}
                    for number, option in enumerate(options)
                ]
                shown["choice"] = {"options": listed, "text": markup(field.label)}
        return shown

    # -- what answers are compared with --------------------------------------------------------

    def _field(self, question: Question, field: Field) -> dict[str, object]:
        common = {"label": markup(field.label) or words(field.name), "points": question.points / len(question.fields)}
        match field.response:
            case Number():
                mistakes = known_mistakes(self.exercise, field)
                listed = [[mistake.answer, mistake.tolerance, markup(mistake.feedback)] for mistake in mistakes]
                return {**common, "type": "number", "known": listed}
            case Formula() as formula:
                right = values_at(formula, self.points)
                return {
                    **common, "type": "formula", "names": list(formula.names), "right": right, "near": noise(right),
                    "known": list(self._mistaken(formula, right)),
                }  # fmt: skip
            case Choice():
                explained = on_options(self.exercise, field).items()
                known = {letter_of(number).lower(): markup(sentence) for number, sentence in explained}
                return {**common, "type": "choice", "known": known}

    def _mistaken(self, formula: Formula, right: Sequence[float]) -> Iterator[list[object]]:
        """Formula → the values at the points that mistakes lead to, each once with its feedback."""
        if formula.quantity is None:
            return
        by_values: dict[tuple[float, ...], list[Diagnosis]] = {}
        for diagnosis, _ in Slips(self.exercise.trace).single:
            read = [formula.quantity.read(slips.mutant(diagnosis)) for slips in self.samples]
            values = tuple(value for value in read if value is not None and math.isfinite(value))
            if len(values) == len(right) and _differ(values, right):
                rounded = tuple(float(f"{value:.{_VALUE_DIGITS}g}") for value in values)
                by_values.setdefault(rounded, []).append(diagnosis)
        for mistaken, diagnoses in by_values.items():
            yield [list(mistaken), markup(explained(self.exercise.trace, diagnoses, self.exercise.lang))]


def _differ(values: Sequence[float], right: Sequence[float]) -> bool:
    """Whether the values of a wrong formula differ from those of the right one at some point."""
    return any(not math.isclose(a, b, rel_tol=_MIN_DIFFERENCE) for a, b in zip(values, right, strict=True))


def _shown_right(response: Number | Formula) -> float | str:
    """Response → the right answer, with as many digits as can be read: an element shows it to those who were right."""
    return float(decimal(response.right)) if isinstance(response, Number) else response.right


def _name(field: Field) -> str:
    """Field → its name as PrairieLearn takes it."""
    return field.name.replace(".", "_")
