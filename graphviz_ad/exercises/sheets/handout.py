"""Exercises and a path → the files of a hand-out, in the format its suffix says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import import_module

from graphviz_ad.errors import ExerciseError, OutputError
from graphviz_ad.exercises.registry import HANDOUTS, Files, Format, Sheet
from graphviz_ad.export.deck import Progress
from graphviz_ad.export.files import Notify, write_atomic
from graphviz_ad.items.model import Exercise


def format_of(path: str) -> str:
    """Path → the suffix of its format, the longest that fits.

    Raises OutputError where there is none.
    """
    name = os.path.basename(path.rstrip("/" + os.sep)).lower()
    suffix = max((kind for kind in HANDOUTS if name.endswith(f".{kind}")), key=len, default=None)
    if suffix is None:
        raise OutputError(f"'{path}' has no suffix of a hand-out", hint="the formats are " + ", ".join(HANDOUTS))
    return suffix


class _Watched(list[Exercise]):
    """Exercises that report progress as a format goes through them; putting them together is one more step."""

    def __init__(self, exercises: Sequence[Exercise], progress: Progress) -> None:
        super().__init__(exercises)
        self.progress = progress

    def __iter__(self) -> Iterator[Exercise]:
        for done, exercise in enumerate(super().__iter__(), 1):
            yield exercise
            self.progress(done, len(self) + 1)


def save(
    exercises: Sequence[Exercise],
    path: str,
    *,
    sheet: Sheet = "blank",
    notify: Notify | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Exercises → a hand-out, or for a format that holds one exercise a numbered file for each; → the paths written.

    Nothing is written before all is made; `progress` is called with the number of exercises done, and of all, `notify`
    with what a reader should know of a format.
    Raises OutputError, ExerciseError for a sheet the format does not know.
    """  # fmt: skip
    watched = _Watched(exercises, progress) if progress else exercises
    kind = format_of(path)
    format = HANDOUTS[kind]
    if format.keyed and sheet != "blank":
        raise ExerciseError(f"'.{kind}' holds the answers and knows no {sheet}", hint="leave --sheet out")
    folder, base = os.path.split(path.rstrip("/" + os.sep))
    name, suffix = base[: -len(kind) - 1], base[-len(kind) :]
    handouts: Files = []
    if format.together or len(exercises) == 1:
        handouts = _files(format, watched, name, suffix, sheet)
    else:
        wide = len(str(len(exercises)))
        names = [f"{name}-{number:0{wide}}" for number in range(1, len(exercises) + 1)]
        for own, following, exercise in zip(names, [*names[1:], names[0]], watched, strict=True):
            handouts += _files(format, [exercise], own, suffix, sheet, f"{following}.{suffix}")
    written = []
    for relative, data in handouts:
        target = os.path.join(folder, relative)
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        write_atomic(target, data)
        written.append(target)
    if notify and format.keyed:
        notify(f"'{path}' holds the answers")
    remarks = getattr(import_module(f"graphviz_ad.exercises.{format.module}"), "remarks", None)
    if notify and remarks:
        for remark in remarks(exercises):
            notify(remark)
    return written


def files(exercises: Sequence[Exercise], name: str, kind: str, sheet: Sheet = "blank") -> Files:
    """Exercises, the name of the hand-out without its suffix, and its format → its files."""
    return _files(HANDOUTS[kind], exercises, name, kind, sheet)


def _files(
    format: Format, exercises: Sequence[Exercise], name: str, suffix: str, sheet: Sheet, following: str = ""
) -> Files:  # fmt: skip
    """Exercises → the files of a format; the first is named by the path asked for, the next one `following`."""
    module = import_module(f"graphviz_ad.exercises.{format.module}")
    if format.chained:
        return [(f"{name}.{suffix}", data) for _, data in module.handout(exercises, name, sheet, following)]
    if format.folder:
        return [(f"{name}.{suffix}/{inner}", data) for inner, data in module.handout(exercises, name, sheet)]
    (_, main), *beside = module.handout(exercises, name, sheet)
    return [(f"{name}.{suffix}", main), *beside]
