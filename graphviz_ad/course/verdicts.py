"""Attempts and keys → verdicts on every field, each computed once and kept until the answers or the key are others."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from graphviz_ad import __version__
from graphviz_ad.course.keys import Key
from graphviz_ad.course.submissions import Submission
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.marking.marks import Mark
from graphviz_ad.explain.phrase import plain
from graphviz_ad.workers import NewExecutor

FILE = "verdicts.jsonl"
"""What was found before; a line for each attempt and key, and a line that was cut off is not counted."""
_BATCH = 16
"""Attempts that go to a process together."""
_EARNED = ("right", "carried")
"""Verdicts of a field that earn its points."""


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """A field as it was answered: the verdict, the answer, the mistakes of the likeliest diagnosis and where they are,
    and what the student is told of them, or of what cannot be read."""

    name: str
    verdict: str
    answer: str
    mistakes: tuple[tuple[str, str], ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class QuestionVerdict:
    """A question: its kind, its points in the key, and its fields."""

    name: str
    kind: str
    points: float
    fields: tuple[FieldVerdict, ...]

    def share(self, carried: Fraction) -> Fraction:
        """What a number counts that follows from one's own wrong one → the share of the points that were earned."""
        worth = {"right": Fraction(1), "carried": carried}
        return sum((worth.get(field.verdict, Fraction(0)) for field in self.fields), Fraction(0)) / len(self.fields)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An attempt as it was marked with a key: its own digest, that of the attempt, and the code of the key."""

    digest: str
    attempt: str
    version: str
    title: str
    questions: tuple[QuestionVerdict, ...]

    @property
    def fields(self) -> dict[str, FieldVerdict]:
        """All fields by name."""
        return {field.name: field for question in self.questions for field in question.fields}

    @property
    def earned(self) -> int:
        """How many fields count."""
        return sum(field.verdict in _EARNED for field in self.fields.values())


def digest(submission: Submission, key: Key) -> str:
    """Attempt and key → what a verdict on them depends on."""
    parts = [__version__, submission.digest, key.digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


Job = tuple[str, str, str, str, dict[str, str], bool]
"""What a process is sent: the digests of verdict and attempt, path and version of a key, answers, a decimal comma?"""
Result = tuple[str, Verdict | None, str]
"""What comes back: the digest, the verdict, and what went wrong where there is none."""


def verdicts(
    folder: str, pairs: Sequence[tuple[Submission, Key]], executor: NewExecutor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, Verdict], dict[str, str]]:  # fmt: skip
    """Folder of marks, attempts with the keys they may be to → all verdicts by their digests, and what went wrong.

    Those that were found before are read, and each is written down as soon as it is found.
    """
    known = _read(folder)
    jobs: dict[str, Job] = {}
    for submission, key in pairs:
        name = digest(submission, key)
        if name not in known:
            jobs[name] = (name, submission.digest, key.path, key.version, submission.answers, submission.decimal_comma)
    problems: dict[str, str] = {}
    path = os.path.join(folder, FILE)
    with open(path, "ab") as file:
        if file.tell() and not _ends_with_a_line(path):
            file.write(b"\n")
        for done, (name, verdict, problem) in enumerate(_results(list(jobs.values()), executor), 1):
            if verdict is None:
                problems[name] = problem
            else:
                known[name] = verdict
                file.write(json.dumps(asdict(verdict), ensure_ascii=False).encode() + b"\n")
            if progress:
                progress(done, len(jobs))
    return known, problems


def _results(jobs: Sequence[Job], executor: NewExecutor | None) -> Iterator[Result]:
    batches = [jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)]
    if executor is None or len(batches) < 2:
        for batch in batches:
            yield from map(mark_attempt, batch)
        return
    with executor() as workers:
        for results in workers.map(mark_batch, batches):
            yield from results


def mark_batch(jobs: Sequence[Job]) -> list[Result]:
    """Jobs → the result of each."""
    return [mark_attempt(job) for job in jobs]


def mark_attempt(job: Job) -> Result:
    """Path of a key and answers → the verdict; a failure is that of this attempt alone."""
    from graphviz_ad.exercises.marking.class_page import place_name
    from graphviz_ad.exercises.marking.exercise_files import read_exercise
    from graphviz_ad.exercises.marking.marking import mark

    name, attempt, path, version, answers, comma = job
    try:
        exercise = read_exercise(path)
        marked = mark(exercise, answers, decimal_comma=comma)
    except GraphvizADError as problem:
        return name, None, "; ".join(filter(None, (problem.message, problem.hint)))
    except Exception as problem:  # one student's failure is told, and the rest goes on
        return name, None, f"{type(problem).__name__}: {problem}"
    marks = {mark.field.name: mark for mark in marked.marks}
    questions = tuple(
        QuestionVerdict(
            question.name, question.kind, float(question.points),
            tuple(
                FieldVerdict(
                    field.name, marks[field.name].verdict, marks[field.name].answer,
                    tuple(
                        (slip.mistake, place_name(exercise, slip.places[0]) if slip.places else "")
                        for slip in (marks[field.name].diagnoses or ((),))[0]
                    ),
                    plain(marks[field.name].feedback) if _needs_words(marks[field.name]) else "",
                )
                for field in question.fields
            ),
        )
        for question in exercise.questions
    )  # fmt: skip
    return name, Verdict(name, attempt, version, exercise.title, questions), ""


def _needs_words(mark: Mark) -> bool:
    """Whether what the student reads is of interest to who marks: the mistakes, or why it cannot be read."""
    return bool(mark.diagnoses) or mark.verdict == "unreadable"


def read_verdicts(folder: str) -> Mapping[str, Verdict]:
    """Folder of marks → all verdicts that were found, by their digests."""
    return _read(folder)


def _read(folder: str) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    try:
        with open(os.path.join(folder, FILE), encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    verdict = _verdict(json.loads(line))
                except (ValueError, TypeError, KeyError):
                    continue
                verdicts[verdict.digest] = verdict
    except FileNotFoundError:
        pass
    except OSError as problem:
        raise ExerciseError(f"'{folder}' cannot be read: {problem.strerror}", hint="give it its permissions") from None
    return verdicts


def _verdict(record: dict[str, object]) -> Verdict:
    questions = record["questions"]
    assert isinstance(questions, list)
    return Verdict(
        str(record["digest"]), str(record["attempt"]), str(record["version"]), str(record["title"]),
        tuple(
            QuestionVerdict(
                question["name"], question["kind"], question["points"],
                tuple(
                    FieldVerdict(
                        field["name"], field["verdict"], field["answer"],
                        tuple((mistake, place) for mistake, place in field["mistakes"]), field.get("says", ""),
                    )
                    for field in question["fields"]
                ),
            )
            for question in questions
        ),
    )  # fmt: skip


def _ends_with_a_line(path: str) -> bool:
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
