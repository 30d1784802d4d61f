"""Exercise → the code of its version; an exercise that is handed out → whose it is, as its key says it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from graphviz_ad.items.model import Exercise, title_of
from graphviz_ad.values import Value

_CODE_DIGITS = 6
"""Hexadecimal digits of a code: enough to tell the versions of a sheet apart, and few enough to be typed."""
OWNER = "owner"
"""What the entry of a key is called that says whose it is."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an exercise is: the sheet of the course, the student's id and name, and the code of its version."""

    sheet: str
    student: str
    name: str
    version: str


def code(exercise: Exercise) -> str:
    """Exercise → a code of its formula, its values and what is asked, printed on the sheet and on its key."""
    given = {name: exercise.trace.values[node] for name, node in exercise.trace.graph.inputs.items()}
    return _code(exercise.title, {name: _exact(value) for name, value in given.items()}, exercise.asked, exercise.blank)


def code_in(document: Mapping[str, object]) -> str:
    """What a file of an exercise holds → the code of the exercise, without its being made."""
    title = title_of(str(document.get("formula", "")))
    return _code(title, document.get("inputs"), document.get("asked"), document.get("fade", 0))


def sheet_of(exercise: Exercise) -> str:
    """Exercise → its seed and its code as they stand in a file of answers, the same in all languages."""
    return f"{exercise.seed} {code(exercise)}"


def sheet_in(document: Mapping[str, object]) -> str:
    """What a file of an exercise holds → what `sheet_of` says of the exercise, without its being made."""
    return f"{document.get('seed')} {code_in(document)}"


def _code(title: str, given: object, asked: object, blank: object) -> str:
    content = [title, given, asked, *([blank] if blank else [])]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_CODE_DIGITS]


def owner_of(document: Mapping[str, object]) -> Owner | None:
    """What a file of an exercise holds → whose it is, None where it does not say it."""
    entry = document.get(OWNER)
    if not isinstance(entry, dict):
        return None
    return Owner(*(str(entry.get(part, "")) for part in ("sheet", "student", "name", "version")))


def owner_in(text: str) -> Owner | None:
    """Text of a file of an exercise → whose it is, None where it does not say it; it stands at the end."""
    start = text.rfind(f'"{OWNER}"')
    if start < 0:
        return None
    try:
        document = json.loads("{" + text[start:])
    except (ValueError, RecursionError):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return None
    return owner_of(document) if isinstance(document, dict) else None


def _exact(value: Value) -> object:
    return value if isinstance(value, float) else value.tolist()
