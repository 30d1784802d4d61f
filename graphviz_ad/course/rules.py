"""The file of a course → its rules of points: kinds of question, attempts, due dates, what is taken off, extra time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Literal, cast
from zoneinfo import ZoneInfo

from graphviz_ad.course.entries import Table
from graphviz_ad.errors import nearest
from graphviz_ad.exercises.questions.kinds import KINDS

Attempts = Literal["best", "last", "first"]
ATTEMPTS: tuple[Attempts, ...] = ("best", "last", "first")
"""Which of several attempts of a student counts."""
RULE_KEYS = (
    "timezone", "attempts", "drop_lowest", "points", "rubric", "late", "hints", "extra_time", "overrides", "marks"
)  # fmt: skip
"""Keys at the top of a course's file that are about points."""
SHEET_RULE_KEYS = ("points", "kinds", "attempts", "due", "extra_time", "canvas")
"""Keys of a `[[sheet]]` that are about points."""
_DAY = timedelta(days=1)
"""What lateness is counted in."""
_ZONES = ("UTC", "Europe/Berlin", "Asia/Tokyo", "America/New_York")
"""Zones that are named in an error, as examples."""


@dataclass(frozen=True, slots=True)
class SheetRules:
    """What counts of a sheet: its points in the gradebook if they are others, the points of each kind of question,
    which attempt counts, when it is due, how much longer a student has, the number of its assignment in Canvas."""

    points: Fraction | None = None
    kinds: Mapping[str, Fraction] = field(default_factory=dict)
    attempts: Attempts = "best"
    due: datetime | None = None
    extra: Mapping[str, timedelta] = field(default_factory=dict)
    canvas: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts in a course: shares are from 0 to 1, of what a sheet is worth."""

    sheets: Mapping[str, SheetRules]
    zone: tzinfo = UTC
    carried: Fraction = Fraction(1)
    per_day: Fraction = Fraction(0)
    grace: timedelta = timedelta()
    max_deduction: Fraction = Fraction(1)
    closes: timedelta | None = None
    each_hint: Fraction = Fraction(0)
    drop_lowest: int = 0

    def due(self, sheet: str, student: str) -> datetime | None:
        """Name of a sheet and id of a student → when it is due for them, None where it never is."""
        rules = self.sheets[sheet]
        return None if rules.due is None else rules.due + rules.extra.get(student, timedelta())

    def is_open(self, sheet: str, student: str, now: datetime) -> bool:
        """Name of a sheet, id of a student and the time → whether it can still be handed in in time."""
        due = self.due(sheet, student)
        return due is not None and now <= due + self.grace

    def days_late(self, sheet: str, student: str, submitted: datetime | None) -> int:
        """Name of a sheet, id of a student and when it was handed in → the days begun after its due date, 0 where it
        came in time or within the grace, or no time is known."""
        due = self.due(sheet, student)
        if due is None or submitted is None or submitted <= due + self.grace:
            return 0
        return -((due - submitted) // _DAY)  # rounded up

    def late_share(self, days: int) -> Fraction:
        """Days late → the share of a sheet's points that is taken off; all where it was closed by then."""
        if self.closes is not None and days * _DAY > self.closes:
            return Fraction(1)
        return min(self.max_deduction, days * self.per_day)


def read_rules(table: Table, sheets: list[tuple[str, Table]]) -> Rules:
    """Top table of a course and the tables of its sheets by name → its rules. Raises ExerciseError."""
    zone, attempts = _zone(table), _attempts(table, "best")
    kinds, extra = _kinds(table.table("points")), _extra(table)
    rubric, late, hints = table.table("rubric"), table.table("late"), table.table("hints")
    rubric.require_known(("carried",))
    late.require_known(("per_day", "grace", "most", "closes"))
    hints.require_known(("each",))
    drop = table.get("drop_lowest", int, 0)
    if not 0 <= drop < max(1, len(sheets)):
        raise table.error("drop_lowest", f"{drop} sheets cannot be dropped of {len(sheets)}", "as in drop_lowest = 1")
    return Rules(
        {name: _of_sheet(sheet, kinds, attempts, extra, zone) for name, sheet in sheets}, zone,
        _percent(rubric, "carried", "50", Fraction(1)), _percent(late, "per_day", "10", Fraction(0)),
        late.duration("grace", timedelta()), _percent(late, "most", "50", Fraction(1)),
        late.duration("closes", _DAY) if "closes" in late.entries else None,
        _percent(hints, "each", "2", Fraction(0)), drop,
    )  # fmt: skip


def _of_sheet(
    table: Table, kinds: Mapping[str, Fraction], attempts: Attempts, extra: Mapping[str, timedelta], zone: tzinfo
) -> SheetRules:
    """Table of a sheet, and what the course says → its rules. Raises ExerciseError."""
    points = table.number_of("points", None, "20")
    if points == 0:
        raise table.error("points", "a sheet of 0 points counts nothing", "give its points, as in points = 20")
    canvas = table.get("canvas", int, None)
    return SheetRules(
        points, {**kinds, **_kinds(table.table("kinds"))}, _attempts(table, attempts), _due(table, zone),
        {**extra, **_extra(table)}, canvas,
    )  # fmt: skip


def _percent(table: Table, name: str, example: str, default: Fraction) -> Fraction:
    """Key of a percentage → the share it is."""
    percent = table.number_of(name, None, example, 100)
    return default if percent is None else percent / 100


def _kinds(table: Table) -> dict[str, Fraction]:
    """Table of points by kind of question → the same. Raises ExerciseError for a kind that is not known."""
    for kind in table.entries:
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            hint = f"did you mean '{near}'?" if near else "the kinds are " + ", ".join(KINDS)
            raise table.error(kind, f"there is no kind of question '{kind}'", hint)
    return {kind: cast(Fraction, table.number_of(kind, None, "2")) for kind in table.entries}


def _extra(table: Table) -> dict[str, timedelta]:
    """A table with `extra_time` → how much longer each student has, by id."""
    extra = table.table("extra_time")
    return {student: extra.duration(student, _DAY) for student in extra.entries}


def _attempts(table: Table, default: Attempts) -> Attempts:
    attempts = table.get("attempts", str, default)
    if attempts not in ATTEMPTS:
        raise table.error(
            "attempts", f"'{attempts}' does not say which attempt counts", 'use "best", "last" or "first"'
        )
    return attempts


def _zone(table: Table) -> tzinfo:
    """Top table → the zone of due dates, and of times that name none. Raises ExerciseError where there is none."""
    name = table.get("timezone", str, "UTC")
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        pass
    raise table.error("timezone", f"there is no time zone '{name}'", f"use a name as {', '.join(_ZONES)}")


def _due(table: Table, zone: tzinfo) -> datetime | None:
    """Table of a sheet → when it is due, in the course's zone unless it names one."""
    if "due" not in table.entries:
        return None
    due = table.entries["due"]
    if isinstance(due, str):
        try:
            due = datetime.fromisoformat(due)
        except ValueError:
            due = None
    if not isinstance(due, datetime):
        raise table.error("due", "'due' is no date with a time", "as in due = 2026-11-03 23:59:00")
    return in_utc(due, zone)


def in_utc(time: datetime, zone: tzinfo) -> datetime:
    """Time, and the zone it is in unless it names one → the same in UTC, in which days have 24 hours."""
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
