"""PDF that was filled in, by whichever program → the answers in its form fields. By pypdf (extra `forms`)."""

from __future__ import annotations

import io
import re
from typing import Any

from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.marking.received import Answers, text_of
from graphviz_ad.lazy import optional

_MAX_FIELDS = 4_000
"""Fields of a form: twice what a sheet may ask for, since each button of a choice is one."""
_FIELD = re.compile(r"q\d+(-\w+)?")
"""Name of a field of an exercise, in which there is a - for the point."""


def read_pdf(data: bytes, name: str, stem: str) -> Answers:
    """Bytes of a PDF, the name of its file and that without its suffix → the answers.

    Raises ExerciseError where there are none, MissingPartError without pypdf. A damaged file may take as long as it
    likes: `guarded` puts an end to it.
    """
    pypdf: Any = optional("pypdf", "forms", "reading a PDF that was filled in")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExerciseError(f"'{name}' is locked with a password", hint="ask for the file without it")
        fields = reader.get_fields() or {}
        if len(fields) > _MAX_FIELDS:
            raise ExerciseError(f"'{name}' has more fields than any sheet", hint="ask for the form of the exercise")
        written = {str(key): _value(field) for key, field in fields.items()}
    except GraphvizADError:
        raise
    except Exception as problem:  # pypdf raises what it happens upon
        raise ExerciseError(
            f"'{name}' is damaged: {type(problem).__name__}", hint="ask for the file again, as it was saved"
        ) from None
    answers = {key.replace("-", "."): text for key, text in written.items() if _FIELD.fullmatch(key) and text}
    if not any(map(_FIELD.fullmatch, written)):
        raise ExerciseError(
            f"'{name}' has no form fields: it was printed to a file, or scanned",
            hint="ask for the form as it was saved",
        )
    student, ident = written.get("student", ""), written.get("ident", "")
    return Answers(student or ident or stem, answers, ident, written.get("sheet", ""), source=name)


def _value(field: Any) -> str:
    """Field → what was typed, or the option that was chosen; "" where nothing was."""
    value = field.get("/V")
    chosen = [kid.get_object().get("/AS") for kid in field.get("/Kids", ())]
    if value in (None, "/Off") and any(chosen):  # some programs turn on the button alone
        value = next((state for state in chosen if state not in (None, "/Off")), None)
    if value is None or value == "/Off":
        return ""
    text = value.decode("latin-1") if isinstance(value, bytes) else text_of(value)
    return " ".join(text.removeprefix("/").split()) if field.get("/FT") == "/Btn" else " ".join(text.split())
