"""Scores of a course ↔ a file in the folder of marks; scores before and now → what changed for whom, and why."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from graphviz_ad.course.scoring import Score, shown
from graphviz_ad.course.verdicts import Verdict
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.reports import safe_cell
from graphviz_ad.export.files import write_atomic

FILE, CHANGES = "marks.json", "changes.csv"
SCHEMA = "graphviz-ad/marks/1"
"""Name and version of the format: what changes its meaning gets a new number."""
_MAX_FIELDS = 3
"""Fields that are named in a reason."""

Scores = Mapping[str, Mapping[str, Score]]
"""Scores by sheet and id of the student."""


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A mark that is another now: when that was found (UTC), whose it is, what it was and is, and why."""

    when: str
    sheet: str
    student: str
    name: str
    before: float | None
    after: float
    why: str


@dataclass(frozen=True, slots=True)
class Results:
    """What is known of a course: scores, and every change of one there was."""

    scores: Scores
    changes: tuple[MarkChange, ...] = ()


def read(folder: str) -> Results:
    """Folder of marks → the results there, none where there are none. Raises ExerciseError where they are damaged."""
    path = os.path.join(folder, FILE)
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        scores = {
            sheet: {student: _score(record) for student, record in of_sheet.items()}
            for sheet, of_sheet in document["scores"].items()
        }
        return Results(scores, tuple(MarkChange(**change) for change in document["changes"]))
    except FileNotFoundError:
        return Results({})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise ExerciseError(
            f"'{path}' is damaged: {problem}", hint="move it away, and mark again: graphviz-ad course mark COURSE.toml"
        ) from None


def write(folder: str, results: Results) -> None:
    """Folder of marks and results → the file, and a table of all changes for people."""
    document = {
        "schema": SCHEMA,
        "scores": {
            sheet: {student: asdict(score) for student, score in sorted(of_sheet.items())}
            for sheet, of_sheet in results.scores.items()
        },
        "changes": [asdict(change) for change in results.changes],
    }
    write_atomic(os.path.join(folder, FILE), (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["when", "sheet", "id", "name", "before", "after", "why"])
    for change in results.changes:
        before = "" if change.before is None else shown(change.before)
        row = (change.when, change.sheet, change.student, change.name, before, shown(change.after), change.why)
        writer.writerow(map(safe_cell, row))
    write_atomic(os.path.join(folder, CHANGES), out.getvalue().encode("utf-8-sig"))


def _score(record: Mapping[str, object]) -> Score:
    questions = record["questions"]
    assert isinstance(questions, dict)
    whole = {**record, "questions": {name: (points, of) for name, (points, of) in questions.items()}}
    return Score(**whole)  # type: ignore[arg-type]


def why(before: Score | None, after: Score, verdicts: Mapping[str, Verdict]) -> str:
    """Score before and now → the reasons for what is another, "" where nothing is."""
    if before is None:
        return "handed in" if after.attempts else f"set by hand: {after.reason}"
    if before == after:
        return ""
    reasons = []
    if after.attempt != before.attempt or (after.attempts != before.attempts and after.points != before.points):
        reasons.append(f"attempt {after.attempt} of {after.attempts} counts")
    elif after.verdict != before.verdict and after.verdict in verdicts:
        reasons.append(_marked_anew(verdicts.get(before.verdict), verdicts[after.verdict]))
    if after.days != before.days or after.late != before.late:
        reasons.append(f"{shown(after.late)} points off for {after.days} day{'s' * (after.days != 1)} late")
    if after.hints != before.hints or after.hint != before.hint:
        reasons.append(f"{shown(after.hint)} points off for {after.hints} hint{'s' * (after.hints != 1)}")
    if (after.status, after.reason) != (before.status, before.reason):
        by_hand = f"{'excused' if after.status == 'excused' else 'set by hand'}: {after.reason}"
        reasons.append(by_hand if after.reason else "no longer set by hand")
    worth = {name: of for name, (_, of) in after.questions.items()}
    if after.of != before.of or worth != {name: of for name, (_, of) in before.questions.items()}:
        reasons.append("other points in the rules")
    elif not reasons and after.questions != before.questions:
        reasons.append("other rules")
    return "; ".join(dict.fromkeys(filter(None, reasons)))


def _marked_anew(before: Verdict | None, after: Verdict) -> str:
    """Verdicts on one attempt → how they differ."""
    if before is None:
        return "marked anew"
    fields = before.fields
    changed = [
        f"{name} {fields[name].verdict} → {field.verdict}"
        for name, field in after.fields.items()
        if name in fields and fields[name].verdict != field.verdict
    ]
    more = f" and {len(changed) - _MAX_FIELDS} more" if len(changed) > _MAX_FIELDS else ""
    return f"marked anew: {', '.join(changed[:_MAX_FIELDS])}{more}" if changed else ""


def changed(
    before: Scores, after: Scores, names: Mapping[str, str], verdicts: Mapping[str, Verdict], when: str
) -> list[MarkChange]:
    """Scores before and now, names by id, and verdicts by digest → the marks that are others."""
    changes = []
    for sheet, of_sheet in after.items():
        for student, score in of_sheet.items():
            old = before.get(sheet, {}).get(student)
            is_other = old is None or (old.points, old.status, old.of) != (score.points, score.status, score.of)
            if is_other:
                reason = why(old, score, verdicts) or "other rules"
                points = None if old is None else old.points
                changes.append(
                    MarkChange(when, sheet, student, names.get(student, student), points, score.points, reason)
                )
    return changes


def of_earlier_marks(changes: Sequence[MarkChange]) -> list[MarkChange]:
    """Changes → those of marks that were there before."""
    return [change for change in changes if change.before is not None]
