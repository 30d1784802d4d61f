"""How many sheets are made and marked in a second: `python -m tests.benchmarks.exercises [SHEETS]`.

The peer is one core of the same run: two processes, and a local Dask cluster of two workers, as a ratio to it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from graphviz_ad.course.making import make
from graphviz_ad.course.plan import Course, read_course
from graphviz_ad.exercises.making import of_level
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.record import dumps, loads
from graphviz_ad.workers import cluster, processes
from tests.exercises.students import mistaken, right

_SHARE_MISTAKEN = 0.5
"""Students of a class who make a mistake."""
_SHEET_TOML = '[[sheet]]\nname = "{name}"\nlevel = {level}\nformats = ["{kind}"]\n'


def course(folder: Path, students: int, kind: str) -> Course:
    """A course of two sheets (levels 4 and 6) for so many students."""
    folder.mkdir()
    (folder / "students.csv").write_text("student\n" + "".join(f"s{n}\n" for n in range(students)))
    sheets = "".join(_SHEET_TOML.format(name=f"level-{level}", level=level, kind=kind) for level in (4, 6))
    (folder / "course.toml").write_text(sheets)
    return read_course(str(folder / "course.toml"))


def sheets_a_second(students: int, kind: str, run: Callable[[Course], object]) -> float:
    """Sheets of a new course in a second, with the start of processes in it."""
    with tempfile.TemporaryDirectory() as folder:
        planned = course(Path(folder) / "course", students, kind)
        begun = perf_counter()
        run(planned)
        return 2 * students / (perf_counter() - begun)


def marks_a_second(seeds: int) -> float:
    """Marked sheets of level 6 in a second of CPU time: right ones, and one for each single mistake."""
    exercises = [of_level(6, seed) for seed in range(seeds)]
    answers = [
        (exercise, answer)
        for exercise in exercises
        for answer in (right(exercise), *(given for _, given in mistaken(exercise)))
    ]
    begun = process_time()
    for exercise, answer in answers:
        mark(exercise, answer)
    return len(answers) / (process_time() - begun)


def own_marks_a_second(students: int) -> float:
    """Sheets of level 6 marked in a second of CPU time where each student has an own key, which is read from its text."""
    exercises = [of_level(6, seed) for seed in range(students)]
    texts = [dumps(exercise) for exercise in exercises]
    chance = Random(1)
    answers = [
        chance.choice([given for _, given in mistaken(exercise)])
        if chance.random() < _SHARE_MISTAKEN
        else right(exercise)
        for exercise in exercises
    ]
    begun = process_time()
    for text, given in zip(texts, answers, strict=True):
        mark(loads(text, to_mark=True), given)
    return students / (process_time() - begun)


def main(students: int) -> None:
    """Number of students → a table on standard output."""
    import distributed

    print("| what | in a second | ratio to one core |\n|---|---|---|")
    for kind in ("json", "pdf"):
        alone = sheets_a_second(students, kind, make)
        print(f"| sheets as {kind}, one core | {alone:.0f} | 1.00 |", flush=True)
        in_parallel = sheets_a_second(students, kind, partial(make, executor=processes(2)))
        print(f"| sheets as {kind}, two processes | {in_parallel:.0f} | {in_parallel / alone:.2f} |", flush=True)
        with (
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as own,
            cluster(own.scheduler_address) as executor,
        ):
            both = sheets_a_second(students, kind, partial(make, executor=executor))
        print(f"| sheets as {kind}, a Dask cluster of two workers | {both:.0f} | {both / alone:.2f} |", flush=True)
    print(f"| sheets marked, one core | {marks_a_second(4):.0f} | |")
    print(f"| sheets marked, one core, each with a key of its own | {own_marks_a_second(100):.0f} | |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
