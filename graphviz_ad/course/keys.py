"""A sheet of a student → its keys, the current version and those that were handed out before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from graphviz_ad.course.plan import KEYS, Course, given_files
from graphviz_ad.course.versions import earlier_keys, key_at
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.identity import code_in, owner_of


@dataclass(frozen=True, slots=True)
class Key:
    """A key: where it stands, the code of its version, its seed, and a digest of all it holds."""

    path: str
    version: str
    seed: str
    digest: str


class KeyRing:
    """The keys of a course by sheet and student; files are looked at when they are asked for, and once."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._files: Mapping[str, str] = given_files(course.out) | {
            student.id: student.file for student in course.students
        }
        self._known: dict[tuple[str, str], list[Key]] = {}

    def of(self, sheet: str, student: str) -> list[Key]:
        """Sheet and student → the keys, the newest first.

        Raises ExerciseError where there is none, or one is another student's.
        """
        if (sheet, student) not in self._known:
            file = self._files.get(student)
            name = f"{KEYS}/{sheet}/{file}.json"
            paths = (
                [os.path.join(self.course.out, name), *reversed(earlier_keys(self.course.out, name))] if file else []
            )
            self._known[sheet, student] = [key for path in paths if (key := _student_key(path, student)) is not None]
        keys = self._known[sheet, student]
        if not keys:
            raise ExerciseError(
                f"{student}: there is no key of the sheet '{sheet}'", hint="make it: graphviz-ad course COURSE.toml"
            )
        return keys

    def choose(self, sheet: str, student: str, version: str, seed: str) -> list[Key]:
        """Sheet, student, and what the answers say of the sheet → the keys it may be, the newest first.

        Raises ExerciseError where the answers are to another student's sheet, or to none.
        """
        keys = self.of(sheet, student)
        if version:
            fits = [key for key in keys if key.version == version]
        else:
            fits = [key for key in keys if key.seed == seed] if seed else keys
        if fits:
            return fits
        what = f"version {version}" if version else f"seed {seed}"
        other = self._whose(sheet, version, seed)
        if other:
            raise ExerciseError(f"{student}: {what} is the sheet of {other}", hint="ask whose answers these are")
        raise ExerciseError(
            f"{student}: no sheet '{sheet}' of theirs has the {what}", hint="look it up on the sheet, or leave it empty"
        )

    def _whose(self, sheet: str, version: str, seed: str) -> str:
        """Sheet and what is printed on it → the student whose it is, "" where it is nobody's."""
        for student in self.course.students:
            try:
                keys = self.of(sheet, student.id)
            except ExerciseError:
                continue
            if any(key.version == version if version else key.seed == seed for key in keys):
                return student.title
        return ""


def _student_key(path: str, student: str) -> Key | None:
    """Path → the key there, None where there is none. Raises ExerciseError where it is another student's."""
    document = key_at(path)
    if document is None:
        if os.path.exists(path):
            raise ExerciseError(f"'{path}' is damaged", hint="move it away, and make it again: graphviz-ad course")
        return None
    owner = owner_of(document)
    if owner is not None and owner.student != student:
        raise ExerciseError(
            f"{student}: '{path}' is the key of {owner.name} ({owner.student})", hint="move it to its own place"
        )
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:16]
    return Key(path, code_in(document), str(document.get("seed", "")), digest)
