"""New attempts → what the one who marks should know of them: late, without a time, without any answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphviz_ad.course.plan import Course
from graphviz_ad.course.submissions import Submission

_MAX_NAMED = 5
"""Students who are named in a remark; the gradebook has them all."""


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


def _days(count: int) -> str:
    return f"{count} day{'s' * (count != 1)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMED
    return "; ".join(names[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
