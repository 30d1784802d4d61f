"""New attempts → what the one who marks should know of them: late, without a time, without any answer, unreadable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphviz_ad.course.plan import Course
from graphviz_ad.course.scoring import Attempt
from graphviz_ad.course.submissions import Submission
from graphviz_ad.exercises.marking.collecting import printable

_MAX_NAMED = 5
"""Students who are named in a remark; the gradebook has them all."""
_MAX_UNREADABLE = 10
"""Answers that cannot be read and are listed: they mostly have one cause."""
_MAX_QUOTED_CHARACTERS = 40
"""Characters of an answer that are repeated in a remark, which is one line."""


def remarks(course: Course, new: Sequence[Submission]) -> Iterator[tuple[str, str]]:
    """Course and the attempts that are new → `note` or `warning`, and what it says."""
    titles = {student.id: student.title for student in course.students}
    for submission in new:
        if not any(text.strip() for text in submission.answers.values()):
            yield (
                "warning",
                f"{submission.file}: no field of {titles[submission.student]} is filled in; it counts as an attempt",
            )
    dated = [
        submission
        for submission in new
        if submission.sheet in course.rules.sheets and course.rules.due(submission.sheet, submission.student)
    ]
    days = {
        submission.digest: course.rules.days_late(submission.sheet, submission.student, submission.time)
        for submission in dated
    }
    late = [
        f"{titles[submission.student]} by {_days(days[submission.digest])}"
        for submission in dated
        if days[submission.digest]
    ]
    if late:
        yield "note", f"handed in late: {_listed(late)}"
    undated = [titles[submission.student] for submission in dated if submission.time is None]
    if undated:
        yield (
            "note",
            (
                f"no file says when {_listed(undated)} handed in: taken as in time, unless a column 'submitted' or the "
                "option --submitted says it"
            ),
        )


def unreadable(course: Course, marked: Sequence[Attempt]) -> Iterator[tuple[str, str]]:
    """Course and the new attempts as they were marked → a warning for each answer that is no number, and why."""
    titles = {student.id: student.title for student in course.students}
    lines = [
        f"{submission.file}: {titles.get(submission.student, submission.student)}, field '{name}': "
        f"'{_short(field.answer)}': {field.says}"
        for submission, verdict in marked
        for name, field in verdict.fields.items()
        if field.verdict == "unreadable"
    ]
    for line in lines[:_MAX_UNREADABLE]:
        yield "warning", line
    if len(lines) > _MAX_UNREADABLE:
        yield "warning", f"and {len(lines) - _MAX_UNREADABLE} more answers that cannot be read"


def _short(answer: str) -> str:
    """An answer → as much of it as a line holds, without what a terminal would obey."""
    return printable(" ".join(answer.split()))[:_MAX_QUOTED_CHARACTERS]


def _days(count: int) -> str:
    return f"{count} day{'s' * (count != 1)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMED
    return "; ".join(names[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
