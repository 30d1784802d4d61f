"""What one student handed in: the answers, whose they are, which sheet they are to, and when they were saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.graded.receipts import receipt_of

_MAX_ATTEMPT = 10_000
"""Number of a file that a page saved: nobody saves more, and what is larger was written by hand."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one student answered: text by the name of the field, and what the file says besides.

    `sheet` is the seed and the code of the sheet, as they are printed on it; `receipt` what the page showed when the
    file was saved, and `is_as_saved` whether it is that of the answers; `source` the file. Each may be missing.
    `is_ident_of_upload` is so where the id is a platform's number of the upload, by which no roster knows a student.
    """

    student: str
    fields: dict[str, str]
    ident: str = ""
    sheet: str = ""
    saved: str = ""
    attempt: int = 1
    receipt: str = ""
    is_as_saved: bool = True
    decimal_comma: bool = False
    source: str = ""
    is_ident_of_upload: bool = False


def of_graded_page(saved: Mapping[object, object], name: str, stem: str) -> Answers:
    """What a graded page saved, the name of the file and that without its suffix → the answers.

    Raises ExerciseError where it is damaged.
    """
    answers, attempt = saved.get("answers"), saved.get("attempt", 1)
    if not isinstance(answers, dict) or not isinstance(attempt, int) or not 0 < attempt <= _MAX_ATTEMPT:
        raise ExerciseError(f"'{name}' is damaged", hint="ask for the file again, as the page saved it")
    student, ident, sheet, when, receipt = (
        text_of(saved.get(key) or "") for key in ("student", "id", "sheet", "saved", "receipt")
    )
    fields = {text_of(field): text_of(answer) for field, answer in answers.items() if answer is not None}
    comma = saved.get("decimal_comma") is True
    due = receipt_of(sheet, student, ident, when, attempt, decimal_comma=comma, answers=fields)
    whose = student or ident or stem
    return Answers(whose, fields, ident, sheet, when, attempt, receipt, receipt == due, comma, name)


def text_of(value: object) -> str:
    """What JSON or a literal holds → text; lone surrogates, which no file can hold, become question marks."""
    written = value if isinstance(value, str) else str(value)
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
