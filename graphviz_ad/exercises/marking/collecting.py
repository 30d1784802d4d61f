"""Paths → all answers that stand there, whose each is, and a line for each file that could not be read."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.marking.guarded import PdfReader
from graphviz_ad.exercises.marking.owners import is_same, owner_of
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.exercises.marking.reports import safe_cell
from graphviz_ad.exercises.marking.sources import Source, sources
from graphviz_ad.export.files import Notify

_SCRIPT = b"<script"
"""In a page that was handed in itself; a text that was pasted into a platform has none."""
_TEXTS = ("txt", "html", "htm")
"""Suffixes of what the text of an answer file may stand in: pasted into a platform, or renamed by a telephone."""
_TAG = re.compile(r"<(?:br|/p|/div)[^>]*>|<[^>]*>", re.IGNORECASE)
"""Tags of HTML, in which platforms hand text out."""
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
"""The object of JSON in a text that may have words around it."""


@dataclass
class Collected:
    """Answers in the order in which they were found, the files that are left out, with why, and what looks odd."""

    answers: list[Answers] = field(default_factory=list)
    refused: list[tuple[str, ExerciseError]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def collect(paths: Iterable[str], notify: Notify | None = None) -> Collected:
    """Paths of files, folders and archives → the answers in them; attempts of one student are numbered.

    A file that cannot be read keeps no other from being read. Raises ExerciseError where a path itself cannot be,
    MissingPartError where a PDF was handed in and pypdf is missing.
    """
    collected = Collected()
    with closing(PdfReader()) as pdf:
        for path in paths:
            for source in sources(path):
                _read(source, collected, pdf, notify)
    collected.answers = _numbered(collected)
    return collected


def _read(source: Source, collected: Collected, pdf: PdfReader, notify: Notify | None) -> None:
    """A file → its answers, or the line that says why there are none."""
    name = printable(source.name)
    if source.problem:
        collected.refused.append((name, ExerciseError(f"'{name}': {source.problem}")))
        return
    stem, _, suffix = source.parts[-1].rpartition(".")
    try:
        if suffix.lower() == "pdf":
            answers = [pdf.read(source.data, name, stem)]
        elif suffix.lower() in _TEXTS:
            answers = read_answers(_object_in(source.data, name), f"{name}.json", notify)
        else:
            answers = read_answers(source.data, name, notify, lambda problem: collected.refused.append((name, problem)))
    except ExerciseError as problem:
        problem.message = problem.message.replace(f"{name}.json", name)
        collected.refused.append((name, problem))
        return
    collected.answers += [_owned(answered, source, collected.remarks, alone=len(answers) == 1) for answered in answers]


def _object_in(data: bytes, name: str) -> bytes:
    """A page or text in which an answer file was pasted → the text of that file."""
    if _SCRIPT in data:
        raise ExerciseError(
            f"'{name}' is a page to write answers in, which has none itself",
            hint="ask for the file that its button saves: what was typed is in the browser that it was typed in",
        )
    text = html.unescape(_TAG.sub("\n", data.decode("utf-8-sig", "replace")))
    match = _OBJECT.search(text.replace("\u00a0", " "))
    if match is None:
        raise ExerciseError(f"'{name}' holds no answers", hint="ask for the file that the page saved, or for its text")
    return match[0].encode()


def _owned(answers: Answers, source: Source, remarks: list[str], *, alone: bool) -> Answers:
    """Answers of a file → the same with whose they are; the platform knows who handed a file in."""
    name = printable(source.name)
    answers = replace(answers, source=name)
    owner = owner_of(source.parts) if alone else None
    if owner is None:
        return answers
    stem = source.parts[-1].rpartition(".")[0]
    says = "" if answers.student in (stem, "") else answers.student
    if says and says != answers.ident and not is_same(says, owner.name):
        whose = printable(owner.name), printable(says)
        remarks.append(f"'{name}' was handed in by '{whose[0]}' and says it is by '{whose[1]}': look at it")
        says = ""
    is_of_upload = owner.is_of_upload and not answers.ident
    ident = answers.ident or owner.number
    return replace(answers, student=says or owner.name, ident=ident, is_ident_of_upload=is_of_upload)


def _numbered(collected: Collected) -> list[Answers]:
    """Answers → the same without what was handed in twice, attempts of one student at one sheet numbered in order."""
    kept: list[Answers] = []
    groups: dict[tuple[str, str], list[Answers]] = defaultdict(list)
    seen: dict[tuple[object, ...], str] = {}
    for answers in collected.answers:
        key = (answers.student, answers.ident, answers.sheet, answers.saved, tuple(sorted(answers.fields.items())))
        if answers.saved and key in seen:
            collected.remarks.append(f"'{answers.source}' is the same file as '{seen[key]}': it counts once")
            continue
        seen[key] = answers.source
        kept.append(answers)
        groups[answers.ident or answers.student, answers.sheet].append(answers)
    order: dict[int, int] = {}
    for group in groups.values():
        for number, answers in enumerate(sorted(group, key=lambda answered: (answered.saved, answered.attempt)), 1):
            order[id(answers)] = number
    return [replace(answers, attempt=order[id(answers)]) for answers in kept]


def received_table(collected: Collected) -> str:
    """What was collected → CSV: each file, whose it is, which sheet it is to, or why it was not read."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["file", "student", "id", "attempt", "sheet", "saved", "receipt", "answers", "problem"])
    for answers in collected.answers:
        changed = "" if answers.is_as_saved else "changed after it was saved"
        row = [
            answers.source,
            answers.student,
            answers.ident,
            answers.attempt,
            answers.sheet,
            answers.saved,
            answers.receipt,
            len(answers.fields),
        ]
        writer.writerow(map(safe_cell, [*row, changed]))
    for name, problem in collected.refused:
        writer.writerow(map(safe_cell, [name, *[""] * 7, "; ".join(str(problem).split("\n"))]))
    return out.getvalue()


def printable(text: str) -> str:
    """Text of a file → the same without what a terminal would obey.

    >>> printable("a\\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
