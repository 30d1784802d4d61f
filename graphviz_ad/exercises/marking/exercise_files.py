"""A file of an exercise, or a folder with one for each student → the exercise that answers belong to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.exercises.identity import owner_in, sheet_in, sheet_of
from graphviz_ad.exercises.marking.reading import read_start
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.exercises.record import MAX_FILE_CHARACTERS, loads
from graphviz_ad.export.file_names import composed, file_name
from graphviz_ad.items.model import Exercise

SEED = "seed"
"""The answer that says which variant it belongs to, as printed on the sheet."""
_MAX_NAME_CHARACTERS = 40
"""Characters of a name or a seed that are repeated in an error, which is one line."""
_MAX_BYTES = 4 * MAX_FILE_CHARACTERS
"""Of a file of an exercise: UTF-8 has up to four for a character."""


class ExerciseFiles:
    """Exercises by the names of their files and by their seeds; each is read when it is asked for."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._read: dict[str, Exercise] = {}
        self._seeds: dict[str, str] | None = None
        self._sheets: dict[str, list[str]] | None = None
        self._owners: dict[str, list[str]] | None = None
        self.files = {}
        if os.path.isdir(path):
            names = sorted(name for name in os.listdir(path) if name.endswith(".json"))
            self.files = {composed(name.removesuffix(".json")): os.path.join(path, name) for name in names}
            if not names:
                raise ExerciseError(
                    f"'{path}' holds no exercise", hint="give a folder of .json files, as sheets/keys/week-1"
                )

    def of(self, answers: Answers) -> Exercise:
        """Answers of a student → the exercise: the only one, that with the seed given with them, or that of the name.

        Raises ExerciseError where there is none, or its file is damaged.
        """
        if not os.path.isdir(self.path):
            return _checked(self._exercise(self.path), answers, self.path)
        if answers.sheet:
            return self._exercise(self.files[self._of_sheet(answers)])
        seed = answers.fields.get(SEED, "").strip()
        stem = self._by_seed().get(seed) if seed else None
        if not seed:
            stem = self._of_name(composed(answers.student))
        if stem is None:
            student = answers.student[:_MAX_NAME_CHARACTERS]
            what = f"with the seed {seed[:_MAX_NAME_CHARACTERS]}" if seed else f"called '{student}.json'"
            raise ExerciseError(
                f"{student}: there is no exercise {what} in '{self.path}'",
                hint="name the student as in the roster, or give the seed printed on the sheet in a column 'seed'",
            )
        return self._exercise(self.files[stem])

    def owner_of(self, answers: Answers) -> str:
        """Answers that say which sheet they are to → the name of that sheet's file, where there is one by the student's
        name too and it is another: someone answered the sheet of somebody else; "" where nothing is odd.
        """
        if not self.files or not answers.sheet:
            return ""
        own = {answers.student, file_name(answers.student, set()), answers.ident} & set(self.files)
        stem = self._of_sheet(answers)
        return stem if own and stem not in own else ""

    def _of_name(self, student: str) -> str | None:
        """Name of a student → the name of the file that says it is theirs, else of the one that is called so; None
        where there is none.

        Raises ExerciseError where several are of students of that name.
        """  # fmt: skip
        stem = next((name for name in (student, file_name(student, set())) if name in self.files), None)
        if stem is not None:
            owner = owner_in(_text(self.files[stem]))
            if owner is None or student in (owner.student, composed(owner.name)):
                return stem
        theirs = self._by_owner().get(student, [])
        if len(theirs) > 1:
            raise ExerciseError(
                f"{student[:_MAX_NAME_CHARACTERS]}: there are exercises of several students of that name: "
                + ", ".join(f"'{name}'" for name in theirs),
                hint="give the seed printed on the sheet in a column 'seed', or call the answers as the file",
            )
        return theirs[0] if theirs else stem

    def _by_owner(self) -> dict[str, list[str]]:
        """Names of students → names of the files that say they are theirs."""
        if self._owners is None:
            self._owners = {}
            for stem, path in self.files.items():
                if (owner := owner_in(_text(path))) is not None:
                    self._owners.setdefault(composed(owner.name), []).append(stem)
        return self._owners

    def _of_sheet(self, answers: Answers) -> str:
        """Answers that say which sheet they are to → the name of its file."""
        names = self._by_sheet().get(answers.sheet, [])
        if not names:
            raise ExerciseError(
                f"{answers.student[:_MAX_NAME_CHARACTERS]}: there is no exercise with the mark "
                f"'{answers.sheet[:_MAX_NAME_CHARACTERS]}' in '{self.path}'",
                hint="the mark stands on the sheet: it may be one of another week, or one that was made anew since",
            )
        by_name = [name for name in names if name in (answers.student, file_name(answers.student, set()))]
        return (by_name or names)[0]

    def _exercise(self, path: str) -> Exercise:
        if path not in self._read:
            self._read[path] = read_exercise(path)
        return self._read[path]

    def _by_seed(self) -> dict[str, str]:
        """Seeds → names of files, without the exercises being made."""
        if self._seeds is None:
            self._seeds = {}
            for stem, document in self._documents():
                self._seeds.setdefault(str(document.get(SEED)), stem)
        return self._seeds

    def _by_sheet(self) -> dict[str, list[str]]:
        """Seeds with codes, as they stand on sheets → names of files, without the exercises being made."""
        if self._sheets is None:
            self._sheets = {}
            for stem, document in self._documents():
                self._sheets.setdefault(sheet_in(document), []).append(stem)
        return self._sheets

    def _documents(self) -> Iterator[tuple[str, dict[str, object]]]:
        """→ names of files and what they hold; those that are damaged say so when they are needed."""
        for stem, path in self.files.items():
            try:
                document = json.loads(_text(path))
            except (ValueError, RecursionError):
                continue
            if isinstance(document, dict):
                yield stem, document


def _checked(exercise: Exercise, answers: Answers, path: str) -> Exercise:
    """The only exercise there is → the same, if the answers are to it, as far as they say."""
    if answers.sheet and answers.sheet != sheet_of(exercise):
        raise ExerciseError(
            f"{answers.student[:_MAX_NAME_CHARACTERS]}: these are answers to the sheet "
            f"'{answers.sheet[:_MAX_NAME_CHARACTERS]}'; '{path}' is '{sheet_of(exercise)}'",
            hint="give the exercise with that mark, or the folder of all of them",
        )
    return exercise


def read_exercise(path: str) -> Exercise:
    """Path → the exercise in the file. Raises ExerciseError, which names the file."""
    try:
        return loads(_text(path), to_mark=True)
    except GraphvizADError as problem:
        raise ExerciseError(f"'{path}': {problem.message}", hint=problem.hint) from None


def _text(path: str) -> str:
    return read_start(path, _MAX_BYTES + 1).decode("utf-8-sig", "replace")
