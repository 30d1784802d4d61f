"""What a class found hard: statistics against numpy's, the commonest mistakes, and students who are alike."""

from __future__ import annotations

import json
import random
import shlex
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cli.main import main
from graphviz_ad.course.items import analysis, correlation, fisher, wilson
from graphviz_ad.course.likeness import likenesses
from graphviz_ad.course.rules import Rules, SheetRules
from graphviz_ad.course.verdicts import FieldVerdict, QuestionVerdict, Verdict

RULES = Rules({"one": SheetRules(kinds={"values": Fraction(4)})}, carried=Fraction(1, 2))


def verdict(*questions: str, version: str = "a", mistake: str = "") -> Verdict:
    """Questions, a letter for each field (right, carried, wrong) → the verdict."""
    words = {"r": "right", "c": "carried", "w": "wrong"}
    verdicts = tuple(
        QuestionVerdict(
            f"q{n}", "values" if n == 1 else "inputs", 2.0,
            tuple(
                FieldVerdict(f"q{n}.{m}", words[letter], "1", ((mistake, "a → b"),) if mistake and letter == "w" else ())
                for m, letter in enumerate(letters)
            ),
        )
        for n, letters in enumerate(questions, 1)
    )  # fmt: skip
    return Verdict("d", "a", version, "f", verdicts)


def test_statistics_of_questions_are_those_of_numpy() -> None:
    chance = random.Random(1)
    first = {
        f"s{n}": verdict(*("".join(chance.choice("rrwc") for _ in range(4)) for _ in range(3)), mistake="keep the last")
        for n in range(80)
    }
    result = analysis("one", first, 3, RULES)
    worth = {"r": 1.0, "c": 0.5, "w": 0.0}
    letters = {"right": "r", "carried": "c", "wrong": "w"}
    x = np.array([
        [of * np.mean([worth[letters[field.verdict]] for field in question.fields]) for of, question in zip((4, 2, 2), sheet.questions)]
        for sheet in first.values()
    ])  # fmt: skip
    for place, item in enumerate(result.items):
        rest = x.sum(axis=1) - x[:, place]
        assert item.facility == pytest.approx(x[:, place].mean() / (4, 2, 2)[place])
        assert item.discrimination == pytest.approx(100 * np.corrcoef(x[:, place], rest)[0, 1])
        assert item.efficiency == pytest.approx(
            100 * np.cov(x[:, place], rest)[0, 1] / np.cov(np.sort(x[:, place]), np.sort(rest))[0, 1]
        )
    total = x.sum(axis=1)
    assert result.consistency == pytest.approx(100 * 3 / 2 * (1 - x.var(axis=0, ddof=1).sum() / total.var(ddof=1)))
    assert (result.mean, result.median) == (pytest.approx(total.mean() / 8), pytest.approx(np.median(total) / 8))
    assert sum(result.bins) == result.students == 80
    assert result.unexplained == 0
    (mistake,) = result.mistakes
    assert mistake.students == sum("wrong" in [f.verdict for f in sheet.fields.values()] for sheet in first.values())


def test_few_students_get_no_verdict() -> None:
    few = {f"s{n}": verdict("rw"[n % 2], "rw"[n % 2]) for n in range(49)}
    many = few | {"more": verdict("r", "r")}
    assert [item.verdict for item in analysis("one", few, 0, RULES).items] == ["", ""]
    assert [item.verdict for item in analysis("one", many, 0, RULES).items] == ["good", "good"]
    alone = analysis("one", {"s1": verdict("r", "w")}, 0, RULES)
    assert [item.discrimination for item in alone.items] == [None, None]
    against = {f"s{n}": verdict("rw"[n % 2], "wr"[n % 2]) for n in range(60)}
    assert [item.verdict for item in analysis("one", against, 0, RULES).items] == ["invalid", "invalid"]


def test_intervals() -> None:
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)  # Newcombe's tables
    assert wilson(0.0, 5)[0] == pytest.approx(0, abs=1e-12)
    low, high = fisher(0.5, 30) or (0, 0)
    assert (low, high) == pytest.approx((17.04, 72.90), abs=0.01)
    assert correlation([1.0, 1.0], [0.0, 1.0]) is None


def answered(version: str, *fields: tuple[str, str]) -> Verdict:
    """Verdicts and answers of the fields of a question → the verdict."""
    verdicts = tuple(FieldVerdict(f"q1.{n}", how, answer, ()) for n, (how, answer) in enumerate(fields))
    return Verdict("d", "a", version, "f", (QuestionVerdict("q1", "values", 2.0, verdicts),))


def test_the_same_wrong_numbers_are_seen_where_the_sheets_differ() -> None:
    same = [("wrong", "12.75"), ("wrong", "-3.125"), ("right", "2")]
    students = {
        "a": answered("1", *same),
        "b": answered("2", *same),
        "c": answered("3", ("wrong", "4"), ("wrong", "0")),
    }
    (result,) = likenesses("one", students)
    assert (result.first, result.second, result.fields, result.kind) == ("a", "b", ("q1.0", "q1.1"), "wrong")
    assert likenesses("one", students | {"b": answered("1", *same)}) == []  # of one sheet they may well be alike
    everyone = {f"s{n}": answered(str(n), *same) for n in range(5)}
    assert likenesses("one", everyone) == []  # a mistake that many make says nothing of two
    small = [("wrong", "3"), ("wrong", "-2"), ("wrong", "5")]
    assert likenesses("one", {"a": answered("1", *small), "b": answered("2", *small)}) == []


def test_answers_to_the_sheet_of_another_are_seen() -> None:
    theirs = [("right", "12.75"), ("right", "3.5"), ("right", "-8.25")]
    own = [("wrong", answer) for _, answer in theirs]
    (result,) = likenesses("one", {"a": answered("1", *own), "b": answered("2", *theirs)})
    assert (result.first, result.second, result.kind) == ("a", "b", "sheet")


@pytest.mark.slow
def test_a_report_begins_with_what_to_teach_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")
    monkeypatch.chdir(tmp_path)
    Path("students.csv").write_text("id,name\n" + "".join(f"s{n},Someone <{n}>\n" for n in range(4)))
    Path("c.toml").write_text(
        '[[sheet]]\nname = "one"\nformula = "a = w*x; L = a^2 + 3*w"\nask = ["inputs"]\nformats = ["json"]\n'
    )
    assert main(["course", "c.toml"]) == 0
    rows = ["id,q1.1,q1.2"]
    for n in range(4):
        document = json.loads(Path(f"sheets/keys/one/s{n}.json").read_text())
        w, x = (field["answer"]["right"] for field in document["questions"][0]["fields"])
        a = document["inputs"]["w"] * document["inputs"]["x"]
        rows.append(f"s{n},{w - (2 * a * document['inputs']['x'] if n < 3 else 0)},{x}")
    Path("a.csv").write_text("\n".join(rows) + "\n")
    assert main(["course", "mark", "c.toml", "one", "a.csv"]) == 0
    capfd.readouterr()
    assert main(["course", "report", "c.toml", "-o", "report"]) == 0
    messages = capfd.readouterr().err
    assert "one: 3 of 4 students, keep the first, most at w" in messages or "keep the last, most at w" in messages
    page = Path("report/report.html").read_text()
    assert page.index("To teach again") < page.index("Week by week")
    assert "Someone" not in page
    assert "<svg" in page
    command = next(line for line in messages.splitlines() if "to teach it again: " in line).partition("again: ")[2]
    words = shlex.split(command)
    assert "--highlight" in words
    assert main(words[1:]) == 0
    assert Path("teach-1.html").exists()
    assert {path.name for path in Path("report").iterdir()} == {
        "report.html", "items.csv", "items.json", "mistakes.csv", "likeness.csv",
    }  # fmt: skip


@pytest.mark.cjk
@pytest.mark.parametrize("lang", ["ja", "zh"])
def test_a_report_in_other_languages(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("students.csv").write_text("id,name\ns1,Ada\n")
    Path("c.toml").write_text(f'lang = "{lang}"\n[[sheet]]\nname = "one"\nlevel = 2\nformats = ["json"]\n')
    Path("a.csv").write_text("id,q1.1\ns1,2\n")
    assert main(["course", "c.toml"]) == 0
    assert main(["course", "mark", "c.toml", "one", "a.csv"]) == 0
    assert main(["course", "report", "c.toml", "-o", "report"]) == 0
    page = Path("report/report.html").read_text(encoding="utf-8")
    assert {"ja": "もう一度教えること", "zh": "需要再讲的内容"}[lang] in page
    assert "Facility" not in page


def test_questions_of_mixed_levels_are_counted_by_their_kinds() -> None:
    """One name may be that of several kinds: each is a question of its own, and the sheet has no consistency."""
    sheet, other = verdict("rr", "rw"), verdict("rw", "rr")
    renamed = replace(other, questions=(other.questions[0], replace(other.questions[1], kind="rules")))
    result = analysis("one", {"s1": sheet, "s2": other, "s3": renamed}, 0, RULES)
    assert [(item.question, item.kind, item.students) for item in result.items] == [
        ("q1", "values", 3), ("q2", "inputs", 2), ("q2", "rules", 1),
    ]  # fmt: skip
    assert result.consistency is None
