"""A sheet that is made again → what of it a student already holds, kept beside the new version and never lost."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphviz_ad.course.plan import Task
from graphviz_ad.exercises.identity import code_in, owner_of
from graphviz_ad.exercises.record import written

EARLIER = "earlier"
"""The folder of what was handed out before, in that of the sheets and in that of their keys; it has folders `1`, `2` …
for the first version, the second and so on."""

Document = Mapping[str, object]
"""What a key holds."""


@dataclass(frozen=True, slots=True)
class Change:
    """A sheet that a student holds and that would be another now: the codes of both, and what is another in it."""

    task: Task
    before: str
    after: str
    parts: tuple[str, ...]


def key_at(path: str) -> Document | None:
    """Path of a key → what it holds, None where there is none or it is damaged."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def change(task: Task, before: Document, after: Document) -> Change | None:
    """Task, the key that is there and the new one → what would change, None where both are one version."""
    old, new = code_in(before), code_in(after)
    if old == new:
        return None
    parts = {"formula": "formula", "values": "inputs", "questions": "asked"}
    changed = tuple(part for part, entry in parts.items() if before.get(entry) != after.get(entry))
    return Change(task, old, new, changed)


def foreign(task: Task, before: Document) -> str:
    """Task and the key that is there → the name of another student whose it is, "" where it is the student's own."""
    owner = owner_of(before)
    return "" if owner is None or owner.student == task.student.id else f"{owner.name} ({owner.student})"


def with_points_of(before: Document, after: Document) -> bytes:
    """The key that is there and the new one of the same version → the new one with points that were changed by hand."""
    questions, old = after["questions"], before.get("questions")
    assert isinstance(questions, list)
    points = {
        question.get("name"): question.get("points")
        for question in (old if isinstance(old, list) else [])
        if isinstance(question, dict)
    }
    merged = [{**question, "points": points.get(question["name"], question["points"])} for question in questions]
    return written({**after, "questions": merged}).encode()


def set_aside(folder: str, key: str, files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Folder of a course, the name of a key in it, and what is to be written → what stands there now, under names among
    the earlier versions; the key last, for where it is, all is.
    """  # fmt: skip
    with open(os.path.join(folder, key), "rb") as file:
        held = file.read()
    number = 1
    while os.path.exists(there := os.path.join(folder, _earlier(key, number))):
        with open(there, "rb") as file:
            if file.read() == held:
                return []  # by a run that was cut off after it
        number += 1
    aside = []
    for name, _ in files:
        path = os.path.join(folder, name)
        if name != key and os.path.isfile(path):
            with open(path, "rb") as file:
                aside.append((_earlier(name, number), file.read()))
    return [*aside, (_earlier(key, number), held)]


def earlier_keys(folder: str, key: str) -> list[str]:
    """Folder of a course and the name of a key in it → the paths of its earlier versions, the first one first."""
    paths: list[str] = []
    while os.path.exists(path := os.path.join(folder, _earlier(key, len(paths) + 1))):
        paths.append(path)
    return paths


def _earlier(name: str, number: int) -> str:
    """`keys/week-1/Ada.json` → `keys/week-1/earlier/1/Ada.json`; below the folder of the sheet names stay."""
    parts = name.split("/")
    depth = 2 if parts[0] == "keys" else 1
    return "/".join([*parts[:depth], EARLIER, str(number), *parts[depth:]])
