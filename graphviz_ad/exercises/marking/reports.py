"""Marked sheets → reports: one for a student as Markdown, the class as a table, and what was common in it."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.diagram.slides import markdown
from graphviz_ad.exercises.marking.marks import Mark, MarkedSheet
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Place, Question, Text
from graphviz_ad.language import numbers
from graphviz_ad.messages.catalogue import say

_MAX_ANSWER_CHARACTERS = 60
"""Characters of an answer that are repeated in a report: what fits a line beside its verdict."""


def student_report(student: str, marked: MarkedSheet, answers: Answers | None = None) -> str:
    """Student and marked sheet → Markdown: points by question, each answer with its verdict and feedback.

    Of answers that a page saved it repeats the receipt.
    """
    exercise, lang = marked.exercise, marked.exercise.lang
    total = f"{_points(marked.total)} / {_points(exercise.points)}"
    lines = [f"# {markdown(_line(student))}", "", f"`{exercise.title.replace('`', ' ')}`", "",
             f"**{say('mark.points', lang)}: {total}**", ""]  # fmt: skip
    if answers is not None and answers.receipt:
        key = "mark.receipt" if answers.is_as_saved else "mark.receipt.changed"
        receipt = f"`{_line(answers.receipt[:_MAX_ANSWER_CHARACTERS]).replace('`', ' ')}`"
        when = markdown(_line(answers.saved[:_MAX_ANSWER_CHARACTERS]))
        lines += [say(key, lang).format(receipt=receipt, when=when), ""]
    for question in exercise.questions:
        points = f"{_points(marked.points[question.name])} / {_points(question.points)}"
        lines += [f"## {question.name} ({points})", "", _inline(question.prompt), ""]
        lines += [*question_report(marked, question), ""]
    return "\n".join(lines)


def question_report(marked: MarkedSheet, question: Question) -> list[str]:
    """A question of a marked sheet → a line of Markdown for each of its answers."""
    marks = {mark.field.name: mark for mark in marked.marks}
    return [_answered(marks[field.name], marked.exercise.lang) for field in question.fields]


def _answered(mark: Mark, lang: str) -> str:
    """Mark of a field → a line with its label, the answer, the verdict and the feedback."""
    label = _inline(mark.field.label) or mark.field.name
    answer = f"`{_line(mark.answer[:_MAX_ANSWER_CHARACTERS]).replace('`', ' ')}`" if mark.answer else "–"
    feedback = f" — {_inline(mark.feedback)}" if mark.feedback else ""
    return f"- {label}: {answer} **{say(f'mark.verdict.{mark.verdict}', lang)}**{feedback}"


def _inline(text: Text) -> str:
    return markdown(_line(plain(text)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _points(points: float) -> str:
    return numbers.number(round(points, 2))


def class_table(sheets: Sequence[tuple[str, MarkedSheet]], attempts: Sequence[int] | None = None) -> str:
    """Students and their marked sheets → CSV: points, verdict of every field, the mistakes that were named.

    With the number of each attempt, where someone has several, that is a column too.

    What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    fields = list(dict.fromkeys(field.name for _, marked in sheets for field in marked.exercise.fields))
    questions = list(dict.fromkeys(question.name for _, marked in sheets for question in marked.exercise.questions))
    writer.writerow(
        ["student", *(["attempt"] if attempts else []), "seed", "points", "of", *questions,
         *(f"{field} verdict" for field in fields), "mistakes"]
    )  # fmt: skip
    for number, (student, marked) in enumerate(sheets):
        verdicts = {mark.field.name: mark.verdict for mark in marked.marks}
        row: list[object] = [student, *([attempts[number]] if attempts else []), marked.exercise.seed]
        row += [round(marked.total, 4), marked.exercise.points]
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


def _mistakes(marked: MarkedSheet) -> list[str]:
    """A marked sheet → the mistakes in the likeliest diagnosis of each wrong answer, and slips, each once, in words."""
    likeliest = [mark.diagnoses[0] for mark in marked.marks if mark.diagnoses]
    names = dict.fromkeys(slip.mistake for diagnosis in likeliest for slip in diagnosis)
    slips = dict.fromkeys(mark.slip for mark in marked.marks if mark.slip and not mark.diagnoses)
    lang = marked.exercise.lang
    return [say(f"mistake.{name}", lang) for name in names] + [say(f"slip.{name}", lang) for name in slips]


@dataclass(frozen=True, slots=True)
class Common:
    """What was common in a class: students by mistake, and by place on the graph."""

    students: int
    mistakes: tuple[tuple[str, int], ...]
    places: tuple[tuple[Place, int], ...]
    fields: tuple[tuple[str, int], ...]


def common(sheets: Sequence[tuple[str, MarkedSheet]]) -> Common:
    """Marked sheets on graphs of one form → how many students made each mistake, and where; each counts once."""
    mistakes: Counter[str] = Counter()
    places: Counter[Place] = Counter()
    fields: Counter[str] = Counter()
    for _, marked in sheets:
        likeliest = [mark.diagnoses[0] for mark in marked.marks if mark.diagnoses]
        mistakes.update({slip.mistake for diagnosis in likeliest for slip in diagnosis})
        places.update({place for diagnosis in likeliest for slip in diagnosis for place in slip.places})
        fields.update(mark.field.name for mark in marked.marks if not mark.earned)
    return Common(len(sheets), tuple(mistakes.most_common()), tuple(places.most_common()), tuple(fields.most_common()))


def same_form(exercises: Sequence[Exercise]) -> bool:
    """Whether the graphs are one but for their numbers, so that places mean the same in all of them."""
    forms = {(exercise.trace.graph.source.text, tuple(exercise.asked)) for exercise in exercises}
    return len(forms) == 1
