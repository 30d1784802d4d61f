"""Marked sheets → reports: one for a student as Markdown, the class as a table, and what was common in it."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.diagram.slides import markdown
from graphviz_ad.exercises.marking.marking import Mark, Marked
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Place, Question, Text
from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import say

_LONGEST = 60
"""Characters of an answer that are repeated in a report."""


def student_report(student: str, marked: Marked) -> str:
    """Student and marked sheet → Markdown: points by question, each answer with its verdict and what is said of it."""
    exercise, lang = marked.exercise, marked.exercise.lang
    total = f"{_points(marked.total)} / {_points(exercise.points)}"
    lines = [f"# {markdown(_line(student))}", "", f"`{exercise.title.replace('`', ' ')}`", "",
             f"**{say('mark.points', lang)}: {total}**", ""]  # fmt: skip
    for question in exercise.questions:
        points = f"{_points(marked.points[question.name])} / {_points(question.points)}"
        lines += [f"## {question.name} ({points})", "", _inline(question.prompt), ""]
        lines += [*question_report(marked, question), ""]
    return "\n".join(lines)


def question_report(marked: Marked, question: Question) -> list[str]:
    """A question of a marked sheet → a line of Markdown for each of its answers."""
    marks = {one.field.name: one for one in marked.marks}
    return [_answered(marks[field.name], marked.exercise.lang) for field in question.fields]


def _answered(one: Mark, lang: str) -> str:
    label = _inline(one.field.label) or one.field.name
    answer = f"`{_line(one.answer[:_LONGEST]).replace('`', ' ')}`" if one.answer else "–"
    said = f" — {_inline(one.said)}" if one.said else ""
    return f"- {label}: {answer} **{say(f'mark.verdict.{one.verdict}', lang)}**{said}"


def _inline(text: Text) -> str:
    return markdown(_line(plain(text)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _points(points: float) -> str:
    return numbers.number(round(points, 2))


def class_table(sheets: Sequence[tuple[str, Marked]]) -> str:
    """Students and their marked sheets → CSV: points, verdict of every field, the mistakes that were named.

    What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    fields = list(dict.fromkeys(field.name for _, marked in sheets for field in marked.exercise.fields))
    questions = list(dict.fromkeys(one.name for _, marked in sheets for one in marked.exercise.questions))
    writer.writerow(
        ["student", "seed", "points", "of", *questions, *(f"{field} verdict" for field in fields), "mistakes"]
    )
    for student, marked in sheets:
        verdicts = {one.field.name: one.verdict for one in marked.marks}
        row = [student, marked.exercise.seed, round(marked.total, 4), marked.exercise.points]
        row += [round(marked.points[name], 4) if name in marked.points else "" for name in questions]
        row += [verdicts.get(field, "") for field in fields]
        writer.writerow([*map(safe_cell, row), safe_cell("; ".join(_mistakes(marked)))])
    return out.getvalue()


def safe_cell(value: object) -> str:
    """Value of a cell → text that no spreadsheet runs.

    >>> safe_cell("=1+1"), safe_cell(-2.5), safe_cell("-2.5"), safe_cell("@x")
    ("'=1+1", '-2.5', '-2.5', "'@x")
    """
    text = str(value)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%") or text.lstrip()[:1] in ("=", "+", "-", "@"):
        try:
            return text if math.isfinite(float(text)) else f"'{text}"
        except ValueError:
            return f"'{text}"
    return text


def _mistakes(marked: Marked) -> list[str]:
    """A marked sheet → the mistakes that were named, the likeliest way of each wrong answer, each once, in words."""
    found = dict.fromkeys(slip.mistake for one in marked.marks for way in one.ways[:1] for slip in way)
    return [say(f"mistake.{name}", marked.exercise.lang) for name in found]


@dataclass(frozen=True, slots=True)
class Common:
    """What was common in a class: students by mistake, and by place on the graph."""

    students: int
    mistakes: tuple[tuple[str, int], ...]
    places: tuple[tuple[Place, int], ...]
    fields: tuple[tuple[str, int], ...]


def common(sheets: Sequence[tuple[str, Marked]]) -> Common:
    """Marked sheets on graphs of one form → how many students made each mistake, and where; each counts once."""
    mistakes: Counter[str] = Counter()
    places: Counter[Place] = Counter()
    fields: Counter[str] = Counter()
    for _, marked in sheets:
        first = [one.ways[0] for one in marked.marks if one.ways]
        mistakes.update({slip.mistake for way in first for slip in way})
        places.update({place for way in first for slip in way for place in slip.places})
        fields.update(one.field.name for one in marked.marks if not one.earned)
    return Common(len(sheets), tuple(mistakes.most_common()), tuple(places.most_common()), tuple(fields.most_common()))


def same_form(exercises: Sequence[Exercise]) -> bool:
    """Whether the graphs are one but for their numbers, so that places mean the same in all of them."""
    forms = {(one.trace.graph.source.text, tuple(one.asked)) for one in exercises}
    return len(forms) == 1
