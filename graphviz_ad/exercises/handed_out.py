"""A question as a file has it → the question, for what was handed out is marked, however it would be asked now.

A later version may choose another mistake to be found, or have another kind in place of one; the answers that students
were asked for are those of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphviz_ad.errors import ExerciseError
from graphviz_ad.items.model import Choice, Field, Formula, Number, Option, Question, Response, Slip, Sum, Text, Wrong
from graphviz_ad.language import numbers
from graphviz_ad.lazy import Later

FOLLOWING = frozenset(("values", "locals", "rules", "contributions", "gradients", "inputs", "path", "paths"))
"""Kinds whose answers follow from the formula and its inputs alone, so that no version asks for others."""


_NUMBER = re.compile(r"(?<!\w)\d+(?:\.\d+)?(?:e-?\d+)?")
"""Within a formula."""

REMADE_KINDS = frozenset(("path", "paths", "telling"))
"""Kinds that are made anew with the whole sheet: those by chance depend on the questions that were asked before, and a
file does not say what a number is in the pass that was chosen by what it tells apart."""


_MISTAKES, _MISTAKE, _END = '"wrong": [\n', '      {"answer": ', "\n     ]"
"""Before the known mistakes of a field, each of which is a line, before the first one, and behind the last: they are
four fifths of a file, and most of them are found anew."""


def document_to_mark(text: str) -> object:
    """Text of a file → what it holds, with the known mistakes of fields as text where they are written as ours are.

    Raises ValueError, RecursionError.
    """
    try:
        return _with_mistakes_aside(text)
    except (ValueError, KeyError, TypeError, IndexError):  # it was changed by hand, or is damaged
        document: object = json.loads(text)
        return document


def _with_mistakes_aside(text: str) -> object:
    """The same. Raises what is raised where it is none of ours."""
    first, *rest = text.split(_MISTAKES)
    aside: list[str] = []
    pieces = [first]
    for part in rest:
        mistakes, end, behind = part.partition(_END)
        if not end or not mistakes.startswith(_MISTAKE):
            raise ValueError("the known mistakes are not written as ours are")
        pieces += [f'"wrong": {len(aside)}', behind]
        aside.append(f"[{mistakes}]")
    document = json.loads("".join(pieces))
    if isinstance(document, dict) and isinstance(questions := document.get("questions"), list):
        fields = (field for question in questions for field in question["fields"])
        for field in fields:
            field["wrong"] = aside[field["wrong"]] if isinstance(field["wrong"], int) else field["wrong"]
    return document


def question_to_mark(record: Mapping[str, Any]) -> Question:
    """Question as it is written → what marking takes from it: all of it, but of one whose answers follow from the
    formula the points alone.

    Raises KeyError, TypeError, ValueError where the record is damaged.
    """  # fmt: skip
    if record["kind"] in FOLLOWING:
        return Question(str(record["name"]), str(record["kind"]), (), (), float(record["points"]))
    return handed_out(record, with_mistakes=True)


def handed_out(record: Mapping[str, Any], *, with_mistakes: bool = False) -> Question:
    """Question as it is written → the question; its known mistakes only where they are asked for.

    Raises KeyError, TypeError, ValueError where the record is damaged.
    """
    return Question(
        str(record["name"]),
        str(record["kind"]),
        _text(record["prompt"]),
        tuple(
            Field(
                str(field["name"]),
                _text(field["label"]),
                _response(field["answer"]),
                None,
                _known_mistakes(field["wrong"]) if with_mistakes else (),
            )
            for field in record["fields"]
        ),
        float(record["points"]),
        given=tuple(map(_text, record["given"])),
        hints=tuple(map(_text, record["hints"])),
        solution=tuple(map(_text, record["solution"])),
    )


def _known_mistakes(records: Any) -> Sequence[Wrong]:
    """Known mistakes of a field as they are written → the same; those that were set aside are read when needed."""
    if isinstance(records, str):
        return Later(lambda: tuple(map(_wrong, _aside(records))))
    return tuple(map(_wrong, records))


def _aside(text: str) -> Any:
    """Text of known mistakes → their records. Raises ExerciseError where it is damaged."""
    try:
        return json.loads(text)
    except ValueError as problem:
        raise ExerciseError(f"this exercise is damaged: {problem}", hint="make it again") from None


def _wrong(record: Mapping[str, Any]) -> Wrong:
    """Known wrong answer as it is written → the same with its diagnoses."""
    diagnoses = tuple(
        tuple(Slip(str(slip["mistake"]), tuple((node, slot) for node, slot in slip["places"])) for slip in diagnosis)
        for diagnosis in record["ways"]
    )
    return Wrong(record["answer"], diagnoses)


def _sum(record: Mapping[str, Any] | None) -> Sum | None:
    """How a number follows from other answers, as it is written → the same."""
    if record is None:
        return None
    return Sum(tuple((str(name), float(factor)) for name, factor in record["terms"]), float(record["rest"]))


def _text(record: Mapping[str, object]) -> Text:
    return (("text", str(record["text"])),)


def _response(record: Mapping[str, Any]) -> Response:
    """Answer as it is written → what is taken for it."""
    match record["type"]:
        case "number":
            return Number(float(record["right"]), float(record["tolerance"]), follows=_sum(record.get("follows")))
        case "formula":
            return Formula(str(record["right"]), tuple(map(str, record["names"])))
        case "choice":
            options = tuple(Option(_text(option), option.get("formula")) for option in record["options"])
            right = int(record["right"])
            if 0 <= right < len(options):
                return Choice(options, right)
            raise ValueError(f"there is no option {right}")
        case other:
            raise ValueError(f"'{other}' is no type of answer")


def comparable(answers: Iterable[tuple[str, Mapping[str, object]]]) -> list[tuple[str, Mapping[str, object]]]:
    """Names of fields and answers as written → the same; formulas in files of earlier versions have rounded numbers."""
    return [(name, _rounded(answer)) for name, answer in answers]


def _rounded(answer: Mapping[str, object]) -> Mapping[str, object]:
    """Right answer as it is written → the same with the numbers of a formula rounded."""
    if answer.get("type") != "formula":
        return answer
    right = _NUMBER.sub(lambda match: numbers.number(float(match[0])), str(answer["right"]))
    return {**answer, "right": right}
