"""Verdicts and the rules of a course → points, in exact fractions; rounded once, at the end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from graphviz_ad.course.overrides import Override
from graphviz_ad.course.rules import Rules
from graphviz_ad.course.submissions import Submission
from graphviz_ad.course.verdicts import Verdict

Status = Literal["marked", "by hand", "excused"]
_PLACES = 100
"""Points are rounded to hundredths, half of one upwards, as Canvas and Moodle show them."""

Attempt = tuple[Submission, Verdict]
"""What was handed in, and how it was marked."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a student has for a sheet: `points` of `of` count, `earned` are those before anything was taken off.

    `attempt` is the one that counts of so many, from 1; `late` and `hint` are the points taken off for days and hints.
    """

    points: float
    of: float
    status: Status = "marked"
    reason: str = ""
    earned: float = 0.0
    attempt: int = 0
    attempts: int = 0
    days: int = 0
    late: float = 0.0
    hints: int = 0
    hint: float = 0.0
    version: str = ""
    verdict: str = ""
    questions: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def score(
    rules: Rules, sheet: str, student: str, attempts: Sequence[Attempt], by_hand: Mapping[str, Override], of: Fraction
) -> Score | None:
    """Rules, sheet, student, attempts in the order in which they came, what was set by hand, and the points of the
    sheet where nobody handed it in → the score, None where there is nothing to score."""  # fmt: skip
    whole = by_hand.get("")
    scores = [
        _of_attempt(rules, sheet, student, attempt, by_hand, number) for number, attempt in enumerate(attempts, 1)
    ]
    best = _counting(rules, sheet, attempts, scores)
    if whole is None:
        return None if best is None else _with(best, len(scores))
    worth = best.of if best is not None else float(of)
    status: Status = "excused" if whole.points is None else "by hand"
    points = rounded(whole.points or Fraction(0))
    known = best or Score(0.0, worth)
    return _with(known, len(scores), points=points, status=status, reason=whole.reason)


def _counting(rules: Rules, sheet: str, attempts: Sequence[Attempt], scores: Sequence[Score]) -> Score | None:
    """Attempts with their scores → the score that counts."""
    if not scores:
        return None
    how = rules.sheets[sheet].attempts
    if how == "best":
        return max(scores, key=lambda score: score.points)  # the first of several
    numbers = range(len(scores))
    order = sorted(numbers, key=lambda number: (attempts[number][0].submitted, number))
    return scores[order[0 if how == "first" else -1]]


def _of_attempt(
    rules: Rules, sheet: str, student: str, attempt: Attempt, by_hand: Mapping[str, Override], number: int
) -> Score:
    submission, verdict = attempt
    worths = worth_of_questions(rules, sheet, verdict)
    own, total = rules.sheets[sheet].points, sum(worths.values(), Fraction(0))
    of = total if own is None else own
    scale = of / total if total else Fraction(0)
    earned = {
        question.name: override.points
        if (override := by_hand.get(question.name)) and override.points is not None
        else worths[question.name] * question.share(rules.carried)
        for question in verdict.questions
    }
    before = sum(earned.values(), Fraction(0)) * scale
    days = rules.days_late(sheet, student, submission.time)
    late, hint = rules.late_share(days) * of, submission.hints * rules.each_hint * of
    points = max(Fraction(0), before - late - hint)
    reasons = [override.reason for name, override in by_hand.items() if name in earned]
    return Score(
        rounded(points), rounded(of), "by hand" if reasons else "marked", "; ".join(reasons), rounded(before), number,
        0, days, rounded(late), submission.hints, rounded(hint), verdict.version, verdict.digest,
        {name: (rounded(part), rounded(worths[name])) for name, part in earned.items()},
    )  # fmt: skip


def worth_of_questions(rules: Rules, sheet: str, verdict: Verdict) -> dict[str, Fraction]:
    """Rules, sheet and verdict → the points of each question: those of its kind, else those of the key."""
    kinds = rules.sheets[sheet].kinds
    return {
        question.name: kinds.get(question.kind, Fraction(str(question.points))) for question in verdict.questions
    }  # fmt: skip


def _with(
    score: Score, attempts: int, points: float | None = None, status: Status | None = None, reason: str = ""
) -> Score:
    return replace(
        score, attempts=attempts, points=score.points if points is None else points, status=status or score.status,
        reason=reason or score.reason,
    )  # fmt: skip


def rounded(points: Fraction) -> float:
    """Points → the same in hundredths, half of one upwards.

    >>> rounded(Fraction(5, 8)), rounded(Fraction(2675, 1000)), rounded(Fraction(1, 3))
    (0.63, 2.68, 0.33)
    """
    return math.floor(points * _PLACES + Fraction(1, 2)) / _PLACES


def shown(points: float) -> str:
    """Points in hundredths → their text.

    >>> shown(12345.6), shown(20.0), shown(0.63)
    ('12345.6', '20', '0.63')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Total:
    """What a student has in all: points of so many, a percentage, and the sheets that do not count."""

    points: float
    of: float
    percent: float | None
    dropped: tuple[str, ...]


def total(scores: Mapping[str, Score | None], worth: Mapping[str, float], drop: int) -> Total:
    """Scores by sheet, None where nothing was handed in, what each sheet is worth, and how many of the lowest do not
    count → the total.

    Sheets that one is excused from do not count; the lowest are those with the smallest percentage, the first of equal
    ones. What was not handed in counts 0.
    """
    counting = [name for name in worth if (score := scores.get(name)) is None or score.status != "excused"]
    earned = {name: Fraction(str(score.points)) if (score := scores.get(name)) else Fraction(0) for name in counting}
    of = {name: Fraction(str(score.of if (score := scores.get(name)) else worth[name])) for name in counting}
    share = {name: earned[name] / of[name] if of[name] else Fraction(1) for name in counting}
    lowest = sorted(counting, key=lambda name: share[name])[: min(drop, max(0, len(counting) - 1))]
    kept = [name for name in counting if name not in lowest]
    points, possible = sum((earned[name] for name in kept), Fraction(0)), sum((of[name] for name in kept), Fraction(0))
    return Total(
        rounded(points), rounded(possible), rounded(100 * points / possible) if possible else None, tuple(lowest)
    )
