"""Tasks → sheets, on one core, several, or a cluster: each once, what is there already not again, failures told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from graphviz_ad.course.plan import KEYS, Course, Task, tasks
from graphviz_ad.errors import GraphvizADError, OutputError

TaskResult = tuple[str, list[tuple[str, bytes]], str]
"""Key of a task, its files (names relative to the folder of the course), and what went wrong, "" if nothing."""

LIST = ".made.jsonl"
"""What was made: a line for each task, written after its files, so that a run that was cut off goes on from there."""

_BATCH = 8
"""Tasks that go to a process together."""
_TRIES = 3
"""How often a batch is given to new processes when those that had it died."""

Progress = Callable[[int, int], None]
NewExecutor = Callable[[], Executor]


@dataclass
class Outcome:
    """What a run did: how many tasks were made, how many were there already, and which failed, with the reason."""

    made: int = 0
    kept: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def make(course: Course, executor: NewExecutor | None = None, progress: Progress | None = None) -> Outcome:
    """Course → its sheets in its folder; → what was done.

    With a function that makes an executor (of processes, of Dask) batches go there, else all is made here. Files are
    written by this process alone, each whole, and a task is listed after its files: no sheet is lost or made twice.
    """
    everything = list(tasks(course))
    outcome = Outcome()
    try:
        os.makedirs(course.out, exist_ok=True)
    except OSError as problem:
        why = problem.strerror
        raise OutputError(f"'{course.out}' cannot be written: {why}", hint="give another folder as 'out'") from None
    there = _listed(course.out)
    todo = [task for task in everything if there.get(task.key) != task.digest or not _whole(course.out, task)]
    outcome.kept = len(everything) - len(todo)
    digests = {task.key: task.digest for task in todo}
    with (
        open(os.path.join(course.out, LIST), "a", encoding="utf-8") as listing,
        closing(_results(todo, executor)) as results,  # at once, also where this is stopped: what waits is not made
    ):
        for done, (key, files, trouble) in enumerate(results, 1):
            if trouble:
                outcome.failed.append((key, trouble))
            else:
                _write(course.out, files)
                listing.write(json.dumps([key, digests[key]], ensure_ascii=False) + "\n")
                listing.flush()
                outcome.made += 1
            if progress:
                progress(done, len(todo))
    return outcome


def make_one(task: Task) -> TaskResult:
    """Task → its files: the hand-outs, and the exercise itself, which is the key, in a folder of keys."""
    from graphviz_ad.exercises.making import of_formula, of_level
    from graphviz_ad.exercises.record import dumps
    from graphviz_ad.exercises.registry import HANDOUTS
    from graphviz_ad.exercises.sheets.handout import files
    from graphviz_ad.graph.build import parse

    sheet = task.sheet
    try:
        how: dict[str, Any] = {"asked": sheet.asked, "lang": task.lang, "digits": task.digits}
        if sheet.level is not None:
            exercise = of_level(sheet.level, task.seed, **how)
        else:
            graph = parse(sheet.formula or "")
            exercise = of_formula(graph, task.seed, given=dict(sheet.given), shapes=dict(sheet.shapes), **how)
        made = [(f"{KEYS}/{sheet.name}/{task.file}.json", dumps(exercise).encode())]
        for kind in sheet.formats:
            folder = f"{KEYS}/{sheet.name}" if HANDOUTS[kind].keyed else sheet.name
            if kind != "json":
                made += [(f"{folder}/{name}", data) for name, data in files([exercise], task.file, kind)]
    except GraphvizADError as problem:
        return task.key, [], "; ".join(filter(None, (problem.message, problem.hint)))
    except Exception as problem:  # one student's failure is told, and the rest goes on
        return task.key, [], f"{type(problem).__name__}: {problem}"
    return task.key, made, ""


def make_batch(batch: Sequence[Task]) -> list[TaskResult]:
    """Tasks → what is made of each."""
    return [make_one(task) for task in batch]


def _results(todo: Sequence[Task], executor: NewExecutor | None) -> Generator[TaskResult, None, None]:
    """Tasks → what was made of them, as it comes."""
    if executor is None:
        yield from map(make_one, todo)
        return
    batches = [list(todo[start : start + _BATCH]) for start in range(0, len(todo), _BATCH)]
    for attempt in range(1, _TRIES + 1):
        lost: list[list[Task]] = []
        with executor() as workers:
            yield from _sent(workers, batches, lost)
        if not lost:
            return
        # one of these killed its process: alone it takes no other with it
        batches = [[task] for batch in lost for task in batch] if attempt < _TRIES else []
    for batch in lost:
        for task in batch:
            yield task.key, [], "the process that made it died, several times"


def _sent(workers: Executor, batches: list[list[Task]], lost: list[list[Task]]) -> Iterator[TaskResult]:
    """Batches → what comes back of them; those whose process died are added to `lost`.

    Where it is closed or fails, what has not begun is taken back.
    """
    waiting: dict[Future[list[TaskResult]], list[Task]] = {}
    queue = list(reversed(batches))
    try:
        while queue or waiting:
            while queue and len(waiting) < 64:  # not all at once: what comes back is written, and forgotten
                batch = queue.pop()
                try:
                    waiting[workers.submit(make_batch, batch)] = batch
                except BrokenExecutor:
                    lost.append(batch)
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
                    lost.append(batch)
    finally:
        for future in waiting:
            future.cancel()


def _write(folder: str, made: Sequence[tuple[str, bytes]]) -> None:
    from graphviz_ad.export.files import write_atomic

    for relative, data in made:
        path = os.path.join(folder, relative)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomic(path, data)


def _listed(folder: str) -> dict[str, str]:
    """Folder of a course → the digest of every task that was made; a line that was cut off is not counted."""
    found: dict[str, str] = {}
    try:
        with open(os.path.join(folder, LIST), encoding="utf-8") as listing:
            for line in listing:
                try:
                    key, digest = json.loads(line)
                except ValueError:
                    continue
                found[key] = digest
    except FileNotFoundError:
        pass
    return found


def _whole(folder: str, task: Task) -> bool:
    """Whether the files of a task that was listed are still there."""
    from graphviz_ad.exercises.registry import HANDOUTS

    paths = [f"{KEYS}/{task.sheet.name}/{task.file}.json"]
    for kind in task.sheet.formats:
        place = f"{KEYS}/{task.sheet.name}" if HANDOUTS[kind].keyed else task.sheet.name
        paths.append(f"{place}/{task.file}.{kind}")
    return all(os.path.exists(os.path.join(folder, path)) for path in paths)
