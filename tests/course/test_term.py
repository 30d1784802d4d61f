"""A simulated term: the gradebook is right number by number, whatever happens on the way."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from cli import course_gradebook
from cli.main import main
from tests.course.term import DUE, Term
from tests.thorough import amount

ROOT = Path(__file__).parents[2]
SHEETS = tuple(DUE)


@pytest.fixture(autouse=True)
def after_the_term(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_gradebook, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


def rows(path: Path) -> list[dict[str, str]]:
    """Path of a table → its rows by heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def play(term: Term, jobs: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The whole term, a command after the other."""
    course = str(term.folder / "course.toml")
    term.begin()
    assert main(["course", course, "--jobs", jobs]) == 0
    everyone = list(range(term.count))
    present = [number for number in everyone if number % 11]
    mark = ["course", "mark", course]

    first = term.answers("week-1", present, "w1.csv")
    assert main([*mark, "week-1", str(first), "--jobs", jobs]) == 0
    resubmitted = term.answers("week-1", present[::5], "w1-again.csv", again=True)
    assert main([*mark, "week-1", str(resubmitted), "--jobs", jobs]) == 0
    assert main([*mark, "week-1", str(first), "--jobs", jobs]) == 0  # by mistake
    assert f"0 new attempts, {len(present)} were there" in capfd.readouterr().err

    early, late = present[: term.count // 3], present[term.count // 3 :]
    assert main([*mark, "week-2", str(term.answers("week-2", early, "w2.csv")), "--jobs", jobs]) == 0
    term.change_formula()
    assert main(["course", course, "--jobs", jobs]) == 1
    assert f"week-2: other formula and values for {term.count} students" in capfd.readouterr().err
    assert main(["course", course, "--replace", "--jobs", jobs]) == 0
    # who holds the old sheet hands it in as ever
    assert (
        main([*mark, "week-2", str(term.answers("week-2", late[::2], "w2-b.csv", earlier=True)), "--jobs", jobs]) == 0
    )
    again = term.answers("week-2", early[::2] + late[1::2], "w2-c.csv", again=True)
    killed([*mark, "week-2", str(again)], term.folder)
    assert main([*mark, "week-2", str(again), "--jobs", jobs]) == 0

    third = term.answers("week-3", present, "w3.csv")
    killed([*mark, "week-3", str(third)], term.folder)
    assert main([*mark, "week-3", str(third), "--jobs", jobs]) == 0
    (term.folder / "overrides.csv").write_text(
        "sheet,id,question,points,reason\nweek-1,s001,,19.5,a mistake of ours\n"
        "week-3,s002,,excused,ill\nweek-3,s006,q2,0.25,shown on paper\n"
    )
    capfd.readouterr()
    assert main([*mark, "--jobs", jobs]) == 0
    messages = capfd.readouterr().err
    assert "week-1, Ada Lee (s001):" in messages
    assert "→ 19.5, set by hand: a mistake of ours" in messages
    assert main([*mark, "--jobs", jobs]) == 0
    assert "→" not in capfd.readouterr().err  # a second time changes nothing
    assert main(["course", "gradebook", course, "-o", str(term.folder / "book")]) == 0


def killed(command: list[str], folder: Path) -> None:
    """Runs a command in a process that is killed while it marks."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "graphviz_ad_cli.main", *command], cwd=ROOT, env=environment)
    verdicts = folder / "marks/verdicts.jsonl"
    before = verdicts.stat().st_size
    while process.poll() is None and verdicts.stat().st_size == before:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check(term: Term) -> None:
    """The gradebooks of a term against its own arithmetic, number by number."""
    (term.folder / "overrides.csv").read_text()
    book = {row["id"]: row for row in rows(term.folder / "book/gradebook.csv")}
    canvas = {
        sheet: {row["SIS User ID"]: row for row in rows(term.folder / f"book/canvas-{sheet}.csv")} for sheet in SHEETS
    }
    moodle = {row["ID number"]: row for row in rows(term.folder / "book/moodle.csv")}
    assert len(book) == term.count
    for number in range(term.count):
        student = term.id(number)
        expected: dict[str, Fraction | None] = {
            sheet: term.points(sheet, student, {"q2": Fraction(1, 4)} if (sheet, student) == ("week-3", "s006") else {})
            for sheet in SHEETS
        }
        if student == "s001":
            expected["week-1"] = Fraction(39, 2)
        excused = {"week-3"} if student == "s002" else set()
        row = book[student]
        for sheet, points in expected.items():
            on_canvas = canvas[sheet].get(f"SIS{number}")
            if sheet in excused:
                assert (row[sheet], on_canvas[sheet] if on_canvas else "", moodle[student][sheet]) == ("", "EX", "-")
                continue
            assert row[sheet] == ("" if points is None else f"{float(points):g}"), (student, sheet)
            if points is None:
                assert on_canvas is None
                assert row[f"{sheet} status"] == "missing"
                assert student not in moodle or moodle[student][sheet] == "-"
            else:
                assert on_canvas is not None
                assert Fraction(on_canvas[sheet]) == Fraction(moodle[student][sheet]) == points
        shares = [
            ((expected[sheet] or 0) / term.of(sheet), at, sheet)
            for at, sheet in enumerate(SHEETS)
            if sheet not in excused
        ]
        kept = [sheet for _, _, sheet in sorted(shares)[1:]]
        summed = sum((expected[sheet] or Fraction(0) for sheet in kept), Fraction(0))
        assert Fraction(row["total"]) == summed, student
        assert Fraction(row["total of"]) == sum(map(term.of, kept))
        assert row["dropped"] == sorted(shares)[0][2]
    assert book["s004"]["name"] == "'=cmd|' /C calc'!A0"
    assert {book["s001"]["name"], book["s002"]["name"]} == {"Ada Lee"}


@pytest.mark.slow
def test_a_term_of_twelve(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    term = Term(tmp_path, 12)
    play(term, "1", capfd)
    check(term)


@pytest.mark.slow
def test_a_term_of_many(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    term = Term(tmp_path, amount(60, 600))
    play(term, "2", capfd)
    check(term)
