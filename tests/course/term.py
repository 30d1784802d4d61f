"""A simulated term: students who are late, hand in again, look at hints; its points by an arithmetic of its own."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

TOML = """\
title = "A term"
seed = 11
timezone = "Europe/Berlin"
attempts = "best"
drop_lowest = 1
[points]
values = 3
[rubric]
carried = 50
[late]
per_day = 10
grace = "15 minutes"
most = 40
[hints]
each = 2
[extra_time]
s003 = "2 days"
[[sheet]]
name = "week-1"
formula = "a = w*x; L = a^2"
ask = ["values", "inputs"]
formats = ["json"]
due = 2026-10-25 12:00:00
points = 20
[[sheet]]
name = "week-2"
formula = "a = w*x + b; L = a^2"
ask = ["values", "inputs"]
formats = ["json"]
due = 2026-11-03 23:59:00
attempts = "last"
[[sheet]]
name = "week-3"
formula = "a = w*x; L = a^2 + 3*b"
ask = ["values", "inputs"]
formats = ["json"]
due = 2026-11-10T22:59:00Z
points = 7.5
"""
DUE = {
    "week-1": datetime(2026, 10, 25, 11, tzinfo=UTC),  # the clocks went back that night
    "week-2": datetime(2026, 11, 3, 22, 59, tzinfo=UTC),
    "week-3": datetime(2026, 11, 10, 22, 59, tzinfo=UTC),
}
POINTS = {"week-1": Fraction(20), "week-2": None, "week-3": Fraction(15, 2)}
LATE = (timedelta(hours=-1), timedelta(minutes=14), timedelta(minutes=16), timedelta(days=1), timedelta(days=3, hours=2),
        timedelta(days=9), timedelta(days=-2))  # fmt: skip
DAYS = (0, 0, 1, 1, 4, 9, 0)
"""Days late by `LATE`, counted by hand."""


@dataclass
class Term:
    """A folder, how many students it has, and all that was handed in: (sheet, student) → [(time, share, …)]."""

    folder: Path
    count: int
    done: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def begin(self) -> None:
        """Writes the roster and the course."""
        names = [f"Student {number}" for number in range(self.count)]
        names[1] = names[2] = "Ada Lee"  # two of one name
        names[4], names[5] = "=cmd|' /C calc'!A0", "ada lee"
        with (self.folder / "students.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "name", "email", "username", "sis user id"])
            writer.writerows([self.id(n), name, f"u{n}@x.org", f"u{n}", f"SIS{n}"] for n, name in enumerate(names))
        (self.folder / "course.toml").write_text(TOML)

    def id(self, number: int) -> str:
        return f"s{number:03}"

    def change_formula(self) -> None:
        path = self.folder / "course.toml"
        path.write_text(path.read_text().replace("a = w*x + b; L = a^2", "a = w*x - b; L = a^2"))

    def key(self, sheet: str, student: str, earlier: bool = False) -> dict[str, Any]:
        folder = self.folder / "sheets/keys" / sheet / ("earlier/1" if earlier else "")
        document: dict[str, Any] = json.loads((folder / f"{student}.json").read_text())
        return document

    def answers(self, sheet: str, numbers: list[int], name: str, again: bool = False, earlier: bool = False) -> Path:
        """Writes the answers of some students to a sheet, and keeps what they are worth."""
        rows = [self._answered(sheet, number, again, earlier) for number in numbers]
        path = self.folder / name
        heading = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, heading)
            writer.writeheader()
            writer.writerows(rows)
        return path

    def _answered(self, sheet: str, number: int, again: bool, earlier: bool) -> dict[str, str]:
        student, week = self.id(number), int(sheet[-1])
        key = self.key(sheet, student, earlier)
        right = {f["name"]: f["answer"]["right"] for q in key["questions"] for f in q["fields"]}
        worth = dict.fromkeys(right, Fraction(1))
        answers = {name: repr(value) for name, value in right.items()}
        how = (number + week + 2 * again) % 5
        if how == 1:  # leaves out what comes last
            answers[last := list(right)[-1]], worth[last] = "", Fraction(0)
        if how == 2:  # no numbers
            for name in list(right)[::2]:
                answers[name], worth[name] = "?", Fraction(0)
        if how == 3 and sheet != "week-3":  # a wrong value, and what follows from it
            a, b = [field["name"] for field in key["questions"][0]["fields"]][-2:]  # a and L = a^2
            own = right[a] + (2 if abs(right[a] + 2) > 1.5 else 7)
            answers |= {a: repr(own), b: repr(own**2)}
            worth |= {a: Fraction(0), b: Fraction(1, 2)}
        kind = (number + 3 * week + again) % len(LATE)
        hints, time = number % 3, DUE[sheet] + LATE[kind] - timedelta(seconds=again)
        days = 0 if number == 3 and LATE[kind] <= timedelta(days=2, minutes=15) else DAYS[kind] - 2 * (number == 3)
        self.done.setdefault((sheet, student), []).append(
            {"key": key, "worth": worth, "days": max(0, days), "hints": hints, "time": time}
        )
        shown = time.isoformat() if number % 2 else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"id": student, "submitted": shown, "hints": str(hints), **answers}

    # -- what it is worth

    def points(self, sheet: str, student: str, set_by_hand: dict[str, Fraction] | None = None) -> Fraction | None:
        """Points of a sheet, rounded, None where nothing was handed in."""
        attempts = self.done.get((sheet, student), [])
        if not attempts:
            return None
        counted = [self._points(sheet, attempt, set_by_hand or {}) for attempt in attempts]
        if sheet == "week-2":
            return counted[max(range(len(attempts)), key=lambda n: (attempts[n]["time"], n))]
        return max(counted)

    def _points(self, sheet: str, attempt: dict[str, Any], set_by_hand: dict[str, Fraction]) -> Fraction:
        earned = attainable = Fraction(0)
        for question in attempt["key"]["questions"]:
            of = Fraction(3) if question["kind"] == "values" else Fraction(str(question["points"]))
            names = [field["name"] for field in question["fields"]]
            share = sum((attempt["worth"][name] for name in names), Fraction(0)) / len(names)
            earned += set_by_hand.get(question["name"], of * share)
            attainable += of
        whole = POINTS[sheet] or attainable
        off = min(Fraction(2, 5), attempt["days"] * Fraction(1, 10)) + attempt["hints"] * Fraction(1, 50)
        return hundredths(max(Fraction(0), earned / attainable * whole - off * whole))

    def of(self, sheet: str) -> Fraction:
        """What a sheet is worth: of week 2 the points of its questions, 3 for the values and one for each input."""
        return POINTS[sheet] or Fraction(3) + sum(
            Fraction(str(q["points"])) for q in self.key(sheet, "s000")["questions"] if q["kind"] != "values"
        )


def hundredths(points: Fraction) -> Fraction:
    """Points → rounded to hundredths, half of one upwards."""
    return Fraction(math.floor(points * 100 + Fraction(1, 2)), 100)
