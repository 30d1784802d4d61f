"""Exercise ↔ text in a cell of a notebook, and answers that a notebook's cells left → points and a report."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.reports import question_report
from graphviz_ad.exercises.record import MAX_FILE_CHARACTERS, dumps, loads
from graphviz_ad.items.model import Exercise

_MAX_UNPACKED_BYTES = 4 * MAX_FILE_CHARACTERS
"""Bytes to which a packed exercise may grow: UTF-8 has up to four for a character."""


@dataclass(frozen=True)
class Grader:
    """Marks questions of an exercise one by one; an answer still counts as right that follows from a wrong one."""

    exercise: Exercise

    @classmethod
    def unpacked(cls, text: str) -> Grader:
        """Text that `packed` made → the grader of its exercise.

        Raises ExerciseError where it is none.
        """
        try:
            data = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), _MAX_UNPACKED_BYTES)
            return cls(loads(data.decode()))
        except (binascii.Error, zlib.error, UnicodeDecodeError):
            raise ExerciseError("this is no packed exercise", hint="make the notebook again") from None

    def packed(self) -> str:
        """→ the exercise as base64 of its compressed JSON."""
        return base64.b64encode(zlib.compress(dumps(self.exercise).encode(), 9)).decode()

    def question(self, name: str, answers: object) -> tuple[float, str]:
        """Name of a question, and what the student's cells left as answers → points, and a report in Markdown."""
        given = answers if isinstance(answers, dict) else {}
        written = {str(field): "" if answer is None else str(answer) for field, answer in given.items()}
        marked = mark(self.exercise, written)
        question = next(question for question in self.exercise.questions if question.name == name)
        return round(marked.points[name], 4), "\n".join(question_report(marked, question))
