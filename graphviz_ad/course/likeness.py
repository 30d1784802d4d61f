"""Answers of a class to sheets with other numbers each → pairs of students who have the same wrong ones.

Where inputs differ, the same wrong number is hardly chance if nobody else has it; a likeness is a reason to ask, and no
proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from graphviz_ad.course.verdicts import Verdict

_FEWEST_SAME = 2
"""Wrong answers that have to be the same: one may be chance."""
_FEWEST_DIGITS = 4
"""Of these answers together, the first of each not counted: small whole numbers are wrong alike by chance."""
_COMMON = 3
"""Students who have a wrong answer to a field, besides which it says nothing of two of them."""
_FOREIGN = 0.6
"""Share of the wrong answers that have to be right on another sheet."""
_FEWEST_FOREIGN = 3
"""Answers that have to be right on another sheet and wrong on one's own."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two students with other sheets: the fields in which they have the same, and of which kind that is: `wrong`, both
    have the same wrong answers; `sheet`, what the first wrote is right on the sheet of the second."""

    sheet: str
    first: str
    second: str
    fields: tuple[str, ...]
    kind: str


def likenesses(sheet: str, verdicts: Mapping[str, Verdict]) -> list[Likeness]:
    """Sheet and the verdict on one attempt of each student → the pairs that are alike, the most alike first."""
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    right: dict[tuple[str, str], list[str]] = defaultdict(list)
    for student, verdict in verdicts.items():
        for field in verdict.fields.values():
            if field.verdict in ("wrong", "carried") and field.answer:
                wrong[field.name, _plain(field.answer)].append(student)
            elif field.verdict == "right":
                right[field.name, _plain(field.answer)].append(student)
    same: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    theirs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    failed = Counter(student for students in wrong.values() for student in students)
    for (name, answer), students in wrong.items():
        if len(students) <= _COMMON:
            for first, second in combinations(students, 2):
                same[first, second].append((name, answer))
        for owner in right[name, answer]:
            for student in students:
                theirs[student, owner].append((name, answer))
    pairs = [
        Likeness(sheet, *pair, tuple(name for name, _ in answers), "wrong")
        for pair, answers in same.items()
        if _says_something([answer for _, answer in answers]) and _differ(verdicts, pair)
    ]
    for pair, answers in theirs.items():
        is_much = len(answers) >= max(_FEWEST_FOREIGN, _FOREIGN * failed[pair[0]])
        if is_much and _says_something([answer for _, answer in answers]) and _differ(verdicts, pair):
            pairs.append(Likeness(sheet, *pair, tuple(name for name, _ in answers), "sheet"))
    return sorted(pairs, key=lambda likeness: (-len(likeness.fields), likeness.first, likeness.second))


def _says_something(answers: list[str]) -> bool:
    """Whether the same wrong answers are too many, or have too many digits, to be chance."""
    digits = sum(max(0, sum(sign.isdecimal() for sign in answer.lstrip("-0.")) - 1) for answer in answers)
    return len(answers) >= _FEWEST_SAME and digits >= _FEWEST_DIGITS


def _differ(verdicts: Mapping[str, Verdict], pair: tuple[str, str]) -> bool:
    return verdicts[pair[0]].version != verdicts[pair[1]].version


def _plain(answer: str) -> str:
    """Answer as written → one spelling of its number."""
    try:
        return f"{float(answer):.6g}"
    except ValueError:
        return "".join(answer.split()).casefold()
