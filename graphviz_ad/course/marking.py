"""A course and files of answers → marks of all students, once more from everything that was ever handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

from graphviz_ad.course import results, submissions
from graphviz_ad.course.intake import submission, unknown_fields
from graphviz_ad.course.keys import Key, KeyRing
from graphviz_ad.course.lock import locked
from graphviz_ad.course.making import Progress
from graphviz_ad.course.overrides import Override, of_student, read_overrides
from graphviz_ad.course.plan import Course
from graphviz_ad.course.remarks import remarks, unreadable
from graphviz_ad.course.results import MarkChange, Results
from graphviz_ad.course.scoring import Attempt, Score, score, worth_of_questions
from graphviz_ad.course.submissions import Submission
from graphviz_ad.course.verdicts import Verdict, digest, verdicts
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.workers import NewExecutor


@dataclass(frozen=True)
class HandedIn:
    """Answers to a sheet that a file holds, and what the command says of them."""

    sheet: str
    path: str
    answers: Sequence[Answers]
    submitted: datetime | None = None
    decimal_comma: bool = False


@dataclass
class Outcome:
    """What a run did: attempts that are new and that were there, marks in all, changes, errors; of new attempts fields
    that are in no sheet, with the file that has them, the sheet and its fields, and what else there is to say."""

    new: int = 0
    there: int = 0
    marked: int = 0
    changes: list[MarkChange] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    strange: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    remarks: list[tuple[str, str]] = field(default_factory=list)


def mark(
    course: Course,
    files: Sequence[HandedIn] = (),
    executor: NewExecutor | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Course and files of answers → what was done; all attempts that are known are scored again by the rules of now.

    An attempt that cannot be read is an error of its student alone. What was handed in is written down before it is
    marked, and each file whole: a run that is cut off loses nothing, and the next one goes on.
    """
    outcome = Outcome()
    with locked(course.marks, "marks"):
        before = results.read(course.marks)
        known = submissions.read(course.marks)
        overrides, wrong = read_overrides(course)
        outcome.errors += map(_line, wrong)
        ring = KeyRing(course)
        new = _taken(course, ring, files, outcome)
        everything, outcome.there = submissions.added(known, new)
        outcome.new = len(everything) - len(known)
        outcome.remarks += remarks(course, everything[len(known) :])
        if outcome.new:
            submissions.write(course.marks, everything)
        attempts, verdicts_by_digest = _attempts(course, ring, everything, outcome, executor, progress)
        added = {attempt.digest for attempt in everything[len(known) :]}
        new_ones = [marked for name, marked in attempts.items() if name in added]
        _find_strange(new_ones, outcome)
        outcome.remarks += unreadable(course, new_ones)
        versions = {attempt.digest: attempt for attempt, _ in attempts.values()}
        latest = [versions.get(attempt.digest, attempt) for attempt in everything]
        if latest != everything:
            submissions.write(course.marks, latest)
        scores = _scores(course, attempts, overrides, before, outcome)
        names = {student.id: student.name for student in course.students}
        when = datetime.now(UTC).isoformat(timespec="seconds")
        outcome.changes = results.changed(before.scores, scores, names, verdicts_by_digest, when)
        outcome.marked = sum(map(len, scores.values()))
        if scores != before.scores:
            results.write(course.marks, Results(scores, (*before.changes, *outcome.changes)))
    return outcome


def _taken(course: Course, ring: KeyRing, files: Sequence[HandedIn], outcome: Outcome) -> list[Submission]:
    """Files of answers → the attempts in them; errors go to the outcome."""
    taken = []
    for file in files:
        for answers in file.answers:
            try:
                attempt = submission(
                    answers, course, file.sheet, file.path, submitted=file.submitted, comma=file.decimal_comma
                )
                _keys(ring, attempt)  # before it is written down: what is to no sheet of theirs is no attempt
            except ExerciseError as problem:
                outcome.errors.append(_line(problem))
            else:
                taken.append(attempt)
    return taken


def _keys(ring: KeyRing, attempt: Submission) -> list[Key]:
    """Attempt → the keys that it may be to. Raises ExerciseError where it is to none."""
    try:
        return ring.choose(attempt.sheet, attempt.student, attempt.version, attempt.answers.get("seed", "").strip())
    except ExerciseError as problem:
        raise ExerciseError(f"{attempt.file}, {attempt.sheet}, {problem.message}", hint=problem.hint) from None


def _attempts(
    course: Course, ring: KeyRing, everything: Sequence[Submission], outcome: Outcome, executor: NewExecutor | None,
    progress: Progress | None,
) -> tuple[dict[str, Attempt], Mapping[str, Verdict]]:  # fmt: skip
    """All that was handed in → what can be marked, by the digest of the attempt; and all verdicts.

    Where answers do not say to which version they are, they are taken for the one that they fit best.
    """
    possible: dict[str, tuple[Submission, list[Key]]] = {}
    for attempt in everything:
        if attempt.sheet not in course.rules.sheets:
            continue
        try:
            keys = _keys(ring, attempt)
        except ExerciseError as problem:
            outcome.errors.append(_line(problem))
            continue
        possible[attempt.digest] = attempt, keys
    pairs = [(attempt, key) for attempt, keys in possible.values() for key in keys]
    verdicts_by_digest, problems = verdicts(course.marks, pairs, executor, progress)
    attempts = {}
    for name, (attempt, keys) in possible.items():
        fits = [verdicts_by_digest[digest(attempt, key)] for key in keys if digest(attempt, key) in verdicts_by_digest]
        if not fits:
            outcome.errors.append(f"{attempt.sheet}, {attempt.student}: {problems[digest(attempt, keys[0])]}")
            continue
        best = max(fits, key=lambda verdict: verdict.earned)  # the newest of several
        attempts[name] = submissions.with_version(attempt, best.version), best
    return attempts, verdicts_by_digest


def _find_strange(attempts: Sequence[Attempt], outcome: Outcome) -> None:
    """New attempts that were marked → fields that are in no sheet of that name go to the outcome."""
    fields: dict[str, dict[str, None]] = defaultdict(dict)
    for attempt, verdict in attempts:
        fields[attempt.sheet] |= dict.fromkeys(verdict.fields)
    for attempt, _ in attempts:
        for strange in unknown_fields(attempt, fields[attempt.sheet]):
            outcome.strange.setdefault(strange, (attempt.file, attempt.sheet, ", ".join(fields[attempt.sheet])))


def _scores(
    course: Course, attempts: Mapping[str, Attempt], overrides: Sequence[Override], before: Results, outcome: Outcome
) -> dict[str, dict[str, Score]]:
    """Attempts that were marked, what was set by hand, and the results before → scores by sheet and student.

    A mark whose attempt can no longer be marked, or whose sheet is no longer in the course, stays as it was.
    """
    of_student_: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt, verdict in attempts.values():
        of_student_[attempt.sheet, attempt.student].append((attempt, verdict))
    scores: dict[str, dict[str, Score]] = {name: dict(of_sheet) for name, of_sheet in before.scores.items()}
    for sheet, rules in course.rules.sheets.items():
        known = [verdict for (name, _), marked in of_student_.items() if name == sheet for _, verdict in marked]
        worth = rules.points or (
            sum(worth_of_questions(course.rules, sheet, known[0]).values()) if known else Fraction(0)
        )
        kept = scores.setdefault(sheet, {})
        by_hand = {override.student for override in overrides if override.sheet == sheet}
        whom = dict.fromkeys([*kept, *(student for name, student in of_student_ if name == sheet), *by_hand])
        for student in whom:
            set_by_hand = of_student(overrides, sheet, student)
            marked = of_student_.get((sheet, student), [])
            asked = {question.name for _, verdict in marked for question in verdict.questions}
            for question in [name for name in set_by_hand if name and name not in asked]:
                what = "has no question" if asked else "has no answers, so no points can be set for"
                outcome.errors.append(f"{course.overrides}: {student}, field 'question': '{sheet}' {what} '{question}'")
                del set_by_hand[question]
            new = score(course.rules, sheet, student, marked, set_by_hand, Fraction(worth))
            if new is not None:
                kept[student] = new
            elif student in kept and not kept[student].attempts:
                del kept[student]  # it was set by hand, and is not any more
    return {sheet: of_sheet for sheet, of_sheet in scores.items() if of_sheet}


def _line(problem: ExerciseError) -> str:
    return problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")
