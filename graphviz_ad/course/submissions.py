"""Answers as they were handed in, all attempts of all students ↔ a file in the folder of marks, written whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from graphviz_ad.errors import ExerciseError
from graphviz_ad.export.files import write_atomic

FILE = "submissions.jsonl"
"""Name of the file in a course's folder: a line of JSON an attempt, so that one more is written behind the others."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One attempt of a student at a sheet; `submitted` is in UTC, "" where no file says it, and `version` the code of
    the sheet that was answered, "" as long as it is not known."""

    sheet: str
    student: str
    answers: dict[str, str]
    submitted: str = ""
    hints: int = 0
    decimal_comma: bool = False
    version: str = ""
    file: str = ""

    @property
    def digest(self) -> str:
        """What tells it from every other attempt, whatever file it came in."""
        identity = [
            self.sheet,
            self.student,
            self.submitted,
            self.hints,
            self.decimal_comma,
            sorted(self.answers.items()),
        ]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]

    @property
    def time(self) -> datetime | None:
        """When it was handed in, if that is known."""
        return datetime.fromisoformat(self.submitted) if self.submitted else None


def read(folder: str) -> list[Submission]:
    """Folder of marks → all attempts, in the order in which they came. Raises ExerciseError where they are damaged."""
    path = os.path.join(folder, FILE)
    try:
        with open(path, encoding="utf-8") as file:
            return [Submission(**json.loads(line)) for line in file]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as problem:
        raise ExerciseError(
            f"'{path}' is damaged: {problem}", hint="put back a copy of it, or move it away and mark all files again"
        ) from None


def write(folder: str, submissions: Sequence[Submission]) -> None:
    """Folder of marks and all attempts → the file."""
    lines = (json.dumps(asdict(submission), ensure_ascii=False) + "\n" for submission in submissions)
    write_atomic(os.path.join(folder, FILE), "".join(lines).encode())


def added(before: Sequence[Submission], new: Sequence[Submission]) -> tuple[list[Submission], int]:
    """Attempts that are there and others → all of them, each once, and how many of the others were there."""
    everything = {submission.digest: submission for submission in before}
    count = len(everything)
    for submission in new:
        everything.setdefault(submission.digest, submission)
    return list(everything.values()), count + len(new) - len(everything)


def with_version(submission: Submission, version: str) -> Submission:
    """Attempt → the same, with the code of the sheet that was answered."""
    return submission if submission.version == version else replace(submission, version=version)
