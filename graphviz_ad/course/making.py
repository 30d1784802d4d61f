"""Tasks → sheets, on one core, several, or a cluster: each once, what is there already not again, failures told."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field

from graphviz_ad.course.lock import locked
from graphviz_ad.course.plan import KEYS, STUDENTS, Course, Task, given_files, tasks
from graphviz_ad.course.versions import Change, change, foreign, key_at, set_aside, with_points_of
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.fading import faded
from graphviz_ad.exercises.identity import Owner, code
from graphviz_ad.exercises.levels import interleaved
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.export.files import write_atomic
from graphviz_ad.graph.build import parse
from graphviz_ad.items.model import Student
from graphviz_ad.workers import NewExecutor

TaskResult = tuple[str, list[tuple[str, bytes]], str]
"""Key of a task, its files (names relative to the folder of the course; the key of the answers is the first), and what
went wrong, "" if nothing."""

LIST = ".made.jsonl"
"""What was made: a line for each task, written after its files, so that a run that was cut off goes on from there."""

_BATCH_TASKS = 8
"""Tasks that go to a process together: a sheet takes far longer than sending it, and progress stays fine."""
_MAX_WAITING = 64
"""Batches that are submitted at a time: not all of a term, since what comes back is written, and forgotten."""
_ATTEMPTS = 3
"""How often a batch is given to new processes when those that had it died; in the last each task is alone."""

Progress = Callable[[int, int], None]
"""Called with how many tasks are finished, and how many there are."""


@dataclass
class Outcome:
    """What a run did: how many tasks were made, how many were there already, which failed, with the reason, and which
    sheets that students hold are others now; these are left as they are, or replaced, as was asked."""

    sheets_made: int = 0
    kept: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)


def make(
    course: Course, executor: NewExecutor | None = None, progress: Progress | None = None, *, replace: bool = False
) -> Outcome:
    """Course → its sheets in its folder; → what was done.

    With a function that makes an executor (of processes, of Dask) batches go there, else all is made here. Files are
    written by this process alone, each whole, and a task is listed after its files: no sheet is lost or made twice.
    A sheet that a student holds and that would be another one is left, or with `replace` kept among the earlier ones.
    """
    outcome = Outcome()
    with locked(course.out, "out"):
        _name_files(course)
        everything = {task.key: task for task in tasks(course)}
        listed = _listed(course.out)
        todo = [
            task
            for task in everything.values()
            if listed.get(task.key) != task.digest or not _is_complete(course.out, task)
        ]
        outcome.kept = len(everything) - len(todo)
        with (
            open(os.path.join(course.out, LIST), "a", encoding="utf-8") as listing,
            closing(_results(todo, executor)) as results,  # at once, also where this is stopped: what waits is not made
        ):
            for count, (key, files, failure) in enumerate(results, 1):
                if failure:
                    outcome.failed.append((key, failure))
                elif _hand_out(course.out, everything[key], files, outcome, replace=replace):
                    listing.write(json.dumps([key, everything[key].digest], ensure_ascii=False) + "\n")
                    listing.flush()
                    outcome.sheets_made += 1
                if progress:
                    progress(count, len(todo))
    return outcome


def _hand_out(folder: str, task: Task, files: list[tuple[str, bytes]], outcome: Outcome, *, replace: bool) -> bool:
    """Files of a task → whether they were written; what a student holds is kept."""
    (name, key), *sheets = files
    before = key_at(os.path.join(folder, name))
    if before is not None:
        after = json.loads(key)
        other = foreign(task, before)
        if other:
            outcome.failed.append((task.key, f"'{name}' is the key of {other}; move it away"))
            return False
        changed = change(task, before, after)
        if changed is None:
            key = with_points_of(before, after)
        else:
            outcome.changed.append(changed)
            if not replace:
                return False
            _write(folder, set_aside(folder, name, files))
    # the key comes last: it says of which version the sheets are
    _write(folder, [*sheets, (name, key)])
    return True


def _name_files(course: Course) -> None:
    """Course → the names of its students' files, written down so that they stay in whatever order the roster is."""
    before = given_files(course.out)
    names = before | {student.id: student.file for student in course.students}
    if names != before:
        lines = (json.dumps(pair, ensure_ascii=False) + "\n" for pair in names.items())
        write_atomic(os.path.join(course.out, STUDENTS), "".join(lines).encode())


def make_sheet(task: Task) -> TaskResult:
    """Task → its files: the hand-outs, and the exercise itself, which is the key, in a folder of keys."""
    from graphviz_ad.exercises.sheets.handout import files

    sheet = task.sheet
    try:
        asked, lang, digits = sheet.asked, task.lang, task.digits
        if sheet.level is not None:
            level = interleaved(sheet.level, task.seed, task.seed % 2) if sheet.mix else sheet.level
            exercise = of_level(level, task.seed, asked=asked, lang=lang, digits=digits)
        else:
            exercise = of_formula(
                parse(sheet.formula or ""), task.seed, given=dict(sheet.given), shapes=dict(sheet.shapes),
                asked=asked, lang=lang, digits=digits,
            )  # fmt: skip
        if sheet.fade:
            exercise = faded(exercise, sheet.fade)
        exercise = dataclasses.replace(exercise, student=Student(task.student.name, task.student.id))
        owner = Owner(sheet.name, task.student.id, task.student.name, code(exercise))
        contents = [(task.owned, dumps(exercise, owner).encode())]
        for kind in sheet.formats:
            folder = f"{KEYS}/{sheet.name}" if HANDOUTS[kind].keyed else sheet.name
            if kind != "json":
                contents += [(f"{folder}/{name}", data) for name, data in files([exercise], task.student.file, kind)]
    except GraphvizADError as problem:
        return task.key, [], "; ".join(filter(None, (problem.message, problem.hint)))
    except Exception as problem:  # one student's failure is told, and the rest goes on
        return task.key, [], f"{type(problem).__name__}: {problem}"
    return task.key, contents, ""


def make_batch(batch: Sequence[Task]) -> list[TaskResult]:
    """Tasks → the result of each."""
    return [make_sheet(task) for task in batch]


def _results(todo: Sequence[Task], executor: NewExecutor | None) -> Generator[TaskResult, None, None]:
    """Tasks → their results, in the order in which they come."""
    if executor is None:
        yield from map(make_sheet, todo)
        return
    batches = [list(todo[start : start + _BATCH_TASKS]) for start in range(0, len(todo), _BATCH_TASKS)]
    for attempt in range(1, _ATTEMPTS + 1):
        failed: list[list[Task]] = []
        with executor() as workers:
            yield from _submitted(workers, batches, failed)
        if not failed:
            return
        # one of these killed its process: alone it takes no other with it
        batches = [[task] for batch in failed for task in batch] if attempt < _ATTEMPTS else []
    for batch in failed:
        for task in batch:
            yield task.key, [], "the process that made it died, several times"


def _submitted(workers: Executor, batches: list[list[Task]], failed: list[list[Task]]) -> Iterator[TaskResult]:
    """Batches → the results that come back; batches whose process died are added to `failed`.

    Where it is closed or fails, what has not begun is taken back.
    """
    waiting: dict[Future[list[TaskResult]], list[Task]] = {}
    queue = list(reversed(batches))
    try:
        while queue or waiting:
            while queue and len(waiting) < _MAX_WAITING:
                batch = queue.pop()
                try:
                    waiting[workers.submit(make_batch, batch)] = batch
                except BrokenExecutor:
                    failed.append(batch)
            if not waiting:
                continue
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                batch = waiting.pop(future)
                try:
                    yield from future.result()
                except GraphvizADError:
                    raise
                except Exception:  # BrokenExecutor, or Dask's KilledWorker
                    failed.append(batch)
    finally:
        for future in waiting:
            future.cancel()


def _write(folder: str, contents: Sequence[tuple[str, bytes]]) -> None:
    """Folder of a course, names relative to it and data → the files."""
    for relative, data in contents:
        path = os.path.join(folder, relative)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomic(path, data)


def _listed(folder: str) -> dict[str, str]:
    """Folder of a course → the digest of every task that was made; a line that was cut off is not counted."""
    digests: dict[str, str] = {}
    try:
        with open(os.path.join(folder, LIST), encoding="utf-8") as listing:
            for line in listing:
                try:
                    key, digest = json.loads(line)
                except ValueError:
                    continue
                digests[key] = digest
    except FileNotFoundError:
        pass
    return digests


def _is_complete(folder: str, task: Task) -> bool:
    """Whether the files of a task that was listed are still there."""
    paths = [task.owned]
    for kind in task.sheet.formats:
        subfolder = f"{KEYS}/{task.sheet.name}" if HANDOUTS[kind].keyed else task.sheet.name
        paths.append(f"{subfolder}/{task.student.file}.{kind}")
    return all(os.path.exists(os.path.join(folder, path)) for path in paths)
