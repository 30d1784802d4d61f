"""First attempts at a sheet → how hard each question was, how well it tells students apart, which mistakes were made.

Moodle's statistics of quizzes (https://docs.moodle.org/dev/Quiz_statistics_calculations): x is what a student has for a
question, R for the rest of the sheet; variances have n − 1. Intervals are Wilson's, for facility, and Fisher's.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, median, variance

from graphviz_ad.course.rules import Rules
from graphviz_ad.course.scoring import worth_of_questions
from graphviz_ad.course.verdicts import Verdict

FEWEST = 50
"""Students from which on a question is judged: with fewer, chance says more than the question."""
BINS = 10
"""Of the distribution of points."""
_VERDICTS = ((50.0, "good"), (30.0, "fair"), (20.0, "weak"), (0.0, "poor"))
"""Discrimination from which on a question is called so, as Moodle's documentation has it; below, probably invalid."""
_Z = NormalDist().inv_cdf(0.975)
"""Standard deviations that 95 of 100 lie within, for Wilson's interval."""
_FEWEST_ITEMS = 2
"""Questions from which on there is a rest of the sheet."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question: shares from 0 to 1 with their intervals, indices in percent, None where there are none."""

    question: str
    kind: str
    students: int
    facility: float
    facility_interval: tuple[float, float]
    discrimination: float | None
    discrimination_interval: tuple[float, float] | None
    efficiency: float | None

    @property
    def verdict(self) -> str:
        """A word for the discrimination, "" where students are too few for one."""
        if self.discrimination is None or self.students < FEWEST:
            return ""
        return next((word for least, word in _VERDICTS if self.discrimination >= least), "invalid")


@dataclass(frozen=True, slots=True)
class MistakeCount:
    """A mistake: how many students made it, their mean share of the sheet, and at which places how many."""

    mistake: str
    students: int
    mean: float
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A sheet: its questions, mistakes the most common first, shares of the points, and what is not explained."""

    sheet: str
    students: int
    late: int
    mean: float
    median: float
    bins: tuple[int, ...]
    items: tuple[Item, ...]
    mistakes: tuple[MistakeCount, ...]
    unexplained: float | None
    consistency: float | None

    @property
    def error_ratio(self) -> float | None:
        """The share of the spread that is chance, in percent."""
        return None if self.consistency is None else 100 * math.sqrt(max(0.0, 1 - self.consistency / 100))


def analysis(sheet: str, first: Mapping[str, Verdict], late: int, rules: Rules) -> Analysis:
    """Sheet, the verdict on the first attempt of each student, how many were late, and the rules → the analysis."""
    points = [_points(sheet, verdict, rules) for verdict in first.values()]
    shares = [_share(earned, worth) for earned, worth in points]
    of = dict(zip(first, shares, strict=True))
    fields = [field for verdict in first.values() for field in verdict.fields.values() if field.verdict == "wrong"]
    unexplained = sum(not field.mistakes for field in fields) / len(fields) if fields else None
    bins = Counter(min(BINS - 1, int(share * BINS + 1e-9)) for share in shares)
    items = tuple(_items([earned for earned, _ in points], [worth for _, worth in points], list(first.values())))
    names = {question.name for verdict in first.values() for question in verdict.questions}
    return Analysis(
        sheet, len(first), late, fmean(shares), median(shares), tuple(bins[n] for n in range(BINS)), items,
        tuple(_mistakes(first, of)), unexplained,
        None if len(_kinds(list(first.values()))) > len(names) else _consistency([earned for earned, _ in points]),
    )  # fmt: skip


def _points(sheet: str, verdict: Verdict, rules: Rules) -> tuple[dict[str, float], dict[str, float]]:
    """Verdict → what was earned by question, and what each is worth."""
    worth = worth_of_questions(rules, sheet, verdict)
    earned = {
        question.name: float(worth[question.name] * question.share(rules.carried)) for question in verdict.questions
    }
    return earned, {name: float(points) for name, points in worth.items()}


def _share(earned: Mapping[str, float], worth: Mapping[str, float]) -> float:
    return sum(earned.values()) / sum(worth.values()) if sum(worth.values()) else 0.0


def _items(
    earned: Sequence[Mapping[str, float]], worth: Sequence[Mapping[str, float]], verdicts: Sequence[Verdict]
) -> list[Item]:
    """What each student earned by question, and what each is worth → the questions; where levels are mixed one name may
    be that of several kinds."""
    asked = [{(question.name, question.kind) for question in verdict.questions} for verdict in verdicts]
    items = []
    for name, kind in _kinds(verdicts):
        rows = [
            (points_of_student, of)
            for points_of_student, of, questions in zip(earned, worth, asked, strict=True)
            if of.get(name) and (name, kind) in questions
        ]
        if not rows:
            continue
        x = [points_of_student[name] / of[name] for points_of_student, of in rows]
        rest = [
            sum(points for other, points in points_of_student.items() if other != name) for points_of_student, _ in rows
        ]
        index = correlation(x, rest) if any(len(of) >= _FEWEST_ITEMS for _, of in rows) else None
        highest = covariance(sorted(x), sorted(rest)) if len(x) > 1 else 0.0
        efficiency = 100 * covariance(x, rest) / highest if highest > 0 else None
        items.append(
            Item(name, kind, len(x), fmean(x), wilson(fmean(x), len(x)), None if index is None else 100 * index,
                 None if index is None else fisher(index, len(x)), efficiency)
        )  # fmt: skip
    return items


def _kinds(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    """Verdicts → the names of questions with each of their kinds, in the order of the names in the longest sheet."""
    kinds = dict.fromkeys((question.name, question.kind) for verdict in verdicts for question in verdict.questions)
    longest = max((verdict.questions for verdict in verdicts), key=len, default=())
    order = {question.name: number for number, question in enumerate(longest)}
    return sorted(kinds, key=lambda kind: order.get(kind[0], len(order)))


def covariance(x: Sequence[float], y: Sequence[float]) -> float:
    """Two lists of numbers → their covariance, with n − 1."""
    mean_x, mean_y = fmean(x), fmean(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / (len(x) - 1)


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Two lists of numbers → their correlation, None where one does not vary.

    >>> correlation([0.0, 1.0, 1.0], [2.0, 4.0, 4.0])
    1.0
    """
    if len(x) < 2 or min(x) == max(x) or min(y) == max(y):
        return None
    return round(covariance(x, y) / math.sqrt(variance(x) * variance(y)), 12)


def wilson(share: float, count: int) -> tuple[float, float]:
    """A share of so many → its interval of 95 % (Wilson 1927)."""
    square = _Z**2 / count
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(share * (1 - share) / count + square / (4 * count)) * _Z / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def fisher(index: float, count: int) -> tuple[float, float] | None:
    """A correlation of so many pairs → its interval of 95 % in percent (Fisher 1921), None where they are too few."""
    if count < 4 or abs(index) >= 1:
        return None
    z, half = math.atanh(index), _Z / math.sqrt(count - 3)
    return 100 * math.tanh(z - half), 100 * math.tanh(z + half)


def _consistency(earned: Sequence[Mapping[str, float]]) -> float | None:
    """What each student earned by question → Cronbach's α in percent, None where it has none."""
    names = list(earned[0]) if earned else []
    totals = [sum(points.values()) for points in earned]
    if len(names) < _FEWEST_ITEMS or len(earned) < 2 or min(totals) == max(totals):
        return None
    single = sum(variance([points.get(name, 0.0) for points in earned]) for name in names)
    return 100 * len(names) / (len(names) - 1) * (1 - single / variance(totals))


def _mistakes(first: Mapping[str, Verdict], share: Mapping[str, float]) -> list[MistakeCount]:
    """Verdicts and shares of the points by student → the mistakes, the most common first; each once a student."""
    who: dict[str, set[str]] = defaultdict(set)
    where: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for student, verdict in first.items():
        for field in verdict.fields.values():
            for mistake, place in field.mistakes:
                who[mistake].add(student)
                where[mistake][place].add(student)
    counts = [
        MistakeCount(
            mistake, len(students), fmean(share[student] for student in students),
            _counted(where[mistake]),
        )
        for mistake, students in who.items()
    ]  # fmt: skip
    return sorted(counts, key=lambda count: (-count.students, count.mistake))


def _counted(where: Mapping[str, set[str]]) -> tuple[tuple[str, int], ...]:
    """Students by place → how many at each, most first."""
    return tuple(sorted(((place, len(at)) for place, at in where.items()), key=lambda pair: (-pair[1], pair[0])))
