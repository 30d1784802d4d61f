"""Exercise → a Jupyter notebook for nbgrader (cell metadata schema 3).

The blank sheet is what students get, and holds no answer. The key and the solution are the instructor's version, for
the `source` folder of a course: the answers stand between `### BEGIN SOLUTION` and `### END SOLUTION`, with the
solution also the steps, and the cells that mark hold the exercise between `### BEGIN HIDDEN TESTS` and `### END HIDDEN
TESTS`; `nbgrader generate_assignment` takes both out. The cells have the same names in all versions. Questions are
marked after the last of them, since what follows from one's own wrong number counts.
(https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html)
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.slides import markdown
from graphviz_ad.exercises.marking.autograde import Grader
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.key import letter_of, right_text
from graphviz_ad.exercises.sheets.printed import Part, Row, on_numbers, printed
from graphviz_ad.exercises.sheets.worksheet import on_screen, option_figure
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Field, Question, Text
from graphviz_ad.language.printer import LATEX
from graphviz_ad.messages.catalogue import between, say

_PIXELS_PER_UNIT = 1.5
"""Of a picture: large enough to read, with half the pixels of 2, since every copy of the notebook holds them."""
_ID_DIGITS = 12
"""Hexadecimal digits of a cell's id: nbformat allows 64 characters, and a notebook has some dozens of cells."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → its notebook."""
    return [(f"{name}.ipynb", _Notebook(exercises[0], sheet).file())]


class _Notebook:
    """Cells as they are added."""

    def __init__(self, exercise: Exercise, sheet: Sheet) -> None:
        self.exercise, self.sheet, self.lang = exercise, sheet, exercise.lang
        self.cells: list[dict[str, object]] = []

    def file(self) -> bytes:
        """→ the notebook, written as Jupyter writes it (nbformat 4.5)."""
        page = printed(self.exercise, "blank")  # in every version: what stands in Markdown stays when it is released
        formula = "\n\n".join(f"$$\n{statement}\n$$" for statement in written_statements(self.exercise.trace, LATEX))
        gap = between("language.gap", self.lang)
        given = self.say("given") + gap + ", ".join(map(_text, page.inputs))
        about = gap.join((self.say("about"), *map(_text, on_numbers(self.exercise))))
        graph = on_screen(self.exercise, "numbered").png(_PIXELS_PER_UNIT)
        picture = f"![{markdown(say('figure.blank', self.lang))}](attachment:graph.png)"
        opening = (f"# {markdown(page.title)}", formula, given, picture, about, f"*{markdown(page.mark)}*")
        self.text("exercise", "\n\n".join(opening), {"graph.png": graph})
        self.code("answers", ["answers = {}"], locked=True)
        for question, part in zip(self.exercise.questions, page.parts, strict=True):
            self._question(question, part)
        self.text("marking", f"## {self.say('marking')}\n\n{self.say('marking.about')}")
        for number, question in enumerate(self.exercise.questions):
            self._marking(question, page.parts[number], first=number == 0)
        metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}, "title": self.exercise.title,
        }  # fmt: skip
        whole = {"cells": self.cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    def say(self, key: str) -> str:
        return say(f"nbgrader.{key}", self.lang)

    # -- questions -----------------------------------------------------------------------------

    def _question(self, question: Question, part: Part) -> None:
        """What is asked, and the cell to answer in."""
        pictures: dict[str, bytes] = {}
        blocks = [f"## {markdown(part.heading)}{between('language.gap', self.lang)}{markdown(part.worth)}"]
        blocks.append(_text(part.prompt))
        blocks += ["\n".join(f"- {_text(line)}" for line in part.given)] if part.given else []
        for row in part.rows:
            if row.options:
                blocks.append("\n".join(self._options(row, pictures)))
        self.text(f"{question.name}-text", "\n\n".join(blocks), pictures)
        lines = [f'answers["{field.name}"] = ""  # {_comment(field)}' for field in question.fields]
        if self.sheet != "blank":
            lines += ["### BEGIN SOLUTION", *self._solution(question), "### END SOLUTION"]
        self.code(question.name, lines, solution=True)

    def _options(self, row: Row, pictures: dict[str, bytes]) -> Iterator[str]:
        yield from [f"{_text(row.label)}\n"] if row.label else []
        for option in row.options:
            shown = _text(option.words)
            if option.formula is not None:
                name = f"{row.name}-{option.letter}.png"
                pictures[name] = option_figure(option.formula, option.letter, self.lang).png(_PIXELS_PER_UNIT)
                alt = say("sheet.option", self.lang).format(letter=option.letter)
                shown = f"\n\n  ![{markdown(alt)}](attachment:{name})"
            yield f"- **{option.letter}** {shown}".rstrip()

    def _solution(self, question: Question) -> Iterator[str]:
        """The right answers as code; on the worked sheet the steps before them as comments."""
        if self.sheet == "solution":
            yield from (f"# {' '.join(plain(line).split())}" for line in question.solution)
        for field in question.fields:
            response = field.response
            right = (
                letter_of(response.right) if isinstance(response, Choice) else right_text(field, self.exercise.digits)
            )
            yield f'answers["{field.name}"] = {json.dumps(right, ensure_ascii=False)}'

    def _marking(self, question: Question, part: Part, *, first: bool) -> None:
        """The cell that marks a question; the first brings the exercise."""
        lines = [f"# {part.heading} ({part.points})"]
        if self.sheet != "blank":
            lines.append("### BEGIN HIDDEN TESTS")
            if first:
                packed = Grader(self.exercise).packed()
                lines += [
                    "from graphviz_ad.exercises.marking.autograde import Grader",
                    "",
                    f'grader = Grader.unpacked("{packed}")',
                ]
            lines += [f'points, report = grader.question("{question.name}", answers)', "print(report)", "points"]
            lines.append("### END HIDDEN TESTS")
        self.code(f"{question.name}-marking", lines, locked=True, points=question.points)

    # -- cells ---------------------------------------------------------------------------------

    def text(self, name: str, source: str, pictures: dict[str, bytes] | None = None) -> None:
        """Markdown, and pictures by name → a cell that is only read."""
        attached = {key: {"image/png": base64.b64encode(data).decode()} for key, data in (pictures or {}).items()}
        more = {"attachments": attached} if attached else {}
        self._add("markdown", name, source, _cell(name, locked=True), **more)

    def code(
        self, name: str, lines: list[str], *, locked: bool = False, solution: bool = False, points: float | None = None
    ) -> None:
        """Lines of code → a cell to answer in, or to mark with if it has points."""
        metadata = _cell(name, locked=locked, solution=solution, points=points)
        self._add("code", name, "\n".join(lines), metadata, execution_count=None, outputs=[])

    def _add(self, kind: str, name: str, source: str, metadata: dict[str, object], **more: object) -> None:
        ident = hashlib.sha256(f"{self.exercise.title} {name}".encode()).hexdigest()[:_ID_DIGITS]
        cell = {"cell_type": kind, "id": ident, "metadata": {"nbgrader": metadata}}
        self.cells.append({**cell, "source": source.splitlines(keepends=True), **more})


def _cell(name: str, *, locked: bool, solution: bool = False, points: float | None = None) -> dict[str, object]:
    """Name of a cell and what it is for → its metadata for nbgrader."""
    graded = {} if points is None else {"points": points}
    return {
        "schema_version": 3, "grade": points is not None, "grade_id": name, "locked": locked, "solution": solution,
        "task": False, **graded,
    }  # fmt: skip


def _comment(field: Field) -> str:
    """Field → the comment behind it in the code: its label, and the letters of its options."""
    label = " ".join(plain(field.label).split())
    if not isinstance(field.response, Choice):
        return label or field.name
    letters = f"{letter_of(0)}–{letter_of(len(field.response.options) - 1)}"
    return f"{label}: {letters}" if label else letters


def _text(text: Text) -> str:
    """Words with mathematics → Markdown."""
    return "".join(markdown(segment[1]) if segment[0] == "text" else f"${segment[1].write(LATEX)}$" for segment in text)
