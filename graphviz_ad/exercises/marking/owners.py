"""Path of a file that was handed in → whose it is, by the names that platforms give to what they export.

Moodle: a folder `Ada Lovelace_1234_assignsubmission_file` for each student (with `_` at the end up to 3.x), or, where
no folders are asked for, that before the name of the file; `_onlinetext` for text that was typed in. Canvas: all
files in one folder as `lovelaceada_340934_208490284_sheet.json`, with `_LATE` behind the name of a late one, and the
numbers of student and submission. nbgrader: `submitted/STUDENT/ASSIGNMENT/sheet.ipynb`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_.*)?")
"""Name of a student's folder in Moodle's archive of all submissions."""
_CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<number>\d+)_\d+_.+")
"""Name of a student's file in Canvas' archive of all submissions."""
_NBGRADER = ("submitted", "autograded", "feedback")
"""Folders in which nbgrader keeps one for each student."""
_FEWEST_PARTS = 3
"""Of a path in which a notebook stands in a folder of its student: what was given, the folder, the name."""


@dataclass(frozen=True, slots=True)
class Uploader:
    """Who handed a file in, as the platform has it: a name, and its number there, of the upload or of the student."""

    name: str
    number: str = ""
    is_of_upload: bool = False


def owner_of(parts: tuple[str, ...]) -> Uploader | None:
    """Folders and name of a file → who handed it in; None where its path does not say.

    >>> owner_of(("all.zip", "Ada Lovelace_1234_assignsubmission_file", "sheet.json"))
    Uploader(name='Ada Lovelace', number='1234', is_of_upload=True)
    >>> owner_of(("submissions.zip", "lovelaceada_LATE_340934_208490284_sheet-1.pdf"))
    Uploader(name='lovelaceada', number='340934', is_of_upload=False)
    >>> owner_of(("course", "submitted", "ada", "week-1", "sheet.ipynb")), owner_of(("answers", "ada.json"))
    (Uploader(name='ada', number='', is_of_upload=False), None)
    """
    for part in parts:
        match = _MOODLE.fullmatch(part)
        if match:
            return Uploader(match["name"], match["number"], is_of_upload=True)
    for part in parts[1:]:
        match = _CANVAS.fullmatch(part)
        if match:
            return Uploader(match["name"], match["number"])
    for at, part in enumerate(parts[:-2]):
        if part in _NBGRADER:
            return Uploader(parts[at + 1])
    if parts[-1].endswith(".ipynb") and len(parts) >= _FEWEST_PARTS:
        return Uploader(parts[1])
    return None


def is_same(name: str, other: str) -> bool:
    """Whether two names are one, whatever the order of first and last name and the signs between them.

    >>> is_same("lovelaceada", "Ada Lovelace"), is_same("山田 花子", "花子山田"), is_same("Ada", "Bob")
    (True, True, False)
    """
    return _letters(name) == _letters(other)


def _letters(name: str) -> list[str]:
    return sorted(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())
